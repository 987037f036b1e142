//! Small dense and banded linear algebra. Stacks of matrices are worked on side by side, each matrix by one thread, so the
//! bits do not depend on the number of threads. Symmetric eigenproblems and QR are those of the crate `nalgebra`.

pub mod banded;
pub mod dense;
pub mod eigen3;
pub mod svd;

/// Where a matrix of a stack could not be used: its number, and a row (of the pivot, the minor or the element).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    pub matrix: usize,
    pub row: usize,
    pub column: usize,
    pub value: f64,
}

/// Calls `f(i)` for each matrix of a stack on all threads; the first fault by number of matrix is returned.
pub(crate) fn for_each_matrix<F: Fn(usize) -> Option<Fault> + Sync>(count: usize, cost: usize, f: F) -> Option<Fault> {
    let many = ((1 << 14) / cost.max(1)).clamp(1, 4096);
    let blocks = count.div_ceil(many);
    let mut faults: Vec<Option<Fault>> = vec![None; blocks];
    let shared = cosmesh_core::SharedMut::new(&mut faults);
    cosmesh_core::for_each_block(blocks, |b| {
        for i in b * many..((b + 1) * many).min(count) {
            if let Some(fault) = f(i) {
                // SAFETY: block b writes element b alone.
                unsafe { shared.set(b, Some(fault)) };
                return;
            }
        }
    });
    faults.into_iter().flatten().next()
}
