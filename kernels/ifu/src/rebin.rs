//! Flux-conserving rebinning: the mean over each pixel of a spectrum that is linear between its samples, exactly.
//!
//! In units of pixels, a spectrum is a sum of ramps `(x - x_j)_+` times the change of slope at sample j. The integral of a
//! ramp over pixels has second differences `(1-u)^2/2, 1/2 + u - u^2, u^2/2` at the pixel of x_j and the two after it, where
//! u is the place within its pixel. So a sample adds three numbers to a row, however many pixels lie between samples; two
//! running sums over the row, once for many stars, give the spectrum. Rounding errors of running sums grow with their
//! length: they start anew every `TILE` pixels, from the value and the slope of the spectrum there.

use crate::spectrum::{Model, Span};
use cosmesh_core::convert::whole;
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::number::Number;

/// Pixels of a tile.
pub const TILE: usize = 64;
/// Numbers of a tile: second differences, of which the last ones take what spills over and is not used.
const STRIDE: usize = TILE + 4;

/// A spectrum on pixels: a line through samples, constant beyond the ends of the templates.
struct Line<'a, W> {
    wavelength: &'a [f64],
    inverse: &'a [f64],
    samples: &'a [W],
    first: usize,
    /// [Angstrom] Where pixels begin, at rest.
    origin: f64,
    per_pixel: f64,
    scale: f64,
    /// From slopes for each Angstrom to those for each pixel, scaled.
    stretch: f64,
}

impl<'a, W: Number> Line<'a, W> {
    fn new<T>(model: &Model<'a, T>, span: &Span, samples: &'a [W], f: f64, scale: f64) -> Self {
        let (t, p) = (&model.templates, &model.pixels);
        let (origin, per_pixel, stretch) = (p.first / f, f / p.step, scale * p.step / f);
        Self { wavelength: t.wavelength, inverse: t.inverse, samples, first: span.samples.start, origin, per_pixel, scale, stretch }
    }
    #[inline(always)]
    fn value(&self, j: usize) -> f64 {
        self.samples[j - self.first].wide() * self.scale
    }
    /// Place of sample `j`, in pixels.
    #[inline(always)]
    fn place(&self, j: usize) -> f64 {
        (self.wavelength[j] - self.origin) * self.per_pixel
    }
    /// Slope before sample `j`, for each pixel.
    #[inline(always)]
    fn slope(&self, j: usize) -> f64 {
        if j == 0 || j == self.wavelength.len() {
            return 0.0;
        }
        let i = j - self.first;
        (self.samples[i].wide() - self.samples[i - 1].wide()) * self.inverse[j] * self.stretch
    }
    /// Places of samples `j` and `j + 1`.
    ///
    /// # Safety
    /// Both must be samples.
    #[inline(always)]
    unsafe fn places(&self, j: usize) -> F64x2 {
        // SAFETY: promised by the caller.
        (unsafe { F64x2::load_ptr(self.wavelength.as_ptr().add(j)) } - F64x2::splat(self.origin)) * F64x2::splat(self.per_pixel)
    }
    /// Changes of slope at samples `j` and `j + 1`.
    ///
    /// # Safety
    /// Samples `j - 1` to `j + 2` must be given.
    #[inline(always)]
    unsafe fn bends(&self, j: usize) -> F64x2 {
        // SAFETY: promised by the caller; `inverse` has one number more than there are wavelengths.
        unsafe {
            let (s, inverse) = (self.samples.as_ptr().add(j - self.first), self.inverse.as_ptr().add(j));
            let here = W::pair(s);
            let after = (W::pair(s.add(1)) - here) * F64x2::load_ptr(inverse.add(1));
            let before = (here - W::pair(s.sub(1))) * F64x2::load_ptr(inverse);
            (after - before) * F64x2::splat(self.stretch)
        }
    }
}

/// Spectra of stars, as second differences.
pub struct Tiles {
    differences: Vec<f64>,
    /// Value in the pixel before the first one, and slope, of each tile.
    starts: Vec<[f64; 2]>,
}

impl Tiles {
    pub fn new(pixels: usize) -> Self {
        let tiles = pixels.div_ceil(TILE);
        // Room for a sample that is rounded to the end of the last tile.
        Self { differences: vec![0.0; tiles * STRIDE + STRIDE - TILE], starts: vec![[0.0; 2]; tiles] }
    }
    /// Sets all to zero.
    pub fn clear(&mut self) {
        self.differences.fill(0.0);
        self.starts.fill([0.0; 2]);
    }
    /// Adds `scale` times a spectrum whose samples are those of `span`, stretched by `f`.
    pub fn add<T, W: Number>(&mut self, model: &Model<T>, span: &Span, samples: &[W], f: f64, scale: f64) {
        let line = Line::new(model, span, samples, f, scale);
        let (start, end) = (span.inside.start, span.inside.end);
        // Ends of the templates have one neighbour only.
        let (low, high) = (start.max(1).min(end), end.min(line.wavelength.len() - 1).max(start));
        let mut tile = 0;
        for j in start..low {
            self.bend(&line, &mut tile, j, line.place(j), line.slope(j + 1) - line.slope(j));
        }
        let [half, one, big] = [0.5, 1.0, (1u64 << 52) as f64].map(F64x2::splat);
        let mut j = low;
        while j + 1 < high {
            // SAFETY: samples j and j + 1 lie inside, and have neighbours on both sides that belong to the span.
            let (x, bends) = unsafe { (line.places(j), line.bends(j)) };
            let shifted = (x - half).max(F64x2::splat(0.0)) + big;
            let u = x - (shifted - big);
            let (left, right) = (half * (one - u) * (one - u) * bends, half * u * u * bends);
            let taps = [left, bends - left - right, right].map(F64x2::to_array);
            let m = shifted.to_array().map(|v| v.to_bits() as u32 as usize);
            for k in 0..2 {
                self.begin(&line, &mut tile, m[k], j + k);
                self.scatter(m[k], taps.map(|t| t[k]));
            }
            j += 2;
        }
        for j in j..end {
            self.bend(&line, &mut tile, j, line.place(j), line.slope(j + 1) - line.slope(j));
        }
        self.begin(&line, &mut tile, usize::MAX, end);
    }
    /// Begins tiles up to that of pixel `m`, before sample `next`.
    #[inline(always)]
    fn begin<W: Number>(&mut self, line: &Line<W>, tile: &mut usize, m: usize, next: usize) {
        while *tile <= m / TILE && *tile < self.starts.len() {
            let slope = line.slope(next);
            let from = next.saturating_sub(1);
            let there = line.value(from) + if next == 0 { 0.0 } else { slope * ((*tile * TILE) as f64 - line.place(from)) };
            let start = &mut self.starts[*tile];
            start[0] += there - 0.5 * slope;
            start[1] += slope;
            *tile += 1;
        }
    }
    /// Adds a change of slope at `x`, at sample `j`.
    #[inline(always)]
    fn bend<W: Number>(&mut self, line: &Line<W>, tile: &mut usize, j: usize, x: f64, bend: f64) {
        let m = whole(x);
        self.begin(line, tile, m, j);
        let u = x - m as f64;
        let (left, right) = (0.5 * (1.0 - u) * (1.0 - u) * bend, 0.5 * u * u * bend);
        self.scatter(m, [left, bend - left - right, right]);
    }
    /// Adds to second differences at pixel `m` and the two after it.
    #[inline(always)]
    fn scatter(&mut self, m: usize, with: [f64; 3]) {
        let at = m + m / TILE * (STRIDE - TILE);
        let taps = &mut self.differences[at..at + 3];
        (0..3).for_each(|k| taps[k] += with[k]);
    }
    /// Adds the spectrum to a row of pixels.
    pub fn finish<C: Number>(&self, out: &mut [C]) {
        for ((out, row), start) in out.chunks_mut(TILE).zip(self.differences.chunks_exact(STRIDE)).zip(&self.starts) {
            let [mut value, mut slope] = *start;
            for (o, d) in out.iter_mut().zip(row) {
                slope += d;
                value += slope;
                *o = C::round(o.wide() + value);
            }
        }
    }
}

/// Weights of pixels, to be carried back to samples: sums of them and of these sums, from the start of each tile.
pub struct Weights {
    /// Weight of a pixel, and integrals of weights up to its lower edge, once and twice.
    sums: Vec<[f64; 4]>,
    pixels: usize,
}

/// Numbers of a tile: one more, for its end.
const EDGES: usize = TILE + 1;

impl Weights {
    pub fn new<C: Number>(weights: &[C]) -> Self {
        let mut sums = vec![[0.0; 4]; weights.len().div_ceil(TILE) * EDGES];
        for (out, tile) in sums.chunks_exact_mut(EDGES).zip(weights.chunks(TILE)) {
            let (mut once, mut twice) = (0.0, 0.0);
            for (o, w) in out.iter_mut().zip(tile) {
                let w = w.wide();
                *o = [w, once, twice, 0.0];
                twice += once + 0.5 * w;
                once += w;
            }
            out[tile.len()] = [0.0, once, twice, 0.0];
        }
        Self { sums, pixels: weights.len() }
    }
    /// Fills `out`, as long as `span.samples`, with the derivatives by samples of the sum of weights times pixels, and returns
    /// that by `f`.
    pub fn pull<T, W: Number>(&self, model: &Model<T>, span: &Span, samples: &[W], f: f64, out: &mut [f64]) -> f64 {
        let line = Line::new(model, span, samples, f, 1.0);
        let (first, end, len) = (span.samples.start, span.inside.end, line.wavelength.len());
        out.fill(0.0);
        // Integral of weights times the spectrum, and what it changes by as wavelengths are stretched.
        let (mut total, mut moved) = (0.0, 0.0);
        let mut last = Place { x: 0.0, tile: 0, once: 0.0, twice: 0.0 };
        // Of the interval before sample j: integrals of weights, and of weights times the distance from its start.
        for j in span.inside.start..=end {
            let here = if j < end { self.place(line.place(j)) } else { self.end() };
            let low = j.saturating_sub(1);
            let [sum, mut moment] = self.between(&last, &here);
            let value = line.value(low);
            if j == 0 || j == len {
                out[low - first] += sum;
                total += value * sum;
            } else {
                moment += (last.x - line.place(low)) * sum;
                let share = moment * line.inverse[j] / line.per_pixel;
                let rise = line.value(j) - value;
                out[low - first] += sum - share;
                out[j - first] += share;
                total += value * sum + rise * share;
                moved += rise * (share + line.wavelength[low] * line.inverse[j] * sum);
            }
            last = here;
        }
        out.iter_mut().for_each(|v| *v /= f);
        -(total + moved) / (f * f)
    }
    /// A place within the pixels, or a rounding error outside.
    #[inline(always)]
    fn place(&self, x: f64) -> Place {
        let x = if x > 0.0 { x } else { 0.0 };
        let m = whole(x).min(self.pixels - 1);
        let (u, tile) = (x - m as f64, m / TILE);
        let [w, once, twice, _] = self.sums[m + tile];
        Place { x, tile, once: once + u * w, twice: twice + u * (once + 0.5 * u * w) }
    }
    /// The end of all pixels.
    fn end(&self) -> Place {
        let tile = (self.pixels - 1) / TILE;
        let [_, once, twice, _] = self.sums[self.pixels + tile];
        Place { x: self.pixels as f64, tile, once, twice }
    }
    /// Integrals between two places: of weights, and of weights times the distance from the first.
    #[inline(always)]
    fn between(&self, a: &Place, b: &Place) -> [f64; 2] {
        let (mut from, mut sum, mut moment) = (*a, 0.0, 0.0);
        while from.tile < b.tile {
            let [_, once, twice, _] = self.sums[(from.tile + 1) * EDGES - 1];
            let x = ((from.tile + 1) * TILE) as f64;
            let part = once - from.once;
            moment += once * (x - from.x) - (twice - from.twice) + (from.x - a.x) * part;
            sum += part;
            from = Place { x, tile: from.tile + 1, once: 0.0, twice: 0.0 };
        }
        let part = b.once - from.once;
        moment += b.once * (b.x - from.x) - (b.twice - from.twice) + (from.x - a.x) * part;
        [sum + part, moment]
    }
}

/// A place in pixels, and integrals of weights up to there from the start of its tile, once and twice.
#[derive(Clone, Copy)]
struct Place {
    x: f64,
    tile: usize,
    once: f64,
    twice: f64,
}
