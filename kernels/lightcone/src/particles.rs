//! Particles of a periodic lattice as an observer sees them: displaced, brought back into the box, and moved into an image of it.
//!
//! Lengths are mesh cells. The particle of site (i, j, k) lies at (i, j, k) + displacement. With a drift it is moved on by its
//! momentum times a function of its distance, to where it crosses the light cone.

use cosmesh_core::number::Number;
use std::ops::Range;

/// Particles of a batch, at most: a power of two, and 13 KiB.
pub const BATCH: usize = 256;
/// Sites of a row that are looked at together.
const STEP: usize = 128;

/// A copy of the box: axis `b` of the box becomes axis `axis[b]` of the image, where u is at `sign[b] u + offset[b]` from the
/// observer.
#[derive(Clone, Copy, Debug)]
pub struct Image {
    pub axis: [usize; 3],
    pub sign: [f64; 3],
    pub offset: [f64; 3],
}

/// A function of the distance, linear between points `step` apart from `first` on; held beyond them.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    pub first: f64,
    pub step: f64,
    pub values: &'a [f64],
}

impl Table<'_> {
    /// Value and slope.
    #[inline(always)]
    fn at(&self, r: f64) -> (f64, f64) {
        let last = self.values.len() - 1;
        let u = (r - self.first) / self.step;
        if u.is_nan() || u < 0.0 || u >= last as f64 {
            return (self.values[if u >= last as f64 { last } else { 0 }], 0.0);
        }
        let i = u as usize;
        let rise = self.values[i + 1] - self.values[i];
        (self.values[i] + (u - i as f64) * rise, rise / self.step)
    }
}

/// One particle for each of `n` sites of a periodic lattice of `period` sites, from site `first` on; arrays are `[3, nx, ny, nz]`,
/// weights `[nx, ny, nz]` or empty for 1.
#[derive(Clone, Copy)]
pub struct Particles<'a, R> {
    pub n: [usize; 3],
    pub first: [usize; 3],
    pub period: [usize; 3],
    pub displacement: &'a [R],
    pub drift: Option<(&'a [R], Table<'a>)>,
    pub weights: &'a [R],
}

/// Places of particles from the observer, their sites, and room for what is found out about them.
pub struct Batch {
    pub len: usize,
    pub place: [[f64; BATCH]; 3],
    pub site: [u32; BATCH],
    /// What decided that they are in.
    pub measure: [f64; BATCH],
    /// Angles: longitude in right angles, and colatitude [rad].
    pub turn: [f64; BATCH],
    pub theta: [f64; BATCH],
}

impl Batch {
    pub fn new() -> Self {
        Self { len: 0, place: [[0.0; BATCH]; 3], site: [0; BATCH], measure: [0.0; BATCH], turn: [0.0; BATCH], theta: [0.0; BATCH] }
    }
    /// Place of particle `i`.
    #[inline(always)]
    pub fn at(&self, i: usize) -> [f64; 3] {
        [self.place[0][i], self.place[1][i], self.place[2][i]]
    }
}

/// `u` in [0, n), with `inverse` 1/n, whose rounding the two comparisons make good.
#[inline(always)]
fn wrap(u: f64, n: f64, inverse: f64) -> f64 {
    let v = u - n * (u * inverse).floor();
    let v = if v < 0.0 { v + n } else { v };
    if v >= n { v - n } else { v }
}

impl<'a, R: Number> Particles<'a, R> {
    /// Number of particles.
    pub fn len(&self) -> usize {
        self.n.iter().product()
    }
    /// Where a site of these is in the whole lattice.
    #[inline(always)]
    fn node(&self, site: [usize; 3]) -> [f64; 3] {
        [0, 1, 2].map(|b| (self.first[b] + site[b]) as f64)
    }
    /// Weight of the particle of a site.
    #[inline(always)]
    pub fn weight(&self, site: u32) -> f64 {
        if self.weights.is_empty() { 1.0 } else { self.weights[site as usize].wide() }
    }
    /// Largest |weight|; infinite if one is not finite.
    pub fn largest_weight(&self) -> f64 {
        if self.weights.is_empty() {
            return 1.0;
        }
        self.weights.iter().fold(0.0, |m, w| {
            let w = w.wide().abs();
            if w <= m { m } else if w < f64::INFINITY { w } else { f64::INFINITY }
        })
    }
    /// Calls `sink` with batches of the particles of plane `i` in `image` for which `measure(place)` is in [low, high), in the
    /// order of their sites. `false` if a place is not finite.
    pub fn plane(
        &self,
        i: usize,
        image: &Image,
        batch: &mut Batch,
        (measure, ends): (impl Fn([f64; 3]) -> f64, [f64; 2]),
        mut sink: impl FnMut(&mut Batch),
    ) -> bool {
        let [_, ny, nz] = self.n;
        let mut finite = true;
        batch.len = 0;
        for j in 0..ny {
            for start in (0..nz).step_by(STEP) {
                if batch.len > BATCH - STEP {
                    sink(batch);
                    batch.len = 0;
                }
                finite &= self.row([i, j], start..(start + STEP).min(nz), image, batch, &measure, ends);
            }
        }
        if batch.len > 0 {
            sink(batch);
        }
        finite
    }
    /// Adds the particles of a part of a row to the batch.
    #[inline(always)]
    fn row(
        &self,
        [i, j]: [usize; 2],
        k: Range<usize>,
        image: &Image,
        batch: &mut Batch,
        measure: &impl Fn([f64; 3]) -> f64,
        [low, high]: [f64; 2],
    ) -> bool {
        let (first, len, count) = ((i * self.n[1] + j) * self.n[2] + k.start, k.len(), self.len());
        let site = self.node([i, j, k.start]);
        let mut from = [[0.0; STEP]; 3];
        for b in 0..3 {
            let moved = &self.displacement[b * count + first..][..len];
            let (n, sign, offset) = (self.period[b] as f64, image.sign[b], image.offset[b]);
            let (along, inverse) = (if b == 2 { 1.0 } else { 0.0 }, 1.0 / n);
            let to = &mut from[image.axis[b]];
            for (m, (to, d)) in to.iter_mut().zip(moved).enumerate() {
                *to = sign * wrap(site[b] + along * m as f64 + d.wide(), n, inverse) + offset;
            }
        }
        if self.drift.is_some() {
            for m in 0..len {
                let moved = self.crossing(first + m, [from[0][m], from[1][m], from[2][m]], image).0;
                (0..3).for_each(|a| from[a][m] = moved[a]);
            }
        }
        // Sites beyond the row's end have the place (0, 0, 0) and are not looked at below.
        let mut measured = [0.0; STEP];
        let (mut endless, mut any) = (0u64, 0u64);
        for m in 0..STEP {
            let place = [from[0][m], from[1][m], from[2][m]];
            let v = measure(place);
            measured[m] = v;
            endless |= if place[0] + place[1] + place[2] < f64::INFINITY { 0 } else { u64::MAX };
            any |= if (v >= low) & (v < high) { u64::MAX } else { 0 };
        }
        if any != 0 {
            let mut at = batch.len;
            for m in 0..len {
                // `at` stays below BATCH: there was room for the whole part.
                let to = at & (BATCH - 1);
                (0..3).for_each(|a| batch.place[a][to] = from[a][m]);
                batch.site[to] = (first + m) as u32;
                batch.measure[to] = measured[m];
                at += usize::from((measured[m] >= low) & (measured[m] < high));
            }
            batch.len = at;
        }
        endless == 0
    }
    /// Where a particle, which is at `from` now, crosses the light cone; the drift's factor, and its slope over the distance.
    #[inline(always)]
    fn crossing(&self, site: usize, from: [f64; 3], image: &Image) -> ([f64; 3], f64, f64) {
        let Some((momentum, table)) = self.drift else { return (from, 0.0, 0.0) };
        let (factor, slope) = table.at((from[0] * from[0] + from[1] * from[1] + from[2] * from[2]).sqrt());
        let mut to = from;
        for b in 0..3 {
            let (a, n) = (image.axis[b], self.period[b] as f64);
            let moved = from[a] + image.sign[b] * factor * momentum[b * self.len() + site].wide();
            to[a] = image.sign[b] * wrap(image.sign[b] * (moved - image.offset[b]), n, 1.0 / n) + image.offset[b];
        }
        (to, factor, slope)
    }
    /// Cotangents of displacement and momentum, along the axes of the box, from that of the place.
    #[inline(always)]
    pub fn pull_back(&self, site: u32, image: &Image, place: [f64; 3]) -> ([f64; 3], [f64; 3]) {
        let mut turned = [0, 1, 2].map(|b| image.sign[b] * place[image.axis[b]]);
        let Some((momentum, _)) = self.drift else { return (turned, [0.0; 3]) };
        let (site, count) = (site as usize, self.len());
        let [_, ny, nz] = self.n;
        let node = self.node([site / (ny * nz), site / nz % ny, site % nz]);
        let mut from = [0.0; 3];
        for b in 0..3 {
            let n = self.period[b] as f64;
            let u = wrap(node[b] + self.displacement[b * count + site].wide(), n, 1.0 / n);
            from[image.axis[b]] = image.sign[b] * u + image.offset[b];
        }
        let (_, factor, slope) = self.crossing(site, from, image);
        let r = (from[0] * from[0] + from[1] * from[1] + from[2] * from[2]).sqrt();
        let to_momentum = turned.map(|t| factor * t);
        if slope != 0.0 && r > 0.0 {
            let along: f64 = (0..3).map(|b| momentum[b * count + site].wide() * turned[b]).sum();
            (0..3).for_each(|b| turned[b] += along * slope * image.sign[b] * from[image.axis[b]] / r);
        }
        (turned, to_momentum)
    }
}
