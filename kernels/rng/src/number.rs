//! Element types that whole numbers are written to.

/// A type that holds the whole numbers that the caller asks for.
pub trait Number: Copy + Send {
    fn of(value: f64) -> Self;
    fn of_whole(value: i64) -> Self;
}
macro_rules! number {
    ($($t:ty),*) => {$(
        impl Number for $t {
            #[inline(always)]
            fn of(value: f64) -> Self {
                value as $t
            }
            #[inline(always)]
            fn of_whole(value: i64) -> Self {
                value as $t
            }
        }
    )*};
}
number!(f32, f64, i32, u32);
