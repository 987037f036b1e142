//! Fields of a given power from white noise, and the adjoint.

use crate::modes::Squares;
use crate::{filter, stride, Modes, Radial, Real};
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};
use cosmesh_core::Status;
use cosmesh_fft::Plan;

/// The mesh `out` becomes `from` with each mode multiplied by the table, which is its own adjoint. `work` has padded rows.
///
/// # Errors
/// `OutOfMemory` if there is no room for the tables of the transforms.
pub fn filter_mesh<R: Real>(shape: [usize; 3], table: Radial, from: &[R], work: &mut [R], out: &mut [R]) -> Result<(), Status> {
    let plan = Plan::<R>::new(&shape)?;
    plan.forward_real(from, work, R::round(1.0))?;
    filter(Modes::all(shape), table, None, None, work);
    plan.inverse_real_consuming(work, out, R::round(1.0 / shape.iter().product::<usize>() as f64))
}

/// Blocks of planes, each with sums of its own.
const BLOCKS: usize = 8;

/// Derivative by the numbers of a table of the loss whose derivative by `filter_mesh`'s `out` is `bar`; `gradient` is as long
/// as the table. `work` has room for two padded meshes.
///
/// # Errors
/// As `filter_mesh`, also for the sums of the blocks.
pub fn table_gradient<R: Real>(
    shape: [usize; 3],
    table: Radial,
    from: &[R],
    bar: &[R],
    work: &mut [R],
    gradient: &mut [f64],
) -> Result<(), Status> {
    let [nx, ny, nz] = shape;
    let plan = Plan::<R>::new(&shape)?;
    let (one, length) = (R::round(1.0), stride(nz));
    let (noise, other) = work.split_at_mut(Modes::all(shape).len());
    plan.forward_real(from, noise, one)?;
    plan.forward_real(bar, other, one)?;
    let (noise, other, size) = (&*noise, &*other, gradient.len());
    let mut sums = Vec::new();
    sums.try_reserve_exact(size * BLOCKS).map_err(|_| Status::OutOfMemory)?;
    sums.resize(size * BLOCKS, 0.0);
    let shared = SharedMut::new(&mut sums);
    let (scale, squares) = (1.0 / (nx * ny * nz) as f64, Squares::new(shape));
    for_each_block(BLOCKS, |block| {
        // SAFETY: blocks do not overlap.
        let sum = unsafe { shared.part(block * size, size) };
        for x in nx * block / BLOCKS..nx * (block + 1) / BLOCKS {
            for y in 0..ny {
                let at = (x * ny + y) * length;
                let (a, b) = (noise[at..at + length].as_chunks::<2>().0, other[at..at + length].as_chunks::<2>().0);
                squares.each(x, y, |z, square| {
                    // The mirror image of a mode that is left out adds the same.
                    let weight = if z == 0 || 2 * z == nz { scale } else { 2.0 * scale };
                    let ([a, b], [c, d]) = (a[z].map(R::wide), b[z].map(R::wide));
                    let value = weight * (a * c + b * d);
                    let (i, t) = table.place(square);
                    sum[i] += value * (1.0 - t);
                    if t != 0.0 {
                        sum[i + 1] += value * t;
                    }
                });
            }
        }
    });
    let (sums, out) = (&sums, SharedMut::new(gradient));
    for_each_range(size, 1 << 12, |_, range| {
        for i in range {
            // SAFETY: each element belongs to one block.
            unsafe { out.set(i, (0..BLOCKS).map(|block| sums[block * size + i]).sum()) };
        }
    });
    Ok(())
}
