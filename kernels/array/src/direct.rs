//! Sums, differences, products, quotients and axpy directly on memory, for runs along which each operand has the working
//! type and is contiguous or constant. Each element is rounded as in the loops of `elementwise`.

use cosmesh_core::lanes::Lanes;

/// Registers that are worked on side by side.
const SIDE: usize = 4;

/// Fills `n` places of the result from those of the inputs.
pub type Loop<W> = unsafe fn(out: *mut W, inputs: [*const W; 3], n: usize);

/// A function of two registers or numbers, and a constant that some take.
trait Function {
    fn of<L: Lanes>(constant: L, a: L, b: L) -> L;
}
macro_rules! function {
    ($name:ident, $f:expr) => {
        struct $name;
        impl Function for $name {
            #[inline(always)]
            fn of<L: Lanes>(constant: L, a: L, b: L) -> L {
                let f: fn(L, L, L) -> L = $f;
                f(constant, a, b)
            }
        }
    };
}
function!(Add, |_, a, b| a + b);
function!(Subtract, |_, a, b| a - b);
function!(Multiply, |_, a, b| a * b);
function!(Divide, |_, a, b| a / b);
function!(Axpy, |alpha, a, b| alpha * a + b);

/// # Safety
/// `n` places of the result must be writable, and `n` (or one) of the inputs readable; an input that shares memory with the
/// result has the same places.
unsafe fn run<L, F, const A: bool, const B: bool, const FIRST: usize>(out: *mut L::Scalar, inputs: [*const L::Scalar; 3], n: usize)
where
    L: Lanes,
    F: Function,
    L::Scalar: Lanes<Scalar = L::Scalar>,
{
    let [a, b] = [inputs[FIRST], inputs[FIRST + 1]];
    // SAFETY: promised by the caller, here and below.
    let (s, x, y) = unsafe { (L::Scalar::load_ptr(inputs[0]), L::Scalar::load_ptr(a), L::Scalar::load_ptr(b)) };
    let (constant, first, second) = (L::splat(s), L::splat(x), L::splat(y));
    let full = n - n % (SIDE * L::N);
    for i in (0..full).step_by(SIDE * L::N) {
        let values: [L; SIDE] = std::array::from_fn(|k| {
            let at = i + k * L::N;
            // SAFETY: at + N <= n.
            let (x, y) = unsafe { (if A { L::load_ptr(a.add(at)) } else { first }, if B { L::load_ptr(b.add(at)) } else { second }) };
            F::of(constant, x, y)
        });
        for (k, v) in values.into_iter().enumerate() {
            // SAFETY: as above.
            unsafe { v.store_ptr(out.add(i + k * L::N)) };
        }
    }
    for i in full..n {
        // SAFETY: i < n.
        unsafe {
            let x = if A { L::Scalar::load_ptr(a.add(i)) } else { x };
            let y = if B { L::Scalar::load_ptr(b.add(i)) } else { y };
            F::of(s, x, y).store_ptr(out.add(i));
        }
    }
}

/// The loop of function `op` for inputs at these distances, if there is one.
pub fn pick<L: Lanes>(op: u32, steps: [isize; 3]) -> Option<Loop<L::Scalar>>
where
    L::Scalar: Lanes<Scalar = L::Scalar>,
{
    fn two<L: Lanes, F: Function>(a: isize, b: isize) -> Option<Loop<L::Scalar>>
    where
        L::Scalar: Lanes<Scalar = L::Scalar>,
    {
        match (a, b) {
            (1, 1) => Some(run::<L, F, true, true, 0>),
            (1, 0) => Some(run::<L, F, true, false, 0>),
            (0, 1) => Some(run::<L, F, false, true, 0>),
            _ => None,
        }
    }
    match (op, steps) {
        (1, [a, b, _]) => two::<L, Add>(a, b),
        (2, [a, b, _]) => two::<L, Subtract>(a, b),
        (3, [a, b, _]) => two::<L, Multiply>(a, b),
        (32, [a, b, _]) => two::<L, Divide>(a, b),
        (16, [0, 1, 1]) => Some(run::<L, Axpy, true, true, 1>),
        (16, [0, 1, 0]) => Some(run::<L, Axpy, true, false, 1>),
        (16, [0, 0, 1]) => Some(run::<L, Axpy, false, true, 1>),
        _ => None,
    }
}
