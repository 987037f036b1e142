//! The rings of a HEALPix map, north and south mirror images of each other, and the transforms along them.

use cosmesh_core::math::sincos;
use cosmesh_core::Status;
use cosmesh_fft::Plan;

/// Pairs of rings: pair r holds ring r + 1 from the north pole and its mirror image; the last one is the equator, alone.
pub struct Rings {
    pub nside: usize,
    /// Cosine and sine of the colatitude of the northern ring.
    pub cos: Vec<f64>,
    pub sin: Vec<f64>,
}

/// Angles between two roots of unity that are computed.
const LEAP: usize = 32;

impl Rings {
    pub fn new(nside: usize) -> Self {
        let n = nside as f64;
        let (mut cos, mut sin) = (Vec::new(), Vec::new());
        for i in 1..=2 * nside {
            // 1 - z, without cancellation at the pole.
            let (z, below) = if i < nside {
                let below = (i * i) as f64 / (3.0 * n * n);
                (1.0 - below, below)
            } else {
                let z = 2.0 * (2 * nside - i) as f64 / (3.0 * n);
                (z, 1.0 - z)
            };
            cos.push(z);
            sin.push((below * (1.0 + z)).sqrt());
        }
        Self { nside, cos, sin }
    }
    pub fn pairs(&self) -> usize {
        2 * self.nside
    }
    /// Pixels of one ring of a pair.
    pub fn len(&self, pair: usize) -> usize {
        4 * (pair + 1).min(self.nside)
    }
    /// First pixels of the northern ring and, but for the equator, of the southern one.
    pub fn first(&self, pair: usize) -> [Option<usize>; 2] {
        let (i, n) = (pair + 1, self.nside);
        let north = if i < n { 2 * i * (i - 1) } else { 2 * n * (n - 1) + (i - n) * 4 * n };
        [Some(north), (i < 2 * n).then(|| 12 * n * n - north - self.len(pair))]
    }
    /// Whether the first pixel lies half a pixel from the meridian 0, not on it.
    fn is_shifted(&self, pair: usize) -> bool {
        let i = pair + 1;
        i < self.nside || (i - self.nside).is_multiple_of(2)
    }
    /// Largest order that a ring sees: beyond it functions up to `lmax` are below 1e-18 (as in libsharp, Reinecke and Seljebotn 2013).
    pub fn most_order(&self, pair: usize, lmax: usize, spin: usize) -> usize {
        let (margin, spin) = ((lmax as f64 * 0.01).max(100.0), spin as f64);
        let b = -2.0 * spin * self.cos[pair].abs();
        let t = lmax as f64 * self.sin[pair] + margin;
        let c = spin * spin - t * t;
        let root = b * b - 4.0 * c;
        if root <= 0.0 { lmax } else { (((-b + root.sqrt()) / 2.0 + 0.5) as usize).min(lmax) }
    }
    /// e^(i m phi) of the first pixel for m in 0..count.
    fn turns(&self, pair: usize, count: usize) -> Option<Vec<[f64; 2]>> {
        if !self.is_shifted(pair) {
            return None;
        }
        let step = std::f64::consts::PI / self.len(pair) as f64;
        let of = |m: usize| {
            let (s, c) = sincos((m % (2 * self.len(pair))) as f64 * step);
            [c, s]
        };
        let short: Vec<_> = (0..LEAP).map(of).collect();
        let mut all = Vec::with_capacity(count.next_multiple_of(LEAP));
        for start in (0..count).step_by(LEAP) {
            let long = of(start);
            all.extend(short.iter().map(|&s| times(long, s)));
        }
        Some(all)
    }
}

#[inline(always)]
fn times(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

/// Where the orders of rings lie: `phases[((pair - first) * 2 + south) * maps + map][m]`, complex, rows `stride` apart.
#[derive(Clone, Copy)]
pub struct Layout {
    pub first: usize,
    pub maps: usize,
    pub stride: usize,
    pub mmax: usize,
}

impl Layout {
    /// Place of the numbers of one ring, in f64 numbers.
    #[inline(always)]
    pub fn row(&self, pair: usize, south: usize, map: usize) -> usize {
        (((pair - self.first) * 2 + south) * self.maps + map) * self.stride * 2
    }
}

/// Rings that are transformed together: pairs of the same length.
pub fn groups(rings: &Rings, from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut pair = from;
    while pair < to {
        let together = if pair + 1 < to && pair + 1 >= rings.nside { 2 } else { 1 };
        all.push((pair, together));
        pair += together;
    }
    all
}

/// The plan of a group: rows [pair, side, map].
pub fn plan(rings: &Rings, (pair, together): (usize, usize), maps: usize) -> Result<Plan<f64>, Status> {
    Plan::with_axes(&[2 * together * maps, rings.len(pair)], &[false, true], true)
}

/// Rows of the maps that belong to a group, with the row of phases of each.
fn rows(rings: &Rings, layout: Layout, (pair, together): (usize, usize)) -> impl Iterator<Item = (usize, usize, Option<usize>, usize)> + '_ {
    (0..2 * together * layout.maps).map(move |row| {
        let (map, side, p) = (row % layout.maps, row / layout.maps % 2, pair + row / layout.maps / 2);
        (p, map, rings.first(p)[side], layout.row(p, side, map))
    })
}

/// Orders of a group of rings to pixels; `limit(pair)` is the largest order that its row holds.
pub fn to_pixels(
    rings: &Rings,
    layout: Layout,
    group: (usize, usize),
    plan: &Plan<f64>,
    limit: impl Fn(usize) -> usize,
    phases: &[f64],
    mut put: impl FnMut(usize, usize, &[f64]),
) -> Result<(), Status> {
    let (n, width) = (rings.len(group.0), plan.width());
    let mut spectrum = vec![0.0; plan.spectrum_len()];
    let mut values = vec![0.0; plan.real_len()];
    let mut turns = (usize::MAX, None);
    for (x, (pair, _, first, at)) in spectrum.chunks_exact_mut(2 * width).zip(rows(rings, layout, group)) {
        if first.is_none() {
            continue;
        }
        let most = limit(pair).min(layout.mmax);
        if turns.0 != pair {
            turns = (pair, rings.turns(pair, most + 1));
        }
        let mut k = 0;
        for (m, f) in phases[at..at + 2 * most + 2].chunks_exact(2).enumerate() {
            let f = turns.1.as_ref().map_or([f[0], f[1]], |t| times([f[0], f[1]], t[m]));
            // Orders k and n - k of a real row are conjugate; only the first half is kept.
            if k < width {
                x[2 * k] += f[0];
                x[2 * k + 1] += f[1];
            }
            let mirrored = if k == 0 { 0 } else { n - k };
            if m > 0 && mirrored < width {
                x[2 * mirrored] += f[0];
                x[2 * mirrored + 1] -= f[1];
            }
            k = if k + 1 == n { 0 } else { k + 1 };
        }
    }
    plan.inverse_real_consuming(&mut spectrum, &mut values, 1.0)?;
    for (v, (_, map, first, _)) in values.chunks_exact(n).zip(rows(rings, layout, group)) {
        if let Some(first) = first {
            put(map, first, v);
        }
    }
    Ok(())
}

/// Pixels of a group of rings, times `weight(pair)`, to orders.
pub fn to_orders(
    rings: &Rings,
    layout: Layout,
    group: (usize, usize),
    plan: &Plan<f64>,
    limit: impl Fn(usize) -> usize,
    weight: impl Fn(usize) -> f64,
    mut get: impl FnMut(usize, usize, &mut [f64]),
    mut put: impl FnMut(usize, &[f64]),
) -> Result<(), Status> {
    let (n, width) = (rings.len(group.0), plan.width());
    let mut spectrum = vec![0.0; plan.spectrum_len()];
    let mut values = vec![0.0; plan.real_len()];
    for (v, (_, map, first, _)) in values.chunks_exact_mut(n).zip(rows(rings, layout, group)) {
        if let Some(first) = first {
            get(map, first, v);
        }
    }
    plan.forward_real(&values, &mut spectrum, 1.0)?;
    let mut turns = (usize::MAX, None);
    let mut row = Vec::new();
    for (x, (pair, _, _, at)) in spectrum.chunks_exact(2 * width).zip(rows(rings, layout, group)) {
        let most = limit(pair).min(layout.mmax);
        if turns.0 != pair {
            turns = (pair, rings.turns(pair, most + 1));
        }
        let w = weight(pair);
        row.clear();
        let mut k = 0;
        for m in 0..=most {
            let f = if k < width { [x[2 * k] * w, x[2 * k + 1] * w] } else { [x[2 * (n - k)] * w, -x[2 * (n - k) + 1] * w] };
            row.extend(turns.1.as_ref().map_or(f, |t| times(f, [t[m][0], -t[m][1]])));
            k = if k + 1 == n { 0 } else { k + 1 };
        }
        put(at, &row);
    }
    Ok(())
}
