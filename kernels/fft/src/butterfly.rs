//! Transforms of 2 to 8 numbers in registers, sign -1.

use crate::real::{Complex, Real};
use cosmesh_core::lanes::Lanes;

type Z<R> = Complex<<R as Real>::V>;

#[inline(always)]
fn four<R: Real>(a: Z<R>, b: Z<R>, c: Z<R>, d: Z<R>) -> [Z<R>; 4] {
    let (s, t) = (a + c, a - c);
    let (u, v) = (b + d, b - d);
    [s + u, t.sub_i(v), s - u, t.add_i(v)]
}

/// cos and sin of 2 pi i / p for i = 0..p.
const COS3: [f64; 3] = [1.0, -0.5, -0.5];
const SIN3: [f64; 3] = [0.0, 0.866_025_403_784_438_6, -0.866_025_403_784_438_6];
const C51: f64 = 0.309_016_994_374_947_45;
const C52: f64 = -0.809_016_994_374_947_5;
const S51: f64 = 0.951_056_516_295_153_5;
const S52: f64 = 0.587_785_252_292_473_1;
const COS5: [f64; 5] = [1.0, C51, C52, C52, C51];
const SIN5: [f64; 5] = [0.0, S51, S52, -S52, -S51];
const C71: f64 = 0.623_489_801_858_733_6;
const C72: f64 = -0.222_520_933_956_314_4;
const C73: f64 = -0.900_968_867_902_419_1;
const S71: f64 = 0.781_831_482_468_029_8;
const S72: f64 = 0.974_927_912_181_823_6;
const S73: f64 = 0.433_883_739_117_558_1;
const COS7: [f64; 7] = [1.0, C71, C72, C73, C73, C72, C71];
const SIN7: [f64; 7] = [0.0, S71, S72, S73, -S73, -S72, -S71];

/// An odd prime length from its sums and differences of opposite numbers.
#[inline(always)]
fn odd<R: Real, const P: usize>(x: &mut [Z<R>; P], cos: &[f64; P], sin: &[f64; P]) {
    let x0 = x[0];
    let mut sum = *x;
    let mut dif = *x;
    for i in 1..=P / 2 {
        sum[i] = x[i] + x[P - i];
        dif[i] = x[i] - x[P - i];
        x[0] = x[0] + sum[i];
    }
    for k in 1..=P / 2 {
        let mut even = x0;
        let mut turn = Complex::splat(R::default(), R::default());
        for i in 1..=P / 2 {
            even = even + sum[i].scaled(R::V::splat(R::of(cos[i * k % P])));
            let t = dif[i].scaled(R::V::splat(R::of(sin[i * k % P])));
            turn = if i == 1 { t } else { turn + t };
        }
        x[k] = even.sub_i(turn);
        x[P - k] = even.add_i(turn);
    }
}

/// Replaces `x` by its transform, in order.
#[inline(always)]
pub fn butterfly<R: Real, const P: usize>(x: &mut [Z<R>; P]) {
    match P {
        2 => (x[0], x[1]) = (x[0] + x[1], x[0] - x[1]),
        3 => odd::<R, P>(x, &std::array::from_fn(|i| COS3[i % 3]), &std::array::from_fn(|i| SIN3[i % 3])),
        4 => {
            let y = four::<R>(x[0], x[1], x[2], x[3]);
            (x[0], x[1], x[2], x[3]) = (y[0], y[1], y[2], y[3]);
        }
        5 => odd::<R, P>(x, &std::array::from_fn(|i| COS5[i % 5]), &std::array::from_fn(|i| SIN5[i % 5])),
        7 => odd::<R, P>(x, &std::array::from_fn(|i| COS7[i % 7]), &std::array::from_fn(|i| SIN7[i % 7])),
        8 => {
            let h = R::V::splat(R::of(std::f64::consts::FRAC_1_SQRT_2));
            let e = four::<R>(x[0], x[2], x[4], x[6]);
            let o = four::<R>(x[1], x[3], x[5], x[7]);
            // Times w, w^2 = -i, w^3 with w = (1 - i) / sqrt 2.
            let o1 = Complex { re: (o[1].re + o[1].im) * h, im: (o[1].im - o[1].re) * h };
            let o3 = Complex { re: (o[3].im - o[3].re) * h, im: -(o[3].re + o[3].im) * h };
            (x[0], x[4]) = (e[0] + o[0], e[0] - o[0]);
            (x[1], x[5]) = (e[1] + o1, e[1] - o1);
            (x[2], x[6]) = (e[2].sub_i(o[2]), e[2].add_i(o[2]));
            (x[3], x[7]) = (e[3] + o3, e[3] - o3);
        }
        _ => {}
    }
}
