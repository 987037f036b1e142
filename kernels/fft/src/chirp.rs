//! Lengths with a large prime factor, as a convolution (Bluestein 1970): with c_j = e^(-pi i j^2 / n),
//! X_k = c_k sum_j (x_j c_j) conj c_(k - j), as j k = (j^2 + k^2 - (k - j)^2) / 2. The sum is a cyclic convolution of any length
//! m >= 2 n - 1, done by transforms of a length m that has fast passes. j^2 is reduced modulo 2 n in whole numbers, so the
//! chirp is as exact as any root; the spectrum of its conjugate is computed in f64 whatever `R` is.

use crate::convolve::{convolve, Ends};
use crate::line::Line;
use crate::real::Real;
use crate::roots::Roots;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;

/// Tables of one length.
pub struct Chirp<R> {
    /// The passes of length m.
    line: Line<R>,
    /// c_j for j in 0..n.
    chirp: Vec<R>,
    /// Spectrum of conj c, over m, in the order of the rows after the passes.
    spectrum: Vec<R>,
}

/// The cheapest length of at least `least` that is a product of 2, 3, 5 and 7 and a multiple of `unit`.
pub fn convolution_length(least: usize, unit: usize) -> usize {
    // Measured time of a pass per number, in that of a radix 4; a factor 2 is half of one.
    const COSTS: [(usize, f64); 4] = [(2, 0.5), (3, 0.9), (5, 1.4), (7, 2.0)];
    let units = least.div_ceil(unit);
    let cost = |&u: &usize| {
        let mut sum = 5.0 + 0.5 * f64::from(unit.ilog2());
        let mut rest = u;
        for (p, cost) in COSTS {
            while rest.is_multiple_of(p) {
                rest /= p;
                sum += cost;
            }
        }
        // Rows of a matrix that all begin at the same place of a page share few places of the caches.
        if (u * unit).is_multiple_of(1 << 16) { 1.2 * sum * u as f64 } else { sum * u as f64 }
    };
    let mut found = Vec::new();
    let most = 2 * units;
    let powers = |p: usize, from: usize| std::iter::successors(Some(from), move |&u| Some(u * p)).take_while(move |&u| u <= most);
    for a in powers(7, 1) {
        for b in powers(5, a) {
            for c in powers(3, b) {
                found.extend(powers(2, c).find(|&u| u >= units));
            }
        }
    }
    unit * found.into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b))).expect("a power of two between n and 2 n")
}

/// Numbers (re, im) of c_j = e^(-pi i j^2 / n) for j in 0..n.
pub fn chirp(n: usize) -> Result<Vec<f64>, Status> {
    let roots = Roots::new(2 * n);
    let mut out = try_zeroed(2 * n)?;
    for (j, z) in out.chunks_exact_mut(2).enumerate() {
        let (re, im) = roots.get((j as u64 * j as u64 % (2 * n as u64)) as usize);
        z.copy_from_slice(&[re, im]);
    }
    Ok(out)
}

/// Nearest numbers of the type.
pub fn rounded<R: Real>(from: &[f64]) -> Result<Vec<R>, Status> {
    let mut out = try_zeroed(from.len())?;
    for (o, &f) in out.iter_mut().zip(from) {
        *o = R::of(f);
    }
    Ok(out)
}

impl<R: Real> Chirp<R> {
    pub fn new(n: usize) -> Result<Self, Status> {
        let m = convolution_length(2 * n - 1, 4);
        let chirp = chirp(n)?;
        // One column of the lanes holds it, the others nothing.
        let line = Line::<f64>::new(m)?;
        let wide = crate::columns::row::<f64>();
        let mut rows = try_zeroed::<f64>(m * wide)?;
        for (j, z) in chirp.chunks_exact(2).enumerate() {
            for at in [j, (m - j) % m] {
                rows[at * wide] = z[0] / m as f64;
                rows[at * wide + f64::LANES] = -z[1] / m as f64;
            }
        }
        // SAFETY: the buffer has m rows.
        unsafe { crate::columns::in_buffer(&line, rows.as_mut_ptr()) };
        let spectrum: Vec<f64> = rows.chunks_exact(wide).flat_map(|r| [r[0], r[f64::LANES]]).collect();
        Ok(Self { line: Line::new(m)?, chirp: rounded(&chirp)?, spectrum: rounded(&spectrum)? })
    }
    /// m.
    pub fn rows(&self) -> usize {
        self.line.n
    }
    /// Transforms the first n rows of the buffer; frequency k is left in row k.
    ///
    /// # Safety
    /// The buffer must have `rows()` rows.
    pub unsafe fn in_buffer(&self, buf: *mut R) {
        // SAFETY: rows 0..m exist, and the spectrum has one number for each.
        unsafe { convolve(&self.line, Ends(&self.chirp), &self.spectrum, buf) };
    }
}
