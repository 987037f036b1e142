//! Allocation for the host: blocks aligned to a cache line.

use std::alloc::{alloc, alloc_zeroed, dealloc, Layout};

const ALIGN: usize = 64;

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes.max(1), ALIGN).ok()
}

/// Address of `bytes` bytes, all zero when `zero` is not 0; 0 when there is no room.
#[no_mangle]
pub extern "C" fn memory_alloc(bytes: usize, zero: u32) -> *mut u8 {
    match layout(bytes) {
        // SAFETY: the layout has a size above 0.
        Some(l) => unsafe { if zero != 0 { alloc_zeroed(l) } else { alloc(l) } },
        None => std::ptr::null_mut(),
    }
}

/// Gives back what `memory_alloc` gave for the same number of bytes.
///
/// # Safety
/// `ptr` must come from `memory_alloc(bytes, _)` and must not be used again.
#[no_mangle]
pub unsafe extern "C" fn memory_free(ptr: *mut u8, bytes: usize) {
    if let Some(l) = layout(bytes) {
        // SAFETY: promised by the caller.
        unsafe { dealloc(ptr, l) }
    }
}

/// Bytes of the scratch that a kernel could last not have.
#[no_mangle]
pub extern "C" fn memory_refused() -> usize {
    cosmesh_core::status::refused_bytes()
}
