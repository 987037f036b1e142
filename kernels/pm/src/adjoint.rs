//! Adjoints of the particle-mesh engine: derivatives of a number with respect to the state before a step, from those with
//! respect to the state after it.
//!
//! With q the derivatives by momentum, a kick p' = p + c F(x), F = read(-D phi), phi = -invlap paint(x), gives
//!
//! | | |
//! |---|---|
//! | c-bar | sum q . F(x) |
//! | F-bar, a mesh of vectors | paint of c q at x |
//! | phi-bar | sum over axes D_i F-bar_i, as the 4-point derivative D is antisymmetric |
//! | rho-bar | -invlap phi-bar, the same filter as the force's |
//! | x-bar | plus the gradients at x of rho-bar and, times c q_i, of F_i: slopes of the weights of CIC |
//!
//! and a drift x' = x + d p gives p-bar += d x'-bar, d-bar = sum x'-bar . p. CIC is linear between nodes, so the slope jumps at
//! a node; there that of the cell above is taken.
//!
//! `Walker::unkick` reads an interleaved mesh `[nx, ny, nz, 4]` of F and rho-bar, so that eight places of 16 bytes give all of
//! that and the force that takes the kick back; the drift before is taken back in the same sweep. Sums go over rows of
//! particles in f64, planes of them, and those pairwise: the same bits for any number of threads.

use crate::adjoint_four::{Four, InFours};
use cosmesh_core::block::pairwise;
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::parallel::{for_each_block, SharedMut};

/// Particles of a lattice, displacements and momenta in cells, with the derivatives by them; each `[3, nx, ny, nz]`.
pub struct Walker<'a, R> {
    pub n: [usize; 3],
    pub x: &'a mut [R],
    pub p: &'a mut [R],
    pub x_bar: &'a mut [R],
    pub p_bar: &'a mut [R],
}

/// Four particles along z, or what is left of them in a row.
#[derive(Clone, Copy)]
struct Part {
    at: usize,
    count: usize,
}

/// Arrays of a `Walker` for blocks that each take some rows.
struct Arrays<'a, R> {
    cells: usize,
    all: [SharedMut<'a, R>; 4],
}

impl<R: InFours> Arrays<'_, R> {
    /// Components of array `which` for a part; zeros where a row ends.
    ///
    /// # Safety
    /// The part must be this block's.
    #[inline(always)]
    unsafe fn get(&self, which: usize, part: Part) -> [R::Four; 3] {
        let array = &self.all[which];
        [0, 1, 2].map(|c| {
            let at = c * self.cells + part.at;
            debug_assert!(at + part.count <= array.len());
            if part.count == 4 {
                // SAFETY: four numbers inside of the array, of this block by the caller's promise.
                return unsafe { R::Four::load(array.as_mut_ptr().add(at)) };
            }
            let mut few = [R::default(); 4];
            // SAFETY: as above.
            (0..part.count).for_each(|i| few[i] = unsafe { array.get(at + i) });
            R::Four::of(few)
        })
    }
    /// Writes what `get` reads.
    ///
    /// # Safety
    /// As `get`.
    #[inline(always)]
    unsafe fn set(&self, which: usize, part: Part, values: [R::Four; 3]) {
        let array = &self.all[which];
        for (c, value) in values.into_iter().enumerate() {
            let at = c * self.cells + part.at;
            debug_assert!(at + part.count <= array.len());
            if part.count == 4 {
                // SAFETY: four numbers inside of the array, of this block by the caller's promise.
                unsafe { value.store(array.as_mut_ptr().add(at)) };
                continue;
            }
            let few = value.to_array();
            // SAFETY: as above.
            (0..part.count).for_each(|i| unsafe { array.set(at + i, few[i]) });
        }
    }
}

const X: usize = 0;
const P: usize = 1;
const X_BAR: usize = 2;
const P_BAR: usize = 3;

/// Sums of a row, added up four at a time.
type Sums = [F64x2; 2];

fn total(sums: Sums) -> f64 {
    let [a, b] = sums.map(F64x2::to_array);
    (a[0] + a[1]) + (b[0] + b[1])
}

#[inline(always)]
fn dot<F: Four>(a: [F; 3], b: [F; 3]) -> F {
    (a[0] * b[0] + a[1] * b[1]) + a[2] * b[2]
}

/// Takes a drift by `d` back: x -= d p, p-bar += d x-bar; adds x-bar . p to the sums.
#[inline(always)]
fn undrift<F: Four>(d: F, [x, p, x_bar, p_bar]: [[F; 3]; 4], sums: &mut Sums) -> ([F; 3], [F; 3]) {
    dot(x_bar, p).add_to(sums);
    (std::array::from_fn(|c| x[c] - d * p[c]), std::array::from_fn(|c| p_bar[c] + d * x_bar[c]))
}

/// The first numbers; 0 for the others.
fn first<F: Four>(v: F, count: usize) -> F {
    let mut few = v.to_array();
    few[count..].fill(F::One::default());
    F::of(few)
}

/// Value and slopes along x, y, z between eight nodes, of which the last axis is counted first; at `d` of the way along each.
#[inline(always)]
pub(crate) fn between<F: Four>(nodes: [F; 8], d: [F; 3]) -> [F; 4] {
    let line = |i: usize| {
        let slope = nodes[i + 1] - nodes[i];
        [nodes[i] + d[2] * slope, slope]
    };
    let plane = |i: usize| {
        let ([v0, z0], [v1, z1]) = (line(i), line(i + 2));
        let slope = v1 - v0;
        [v0 + d[1] * slope, slope, z0 + d[1] * (z1 - z0)]
    };
    let ([v0, y0, z0], [v1, y1, z1]) = (plane(0), plane(4));
    let slope = v1 - v0;
    [v0 + d[0] * slope, slope, y0 + d[0] * (y1 - y0), z0 + d[0] * (z1 - z0)]
}

/// Index `i` plus `cell` on an axis of `n` nodes, and the next one.
#[inline(always)]
fn wrapped(i: usize, cell: i32, n: usize) -> [usize; 2] {
    let at = i as i64 + i64::from(cell);
    let at = if at >= 0 && at < n as i64 { at as usize } else { at.rem_euclid(n as i64) as usize };
    [at, if at + 1 == n { 0 } else { at + 1 }]
}

/// For each of four particles that start at `site` and along z, the eight nodes around; and how far between them they are.
#[inline(always)]
pub(crate) fn nodes_of<F: Four<One: InFours>>(n: [usize; 3], site: [usize; 3], x: [F; 3]) -> ([[usize; 8]; 4], [F; 3]) {
    let below = x.map(F::floor);
    let cells = below.map(|b| b.to_array().map(InFours::cell));
    let at = std::array::from_fn(|l| {
        // Behind the end of a row there are no particles; their place is any.
        let [[x0, x1], [y0, y1], [z0, z1]] =
            std::array::from_fn(|c| wrapped(site[c] + if c == 2 { l } else { 0 }, cells[c][l], n[c]));
        let row = |x: usize, y: usize| (x * n[1] + y) * n[2];
        let rows = [row(x0, y0), row(x0, y1), row(x1, y0), row(x1, y1)];
        std::array::from_fn(|i| rows[i / 2] + if i % 2 == 0 { z0 } else { z1 })
    });
    (at, std::array::from_fn(|c| x[c] - below[c]))
}

impl<R: InFours> Walker<'_, R> {
    fn cells(&self) -> usize {
        self.n.iter().product()
    }

    /// Calls `f(arrays, site, part, sums)` for all particles by fours; the sums of their planes, pairwise.
    fn sweep<const N: usize>(&mut self, f: impl Fn(&Arrays<R>, [usize; 3], Part, &mut [Sums; N]) + Sync) -> [f64; N] {
        let (n, cells) = (self.n, self.cells());
        let all = [&mut *self.x, &mut *self.p, &mut *self.x_bar, &mut *self.p_bar];
        assert!(all.iter().all(|a| a.len() == 3 * cells), "arrays differ from the mesh");
        let arrays = Arrays { cells, all: all.map(SharedMut::new) };
        let mut planes = vec![[0.0; N]; n[0]];
        let shared = SharedMut::new(&mut planes);
        for_each_block(n[0], |i| {
            let mut plane = [0.0; N];
            for j in 0..n[1] {
                let mut sums = [[F64x2::splat(0.0); 2]; N];
                let row = (i * n[1] + j) * n[2];
                for k in (0..n[2]).step_by(4) {
                    f(&arrays, [i, j, k], Part { at: row + k, count: (n[2] - k).min(4) }, &mut sums);
                }
                (0..N).for_each(|s| plane[s] += total(sums[s]));
            }
            // SAFETY: block i writes element i alone.
            unsafe { shared.set(i, plane) };
        });
        std::array::from_fn(|s| pairwise(&planes.iter().map(|p| p[s]).collect::<Vec<_>>()))
    }

    /// Takes a drift by `d` back and returns the derivative by `d`.
    pub fn undrift(&mut self, d: f64) -> f64 {
        let d = R::Four::splat(R::round(d));
        let [sum] = self.sweep(|arrays, _, part, [sums]| {
            // SAFETY: the sweep's part.
            unsafe {
                let state = [X, P, X_BAR, P_BAR].map(|which| arrays.get(which, part));
                let (x, p_bar) = undrift(d, state, sums);
                arrays.set(X, part, x);
                arrays.set(P_BAR, part, p_bar);
            }
        });
        sum
    }

    /// Takes a kick by `c` times the force back, where `mesh`, `[nx, ny, nz, 4]`, holds force and rho-bar; then, if given, the
    /// drift before it. Returns the derivatives by `c` and by that drift.
    pub fn unkick(&mut self, mesh: &[R], c: f64, drift: Option<f64>) -> [f64; 2] {
        let n = self.n;
        assert!(mesh.len() == 4 * self.cells(), "mesh differs from the particles'");
        let c = R::Four::splat(R::round(c));
        let drift = drift.map(|d| R::Four::splat(R::round(d)));
        self.sweep(|arrays, site, part, [kicks, drifts]| {
            // SAFETY: the sweep's part.
            let [x, p, x_bar, q] = unsafe { [X, P, X_BAR, P_BAR].map(|which| arrays.get(which, part)) };
            let (at, d) = nodes_of(n, site, x);
            let d = d.map(Four::to_array);
            // Of each particle: value, slopes; each of three components of the force, and rho-bar.
            let found: [[R::Four; 4]; 4] = std::array::from_fn(|l| {
                // SAFETY: a node of the mesh, of which there are four numbers.
                let nodes = at[l].map(|i| unsafe { R::Four::load(mesh.as_ptr().add(4 * i)) });
                between(nodes, std::array::from_fn(|axis| R::Four::splat(d[axis][l])))
            });
            let [force, slopes @ ..]: [[R::Four; 4]; 4] =
                std::array::from_fn(|what| R::Four::transpose(std::array::from_fn(|l| found[l][what])));
            let force = [force[0], force[1], force[2]];
            dot(q, force).add_to(kicks);
            let p: [_; 3] = std::array::from_fn(|a| p[a] - c * force[a]);
            let x_bar: [_; 3] = std::array::from_fn(|a| {
                let [fx, fy, fz, rho_bar] = slopes[a];
                x_bar[a] + (rho_bar + c * dot(q, [fx, fy, fz]))
            });
            // Behind the end of a row there is nothing to sum.
            let x_bar = if part.count == 4 { x_bar } else { x_bar.map(|v| first(v, part.count)) };
            // SAFETY: the sweep's part.
            unsafe {
                arrays.set(P, part, p);
                arrays.set(X_BAR, part, x_bar);
                let Some(d) = drift else { return };
                let (x, q) = undrift(d, [x, p, x_bar, q], drifts);
                arrays.set(X, part, x);
                arrays.set(P_BAR, part, q);
            }
        })
    }
}

/// Adds to `x_bar`, `[3, nx, ny, nz]`, the derivatives by displacements `x` of the sum of `mesh` times the painted particles.
pub fn density_adjoint<R: InFours>(n: [usize; 3], mesh: &[R], x: &[R], x_bar: &mut [R]) {
    let cells: usize = n.iter().product();
    assert!(mesh.len() == cells && x.len() == 3 * cells && x_bar.len() == x.len(), "arrays differ from the mesh");
    let out = SharedMut::new(x_bar);
    for_each_block(n[0], |i| {
        for row in i * n[1]..(i + 1) * n[1] {
            for k in (0..n[2]).step_by(4) {
                let (at, count) = (row * n[2] + k, (n[2] - k).min(4));
                let place = [0, 1, 2].map(|c| {
                    let mut few = [R::default(); 4];
                    few[..count].copy_from_slice(&x[c * cells + at..][..count]);
                    R::Four::of(few)
                });
                let (nodes, d) = nodes_of(n, [i, row % n[1], k], place);
                let values = std::array::from_fn(|node| R::Four::of(std::array::from_fn(|l| mesh[nodes[l][node]])));
                let [_, slopes @ ..] = between(values, d);
                for (c, slope) in slopes.into_iter().enumerate() {
                    // SAFETY: particles of this block's plane.
                    let out = unsafe { out.part(c * cells + at, count) };
                    out.iter_mut().zip(slope.to_array()).for_each(|(o, s)| *o = *o + s);
                }
            }
        }
    });
}

/// Fills rows of `stride` numbers with phi-bar, the sum over axes of the 4-point derivatives of F-bar, times `factor`; `mesh` is
/// `[nx, ny, nz, 4]`.
pub fn divergence<R: InFours>(n: [usize; 3], mesh: &[R], factor: f64, stride: usize, out: &mut [R]) {
    let [nx, ny, nz] = n;
    assert!(mesh.len() == 4 * nx * ny * nz && out.len() == nx * ny * stride && stride >= nz, "meshes differ");
    let (near, far) = (R::round(factor * 2.0 / 3.0), R::round(factor / 12.0));
    // Nodes 2 before, 1 before, 1 behind, 2 behind.
    let around = |i: usize, n: usize| [(i + 2 * n - 2) % n, (i + n - 1) % n, (i + 1) % n, (i + 2) % n];
    let row = |x: usize, y: usize| &mesh[4 * (x * ny + y) * nz..][..4 * nz];
    let out = SharedMut::new(out);
    for_each_block(nx, |x| {
        // SAFETY: planes of different blocks do not overlap.
        let plane = unsafe { out.part(x * ny * stride, ny * stride) };
        for (y, to) in plane.chunks_exact_mut(stride).enumerate() {
            let xs = around(x, nx).map(|x| row(x, y));
            let ys = around(y, ny).map(|y| row(x, y));
            let here = row(x, y);
            let slope = |[a, b, c, d]: [R; 4]| near * (c - b) - far * (d - a);
            let across = |z: usize| slope(xs.map(|r| r[4 * z])) + slope(ys.map(|r| r[4 * z + 1]));
            let along = |z: [usize; 4]| slope(z.map(|z| here[4 * z + 2]));
            for z in (0..nz.min(2)).chain(nz.saturating_sub(2).max(2)..nz) {
                to[z] = across(z) + along(around(z, nz));
            }
            for (z, to) in to.iter_mut().enumerate().take(nz.saturating_sub(2)).skip(2) {
                *to = across(z) + along([z - 2, z - 1, z + 1, z + 2]);
            }
        }
    });
}
