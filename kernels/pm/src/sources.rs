//! Sources of second and third order.

use crate::{each_row, hessian, stride, Modes, Real};
use cosmesh_core::block::BLOCK;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::Status;
use cosmesh_fft::Plan;

/// The six pairs i <= j, those with i = j first.
pub(crate) const PAIRS: [[usize; 2]; 6] = [[0, 0], [1, 1], [2, 2], [0, 1], [0, 2], [1, 2]];

/// Products of second derivatives at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// S2, of the six of phi1 (those of a pair of equal axes first).
    Second,
    /// S3a, of the same.
    ThirdA,
    /// The part of S3b with pairs of equal axes: of the six of phi1 and three of phi2.
    ThirdBEqual,
    /// The rest of S3b, which is added: of the six of phi1 and the other three of phi2.
    ThirdBUnequal,
}

impl Product {
    /// Sets, or changes, numbers of a row or of any part of a mesh.
    #[inline(always)]
    pub(crate) fn of<R: Real>(self, first: [&[R]; 6], second: Option<[&[R]; 3]>, out: &mut [R]) {
        let [xx, yy, zz, xy, xz, yz] = first;
        let [a, b, c] = second.unwrap_or([xx; 3]);
        let half = R::round(0.5);
        for (i, o) in out.iter_mut().enumerate() {
            *o = match self {
                Self::Second => xx[i] * yy[i] + xx[i] * zz[i] + yy[i] * zz[i] - xy[i] * xy[i] - xz[i] * xz[i] - yz[i] * yz[i],
                Self::ThirdA => {
                    xx[i] * (yy[i] * zz[i] - yz[i] * yz[i]) - xy[i] * (xy[i] * zz[i] - xz[i] * yz[i])
                        + xz[i] * (xy[i] * yz[i] - xz[i] * yy[i])
                }
                Self::ThirdBEqual => half * (a[i] * (yy[i] + zz[i]) + b[i] * (xx[i] + zz[i]) + c[i] * (xx[i] + yy[i])),
                Self::ThirdBUnequal => *o - (a[i] * xy[i] + b[i] * xz[i] + c[i] * yz[i]),
            };
        }
    }
}

/// A product on any part of a mesh, without padding.
pub fn product<R: Real>(which: Product, first: [&[R]; 6], second: Option<[&[R]; 3]>, out: &mut [R]) {
    let shared = SharedMut::new(out);
    for_each_range(shared.len(), BLOCK, |_, range| {
        // SAFETY: ranges of different blocks do not overlap.
        let out = unsafe { shared.part(range.start, range.len()) };
        which.of(first.map(|m| &m[range.clone()]), second.map(|s| s.map(|m| &m[range.clone()])), out);
    });
}

/// Half spectra to fill.
pub struct Sources<'a, R> {
    pub second: &'a mut [R],
    /// S3a and S3b, and room for three meshes.
    pub third: Option<[&'a mut [R]; 3]>,
}

/// The meshes of second derivatives `pairs`, in `out`.
pub(crate) fn derivatives<'a, R: Real, const C: usize>(
    shape: [usize; 3],
    plan: &Plan<R>,
    pairs: [[usize; 2]; C],
    source: &[R],
    out: &'a mut [R],
) -> Result<[&'a [R]; C], Status> {
    let length = Modes::all(shape).len();
    assert!(out.len() == C * length);
    let mut parts = out.chunks_exact_mut(length);
    hessian(Modes::all(shape), pairs, source, std::array::from_fn(|_| parts.next().expect("a mesh")));
    for mesh in out.chunks_exact_mut(length) {
        plan.inverse_real_in_place(mesh, R::round(1.0 / shape.iter().product::<usize>() as f64))?;
    }
    let out = &*out;
    Ok(std::array::from_fn(|c| &out[c * length..(c + 1) * length]))
}

/// Fills the sources of the field `delta`. `scratch` has room for six meshes. Seven transforms, or fifteen with the third order.
///
/// # Errors
/// `OutOfMemory` if there is no room for the tables of the transforms.
pub fn sources<R: Real>(shape: [usize; 3], delta: &[R], out: Sources<R>, scratch: &mut [R]) -> Result<(), Status> {
    let plan = Plan::<R>::new(&shape)?;
    let [nx, ny, nz] = shape;
    let one = R::round(1.0);
    let phi = derivatives(shape, &plan, PAIRS, delta, scratch)?;
    let rows = |x: usize, y: usize| phi.map(|mesh| &mesh[(x * ny + y) * stride(nz)..][..nz]);

    let Sources { second, third } = out;
    each_row(nx, ny, stride(nz), second, |x, y, out| Product::Second.of(rows(x, y), None, &mut out[..nz]));
    plan.forward_real_in_place(second, one)?;
    let Some([third_a, third_b, meshes]) = third else { return Ok(()) };
    each_row(nx, ny, stride(nz), third_a, |x, y, out| Product::ThirdA.of(rows(x, y), None, &mut out[..nz]));
    plan.forward_real_in_place(third_a, one)?;
    for (pairs, part) in
        [([PAIRS[0], PAIRS[1], PAIRS[2]], Product::ThirdBEqual), ([PAIRS[3], PAIRS[4], PAIRS[5]], Product::ThirdBUnequal)]
    {
        let of_second = derivatives(shape, &plan, pairs, second, meshes)?;
        each_row(nx, ny, stride(nz), third_b, |x, y, out| {
            let of_second = of_second.map(|mesh| &mesh[(x * ny + y) * stride(nz)..][..nz]);
            part.of(rows(x, y), Some(of_second), &mut out[..nz]);
        });
    }
    plan.forward_real_in_place(third_b, one)
}
