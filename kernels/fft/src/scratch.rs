//! Scratch memory of parallel blocks: uninitialised, aligned to a cache line.

use crate::real::Real;
use cosmesh_core::parallel::threads;
use cosmesh_core::status::refused;
use cosmesh_core::Status;
use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

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
        lines.try_reserve_exact((len * size_of::<R>()).div_ceil(64)).map_err(|_| refused(len * size_of::<R>()))?;
        Ok(Self(lines))
    }
    /// Its first number.
    pub fn at<R: Real>(&mut self) -> *mut R {
        self.0.as_mut_ptr().cast()
    }
}

/// One scratch for each thread of a region, so that a thread finds its own in its cache when it takes the next block.
pub struct PerThread {
    numbers: usize,
    /// Who holds a slot: an address of the thread's own memory, 0 for nobody yet.
    slots: Vec<(AtomicUsize, UnsafeCell<Scratch>)>,
}

// SAFETY: a slot's scratch is used by the one thread whose address it holds.
unsafe impl Sync for PerThread {}

impl PerThread {
    /// For blocks that need `numbers` numbers. Aborts without room for them.
    pub fn new<R: Real>(numbers: usize) -> Self {
        Self { numbers, slots: (0..threads()).map(|_| (AtomicUsize::new(0), UnsafeCell::new(Scratch::new::<R>(numbers)))).collect() }
    }
    /// For `blocks` blocks that need `numbers` numbers.
    ///
    /// # Errors
    /// `OutOfMemory` when the allocator refuses.
    pub fn try_new<R: Real>(numbers: usize, blocks: usize) -> Result<Self, Status> {
        let slot = |_| Ok((AtomicUsize::new(0), UnsafeCell::new(Scratch::try_new::<R>(numbers)?)));
        Ok(Self { numbers, slots: (0..threads().min(blocks)).map(slot).collect::<Result<_, Status>>()? })
    }
    /// Calls `body` with the thread's scratch. Not to be nested.
    pub fn with<R: Real>(&self, body: impl FnOnce(*mut R)) {
        thread_local! { static MARK: Cell<u8> = const { Cell::new(0) } }
        let me = MARK.with(|mark| std::ptr::from_ref(mark) as usize);
        for (owner, scratch) in &self.slots {
            let held = owner.compare_exchange(0, me, SeqCst, SeqCst);
            if held.is_ok() || held == Err(me) {
                // SAFETY: the slot is this thread's, and `body` does not come back here.
                let scratch = unsafe { &mut *scratch.get() };
                return body(scratch.at());
            }
        }
        // More threads than the region was told of.
        body(Scratch::new::<R>(self.numbers).at());
    }
}
