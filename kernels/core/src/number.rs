//! Real numbers in memory, f32 or f64, whose arithmetic is done in f64.

use crate::lanes::{F64x2, Lanes};

/// A number that is read as f64, and rounded once when it is written.
pub trait Number: Copy + Send + Sync {
    fn wide(self) -> f64;
    fn round(v: f64) -> Self;
    /// Reads two numbers at `p`.
    ///
    /// # Safety
    /// `p..p + 2` must be readable.
    unsafe fn pair(p: *const Self) -> F64x2;
}
impl Number for f64 {
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
    #[inline(always)]
    fn round(v: f64) -> Self {
        v
    }
    #[inline(always)]
    unsafe fn pair(p: *const Self) -> F64x2 {
        // SAFETY: promised by the caller.
        unsafe { F64x2::load_ptr(p) }
    }
}
impl Number for f32 {
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn round(v: f64) -> Self {
        v as f32
    }
    #[inline(always)]
    unsafe fn pair(p: *const Self) -> F64x2 {
        // SAFETY: promised by the caller.
        #[cfg(target_arch = "wasm32")]
        return F64x2(core::arch::wasm32::f64x2_promote_low_f32x4(unsafe { core::arch::wasm32::v128_load64_zero(p.cast()) }));
        // SAFETY: as above.
        #[cfg(not(target_arch = "wasm32"))]
        return F64x2(unsafe { [p.read().wide(), p.add(1).read().wide()] });
    }
}
