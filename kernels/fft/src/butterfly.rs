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

// cos and sin of 2 pi i / p.
const C31: f64 = -0.5;
const S31: f64 = 0.866_025_403_784_438_6;
const C51: f64 = 0.309_016_994_374_947_45;
const C52: f64 = -0.809_016_994_374_947_5;
const S51: f64 = 0.951_056_516_295_153_5;
const S52: f64 = 0.587_785_252_292_473_1;
const C71: f64 = 0.623_489_801_858_733_6;
const C72: f64 = -0.222_520_933_956_314_4;
const C73: f64 = -0.900_968_867_902_419_1;
const S71: f64 = 0.781_831_482_468_029_8;
const S72: f64 = 0.974_927_912_181_823_6;
const S73: f64 = 0.433_883_739_117_558_1;

/// (1 - i) / sqrt 2 times `z`.
#[inline(always)]
fn eighth<R: Real>(z: Z<R>) -> Z<R> {
    let h = R::V::splat(R::of(std::f64::consts::FRAC_1_SQRT_2));
    Complex { re: (z.re + z.im) * h, im: (z.im - z.re) * h }
}

/// `z` times a number.
#[inline(always)]
fn by<R: Real>(z: Z<R>, factor: f64) -> Z<R> {
    z.scaled(R::V::splat(R::of(factor)))
}

/// Frequencies k and p - k of an odd length p: `even` is x_0 and the sums of opposite numbers times cosines, `turn` their
/// differences times sines.
#[inline(always)]
fn pair<R: Real>(store: &mut impl FnMut(usize, Z<R>), k: usize, p: usize, even: Z<R>, turn: Z<R>) {
    store(k, even.sub_i(turn));
    store(p - k, even.add_i(turn));
}

/// Transforms the numbers that `load` gives, each asked for once, and hands them to `store` by frequency. The long ones are
/// made of fours, loaded and stored along the way, so that registers are not all needed at once.
#[inline(always)]
pub fn butterfly<R: Real, const P: usize>(mut load: impl FnMut(usize) -> Z<R>, mut store: impl FnMut(usize, Z<R>)) {
    match P {
        1 => store(0, load(0)),
        2 => {
            let (a, b) = (load(0), load(1));
            store(0, a + b);
            store(1, a - b);
        }
        3 => {
            let (a, b, c) = (load(0), load(1), load(2));
            let (s, d) = (b + c, b - c);
            store(0, a + s);
            pair::<R>(&mut store, 1, 3, a + by::<R>(s, C31), by::<R>(d, S31));
        }
        4 => {
            let y = four::<R>(load(0), load(1), load(2), load(3));
            for (k, y) in y.into_iter().enumerate() {
                store(k, y);
            }
        }
        5 => {
            let (a, b, c, d, e) = (load(0), load(1), load(2), load(3), load(4));
            let (s, t, u, v) = (b + e, c + d, b - e, c - d);
            store(0, a + s + t);
            pair::<R>(&mut store, 1, 5, a + by::<R>(s, C51) + by::<R>(t, C52), by::<R>(u, S51) + by::<R>(v, S52));
            pair::<R>(&mut store, 2, 5, a + by::<R>(s, C52) + by::<R>(t, C51), by::<R>(u, S52) - by::<R>(v, S51));
        }
        7 => {
            let x0 = load(0);
            let (x1, x6) = (load(1), load(6));
            let (s, u) = (x1 + x6, x1 - x6);
            let (x2, x5) = (load(2), load(5));
            let (t, v) = (x2 + x5, x2 - x5);
            let (x3, x4) = (load(3), load(4));
            let (r, w) = (x3 + x4, x3 - x4);
            store(0, x0 + s + t + r);
            let even = |a, b, c| x0 + by::<R>(s, a) + by::<R>(t, b) + by::<R>(r, c);
            let turn = |a, b, c| by::<R>(u, a) + by::<R>(v, b) + by::<R>(w, c);
            pair::<R>(&mut store, 1, 7, even(C71, C72, C73), turn(S71, S72, S73));
            pair::<R>(&mut store, 2, 7, even(C72, C73, C71), turn(S72, -S73, -S71));
            pair::<R>(&mut store, 3, 7, even(C73, C71, C72), turn(S73, -S71, S72));
        }
        8 => {
            let e = four::<R>(load(0), load(2), load(4), load(6));
            let o = four::<R>(load(1), load(3), load(5), load(7));
            let o1 = eighth::<R>(o[1]);
            let o3 = eighth::<R>(o[3]);
            store(0, e[0] + o[0]);
            store(4, e[0] - o[0]);
            store(1, e[1] + o1);
            store(5, e[1] - o1);
            store(2, e[2].sub_i(o[2]));
            store(6, e[2].add_i(o[2]));
            store(3, e[3].sub_i(o3));
            store(7, e[3].add_i(o3));
        }
        _ => unreachable!("radix {P}"),
    }
}
