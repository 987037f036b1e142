//! Squared distances up to a bound, in a box around a region: a pass along z writes the squares next to each run, and
//! one pass each along y and x takes the minimum over a window. All three work on bytes or 16-bit numbers, whose sums
//! saturate, so that "far away" needs no care, and rows are padded to whole registers.

use crate::runs::Run;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::Status;

/// Element of a distance mesh.
pub trait Dist: Copy + Ord + Send + Sync {
    /// "Further away than the bound".
    const FAR: Self;
    /// Largest bound whose square is below `FAR`.
    const MAX_DISTANCE: usize;
    /// A squared distance that is below `FAR`.
    fn of(square: usize) -> Self;
    /// As a number.
    fn get(self) -> usize;
    /// Sum, at most `FAR`.
    fn plus(self, other: Self) -> Self;
    /// One bit for each of 16 cells: whether its squared distance is 1 to `limit`.
    fn near(cells: &[Self; 16], limit: usize) -> u32;
}

macro_rules! dist {
    ($t:ty, $max:literal, $near:path) => {
        impl Dist for $t {
            const FAR: Self = <$t>::MAX;
            const MAX_DISTANCE: usize = $max;
            #[inline(always)]
            fn of(square: usize) -> Self {
                square as $t
            }
            #[inline(always)]
            fn get(self) -> usize {
                self as usize
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.saturating_add(other)
            }
            #[inline(always)]
            fn near(cells: &[Self; 16], limit: usize) -> u32 {
                $near(cells, limit.min(Self::MAX_DISTANCE * Self::MAX_DISTANCE) as $t)
            }
        }
    };
}

#[cfg(target_arch = "wasm32")]
mod near {
    use core::arch::wasm32::*;

    #[inline(always)]
    pub fn u8(cells: &[u8; 16], limit: u8) -> u32 {
        // SAFETY: 16 bytes are readable; any alignment is allowed.
        let v = unsafe { v128_load(cells.as_ptr().cast()) };
        u32::from(u8x16_bitmask(u8x16_lt(u8x16_sub(v, u8x16_splat(1)), u8x16_splat(limit))))
    }
    #[inline(always)]
    pub fn u16(cells: &[u16; 16], limit: u16) -> u32 {
        // SAFETY: 32 bytes are readable; any alignment is allowed.
        let [a, b] = [0, 8].map(|i| unsafe { v128_load(cells.as_ptr().add(i).cast()) });
        let [a, b] = [a, b].map(|v| u16x8_lt(u16x8_sub(v, u16x8_splat(1)), u16x8_splat(limit)));
        u32::from(u8x16_bitmask(i8x16_narrow_i16x8(a, b)))
    }
    #[inline(always)]
    pub fn u32(cells: &[u32; 16], limit: u32) -> u32 {
        (0..16).fold(0, |bits, i| bits | (u32::from(cells[i].wrapping_sub(1) < limit)) << i)
    }
}
#[cfg(not(target_arch = "wasm32"))]
mod near {
    macro_rules! near {
        ($t:ident) => {
            pub fn $t(cells: &[$t; 16], limit: $t) -> u32 {
                (0..16).fold(0, |bits, i| bits | (u32::from(cells[i].wrapping_sub(1) < limit)) << i)
            }
        };
    }
    near!(u8);
    near!(u16);
    near!(u32);
}
dist!(u8, 15, near::u8);
dist!(u16, 255, near::u16);
dist!(u32, 65535, near::u32);

/// Cells `lo..lo + len` of a periodic axis of n cells; all of them when `len == n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    pub lo: usize,
    pub len: usize,
}

/// Places of a run along each axis.
fn spans(run: &Run, n: usize) -> [std::ops::Range<usize>; 3] {
    let (x, y) = (run.row as usize / n, run.row as usize % n);
    [x..x + 1, y..y + 1, usize::from(run.start)..usize::from(run.end)]
}

/// Shortest arcs that hold a region that is not empty.
pub fn arcs(region: &[Run], n: usize) -> [Arc; 3] {
    let mut min = [n; 3];
    let mut max = [0; 3];
    for run in region {
        for (axis, span) in spans(run, n).into_iter().enumerate() {
            min[axis] = min[axis].min(span.start);
            max[axis] = max[axis].max(span.end);
        }
    }
    std::array::from_fn(|axis| {
        if min[axis] > 0 || max[axis] < n {
            return Arc { lo: min[axis], len: max[axis] - min[axis] };
        }
        // The region touches both ends of the axis.
        let mut used = vec![false; n];
        region.iter().for_each(|run| used[spans(run, n)[axis].clone()].fill(true));
        Arc::around(&used)
    })
}

/// Marks the places of a region along each axis, `[axis, n]`.
pub fn mark_places(region: &[Run], n: usize, used: &mut [bool]) {
    for (axis, used) in used.chunks_exact_mut(n).enumerate() {
        region.iter().for_each(|run| used[spans(run, n)[axis].clone()].fill(true));
    }
}

impl Arc {
    /// The shortest arc that holds all places that are used, of which there is one: what the longest gap leaves.
    pub fn around(used: &[bool]) -> Self {
        let n = used.len();
        let (first, last) = (used.iter().position(|&u| u).unwrap_or(0), used.iter().rposition(|&u| u).unwrap_or(0));
        if first > 0 || last + 1 < n {
            return Self { lo: first, len: last + 1 - first };
        }
        let (mut longest, mut lo, mut gap) = (0, 0, 0);
        for (i, &u) in used.iter().enumerate() {
            gap = if u { 0 } else { gap + 1 };
            if gap > longest {
                (longest, lo) = (gap, i + 1);
            }
        }
        Self { lo, len: n - longest }
    }
}

/// A box of the mesh: its arcs, and the length of a padded row.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub n: usize,
    pub axes: [Arc; 3],
    pub pitch: usize,
    /// First plane of the part of the mesh that is at hand: offsets are in this part.
    pub first: usize,
}

impl Window {
    /// The arcs widened by `margin` on both sides, whole axes where they would meet.
    pub fn around(n: usize, arcs: [Arc; 3], margin: usize) -> Self {
        let axes = arcs.map(|Arc { lo, len }| {
            if len + 2 * margin >= n {
                Arc { lo: 0, len: n }
            } else {
                Arc { lo: (lo + n - margin) % n, len: len + 2 * margin }
            }
        });
        Self { n, axes, pitch: axes[2].len.next_multiple_of(16), first: 0 }
    }
    /// The same box in a mesh of which the planes from `first` on are at hand.
    pub fn in_planes(self, first: usize) -> Self {
        Self { first, ..self }
    }
    /// Whether all its planes are among `planes` from the first one at hand on.
    pub fn fits(&self, planes: usize) -> bool {
        let Arc { lo, len } = self.axes[0];
        planes == self.n || (lo >= self.first && lo + len <= self.first + planes)
    }
    /// The same box with `len` planes instead, from `lo` on.
    pub fn with_planes(self, lo: usize, len: usize) -> Self {
        let [_, y, z] = self.axes;
        Self { axes: [Arc { lo, len }, y, z], ..self }
    }
    /// Cells of a plane of the box, padding included.
    pub fn plane(&self) -> usize {
        self.axes[1].len * self.pitch
    }
    /// Cells of the box, padding included.
    pub fn size(&self) -> usize {
        self.axes[0].len * self.plane()
    }
    /// Planes that one block of a parallel region works on.
    pub fn planes_per_block(&self) -> usize {
        (BLOCK / self.plane()).max(1)
    }
    /// Place on the mesh of place i of an axis.
    pub fn along(&self, axis: usize, i: usize) -> usize {
        let at = self.axes[axis].lo + i;
        if at >= self.n { at - self.n } else { at }
    }
    /// Calls `f(cells of the row before it wraps, offset in the mesh)`, once or twice, for row (i, j) of the box.
    #[inline(always)]
    pub fn row_parts(&self, i: usize, j: usize, mut f: impl FnMut(std::ops::Range<usize>, usize)) {
        let row = ((self.along(0, i) - self.first) * self.n + self.along(1, j)) * self.n;
        let Arc { lo, len } = self.axes[2];
        let before = len.min(self.n - lo);
        f(0..before, row + lo);
        if before < len {
            f(before..len, row);
        }
    }
}

/// Cells of a box that make one block of a parallel region.
const BLOCK: usize = 1 << 17;

/// Squared distances to the region in a box that was made with a margin of at least `bound`: exact where they are at
/// most `bound^2`, larger or `FAR` elsewhere. Row j of plane i starts at `(i axes[1].len + j) pitch`; the padding is `FAR`.
///
/// # Errors
/// `OutOfMemory`.
pub fn bounded<T: Dist>(out: &mut Vec<T>, region: &[Run], window: &Window, bound: usize) -> Result<(), Status> {
    assert!(bound <= T::MAX_DISTANCE);
    out.clear();
    out.try_reserve_exact(window.size()).map_err(|_| Status::OutOfMemory)?;
    // SAFETY: the capacity is there, any bits are a number, and the pass along z sets each element before it is read.
    unsafe { out.set_len(window.size()) };
    let [ax, ay, _] = window.axes;
    let (plane, pitch) = (window.plane(), window.pitch);
    let shared = SharedMut::new(out);
    let step = window.planes_per_block();
    for_each_block(ax.len.div_ceil(step), |block| {
        let mut copy = Vec::new();
        let mut used = vec![false; ay.len];
        for i in block * step..((block + 1) * step).min(ax.len) {
            // SAFETY: plane i is written by its block alone.
            let cells = unsafe { shared.part(i * plane, plane) };
            used.fill(false);
            along_z(cells, region, window, i, bound, &mut used);
            if used.contains(&true) {
                copy.clear();
                copy.extend_from_slice(cells);
                let mut lines = cells.chunks_exact_mut(pitch);
                window_minimum(&copy, pitch, &used, ay.len == window.n, bound, |_| lines.next().expect("a line per row"));
            }
        }
    });
    // Along x: slabs of whole rows (i, j..j + rows), a few registers wide at least and small enough for the cache.
    let rows = (BLOCK / 4 / (ax.len * pitch)).clamp(1, ay.len);
    for_each_block(ay.len.div_ceil(rows), |block| {
        let from = block * rows * pitch;
        let width = (rows * pitch).min(plane - from);
        let mut copy = Vec::with_capacity(ax.len * width);
        let mut used = Vec::with_capacity(ax.len);
        for i in 0..ax.len {
            // SAFETY: rows of different blocks do not overlap.
            let line = unsafe { shared.part(i * plane + from, width) };
            copy.extend_from_slice(line);
            used.push(line.iter().copied().fold(T::FAR, Ord::min) != T::FAR);
        }
        // SAFETY: as above.
        window_minimum(&copy, width, &used, ax.len == window.n, bound, |i| unsafe { shared.part(i * plane + from, width) });
    });
    Ok(())
}

/// Squared distances along z in plane i of the box.
fn along_z<T: Dist>(cells: &mut [T], region: &[Run], window: &Window, i: usize, bound: usize, used: &mut [bool]) {
    cells.fill(T::FAR);
    let Window { n, axes: [_, ay, az], pitch, .. } = *window;
    let x = window.along(0, i);
    let first = region.partition_point(|r| (r.row as usize) < x * n);
    for run in region[first..].iter().take_while(|r| (r.row as usize) < (x + 1) * n) {
        let j = (run.row as usize - x * n + n - ay.lo) % n;
        let row = &mut cells[j * pitch..j * pitch + az.len];
        used[j] = true;
        let start = (usize::from(run.start) + n - az.lo) % n;
        let end = start + run.len();
        row[start..end].fill(T::of(0));
        let mut put = |at: usize, square: usize| row[at] = row[at].min(T::of(square));
        if az.len < n {
            for k in 1..=bound {
                put(start - k, k * k);
                put(end - 1 + k, k * k);
            }
        } else {
            for k in 1..=bound.min(n / 2) {
                put((start + n - k) % n, k * k);
                put((end - 1 + k) % n, k * k);
            }
        }
    }
}

/// `out[i] = min over |d| <= bound of input[i + d] + d^2` for lines of equal length; lines that are not `used` are `FAR`.
fn window_minimum<'a, T: Dist + 'a>(
    input: &[T],
    width: usize,
    used: &[bool],
    periodic: bool,
    bound: usize,
    mut out: impl FnMut(usize) -> &'a mut [T],
) {
    let count = used.len();
    let line = |i: usize| &input[i * width..(i + 1) * width];
    let bound = if periodic { bound.min(count / 2) } else { bound.min(count - 1) };
    for i in 0..count {
        let out = out(i);
        for d in 1..=bound {
            let down = if i >= d { Some(i - d) } else { periodic.then(|| i + count - d) };
            let up = if i + d < count { Some(i + d) } else { periodic.then(|| i + d - count) };
            let square = T::of(d * d);
            match (down.filter(|&j| used[j]), up.filter(|&j| used[j])) {
                (Some(a), Some(b)) => {
                    for ((o, &p), &q) in out.iter_mut().zip(line(a)).zip(line(b)) {
                        *o = (*o).min(p.min(q).plus(square));
                    }
                }
                (Some(a), None) | (None, Some(a)) => {
                    for (o, &p) in out.iter_mut().zip(line(a)) {
                        *o = (*o).min(p.plus(square));
                    }
                }
                (None, None) => {}
            }
        }
    }
}
