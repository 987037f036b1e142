//! Spherical harmonic transforms of HEALPix maps in RING order.
//!
//! f(theta, phi) = sum a_lm Y_lm over l <= lmax, |m| <= min(l, mmax), of real fields: only m >= 0 is kept, in the order of
//! healpy, a_lm at m (2 lmax + 1 - m)/2 + l. Spin s has two maps and two sets of coefficients (E, B):
//! q +- i u = sum -(E_lm +- i B_lm) (+-s)Y_lm.
//!
//! Legendre functions are summed ring pair by ring pair (`legendre`), those of spin 1 and 2 as scalar ones (`bands`), rings are
//! transformed by `cosmesh_fft` (`rings`).
//!
//! Cost: 3 multiplications and additions for each degree, order and pair of rings (north and south), and a transform along
//! each ring; orders whose functions vanish on a ring are skipped.
//!
//! Same bits: an order is done by one thread, ring after ring, and a ring by one thread.

mod bands;
mod legendre;
mod rings;
#[cfg(test)]
mod tests;

use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::number::Number;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, SharedMut, Status};
use legendre::{first_functions, Block, Factors, Grid, BLOCK, V};
use rings::{groups, plan, to_orders, to_pixels, Layout, Rings};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What a transform is between.
#[derive(Clone, Copy)]
pub struct Shape {
    pub nside: usize,
    pub lmax: usize,
    pub mmax: usize,
    pub spin: usize,
}

impl Shape {
    /// Place of a_mm, in complex numbers; a_lm is l - m after it.
    pub fn order(&self, m: usize) -> usize {
        m * (2 * self.lmax + 1 - m) / 2 + m
    }
    /// Largest degree of the scalar functions behind it.
    fn degree(&self) -> usize {
        self.lmax + self.spin
    }
    /// Complex numbers of one set of coefficients.
    pub fn coefficients(&self) -> usize {
        self.order(self.mmax) + self.lmax - self.mmax + 1
    }
}

/// Orders that a thread takes at a time: their phases share cache lines.
const ORDERS: usize = 4;

/// [byte] Most memory for phases; rings are done in chunks of so much (small ones in tests, so that there are several).
const CHUNK_BYTES: usize = if cfg!(test) { 1 << 13 } else { 1 << 26 };

/// Rings and tables of one shape.
struct Work {
    shape: Shape,
    rings: Rings,
    grid: Grid,
    first: Vec<f64>,
    /// Largest order on each pair.
    most: Vec<usize>,
    /// 1/sin^spin of each pair.
    scale: Vec<f64>,
}

impl Work {
    fn new(shape: Shape) -> Self {
        let rings = Rings::new(shape.nside);
        let grid = Grid::new(&rings, shape.mmax);
        let most = (0..rings.pairs()).map(|r| rings.most_order(r, shape.degree(), 0)).collect();
        let scale = rings.sin.iter().map(|s| 1.0 / (0..shape.spin).fold(1.0, |power, _| power * s)).collect();
        Self { shape, rings, grid, first: first_functions(shape.mmax), most, scale }
    }
    /// Chunks of pairs, with their layouts.
    fn chunks(&self, maps: usize) -> Vec<(usize, Layout)> {
        // An odd number of cache lines, so that rings do not fall on the same lines of the cache.
        let lines = (self.shape.mmax + 1).div_ceil(ORDERS) | 1;
        let stride = lines * ORDERS;
        let pairs = (CHUNK_BYTES / (32 * stride * maps) / BLOCK * BLOCK).max(BLOCK);
        (0..self.rings.pairs())
            .step_by(pairs)
            .map(|first| ((first + pairs).min(self.rings.pairs()), Layout { first, maps, stride, mmax: self.shape.mmax }))
            .collect()
    }
}

/// Calls `f` for each block; the first failure is returned.
fn each<F: Fn(usize) -> Result<(), Status> + Sync>(blocks: usize, f: F) -> Result<(), Status> {
    let failed = AtomicBool::new(false);
    for_each_block(blocks, |b| {
        if f(b).is_err() {
            failed.store(true, Relaxed);
        }
    });
    if failed.load(Relaxed) { Err(Status::OutOfMemory) } else { Ok(()) }
}

/// Rows (a_j, b_j, K times the coefficients of even and odd degrees) of scalar sums; `scalars[k]` is complex from l = m on.
fn table<const K: usize>(factors: &Factors, scalars: [&[f64]; K], rows: &mut Vec<f64>) {
    rows.clear();
    for j in 0..factors.steps {
        let (alpha, e1, e2) = (factors.alpha[j], factors.eps[2 * j + 1], factors.eps[2 * j + 2]);
        rows.extend(factors.pair(j));
        for a in scalars {
            let get = |i: usize, part: usize| a.get(2 * i + part).copied().unwrap_or(0.0);
            rows.extend([0, 1].map(|part| alpha * (e1 * get(2 * j, part) + e2 * get(2 * j + 2, part))));
            rows.extend([0, 1].map(|part| alpha * get(2 * j + 1, part)));
        }
    }
}

/// Adjoint of `table`: adds to `scalars` what the sums of each step say.
fn untable<const K: usize>(factors: &Factors, sums: &[f64], scalars: &mut [f64], k: usize) {
    let sum = |j: usize, i: usize| sums[8 * (K * j + k) + 2 * i] + sums[8 * (K * j + k) + 2 * i + 1];
    for j in 0..factors.steps {
        for part in 0..2 {
            let even = factors.alpha[j] * sum(j, part);
            scalars[4 * j + part] += factors.eps[2 * j + 1] * even;
            if let Some(a) = scalars.get_mut(4 * j + 2 + part) {
                *a += factors.alpha[j] * sum(j, 2 + part);
            }
            if let Some(a) = scalars.get_mut(4 * j + 4 + part) {
                *a += factors.eps[2 * j + 2] * even;
            }
        }
    }
}

/// Coefficients (one set for spin 0, E and B for others) to as many maps.
///
/// # Errors
/// `OutOfMemory` if there is no room for scratch.
pub fn synthesise<R: Number, const K: usize>(shape: Shape, alm: [&[f64]; K], maps: [&mut [R]; K]) -> Result<(), Status> {
    let work = Work::new(shape);
    check(shape, alm.map(<[f64]>::len), maps.each_ref().map(|m| m.len()));
    let out = maps.map(SharedMut::new);
    let mut room = Vec::new();
    for (end, layout) in work.chunks(K) {
        // The first chunk is the largest.
        room = if room.is_empty() { try_zeroed(layout.row(end, 0, 0))? } else { room };
        let phases = SharedMut::new(&mut room);
        for_each_block((shape.mmax + 1).div_ceil(ORDERS), |b| {
            let (mut factors, mut rows, mut scalars) = (Factors::new(), Vec::new(), [const { Vec::new() }; K]);
            for m in b * ORDERS..((b + 1) * ORDERS).min(shape.mmax + 1) {
                factors.fill(m, shape.degree());
                let own = alm.map(|a| &a[2 * shape.order(m)..][..2 * (shape.lmax + 1 - m)]);
                if shape.spin == 0 {
                    table(&factors, own, &mut rows);
                } else {
                    scalars.iter_mut().for_each(|s| s.resize(2 * (shape.degree() + 1 - m), 0.0));
                    if let [q, u] = &mut scalars[..] {
                        bands::to_scalars(shape.spin, shape.lmax, m, &factors.eps, [own[0], own[K - 1]], [q, u]);
                    }
                    table(&factors, scalars.each_ref().map(Vec::as_slice), &mut rows);
                }
                for at in (layout.first..end).step_by(BLOCK) {
                    let last = (at + BLOCK).min(end);
                    if work.most[last - 1] < m {
                        continue;
                    }
                    let mut block = Block::start(&work.grid, at, m, work.first[m]);
                    let j = block.seek(&rows, 2 + 4 * K, factors.steps);
                    let sums = block.sum::<K>(&rows, factors.steps, j);
                    for pair in at..last {
                        let (v, lane, x) = ((pair - at) / 2, (pair - at) % 2, work.grid.x[pair]);
                        for (k, sum) in sums[v].iter().enumerate() {
                            let [er, ei, or, oi] = sum.map(|s| s.to_array()[lane] * work.scale[pair]);
                            for (south, x) in [(0, x), (1, -x)] {
                                let to = layout.row(pair, south, k) + 2 * m;
                                // SAFETY: only this block writes order m.
                                unsafe {
                                    phases.set(to, er + x * or);
                                    phases.set(to + 1, ei + x * oi);
                                }
                            }
                        }
                    }
                }
            }
        });
        let groups = groups(&work.rings, layout.first, end);
        let phases: &[f64] = &room;
        each(groups.len(), |g| {
            let plan = plan(&work.rings, groups[g], K)?;
            to_pixels(&work.rings, layout, groups[g], &plan, |pair| work.most[pair], phases, |k, first, values| {
                // SAFETY: a ring belongs to one group.
                let ring = unsafe { out[k].part(first, values.len()) };
                ring.iter_mut().zip(values).for_each(|(r, &v)| *r = R::round(v));
            })
        })?;
    }
    Ok(())
}

fn check<const K: usize>(shape: Shape, coefficients: [usize; K], pixels: [usize; K]) {
    assert!(K == 1 + usize::from(shape.spin > 0), "one map for spin 0, two for others");
    let (n, pixel) = (2 * shape.coefficients(), 12 * shape.nside * shape.nside);
    assert!(coefficients.iter().all(|&c| c == n) && pixels.iter().all(|&p| p == pixel), "lengths differ from the shape's");
}

/// Maps, each ring times its weight, to coefficients: the adjoint of `synthesise` for weights of 1.
///
/// # Errors
/// `OutOfMemory` if there is no room for scratch.
pub fn analyse<R: Number, const K: usize>(shape: Shape, maps: [&[R]; K], weights: &[f64], alm: [&mut [f64]; K]) -> Result<(), Status> {
    let work = Work::new(shape);
    check(shape, alm.each_ref().map(|a| a.len()), maps.map(<[R]>::len));
    assert!(weights.len() == work.rings.pairs(), "one weight for each pair of rings");
    let out = alm.map(|a| {
        a.fill(0.0);
        SharedMut::new(a)
    });
    let mut room = Vec::new();
    for (end, layout) in work.chunks(K) {
        room = if room.is_empty() { try_zeroed(layout.row(end, 0, 0))? } else { room };
        let groups = groups(&work.rings, layout.first, end);
        let shared = SharedMut::new(&mut room);
        each(groups.len(), |g| {
            let plan = plan(&work.rings, groups[g], K)?;
            to_orders(
                &work.rings,
                layout,
                groups[g],
                &plan,
                |pair| work.most[pair],
                |pair| weights[pair] * work.scale[pair],
                |k, first, values| values.iter_mut().zip(&maps[k][first..]).for_each(|(v, r)| *v = r.wide()),
                // SAFETY: a ring belongs to one group.
                |at, row| unsafe { shared.part(at, row.len()) }.copy_from_slice(row),
            )
        })?;
        let phases: &[f64] = &room;
        for_each_block((shape.mmax + 1).div_ceil(ORDERS), |b| {
            let (mut factors, mut scalars) = (Factors::new(), [const { Vec::new() }; K]);
            let (mut rows, mut sums) = (Vec::new(), Vec::new());
            for m in b * ORDERS..((b + 1) * ORDERS).min(shape.mmax + 1) {
                factors.fill(m, shape.degree());
                rows.clear();
                (0..factors.steps).for_each(|j| rows.extend(factors.pair(j)));
                sums.clear();
                sums.resize(8 * K * factors.steps, 0.0);
                for at in (layout.first..end).step_by(BLOCK) {
                    let last = (at + BLOCK).min(end);
                    if work.most[last - 1] < m {
                        continue;
                    }
                    let mut block = Block::start(&work.grid, at, m, work.first[m]);
                    let j = block.seek(&rows, 2, factors.steps);
                    if j == factors.steps {
                        continue;
                    }
                    let mut values = [[[[0.0; 2]; 4]; K]; V];
                    for pair in (at..last).filter(|&p| work.most[p] >= m) {
                        let (v, lane, x) = ((pair - at) / 2, (pair - at) % 2, work.grid.x[pair]);
                        for k in 0..K {
                            let [n, s] = [0, 1].map(|south| layout.row(pair, south, k) + 2 * m);
                            for part in 0..2 {
                                let (n, s) = (phases[n + part], phases[s + part]);
                                values[v][k][part][lane] = n + s;
                                values[v][k][2 + part][lane] = (n - s) * x;
                            }
                        }
                    }
                    block.spread::<K>(&rows, factors.steps, j, &values.map(|v| v.map(|k| k.map(|i| F64x2::load(&i)))), &mut sums);
                }
                // SAFETY: only this block writes order m.
                let mut own = out.each_ref().map(|a| unsafe { a.part(2 * shape.order(m), 2 * (shape.lmax + 1 - m)) });
                if shape.spin == 0 {
                    untable::<K>(&factors, &sums, own[0], 0);
                    continue;
                }
                for (k, s) in scalars.iter_mut().enumerate() {
                    s.clear();
                    s.resize(2 * (shape.degree() + 1 - m), 0.0);
                    untable::<K>(&factors, &sums, s, k);
                }
                if let ([q, u], [e, b]) = (&scalars[..], &mut own[..]) {
                    bands::from_scalars(shape.spin, shape.lmax, m, &factors.eps, [q, u], [e, b]);
                }
            }
        });
    }
    Ok(())
}
