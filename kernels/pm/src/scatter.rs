//! Clouds in cells (CIC) painted from lattice sites and displacements: each particle shares its mass, or a vector, among the
//! eight nodes around it by the weights `1 - |distance|` along each axis. The order of sums depends on the displacements
//! alone.

use crate::mesh::{locate3, Four, Mesh};
use crate::slabs::for_each_slab;
use crate::Real;
use cosmesh_core::parallel::{for_each_block, SharedMut};
#[cfg(target_arch = "wasm32")]
use {
    crate::mesh::simd::Cells,
    core::arch::wasm32::{self as w, v128},
    cosmesh_core::lanes::{transpose4, F32x4, Lanes},
};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Rows painted side by side: a particle then seldom waits for the stores of its neighbour.
#[cfg(target_arch = "wasm32")]
const STREAMS: usize = 4;

/// Sets a mesh of scalars (padded rows) to the number of particles of each cell; `displacement` is `[3, nx, ny, nz]`. Returns
/// the first particle whose displacement is not finite; the mesh holds nothing of use then.
pub fn paint<R: Real>(mesh: &Mesh, displacement: &[R], out: &mut [R]) -> Option<usize> {
    assert!(out.len() == mesh.scalars());
    let d = mesh.components(displacement);
    let (row, [nx, ny, nz]) = (mesh.row(), mesh.n);
    let out = SharedMut::new(out);
    let planes = |f: &(dyn Fn(&mut [R]) + Sync)| {
        for_each_block(nx, |i| {
            // SAFETY: planes of different blocks do not overlap.
            f(unsafe { out.part(i * ny * row, ny * row) });
        });
    };
    planes(&|plane| plane.fill(R::default()));
    let bad = AtomicUsize::new(usize::MAX);
    for_each_slab(mesh, d[0], |slab| {
        for i in slab {
            // SAFETY: no two slabs under way reach a common plane.
            if let Some(first) = unsafe { R::paint_plane(mesh, d, i, out.as_mut_ptr()) } {
                bad.fetch_min(first, Relaxed);
            }
        }
    });
    // Behind the last node of a row is the first one.
    planes(&|plane| {
        for row in plane.chunks_exact_mut(row) {
            row[0] = row[0] + row[nz];
            row[nz..].fill(R::default());
        }
    });
    Some(bad.into_inner()).filter(|&i| i != usize::MAX)
}

/// As `paint`, with what each particle has of the vectors `[3, nx, ny, nz]` to a mesh of vectors, whose fourth numbers become
/// the number of particles.
pub fn paint_vectors<R: Real>(mesh: &Mesh, displacement: &[R], vectors: &[R], out: &mut [R]) -> Option<usize> {
    assert!(out.len() == mesh.vectors());
    let (d, v) = (mesh.components(displacement), mesh.components(vectors));
    let (row, [nx, ny, nz]) = (mesh.vector_row(), mesh.n);
    let out = SharedMut::new(out);
    let planes = |f: &(dyn Fn(&mut [R]) + Sync)| {
        for_each_block(nx, |i| {
            // SAFETY: planes of different blocks do not overlap.
            f(unsafe { out.part(i * ny * row, ny * row) });
        });
    };
    planes(&|plane| plane.fill(R::default()));
    let bad = AtomicUsize::new(usize::MAX);
    for_each_slab(mesh, d[0], |slab| {
        for i in slab {
            for j in 0..mesh.sites[1] {
                // SAFETY: no two slabs under way reach a common plane.
                if let Some(first) = unsafe { R::paint_vector_row(mesh, d, v, [i, j], out.as_mut_ptr()) } {
                    bad.fetch_min(first, Relaxed);
                }
            }
        }
    });
    planes(&|plane| {
        for row in plane.chunks_exact_mut(row) {
            for c in 0..4 {
                row[c] = row[c] + row[4 * nz + c];
                row[4 * nz + c] = row[c];
            }
        }
    });
    Some(bad.into_inner()).filter(|&i| i != usize::MAX)
}

/// Paints vectors of the particles of row (i, j); gives the first that is not finite.
///
/// # Safety
/// `out` is a mesh of vectors, of which no other thread may use the planes that these particles touch.
pub unsafe fn vector_row_plain<R: Real>(mesh: &Mesh, d: [&[R]; 3], v: [&[R]; 3], row: [usize; 2], out: *mut R) -> Option<usize> {
    // SAFETY: promised by the caller.
    unsafe { some_vectors(mesh, d, v, row, 0..mesh.n[2], out) }
}

/// Those in `range` of a row.
///
/// # Safety
/// As `vector_row_plain`.
#[inline(always)]
unsafe fn some_vectors<R: Real>(mesh: &Mesh, d: [&[R]; 3], v: [&[R]; 3], [i, j]: [usize; 2], range: Range<usize>, out: *mut R) -> Option<usize> {
    let (mut bad, start, one) = (None, mesh.start(i, j), R::of(1.0));
    for k in range {
        let at = start + k;
        let Some([(x0, x1, fx), (y0, y1, fy), (z, _, fz)]) = locate3(d.map(|d| d[at]), mesh.node(i, j, k), mesh.n) else {
            bad = bad.or(Some(at));
            continue;
        };
        let value = R::Four::from_slice(&[v[0][at], v[1][at], v[2][at], one]);
        for (x, wx) in [(x0, one - fx), (x1, fx)] {
            for (y, wy) in [(y0, one - fy), (y1, fy)] {
                // SAFETY: a row has nz + 1 groups; the plane is the caller's.
                unsafe {
                    let p = out.add((x * mesh.n[1] + y) * mesh.vector_row() + 4 * z);
                    (R::Four::read(p) + value * R::Four::all(wx * wy * (one - fz))).write(p);
                    (R::Four::read(p.add(4)) + value * R::Four::all(wx * wy * fz)).write(p.add(4));
                }
            }
        }
    }
    bad
}

/// As `vector_row_plain`, in SIMD.
///
/// # Safety
/// As `vector_row_plain`.
#[cfg(target_arch = "wasm32")]
pub unsafe fn vector_row_simd(mesh: &Mesh, d: [&[f32]; 3], v: [&[f32]; 3], row: [usize; 2], out: *mut f32) -> Option<usize> {
    let nz = mesh.n[2];
    let mut bad: Option<usize> = None;
    let (cells, start, whole) = (Cells::new(mesh, nz + 1, out, 4), mesh.start(row[0], row[1]), nz / 4 * 4);
    let [x, y] = [0, 1].map(|c| w::i32x4_splat((mesh.first[c] + row[c]) as i32));
    for k in (0..whole).step_by(4) {
        let here = |a: &[f32]| F32x4::load(&a[start + k..]);
        let z = w::i32x4_add(w::i32x4(0, 1, 2, 3), w::i32x4_splat(k as i32));
        let Some((at, f)) = cells.locate(d.map(here), [x, y, z]) else {
            // SAFETY: promised by the caller.
            bad = bad.or(unsafe { vectors_cold(mesh, d, v, row, k..k + 4, out) });
            continue;
        };
        let e = f.map(|f| F32x4::splat(1.0) - f);
        let corner = [e[0] * e[1], e[0] * f[1], f[0] * e[1], f[0] * f[1]];
        let weights = corner.map(|c| [c * e[2], c * f[2]]);
        let values = transpose4([here(v[0]), here(v[1]), here(v[2]), F32x4::splat(1.0)]);
        macro_rules! particle {
            ($l:literal) => {
                for c in 0..4 {
                    let p = std::ptr::with_exposed_provenance_mut::<f32>(w::u32x4_extract_lane::<$l>(at[c]) as usize);
                    let by = weights[c].map(|v| values[$l] * F32x4(w::i32x4_shuffle::<$l, $l, $l, $l>(v.0, v.0)));
                    // SAFETY: cells are in the mesh, and a row has nz + 1 groups; planes are the caller's.
                    unsafe {
                        (F32x4::load_ptr(p) + by[0]).store_ptr(p);
                        (F32x4::load_ptr(p.add(4)) + by[1]).store_ptr(p.add(4));
                    }
                }
            };
        }
        particle!(0);
        particle!(1);
        particle!(2);
        particle!(3);
    }
    // SAFETY: promised by the caller.
    bad.or(unsafe { vectors_cold(mesh, d, v, row, whole..nz, out) })
}

/// # Safety
/// As `vector_row_plain`.
#[cfg(target_arch = "wasm32")]
#[cold]
#[inline(never)]
unsafe fn vectors_cold(mesh: &Mesh, d: [&[f32]; 3], v: [&[f32]; 3], row: [usize; 2], range: Range<usize>, out: *mut f32) -> Option<usize> {
    // SAFETY: promised by the caller.
    unsafe { some_vectors(mesh, d, v, row, range, out) }
}

/// Paints the particles of lattice plane `i`; gives the first that is not finite.
///
/// # Safety
/// `out` is a mesh of scalars, of which no other thread may use the planes that these particles touch.
#[inline(always)]
pub unsafe fn plane_plain<R: Real>(mesh: &Mesh, d: [&[R]; 3], i: usize, out: *mut R) -> Option<usize> {
    let mut bad = None;
    for j in 0..mesh.sites[1] {
        // SAFETY: promised by the caller.
        bad = bad.or(unsafe { row_plain(mesh, d, [i, j], 0, mesh.n[2], out) });
    }
    bad
}

/// Particles `from..to` of row (i, j).
///
/// # Safety
/// As `plane_plain`.
#[inline(always)]
unsafe fn row_plain<R: Real>(mesh: &Mesh, d: [&[R]; 3], [i, j]: [usize; 2], from: usize, to: usize, out: *mut R) -> Option<usize> {
    let (mut bad, start, one) = (None, mesh.start(i, j), R::of(1.0));
    for k in from..to {
        let Some([(x0, x1, fx), (y0, y1, fy), (z, _, fz)]) = locate3(d.map(|d| d[start + k]), mesh.node(i, j, k), mesh.n) else {
            bad = bad.or(Some(start + k));
            continue;
        };
        let pair = [one - fz, fz];
        for (x, wx) in [(x0, one - fx), (x1, fx)] {
            for (y, wy) in [(y0, one - fy), (y1, fy)] {
                let at = (x * mesh.n[1] + y) * mesh.row() + z;
                for (l, wz) in pair.into_iter().enumerate() {
                    // SAFETY: a row has at least nz + 1 numbers; the plane is the caller's.
                    unsafe { *out.add(at + l) = *out.add(at + l) + wx * wy * wz };
                }
            }
        }
    }
    bad
}

/// As `plane_plain`, in SIMD.
///
/// # Safety
/// As `plane_plain`.
#[cfg(target_arch = "wasm32")]
pub unsafe fn plane_simd(mesh: &Mesh, d: [&[f32]; 3], i: usize, out: *mut f32) -> Option<usize> {
    let [_, ny, nz] = mesh.sites;
    let mut bad: Option<usize> = None;
    let mut note = |found: Option<usize>| bad = [bad, found].into_iter().flatten().min();
    let (quarter, fours) = (if ny >= 8 { ny / STREAMS } else { 0 }, nz / 4 * 4);
    let (cells, x) = (Cells::new(mesh, mesh.row(), out, 1), w::i32x4_splat((mesh.first[0] + i) as i32));
    for j in 0..quarter {
        let rows = [0, 1, 2, 3].map(|s| j + s * quarter);
        let starts = rows.map(|j| mesh.start(i, j));
        let [y0, y1, y2, y3] = rows.map(|j| (mesh.first[1] + j) as i32);
        let y = w::i32x4(y0, y1, y2, y3);
        for k in (0..fours).step_by(4) {
            let [x4, y4, z4] = d.map(|d| transpose4(starts.map(|start| F32x4::load(&d[start + k..]))));
            for t in 0..4 {
                let site = [x, y, w::i32x4_splat((k + t) as i32)];
                // SAFETY: promised by the caller.
                if !unsafe { add(&cells, [x4[t], y4[t], z4[t]], site) } {
                    // SAFETY: as above.
                    rows.into_iter().for_each(|j| note(unsafe { row_cold(mesh, d, [i, j], k + t, k + t + 1, out) }));
                }
            }
        }
        // SAFETY: as above.
        rows.into_iter().for_each(|j| note(unsafe { row_cold(mesh, d, [i, j], fours, nz, out) }));
    }
    // SAFETY: as above.
    (STREAMS * quarter..ny).for_each(|j| note(unsafe { row_cold(mesh, d, [i, j], 0, nz, out) }));
    bad
}

/// # Safety
/// As `plane_plain`.
#[cfg(target_arch = "wasm32")]
#[cold]
#[inline(never)]
unsafe fn row_cold(mesh: &Mesh, d: [&[f32]; 3], row: [usize; 2], from: usize, to: usize, out: *mut f32) -> Option<usize> {
    // SAFETY: promised by the caller.
    unsafe { row_plain(mesh, d, row, from, to, out) }
}

/// Adds particles k of four rows, or gives `false` when one is a box from its site or not finite.
///
/// # Safety
/// As `plane_plain`; the rows must be apart from each other.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
unsafe fn add(cells: &Cells, d: [F32x4; 3], site: [v128; 3]) -> bool {
    let Some((at, f)) = cells.locate(d, site) else { return false };
    let e = f.map(|f| F32x4::splat(1.0) - f);
    let corner = [e[0] * e[1], e[0] * f[1], f[0] * e[1], f[0] * f[1]];
    // For each particle, the pairs along z of rows (x, y) and (x, y + 1); then those of x + 1.
    let left = transpose4([corner[0] * e[2], corner[0] * f[2], corner[1] * e[2], corner[1] * f[2]]);
    let right = transpose4([corner[2] * e[2], corner[2] * f[2], corner[3] * e[2], corner[3] * f[2]]);
    macro_rules! particle {
        ($l:literal) => {
            let at = at.map(|at| w::u32x4_extract_lane::<$l>(at) as usize);
            // SAFETY: cells are in the mesh, and a row has at least nz + 1 numbers; planes are the caller's.
            unsafe {
                pair(at[0], at[1], left[$l]);
                pair(at[2], at[3], right[$l]);
            }
        };
    }
    particle!(0);
    particle!(1);
    particle!(2);
    particle!(3);
    true
}

/// Adds two lanes to the nodes at addresses `a`, two to those at `b`.
///
/// # Safety
/// Both are different pairs of nodes, which this thread may use.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
unsafe fn pair(a: usize, b: usize, add: F32x4) {
    let [a, b] = [a, b].map(std::ptr::with_exposed_provenance_mut::<u64>);
    // SAFETY: promised by the caller.
    unsafe {
        let sum = w::f32x4_add(w::v128_load64_lane::<1>(w::v128_load64_zero(a), b), add.0);
        w::v128_store64_lane::<0>(sum, a);
        w::v128_store64_lane::<1>(sum, b);
    }
}
