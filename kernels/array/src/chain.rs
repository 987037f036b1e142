//! What reductions do with each element: chains over contiguous elements, or one chain for each of some results side by
//! side, two of them in a register where the reduction allows it.

use crate::operand::Work;
use cosmesh_core::lanes::{F64x2, Lanes};

/// Chains along contiguous elements.
pub const LANES: usize = 8;
/// Rows that are taken in one pass over results side by side.
pub const ROWS: usize = 8;

/// A reduction: what a chain starts with, how it takes an element (`m` is a number that belongs to the result), and how
/// two chains are joined.
pub trait Reduction: Sync {
    const INIT: f64;
    fn step(acc: f64, x: f64, m: f64) -> f64;
    fn join(a: f64, b: f64) -> f64;
    /// Whether `wide` does what `step` does, for two chains.
    const WIDE: bool = false;
    #[inline(always)]
    fn wide(acc: F64x2, _x: F64x2, _m: F64x2) -> F64x2 {
        acc
    }
}

macro_rules! reduction {
    ($name:ident, $doc:literal, $init:expr, $step:expr, $join:expr $(, $wide:expr)?) => {
        #[doc = $doc]
        pub struct $name;
        impl Reduction for $name {
            const INIT: f64 = $init;
            #[inline(always)]
            fn step(acc: f64, x: f64, m: f64) -> f64 {
                let f: fn(f64, f64, f64) -> f64 = $step;
                f(acc, x, m)
            }
            #[inline(always)]
            fn join(a: f64, b: f64) -> f64 {
                let f: fn(f64, f64) -> f64 = $join;
                f(a, b)
            }
            $(
                const WIDE: bool = true;
                #[inline(always)]
                fn wide(acc: F64x2, x: F64x2, m: F64x2) -> F64x2 {
                    let f: fn(F64x2, F64x2, F64x2) -> F64x2 = $wide;
                    f(acc, x, m)
                }
            )?
        }
    };
}
#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    // NaN in either gives NaN.
    if a < b || a.is_nan() { a } else { b }
}
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() { a } else { b }
}
reduction!(Sum, "Sum.", 0.0, |acc, x, _| acc + x, |a, b| a + b, |acc, x, _| acc + x);
reduction!(Prod, "Product.", 1.0, |acc, x, _| acc * x, |a, b| a * b);
reduction!(Min, "Smallest; NaN if there is one.", f64::INFINITY, |acc, x, _| smaller(acc, x), smaller);
reduction!(Max, "Largest; NaN if there is one.", f64::NEG_INFINITY, |acc, x, _| larger(acc, x), larger);
reduction!(Count, "Elements that are not 0.", 0.0, |acc, x, _| acc + if x != 0.0 { 1.0 } else { 0.0 }, |a, b| a + b);
reduction!(Squares, "Sum of squared deviations from m.", 0.0, |acc, x, m| acc + (x - m) * (x - m), |a, b| a + b, |acc, x, m| acc + (x - m) * (x - m));
reduction!(Absolute, "Sum of absolute deviations from m.", 0.0, |acc, x, m| acc + (x - m).abs(), |a, b| a + b);
reduction!(MaxAbsolute, "Largest absolute value; NaN if there is one.", 0.0, |acc, x, _| larger(acc, x.abs()), larger);

/// Joins pairwise: halves, quarters, ... in index order.
pub fn pairwise(values: &[f64], join: fn(f64, f64) -> f64) -> f64 {
    match values {
        [one] => *one,
        _ => {
            let (a, b) = values.split_at(values.len() / 2);
            join(pairwise(a, join), pairwise(b, join))
        }
    }
}

/// The loops of a reduction over elements of one type.
pub struct Loops<W> {
    pub init: f64,
    pub join: fn(f64, f64) -> f64,
    pub columns: fn(&mut [f64], &[&[W]], &[f64]),
    pub chains: fn(&[W], f64) -> f64,
}

/// Elements that are read two at a time as f64.
pub trait Source: Work + Into<f64> {
    /// # Safety
    /// Two elements at `p` must be readable.
    unsafe fn two(p: *const Self) -> F64x2;
}
impl Source for f32 {
    #[inline(always)]
    unsafe fn two(p: *const f32) -> F64x2 {
        // SAFETY: promised by the caller.
        unsafe { F64x2::load_f32(p) }
    }
}
impl Source for f64 {
    #[inline(always)]
    unsafe fn two(p: *const f64) -> F64x2 {
        // SAFETY: promised by the caller.
        unsafe { F64x2::load_ptr(p) }
    }
}

impl<W: Source> Loops<W> {
    /// Those of one reduction.
    pub fn of<R: Reduction>() -> Self {
        Self { init: R::INIT, join: R::join, columns: columns::<W, R>, chains: chains::<W, R> }
    }
}

/// One element more from each row, in order, for each of some results side by side.
fn columns<W: Source, R: Reduction>(acc: &mut [f64], rows: &[&[W]], ms: &[f64]) {
    let mut rest = rows;
    if R::WIDE {
        rest = columns_of::<W, R, ROWS>(acc, rest, ms);
        rest = columns_of::<W, R, 4>(acc, rest, ms);
        rest = columns_of::<W, R, 1>(acc, rest, ms);
    }
    for row in rest {
        for ((a, &x), &m) in acc.iter_mut().zip(*row).zip(ms) {
            *a = R::step(*a, x.into(), m);
        }
    }
}

/// As `columns` for groups of `K` rows; the rows that are left.
#[inline(always)]
fn columns_of<'a, 'b, W: Source, R: Reduction, const K: usize>(acc: &mut [f64], rows: &'a [&'b [W]], ms: &[f64]) -> &'a [&'b [W]] {
    let n = acc.len();
    let ms = &ms[..n];
    let groups = rows.chunks_exact(K);
    let rest = groups.remainder();
    for group in groups {
        let from: [&[W]; K] = std::array::from_fn(|k| &group[k][..n]);
        let even = n & !3;
        for i in (0..even).step_by(4) {
            // SAFETY: i + 3 < n, the length of all slices.
            unsafe {
                let (m0, m1) = (F64x2::load_ptr(ms.as_ptr().add(i)), F64x2::load_ptr(ms.as_ptr().add(i + 2)));
                let (mut a0, mut a1) = (F64x2::load_ptr(acc.as_ptr().add(i)), F64x2::load_ptr(acc.as_ptr().add(i + 2)));
                for row in from {
                    let p = row.as_ptr().add(i);
                    (a0, a1) = (R::wide(a0, W::two(p), m0), R::wide(a1, W::two(p.add(2)), m1));
                }
                a0.store_ptr(acc.as_mut_ptr().add(i));
                a1.store_ptr(acc.as_mut_ptr().add(i + 2));
            }
        }
        for i in even..n {
            acc[i] = from.iter().fold(acc[i], |a, row| R::step(a, row[i].into(), ms[i]));
        }
    }
    rest
}

/// Eight chains over a chunk, joined pairwise.
pub fn chains<W: Source, R: Reduction>(x: &[W], m: f64) -> f64 {
    let mut acc = [R::INIT; LANES];
    let groups = x.chunks_exact(LANES);
    let rest = groups.remainder();
    if R::WIDE {
        let (wide_m, mut wide) = (F64x2::splat(m), [F64x2::splat(R::INIT); LANES / 2]);
        for g in groups {
            for (i, w) in wide.iter_mut().enumerate() {
                // SAFETY: 2 i + 1 < 8, the length of a group.
                *w = R::wide(*w, unsafe { W::two(g.as_ptr().add(2 * i)) }, wide_m);
            }
        }
        wide.iter().zip(acc.chunks_exact_mut(2)).for_each(|(w, a)| w.store(a));
    } else {
        for g in groups {
            for i in 0..LANES {
                acc[i] = R::step(acc[i], g[i].into(), m);
            }
        }
    }
    for (a, &v) in acc.iter_mut().zip(rest) {
        *a = R::step(*a, v.into(), m);
    }
    pairwise(&acc, R::join)
}
