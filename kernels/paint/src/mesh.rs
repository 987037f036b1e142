//! Small things about the mesh itself: the window of a scheme, and counts to overdensity.

use crate::stencil::{Real, Scheme};
use cosmesh_core::block::BLOCK;
use cosmesh_core::math::sin;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Fourier transform of a scheme's weights along one axis of `n` cells, `(sin(pi m/n) / (pi m/n))^p`, for m = 0, 1, ...
/// (Hockney & Eastwood 1981; Jing 2005, eq. 18).
pub fn window(scheme: Scheme, n: usize, out: &mut [f64]) {
    for (m, w) in out.iter_mut().enumerate() {
        let x = std::f64::consts::PI * m as f64 / n as f64;
        let sinc = if m == 0 { 1.0 } else { sin(x) / x };
        *w = (0..scheme as u32).fold(1.0, |w, _| w * sinc);
    }
}

/// `values / mean - 1`.
pub fn overdensity<T: Real>(values: &[T], mean: f64, out: &mut [T]) {
    assert!(values.len() == out.len());
    let out = SharedMut::new(out);
    for_each_range(values.len(), BLOCK, |_, range| {
        // SAFETY: ranges of different blocks do not overlap.
        let part = unsafe { out.part(range.start, range.len()) };
        for (o, &v) in part.iter_mut().zip(&values[range]) {
            *o = T::of(v.to_f64() / mean - 1.0);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_is_one_at_zero_and_two_over_pi_to_the_order_at_nyquist() {
        for scheme in [Scheme::Ngp, Scheme::Cic, Scheme::Tsc, Scheme::Pcs] {
            let mut w = [0.0; 5];
            window(scheme, 8, &mut w);
            assert_eq!(w[0], 1.0);
            assert!((w[4] - (2.0 / std::f64::consts::PI).powi(scheme as i32)).abs() < 1e-15);
        }
    }
}
