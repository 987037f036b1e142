//! Columns of dust along the line of sight, in cells of a square grid on the sky.

use crate::place::{place, Frame, Placed, Spaxels, OUTSIDE};
use cosmesh_core::math::{log10, pow};
use cosmesh_core::parallel::for_each_range;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, SharedMut, Status};

/// Gas cells of a block.
const BLOCK: usize = 4096;
/// Cells of the sky that one block sorts.
const CELLS: usize = 8;
/// Where the observer sees gas.
pub struct Sky<'a> {
    pub frame: Frame<'a>,
    pub spaxels: Spaxels<'a>,
}

impl Sky<'_> {
    /// Spaxel and depth [kpc] of each position.
    fn place(&self, coords: &[f64]) -> Result<(Vec<u32>, Vec<f64>), Status> {
        let n = coords.len() / 3;
        let (mut spaxel, mut depth) = (try_zeroed(n)?, try_zeroed(n)?);
        place(coords, &[], self.frame, self.spaxels, Placed { spaxel: &mut spaxel, depth: &mut depth, speed: &mut [] });
        Ok((spaxel, depth))
    }
}

/// Mass of dust for a mass of gas.
pub enum DustToGas {
    /// 10^-(a + slope (8.69 - x)) with x = 12 + log10(O/H), from two pairs (a, slope): below and above a break in x (Remy-Ruyer et
    /// al. 2014, A&A 563, A31, table 1).
    Abundance([f64; 5]),
    Ratio(f64),
    /// A share of the metals.
    Metals(f64),
}

/// 12 + log10(O/H) of the Sun and its metallicity (Asplund et al. 2009, ARA&A 47, 481).
const SUN: [f64; 2] = [8.69, 0.0134];

/// Gas cells in the frame of their simulation.
pub struct Gas<'a> {
    /// [kpc] `[gas, 3]`
    pub coords: &'a [f64],
    /// [M_sun]
    pub mass: &'a [f64],
    pub metallicity: &'a [f64],
    /// Shares of the mass; empty where oxygen follows from the metallicity.
    pub hydrogen: &'a [f64],
    pub oxygen: &'a [f64],
}

impl Gas<'_> {
    fn abundance(&self, i: usize) -> f64 {
        if self.hydrogen.is_empty() {
            SUN[0] + log10(self.metallicity[i] / SUN[1])
        } else {
            12.0 + log10(self.oxygen[i] / (16.0 * self.hydrogen[i]))
        }
    }
    fn ratio(&self, i: usize, law: &DustToGas) -> f64 {
        match *law {
            DustToGas::Ratio(ratio) => ratio,
            DustToGas::Metals(share) => share * self.metallicity[i],
            DustToGas::Abundance([a, slope, b, slope_below, at]) => {
                let x = self.abundance(i);
                pow(10.0, if x > at { -a - slope * (SUN[0] - x) } else { -b - slope_below * (SUN[0] - x) })
            }
        }
    }
    /// Whether all that is used of a gas cell is a number, and in range.
    fn sound(&self, i: usize) -> bool {
        let whole = |v: f64| v.is_finite() && v >= 0.0;
        let light = self.hydrogen.is_empty() || (self.hydrogen[i].is_finite() && self.hydrogen[i] > 0.0 && whole(self.oxygen[i]));
        self.coords[3 * i..3 * i + 3].iter().all(|v| v.is_finite()) && whole(self.mass[i]) && whole(self.metallicity[i]) && light
    }
}

/// Adds to `count[cell]` the gas in each cell. Place of the first position that is not finite, or the number of positions.
///
/// # Errors
/// `Status::OutOfMemory` when there is no room for scratch.
pub fn count(sky: &Sky, coords: &[f64], count: &mut [u32]) -> Result<usize, Status> {
    let (spaxel, _) = sky.place(coords)?;
    for &cell in spaxel.iter().filter(|&&cell| cell != OUTSIDE) {
        count[cell as usize] += 1;
    }
    Ok(coords.iter().position(|v| !v.is_finite()).map_or(coords.len() / 3, |i| i / 3))
}

/// Writes depth and extinction of gas to the places `next[cell]`, which move on. An extinction is `factor` [mag/M_sun] times the mass
/// of the dust. Place of the first gas cell whose numbers are not sound, or the number of gas cells.
///
/// # Errors
/// `Status::OutOfMemory` when there is no room for scratch.
pub fn fill(sky: &Sky, gas: &Gas, law: &DustToGas, factor: f64, next: &mut [u32], z: &mut [f64], column: &mut [f64]) -> Result<usize, Status> {
    let n = gas.mass.len();
    let (spaxel, depth) = sky.place(gas.coords)?;
    let mut extinction: Vec<f64> = try_zeroed(n)?;
    let shared = SharedMut::new(&mut extinction);
    for_each_range(n, BLOCK, |_, range| {
        for i in range.filter(|&i| spaxel[i] != OUTSIDE) {
            // SAFETY: each gas cell belongs to one block.
            unsafe { shared.set(i, factor * gas.mass[i] * gas.ratio(i, law)) };
        }
    });
    for (i, &cell) in spaxel.iter().enumerate().filter(|(_, &cell)| cell != OUTSIDE) {
        let to = next[cell as usize] as usize;
        next[cell as usize] += 1;
        z[to] = depth[i];
        column[to] = extinction[i];
    }
    Ok((0..n).find(|&i| !gas.sound(i)).unwrap_or(n))
}

/// Sorts the gas of each cell by depth, equal depths in the order of the table, and sums its extinction from the front.
/// The gas of a cell lies from `start[cell]` to `start[cell + 1]`.
pub fn sum(start: &[u32], z: &mut [f64], column: &mut [f64]) {
    let cells = start.len() - 1;
    let (z, column) = (SharedMut::new(z), SharedMut::new(column));
    for_each_block(cells.div_ceil(CELLS), |block| {
        let mut pairs: Vec<[f64; 2]> = Vec::new();
        for cell in block * CELLS..((block + 1) * CELLS).min(cells) {
            let (from, length) = (start[cell] as usize, (start[cell + 1] - start[cell]) as usize);
            // SAFETY: the gas of a cell belongs to one block.
            let (z, column) = unsafe { (z.part(from, length), column.part(from, length)) };
            pairs.clear();
            pairs.extend(z.iter().zip(&*column).map(|(&z, &c)| [z, c]));
            pairs.sort_by(|a, b| a[0].total_cmp(&b[0]));
            let mut sum = 0.0;
            for ((z, column), pair) in z.iter_mut().zip(column).zip(&pairs) {
                sum += pair[1];
                *z = pair[0];
                *column = sum;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAW: DustToGas = DustToGas::Abundance([2.21, 1.0, 0.96, 3.10, 8.10]);

    #[test]
    fn columns_are_sorted_sums() {
        let frame = Frame { center: &[1.0, 0.0, 0.0], velocity: &[], matrix: &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0] };
        let sky = Sky { frame, spaxels: Spaxels { edges: &[-2.0, 0.0, 2.0], margin: 0 } };
        let coords = [0.5, -1.0, 3.0, 0.5, -1.0, -1.0, 2.5, 1.0, 0.0, 9.0, 0.0, 0.0, 0.5, -1.5, 3.0];
        let mut counts = vec![0; 4];
        assert_eq!(count(&sky, &coords, &mut counts), Ok(5));
        assert_eq!(counts, [3, 0, 0, 1]);
        let start = [0, 3, 3, 3, 4];
        let mass = [1.0, 2.0, 4.0, 8.0, 16.0];
        let gas = Gas { coords: &coords, mass: &mass, metallicity: &[0.01; 5], hydrogen: &[], oxygen: &[] };
        let (mut z, mut column) = (vec![0.0; 4], vec![0.0; 4]);
        assert_eq!(fill(&sky, &gas, &DustToGas::Metals(0.5), 100.0, &mut start[..4].to_vec(), &mut z, &mut column), Ok(5));
        sum(&start, &mut z, &mut column);
        assert_eq!(z, [-1.0, 3.0, 3.0, 0.0]);
        assert_eq!(column, [1.0, 1.5, 9.5, 2.0]);
    }

    #[test]
    fn the_sun_has_the_solar_ratio() {
        let [metallicity, hydrogen] = [[0.0134, 0.00134], [0.7; 2]];
        let gas = Gas { coords: &[0.0; 6], mass: &[1.0; 2], metallicity: &metallicity, hydrogen: &[], oxygen: &[] };
        assert!((gas.ratio(0, &LAW) / pow(10.0, -2.21) - 1.0).abs() < 1e-14);
        // 12 + log(O/H) = 7.69 lies below the break.
        assert!((gas.ratio(1, &LAW) / pow(10.0, -4.06) - 1.0).abs() < 1e-14);
        let oxygen = [16.0 * 0.7 * pow(10.0, -3.31), 0.0];
        let gas = Gas { hydrogen: &hydrogen, oxygen: &oxygen, ..gas };
        assert!((gas.ratio(0, &LAW) / pow(10.0, -2.21) - 1.0).abs() < 1e-13);
        assert_eq!(gas.ratio(1, &LAW), 0.0);
    }

    #[test]
    fn unsound_gas_is_found() {
        let gas = Gas { coords: &[0.0; 9], mass: &[1.0; 3], metallicity: &[0.01; 3], hydrogen: &[0.7, 0.0, 0.7], oxygen: &[0.01; 3] };
        assert_eq!([0, 1, 2].map(|i| gas.sound(i)), [true, false, true]);
        let gas = Gas { mass: &[1.0, f64::NAN, -1.0], hydrogen: &[], oxygen: &[], ..gas };
        assert_eq!([0, 1, 2].map(|i| gas.sound(i)), [true, false, false]);
    }
}
