//! An axis of long lines that are not contiguous: a group of columns is copied to lines, which are transformed one after the
//! other, and back. Scratch: a group's lines, and that of a line, for each thread that has a group of its own.

use crate::axis::{Shared, Way};
use crate::columns::{group, row};
use crate::long::Long;
use crate::long_rows::SHARED;
use crate::real::Real;
use crate::scratch::PerThread;
use cosmesh_core::parallel::{for_each_block, for_each_range};
use cosmesh_core::Status;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Numbers of a line that are copied at a time.
const PART: usize = 1 << 12;

/// From this length on, the buffer of a group of columns is larger than the second cache.
const LARGE: usize = 1 << 15;

/// Whether columns of `n` numbers, `inner` side by side, are better done as lines than in lanes: if they are long, and fill few
/// lanes or no cache.
pub fn long_columns_suit<R: Real>(n: usize, inner: usize) -> bool {
    (n >= LARGE || n >= 1 << 12 && 2 * inner <= group::<R>()) && Long::<R>::suits(n)
}

/// Transforms the middle axis of complex `[outer, line.n, inner]`.
///
/// # Safety
/// Both arrays must have that size; they may be the same.
///
/// # Errors
/// `OutOfMemory` if there is no room for the scratch.
pub unsafe fn long_columns<R: Real>(line: &Long<R>, way: Way<R>, src: Shared<R>, dst: Shared<R>, outer: usize, inner: usize) -> Result<(), Status> {
    let (n, wide) = (line.n, group::<R>().min(inner));
    let groups = inner.div_ceil(wide);
    // A line's numbers, and more, so that lines do not begin at the same place of their pages.
    let stride = 2 * n + row::<R>();
    let blocks = outer * groups;
    let one_by_one = n >= SHARED || blocks == 1;
    let scratch = PerThread::try_new::<R>(wide * stride, if one_by_one { 1 } else { blocks })?;
    let group = |block: usize, alone: bool| -> Result<(), Status> {
        let (o, start) = (block / groups, block % groups * wide);
        let count = wide.min(inner - start);
        let at = |i: usize| 2 * ((o * n + i) * inner + start);
        let mut done = Ok(());
        scratch.with(|lines: *mut R| {
            let lines = Shared(lines);
            // SAFETY: the columns of a group are its block's own.
            unsafe {
                for_each_range(n, PART, |_, range| {
                    for i in range {
                        for l in 0..count {
                            copy_one(src.add(at(i) + 2 * l), lines.add(l * stride + 2 * i));
                        }
                    }
                });
                for l in 0..count {
                    let line_at = Shared(lines.add(l * stride));
                    done = done.and(line.run(way, line_at, line_at, alone));
                }
                for_each_range(n, PART, |_, range| {
                    for i in range {
                        for l in 0..count {
                            copy_one(lines.add(l * stride + 2 * i), dst.add(at(i) + 2 * l));
                        }
                    }
                });
            }
        });
        done
    };
    if one_by_one {
        return (0..blocks).try_for_each(|block| group(block, true));
    }
    let failed = AtomicBool::new(false);
    for_each_block(blocks, |block| {
        if group(block, false).is_err() {
            failed.store(true, Relaxed);
        }
    });
    if failed.load(Relaxed) { Err(Status::OutOfMemory) } else { Ok(()) }
}

/// # Safety
/// A complex number must exist at both.
#[inline(always)]
unsafe fn copy_one<R: Real>(src: *const R, dst: *mut R) {
    // SAFETY: the caller's promise.
    unsafe {
        *dst = *src;
        *dst.add(1) = *src.add(1);
    }
}
