//! Status numbers that kernels return; `lib/kernel/status.ts` turns them into errors.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// Outcome of a kernel call. Arguments are checked before the call, so these are the failures that only the kernel can see.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Ok = 0,
    /// Scratch memory could not be had.
    OutOfMemory = 1,
    /// A value that the caller was to check is out of its range.
    Domain = 2,
    /// An iteration did not reach its tolerance.
    NotConverged = 3,
    /// A block of a parallel region ended in a trap.
    Trapped = 4,
}

/// [byte] What was asked for when scratch could last not be had.
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// [byte] Size of the scratch that could last not be had.
pub fn refused_bytes() -> usize {
    REFUSED.load(SeqCst)
}

/// `OutOfMemory`, for scratch of so many bytes.
pub fn refused(bytes: usize) -> Status {
    REFUSED.store(bytes, SeqCst);
    Status::OutOfMemory
}

/// A zeroed scratch vector, or `OutOfMemory`.
///
/// # Errors
/// `Status::OutOfMemory` when the allocator refuses.
pub fn try_zeroed<T: Copy + Default>(len: usize) -> Result<Vec<T>, Status> {
    let mut v = Vec::new();
    v.try_reserve_exact(len).map_err(|_| refused(len.saturating_mul(size_of::<T>())))?;
    v.resize(len, T::default());
    Ok(v)
}
