//! Halos on the mesh, in order of planes.

use cosmesh_core::math::rint;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;

/// Halos that are painted, sorted by their plane (first axis); within a plane they keep their order.
pub struct Halos {
    /// Cells along an axis.
    pub n: usize,
    /// First halo of each plane, and the number of halos: n + 1 numbers.
    planes: Vec<u32>,
    /// Cell in the plane, y 2^16 + z.
    cell: Vec<u32>,
    /// Bin.
    bin: Vec<u32>,
}

impl Halos {
    /// Takes those halos with a bin of at least 0. `position` [length of the box] gives x, y, z of a halo.
    ///
    /// The nearest node is `rint(x n / L) mod n`, half to even. `n` is below 2^16.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn new(n: usize, box_size: f64, position: impl Fn(usize) -> [f64; 3], bins: &[i32]) -> Result<Self, Status> {
        let node = |x: f64| (rint(x * n as f64 / box_size) as i64).rem_euclid(n as i64) as u32;
        let mut planes = vec![0u32; n + 1];
        let mut plane_of: Vec<u32> = try_zeroed(bins.len())?;
        for (h, &bin) in bins.iter().enumerate() {
            if bin >= 0 {
                plane_of[h] = node(position(h)[0]);
                planes[plane_of[h] as usize + 1] += 1;
            }
        }
        for i in 0..n {
            planes[i + 1] += planes[i];
        }
        let count = planes[n] as usize;
        let (mut cell, mut bin_of) = (try_zeroed(count)?, try_zeroed(count)?);
        let mut next = planes.clone();
        for (h, &bin) in bins.iter().enumerate() {
            if bin >= 0 {
                let place = &mut next[plane_of[h] as usize];
                let [_, y, z] = position(h);
                cell[*place as usize] = (node(y) << 16) + node(z);
                bin_of[*place as usize] = bin as u32;
                *place += 1;
            }
        }
        Ok(Self { n, planes, cell, bin: bin_of })
    }

    /// Cells (y, z) and bins of the halos in plane `x`.
    pub fn plane(&self, x: usize) -> impl Iterator<Item = ([usize; 2], usize)> + '_ {
        let range = self.planes[x] as usize..self.planes[x + 1] as usize;
        self.cell[range.clone()].iter().zip(&self.bin[range]).map(|(&c, &b)| ([c as usize >> 16, c as usize & 0xffff], b as usize))
    }

    /// Number of halos in each of `bins` bins.
    pub fn counts(&self, bins: usize) -> Vec<u32> {
        let mut counts = vec![0; bins];
        self.bin.iter().for_each(|&b| counts[b as usize] += 1);
        counts
    }
}
