//! Adjoints of the particle-mesh engine: derivatives of a number with respect to the state before a step, from those with
//! respect to the state after it.
//!
//! With q the derivatives by momentum, a kick p' = p + F(x), F = read(-D phi), phi = G paint(x), gives
//!
//! | | |
//! |---|---|
//! | by a factor of F | sum q . F(x) |
//! | F-bar, a mesh of vectors | paint of q at x |
//! | phi-bar | sum over axes D_i F-bar_i, as the four-point derivative D is antisymmetric |
//! | rho-bar | G phi-bar, as the filter G is symmetric |
//! | x-bar | plus the gradients at x of rho-bar and, times q_i, of F_i: slopes of the weights of CIC |
//!
//! and a drift x' = x + d p gives p-bar += d x'-bar, d-bar = sum x'-bar . p. CIC is linear between nodes, so the slope jumps at
//! a node; there that of the cell above is taken.
//!
//! `Walker::unkick` reads a mesh of vectors whose fourth numbers are rho-bar, so that eight places of 16 bytes give all of
//! that and the force that takes the kick back; the drift before is taken back in the same sweep. Sums go over rows of
//! particles in f64, blocks of rows, and those pairwise: the same bits for any number of threads.

use crate::adjoint_find::{Find, Nodes};
use crate::adjoint_potential::{potential_pair, Slopes};
use crate::mesh::{Four, Mesh};
use crate::potential::Green;
use crate::scatter::paint_vectors;
use crate::stencil::{divergence, gradient};
use crate::Real;
use cosmesh_core::block::pairwise;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::Status;

/// Particles of a lattice, displacements and momenta in cells, with the derivatives by them; each `[3, nx, ny, nz]`.
pub struct Walker<'a, R> {
    pub mesh: Mesh,
    pub x: &'a mut [R],
    pub p: &'a mut [R],
    pub x_bar: &'a mut [R],
    pub p_bar: &'a mut [R],
}

/// Four particles along z, or what is left of them in a row.
#[derive(Clone, Copy)]
struct Part {
    site: [usize; 3],
    at: usize,
    count: usize,
}

/// Arrays of a `Walker` for blocks that each take some rows.
struct Arrays<'a, R> {
    cells: usize,
    all: [SharedMut<'a, R>; 4],
}

impl<R: Real> Arrays<'_, R> {
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
                return unsafe { R::Four::read(array.as_mut_ptr().add(at)) };
            }
            let mut few = [R::default(); 4];
            // SAFETY: as above.
            (0..part.count).for_each(|i| few[i] = unsafe { array.get(at + i) });
            R::Four::from_slice(&few)
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
                unsafe { value.write(array.as_mut_ptr().add(at)) };
                continue;
            }
            let few = value.array();
            // SAFETY: as above.
            (0..part.count).for_each(|i| unsafe { array.set(at + i, few[i]) });
        }
    }
}

/// Planes and rows of a parallel block, so that it finds in the cache most of the nodes that it reads again.
const TILE: usize = 16;

const X: usize = 0;
const P: usize = 1;
const X_BAR: usize = 2;
const P_BAR: usize = 3;

/// Four sums of a row.
type Sums = [f64; 4];

#[inline(always)]
fn add<R: Real>(sums: &mut Sums, v: R::Four) {
    sums.iter_mut().zip(v.array()).for_each(|(sum, v)| *sum += v.wide());
}

#[inline(always)]
fn dot<R: Real>(a: [R::Four; 3], b: [R::Four; 3]) -> R::Four {
    (a[0] * b[0] + a[1] * b[1]) + a[2] * b[2]
}

/// Takes a drift by `d` back: x -= d p, p-bar += d x-bar; adds x-bar . p to the sums.
#[inline(always)]
fn undrift<R: Real>(d: R::Four, [x, p, x_bar, p_bar]: [[R::Four; 3]; 4], sums: &mut Sums) -> ([R::Four; 3], [R::Four; 3]) {
    add::<R>(sums, dot::<R>(x_bar, p));
    (std::array::from_fn(|c| x[c] - d * p[c]), std::array::from_fn(|c| p_bar[c] + d * x_bar[c]))
}

/// The first numbers; 0 for the others.
fn first<R: Real>(v: R::Four, count: usize) -> R::Four {
    let mut few = v.array();
    few[count..].fill(R::default());
    R::Four::from_slice(&few)
}

/// Value and slopes along x, y, z between eight nodes, of which the last axis is counted first; at `d` of the way along each.
#[inline(always)]
fn between<R: Real>(rows: [[R::Four; 2]; 4], d: [R::Four; 3]) -> [R::Four; 4] {
    let line = |[a, b]: [R::Four; 2]| [a + d[2] * (b - a), b - a];
    let plane = |i: usize| {
        let ([v0, z0], [v1, z1]) = (line(rows[i]), line(rows[i + 1]));
        [v0 + d[1] * (v1 - v0), v1 - v0, z0 + d[1] * (z1 - z0)]
    };
    let ([v0, y0, z0], [v1, y1, z1]) = (plane(0), plane(2));
    [v0 + d[0] * (v1 - v0), v1 - v0, y0 + d[0] * (y1 - y0), z0 + d[0] * (z1 - z0)]
}

impl<R: Find> Walker<'_, R> {
    /// Calls `f(arrays, part, sums)` for all particles by fours; the sums of blocks of rows, pairwise.
    fn sweep<const N: usize>(&mut self, f: impl Fn(&Arrays<R>, Part, &mut [Sums; N]) + Sync) -> [f64; N] {
        let ([nx, ny, nz], cells) = (self.mesh.n, self.mesh.cells());
        let all = [&mut *self.x, &mut *self.p, &mut *self.x_bar, &mut *self.p_bar];
        assert!(all.iter().all(|a| a.len() == 3 * cells), "arrays differ from the mesh");
        let arrays = Arrays { cells, all: all.map(SharedMut::new) };
        let (slabs, tiles) = (nx.div_ceil(TILE), ny.div_ceil(TILE));
        let mut blocks = vec![[0.0; N]; slabs * tiles];
        let shared = SharedMut::new(&mut blocks);
        for_each_block(slabs * tiles, |block| {
            let (x, y) = (block / tiles * TILE, block % tiles * TILE);
            let mut all = [0.0; N];
            for i in x..(x + TILE).min(nx) {
                for j in y..(y + TILE).min(ny) {
                    let mut sums = [[0.0; 4]; N];
                    for k in (0..nz).step_by(4) {
                        f(&arrays, Part { site: [i, j, k], at: (i * ny + j) * nz + k, count: (nz - k).min(4) }, &mut sums);
                    }
                    (0..N).for_each(|s| all[s] += (sums[s][0] + sums[s][1]) + (sums[s][2] + sums[s][3]));
                }
            }
            // SAFETY: each block writes its own element.
            unsafe { shared.set(block, all) };
        });
        std::array::from_fn(|s| pairwise(&blocks.iter().map(|b| b[s]).collect::<Vec<_>>()))
    }

    /// Takes a drift by `d` back and returns the derivative by `d`.
    pub fn undrift(&mut self, d: f64) -> f64 {
        let d = R::round(d);
        let [sum] = self.sweep(|arrays, part, [sums]| {
            // SAFETY: the sweep's part.
            unsafe {
                let state = [X, P, X_BAR, P_BAR].map(|which| arrays.get(which, part));
                let (x, p_bar) = undrift::<R>(R::Four::all(d), state, sums);
                arrays.set(X, part, x);
                arrays.set(P_BAR, part, p_bar);
            }
        });
        sum
    }

    /// Takes a kick by the force back, where `vectors` holds force and rho-bar; then, if given, the drift before it. Returns
    /// the derivatives by a factor of the force and by that drift.
    pub fn unkick(&mut self, vectors: &[R], drift: Option<f64>) -> [f64; 2] {
        let mesh = self.mesh;
        assert!(vectors.len() == mesh.vectors(), "mesh differs from the particles'");
        let drift = drift.map(R::round);
        let finder = R::finder(Nodes { mesh, row: mesh.n[2] + 1, width: 4 });
        self.sweep(|arrays, part, [kicks, drifts]| {
            // SAFETY: the sweep's part.
            let [x, p, x_bar, q] = unsafe { [X, P, X_BAR, P_BAR].map(|which| arrays.get(which, part)) };
            let (at, d) = R::find(&finder, part.site, x);
            let d = d.map(R::Four::array);
            // Of each particle: value, slopes; each of three components of the force, and rho-bar.
            let found: [[R::Four; 4]; 4] = std::array::from_fn(|l| {
                let rows = at[l].map(|i| {
                    // SAFETY: two nodes of a row of the mesh, of which there are four numbers each.
                    unsafe {
                        let node = vectors.as_ptr().add(i);
                        [R::Four::read(node), R::Four::read(node.add(4))]
                    }
                });
                between::<R>(rows, std::array::from_fn(|axis| R::Four::all(d[axis][l])))
            });
            let [force, slopes @ ..]: [[R::Four; 4]; 4] =
                std::array::from_fn(|what| R::Four::transpose(std::array::from_fn(|l| found[l][what])));
            let force = [force[0], force[1], force[2]];
            add::<R>(kicks, dot::<R>(q, force));
            let p: [_; 3] = std::array::from_fn(|a| p[a] - force[a]);
            let x_bar: [_; 3] = std::array::from_fn(|a| {
                let [fx, fy, fz, rho_bar] = slopes[a];
                x_bar[a] + (rho_bar + dot::<R>(q, [fx, fy, fz]))
            });
            // Behind the end of a row there is nothing to sum.
            let x_bar = if part.count == 4 { x_bar } else { x_bar.map(|v| first::<R>(v, part.count)) };
            // SAFETY: the sweep's part.
            unsafe {
                arrays.set(P, part, p);
                arrays.set(X_BAR, part, x_bar);
                let Some(d) = drift else { return };
                let (x, q) = undrift::<R>(R::Four::all(d), [x, p, x_bar, q], drifts);
                arrays.set(X, part, x);
                arrays.set(P_BAR, part, q);
            }
        })
    }
}

/// Meshes that `kick_adjoint` fills: two of scalars, one of vectors.
pub struct Meshes<'a, R> {
    pub density: &'a mut [R],
    pub phi_bar: &'a mut [R],
    pub vectors: &'a mut [R],
}

/// Derivatives by a factor of a kick's force, by the drift before it, and by the numbers of the filter.
#[derive(Clone, Copy, Debug)]
pub struct KickSlopes {
    pub kick: f64,
    pub drift: f64,
    /// Of the filter, if they were asked for.
    pub green: Slopes,
}

/// Why a step cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The displacement of this particle is not finite.
    Displacement(usize),
    Status(Status),
}

/// Takes a kick by the force at its particles back, and then, if given, the drift before it.
///
/// # Errors
/// A displacement that is not finite; no room for the scratch of the transforms.
pub fn kick_adjoint<R: Find>(
    walker: &mut Walker<R>,
    meshes: Meshes<R>,
    green: Green,
    drift: Option<f64>,
    slopes: bool,
) -> Result<KickSlopes, Failure> {
    let (mesh, Meshes { density, phi_bar, vectors }) = (walker.mesh, meshes);
    paint_vectors(&mesh, walker.x, walker.p_bar, vectors).map_or(Ok(()), |i| Err(Failure::Displacement(i)))?;
    divergence(&mesh, 1.0, vectors, phi_bar);
    take_fourth(&mesh, vectors, density);
    let green = potential_pair(&mesh, green, slopes, density, phi_bar).map_err(Failure::Status)?;
    gradient(&mesh, -1.0, density, vectors);
    set_fourth(&mesh, phi_bar, vectors);
    let [kick, drift] = walker.unkick(vectors, drift);
    Ok(KickSlopes { kick, drift, green })
}

/// Sets a mesh of scalars to the fourth numbers of a mesh of vectors.
pub fn take_fourth<R: Real>(mesh: &Mesh, vectors: &[R], scalars: &mut [R]) {
    assert!(scalars.len() == mesh.scalars() && vectors.len() == mesh.vectors());
    let (row, from, [nx, ny, nz]) = (mesh.row(), mesh.vector_row(), mesh.n);
    let out = SharedMut::new(scalars);
    for_each_block(nx, |x| {
        for i in x * ny..(x + 1) * ny {
            // SAFETY: rows do not overlap.
            let out = unsafe { out.part(i * row, row) };
            let (own, rest) = out.split_at_mut(nz);
            own.iter_mut().zip(vectors[i * from..][..4 * nz].as_chunks::<4>().0).for_each(|(s, v)| *s = v[3]);
            rest.fill(R::default());
        }
    });
}

/// Sets the fourth numbers of a mesh of vectors to those of a mesh of scalars.
pub fn set_fourth<R: Real>(mesh: &Mesh, scalars: &[R], vectors: &mut [R]) {
    assert!(scalars.len() == mesh.scalars() && vectors.len() == mesh.vectors());
    let (row, to, [nx, ny, nz]) = (mesh.row(), mesh.vector_row(), mesh.n);
    let out = SharedMut::new(vectors);
    for_each_block(nx, |x| {
        for i in x * ny..(x + 1) * ny {
            // SAFETY: rows do not overlap.
            let out = unsafe { out.part(i * to, to) };
            let from = &scalars[i * row..][..nz];
            out.as_chunks_mut::<4>().0.iter_mut().zip(from.iter().chain(&from[..1])).for_each(|(v, &s)| v[3] = s);
        }
    });
}

/// Adds to `x_bar`, `[3, nx, ny, nz]`, the derivatives by displacements `x` of the sum of `values`, `[nx, ny, nz]`, times the
/// painted particles.
pub fn density_adjoint<R: Find>(mesh: &Mesh, values: &[R], x: &[R], x_bar: &mut [R]) {
    let ([nx, ny, nz], cells) = (mesh.n, mesh.cells());
    assert!(values.len() == cells && x_bar.len() == 3 * cells, "arrays differ from the mesh");
    let x = mesh.components(x);
    let finder = R::finder(Nodes { mesh: *mesh, row: nz, width: 1 });
    let out = SharedMut::new(x_bar);
    for_each_block(nx, |i| {
        for j in 0..ny {
            for k in (0..nz).step_by(4) {
                let (at, count) = ((i * ny + j) * nz + k, (nz - k).min(4));
                let d = x.map(|x| {
                    let mut few = [R::default(); 4];
                    few[..count].copy_from_slice(&x[at..][..count]);
                    R::Four::from_slice(&few)
                });
                let (nodes, d) = R::find(&finder, [i, j, k], d);
                let value = |row: usize, above: bool| {
                    let at = |l: usize| match nodes[l][row] {
                        i if !above => i,
                        i if (i + 1) % nz == 0 => i + 1 - nz,
                        i => i + 1,
                    };
                    R::Four::from_slice(&[0, 1, 2, 3].map(|l| values[at(l)]))
                };
                let [_, slopes @ ..] = between::<R>(std::array::from_fn(|row| [value(row, false), value(row, true)]), d);
                for (c, slope) in slopes.into_iter().enumerate() {
                    // SAFETY: particles of this block's plane.
                    let out = unsafe { out.part(c * cells + at, count) };
                    out.iter_mut().zip(slope.array()).for_each(|(o, s)| *o = *o + s);
                }
            }
        }
    });
}
