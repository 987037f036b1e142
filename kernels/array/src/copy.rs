//! Copies between strided boxes with any order of axes.
//!
//! Axes are dropped, ordered and merged until the copy is either one of rows that run along the same axis on both sides,
//! or one of planes whose rows run along different axes. Planes go through tiles of 16 KiB: each tile is read in runs
//! along the source's rows into a buffer, and written in runs along the destination's, so that every line of the cache is
//! used in full whatever the strides are.

use cosmesh_core::for_each_block;

/// Bytes that one block of a parallel region copies, about.
const GRAIN: usize = 1 << 18;
/// Bytes of a tile.
const TILE: usize = 1 << 14;

/// One axis of a copy: its length and the distance of neighbours, in items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub len: usize,
    pub src: isize,
    pub dst: isize,
}

/// Axes without those of length 1, from the largest distance in the destination to the smallest, neighbours merged.
pub fn simplify(axes: &[Axis]) -> Vec<Axis> {
    let mut sorted: Vec<Axis> = axes.iter().copied().filter(|a| a.len != 1).collect();
    sorted.sort_by_key(|a| std::cmp::Reverse((a.dst.unsigned_abs(), a.src.unsigned_abs())));
    let mut merged: Vec<Axis> = Vec::with_capacity(sorted.len());
    for a in sorted {
        match merged.last_mut() {
            Some(m) if m.src == a.src * a.len as isize && m.dst == a.dst * a.len as isize => {
                *m = Axis { len: m.len * a.len, ..a };
            }
            _ => merged.push(a),
        }
    }
    merged
}

/// Distances from the start of both sides at place `index` of the axes in C order.
#[inline]
fn place(axes: &[Axis], mut index: usize) -> (isize, isize) {
    let (mut src, mut dst) = (0, 0);
    for a in axes.iter().rev() {
        let i = (index % a.len) as isize;
        index /= a.len;
        src += i * a.src;
        dst += i * a.dst;
    }
    (src, dst)
}

#[derive(Clone, Copy)]
struct Pair<T>(*const T, *mut T);
// SAFETY: blocks read shared memory and write parts of the destination that do not overlap (see `copy`).
unsafe impl<T> Sync for Pair<T> {}
impl<T: Copy> Pair<T> {
    /// # Safety
    /// Both places must be inside of their arrays.
    #[inline(always)]
    unsafe fn at(&self, src: isize, dst: isize) -> (*const T, *mut T) {
        // SAFETY: promised by the caller.
        unsafe { (self.0.offset(src), self.1.offset(dst)) }
    }
}

/// Items of one size: how a tile is turned from rows to columns.
pub trait Item: Copy + Send + Sync {
    const ZERO: Self;
    /// Writes `dst[i * stride + j] = tile[j * width + i]` for `i < width`, `j < rows`.
    ///
    /// # Safety
    /// The places named above must be readable and writable; no alignment is needed.
    unsafe fn turn(tile: *const Self, width: usize, rows: usize, dst: *mut Self, stride: isize) {
        // SAFETY: the caller's promise.
        unsafe { turn_rest(tile, width, rows, dst, stride, 0, 0) }
    }
}

/// The part of `turn` from column `i0` on in rows below `j0`, and all columns of rows from `j0` on.
unsafe fn turn_rest<T: Copy>(tile: *const T, width: usize, rows: usize, dst: *mut T, stride: isize, i0: usize, j0: usize) {
    for i in 0..width {
        for j in (if i < i0 { j0 } else { 0 })..rows {
            // SAFETY: promised by the caller of `turn`.
            unsafe { dst.offset(i as isize * stride).add(j).write_unaligned(tile.add(j * width + i).read_unaligned()) };
        }
    }
}

impl Item for u8 {
    const ZERO: Self = 0;
}
impl Item for u16 {
    const ZERO: Self = 0;
}
impl Item for [u64; 2] {
    const ZERO: Self = [0; 2];
}

impl Item for u32 {
    const ZERO: Self = 0;
    #[cfg(target_arch = "wasm32")]
    unsafe fn turn(tile: *const Self, width: usize, rows: usize, dst: *mut Self, stride: isize) {
        use core::arch::wasm32::{i32x4_shuffle as s4, i64x2_shuffle as s2, v128, v128_load, v128_store};
        let (wide, high) = (width & !3, rows & !3);
        for i in (0..wide).step_by(4) {
            for j in (0..high).step_by(4) {
                // SAFETY: i + 3 < width and j + 3 < rows, places promised by the caller.
                unsafe {
                    let at = |k: usize| v128_load(tile.add((j + k) * width + i) as *const v128);
                    let (a, b, c, d) = (at(0), at(1), at(2), at(3));
                    let (p, q) = (s4::<0, 4, 1, 5>(a, b), s4::<2, 6, 3, 7>(a, b));
                    let (r, s) = (s4::<0, 4, 1, 5>(c, d), s4::<2, 6, 3, 7>(c, d));
                    let row = |k: usize| dst.offset((i + k) as isize * stride).add(j) as *mut v128;
                    v128_store(row(0), s2::<0, 2>(p, r));
                    v128_store(row(1), s2::<1, 3>(p, r));
                    v128_store(row(2), s2::<0, 2>(q, s));
                    v128_store(row(3), s2::<1, 3>(q, s));
                }
            }
        }
        // SAFETY: the caller's promise.
        unsafe { turn_rest(tile, width, rows, dst, stride, wide, high) }
    }
}

impl Item for u64 {
    const ZERO: Self = 0;
    #[cfg(target_arch = "wasm32")]
    unsafe fn turn(tile: *const Self, width: usize, rows: usize, dst: *mut Self, stride: isize) {
        use core::arch::wasm32::{i64x2_shuffle as s2, v128, v128_load, v128_store};
        let (wide, high) = (width & !1, rows & !1);
        for i in (0..wide).step_by(2) {
            for j in (0..high).step_by(2) {
                // SAFETY: i + 1 < width and j + 1 < rows, places promised by the caller.
                unsafe {
                    let a = v128_load(tile.add(j * width + i) as *const v128);
                    let b = v128_load(tile.add((j + 1) * width + i) as *const v128);
                    v128_store(dst.offset(i as isize * stride).add(j) as *mut v128, s2::<0, 2>(a, b));
                    v128_store(dst.offset((i + 1) as isize * stride).add(j) as *mut v128, s2::<1, 3>(a, b));
                }
            }
        }
        // SAFETY: the caller's promise.
        unsafe { turn_rest(tile, width, rows, dst, stride, wide, high) }
    }
}

/// Copies `n` items between runs.
///
/// # Safety
/// The places `0, stride, ..., (n - 1) stride` must be readable and writable.
#[inline(always)]
unsafe fn run<T: Copy>(n: usize, src: *const T, src_stride: isize, dst: *mut T, dst_stride: isize) {
    // SAFETY: promised by the caller; the two sides do not overlap.
    unsafe {
        if src_stride == 1 && dst_stride == 1 && n > 16 {
            std::ptr::copy_nonoverlapping(src as *const u8, dst as *mut u8, n * size_of::<T>());
        } else {
            for i in 0..n as isize {
                dst.offset(i * dst_stride).write_unaligned(src.offset(i * src_stride).read_unaligned());
            }
        }
    }
}

fn copy_rows<T: Item>(axes: &[Axis], to: Pair<T>) {
    let (outer, row) = (&axes[..axes.len() - 1], axes[axes.len() - 1]);
    let rows: usize = outer.iter().map(|a| a.len).product();
    let grain = (GRAIN / size_of::<T>()).max(1);
    if row.len >= grain {
        let parts = row.len.div_ceil(grain);
        for_each_block(rows * parts, |b| {
            let (src, dst) = place(outer, b / parts);
            let start = b % parts * grain;
            let n = grain.min(row.len - start);
            // SAFETY: part of one row of both boxes; blocks write disjoint parts.
            unsafe {
                let (s, d) = to.at(src + start as isize * row.src, dst + start as isize * row.dst);
                run(n, s, row.src, d, row.dst);
            }
        });
        return;
    }
    let many = (grain / row.len).max(1);
    for_each_block(rows.div_ceil(many), |b| {
        for r in b * many..((b + 1) * many).min(rows) {
            let (src, dst) = place(outer, r);
            // SAFETY: one row of both boxes; blocks write disjoint rows.
            unsafe {
                let (s, d) = to.at(src, dst);
                run(row.len, s, row.src, d, row.dst);
            }
        }
    });
}

/// `across` runs along the source's rows, `along` along the destination's.
fn copy_planes<T: Item>(outer: &[Axis], across: Axis, along: Axis, to: Pair<T>) {
    let items = TILE / size_of::<T>();
    // 8 lines of the cache each way, or more along one side when the other is short.
    let side = (512 / size_of::<T>()).min(64);
    let mut width = across.len.min(side);
    let rows = along.len.min(items / width);
    width = across.len.min((items / rows).max(1));
    let (wide, high) = (across.len.div_ceil(width), along.len.div_ceil(rows));
    let planes: usize = outer.iter().map(|a| a.len).product();
    let tiles = planes * wide * high;
    let many = (GRAIN / (width * rows * size_of::<T>())).max(1);
    for_each_block(tiles.div_ceil(many), |b| {
        let mut buffer = vec![T::ZERO; width * rows];
        for t in b * many..((b + 1) * many).min(tiles) {
            let (src, dst) = place(outer, t / (wide * high));
            let (i0, j0) = ((t / high % wide) * width, (t % high) * rows);
            let (w, h) = (width.min(across.len - i0), rows.min(along.len - j0));
            let (i, j) = (i0 as isize, j0 as isize);
            // SAFETY: i < across.len and j < along.len, inside both boxes; tiles write disjoint parts.
            unsafe {
                let (s, d) = to.at(src + i * across.src + j * along.src, dst + i * across.dst + j * along.dst);
                for k in 0..h {
                    run(w, s.offset(k as isize * along.src), across.src, buffer.as_mut_ptr().add(k * w), 1);
                }
                if along.dst == 1 {
                    T::turn(buffer.as_ptr(), w, h, d, across.dst);
                } else {
                    for k in 0..w {
                        run(h, buffer.as_ptr().add(k), w as isize, d.offset(k as isize * across.dst), along.dst);
                    }
                }
            }
        }
    });
}

/// Copies a box of items.
///
/// # Safety
/// All places of the box must be readable from `src` and writable from `dst`; no two places of `dst` may be the same, and
/// none may be one of `src`.
pub unsafe fn copy<T: Item>(axes: &[Axis], src: *const T, dst: *mut T) {
    if axes.iter().any(|a| a.len == 0) {
        return;
    }
    let axes = simplify(axes);
    let to = Pair(src, dst);
    let Some((&along, outer)) = axes.split_last() else {
        // SAFETY: a box of one item.
        unsafe { dst.write_unaligned(src.read_unaligned()) };
        return;
    };
    // The axis along which the source's rows run; a broadcast one (distance 0) has no rows.
    let fast = (0..axes.len()).filter(|&a| axes[a].src != 0).min_by_key(|&a| (axes[a].src.unsigned_abs(), axes.len() - a));
    match fast {
        Some(a) if a != axes.len() - 1 && along.src != 0 => {
            let mut rest = outer.to_vec();
            let across = rest.remove(a);
            copy_planes(&rest, across, along, to);
        }
        _ => copy_rows(&axes, to),
    }
}

/// As `copy`, for items of 1, 2, 4, 8 or 16 bytes; rows that are contiguous on both sides become larger items.
///
/// # Safety
/// As for `copy`, with distances counted in items; `item` must be one of those sizes.
pub unsafe fn copy_bytes(item: usize, axes: &[Axis], src: *const u8, dst: *mut u8) {
    let last = axes.iter().copied().filter(|a| a.len != 1).min_by_key(|a| a.dst.unsigned_abs());
    if let Some(row) = last {
        let bytes = item * row.len;
        let even = |d: isize| d % row.len as isize == 0;
        let others = || axes.iter().copied().filter(|a| *a != row && a.len != 1);
        if row.src == 1 && row.dst == 1 && bytes <= 16 && bytes.is_power_of_two() && others().all(|a| even(a.src) && even(a.dst)) {
            let n = row.len as isize;
            let larger: Vec<Axis> = others().map(|a| Axis { len: a.len, src: a.src / n, dst: a.dst / n }).collect();
            // SAFETY: the same bytes, in larger items.
            return unsafe { copy_bytes(bytes, &larger, src, dst) };
        }
    }
    // SAFETY: promised by the caller.
    unsafe {
        match item {
            1 => copy(axes, src, dst),
            2 => copy(axes, src as *const u16, dst as *mut u16),
            4 => copy(axes, src as *const u32, dst as *mut u32),
            8 => copy(axes, src as *const u64, dst as *mut u64),
            16 => copy(axes, src as *const [u64; 2], dst as *mut [u64; 2]),
            _ => unreachable!("items have 1, 2, 4, 8 or 16 bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Copies a box [a, b, c] into every order of axes and compares with index arithmetic.
    fn all_orders<T: Item + PartialEq + std::fmt::Debug>(shape: [usize; 3], make: impl Fn(usize) -> T) {
        let src: Vec<T> = (0..shape.iter().product()).map(&make).collect();
        let strides = [(shape[1] * shape[2]) as isize, shape[2] as isize, 1];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut dst = vec![T::ZERO; src.len()];
            let mut d = 1isize;
            let mut axes = [Axis { len: 1, src: 0, dst: 0 }; 3];
            for (k, &axis) in order.iter().enumerate().rev() {
                axes[k] = Axis { len: shape[axis], src: strides[axis], dst: d };
                d *= shape[axis] as isize;
            }
            // SAFETY: the axes describe both vectors in full.
            unsafe { copy_bytes(size_of::<T>(), &axes, src.as_ptr() as *const u8, dst.as_mut_ptr() as *mut u8) };
            for n in 0..src.len() {
                let i = [n / (shape[1] * shape[2]), n / shape[2] % shape[1], n % shape[2]];
                let to = (i[order[0]] * shape[order[1]] + i[order[1]]) * shape[order[2]] + i[order[2]];
                assert_eq!(dst[to], src[n], "{shape:?} {order:?} at {i:?}");
            }
        }
    }

    #[test]
    fn every_order_of_axes_and_item_size() {
        for shape in [[5, 7, 9], [1, 70, 131], [65, 3, 66], [130, 67, 2], [4, 1, 1], [2, 300, 16]] {
            all_orders(shape, |i| i as u8);
            all_orders(shape, |i| i as u16);
            all_orders(shape, |i| i as u32);
            all_orders(shape, |i| i as u64);
            all_orders(shape, |i| [i as u64, 7 * i as u64]);
        }
    }

    #[test]
    fn negative_and_zero_distances() {
        let src: Vec<u32> = (0..6).collect();
        let mut dst = vec![0u32; 12];
        let axes = [Axis { len: 2, src: 0, dst: 6 }, Axis { len: 6, src: -1, dst: 1 }];
        // SAFETY: starts at the last item and walks back.
        unsafe { copy(&axes, src.as_ptr().add(5), dst.as_mut_ptr()) };
        assert_eq!(dst, [5, 4, 3, 2, 1, 0, 5, 4, 3, 2, 1, 0]);
    }

    #[test]
    fn neighbours_are_merged() {
        let axes = [Axis { len: 3, src: 20, dst: 20 }, Axis { len: 4, src: 5, dst: 5 }, Axis { len: 5, src: 1, dst: 1 }];
        assert_eq!(simplify(&axes), [Axis { len: 60, src: 1, dst: 1 }]);
    }
}
