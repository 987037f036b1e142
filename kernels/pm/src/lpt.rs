//! Lagrangian perturbation theory with differences between cells: potentials are solved for in Fourier space, exactly for
//! each mode, and all derivatives are taken between cells. Potentials have padded rows, as transforms leave them.

use crate::growth::{Factors, Growth};
use crate::modes::over_square;
use crate::sources::Product;
use crate::differences::{first, put, Hessian, Mesh, Ring, FIRST};
use crate::{common, stride, Modes, Real};
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::Status;
use cosmesh_fft::Plan;
use std::f64::consts::TAU;

/// Planes of a block, which share work arrays.
pub(crate) const PLANES: usize = 4;

/// Solves `laplace phi = S` per cell, mode 0 being 0. `work` has padded rows; it holds S, or `from` does. The potential is left
/// in `work`, or in `out` if that is given.
///
/// # Errors
/// `OutOfMemory` if there is no room for the tables of the transforms.
pub fn potential<R: Real>(shape: [usize; 3], from: Option<&[R]>, work: &mut [R], out: Option<&mut [R]>) -> Result<(), Status> {
    let plan = Plan::<R>::new(&shape)?;
    let (one, cells) = (R::round(1.0), shape.iter().product::<usize>() as f64);
    match from {
        Some(from) => plan.forward_real(from, work, one)?,
        None => plan.forward_real_in_place(work, one)?,
    }
    // Whole wavenumbers are in units of 2 pi/common.
    let unit = TAU / common(shape);
    over_square(Modes::all(shape), work);
    let scale = R::round(-1.0 / (unit * unit * cells));
    match out {
        Some(out) => plan.inverse_real_consuming(work, out, scale),
        None => plan.inverse_real_in_place(work, scale),
    }
}

/// Sources of potentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Second,
    ThirdA,
    /// Needs the second potential too.
    ThirdB,
}

/// A source of second or third order from potentials; `out` has padded rows.
pub fn source<R: Real>(which: Source, one: Mesh<R>, two: Option<Mesh<R>>, out: &mut [R]) {
    let shape @ [nx, ny, nz] = one.shape;
    let length = stride(nz);
    assert!(out.len() == nx * ny * length && (two.is_some() || which != Source::ThirdB));
    let out = SharedMut::new(out);
    for_each_range(nx, PLANES, |_, planes| {
        let mut work = Hessian::new(shape);
        let mut more = two.map(|mesh| (mesh, Hessian::new(shape)));
        for x in planes {
            work.plane(one, x);
            if let Some((mesh, work)) = &mut more {
                work.plane(*mesh, x);
            }
            for y in 0..ny {
                // SAFETY: rows do not overlap.
                let out = unsafe { out.part((x * ny + y) * length, nz) };
                let h = work.row(one, x, y);
                match which {
                    Source::Second => Product::Second.of(h, None, out),
                    Source::ThirdA => Product::ThirdA.of(h, None, out),
                    Source::ThirdB => {
                        let (mesh, work) = more.as_mut().expect("the second potential");
                        let [a, b, c, d, e, f] = work.row(*mesh, x, y);
                        Product::ThirdBEqual.of(h, Some([a, b, c]), out);
                        Product::ThirdBUnequal.of(h, Some([d, e, f]), out);
                    }
                }
            }
        }
    });
}

/// `-sum of factor_n D phi_n` at all nodes: displacements and momenta, `[3, nx, ny, nz]` each.
pub fn displacements<R: Real>(potentials: &[Mesh<R>], growth: Growth, displacement: &mut [R], momentum: &mut [R]) {
    let [nx, ny, nz] = potentials[0].shape;
    let cells = nx * ny * nz;
    let parts = growth.parts;
    assert!(potentials.len() == parts && displacement.len() == 3 * cells && momentum.len() == displacement.len());
    let (displacement, momentum) = (SharedMut::new(displacement), SharedMut::new(momentum));
    for_each_range(nx, PLANES, |_, planes| {
        let mut factors = Factors::<R>::new(growth, nz);
        let (mut ring, mut slope) = (Ring::new(nz), vec![R::default(); nz]);
        for x in planes {
            for y in 0..ny {
                factors.set(x, y);
                for axis in 0..3 {
                    let at = axis * cells + (x * ny + y) * nz;
                    // SAFETY: rows do not overlap.
                    let (d, p) = unsafe { (displacement.part(at, nz), momentum.part(at, nz)) };
                    for (i, phi) in potentials.iter().enumerate() {
                        match axis {
                            0 => first(phi.rows_x(x, y, FIRST), &mut slope, put),
                            1 => first(phi.rows_y(x, y, FIRST), &mut slope, put),
                            _ => ring.set(phi.row(x, y)).first(&mut slope, put),
                        }
                        for (out, factor) in [(&mut *d, &factors.rows[i]), (&mut *p, &factors.rows[parts + i])] {
                            let values = out.iter_mut().zip(slope.iter().zip(factor));
                            if i == 0 {
                                values.for_each(|(o, (&s, &f))| *o = -(f * s));
                            } else {
                                values.for_each(|(o, (&s, &f))| *o = *o - f * s);
                            }
                        }
                    }
                }
            }
        }
    });
}
