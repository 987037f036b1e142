//! Images `[y, x, wavelength]` convolved with a point spread function, alike or another for each wavelength.
//!
//! Gaussians are products of two, done one after the other. Other functions of a few pixels are summed directly; large ones
//! by transforms, of which each takes two wavelengths as real and imaginary part: the function is symmetric, so its
//! spectrum is real, and the spectra of the two are found again from frequencies k and -k.

use crate::lsf::{gaussian, Sampling};
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::math::{log, pow, sqrt};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;
use cosmesh_fft::{Plan, Real};
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};

/// A symmetric point spread function.
#[derive(Clone, Copy)]
pub struct Psf<'a> {
    /// 0 for a Gaussian, else the exponent of Moffat's (1 + r^2 / width^2)^-beta.
    pub beta: f64,
    /// [pixel] One for all, or one for each wavelength.
    pub width: &'a [f64],
    /// [pixel] Half the side of the square that holds it, without the pixel in the middle.
    pub radius: usize,
    pub sampling: Sampling,
}

/// Width over full width at half maximum: that of Moffat's function, or of a Gaussian for `beta` 0.
pub fn width_of_fwhm(beta: f64) -> f64 {
    0.5 / sqrt(if beta == 0.0 { 2.0 * log(2.0) } else { pow(2.0, 1.0 / beta) - 1.0 })
}

/// [width] Radius of the circle that has all light but a share `outside`.
pub fn radius_of_share(beta: f64, outside: f64) -> f64 {
    sqrt(if beta == 0.0 { -2.0 * log(outside) } else { pow(outside, 1.0 / (1.0 - beta)) - 1.0 })
}

/// Places and weights of Gauss and Legendre in [0, 1], for 8 and 4 points (Abramowitz and Stegun 1964, table 25.4), by halves.
const EIGHT: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];
const FOUR: [(f64, f64); 2] = [(0.339_981_043_584_856_3, 0.652_145_154_862_546_1), (0.861_136_311_594_052_6, 0.347_854_845_137_453_85)];

/// Moffat's function, 1 in the middle; `inverse` is 1/alpha^2.
#[inline(always)]
fn moffat(x: F64x2, y: F64x2, inverse: f64, beta: f64) -> F64x2 {
    let r = (x * x + y * y) * F64x2::splat(inverse);
    ((F64x2::splat(1.0) + r).log() * F64x2::splat(-beta)).exp()
}

/// Mean of Moffat's function over the pixel at (x, y).
fn moffat_pixel(x: f64, y: f64, alpha: f64, beta: f64, panels: usize) -> f64 {
    // Far out the function is smooth on the scale of a pixel: the error stays below 1e-10 of its maximum.
    let rule: &[(f64, f64)] = if x * x + y * y < 100.0 { &EIGHT } else { &FOUR };
    let step = 1.0 / panels as f64;
    let inverse = 1.0 / (alpha * alpha);
    let mut sum = F64x2::splat(0.0);
    for (i, j) in (0..panels * panels).map(|k| (k / panels, k % panels)) {
        let (cx, cy) = (x - 0.5 + (i as f64 + 0.5) * step, y - 0.5 + (j as f64 + 0.5) * step);
        for &(v, wv) in rule {
            for sign in [-1.0, 1.0] {
                let fy = cy + 0.5 * step * sign * v;
                for &(u, wu) in rule {
                    let fx = F64x2::load(&[cx - 0.5 * step * u, cx + 0.5 * step * u]);
                    sum += moffat(fx, F64x2::splat(fy), inverse, beta) * F64x2::splat(wu * wv);
                }
            }
        }
    }
    let [a, b] = sum.to_array();
    (a + b) * 0.25 * step * step
}

impl Psf<'_> {
    /// Fills with the weights at distances (y, x) of 0 to `radius`, `[radius + 1, radius + 1]`; over all signs they sum to 1.
    pub fn quadrant(&self, plane: usize, out: &mut [f64]) {
        let (width, side) = (self.width[plane], self.radius + 1);
        if self.beta == 0.0 {
            let mut line = vec![0.0; side];
            gaussian(width, self.sampling, &mut line);
            for (i, w) in out.iter_mut().enumerate() {
                *w = line[i / side] * line[i % side];
            }
            return;
        }
        let panels = (1.0 / width).ceil().max(1.0) as usize;
        let mut sum = 0.0;
        for y in 0..side {
            for x in (y..side).step_by(2) {
                let (fx, fy) = (x as f64, y as f64);
                let pair = if self.sampling == Sampling::Integrated {
                    [fx, fx + 1.0].map(|fx| moffat_pixel(fx, fy, width, self.beta, panels))
                } else {
                    moffat(F64x2::load(&[fx, fx + 1.0]), F64x2::splat(fy), 1.0 / (width * width), self.beta).to_array()
                };
                for (x, value) in (x..side).zip(pair) {
                    out[y * side + x] = value;
                    out[x * side + y] = value;
                    let sides = |k: usize| if k == 0 { 1.0 } else { 2.0 };
                    sum += value * sides(x) * sides(y) * if x == y { 1.0 } else { 2.0 };
                }
            }
        }
        out.iter_mut().for_each(|w| *w /= sum);
    }
}

/// Images of one shape: out[y, x] = sum over the function of in[y + shift + dy, x + shift + dx], zero outside.
#[derive(Clone, Copy)]
pub struct Images {
    /// y and x.
    pub input: [usize; 2],
    /// y and x.
    pub output: [usize; 2],
    pub shift: isize,
    pub waves: usize,
}

/// Wavelengths done together, in four registers.
const fn group<R: Real>() -> usize {
    4 * R::LANES
}
/// Groups done together, so that each visit of a spaxel takes some lines of the cache.
const GROUPS: usize = 4;
/// Rows of a block.
const ROWS: usize = 8;

type Four<R> = [<R as Real>::V; 4];

/// Sum over taps of weights times a group of numbers; the next tap's numbers lie `step` further, its weights a group further.
///
/// # Safety
/// A group must be readable at `from` and `weights` for each of the `taps`.
#[inline(always)]
unsafe fn weigh<R: Real>(mut sum: Four<R>, mut from: *const R, step: usize, mut weights: *const R, taps: usize) -> Four<R> {
    for _ in 0..taps {
        for (i, sum) in sum.iter_mut().enumerate() {
            // SAFETY: promised by the caller.
            *sum += unsafe { R::V::load_ptr(from.add(i * R::LANES)) * R::V::load_ptr(weights.add(i * R::LANES)) };
        }
        // Past the last tap nothing is read.
        (from, weights) = (from.wrapping_add(step), weights.wrapping_add(group::<R>()));
    }
    sum
}

/// As `weigh`, of the first `count` numbers of a group; the others are zero.
fn weigh_some<R: Real>(sum: Four<R>, from: &[R], step: usize, weights: &[R], taps: usize, count: usize) -> Four<R> {
    if taps == 0 {
        return sum;
    }
    assert!(weights.len() >= taps * group::<R>() && from.len() >= (taps - 1) * step + count, "taps outside of the image");
    if count == group::<R>() {
        // SAFETY: the lengths were checked.
        return unsafe { weigh(sum, from.as_ptr(), step, weights.as_ptr(), taps) };
    }
    let mut sum = sum;
    let mut full = [R::default(); 16];
    for t in 0..taps {
        full[..count].copy_from_slice(&from[t * step..][..count]);
        // SAFETY: `full` has the numbers of a group, and `weights` was checked.
        sum = unsafe { weigh(sum, full.as_ptr(), 0, weights[t * group::<R>()..].as_ptr(), 1) };
    }
    sum
}

#[inline(always)]
fn store<R: Real>(v: Four<R>, to: &mut [R]) {
    if let Some(to) = to.get_mut(..group::<R>()) {
        for (v, to) in v.iter().zip(to.chunks_exact_mut(R::LANES)) {
            v.store(to);
        }
    } else {
        let mut full = [R::default(); 16];
        for (i, v) in v.iter().enumerate() {
            v.store(&mut full[i * R::LANES..]);
        }
        to.copy_from_slice(&full[..to.len()]);
    }
}

/// Weights `[group of wavelengths (one, if all are alike), tap, wavelength]`, from `fill`, which gives those of a plane.
fn table<R: Real>(planes: usize, taps: usize, fill: impl Fn(usize, &mut [f64]) + Sync) -> Result<Vec<R>, Status> {
    let g = group::<R>();
    let mut table: Vec<R> = try_zeroed(planes.div_ceil(g) * taps * g)?;
    let shared = SharedMut::new(&mut table);
    for_each_block(planes.div_ceil(g), |b| {
        // SAFETY: each block has its own group.
        let part = unsafe { shared.part(b * taps * g, taps * g) };
        let mut weights = vec![0.0; taps];
        for w in 0..g.min(planes - b * g) {
            fill(b * g + w, &mut weights);
            for (t, &weight) in weights.iter().enumerate() {
                if planes == 1 {
                    part[t * g..][..g].fill(R::of(weight));
                } else {
                    part[t * g + w] = R::of(weight);
                }
            }
        }
    });
    Ok(table)
}

/// The taps whose places `start + tap` lie within 0..n.
fn within(start: isize, taps: usize, n: usize) -> std::ops::Range<usize> {
    let low = (-start).clamp(0, taps as isize) as usize;
    low..(n as isize - start).clamp(low as isize, taps as isize) as usize
}

impl Images {
    /// Runs `body(y, first group, groups, row of the output)` for all rows and sets of groups.
    fn each<R: Real>(&self, out: &mut [R], body: impl Fn(std::ops::Range<usize>, std::ops::Range<usize>, SharedMut<R>) + Sync) {
        let groups = self.waves.div_ceil(group::<R>());
        let tiles = self.output[0].div_ceil(ROWS);
        let shared = SharedMut::new(out);
        for_each_block(groups.div_ceil(GROUPS) * tiles, |b| {
            let (first, y) = (b / tiles * GROUPS, b % tiles * ROWS);
            body(y..(y + ROWS).min(self.output[0]), first..(first + GROUPS).min(groups), shared);
        });
    }
    /// Wavelengths of a group.
    fn count<R: Real>(&self, g: usize) -> usize {
        group::<R>().min(self.waves - g * group::<R>())
    }

    fn separable<R: Real>(&self, psf: &Psf, from: &[R], out: &mut [R]) -> Result<(), Status> {
        let (r, taps, size) = (psf.radius, 2 * psf.radius + 1, group::<R>());
        let table = table::<R>(psf.width.len(), taps, |plane, weights| {
            let mut half = vec![0.0; r + 1];
            gaussian(psf.width[plane], psf.sampling, &mut half);
            weights.iter_mut().enumerate().for_each(|(t, w)| *w = half[t.abs_diff(r)]);
        })?;
        let of = |g: usize| &table[if psf.width.len() == 1 { 0 } else { g * taps * size }..][..taps * size];
        let ([ny, nx], [_, ox], waves) = (self.input, self.output, self.waves);
        self.each(out, |rows, groups, out| {
            let zero = [R::V::splat(R::default()); 4];
            // With zeros at both ends, of which the output may see more than the radius.
            let low = self.shift - r as isize;
            let [before, after] = [-low, low + (ox + 2 * r) as isize - nx as isize].map(|n| n.max(0) as usize);
            let mut line = vec![R::default(); (before + nx + after) * GROUPS * size];
            for y in rows {
                let top = y as isize + self.shift - r as isize;
                let column = within(top, taps, ny);
                for x in 0..nx {
                    for (k, g) in groups.clone().enumerate() {
                        let at = ((top + column.start as isize) as usize * nx + x) * waves + g * size;
                        let sum = weigh_some(zero, from.get(at..).unwrap_or(&[]), nx * waves, &of(g)[column.start * size..], column.len(), self.count::<R>(g));
                        store::<R>(sum, &mut line[((before + x) * GROUPS + k) * size..][..size]);
                    }
                }
                for x in 0..ox {
                    let left = (before as isize + low) as usize + x;
                    for (k, g) in groups.clone().enumerate() {
                        let sum = weigh_some(zero, &line[(left * GROUPS + k) * size..], GROUPS * size, of(g), taps, size);
                        // SAFETY: each block has its own rows and groups.
                        store::<R>(sum, unsafe { out.part((y * ox + x) * waves + g * size, self.count::<R>(g)) });
                    }
                }
            }
        });
        Ok(())
    }

    fn direct<R: Real>(&self, psf: &Psf, from: &[R], out: &mut [R]) -> Result<(), Status> {
        let (r, side, size) = (psf.radius, 2 * psf.radius + 1, group::<R>());
        let taps = side * side;
        let table = table::<R>(psf.width.len(), taps, |plane, weights| {
            let mut quadrant = vec![0.0; (r + 1) * (r + 1)];
            psf.quadrant(plane, &mut quadrant);
            weights.iter_mut().enumerate().for_each(|(t, w)| *w = quadrant[(t / side).abs_diff(r) * (r + 1) + (t % side).abs_diff(r)]);
        })?;
        let of = |g: usize| &table[if psf.width.len() == 1 { 0 } else { g * taps * size }..][..taps * size];
        let ([ny, nx], [_, ox], waves) = (self.input, self.output, self.waves);
        self.each(out, |rows, groups, out| {
            for y in rows {
                let top = y as isize + self.shift - r as isize;
                for x in 0..ox {
                    let left = x as isize + self.shift - r as isize;
                    let (rows, columns) = (within(top, side, ny), within(left, side, nx));
                    for g in groups.clone() {
                        let mut sum = [R::V::splat(R::default()); 4];
                        for a in rows.clone() {
                            let at = ((top + a as isize) as usize * nx + (left + columns.start as isize) as usize) * waves + g * size;
                            let weights = &of(g)[(a * side + columns.start) * size..];
                            sum = weigh_some(sum, from.get(at..).unwrap_or(&[]), waves, weights, columns.len(), self.count::<R>(g));
                        }
                        // SAFETY: each block has its own rows and groups.
                        store::<R>(sum, unsafe { out.part((y * ox + x) * waves + g * size, self.count::<R>(g)) });
                    }
                }
            }
        });
        Ok(())
    }

    /// Sides of the transforms: so long that light that leaves at one side does not come in at the other.
    fn sides(&self, radius: usize) -> [usize; 2] {
        [0, 1].map(|axis| {
            let (input, output) = (self.input[axis] as isize, self.output[axis] as isize);
            // Inputs lie at 0..input; outputs reach from shift - radius to shift + output + radius.
            let (low, high) = ((self.shift - radius as isize).min(0), (self.shift + output + radius as isize).max(input));
            let (before, after) = (-low, high - input);
            // What lies before may be the same zeros as what lies after.
            fast((input + before.max(after)) as usize)
        })
    }

    fn by_transforms<R: Real>(&self, psf: &Psf, from: &[R], out: &mut [R]) -> Result<(), Status> {
        let ([ny, nx], [oy, ox], waves) = (self.input, self.output, self.waves);
        let [p, q] = self.sides(psf.radius);
        let size = group::<R>().min(waves.next_multiple_of(2));
        let plan = Plan::<R>::with_axes(&[p, q, size / 2], &[true, true, false], false)?;
        let scale = R::of(1.0 / (p * q) as f64);
        let alike = psf.width.len() == 1;
        let mut same: Vec<R> = Vec::new();
        if alike {
            let one = Plan::<R>::with_axes(&[p, q], &[true, true], false)?;
            let mut spectrum: Vec<R> = try_zeroed(p * q * 2)?;
            place(psf, 0, [p, q], 2, 0, &mut spectrum);
            one.complex_in_place(&mut spectrum, false, scale)?;
            same = spectrum.iter().step_by(2).copied().collect();
        }
        let failed = AtomicI32::new(Status::Ok as i32);
        let shared = SharedMut::new(out);
        let run = |b: usize| -> Result<(), Status> {
            let (first, count) = (b * size, size.min(waves - b * size));
            let mut images: Vec<R> = try_zeroed(p * q * size)?;
            // Numbers of spaxels with light above and to the left of a place.
            let mut lit = vec![0u32; (ny + 1) * (nx + 1)];
            for (y, x) in (0..ny * nx).map(|i| (i / nx, i % nx)) {
                let spectrum = &from[(y * nx + x) * waves + first..][..count];
                images[(y * q + x) * size..][..count].copy_from_slice(spectrum);
                let here = u32::from(spectrum.iter().any(|&v| v != R::default()));
                let at = (y + 1) * (nx + 1) + x + 1;
                lit[at] = lit[at - 1] + lit[at - nx - 1] - lit[at - nx - 2] + here;
            }
            // Whether light arrives at a place; where none does, rounding would leave some.
            let arrives = |y: usize, x: usize| {
                let ends = |at: usize, n: usize| {
                    let at = at as isize + self.shift;
                    [at - psf.radius as isize, at + psf.radius as isize + 1].map(|end| end.clamp(0, n as isize) as usize)
                };
                let ([top, bottom], [left, right]) = (ends(y, ny), ends(x, nx));
                let sum = |y: usize, x: usize| lit[y * (nx + 1) + x];
                sum(bottom, right) + sum(top, left) > sum(top, right) + sum(bottom, left)
            };
            plan.complex_in_place(&mut images, false, R::of(1.0))?;
            if alike {
                for (z, &w) in images.chunks_exact_mut(size).zip(&same) {
                    z.iter_mut().for_each(|z| *z = *z * w);
                }
            } else {
                let mut spectra: Vec<R> = try_zeroed(p * q * size)?;
                for w in 0..count {
                    place(psf, first + w, [p, q], size, w, &mut spectra);
                }
                plan.complex_in_place(&mut spectra, false, R::of(0.5 / (p * q) as f64))?;
                multiply(&mut images, &spectra, [p, q], size);
            }
            plan.complex_in_place(&mut images, true, R::of(1.0))?;
            for (y, x) in (0..oy * ox).map(|i| (i / ox, i % ox)) {
                let at = |y: usize, p: usize| (y as isize + self.shift).rem_euclid(p as isize) as usize;
                // SAFETY: each block has its own wavelengths.
                let to = unsafe { shared.part((y * ox + x) * waves + first, count) };
                if !arrives(y, x) {
                    to.fill(R::default());
                    continue;
                }
                to.copy_from_slice(&images[(at(y, p) * q + at(x, q)) * size..][..count]);
            }
            Ok(())
        };
        for_each_block(waves.div_ceil(size), |b| {
            if let Err(status) = run(b) {
                failed.store(status as i32, SeqCst);
            }
        });
        if failed.load(SeqCst) == Status::Ok as i32 { Ok(()) } else { Err(Status::OutOfMemory) }
    }

    /// Fills `out` from `from`; `adjoint` needs no more than another shift, as the function is symmetric.
    ///
    /// # Errors
    /// `OutOfMemory` without room for the weights or transforms.
    pub fn convolve<R: Real>(&self, psf: &Psf, way: Way, from: &[R], out: &mut [R]) -> Result<(), Status> {
        assert!(from.len() == self.input[0] * self.input[1] * self.waves && out.len() == self.output[0] * self.output[1] * self.waves, "lengths differ");
        assert!(psf.width.len() == 1 || psf.width.len() == self.waves, "one width, or one for each wavelength");
        match way {
            Way::Auto if psf.beta == 0.0 => self.separable(psf, from, out),
            Way::Auto if psf.radius <= LARGEST_DIRECT => self.direct(psf, from, out),
            Way::Auto | Way::Transforms => self.by_transforms(psf, from, out),
            Way::Direct => self.direct(psf, from, out),
        }
    }
}

/// How to convolve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The fastest.
    Auto,
    Direct,
    Transforms,
}

/// [pixel] Radius up to which direct sums take less time than transforms.
const LARGEST_DIRECT: usize = 3;

/// Puts plane `plane` around the origin of images `[p, q, size]`, as number `at` of each pixel.
fn place<R: Real>(psf: &Psf, plane: usize, [p, q]: [usize; 2], size: usize, at: usize, images: &mut [R]) {
    let (r, side) = (psf.radius, psf.radius + 1);
    let mut quadrant = vec![0.0; side * side];
    psf.quadrant(plane, &mut quadrant);
    for (y, x) in (0..(2 * r + 1) * (2 * r + 1)).map(|i| (i / (2 * r + 1), i % (2 * r + 1))) {
        let weight = quadrant[y.abs_diff(r) * side + x.abs_diff(r)];
        // A function wider than the image meets itself where nothing is read.
        let (v, u) = ((y + p * (r / p + 1) - r) % p, (x + q * (r / q + 1) - r) % q);
        let z = &mut images[(v * q + u) * size + at];
        *z = *z + R::of(weight);
    }
}

/// Spectra Z = A + iB of pairs of images, times twice those of their functions, K1 + i K2: A K1 + i B K2 at k is
/// (K1 + K2) Z(k) + (K1 - K2) conj Z(-k), with real K1 and K2 that are even.
fn multiply<R: Real>(images: &mut [R], spectra: &[R], [p, q]: [usize; 2], size: usize) {
    for y in 0..p {
        for x in 0..q {
            let (here, there) = ((y * q + x) * size, ((p - y) % p * q + (q - x) % q) * size);
            if here > there {
                continue;
            }
            for w in (0..size).step_by(2) {
                let (k1, k2) = (spectra[here + w], spectra[here + w + 1]);
                let (sum, difference) = (k1 + k2, k1 - k2);
                let (a, b) = ([images[here + w], images[here + w + 1]], [images[there + w], images[there + w + 1]]);
                images[here + w] = sum * a[0] + difference * b[0];
                images[here + w + 1] = sum * a[1] - difference * b[1];
                images[there + w] = sum * b[0] + difference * a[0];
                images[there + w + 1] = sum * b[1] - difference * a[1];
            }
        }
    }
}

/// The smallest length of at least `n` with factors 2, 3, 5 and 7 only.
fn fast(n: usize) -> usize {
    let rest = |m: usize| [2, 3, 5, 7].iter().fold(m, |mut m, f| {
        while m % f == 0 {
            m /= f;
        }
        m
    });
    (n.max(1)..).find(|&m| rest(m) == 1).expect("a power of two")
}

/// Fills `[2 radius + 1, 2 radius + 1]` with the weights of a plane.
pub fn image(psf: &Psf, plane: usize, out: &mut [f64]) {
    let (r, side) = (psf.radius, 2 * psf.radius + 1);
    let mut quadrant = vec![0.0; (r + 1) * (r + 1)];
    psf.quadrant(plane, &mut quadrant);
    for (i, w) in out.iter_mut().enumerate() {
        *w = quadrant[(i / side).abs_diff(r) * (r + 1) + (i % side).abs_diff(r)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize, seed: usize) -> Vec<f64> {
        (0..n).map(|i| ((i * 7919 + seed) % 1009) as f64 / 1009.0).collect()
    }
    fn worst(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).fold(0.0, |m, (a, b)| f64::max(m, (a - b).abs()))
    }
    /// From the definition.
    fn naive(images: &Images, psf: &Psf, from: &[f64]) -> Vec<f64> {
        let ([ny, nx], [oy, ox], nw, side) = (images.input, images.output, images.waves, 2 * psf.radius + 1);
        let mut out = vec![0.0; oy * ox * nw];
        for w in 0..nw {
            let mut k = vec![0.0; side * side];
            image(psf, if psf.width.len() == 1 { 0 } else { w }, &mut k);
            for (y, x, a, b) in (0..oy * ox * side * side).map(|i| (i / side / side / ox, i / side / side % ox, i / side % side, i % side)) {
                let v = y as isize + images.shift + a as isize - psf.radius as isize;
                let u = x as isize + images.shift + b as isize - psf.radius as isize;
                if (0..ny as isize).contains(&v) && (0..nx as isize).contains(&u) {
                    out[(y * ox + x) * nw + w] += k[a * side + b] * from[(v as usize * nx + u as usize) * nw + w];
                }
            }
        }
        out
    }

    #[test]
    fn all_ways_agree_with_the_definition() {
        for (nw, radius, shift, beta) in [(1, 2, 0, 2.8), (5, 3, 1, 0.0), (19, 4, 2, 2.5), (17, 9, 3, 3.0), (33, 2, -2, 0.0), (18, 6, -3, 4.0)] {
            let input = [11, 9];
            let output = input.map(|n| (n as isize - 2 * shift) as usize);
            let images = Images { input, output, shift, waves: nw };
            let from = numbers(11 * 9 * nw, 3);
            let many: Vec<f64> = (0..nw).map(|w| 0.8 + 0.02 * w as f64).collect();
            for width in [&many[..1], &many] {
                let psf = Psf { beta, width, radius, sampling: Sampling::Plain };
                let expected = naive(&images, &psf, &from);
                for way in [Way::Auto, Way::Direct, Way::Transforms] {
                    let mut out = vec![7.0; expected.len()];
                    images.convolve(&psf, way, &from, &mut out).unwrap();
                    assert!(worst(&out, &expected) < 1e-14, "{way:?} {nw} {radius} {shift}: {}", worst(&out, &expected));
                }
            }
        }
    }

    #[test]
    fn integrals_of_moffat_pixels_are_those_of_many_samples() {
        for (x, y, alpha, beta) in [(0.0, 0.0, 0.9, 2.8), (1.0, 0.0, 0.4, 2.5), (4.0, 3.0, 1.9, 4.7), (10.0, 2.0, 0.9, 2.8)] {
            let n = 400;
            let mean = (0..n * n).map(|i| {
                let [u, v] = [i / n, i % n].map(|k| (k as f64 + 0.5) / n as f64 - 0.5);
                pow(1.0 + ((x + u) * (x + u) + (y + v) * (y + v)) / (alpha * alpha), -beta)
            }).sum::<f64>() / (n * n) as f64;
            let got = moffat_pixel(x, y, alpha, beta, (1.0f64 / alpha).ceil() as usize);
            // Midpoints of a step h miss h^2/24 times the Laplacian.
            assert!((got - mean).abs() < 1e-5 * mean, "{x} {y}: {got} {mean}");
        }
    }
}
