//! Forces read from a mesh of vectors between its nodes (CIC), and steps of particles by them.

use crate::mesh::{locate3, Four, Mesh};
use crate::Real;
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};

/// Planes and rows of a parallel block, so that it finds in the cache most of the nodes that it reads again.
const TILE: usize = 16;

/// Addresses of the components of displacements, and of momenta: without those, displacements themselves are kicked.
#[derive(Clone, Copy)]
pub struct State<R> {
    pub x: [*mut R; 3],
    pub p: Option<[*mut R; 3]>,
}
// SAFETY: blocks use disjoint particles, as `kick_drift` sees to.
unsafe impl<R> Send for State<R> {}
// SAFETY: as above.
unsafe impl<R> Sync for State<R> {}

/// p += `kick` F(x), then x += `drift` p, of displacements and momenta `[3, nx, ny, nz]` with F a mesh of vectors; without
/// momenta, x += `kick` F(x).
pub fn kick_drift<R: Real>(mesh: &Mesh, force: &[R], kick: f64, drift: f64, x: &mut [R], p: Option<&mut [R]>) {
    let (count, [planes, rows, _]) = (mesh.particles(), mesh.sites);
    assert!(force.len() == mesh.vectors() && x.len() == 3 * count && p.as_ref().is_none_or(|p| p.len() == 3 * count));
    let parts = |a: &mut [R]| [0, 1, 2].map(|c| a[c * count..].as_mut_ptr());
    let state = State { x: parts(x), p: p.map(parts) };
    let (kick, drift) = (R::round(kick), R::round(drift));
    let (slabs, tiles) = (planes.div_ceil(TILE), rows.div_ceil(TILE));
    for_each_block(slabs * tiles, |block| {
        let (state, i, j) = (&state, block / tiles * TILE, block % tiles * TILE);
        for i in i..(i + TILE).min(planes) {
            for j in j..(j + TILE).min(rows) {
                // SAFETY: the lengths were checked; rows do not overlap.
                unsafe { R::kick_row(mesh, [i, j], force, state, [kick, drift]) };
            }
        }
    });
}

/// x += `drift` p.
pub fn drift<R: Real>(drift: f64, x: &mut [R], p: &[R]) {
    assert!(x.len() == p.len());
    let (out, drift) = (SharedMut::new(x), R::round(drift));
    for_each_range(p.len(), 1 << 16, |_, range| {
        // SAFETY: ranges of different blocks do not overlap.
        let part = unsafe { out.part(range.start, range.len()) };
        part.iter_mut().zip(&p[range]).for_each(|(x, &p)| *x = *x + drift * p);
    });
}

/// Kicks and drifts the particles of row (i, j).
///
/// # Safety
/// Arrays of the mesh's lengths; nobody else uses the particles of this row.
pub unsafe fn row_plain<R: Real>(mesh: &Mesh, row: [usize; 2], force: &[R], state: &State<R>, by: [R; 2]) {
    // SAFETY: promised by the caller.
    unsafe { some_plain(mesh, row, 0..mesh.n[2], force, state, by) }
}

/// Those in `range` of a row.
///
/// # Safety
/// As `row_plain`.
#[inline(always)]
unsafe fn some_plain<R: Real>(mesh: &Mesh, row: [usize; 2], range: std::ops::Range<usize>, force: &[R], state: &State<R>, [kick, drift]: [R; 2]) {
    let ny = mesh.n[1];
    let [i, j] = row;
    for k in range {
        let at = mesh.start(i, j) + k;
        // SAFETY: promised by the caller.
        let d = state.x.map(|x| unsafe { *x.add(at) });
        let Some([(x0, x1, fx), (y0, y1, fy), (z, _, fz)]) = locate3(d, mesh.node(i, j, k), mesh.n) else { continue };
        let pair = |x: usize, y: usize| {
            let p = force[(x * ny + y) * mesh.vector_row() + 4 * z..][..8].as_ptr();
            // SAFETY: eight numbers.
            unsafe { [R::Four::read(p), R::Four::read(p.add(4))] }
        };
        let f = between::<R>([[pair(x0, y0), pair(x0, y1)], [pair(x1, y0), pair(x1, y1)]], [fx, fy, fz].map(R::Four::all)).array();
        for c in 0..3 {
            // SAFETY: promised by the caller.
            unsafe {
                let by = match state.p {
                    None => kick * f[c],
                    Some(p) => {
                        *p[c].add(at) = *p[c].add(at) + kick * f[c];
                        drift * *p[c].add(at)
                    }
                };
                *state.x[c].add(at) = d[c] + by;
            }
        }
    }
}

/// Linear along each axis between eight values.
#[inline(always)]
fn between<R: Real>(corners: [[[R::Four; 2]; 2]; 2], [fx, fy, fz]: [R::Four; 3]) -> R::Four {
    let mix = |f: R::Four, [a, b]: [R::Four; 2]| a + f * (b - a);
    mix(fx, corners.map(|rows| mix(fy, rows.map(|pair| mix(fz, pair)))))
}

/// As `row_plain` for the whole row, in SIMD.
///
/// # Safety
/// As `row_plain`.
#[cfg(target_arch = "wasm32")]
pub unsafe fn row_simd(mesh: &Mesh, row: [usize; 2], force: &[f32], state: &State<f32>, by: [f32; 2]) {
    use crate::mesh::simd::Cells;
    use core::arch::wasm32 as w;
    use cosmesh_core::lanes::{transpose4, F32x4, Lanes};
    let nz = mesh.n[2];
    let cells = Cells::new(mesh, mesh.vector_row() / 4, force.as_ptr(), 4);
    let (start, whole) = (mesh.start(row[0], row[1]), nz / 4 * 4);
    let [x_site, y_site] = [0, 1].map(|c| w::i32x4_splat((mesh.first[c] + row[c]) as i32));
    let first = w::i32x4(0, 1, 2, 3);
    let [kick, drift] = by.map(F32x4::splat);
    for k in (0..whole).step_by(4) {
        // SAFETY: promised by the caller.
        let d = state.x.map(|x| unsafe { F32x4::load_ptr(x.add(start + k)) });
        let site = [x_site, y_site, w::i32x4_add(first, w::i32x4_splat(k as i32))];
        let Some((at, f)) = cells.locate(d, site) else {
            // SAFETY: as above.
            unsafe { row_cold(mesh, row, k..k + 4, force, state, by) };
            continue;
        };
        macro_rules! particle {
            ($l:literal) => {{
                let at = at.map(|at| w::u32x4_extract_lane::<$l>(at) as usize);
                let f = f.map(|f| F32x4(w::i32x4_shuffle::<$l, $l, $l, $l>(f.0, f.0)));
                // SAFETY: cells are in the mesh, and a row has nz + 1 groups of four.
                let pair = |at: usize| unsafe {
                    let p = std::ptr::with_exposed_provenance::<f32>(at);
                    [F32x4::load_ptr(p), F32x4::load_ptr(p.add(4))]
                };
                between::<f32>([[pair(at[0]), pair(at[1])], [pair(at[2]), pair(at[3])]], f)
            }};
        }
        let force = transpose4([particle!(0), particle!(1), particle!(2), particle!(3)]);
        for c in 0..3 {
            // SAFETY: promised by the caller.
            unsafe {
                let by = match state.p {
                    None => kick * force[c],
                    Some(p) => {
                        let kicked = F32x4::load_ptr(p[c].add(start + k)) + kick * force[c];
                        kicked.store_ptr(p[c].add(start + k));
                        drift * kicked
                    }
                };
                (d[c] + by).store_ptr(state.x[c].add(start + k));
            }
        }
    }
    // SAFETY: as above.
    unsafe { row_cold(mesh, row, whole..nz, force, state, by) };
}

/// # Safety
/// As `row_plain`.
#[cfg(target_arch = "wasm32")]
#[cold]
#[inline(never)]
unsafe fn row_cold(mesh: &Mesh, row: [usize; 2], range: std::ops::Range<usize>, force: &[f32], state: &State<f32>, by: [f32; 2]) {
    // SAFETY: promised by the caller.
    unsafe { some_plain(mesh, row, range, force, state, by) }
}
