//! What is done with each line before and after its Fourier transform; the formulas are in `trig`.

use crate::real::Real;
use crate::trig::{Kind, Trig};
use cosmesh_core::lanes::Lanes;

impl<R: Real> Trig<R> {
    /// Points of a line to a row of scratch, steps `from..to`.
    ///
    /// # Safety
    /// `n` numbers at `x` and `row` numbers at `z`, of which other steps write others.
    pub(crate) unsafe fn before(&self, x: *const R, z: *mut R, from: usize, to: usize, ends: R) {
        let (n, roots) = (self.n, self.before.as_ptr());
        let sine = matches!(self.kind, Kind::Sine(_));
        // Point j, from the end for sine transforms of types III and IV.
        let at = |j: usize| if sine { n - 1 - j } else { j };
        // SAFETY: j and k are below `steps`, so that all places are in the line and the row, and below the number of roots.
        unsafe {
            match self.kind {
                Kind::Hartley => {
                    let end = n.min(2 * to);
                    std::ptr::copy_nonoverlapping(x.add(2 * from), z.add(2 * from), end.saturating_sub(2 * from));
                }
                Kind::Cosine(1) => {
                    for j in from..to {
                        let v = *x.add(j) * if j == 0 || j == n - 1 { ends } else { R::of(1.0) };
                        *z.add(j) = v;
                        if j > 0 {
                            *z.add(2 * (n - 1) - j) = v;
                        }
                    }
                }
                Kind::Sine(1) => {
                    for j in from..to {
                        *z.add(j + 1) = *x.add(j);
                        *z.add(2 * n + 1 - j) = -*x.add(j);
                    }
                    if from == 0 {
                        (*z, *z.add(n + 1)) = (R::default(), R::default());
                    }
                }
                Kind::Cosine(2) | Kind::Sine(2) => {
                    let sign = R::of(if sine { -1.0 } else { 1.0 });
                    for j in from..to.min(n / 2) {
                        *z.add(j) = *x.add(2 * j);
                        *z.add(n - 1 - j) = *x.add(2 * j + 1) * sign;
                    }
                    if to > n / 2 && n % 2 == 1 {
                        *z.add(n / 2) = *x.add(n - 1);
                    }
                }
                Kind::Cosine(3) | Kind::Sine(3) => {
                    // V_k = w^-k (x_k - i x_n-k), with w^k = c + i s.
                    for k in from.max(1)..to {
                        let (a, b) = (*x.add(at(k)), *x.add(at(n - k)));
                        let (c, s) = (*roots.add(2 * k), *roots.add(2 * k + 1));
                        *z.add(2 * k) = a * c - b * s;
                        *z.add(2 * k + 1) = -(a * s + b * c);
                    }
                    if from == 0 {
                        (*z, *z.add(1)) = (*x.add(at(0)) * ends, R::default());
                    }
                }
                Kind::Cosine(_) | Kind::Sine(_) => {
                    for j in from..to.min(self.before.len() / 2) {
                        let (c, s) = (*roots.add(2 * j), *roots.add(2 * j + 1));
                        let (a, b) = if n.is_multiple_of(2) { (*x.add(at(2 * j)), *x.add(at(n - 1 - 2 * j))) } else { (*x.add(at(j)), R::default()) };
                        *z.add(2 * j) = a * c - b * s;
                        *z.add(2 * j + 1) = a * s + b * c;
                    }
                }
            }
        }
    }

    /// A transformed row of scratch to a line, steps `from..to`.
    ///
    /// # Safety
    /// As for `before`.
    pub(crate) unsafe fn after(&self, z: *const R, y: *mut R, from: usize, to: usize, ends: R) {
        let (n, roots) = (self.n, self.after.as_ptr());
        let sine = matches!(self.kind, Kind::Sine(_));
        let at = |k: usize| if sine { n - 1 - k } else { k };
        // SAFETY: as in `before`.
        unsafe {
            match self.kind {
                Kind::Hartley => {
                    for k in from.max(1)..to {
                        let (re, im) = (*z.add(2 * k), *z.add(2 * k + 1));
                        // At n/2 both are the same number.
                        *y.add(n - k) = re + im;
                        *y.add(k) = re - im;
                    }
                    if from == 0 {
                        *y = *z;
                    }
                }
                Kind::Cosine(1) => {
                    for k in from..to {
                        *y.add(k) = *z.add(2 * k) * if k == 0 || k == n - 1 { ends } else { R::of(1.0) };
                    }
                }
                Kind::Sine(1) => {
                    for k in from..to {
                        *y.add(k) = -*z.add(2 * k + 3);
                    }
                }
                Kind::Cosine(2) | Kind::Sine(2) => {
                    // y_k - i y_n-k = w^k V_k; at n/2 both are the same number.
                    let mut k = from.max(1);
                    while k + R::LANES <= to {
                        let load = |p: *const R| R::split(R::V::load_ptr(p.add(2 * k)), R::V::load_ptr(p.add(2 * k + R::LANES)));
                        let v = load(z) * load(roots);
                        let (mut low, mut high) = ([R::default(); 4], [R::default(); 4]);
                        v.re.store(&mut low);
                        v.im.store(&mut high);
                        for i in 0..R::LANES {
                            *y.add(at(n - k - i)) = -high[i];
                            *y.add(at(k + i)) = low[i];
                        }
                        k += R::LANES;
                    }
                    for k in k..to {
                        let (a, b) = (*z.add(2 * k), *z.add(2 * k + 1));
                        let (c, s) = (*roots.add(2 * k), *roots.add(2 * k + 1));
                        *y.add(at(n - k)) = -(a * s + b * c);
                        *y.add(at(k)) = a * c - b * s;
                    }
                    if from == 0 {
                        *y.add(at(0)) = *z * ends;
                    }
                }
                Kind::Cosine(3) | Kind::Sine(3) => {
                    let sign = R::of(if sine { -1.0 } else { 1.0 });
                    for j in from..to.min(n / 2) {
                        *y.add(2 * j) = *z.add(j);
                        *y.add(2 * j + 1) = *z.add(n - 1 - j) * sign;
                    }
                    if to > n / 2 && n % 2 == 1 {
                        *y.add(n - 1) = *z.add(n / 2);
                    }
                }
                Kind::Cosine(_) | Kind::Sine(_) => {
                    let odd = R::of(if sine { -1.0 } else { 1.0 });
                    for k in from..to.min(self.after.len() / 2) {
                        let (a, b) = (*z.add(2 * k), *z.add(2 * k + 1));
                        let (c, s) = (*roots.add(2 * k), *roots.add(2 * k + 1));
                        let re = a * c - b * s;
                        if n.is_multiple_of(2) {
                            *y.add(2 * k) = re;
                            *y.add(n - 1 - 2 * k) = -(a * s + b * c) * odd;
                        } else if 2 * k < n {
                            *y.add(2 * k) = re;
                        } else {
                            *y.add(2 * n - 1 - 2 * k) = -re * odd;
                        }
                    }
                }
            }
        }
    }
}
