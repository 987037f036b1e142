//! The potential of the density of particles, between two real transforms.

use crate::mesh::Mesh;
use crate::{each_row, Real};
use cosmesh_core::math::{exp, sin};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::Status;
use cosmesh_fft::Plan;

/// Potential = -(`gravity` G(k) + `correction` C(k))/k^2 density for k in radians a cell, with G = exp(-k^2 split^2) and
/// C = exp(-low^2/k^2) exp(-k^4/high^4); 0 for k = 0.
#[derive(Clone, Copy, Debug)]
pub struct Green {
    pub gravity: f64,
    /// Scale [cell] below which forces are left out.
    pub split: f64,
    /// k^2 of the second difference, the sum of (2 sin(k_i/2))^2, instead of the exact one.
    pub difference: bool,
    pub correction: f64,
    /// Wavenumbers [rad/cell] of the correction.
    pub low: f64,
    pub high: f64,
}

/// What the squared wavenumbers along an axis give.
struct Axis<R> {
    /// Exact.
    square: Vec<f64>,
    /// By which density is divided.
    laplace: Vec<R>,
    /// exp(-k^2 split^2).
    long: Vec<R>,
}

impl<R: Real> Axis<R> {
    fn new(n: usize, green: &Green) -> Self {
        let wave = |i: usize| 2.0 * std::f64::consts::PI * i.min(n - i) as f64 / n as f64;
        let half = |k: f64| 2.0 * sin(0.5 * k);
        let square: Vec<f64> = (0..n).map(|i| wave(i) * wave(i)).collect();
        let laplace = (0..n).map(|i| R::round(if green.difference { half(wave(i)) * half(wave(i)) } else { square[i] })).collect();
        let long = square.iter().map(|k2| R::round(exp(-k2 * green.split * green.split))).collect();
        Self { square, laplace, long }
    }
}

/// Factors of the modes of a mesh.
pub struct Modes<R> {
    axes: [Axis<R>; 3],
    green: Green,
}

impl<R: Real> Modes<R> {
    pub fn new(mesh: &Mesh, green: Green) -> Self {
        Self { axes: mesh.n.map(|n| Axis::new(n, &green)), green }
    }
    /// Multiplies modes (x, y, z), (x, y, z + 1), ..., pairs of numbers.
    pub fn multiply(&self, [x, y, z]: [usize; 3], pairs: &mut [[R; 2]]) {
        let [ax, ay, az] = &self.axes;
        let (k2, long) = (ax.laplace[x] + ay.laplace[y], R::round(-self.green.gravity) * (ax.long[x] * ay.long[y]));
        let Green { split, correction, low, high, .. } = self.green;
        if correction != 0.0 {
            for (z, pair) in (z..).zip(pairs.iter_mut()) {
                let exact = ax.square[x] + ay.square[y] + az.square[z];
                let shape = exp(-low * low / exact - exact * exact / (high * high * high * high));
                let factor = (long * az.long[z] - R::round(correction * shape)) / (k2 + az.laplace[z]);
                *pair = pair.map(|v| v * factor);
            }
        } else if split != 0.0 {
            for (z, pair) in (z..).zip(pairs.iter_mut()) {
                let factor = long * az.long[z] / (k2 + az.laplace[z]);
                *pair = pair.map(|v| v * factor);
            }
        } else {
            for (pair, &z2) in pairs.iter_mut().zip(&az.laplace[z..]) {
                let factor = long / (k2 + z2);
                *pair = pair.map(|v| v * factor);
            }
        }
        if [x, y, z] == [0; 3] {
            pairs[0] = [R::default(); 2];
        }
    }
}

/// Turns the modes from `first` on of the density, `[count]` pairs of the half spectrum of the whole mesh, into those of its
/// potential.
pub fn potential_part<R: Real>(mesh: &Mesh, green: Green, first: [usize; 3], count: [usize; 3], data: &mut [R]) {
    if data.is_empty() {
        return;
    }
    let modes = Modes::<R>::new(mesh, green);
    each_row(count[0], count[1], 2 * count[2], data, |x, y, row| {
        modes.multiply([first[0] + x, first[1] + y, first[2]], row.as_chunks_mut::<2>().0);
    });
}

/// Turns a density (padded rows) into its potential.
///
/// # Errors
/// `OutOfMemory` if there is no room for the scratch of the transforms.
pub fn potential<R: Real>(mesh: &Mesh, green: Green, data: &mut [R]) -> Result<(), Status> {
    let plan = Plan::<R>::new(&mesh.n)?;
    let modes = Modes::<R>::new(mesh, green);
    plan.forward_real_in_place(data, R::round(1.0))?;
    let (row, ny) = (mesh.row(), mesh.n[1]);
    let shared = SharedMut::new(data);
    for_each_block(mesh.n[0], |x| {
        // SAFETY: planes of different blocks do not overlap.
        let plane = unsafe { shared.part(x * ny * row, ny * row) };
        for (y, row) in plane.chunks_exact_mut(row).enumerate() {
            modes.multiply([x, y, 0], row.as_chunks_mut::<2>().0);
        }
    });
    plan.inverse_real_in_place(data, R::round(1.0 / mesh.cells() as f64))
}
