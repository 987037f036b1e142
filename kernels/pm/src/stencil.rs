//! Derivatives along the axes by differences of four points, `(8 (f(+1) - f(-1)) - (f(+2) - f(-2)))/12`, of which the factor
//! on modes is i (8 sin k - sin 2k)/6.

use crate::mesh::{Four, Mesh};
use crate::Real;
use cosmesh_core::parallel::{for_each_block, SharedMut};

/// Indices at -2, -1, +1 and +2 of `i` on a periodic axis.
fn around(i: usize, n: usize) -> [usize; 4] {
    [2 * n - 2, 2 * n - 1, 1, 2].map(|by| (i + by) % n)
}

/// `factor` times the derivative from the values at -2, -1, +1 and +2.
#[inline(always)]
fn slope<R: Real>([a, b, c, d]: [R::Four; 4], near: R::Four, far: R::Four) -> R::Four {
    near * (c - b) - far * (d - a)
}

/// `factor` times the gradient of a mesh of scalars, as a mesh of vectors.
pub fn gradient<R: Real>(mesh: &Mesh, factor: f64, scalars: &[R], out: &mut [R]) {
    assert!(scalars.len() == mesh.scalars() && out.len() == mesh.vectors());
    let [nx, ny, nz] = mesh.n;
    let (row, vector_row) = (mesh.row(), mesh.vector_row());
    let [near, far] = [8.0, 1.0].map(|w| R::Four::all(R::round(factor * w / 12.0)));
    let zero = R::Four::all(R::default());
    let out = SharedMut::new(out);
    let whole = nz / 4 * 4;
    for_each_block(nx, |x| {
        // Of this row, with two values more at each end; and what is left of a row, padded.
        let mut own = vec![R::default(); nz + 8];
        for y in 0..ny {
            let at = |x: usize, y: usize| &scalars[(x * ny + y) * row..][..nz];
            let (xs, ys) = (around(x, nx).map(|x| at(x, y)), around(y, ny).map(|y| at(x, y)));
            own[2..nz + 2].copy_from_slice(at(x, y));
            for (i, &z) in around(0, nz)[..2].iter().enumerate() {
                own[i] = own[2 + z];
            }
            for i in 0..2 {
                own[nz + 2 + i] = own[2 + i % nz];
            }
            // SAFETY: rows do not overlap.
            let out = unsafe { out.part((x * ny + y) * vector_row, vector_row) };
            let mut put = |z: usize, count: usize, read: &dyn Fn(&[R]) -> R::Four| {
                let vx = slope::<R>(xs.map(|r| read(&r[z..])), near, far);
                let vy = slope::<R>(ys.map(|r| read(&r[z..])), near, far);
                let vz = slope::<R>([0, 1, 3, 4].map(|by| read(&own[z + by..])), near, far);
                for (i, v) in R::Four::transpose([vx, vy, vz, zero]).into_iter().take(count).enumerate() {
                    out[4 * (z + i)..4 * (z + i) + 4].copy_from_slice(&v.array());
                }
            };
            for z in (0..whole).step_by(4) {
                put(z, 4, &|r| R::Four::from_slice(r));
            }
            if whole < nz {
                put(whole, nz - whole, &|r| {
                    let mut some = [R::default(); 4];
                    some[..nz - whole].copy_from_slice(&r[..nz - whole]);
                    R::Four::from_slice(&some)
                });
            }
            out.copy_within(0..4, 4 * nz);
        }
    });
}

/// `factor` times the divergence of a mesh of vectors, as a mesh of scalars. Minus that is the transpose of `gradient`.
pub fn divergence<R: Real>(mesh: &Mesh, factor: f64, vectors: &[R], out: &mut [R]) {
    assert!(vectors.len() == mesh.vectors() && out.len() == mesh.scalars());
    let [nx, ny, nz] = mesh.n;
    let (row, vector_row) = (mesh.row(), mesh.vector_row());
    let [near, far] = [8.0, 1.0].map(|w| R::round(factor * w / 12.0));
    let out = SharedMut::new(out);
    let ends: Vec<[usize; 4]> = (0..nz).map(|z| around(z, nz)).collect();
    let slope = |[a, b, c, d]: [R; 4]| near * (c - b) - far * (d - a);
    for_each_block(nx, |x| {
        for y in 0..ny {
            let at = |x: usize, y: usize| vectors[(x * ny + y) * vector_row..][..4 * nz].as_chunks::<4>().0;
            let (xs, ys, own) = (around(x, nx).map(|x| at(x, y)), around(y, ny).map(|y| at(x, y)), at(x, y));
            // SAFETY: rows do not overlap.
            let out = unsafe { out.part((x * ny + y) * row, row) };
            for z in 0..nz {
                out[z] = slope(xs.map(|r| r[z][0])) + slope(ys.map(|r| r[z][1])) + slope(ends[z].map(|z| own[z][2]));
            }
            out[nz..].fill(R::default());
        }
    });
}
