//! Particles that come in the order of a lattice, or nearly: straight to the mesh, without a sort.
//!
//! The input is cut into an even number of chunks, and each one's range of planes along x is found. If those of the even
//! chunks share no plane, and those of the odd ones neither, the even ones are painted side by side, then the odd ones.
//! The cut depends on the input alone, and so do the bits.

use crate::cloud::Failure;
use crate::deposit::Factor;
use crate::sort::Masses;
use crate::stencil::{node, weights, Real};
use crate::Grid;
use cosmesh_core::parallel::{for_each_block, SharedMut};
#[cfg(target_arch = "wasm32")]
use cosmesh_core::lanes::{transpose4, F32x4, Lanes};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Parts whose planes are found; chunks are made of them.
const PARTS: usize = 64;
/// Particles below which this is not worth a look.
const LEAST: usize = 1 << 14;
/// Particles of a stream: enough to be apart, few enough that streams share the cache.
const STREAM: usize = 256;

/// CIC in f32. Paints if the input is in such an order; else gives `false` and leaves the mesh as it was.
pub fn paint<N: Masses<Mass: Factor<f32>>>(
    grid: &Grid,
    positions: &[f32],
    masses: &N,
    mesh: SharedMut<f32>,
) -> Result<bool, Failure> {
    let count = positions.len() / 3;
    if count < LEAST || grid.n.iter().any(|&n| n < 8) {
        return Ok(false);
    }
    let size = count.div_ceil(PARTS);
    let range = |first: usize, parts: usize| (first * size).min(count)..((first + parts) * size).min(count);
    let mut planes = [None; PARTS];
    let shared = SharedMut::new(&mut planes);
    for_each_block(PARTS, |i| {
        let r = range(i, 1);
        // SAFETY: block i writes element i alone.
        unsafe { shared.set(i, planes_of(grid, &positions[3 * r.start..3 * r.end])) };
    });
    let Some(parts) = [2, 4, 8, 16].into_iter().find(|&parts| apart(&planes, parts, grid.n[0])) else {
        return Ok(false);
    };
    let bad = AtomicUsize::new(usize::MAX);
    for round in 0..2 {
        for_each_block(PARTS / parts / 2, |i| {
            let r = range((2 * i + round) * parts, parts);
            // SAFETY: no two chunks of a round share a plane of nodes.
            if let Some(i) = unsafe { chunk(grid, positions, masses, r, mesh) } {
                bad.fetch_min(i, Relaxed);
            }
        });
    }
    match bad.into_inner() {
        usize::MAX => Ok(true),
        i if masses.finite(i) => Err(Failure::Position(i)),
        i => Err(Failure::Mass(i)),
    }
}

/// First node and number of planes that the particles touch, as an arc of the periodic axis; `None` for a wide one.
fn planes_of(grid: &Grid, positions: &[f32]) -> Option<(usize, usize)> {
    let n = grid.n[0];
    let half = 0.5 * n as f32;
    let in_cells = |x: f32| x * grid.scale[0] as f32;
    // With the lower half of the box behind the upper one, in case the arc goes over the end of the box.
    let unrolled = |x: f32| in_cells(x) + if in_cells(x) < half { n as f32 } else { 0.0 };
    let wide = |(low, high): (f32, f32)| high - low > half;
    // A few particles tell random input, which then costs little here.
    let few = &positions[..positions.len().min(3 * 256)];
    if wide(extremes(few, in_cells)) && wide(extremes(few, unrolled)) {
        return None;
    }
    let mut arc = extremes(positions, in_cells);
    if wide(arc) {
        arc = extremes(positions, unrolled);
    }
    // A plane more on each side, for what rounding may do.
    let (start, end) = (arc.0.floor() - 1.0, arc.1.floor() + 3.0);
    (end - start < n as f32 && start.abs() < 1e6)
        .then(|| ((start as i64).rem_euclid(n as i64) as usize, (end - start) as usize))
}

/// Smallest and largest of `f(x)` over the particles; NaN is passed over.
#[inline(always)]
fn extremes(positions: &[f32], f: impl Fn(f32) -> f32) -> (f32, f32) {
    let (mut low, mut high) = ([f32::INFINITY; 4], [f32::NEG_INFINITY; 4]);
    let (fours, rest) = positions.as_chunks::<12>();
    let mut look = |l: usize, x: f32| {
        let x = f(x);
        low[l] = if x < low[l] { x } else { low[l] };
        high[l] = if x > high[l] { x } else { high[l] };
    };
    for p in fours {
        (0..4).for_each(|l| look(l, p[3 * l]));
    }
    rest.iter().step_by(3).for_each(|&x| look(0, x));
    (low.into_iter().fold(f32::INFINITY, f32::min), high.into_iter().fold(f32::NEG_INFINITY, f32::max))
}

/// Whether the chunks of one parity, of `parts` parts each, share no plane.
fn apart(planes: &[Option<(usize, usize)>], parts: usize, n: usize) -> bool {
    let mut owner = [vec![usize::MAX; n], vec![usize::MAX; n]];
    planes.iter().enumerate().all(|(i, arc)| {
        let Some((start, length)) = *arc else { return false };
        let chunk = i / parts;
        (start..start + length).all(|x| {
            let owner = &mut owner[chunk % 2][x % n];
            let free = *owner == usize::MAX || *owner == chunk;
            *owner = chunk;
            free
        })
    })
}

/// Paints `range` of the particles; gives the first that is not finite.
///
/// Four streams, one after the other in the input, advance side by side, one particle of each in a step: a particle then
/// seldom waits for the stores of its neighbour, and the lanes of a register belong to different particles.
///
/// # Safety
/// No other thread may use the planes that these particles touch.
unsafe fn chunk<N: Masses<Mass: Factor<f32>>>(
    grid: &Grid,
    positions: &[f32],
    masses: &N,
    range: Range<usize>,
    mesh: SharedMut<f32>,
) -> Option<usize> {
    let mut bad = range.clone().find(|&i| !masses.finite(i));
    let mut plain = |i: usize| match grid.locate::<f32, f32>(&positions[3 * i..3 * i + 3]) {
        None => bad = Some(bad.map_or(i, |b| b.min(i))),
        // SAFETY: promised by the caller.
        Some(u) => unsafe { add_plain(grid, u, masses.get(i), mesh) },
    };
    #[cfg(target_arch = "wasm32")]
    let ready = simd::Ready::new(grid);
    let whole = range.len() / (4 * STREAM) * (4 * STREAM);
    for first in range.clone().take(whole).step_by(4 * STREAM) {
        let streams = [0, 1, 2, 3].map(|s| &positions[3 * (first + s * STREAM)..][..3 * STREAM]);
        for step in 0..STREAM {
            #[cfg(target_arch = "wasm32")]
            {
                let mass = |s: usize| masses.get(first + step + s * STREAM).times(1.0);
                // SAFETY: promised by the caller; an axis has at least eight cells.
                if unsafe { simd::add(&ready, streams.map(|s| &s[3 * step..3 * step + 3]), mass, mesh) } {
                    continue;
                }
            }
            (0..streams.len()).for_each(|s| plain(first + step + s * STREAM));
        }
    }
    range.skip(whole).for_each(plain);
    bad
}

/// Adds one particle at coordinates `u`.
///
/// # Safety
/// As for `chunk`.
#[cfg_attr(target_arch = "wasm32", cold)]
#[inline(never)]
unsafe fn add_plain<M: Factor<f32>>(grid: &Grid, u: [f32; 3], mass: M, mesh: SharedMut<f32>) {
    let a = u.map(f32::floor);
    let [wx, wy, wz] = [0, 1, 2].map(|c| weights::<f32, 2>(u[c] - a[c]));
    let index = |c: usize, j: usize| node(a[c].whole(), j, 0, grid.n[c]);
    for (jx, wx) in wx.into_iter().enumerate() {
        for (jy, wy) in wy.into_iter().enumerate() {
            let row = (index(0, jx) * grid.n[1] + index(1, jy)) * grid.n[2];
            for (jz, wz) in wz.into_iter().enumerate() {
                let at = row + index(2, jz);
                // SAFETY: a node of a plane that is this thread's.
                unsafe { mesh.set(at, mesh.get(at) + wx * wy * mass.times(wz)) };
            }
        }
    }
}

/// Four particles at once.
#[cfg(target_arch = "wasm32")]
mod simd {
    use super::{transpose4, F32x4, Grid, Lanes, SharedMut};
    use core::arch::wasm32 as w;

    /// For x, y, z in all lanes: scale, cells as f32 and as whole numbers; and nodes from one plane and one row to the next.
    pub struct Ready {
        scale: [w::v128; 3],
        limit: [w::v128; 3],
        cells: [w::v128; 3],
        plane: w::v128,
        row: w::v128,
    }

    impl Ready {
        pub fn new(grid: &Grid) -> Self {
            Self {
                scale: grid.scale.map(|s| w::f32x4_splat(s as f32)),
                limit: grid.n.map(|n| w::f32x4_splat(n as f32)),
                cells: grid.n.map(|n| w::u32x4_splat(n as u32)),
                plane: w::u32x4_splat((grid.n[1] * grid.n[2]) as u32),
                row: w::u32x4_splat(grid.n[2] as u32),
            }
        }
    }

    /// Adds the particles, or gives `false` when one must be wrapped, is not finite, or has its upper node beyond z = nz.
    ///
    /// # Safety
    /// As for `chunk`; and rows (x, y) and (x, y + 1) must differ.
    #[inline(always)]
    pub unsafe fn add(r: &Ready, p: [&[f32]; 4], mass: impl Fn(usize) -> f32, mesh: SharedMut<f32>) -> bool {
        let u = [0, 1, 2].map(|c| w::f32x4_mul(w::f32x4(p[0][c], p[1][c], p[2][c], p[3][c]), r.scale[c]));
        let a = u.map(|u| w::f32x4_floor(u));
        let node = a.map(|a| w::v128_and(w::f32x4_add(a, w::f32x4_splat(8_388_608.0)), w::u32x4_splat(0x7f_ffff)));
        let next = node.map(|i| w::u32x4_add(i, w::u32x4_splat(1)));
        let inside = [0, 1, 2].map(|c| w::v128_and(w::f32x4_ge(u[c], w::f32x4_splat(0.0)), w::f32x4_lt(u[c], r.limit[c])));
        let low = w::u32x4_lt(next[2], r.cells[2]);
        if !w::i32x4_all_true(w::v128_and(w::v128_and(inside[0], inside[1]), w::v128_and(inside[2], low))) {
            return false;
        }
        let d = [0, 1, 2].map(|c| F32x4(w::f32x4_sub(u[c], a[c])));
        let e = d.map(|d| F32x4::splat(1.0) - d);
        let mass = F32x4(w::f32x4(mass(0), mass(1), mass(2), mass(3)));
        let z = [mass * e[2], mass * d[2]];
        let corner = [e[0] * e[1], e[0] * d[1], d[0] * e[1], d[0] * d[1]];
        // For each particle, the pairs along z of rows (x, y) and (x, y + 1); then those of x + 1.
        let left = transpose4([corner[0] * z[0], corner[0] * z[1], corner[1] * z[0], corner[1] * z[1]]);
        let right = transpose4([corner[2] * z[0], corner[2] * z[1], corner[3] * z[0], corner[3] * z[1]]);

        // A node behind the last one is node 0.
        let wrapped = |c: usize| w::v128_andnot(next[c], w::u32x4_eq(next[c], r.cells[c]));
        let (x0, x1) = (w::u32x4_mul(node[0], r.plane), w::u32x4_mul(wrapped(0), r.plane));
        let y0 = w::u32x4_add(w::u32x4_mul(node[1], r.row), node[2]);
        let y1 = w::u32x4_add(w::u32x4_mul(wrapped(1), r.row), node[2]);
        let at = [w::u32x4_add(x0, y0), w::u32x4_add(x0, y1), w::u32x4_add(x1, y0), w::u32x4_add(x1, y1)];
        macro_rules! particle {
            ($l:literal) => {
                let at = at.map(|at| w::u32x4_extract_lane::<$l>(at) as usize);
                // SAFETY: all coordinates are inside of the mesh, so the nodes are; they are this thread's by the promise.
                unsafe {
                    pair(mesh.as_mut_ptr(), at[0], at[1], left[$l]);
                    pair(mesh.as_mut_ptr(), at[2], at[3], right[$l]);
                }
            };
        }
        particle!(0);
        particle!(1);
        particle!(2);
        particle!(3);
        true
    }

    /// Adds two lanes at node `a`, two at node `b`.
    ///
    /// # Safety
    /// `a`, `a + 1`, `b`, `b + 1` are different nodes that this thread may use.
    #[inline(always)]
    unsafe fn pair(mesh: *mut f32, a: usize, b: usize, add: F32x4) {
        // SAFETY: promised by the caller.
        unsafe {
            let (a, b) = (mesh.add(a).cast::<u64>(), mesh.add(b).cast::<u64>());
            let sum = w::f32x4_add(w::v128_load64_lane::<1>(w::v128_load64_zero(a), b), add.0);
            w::v128_store64_lane::<0>(sum, a);
            w::v128_store64_lane::<1>(sum, b);
        }
    }
}
