//! Displacements by exact derivatives of each mode, and their adjoints (see `lpt_adjoint`), with a filter and its own adjoint in
//! place of each difference between cells. Meshes have padded rows.

use crate::growth::{Factors, Growth};
use crate::lpt::PLANES;
use crate::lpt_adjoint::{add_growth, cofactors, minors};
use crate::modes::{gradient_with, hessian_with};
use crate::sources::{derivatives, PAIRS};
use crate::differences::{add, put, Mesh};
use crate::{common, each_row, gradient, stride, Modes, Real};
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::Status;
use cosmesh_fft::Plan;
use std::f64::consts::TAU;

/// `axis` of three.
fn only<R>(axis: usize, out: &mut [R]) -> [Option<&mut [R]>; 3] {
    let mut axes = [None, None, None];
    axes[axis] = Some(out);
    axes
}

/// [1/rad] A cell in the units of gradients of sources, which are those of `common`, over the number of cells.
fn scale<R: Real>(shape: [usize; 3]) -> R {
    R::round(common(shape) / TAU / shape.iter().product::<usize>() as f64)
}

/// Component `axis` of the displacement of unit growth of a source, a half spectrum: a mesh in `work`.
fn displacement<R: Real>(plan: &Plan<R>, shape: [usize; 3], source: &[R], axis: usize, work: &mut [R]) -> Result<(), Status> {
    gradient(Modes::all(shape), &[source], &[1.0], 0.0, only(axis, work));
    plan.inverse_real_in_place(work, scale(shape))
}

/// Displacements and momenta, `[3, nx, ny, nz]`, of half spectra of sources.
///
/// # Errors
/// `OutOfMemory` if there is no room for the tables of the transforms.
pub fn spectral_displacements<R: Real>(
    shape: [usize; 3],
    sources: &[&[R]],
    growth: Growth,
    work: &mut [R],
    out: [&mut [R]; 2],
) -> Result<(), Status> {
    let plan = Plan::<R>::new(&shape)?;
    let [nx, ny, nz] = shape;
    let (cells, parts, length) = (nx * ny * nz, growth.parts, stride(nz));
    assert!(sources.len() == parts && out.iter().all(|o| o.len() == 3 * cells));
    let out = out.map(SharedMut::new);
    for (part, source) in sources.iter().enumerate() {
        for axis in 0..3 {
            displacement(&plan, shape, source, axis, work)?;
            let work = &*work;
            for_each_range(nx, PLANES, |_, planes| {
                let mut factors = Factors::<R>::new(growth, nz);
                for x in planes {
                    for y in 0..ny {
                        factors.set(x, y);
                        let values = &work[(x * ny + y) * length..][..nz];
                        for (out, factor) in out.iter().zip([&factors.rows[part], &factors.rows[parts + part]]) {
                            // SAFETY: rows do not overlap.
                            let out = unsafe { out.part(axis * cells + (x * ny + y) * nz, nz) };
                            let values = out.iter_mut().zip(values.iter().zip(factor));
                            if part == 0 {
                                values.for_each(|(o, (&v, &f))| *o = f * v);
                            } else {
                                values.for_each(|(o, (&v, &f))| *o = *o + f * v);
                            }
                        }
                    }
                }
            });
        }
    }
    Ok(())
}

/// The half spectrum `out` becomes that of the bar of source `part`, of the bars of displacements and momenta.
///
/// # Errors
/// As `spectral_displacements`.
pub fn spectral_divergence<R: Real>(
    shape: [usize; 3],
    part: usize,
    growth: Growth,
    bars: [&[R]; 2],
    work: &mut [R],
    out: &mut [R],
) -> Result<(), Status> {
    let plan = Plan::<R>::new(&shape)?;
    let [nx, ny, nz] = shape;
    let cells = nx * ny * nz;
    out.fill(R::default());
    for axis in 0..3 {
        let rows = SharedMut::new(work);
        for_each_range(nx, PLANES, |_, planes| {
            let mut factors = Factors::<R>::new(growth, nz);
            for x in planes {
                for y in 0..ny {
                    factors.set(x, y);
                    let (e, g) = (&factors.rows[part], &factors.rows[growth.parts + part]);
                    let [a, b] = bars.map(|b| &b[axis * cells + (x * ny + y) * nz..][..nz]);
                    // SAFETY: rows do not overlap.
                    let row = unsafe { rows.part((x * ny + y) * stride(nz), nz) };
                    for z in 0..nz {
                        row[z] = e[z] * a[z] + g[z] * b[z];
                    }
                }
            }
        });
        plan.forward_real_in_place(work, R::round(common(shape) / TAU))?;
        gradient_with(Modes::all(shape), &[&*work], &[1.0], 0.0, only(axis, out), |o, v| *o = *o - v);
    }
    Ok(())
}

/// The six meshes of second derivatives of the potential of a source, a half spectrum, in `out`.
///
/// # Errors
/// As `spectral_displacements`.
pub fn second_derivatives<R: Real>(shape: [usize; 3], source: &[R], out: &mut [R]) -> Result<(), Status> {
    derivatives(shape, &Plan::new(&shape)?, PAIRS, source, out).map(|_| ())
}

/// Bars of sources, as meshes.
pub struct SpectralBars<'a, R> {
    /// Of S2; times `factor`.
    pub second: Mesh<'a, R>,
    pub factor: f64,
    /// Of S3a and S3b, with the six second derivatives of the second potential.
    pub third: Option<([Mesh<'a, R>; 2], [Mesh<'a, R>; 6])>,
}

/// Adds to the half spectrum `out` of the bar of a source what the bars of sources made of its potential give, of which `six`
/// are the second derivatives.
///
/// # Errors
/// As `spectral_displacements`.
pub fn spectral_source_adjoint<R: Real>(six: [Mesh<R>; 6], bars: SpectralBars<R>, work: &mut [R], out: &mut [R]) -> Result<(), Status> {
    let shape @ [nx, ny, nz] = six[0].shape;
    let plan = Plan::<R>::new(&shape)?;
    for (c, pair) in PAIRS.into_iter().enumerate() {
        each_row(nx, ny, stride(nz), work, |x, y, row| {
            let mut t = [0; 6].map(|_| vec![R::default(); nz]);
            let h = six.map(|m| m.row(x, y));
            minors(h, bars.second.row(x, y), bars.factor, &mut t, put);
            if let Some(([a, b], two)) = &bars.third {
                cofactors(h, a.row(x, y), &mut t);
                minors(two.map(|m| m.row(x, y)), b.row(x, y), 0.5, &mut t, add);
            }
            row[..nz].copy_from_slice(&t[c]);
        });
        plan.forward_real_in_place(work, R::round(1.0))?;
        hessian_with(Modes::all(shape), [pair], work, [&mut *out], add);
    }
    Ok(())
}

/// As `growth_adjoint`, of half spectra of sources.
///
/// # Errors
/// As `spectral_displacements`.
pub fn spectral_growth_adjoint<R: Real>(
    shape: [usize; 3],
    sources: &[&[R]],
    growth: Growth,
    bars: [&[R]; 2],
    work: &mut [R],
    out: &mut [f64],
) -> Result<(), Status> {
    let plan = Plan::<R>::new(&shape)?;
    out.fill(0.0);
    for (part, source) in sources.iter().enumerate() {
        for axis in 0..3 {
            displacement(&plan, shape, source, axis, work)?;
            let mesh = Mesh::new(shape, work);
            let rows = || move |x: usize, y: usize, row: &mut [R]| row.copy_from_slice(mesh.row(x, y));
            add_growth(shape, [part, axis], growth, bars, rows, out)?;
        }
    }
    Ok(())
}
