//! Sources of second and third order.

use crate::{each_row, hessian, stride, Real};
use cosmesh_core::Status;
use cosmesh_fft::Plan;

/// The six pairs i <= j, those with i = j first.
const PAIRS: [[usize; 2]; 6] = [[0, 0], [1, 1], [2, 2], [0, 1], [0, 2], [1, 2]];

/// Half spectra to fill.
pub struct Sources<'a, R> {
    pub second: &'a mut [R],
    /// S3a and S3b, and room for a mesh.
    pub third: Option<[&'a mut [R]; 3]>,
}

/// Fills the sources of the field `delta`. `scratch` has room for six meshes. Seven transforms, or fifteen with the third order.
///
/// # Errors
/// `OutOfMemory` if there is no room for the tables of the transforms.
pub fn sources<R: Real>(n: usize, delta: &[R], out: Sources<R>, scratch: &mut [R]) -> Result<(), Status> {
    let plan = Plan::<R>::new(&[n, n, n])?;
    let length = n * n * stride(n);
    assert!(delta.len() == length && scratch.len() == 6 * length);
    let scale = R::of(1.0 / (n * n * n) as f64);
    for (pair, mesh) in PAIRS.into_iter().zip(scratch.chunks_exact_mut(length)) {
        hessian(n, pair, delta, mesh);
        plan.inverse_real_in_place(mesh, scale)?;
    }
    let phi: [&[R]; 6] = std::array::from_fn(|c| &scratch[c * length..(c + 1) * length]);
    let row = |c: usize, x: usize, y: usize| &phi[c][(x * n + y) * stride(n)..][..n];
    let rows = |x: usize, y: usize| [0, 1, 2, 3, 4, 5].map(|c| row(c, x, y));
    let one = R::of(1.0);

    let Sources { second, third } = out;
    each_row(n, stride(n), second, |x, y, out| {
        let [xx, yy, zz, xy, xz, yz] = rows(x, y);
        for (i, o) in out[..n].iter_mut().enumerate() {
            *o = xx[i] * yy[i] + xx[i] * zz[i] + yy[i] * zz[i] - xy[i] * xy[i] - xz[i] * xz[i] - yz[i] * yz[i];
        }
    });
    plan.forward_real_in_place(second, one)?;
    let Some([third_a, third_b, mesh]) = third else { return Ok(()) };
    each_row(n, stride(n), third_a, |x, y, out| {
        let [xx, yy, zz, xy, xz, yz] = rows(x, y);
        for (i, o) in out[..n].iter_mut().enumerate() {
            *o = xx[i] * (yy[i] * zz[i] - yz[i] * yz[i]) - xy[i] * (xy[i] * zz[i] - xz[i] * yz[i])
                + xz[i] * (xy[i] * yz[i] - xz[i] * yy[i]);
        }
    });
    plan.forward_real_in_place(third_a, one)?;
    third_b.fill(R::default());
    for (c, pair) in PAIRS.into_iter().enumerate() {
        hessian(n, pair, second, mesh);
        plan.inverse_real_in_place(mesh, scale)?;
        let mesh = &*mesh;
        each_row(n, stride(n), third_b, |x, y, out| {
            let of_second = &mesh[(x * n + y) * stride(n)..][..n];
            if pair[0] == pair[1] {
                // Half of phi2_ii times the two other phi1_jj.
                let (a, b) = (row((c + 1) % 3, x, y), row((c + 2) % 3, x, y));
                for (i, o) in out[..n].iter_mut().enumerate() {
                    *o = *o + R::of(0.5) * of_second[i] * (a[i] + b[i]);
                }
            } else {
                let a = row(c, x, y);
                for (i, o) in out[..n].iter_mut().enumerate() {
                    *o = *o - of_second[i] * a[i];
                }
            }
        });
    }
    plan.forward_real_in_place(third_b, one)
}
