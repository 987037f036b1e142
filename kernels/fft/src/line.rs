//! What is known before a transform of one length: its factors, twiddles and order of output.

use crate::chirp::Chirp;
use crate::real::Real;
use crate::roots::{root, Roots};
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;

/// The largest prime factor that a pass does; lengths with a larger one go by Bluestein's convolution. Measured: from 59 on a
/// pass costs more than the convolution.
const MOST_RADIX: usize = 53;

/// Whether all prime factors of `n` have passes of their own.
pub fn has_passes(n: usize) -> bool {
    largest_factor(n) <= MOST_RADIX
}

/// The largest prime factor; 1 for 1.
fn largest_factor(n: usize) -> usize {
    let (mut rest, mut p, mut most) = (n, 2, 1);
    while p * p <= rest {
        if rest.is_multiple_of(p) {
            rest /= p;
            most = p;
        } else {
            p += 1;
        }
    }
    most.max(rest)
}

/// One pass over the buffer: `blocks` butterflies side by side, legs `span` rows apart.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    pub radix: usize,
    pub span: usize,
    pub blocks: usize,
    /// Where its twiddles start.
    pub at: usize,
    /// Where the cosines and sines of a radix above 8 start.
    pub rotations: usize,
}

/// Tables of one length.
pub struct Line<R> {
    pub n: usize,
    pub stages: Vec<Stage>,
    /// For each stage and `j` in `0..span`: w^(j q), q = 1..radix, as (cos, -sin).
    pub twiddles: Vec<R>,
    /// Row of the buffer where the passes leave frequency k, and frequency -k.
    pub position: Vec<u32>,
    pub mirrored: Vec<u32>,
    /// Frequency that row p holds, for the forward and the inverse transform.
    pub forward: Vec<u32>,
    pub inverse: Vec<u32>,
    /// For a length with a large prime factor, instead of stages.
    pub chirp: Option<Box<Chirp<R>>>,
}

/// Radices of a length, in the order of the passes.
fn radices(n: usize) -> Vec<usize> {
    let mut odd = Vec::new();
    let mut rest = n;
    for p in [7, 5, 3] {
        while rest.is_multiple_of(p) {
            odd.push(p);
            rest /= p;
        }
    }
    let mut bits = rest.trailing_zeros() as usize;
    rest >>= bits;
    let mut even = Vec::new();
    while bits > 0 {
        let take = if bits == 3 { 3 } else { bits.min(2) };
        even.push(1 << take);
        bits -= take;
    }
    odd.extend(even);
    // First and last pass also move the data, so there are always two, of radices that are written out.
    while odd.len() < 2 {
        odd.insert(0, 1);
    }
    let mut p = 11;
    while rest > 1 {
        if rest.is_multiple_of(p) {
            rest /= p;
            odd.insert(odd.len() - 1, p);
        } else {
            p += 2;
        }
    }
    odd
}

impl<R: Real> Line<R> {
    /// Tables for length `n` of at least 1.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for them.
    pub fn new(n: usize) -> Result<Self, Status> {
        let mut position = try_zeroed(n)?;
        let mut forward = try_zeroed(n)?;
        let (mut stages, mut twiddles, mut chirp) = (Vec::new(), Vec::new(), None);
        if has_passes(n) {
            (stages, twiddles) = passes(n)?;
        } else {
            chirp = Some(Box::new(Chirp::new(n)?));
        }
        for (p, f) in forward.iter_mut().enumerate() {
            let (mut rest, mut k, mut weight) = (p, 0, 1);
            for s in &stages {
                k += weight * (rest / s.span);
                weight *= s.radix;
                rest %= s.span;
            }
            // A convolution leaves the frequencies in order.
            *f = if chirp.is_some() { p } else { k } as u32;
            position[*f as usize] = p as u32;
        }
        let (mut mirrored, mut inverse) = (try_zeroed(n)?, try_zeroed(n)?);
        for k in 0..n {
            mirrored[k] = position[(n - k) % n];
            inverse[k] = (n as u32 - forward[k]) % n as u32;
        }
        Ok(Self { n, stages, twiddles, position, mirrored, forward, inverse, chirp })
    }
    /// Rows of the buffer that the transform needs: `n`, or the length of the convolution.
    pub fn rows(&self) -> usize {
        self.chirp.as_ref().map_or(self.n, |c| c.rows())
    }
    /// Row of the buffer of frequency `k`, or of `-k`.
    ///
    /// # Safety
    /// `k < n`.
    #[inline(always)]
    pub unsafe fn row_of(&self, k: usize, inverse: bool) -> usize {
        let table = if inverse { &self.mirrored } else { &self.position };
        debug_assert!(k < table.len());
        // SAFETY: the caller's promise.
        unsafe { *table.get_unchecked(k) as usize }
    }
    /// Frequencies by row of the buffer.
    pub fn order(&self, inverse: bool) -> &[u32] {
        if inverse {
            &self.inverse
        } else {
            &self.forward
        }
    }
}

/// Stages and twiddles of a length that has passes.
fn passes<R: Real>(n: usize) -> Result<(Vec<Stage>, Vec<R>), Status> {
    let (mut stages, mut length, mut at) = (Vec::new(), n, 0);
    for radix in radices(n) {
        let (span, half) = (length / radix, radix / 2);
        let rotations = at + 2 * span * (radix - 1);
        stages.push(Stage { radix, span, blocks: n / length, at, rotations });
        at = rotations + if radix > 8 { 2 * half * half } else { 0 };
        length = span;
    }
    let mut table = try_zeroed(at)?;
    let mut put = |at: usize, (c, s): (f64, f64)| {
        table[at] = R::of(c);
        table[at + 1] = R::of(s);
    };
    for s in &stages {
        let roots = Roots::new(s.span * s.radix);
        for j in 0..s.span {
            for q in 1..s.radix {
                put(s.at + 2 * (j * (s.radix - 1) + q - 1), roots.get(j * q));
            }
        }
        if s.radix > 8 {
            let half = s.radix / 2;
            for k in 1..=half {
                for q in 1..=half {
                    let (c, s_) = root(k * q, s.radix);
                    put(s.rotations + 2 * ((k - 1) * half + q - 1), (c, -s_));
                }
            }
        }
    }
    Ok((stages, table))
}
