//! Threads of the pool, and the text of a panic.

use cosmesh_core::parallel::{self, backend, SharedMut, MAX_THREADS};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::Mutex;

const TEXT_BYTES: usize = 512;
static TEXT: Mutex<[u8; TEXT_BYTES]> = Mutex::new([0; TEXT_BYTES]);
static TEXT_LEN: AtomicUsize = AtomicUsize::new(0);

/// To be called once, by the main thread: keeps the text of a panic where the host can read it.
#[no_mangle]
pub extern "C" fn pool_init() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        let len = text.len().min(TEXT_BYTES);
        // The first panic of a region is the one to report.
        if TEXT_LEN.load(SeqCst) == 0 {
            if let Ok(mut buffer) = TEXT.try_lock() {
                buffer[..len].copy_from_slice(&text.as_bytes()[..len]);
                TEXT_LEN.store(len, SeqCst);
            }
        }
    }));
}

/// Address of the text of the last panic (UTF-8).
#[no_mangle]
pub extern "C" fn pool_text() -> *const u8 {
    TEXT.lock().map_or(std::ptr::null(), |t| t.as_ptr())
}

/// Length of the text in bytes; 0 if nothing panicked since the last call.
#[no_mangle]
pub extern "C" fn pool_take_text_len() -> usize {
    TEXT_LEN.swap(0, SeqCst)
}

/// Sets how many threads regions may use, the caller included.
#[no_mangle]
pub extern "C" fn pool_set_threads(threads: usize) {
    parallel::set_threads(threads);
}

/// Most threads of a pool.
#[no_mangle]
pub extern "C" fn pool_max_threads() -> usize {
    MAX_THREADS
}

/// Address of the worker slots, one i32 each: 1 while a worker is starting or serving.
#[no_mangle]
pub extern "C" fn pool_slots() -> *const i32 {
    backend::SLOTS.as_ptr().cast()
}

/// The life of a worker: serves parallel regions until it was idle for a while.
#[no_mangle]
pub extern "C" fn pool_worker_loop(index: usize) {
    backend::worker_loop(index);
}

/// To be called by a worker whose loop ended in a trap.
#[no_mangle]
pub extern "C" fn pool_worker_failed(index: usize) {
    backend::worker_failed(index);
}

/// To be called by the main thread after a trap, before any other call.
#[no_mangle]
pub extern "C" fn pool_recover() {
    backend::recover();
}

/// Runs a region that adds 1 to each of `len` numbers, `rounds` times; used to measure and test the pool.
/// Block `trap_at` panics (pass a number above the count of blocks to let none do so).
///
/// # Safety
/// `data` must be `len` numbers that nobody else uses meanwhile.
#[no_mangle]
pub unsafe extern "C" fn pool_probe(data: *mut u32, len: usize, rounds: usize, trap_at: usize) {
    // SAFETY: promised by the caller.
    let shared = SharedMut::new(unsafe { crate::slice_mut(data, len) });
    for _ in 0..rounds {
        parallel::for_each_range(len, 1024, |block, range| {
            assert!(block != trap_at, "pool_probe was asked to fail in block {block}");
            // SAFETY: ranges of different blocks do not overlap.
            unsafe { shared.part(range.start, range.len()) }.iter_mut().for_each(|v| *v += 1);
        });
    }
}
