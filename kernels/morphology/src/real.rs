//! Element types of a mesh.

/// A number that can be compared with a threshold: u8 (masks), f32 or f64.
pub trait Value: Copy + Send + Sync + PartialOrd {
    /// The value as f64, exactly.
    fn wide(self) -> f64;
    /// The smallest value that is not below `v`, so that comparing with it is comparing with `v`.
    fn at_least(v: f64) -> Self;
    /// One bit for each of 16 values: whether it is at least `t`. Adds value i to `sums[i]`.
    #[inline(always)]
    fn scan(values: &[Self; 16], t: Self, sums: &mut [f64; 16]) -> u32 {
        let mut any = false;
        for i in 0..16 {
            any |= values[i] >= t;
            sums[i] += values[i].wide();
        }
        // Most cells are unmarked.
        if !any { 0 } else { (0..16).fold(0, |bits, i| bits | u32::from(values[i] >= t) << i) }
    }
}

/// f32 or f64; arithmetic is done in f64 and rounded once when a value is stored.
pub trait Real: Value {
    /// 1.
    const ONE: Self;
    /// The nearest value to `v`.
    fn narrow(v: f64) -> Self;
}

impl Value for u8 {
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
    fn at_least(v: f64) -> Self {
        v.ceil() as u8
    }
}

impl Value for f64 {
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
    fn at_least(v: f64) -> Self {
        v
    }
}

impl Real for f64 {
    const ONE: Self = 1.0;
    #[inline(always)]
    fn narrow(v: f64) -> Self {
        v
    }
}

impl Real for f32 {
    const ONE: Self = 1.0;
    #[inline(always)]
    fn narrow(v: f64) -> Self {
        v as f32
    }
}

impl Value for f32 {
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
    fn at_least(v: f64) -> Self {
        let near = v as f32;
        if f64::from(near) < v { near.next_up() } else { near }
    }
    #[cfg(target_arch = "wasm32")]
    #[inline(always)]
    fn scan(values: &[f32; 16], t: f32, sums: &mut [f64; 16]) -> u32 {
        use core::arch::wasm32::*;
        let t = f32x4_splat(t);
        let mut bits = 0;
        for i in 0..4 {
            // SAFETY: four values are readable at 4 i, and four sums writable; any alignment is allowed.
            let v = unsafe { v128_load(values.as_ptr().add(4 * i).cast()) };
            bits |= u32::from(i32x4_bitmask(f32x4_ge(v, t))) << (4 * i);
            let upper = i64x2_shuffle::<1, 1>(v, v);
            for (half, part) in [v, upper].into_iter().enumerate() {
                let at: *mut v128 = sums[4 * i + 2 * half..][..2].as_mut_ptr().cast();
                // SAFETY: as above.
                unsafe { v128_store(at, f64x2_add(v128_load(at), f64x2_promote_low_f32x4(part))) };
            }
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_between_two_f32_values_separates_them() {
        let t = f32::at_least(0.9999999);
        assert_eq!(t, 1.0f32.next_down());
        assert!(f64::from(t) >= 0.9999999 && f64::from(t.next_down()) < 0.9999999);
        assert_eq!(f32::at_least(0.5), 0.5);
    }
}
