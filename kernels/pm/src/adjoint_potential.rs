//! A density and the derivatives by a potential through the same filter at once, with the derivatives by the filter's numbers.

use crate::mesh::Mesh;
use crate::potential::{Green, Modes};
use crate::Real;
use cosmesh_core::block::pairwise;
use cosmesh_core::math::exp;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::Status;
use cosmesh_fft::Plan;

/// Derivatives by numbers of a `Green`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slopes {
    pub gravity: f64,
    pub correction: f64,
    pub low: f64,
    pub high: f64,
}

/// Turns a density into its potential and `phi_bar`, derivatives by that potential, into those by the density: the filter is
/// symmetric. With `slopes`, the derivatives by the filter's numbers are found on the way, from the product of both spectra.
///
/// # Errors
/// `OutOfMemory` if there is no room for the scratch of the transforms.
pub fn potential_pair<R: Real>(mesh: &Mesh, green: Green, slopes: bool, density: &mut [R], phi_bar: &mut [R]) -> Result<Slopes, Status> {
    assert!(density.len() == mesh.scalars() && phi_bar.len() == mesh.scalars());
    let plan = Plan::<R>::new(&mesh.n)?;
    plan.forward_real_in_place(density, R::round(1.0))?;
    plan.forward_real_in_place(phi_bar, R::round(1.0))?;
    let modes = Modes::<R>::new(mesh, green);
    let (row, [nx, ny, nz]) = (mesh.row(), mesh.n);
    let mut planes = vec![Slopes::default(); nx];
    let (a, b, sums) = (SharedMut::new(density), SharedMut::new(phi_bar), SharedMut::new(&mut planes));
    for_each_block(nx, |x| {
        // SAFETY: planes of different blocks do not overlap.
        let (a, b) = unsafe { (a.part(x * ny * row, ny * row), b.part(x * ny * row, ny * row)) };
        let mut sum = Slopes::default();
        for (y, (a, b)) in a.chunks_exact_mut(row).zip(b.chunks_exact_mut(row)).enumerate() {
            let (a, b) = (a.as_chunks_mut::<2>().0, b.as_chunks_mut::<2>().0);
            if slopes {
                row_slopes(mesh, &green, [x, y], a, b, &mut sum);
            }
            modes.multiply([x, y, 0], a);
            modes.multiply([x, y, 0], b);
        }
        // SAFETY: block x writes element x alone.
        unsafe { sums.set(x, sum) };
    });
    let scale = 1.0 / (nx * ny * nz) as f64;
    plan.inverse_real_in_place(density, R::round(scale))?;
    plan.inverse_real_in_place(phi_bar, R::round(scale))?;
    let all = |f: fn(&Slopes) -> f64| scale * pairwise(&planes.iter().map(f).collect::<Vec<_>>());
    Ok(Slopes { gravity: all(|s| s.gravity), correction: all(|s| s.correction), low: all(|s| s.low), high: all(|s| s.high) })
}

/// Adds those of a row of modes.
fn row_slopes<R: Real>(mesh: &Mesh, green: &Green, [x, y]: [usize; 2], a: &[[R; 2]], b: &[[R; 2]], sum: &mut Slopes) {
    let wave = |i: usize, n: usize| 2.0 * std::f64::consts::PI * i.min(n - i) as f64 / n as f64;
    let square = |i: usize, n: usize| wave(i, n) * wave(i, n);
    let laplace = |i: usize, n: usize| if green.difference { 2.0 - 2.0 * cosmesh_core::math::cos(wave(i, n)) } else { square(i, n) };
    let [nx, ny, nz] = mesh.n;
    let (exact2, below2) = (square(x, nx) + square(y, ny), laplace(x, nx) + laplace(y, ny));
    let Green { split, correction, low, high, .. } = *green;
    for (z, (a, b)) in a.iter().zip(b).enumerate() {
        if [x, y, z] == [0; 3] {
            continue;
        }
        // Modes between the first and the middle one stand for two.
        let twice = if z == 0 || 2 * z == nz { 1.0 } else { 2.0 };
        let (exact, below) = (exact2 + square(z, nz), below2 + laplace(z, nz));
        let both = -twice * (a[0].wide() * b[0].wide() + a[1].wide() * b[1].wide()) / below;
        sum.gravity += both * exp(-exact * split * split);
        let high4 = high * high * high * high;
        let shaped = both * exp(-low * low / exact - exact * exact / high4);
        sum.correction += shaped;
        sum.low += correction * shaped * (-2.0 * low / exact);
        sum.high += correction * shaped * (4.0 * exact * exact / (high4 * high));
    }
}
