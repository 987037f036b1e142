//! Plans: which axes of an array of one shape are transformed, with the tables of their lengths.

use crate::axis::{contiguous, planes, strided, RowKind, Shared, Way};
use crate::line::Line;
use crate::long::Long;
use crate::long_columns::{long_columns, long_columns_suit};
use crate::long_rows::LongRows;
use crate::real::Real;
use crate::rows::RealLine;
use crate::scratch::Scratch;
use cosmesh_core::Status;
use std::sync::Arc;

/// Below this many planes the last two axes are transformed one after the other, so that threads have enough blocks.
const LEAST_PLANES: usize = 8;

/// So are planes of rows this long or longer, of which no cache holds enough.
const LONGEST_ROW: usize = 4096;

/// Transforms of arrays of one shape. `R` is `f32` or `f64`; complex arrays are pairs (re, im) of it.
pub struct Plan<R> {
    shape: Vec<usize>,
    axes: Vec<bool>,
    /// Of the transformed axes but the last.
    columns: Vec<Columns<R>>,
    last: LastAxis<R>,
    is_real: bool,
}

/// Tables of an axis that is not the last.
#[derive(Clone)]
enum Columns<R> {
    None,
    Lanes(Arc<Line<R>>),
    Long(Arc<Long<R>>),
}

/// Tables of the contiguous axis.
enum LastAxis<R> {
    None,
    Complex(Arc<Line<R>>),
    Real(RealLine<R>),
    Long(LongRows<R>),
}

impl<R: Real> Plan<R> {
    /// Real transforms over all axes of an array of `shape` numbers.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the tables.
    pub fn new(shape: &[usize]) -> Result<Self, Status> {
        Self::with_axes(shape, &vec![true; shape.len()], true)
    }
    /// Complex transforms over all axes.
    ///
    /// # Errors
    /// As `new`.
    pub fn new_complex(shape: &[usize]) -> Result<Self, Status> {
        Self::with_axes(shape, &vec![true; shape.len()], false)
    }
    /// Transforms over the axes that are `true` in `axes`. With `real`, the last axis is transformed in any case.
    ///
    /// # Errors
    /// As `new`.
    pub fn with_axes(shape: &[usize], axes: &[bool], real: bool) -> Result<Self, Status> {
        assert!(!shape.is_empty() && shape.len() == axes.len() && shape.iter().all(|&n| n > 0), "a plan needs axes of length 1 or more");
        assert!(real || axes.contains(&true), "a plan needs an axis to transform");
        let (n, outer) = shape.split_last().expect("an axis");
        let width = if real { n / 2 + 1 } else { *n };
        let inner = |i: usize| outer[i + 1..].iter().product::<usize>() * width;
        let mut columns: Vec<Columns<R>> = Vec::new();
        for (i, &n) in outer.iter().enumerate() {
            let long = |j: usize| long_columns_suit::<R>(n, inner(j));
            let same = (0..i).find(|&j| axes[j] && outer[j] == n && long(j) == long(i));
            columns.push(match same {
                _ if !axes[i] => Columns::None,
                Some(j) => columns[j].clone(),
                None if long(i) => Columns::Long(Arc::new(Long::new(n)?)),
                None => Columns::Lanes(Arc::new(Line::new(n)?)),
            });
        }
        let mut axes = axes.to_vec();
        axes[outer.len()] |= real;
        let last = if !axes[outer.len()] {
            LastAxis::None
        } else if let Some(long) = LongRows::new(*n, outer.iter().product(), real)? {
            LastAxis::Long(long)
        } else if real {
            LastAxis::Real(RealLine::new(*n)?)
        } else {
            let same = columns.iter().find_map(|c| match c {
                Columns::Lanes(line) if line.n == *n => Some(line.clone()),
                _ => None,
            });
            LastAxis::Complex(match same {
                Some(line) => line,
                None => Arc::new(Line::new(*n)?),
            })
        };
        Ok(Self { shape: shape.to_vec(), axes, columns, last, is_real: real })
    }

    fn last(&self) -> usize {
        self.shape[self.shape.len() - 1]
    }
    fn rows(&self) -> usize {
        self.shape[..self.shape.len() - 1].iter().product()
    }
    /// Complex numbers in a row of the spectrum: n, or n/2 + 1 of a real transform.
    pub fn width(&self) -> usize {
        if self.is_real { self.last() / 2 + 1 } else { self.last() }
    }
    /// Whether the plan takes real numbers to their half spectrum.
    pub fn is_real(&self) -> bool {
        self.is_real
    }
    /// Number of real values, without padding.
    pub fn real_len(&self) -> usize {
        self.rows() * self.last()
    }
    /// Numbers (two for each complex value) in the spectrum; also the length of a real array with padded rows.
    pub fn spectrum_len(&self) -> usize {
        self.rows() * 2 * self.width()
    }

    /// Real `src`, `[.., n]`, to its half spectrum `dst`, `[.., n/2 + 1]` complex, times `scale`.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the scratch.
    pub fn forward_real(&self, src: &[R], dst: &mut [R], scale: R) -> Result<(), Status> {
        assert!(self.is_real && src.len() == self.real_len() && dst.len() == self.spectrum_len(), "lengths differ from the plan's");
        // SAFETY: the lengths were checked; `src` is only read.
        unsafe { self.forward(Shared(src.as_ptr().cast_mut()), self.last(), Shared(dst.as_mut_ptr()), scale) }
    }
    /// As `forward_real`, in place: rows hold n real numbers and are padded to 2 (n/2 + 1).
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the scratch.
    pub fn forward_real_in_place(&self, data: &mut [R], scale: R) -> Result<(), Status> {
        assert!(self.is_real && data.len() == self.spectrum_len(), "length differs from the plan's");
        let data = Shared(data.as_mut_ptr());
        // SAFETY: the length was checked.
        unsafe { self.forward(data, 2 * self.width(), data, scale) }
    }
    /// Half spectrum to real values, not divided by their number, times `scale`. `src` is kept: a transform over more than
    /// the last axis takes a copy of it as scratch.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the copy.
    pub fn inverse_real(&self, src: &[R], dst: &mut [R], scale: R) -> Result<(), Status> {
        assert!(self.is_real && src.len() == self.spectrum_len() && dst.len() == self.real_len(), "lengths differ from the plan's");
        let dst = Shared(dst.as_mut_ptr());
        let from = Shared(src.as_ptr().cast_mut());
        if !self.axes[..self.axes.len() - 1].contains(&true) {
            // SAFETY: the lengths were checked; `src` is only read, as there are no columns.
            unsafe { self.backward(from, from, self.last(), dst, scale) }
        } else {
            let mut copy = Scratch::try_new::<R>(src.len())?;
            // SAFETY: as above; the columns are transformed in the copy.
            unsafe { self.backward(from, Shared(copy.at()), self.last(), dst, scale) }
        }
    }
    /// As `inverse_real`, with `src` as the work array, which takes no copy; it does not hold the spectrum any more.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the scratch.
    pub fn inverse_real_consuming(&self, src: &mut [R], dst: &mut [R], scale: R) -> Result<(), Status> {
        assert!(self.is_real && src.len() == self.spectrum_len() && dst.len() == self.real_len(), "lengths differ from the plan's");
        let from = Shared(src.as_mut_ptr());
        // SAFETY: the lengths were checked.
        unsafe { self.backward(from, from, self.last(), Shared(dst.as_mut_ptr()), scale) }
    }
    /// As `inverse_real`, in place: the rows of real numbers are padded to 2 (n/2 + 1).
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the scratch.
    pub fn inverse_real_in_place(&self, data: &mut [R], scale: R) -> Result<(), Status> {
        assert!(self.is_real && data.len() == self.spectrum_len(), "length differs from the plan's");
        let data = Shared(data.as_mut_ptr());
        // SAFETY: the length was checked.
        unsafe { self.backward(data, data, 2 * self.width(), data, scale) }
    }
    /// Complex `src` to `dst`, sign -1 forward and +1 inverse, times `scale`.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the scratch.
    pub fn complex(&self, src: &[R], dst: &mut [R], inverse: bool, scale: R) -> Result<(), Status> {
        assert!(!self.is_real && src.len() == self.spectrum_len() && dst.len() == src.len(), "lengths differ from the plan's");
        // SAFETY: the lengths were checked; `src` is only read.
        unsafe { self.all_complex(Shared(src.as_ptr().cast_mut()), Shared(dst.as_mut_ptr()), inverse, scale) }
    }
    /// As `complex`, in place.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the scratch.
    pub fn complex_in_place(&self, data: &mut [R], inverse: bool, scale: R) -> Result<(), Status> {
        assert!(!self.is_real && data.len() == self.spectrum_len(), "length differs from the plan's");
        let data = Shared(data.as_mut_ptr());
        // SAFETY: the length was checked.
        unsafe { self.all_complex(data, data, inverse, scale) }
    }

    /// Axes before the last two, inner first, that are transformed.
    fn outer_axes(&self) -> Vec<usize> {
        (0..self.shape.len().saturating_sub(2)).rev().filter(|&a| self.axes[a]).collect()
    }
    /// Whether the last axis but one is transformed.
    fn has_second(&self) -> bool {
        self.axes.len() > 1 && self.axes[self.axes.len() - 2]
    }
    /// The line of the last axis but one and the number of planes, if planes are to be done one by one.
    fn by_planes(&self) -> Option<(&Line<R>, usize)> {
        let Some(Columns::Lanes(line)) = self.columns.last() else { return None };
        let planes = self.rows() / line.n;
        let long = matches!(self.last, LastAxis::Long(_)) || self.width() >= LONGEST_ROW;
        (planes >= LEAST_PLANES && !long).then_some((line, planes))
    }
    fn kind(&self) -> RowKind<'_, R> {
        match &self.last {
            LastAxis::Complex(line) => RowKind::Complex(line),
            LastAxis::Real(real) => RowKind::Real(real),
            _ => RowKind::None,
        }
    }
    /// The last axis.
    ///
    /// # Safety
    /// Arrays of the plan's lengths.
    unsafe fn contiguous(&self, way: Way<R>, src: Shared<R>, src_stride: usize, dst: Shared<R>, dst_stride: usize) -> Result<(), Status> {
        // SAFETY: the caller's promise.
        unsafe {
            match &self.last {
                LastAxis::Long(long) => long.run(way, src, src_stride, dst, dst_stride, self.rows()),
                _ => contiguous(self.kind(), way, src, src_stride, dst, dst_stride, self.rows()),
            }
        }
    }

    /// # Safety
    /// Arrays of the plan's lengths.
    unsafe fn forward(&self, src: Shared<R>, src_stride: usize, dst: Shared<R>, scale: R) -> Result<(), Status> {
        let outer = self.outer_axes();
        let here = if outer.is_empty() { scale } else { R::of(1.0) };
        // SAFETY: the caller's promise.
        unsafe {
            self.last_two(src, src_stride, dst, here)?;
            for (i, &axis) in outer.iter().enumerate() {
                let way = Way { inverse: false, scale: if i + 1 == outer.len() { scale } else { R::of(1.0) } };
                self.strided(axis, way, dst, dst)?;
            }
        }
        Ok(())
    }

    /// Rows, then columns.
    ///
    /// # Safety
    /// Arrays of the plan's lengths.
    unsafe fn last_two(&self, src: Shared<R>, src_stride: usize, dst: Shared<R>, scale: R) -> Result<(), Status> {
        let stride = 2 * self.width();
        let one = Way { inverse: false, scale: R::of(1.0) };
        // SAFETY: the caller's promise.
        unsafe {
            if !self.has_second() {
                return self.contiguous(Way { scale, ..one }, src, src_stride, dst, stride);
            }
            if let Some((line, count)) = self.by_planes() {
                return planes(self.kind(), line, false, scale, src, src_stride, dst, stride, self.width(), count);
            }
            self.contiguous(one, src, src_stride, dst, stride)?;
            self.strided(self.shape.len() - 2, Way { scale, ..one }, dst, dst)
        }
    }

    /// From `from` through `work`, which may be `from`, to `dst`.
    ///
    /// # Safety
    /// Arrays of the plan's lengths; `work` is not written if only the last axis is transformed.
    unsafe fn backward(&self, from: Shared<R>, work: Shared<R>, dst_stride: usize, dst: Shared<R>, scale: R) -> Result<(), Status> {
        let way = Way { inverse: true, scale: R::of(1.0) };
        let stride = 2 * self.width();
        let mut now = from;
        // SAFETY: the caller's promise.
        unsafe {
            for &axis in self.outer_axes().iter().rev() {
                self.strided(axis, way, now, work)?;
                now = work;
            }
            if let (Some((line, count)), true) = (self.by_planes(), now.0 == work.0) {
                return planes(self.kind(), line, true, scale, work, stride, dst, dst_stride, self.width(), count);
            }
            if self.has_second() {
                self.strided(self.shape.len() - 2, way, now, work)?;
                now = work;
            }
            self.contiguous(Way { scale, ..way }, now, stride, dst, dst_stride)
        }
    }

    /// # Safety
    /// Arrays of the plan's lengths.
    unsafe fn all_complex(&self, src: Shared<R>, dst: Shared<R>, inverse: bool, scale: R) -> Result<(), Status> {
        let one = Way { inverse, scale: R::of(1.0) };
        let last = self.shape.len() - 1;
        let mut axes: Vec<usize> = (0..=last).rev().filter(|&a| self.axes[a]).collect();
        let mut now = src;
        // SAFETY: the caller's promise.
        unsafe {
            // Rows and columns of a plane together; the inverse does them in the same order.
            if let (Some((line, count)), true) = (self.by_planes(), self.axes[last]) {
                axes.drain(..2);
                let here = if axes.is_empty() { scale } else { one.scale };
                let stride = 2 * self.last();
                planes(self.kind(), line, inverse, here, src, stride, dst, stride, self.last(), count)?;
                now = dst;
            }
            for (i, &axis) in axes.iter().enumerate() {
                let way = Way { scale: if i + 1 == axes.len() { scale } else { one.scale }, ..one };
                if axis == last {
                    let stride = 2 * self.last();
                    self.contiguous(way, now, stride, dst, stride)?;
                } else {
                    self.strided(axis, way, now, dst)?;
                }
                now = dst;
            }
        }
        Ok(())
    }

    /// # Safety
    /// Arrays of the spectrum's length.
    unsafe fn strided(&self, axis: usize, way: Way<R>, src: Shared<R>, dst: Shared<R>) -> Result<(), Status> {
        let outer = self.shape[..axis].iter().product();
        let inner = self.shape[axis + 1..self.shape.len() - 1].iter().product::<usize>() * self.width();
        // SAFETY: the caller's promise.
        unsafe {
            match &self.columns[axis] {
                Columns::Lanes(line) => strided(line, way, src, dst, outer, inner, true),
                Columns::Long(line) => long_columns(line, way, src, dst, outer, inner),
                Columns::None => unreachable!("an axis to transform"),
            }
        }
    }
}
