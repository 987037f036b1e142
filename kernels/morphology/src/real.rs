//! Element types of a mesh.

/// A number that can be compared with a threshold: u8 (masks), f32 or f64.
pub trait Value: Copy + Send + Sync + PartialOrd {
    /// The value as f64, exactly.
    fn wide(self) -> f64;
    /// The smallest value that is not below `v`, so that comparing with it is comparing with `v`.
    fn at_least(v: f64) -> Self;
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
