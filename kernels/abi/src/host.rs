//! Functions of the host that kernels call, such as a user's right-hand side. `lib/kernel/host.ts` keeps them by number.

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Calls function `id` with the number `x` and the array `input`; it fills `output`. 0 if it returned, else 1.
    fn host_call(id: u32, x: f64, input: *const f64, output: *mut f64) -> i32;
}

/// A function of the host failed; the host keeps why, and throws it again when the kernel has returned.
pub(crate) struct HostFailed;

/// Calls function `id` of the host, which must take `input.len()` numbers and give `output.len()`.
/// Only the main thread may call: in a worker it always fails.
pub(crate) fn call(id: u32, x: f64, input: &[f64], output: &mut [f64]) -> Result<(), HostFailed> {
    // SAFETY: the host reads and writes as many numbers as the function was registered with, which the caller promises
    // are the lengths of these slices.
    match unsafe { host_call(id, x, input.as_ptr(), output.as_mut_ptr()) } {
        0 => Ok(()),
        _ => Err(HostFailed),
    }
}
