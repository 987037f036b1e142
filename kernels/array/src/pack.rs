//! Matrices at any distances of rows and columns, and their packing into panels for the inner kernel of products.

use cosmesh_core::lanes::{transpose2, transpose4, F32x4, F64x2, Lanes};

/// Element types of matrices, with the register that holds several.
pub trait Element: Copy + Default + Send + Sync + std::ops::Mul<Output = Self> + std::ops::AddAssign + 'static {
    type Wide: Lanes<Scalar = Self>;
    /// Rows to columns of the first `N` registers, `N` being the number of lanes.
    fn turn(rows: [Self::Wide; 4]) -> [Self::Wide; 4];
}
impl Element for f32 {
    type Wide = F32x4;
    #[inline(always)]
    fn turn(rows: [F32x4; 4]) -> [F32x4; 4] {
        transpose4(rows)
    }
}
impl Element for f64 {
    type Wide = F64x2;
    #[inline(always)]
    fn turn([a, b, c, d]: [F64x2; 4]) -> [F64x2; 4] {
        let [a, b] = transpose2([a, b]);
        [a, b, c, d]
    }
}

/// A matrix at any distances of rows and columns.
#[derive(Clone, Copy)]
pub struct Matrix<T> {
    pub ptr: *const T,
    pub row: isize,
    pub column: isize,
}
// SAFETY: only read, by all threads.
unsafe impl<T: Sync> Sync for Matrix<T> {}

impl<T: Copy> Matrix<T> {
    /// # Safety
    /// The element must be inside of the matrix.
    #[inline(always)]
    pub unsafe fn at(&self, i: usize, j: usize) -> T {
        // SAFETY: inside of the matrix by the caller's promise.
        unsafe { *self.ptr.offset(i as isize * self.row + j as isize * self.column) }
    }
    /// The matrix that starts so many elements further.
    ///
    /// # Safety
    /// That place must be inside of the array.
    pub unsafe fn moved(&self, places: isize) -> Self {
        // SAFETY: inside of the array by the caller's promise.
        Self { ptr: unsafe { self.ptr.offset(places) }, ..*self }
    }
}

/// Packs `count` lines of length `len` in groups of `group` (a multiple of the number of lanes): the group's elements at
/// one place of the length lie together. `from.row` steps from line to line, `from.column` along a line.
///
/// # Safety
/// The lines must lie inside of the matrix; `out` has room for `len` times `count`, rounded up to whole groups.
pub unsafe fn pack<T: Element>(from: Matrix<T>, line: usize, count: usize, start: usize, len: usize, group: usize, out: *mut T) {
    // Places along the lines that are taken in one pass, where the lines lie side by side in memory.
    const ALONG: usize = 16;
    let n = T::Wide::N;
    let packed = if from.row == 1 { count / group } else { 0 };
    for p0 in (0..if packed > 0 { len } else { 0 }).step_by(ALONG) {
        for g in 0..packed {
            for p in p0..len.min(p0 + ALONG) {
                // SAFETY: inside of the matrix and of the panels, by the caller's promise.
                unsafe {
                    let row = from.moved((line + g * group) as isize + (start + p) as isize * from.column).ptr;
                    let panel = out.add(g * group * len + p * group);
                    for i in (0..group).step_by(n) {
                        T::Wide::load_ptr(row.add(i)).store_ptr(panel.add(i));
                    }
                }
            }
        }
    }
    for g in packed..count.div_ceil(group) {
        let lines = group.min(count - g * group);
        // SAFETY: inside of the matrix and of the panels, by the caller's promise; so is all below.
        unsafe {
            let panel = out.add(g * group * len);
            let source = from.moved((line + g * group) as isize * from.row + start as isize * from.column);
            let mut first = 0;
            if lines == group && from.column == 1 {
                first = len - len % n;
                for p in (0..first).step_by(n) {
                    for i in (0..group).step_by(n) {
                        let at = |k: usize| T::Wide::load_ptr(source.ptr.offset((i + k % n) as isize * source.row).add(p));
                        let turned = T::turn([at(0), at(1), at(2), at(3)]);
                        for (k, t) in turned.into_iter().enumerate().take(n) {
                            t.store_ptr(panel.add((p + k) * group + i));
                        }
                    }
                }
            }
            for p in first..len {
                for i in 0..group {
                    panel.add(p * group + i).write(if i < lines { source.at(i, p) } else { T::default() });
                }
            }
        }
    }
}
