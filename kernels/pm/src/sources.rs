//! Sources of second and third order.

use crate::{each_row, hessian, stride, Real};
use cosmesh_core::Status;
use cosmesh_fft::Plan;

/// The six pairs i <= j, those with i = j first.
const PAIRS: [[usize; 2]; 6] = [[0, 0], [1, 1], [2, 2], [0, 1], [0, 2], [1, 2]];

/// Half spectra to fill.
pub struct Sources<'a, R> {
    pub second: &'a mut [R],
    /// S3a and S3b, and room for three meshes.
    pub third: Option<[&'a mut [R]; 3]>,
}

/// The meshes of second derivatives `pairs`, in `out`.
fn derivatives<'a, R: Real, const C: usize>(
    n: usize,
    plan: &Plan<R>,
    pairs: [[usize; 2]; C],
    source: &[R],
    out: &'a mut [R],
) -> Result<[&'a [R]; C], Status> {
    let length = n * n * stride(n);
    assert!(out.len() == C * length);
    let mut parts = out.chunks_exact_mut(length);
    hessian(n, pairs, source, std::array::from_fn(|_| parts.next().expect("a mesh")));
    for mesh in out.chunks_exact_mut(length) {
        plan.inverse_real_in_place(mesh, R::round(1.0 / (n * n * n) as f64))?;
    }
    let out = &*out;
    Ok(std::array::from_fn(|c| &out[c * length..(c + 1) * length]))
}

/// Fills the sources of the field `delta`. `scratch` has room for six meshes. Seven transforms, or fifteen with the third order.
///
/// # Errors
/// `OutOfMemory` if there is no room for the tables of the transforms.
pub fn sources<R: Real>(n: usize, delta: &[R], out: Sources<R>, scratch: &mut [R]) -> Result<(), Status> {
    let plan = Plan::<R>::new(&[n, n, n])?;
    let one = R::round(1.0);
    let phi = derivatives(n, &plan, PAIRS, delta, scratch)?;
    let rows = |x: usize, y: usize| phi.map(|mesh| &mesh[(x * n + y) * stride(n)..][..n]);

    let Sources { second, third } = out;
    each_row(n, stride(n), second, |x, y, out| {
        let [xx, yy, zz, xy, xz, yz] = rows(x, y);
        for (i, o) in out[..n].iter_mut().enumerate() {
            *o = xx[i] * yy[i] + xx[i] * zz[i] + yy[i] * zz[i] - xy[i] * xy[i] - xz[i] * xz[i] - yz[i] * yz[i];
        }
    });
    plan.forward_real_in_place(second, one)?;
    let Some([third_a, third_b, meshes]) = third else { return Ok(()) };
    each_row(n, stride(n), third_a, |x, y, out| {
        let [xx, yy, zz, xy, xz, yz] = rows(x, y);
        for (i, o) in out[..n].iter_mut().enumerate() {
            *o = xx[i] * (yy[i] * zz[i] - yz[i] * yz[i]) - xy[i] * (xy[i] * zz[i] - xz[i] * yz[i])
                + xz[i] * (xy[i] * yz[i] - xz[i] * yy[i]);
        }
    });
    plan.forward_real_in_place(third_a, one)?;
    let half = R::round(0.5);
    let of_second = derivatives(n, &plan, [PAIRS[0], PAIRS[1], PAIRS[2]], second, meshes)?;
    each_row(n, stride(n), third_b, |x, y, out| {
        let [a, b, c] = of_second.map(|mesh| &mesh[(x * n + y) * stride(n)..][..n]);
        let [xx, yy, zz, ..] = rows(x, y);
        for (i, o) in out[..n].iter_mut().enumerate() {
            *o = half * (a[i] * (yy[i] + zz[i]) + b[i] * (xx[i] + zz[i]) + c[i] * (xx[i] + yy[i]));
        }
    });
    let of_second = derivatives(n, &plan, [PAIRS[3], PAIRS[4], PAIRS[5]], second, meshes)?;
    each_row(n, stride(n), third_b, |x, y, out| {
        let [a, b, c] = of_second.map(|mesh| &mesh[(x * n + y) * stride(n)..][..n]);
        let [.., xy, xz, yz] = rows(x, y);
        for (i, o) in out[..n].iter_mut().enumerate() {
            *o = *o - (a[i] * xy[i] + b[i] * xz[i] + c[i] * yz[i]);
        }
    });
    plan.forward_real_in_place(third_b, one)
}
