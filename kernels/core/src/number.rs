//! Real numbers in memory, f32 or f64, whose arithmetic is done in f64.

/// A number that is read as f64, and rounded once when it is written.
pub trait Number: Copy + Send + Sync {
    fn wide(self) -> f64;
    fn round(v: f64) -> Self;
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
}
