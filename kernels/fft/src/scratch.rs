//! Scratch memory of one block: uninitialised, aligned to a cache line, given back at its end.

use crate::real::Real;
use cosmesh_core::Status;

#[derive(Clone, Copy)]
#[repr(align(64))]
struct CacheLine(#[allow(dead_code)] [u8; 64]);

/// Room for numbers; what they are is not defined.
pub struct Scratch(Vec<CacheLine>);

impl Scratch {
    /// Room for `len` numbers of type `R`.
    pub fn new<R: Real>(len: usize) -> Self {
        Self(Vec::with_capacity((len * size_of::<R>()).div_ceil(64)))
    }
    /// As `new`, for sizes that may not be there.
    ///
    /// # Errors
    /// `OutOfMemory` when the allocator refuses.
    pub fn try_new<R: Real>(len: usize) -> Result<Self, Status> {
        let mut lines = Vec::new();
        lines.try_reserve_exact((len * size_of::<R>()).div_ceil(64)).map_err(|_| Status::OutOfMemory)?;
        Ok(Self(lines))
    }
    /// Its first number.
    pub fn at<R: Real>(&mut self) -> *mut R {
        self.0.as_mut_ptr().cast()
    }
}
