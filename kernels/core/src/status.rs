//! Status numbers that kernels return; `lib/kernel/status.ts` turns them into errors.

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

/// A zeroed scratch vector, or `OutOfMemory`.
///
/// # Errors
/// `Status::OutOfMemory` when the allocator refuses.
pub fn try_zeroed<T: Copy + Default>(len: usize) -> Result<Vec<T>, Status> {
    let mut v = Vec::new();
    v.try_reserve_exact(len).map_err(|_| Status::OutOfMemory)?;
    v.resize(len, T::default());
    Ok(v)
}
