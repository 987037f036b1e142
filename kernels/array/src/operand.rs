//! Operands of elementwise functions and reductions: strided arrays of any real element type, read in chunks of one
//! working type.

/// Elements of a chunk: a few chunks fit into the nearest cache.
pub const CHUNK: usize = 1024;
/// Operands of a loop: the result and up to three inputs.
pub const MOST: usize = 4;
/// Rows of at least this length are not joined in one chunk.
const LONG: usize = 256;

/// Element types, by the numbers of `lib/array/_kernel.ts`.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DType {
    F32 = 0,
    F64 = 1,
    I32 = 2,
    U32 = 3,
    U16 = 4,
    U8 = 5,
}

impl DType {
    /// The type with a number.
    pub fn from_code(code: u32) -> Self {
        [Self::F32, Self::F64, Self::I32, Self::U32, Self::U16, Self::U8][code as usize]
    }
}

/// One axis of a loop: its length and the distance of neighbours in each operand, in elements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub len: usize,
    pub step: [isize; MOST],
}

/// Axes without those of length 1, neighbours merged where all operands allow it; at least one axis is left. With `sort`
/// they are first ordered by their distance in operand 0, the largest first.
pub fn simplify(axes: &[Axis], sort: bool) -> Vec<Axis> {
    let mut kept: Vec<Axis> = axes.iter().copied().filter(|a| a.len != 1).collect();
    if sort {
        kept.sort_by_key(|a| std::cmp::Reverse((a.step[0].unsigned_abs(), a.step[1].unsigned_abs())));
    }
    let mut merged: Vec<Axis> = Vec::with_capacity(kept.len().max(1));
    for a in kept {
        match merged.last_mut() {
            Some(m) if (0..MOST).all(|k| m.step[k] == a.step[k] * a.len as isize) => *m = Axis { len: m.len * a.len, ..a },
            _ => merged.push(a),
        }
    }
    if merged.is_empty() {
        merged.push(Axis { len: 1, step: [0; MOST] });
    }
    merged
}

/// Elements of the chunk that starts at `start`: up to `CHUNK`, and up to the end of a long row.
pub fn chunk_len(axes: &[Axis], start: usize, end: usize) -> usize {
    let row = axes[axes.len() - 1].len;
    let left = if row >= LONG { row - start % row } else { end - start };
    CHUNK.min(end - start).min(left)
}

/// Calls `f(place, step, n)` for each run of operand `k` among `n` elements in C order from `start` on.
#[inline(always)]
pub fn for_runs(axes: &[Axis], k: usize, start: usize, n: usize, mut f: impl FnMut(isize, isize, usize)) {
    let (outer, row) = (&axes[..axes.len() - 1], axes[axes.len() - 1]);
    let mut rest = start / row.len;
    let mut first = start % row.len;
    let mut index = [0usize; 32];
    let mut place = 0;
    for (a, i) in outer.iter().zip(&mut index).rev() {
        *i = rest % a.len;
        rest /= a.len;
        place += *i as isize * a.step[k];
    }
    let mut left = n;
    loop {
        let m = left.min(row.len - first);
        f(place + first as isize * row.step[k], row.step[k], m);
        left -= m;
        if left == 0 {
            return;
        }
        first = 0;
        for (a, i) in outer.iter().zip(&mut index).rev() {
            *i += 1;
            place += a.step[k];
            if *i < a.len {
                break;
            }
            place -= a.len as isize * a.step[k];
            *i = 0;
        }
    }
}

/// A working type: elements of all types are converted to it and back as Rust's `as` does (floats to whole numbers
/// saturate, whole numbers to smaller ones wrap).
pub trait Work: Copy + Default + PartialEq + Send + Sync {
    const DTYPE: Option<DType>;
    /// Reads `n` elements of a type.
    ///
    /// # Safety
    /// The places `0, step, ..., (n - 1) step` of `src` must be readable.
    unsafe fn read(dtype: DType, src: *const u8, place: isize, step: isize, out: &mut [Self]);
    /// Writes elements as a type.
    ///
    /// # Safety
    /// The places `0, step, ..., (n - 1) step` of `dst` must be writable.
    unsafe fn write(dtype: DType, values: &[Self], dst: *mut u8, place: isize, step: isize);
}

macro_rules! work {
    ($w:ty, $dtype:expr) => {
        impl Work for $w {
            const DTYPE: Option<DType> = $dtype;
            #[inline(never)]
            unsafe fn read(dtype: DType, src: *const u8, place: isize, step: isize, out: &mut [Self]) {
                macro_rules! from {
                    ($s:ty) => {{
                        // SAFETY: promised by the caller.
                        let p = unsafe { (src as *const $s).offset(place) };
                        match step {
                            // SAFETY: as above.
                            0 => out.fill(unsafe { p.read_unaligned() } as $w),
                            1 => {
                                for (i, o) in out.iter_mut().enumerate() {
                                    // SAFETY: as above.
                                    *o = unsafe { p.add(i).read_unaligned() } as $w;
                                }
                            }
                            _ => {
                                for (i, o) in out.iter_mut().enumerate() {
                                    // SAFETY: as above.
                                    *o = unsafe { p.offset(i as isize * step).read_unaligned() } as $w;
                                }
                            }
                        }
                    }};
                }
                match dtype {
                    DType::F32 => from!(f32),
                    DType::F64 => from!(f64),
                    DType::I32 => from!(i32),
                    DType::U32 => from!(u32),
                    DType::U16 => from!(u16),
                    DType::U8 => from!(u8),
                }
            }
            #[inline(never)]
            unsafe fn write(dtype: DType, values: &[Self], dst: *mut u8, place: isize, step: isize) {
                macro_rules! to {
                    ($d:ty) => {{
                        // SAFETY: promised by the caller.
                        let p = unsafe { (dst as *mut $d).offset(place) };
                        if step == 1 {
                            for (i, &v) in values.iter().enumerate() {
                                // SAFETY: as above.
                                unsafe { p.add(i).write_unaligned(v as $d) };
                            }
                        } else {
                            for (i, &v) in values.iter().enumerate() {
                                // SAFETY: as above.
                                unsafe { p.offset(i as isize * step).write_unaligned(v as $d) };
                            }
                        }
                    }};
                }
                match dtype {
                    DType::F32 => to!(f32),
                    DType::F64 => to!(f64),
                    DType::I32 => to!(i32),
                    DType::U32 => to!(u32),
                    DType::U16 => to!(u16),
                    DType::U8 => to!(u8),
                }
            }
        }
    };
}
work!(f32, Some(DType::F32));
work!(f64, Some(DType::F64));
work!(i64, None);

/// Where an operand's elements are.
#[derive(Clone, Copy)]
pub struct Operand {
    pub ptr: *mut u8,
    pub dtype: DType,
}
impl Operand {
    /// Address of the element at place 0.
    #[inline(always)]
    pub fn start<T>(&self) -> *mut T {
        self.ptr as *mut T
    }
    /// The operand that starts `places` elements further.
    #[inline(always)]
    pub fn moved(&self, places: isize) -> Self {
        let size = match self.dtype {
            DType::F64 => 8,
            DType::F32 | DType::I32 | DType::U32 => 4,
            DType::U16 => 2,
            DType::U8 => 1,
        };
        Self { ptr: self.ptr.wrapping_offset(size * places), dtype: self.dtype }
    }
}
// SAFETY: blocks read inputs, and write parts of the result that do not overlap.
unsafe impl Sync for Operand {}
// SAFETY: as above.
unsafe impl Send for Operand {}

/// A place for the chunks of one input: elements that need no conversion are not copied.
pub struct Chunk<W> {
    buffer: [W; CHUNK],
    /// The one value that the first elements hold, and how many do.
    filled: Option<(W, usize)>,
}

impl<W: Work> Chunk<W> {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self { buffer: [W::default(); CHUNK], filled: None }
    }

    /// The `n` elements of operand `k` from `start` on. Elements at `busy` (the part of the result that will be written)
    /// are copied.
    ///
    /// # Safety
    /// The loop's places must be readable, and not be written while the slice is in use.
    #[inline(never)]
    pub unsafe fn load(&mut self, from: Operand, axes: &[Axis], k: usize, start: usize, n: usize, busy: *const u8) -> &[W] {
        let (mut runs, mut first) = (0, (0, 0));
        let row = axes[axes.len() - 1];
        if start % row.len + n <= row.len {
            for_runs(axes, k, start, n, |place, step, _| (runs, first) = (1, (place, step)));
        }
        let (place, step) = first;
        if runs == 1 && step == 1 && W::DTYPE == Some(from.dtype) {
            // SAFETY: inside of the operand.
            let p = unsafe { (from.ptr as *const W).offset(place) };
            if p as *const u8 != busy && (p as usize).is_multiple_of(align_of::<W>()) {
                // SAFETY: n elements in a row, readable by the caller's promise.
                return unsafe { std::slice::from_raw_parts(p, n) };
            }
        }
        if runs == 1 && step == 0 {
            let mut value = [W::default()];
            // SAFETY: one element of the operand.
            unsafe { W::read(from.dtype, from.ptr, place, 0, &mut value) };
            if !matches!(self.filled, Some((v, m)) if v == value[0] && m >= n) {
                self.buffer[..n].fill(value[0]);
                self.filled = Some((value[0], n));
            }
            return &self.buffer[..n];
        }
        self.filled = None;
        let mut done = 0;
        for_runs(axes, k, start, n, |place, step, m| {
            // SAFETY: the run lies inside of the operand.
            unsafe { W::read(from.dtype, from.ptr, place, step, &mut self.buffer[done..done + m]) };
            done += m;
        });
        &self.buffer[..n]
    }
}
