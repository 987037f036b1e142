//! Loops of exponential, logarithm, sine, cosine and power over SIMD lanes. What the lanes do not cover goes to `libm`,
//! element by element, and a tail is worked on in a full register, so a result never depends on its neighbours.

use cosmesh_core::convert::{all_within_f32, all_within_f64};
use cosmesh_core::lanes::{F32x4, F64x2, Lanes};
use cosmesh_core::math;

/// Fills `out` with `f` of registers.
#[inline(always)]
fn map<L: Lanes>(a: &[L::Scalar], out: &mut [L::Scalar], f: impl Fn(L) -> L) {
    // Registers that are worked on side by side, as each waits for its own steps.
    const SIDE: usize = 2;
    let n = a.len().min(out.len());
    let (a, out) = (&a[..n], &mut out[..n]);
    let full = n - n % (SIDE * L::N);
    for (x, o) in a.chunks_exact(SIDE * L::N).zip(out.chunks_exact_mut(SIDE * L::N)) {
        let y: [L; SIDE] = std::array::from_fn(|i| f(L::load(&x[i * L::N..])));
        y.iter().enumerate().for_each(|(i, y)| y.store(&mut o[i * L::N..]));
    }
    for (x, o) in a[full..].chunks(L::N).zip(out[full..].chunks_mut(L::N)) {
        let mut lanes = [x[0]; 4];
        lanes[..x.len()].copy_from_slice(x);
        let y = f(L::load(&lanes));
        y.store(&mut lanes);
        o.copy_from_slice(&lanes[..x.len()]);
    }
}

/// Replaces what is not `common` by `rare`.
#[inline(never)]
fn mend<T: Copy>(a: &[T], out: &mut [T], common: impl Fn(T) -> bool, rare: impl Fn(T) -> T) {
    for (o, &x) in out.iter_mut().zip(a) {
        if !common(x) {
            *o = rare(x);
        }
    }
}

/// Loops over these functions.
pub trait Elementary: Copy {
    fn exp_all(a: &[Self], out: &mut [Self]);
    fn log_all(a: &[Self], out: &mut [Self]);
    fn sin_all(a: &[Self], out: &mut [Self]);
    fn cos_all(a: &[Self], out: &mut [Self]);
    fn pow_all(a: &[Self], b: &[Self], out: &mut [Self]);
}

/// Largest angle [rad] that the lanes reduce.
const LARGEST: f64 = 1.6e6;

macro_rules! elementary {
    ($t:ty, $wide:ty, $within:ident, $near:literal, $wave:expr, $log:expr, $sin:expr, $cos:expr, $pow:expr) => {
        impl Elementary for $t {
            fn exp_all(a: &[$t], out: &mut [$t]) {
                if $within(a, -$near, $near) {
                    map::<$wide>(a, out, |x| x.exp_near());
                } else {
                    map::<$wide>(a, out, |x| x.exp());
                }
            }
            fn log_all(a: &[$t], out: &mut [$t]) {
                map::<$wide>(a, out, |x| x.log());
                if !$within(a, <$t>::MIN_POSITIVE, <$t>::MAX) {
                    mend(a, out, |x| (<$t>::MIN_POSITIVE..=<$t>::MAX).contains(&x), $log);
                }
            }
            fn sin_all(a: &[$t], out: &mut [$t]) {
                map::<$wide>(a, out, |x| $wave(x, 0.0));
                if !$within(a, -LARGEST as $t, LARGEST as $t) {
                    mend(a, out, |x| x.abs() <= LARGEST as $t, $sin);
                }
            }
            fn cos_all(a: &[$t], out: &mut [$t]) {
                map::<$wide>(a, out, |x| $wave(x, 1.0));
                if !$within(a, -LARGEST as $t, LARGEST as $t) {
                    mend(a, out, |x| x.abs() <= LARGEST as $t, $cos);
                }
            }
            fn pow_all(a: &[$t], b: &[$t], out: &mut [$t]) {
                $pow(a, b, out)
            }
        }
    };
}
elementary!(f64, F64x2, all_within_f64, 700.0, F64x2::wave, math::log, math::sin, math::cos, pow);
elementary!(f32, F32x4, all_within_f32, 87.0, F32x4::wave, math::logf, math::sinf, math::cosf, pow_f32);

fn pow(a: &[f64], b: &[f64], out: &mut [f64]) {
    for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
        *o = math::pow(x, y);
    }
}

/// e^(y log x): in f64 its error is below 1e-13 where the result is in the range of f32.
fn pow_f32(a: &[f32], b: &[f32], out: &mut [f32]) {
    for ((a, b), out) in a.chunks(4).zip(b.chunks(4)).zip(out.chunks_mut(4)) {
        let n = out.len();
        let (mut x, mut y) = ([1.0; 4], [1.0; 4]);
        x[..n].copy_from_slice(a);
        y[..n].copy_from_slice(b);
        let ([x0, x1], [y0, y1]) = (F32x4::load(&x).widen(), F32x4::load(&y).widen());
        out.copy_from_slice(&F64x2::narrow((y0 * x0.log()).exp(), (y1 * x1.log()).exp()).to_array()[..n]);
        for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
            if !(x > 0.0 && x < f32::INFINITY && y.is_finite()) {
                *o = math::powf(x, y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Difference in units in the last place of the larger.
    fn units(a: f64, b: f64) -> f64 {
        if a == b || (a.is_nan() && b.is_nan()) {
            return 0.0;
        }
        let size = a.abs().max(b.abs());
        (a - b).abs() / (f64::from_bits(size.to_bits() + 1) - size)
    }
    /// The same of f32, from the exact value.
    fn units_f32(a: f32, exact: f64) -> f64 {
        let near = exact as f32;
        if a == near || (a.is_nan() && near.is_nan()) {
            return 0.0;
        }
        let size = near.abs();
        (f64::from(a) - exact).abs() / (f64::from(f32::from_bits(size.to_bits() + 1)) - f64::from(size))
    }
    fn one(f: fn(&[f64], &mut [f64]), x: f64) -> f64 {
        let mut out = [0.0];
        f(&[x], &mut out);
        out[0]
    }
    fn one_f32(f: fn(&[f32], &mut [f32]), x: f32) -> f32 {
        let mut out = [0.0];
        f(&[x], &mut out);
        out[0]
    }

    #[test]
    fn agree_with_libm_to_one_unit() {
        let mut worst = [0.0f64; 4];
        for i in 0..200_000 {
            let u = f64::from(i) / 200_000.0;
            let x = -750.0 + 1470.0 * u;
            worst[0] = worst[0].max(units(one(f64::exp_all, x), math::exp(x)));
            let x = 10f64.powf(-320.0 + 628.0 * u);
            worst[1] = worst[1].max(units(one(f64::log_all, x), math::log(x)));
            let x = (u - 0.5) * if i % 2 == 0 { 20.0 } else { 3.1e6 };
            worst[2] = worst[2].max(units(one(f64::sin_all, x), math::sin(x)));
            worst[3] = worst[3].max(units(one(f64::cos_all, x), math::cos(x)));
        }
        assert!(worst.iter().all(|&w| w <= 1.0), "{worst:?}");
        // The whole multiple of pi/2 below the limit to which a double is nearest.
        for k in 1..1_000_000u32 {
            let x = f64::from(k) * std::f64::consts::FRAC_PI_2;
            let (ours, theirs) = if k & 1 == 0 { (one(f64::sin_all, x), math::sin(x)) } else { (one(f64::cos_all, x), math::cos(x)) };
            assert!(units(ours, theirs) <= 1.0, "{k}");
        }
    }

    #[test]
    fn single_precision_is_right_to_one_unit() {
        let mut worst = [0.0f64; 4];
        for i in 0..400_000 {
            let u = f64::from(i) / 400_000.0;
            let x = (-104.5 + 193.5 * u) as f32;
            worst[0] = worst[0].max(units_f32(one_f32(f32::exp_all, x), math::exp(f64::from(x))));
            let x = 10f64.powf(-44.0 + 82.0 * u) as f32;
            worst[1] = worst[1].max(units_f32(one_f32(f32::log_all, x), math::log(f64::from(x))));
            let x = (0.5 + u) as f32;
            worst[1] = worst[1].max(units_f32(one_f32(f32::log_all, x), math::log(f64::from(x))));
            let x = ((u - 0.5) * if i % 2 == 0 { 20.0 } else { 3.1e6 }) as f32;
            worst[2] = worst[2].max(units_f32(one_f32(f32::sin_all, x), math::sin(f64::from(x))));
            worst[3] = worst[3].max(units_f32(one_f32(f32::cos_all, x), math::cos(f64::from(x))));
        }
        assert!(worst.iter().zip([1.0, 1.0, 1.6, 1.6]).all(|(&w, bound)| w <= bound), "{worst:?}");
    }

    #[test]
    fn bits_do_not_depend_on_the_place_or_the_neighbours() {
        for (f, g) in [(f64::exp_all as fn(&[f64], &mut [f64]), f32::exp_all as fn(&[f32], &mut [f32])), (f64::log_all, f32::log_all), (f64::sin_all, f32::sin_all)] {
            let mut x: Vec<f64> = (0..1001).map(|i| 0.01 + f64::from(i) * 0.08).collect();
            for round in 0..2 {
                let y: Vec<f32> = x.iter().map(|&x| x as f32).collect();
                let (mut a, mut b) = (vec![0.0; 1001], vec![0.0; 1001]);
                f(&x, &mut a);
                g(&y, &mut b);
                for i in 0..1000 - round {
                    assert_eq!(a[i].to_bits(), one(f, x[i]).to_bits());
                    assert_eq!(b[i].to_bits(), one_f32(g, y[i]).to_bits());
                }
                x[1000] = 1e9;
            }
        }
    }

    #[test]
    fn ends_of_the_ranges() {
        let edge = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -1.0, 5e-324, f64::MAX, 1e300, 709.78, 709.79, -745.2];
        let mut out = [0.0; 12];
        type Pair = (fn(&[f64], &mut [f64]), fn(f64) -> f64);
        let all: [Pair; 4] =
            [(f64::exp_all, math::exp), (f64::log_all, math::log), (f64::sin_all, math::sin), (f64::cos_all, math::cos)];
        for (ours, theirs) in all {
            ours(&edge, &mut out);
            for (x, o) in edge.iter().zip(out) {
                let t = theirs(*x);
                assert!(units(o, t) <= 1.0 && (t != 0.0 || o.is_sign_negative() == t.is_sign_negative()), "{x}: {o}, not {t}");
            }
        }
        let edge = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -1.0, 1e-45, f32::MAX, 88.72, 88.73, -103.9, -104.1];
        type Narrow = (fn(&[f32], &mut [f32]), fn(f64) -> f64);
        let all: [Narrow; 2] = [(f32::exp_all, math::exp), (f32::log_all, math::log)];
        for (ours, theirs) in all {
            let mut out = [0.0; 12];
            ours(&edge, &mut out);
            for (x, o) in edge.iter().zip(out) {
                let t = theirs(f64::from(*x));
                assert!(units_f32(o, t) <= 1.0, "{x}: {o}, not {t}");
            }
        }
    }
}
