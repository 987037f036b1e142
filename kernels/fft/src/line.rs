//! What is known before a transform of one length: its factors, twiddles and order of output.

use crate::real::Real;
use cosmesh_core::math::sincos;
use std::f64::consts::PI;

/// A length that has a factor other than 2, 3, 5, 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsupported {
    pub length: usize,
    /// The smallest factor above 7.
    pub factor: usize,
}

/// Smallest prime factor above 7 of `n`, or `None`: then the fast kernels do `n`.
pub fn refused_factor(n: usize) -> Option<usize> {
    let mut rest = n.max(1);
    for p in [2, 3, 5, 7] {
        while rest.is_multiple_of(p) {
            rest /= p;
        }
    }
    if rest == 1 {
        return None;
    }
    let mut p = 11;
    while p * p <= rest {
        if rest.is_multiple_of(p) {
            return Some(p);
        }
        p += 2;
    }
    Some(rest)
}

/// One pass over the buffer: `blocks` butterflies side by side, legs `span` rows apart.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    pub radix: usize,
    pub span: usize,
    pub blocks: usize,
    /// Where its twiddles start.
    pub at: usize,
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
}

/// e^(-2 pi i k / n).
pub fn root(k: usize, n: usize) -> (f64, f64) {
    // By octants, so that the symmetric values are exact.
    let eighth = 8 * (k % n);
    let (octant, rest) = (eighth / n, eighth % n);
    let angle = |r: usize| sincos(PI / 4.0 * (r as f64 / n as f64));
    let (s, c) = if octant % 2 == 0 { angle(rest) } else { angle(n - rest) };
    let (x, y) = match octant {
        0 => (c, s),
        1 => (s, c),
        2 => (-s, c),
        3 => (-c, s),
        4 => (-c, -s),
        5 => (-s, -c),
        6 => (s, -c),
        _ => (c, -s),
    };
    (x, -y)
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
    let mut even = Vec::new();
    while bits > 0 {
        let take = if bits == 3 { 3 } else { bits.min(2) };
        even.push(1 << take);
        bits -= take;
    }
    odd.extend(even);
    // First and last pass also move the data, so there are always two.
    while odd.len() < 2 {
        odd.insert(0, 1);
    }
    odd
}

impl<R: Real> Line<R> {
    /// Tables for length `n` of at least 1.
    ///
    /// # Errors
    /// `Unsupported` if a factor is not 2, 3, 5 or 7.
    pub fn new(n: usize) -> Result<Self, Unsupported> {
        if let Some(factor) = refused_factor(n) {
            return Err(Unsupported { length: n, factor });
        }
        let (mut stages, mut twiddles) = (Vec::new(), Vec::new());
        let mut length = n;
        for radix in radices(n) {
            let span = length / radix;
            stages.push(Stage { radix, span, blocks: n / length, at: twiddles.len() });
            for j in 0..span {
                for q in 1..radix {
                    let (c, s) = root(j * q, length);
                    twiddles.extend([R::of(c), R::of(s)]);
                }
            }
            length = span;
        }
        let mut forward = vec![0u32; n];
        let mut position = vec![0u32; n];
        for (p, f) in forward.iter_mut().enumerate() {
            let (mut rest, mut k, mut weight) = (p, 0, 1);
            for s in &stages {
                k += weight * (rest / s.span);
                weight *= s.radix;
                rest %= s.span;
            }
            *f = k as u32;
            position[k] = p as u32;
        }
        let mirrored = (0..n).map(|k| position[(n - k) % n]).collect();
        let inverse = forward.iter().map(|&k| (n as u32 - k) % n as u32).collect();
        Ok(Self { n, stages, twiddles, position, mirrored, forward, inverse })
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
