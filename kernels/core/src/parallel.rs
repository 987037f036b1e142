//! Parallel regions: `for_each_block(n, f)` runs `f(0..n)` once each on the threads of the pool.
//!
//! The block grid is chosen by the caller from the size of the problem, never from the number of threads, and a block
//! writes only what it owns; so the bits of a result do not depend on who ran which block. Blocks are taken in rising
//! order from one counter. A region inside a region runs on the thread that meets it.
//!
//! In WebAssembly the threads are workers that sleep in `worker_loop`; natively (`cargo test`) they are scoped threads.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::SeqCst};

/// Threads that may take part in a region, the caller included.
static THREADS: AtomicI32 = AtomicI32::new(1);

thread_local! {
    static IN_REGION: Cell<bool> = const { Cell::new(false) };
}

/// Number of threads that regions may use, the caller included.
pub fn threads() -> usize {
    THREADS.load(SeqCst).max(1) as usize
}

/// Sets the number of threads; regions that are running keep theirs.
pub fn set_threads(n: usize) {
    THREADS.store(n.clamp(1, MAX_THREADS) as i32, SeqCst);
}

/// Most threads that a pool can hold, the caller included.
pub const MAX_THREADS: usize = 256;

/// Calls `f(i)` once for each block `i` in `0..blocks`, on all threads of the pool; returns when all are done.
pub fn for_each_block<F: Fn(usize) + Sync>(blocks: usize, f: F) {
    if blocks <= 1 || threads() == 1 || IN_REGION.with(Cell::get) {
        (0..blocks).for_each(f);
        return;
    }
    IN_REGION.with(|c| c.set(true));
    backend::run(blocks, &f);
    IN_REGION.with(|c| c.set(false));
}

/// Splits `0..len` into blocks of `size` and calls `f(block, range)` for each.
pub fn for_each_range<F: Fn(usize, std::ops::Range<usize>) + Sync>(len: usize, size: usize, f: F) {
    for_each_block(len.div_ceil(size.max(1)), |b| f(b, b * size..((b + 1) * size).min(len)));
}

/// A mutable slice that blocks of one region may share, each writing its own part.
#[derive(Clone, Copy)]
pub struct SharedMut<'a, T> {
    ptr: *mut T,
    len: usize,
    life: PhantomData<&'a mut [T]>,
}

// SAFETY: the pointer comes from an exclusive borrow that outlives it, and callers of the unsafe
// methods promise disjoint parts; `T: Send` lets those parts be used on other threads.
unsafe impl<T: Send> Send for SharedMut<'_, T> {}
// SAFETY: as above; a shared reference only hands out parts through unsafe methods.
unsafe impl<T: Send> Sync for SharedMut<'_, T> {}

impl<'a, T> SharedMut<'a, T> {
    /// Takes the slice for the length of the region.
    pub fn new(slice: &'a mut [T]) -> Self {
        Self { ptr: slice.as_mut_ptr(), len: slice.len(), life: PhantomData }
    }
    /// Length of the whole slice.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether the slice is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The first element's address.
    pub fn as_mut_ptr(&self) -> *mut T {
        self.ptr
    }
    /// The part `start..start + len`.
    ///
    /// # Safety
    /// No two parts that live at the same time may overlap, unless both are only read.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn part(&self, start: usize, len: usize) -> &'a mut [T] {
        assert!(start <= self.len && len <= self.len - start, "part outside of the slice");
        // SAFETY: inside the borrowed slice by the check above; disjoint by the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.ptr.add(start), len) }
    }
    /// Writes one element.
    ///
    /// # Safety
    /// `i < len`, and no other block touches element `i`.
    #[inline(always)]
    pub unsafe fn set(&self, i: usize, value: T) {
        debug_assert!(i < self.len);
        // SAFETY: in range and unshared by the caller's promise.
        unsafe { self.ptr.add(i).write(value) }
    }
    /// Reads one element.
    ///
    /// # Safety
    /// `i < len`, and no other block writes element `i`.
    #[inline(always)]
    pub unsafe fn get(&self, i: usize) -> T
    where
        T: Copy,
    {
        debug_assert!(i < self.len);
        // SAFETY: in range and unshared by the caller's promise.
        unsafe { *self.ptr.add(i) }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod backend {
    use super::{threads, AtomicUsize, IN_REGION, SeqCst};

    pub fn run(blocks: usize, f: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let work = || loop {
            let i = next.fetch_add(1, SeqCst);
            if i >= blocks {
                break;
            }
            f(i);
        };
        std::thread::scope(|scope| {
            for _ in 1..threads().min(blocks) {
                scope.spawn(|| {
                    IN_REGION.with(|c| c.set(true));
                    work();
                });
            }
            work();
        });
    }
}

/// The pool in shared memory: one open region at most, workers join while it is open.
#[cfg(target_arch = "wasm32")]
pub mod backend {
    use super::{threads, AtomicI32, AtomicUsize, SeqCst, IN_REGION, MAX_THREADS};
    use std::sync::atomic::Ordering::Relaxed;
    use core::arch::wasm32::{memory_atomic_notify, memory_atomic_wait32};
    use std::cell::UnsafeCell;

    /// A worker that sleeps this long without work leaves, so that an idle program can end.
    const IDLE_NS: i64 = 250_000_000;
    /// The caller looks again after this long, in case a worker was terminated from outside.
    const LOOK_NS: i64 = 100_000_000;

    /// A worker looks so often for a next region before it sleeps (about 20 us): waking up takes as long as a small region.
    const SPINS: usize = 20_000;

    type Body<'a> = *const (dyn Fn(usize) + Sync + 'a);

    struct Region {
        body: Body<'static>,
        blocks: usize,
    }
    struct Slot(UnsafeCell<Option<Region>>);
    // SAFETY: written by the caller only while no region is open and nobody is inside; read only by threads inside.
    unsafe impl Sync for Slot {}

    static REGION: Slot = Slot(UnsafeCell::new(None));
    static OPEN: AtomicI32 = AtomicI32::new(0);
    static INSIDE: AtomicI32 = AtomicI32::new(0);
    static GENERATION: AtomicI32 = AtomicI32::new(0);
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    static FAILED: AtomicI32 = AtomicI32::new(0);
    /// 1 for each worker that is starting or in its loop; the host sets it before it starts a worker.
    pub static SLOTS: [AtomicI32; MAX_THREADS] = [const { AtomicI32::new(0) }; MAX_THREADS];

    fn wait(cell: &AtomicI32, expected: i32, ns: i64) -> i32 {
        // SAFETY: the address of a live static, aligned for i32.
        unsafe { memory_atomic_wait32(cell.as_ptr(), expected, ns) }
    }
    fn wake(cell: &AtomicI32, count: u32) {
        // SAFETY: as for `wait`.
        unsafe { memory_atomic_notify(cell.as_ptr(), count) };
    }
    fn take_blocks() {
        // SAFETY: the caller is inside an open region, so the slot is set and is not written.
        if let Some(region) = unsafe { &*REGION.0.get() } {
            loop {
                let i = NEXT.fetch_add(1, SeqCst);
                if i >= region.blocks {
                    break;
                }
                // SAFETY: the closure lives until `run` returns, and `run` waits until nobody is inside.
                unsafe { (*region.body)(i) };
            }
        }
    }
    fn leave() {
        if INSIDE.fetch_sub(1, SeqCst) == 1 {
            wake(&INSIDE, 1);
        }
    }

    pub fn run<'a>(blocks: usize, f: &'a (dyn Fn(usize) + Sync + 'a)) {
        let body: Body<'a> = f;
        // SAFETY: only the lifetime changes; see `take_blocks`.
        let body: Body<'static> = unsafe { std::mem::transmute(body) };
        // SAFETY: no region is open and nobody is inside (`run` and `recover` leave it so).
        unsafe { *REGION.0.get() = Some(Region { body, blocks }) };
        NEXT.store(0, SeqCst);
        OPEN.store(1, SeqCst);
        GENERATION.fetch_add(1, SeqCst);
        wake(&GENERATION, (threads() - 1) as u32);
        take_blocks();
        close();
        if FAILED.swap(0, SeqCst) != 0 {
            panic!("a worker of the pool failed");
        }
    }

    fn close() {
        OPEN.store(0, SeqCst);
        loop {
            let inside = INSIDE.load(SeqCst);
            if inside <= 0 {
                break;
            }
            wait(&INSIDE, inside, LOOK_NS);
        }
    }

    /// After a trap in the calling thread: lets no more blocks be taken and waits for the workers.
    pub fn recover() {
        NEXT.store(usize::MAX / 2, SeqCst);
        close();
        FAILED.store(0, SeqCst);
        IN_REGION.with(|c| c.set(false));
    }

    /// Serves regions until there was nothing to do for a while.
    pub fn worker_loop(index: usize) {
        IN_REGION.with(|c| c.set(true));
        loop {
            let generation = GENERATION.load(SeqCst);
            INSIDE.fetch_add(1, SeqCst);
            if OPEN.load(SeqCst) != 0 && index + 1 < threads() {
                take_blocks();
            }
            leave();
            if (0..SPINS).any(|_| GENERATION.load(Relaxed) != generation) {
                continue;
            }
            if wait(&GENERATION, generation, IDLE_NS) == 2 {
                break;
            }
        }
        SLOTS[index].store(0, SeqCst);
    }

    /// Called by the host when a worker trapped inside a region.
    pub fn worker_failed(index: usize) {
        FAILED.store(1, SeqCst);
        NEXT.store(usize::MAX / 2, SeqCst);
        SLOTS[index].store(0, SeqCst);
        leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_runs_once_for_any_number_of_threads() {
        for n in [1, 2, 5] {
            set_threads(n);
            let mut hits = vec![0u32; 1000];
            let shared = SharedMut::new(&mut hits);
            // SAFETY: block i touches element i alone.
            for_each_block(1000, |i| unsafe { shared.set(i, shared.get(i) + 1) });
            assert!(hits.iter().all(|&h| h == 1));
        }
        set_threads(1);
    }

    #[test]
    fn a_region_inside_a_region_runs_on_its_thread() {
        set_threads(3);
        let mut out = vec![0usize; 12];
        let shared = SharedMut::new(&mut out);
        for_each_block(3, |i| {
            // SAFETY: element 4 i + j belongs to this pair alone.
            for_each_block(4, |j| unsafe { shared.set(4 * i + j, 10 * i + j) });
        });
        set_threads(1);
        assert_eq!(out, [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]);
    }
}
