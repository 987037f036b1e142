//! Fields that reach far: sum over halos of radial profiles, by Fourier transforms on the padded mesh.
//!
//! Two fields (temperature and Lyman-alpha coupling) share the halos, so they share the forward transforms. The profiles of
//! all bins, both fields side by side, are written in an orthonormal basis (`radial::Basis`); for each basis profile, one
//! mesh holds the halos' coefficients, is transformed once, and is multiplied by the basis profile's kernel of each field.
//! Lyman-alpha profiles resemble each other more, so the basis begins with what they need; the other basis profiles are
//! of temperature alone.
//!
//! Memory: the two accumulators and one work mesh, each n^2 (n + 2) numbers, and four octants of
//! kernels, which are made side by side.

use crate::Halos;
use cosmesh_core::lanes::{F32x4, Lanes};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;
use cosmesh_fft::Plan;
use cosmesh_radial::{Basis, Fold, OctantPlan};
use std::f64::consts::PI;

/// Profiles of one field: `rows` `[bin, node]` on `radii` [cell].
pub struct Profiles<'a> {
    pub radii: &'a [f64],
    pub rows: &'a [f64],
    /// A profile whose first value is below this paints nothing.
    pub least: f64,
    /// Whether a profile ends at its first exact zero.
    pub ends_at_zero: bool,
}

/// What `paint` did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Bins that hold halos.
    pub bins: usize,
    /// Basis profiles, and so forward transforms.
    pub transforms: usize,
}

/// [cell^3 times the profile's unit] Trapezoid of 4 pi r^2 p over the nodes: the sum that a kernel is scaled to.
fn integral(radii: &[f64], values: &[f64]) -> f64 {
    let f = |j: usize| 4.0 * PI * radii[j] * radii[j] * values[j];
    (1..radii.len()).map(|j| 0.5 * (f(j - 1) + f(j)) * (radii[j] - radii[j - 1])).sum()
}

impl Profiles<'_> {
    /// The profile of a bin as it enters the lattice sum: cut, and scaled to its integral; None if it paints nothing.
    fn scaled(&self, bin: usize, total: &[f64]) -> Option<Vec<f64>> {
        let row = &self.rows[bin * self.radii.len()..][..self.radii.len()];
        if row[0] < self.least || row.iter().all(|&v| v == 0.0) {
            return None;
        }
        let mut values = row.to_vec();
        if self.ends_at_zero {
            let end = values.iter().position(|&v| v == 0.0).unwrap_or(values.len());
            values[end..].fill(0.0);
        }
        let raw: f64 = total.iter().zip(&values).map(|(w, v)| w * v).sum();
        let scale = integral(self.radii, row) / raw;
        values.iter_mut().for_each(|v| *v *= scale);
        Some(values)
    }
    /// Weights of the norm in which the basis is exact to the tolerance: r^4 d ln r, so that each range of ln r counts the
    /// same for a profile that goes as r^-2.
    fn metric(&self) -> Vec<f64> {
        let last = self.radii.len() - 1;
        (0..=last).map(|j| self.radii[j].powi(4) * (self.radii[(j + 1).min(last)] / self.radii[j.saturating_sub(1)]).ln()).collect()
    }
}

/// Paints two fields. `out` are padded meshes `[n, n, n + 2]` (n even), of which the first n numbers of each row are the
/// field; `work` is of the same size. Profiles are represented to `tolerance`, relative to their norm.
///
/// # Errors
/// `OutOfMemory`.
pub fn paint(halos: &Halos, profiles: [&Profiles; 2], tolerance: f64, out: [&mut [f32]; 2], work: &mut [f32]) -> Result<Report, Status> {
    let n = halos.n;
    let [out0, out1] = out;
    let (plan, octant) = (Plan::<f32>::new(&[n, n, n])?, OctantPlan::new(n)?);
    let folds = profiles.map(|p| Fold::new(n, p.radii));
    let totals = [folds[0].total(), folds[1].total()];
    let widths = profiles.map(|p| p.radii.len());
    let width = widths[0] + widths[1];

    let bins = profiles[0].rows.len() / widths[0];
    let counts = halos.counts(bins);
    let used: Vec<usize> = (0..bins).filter(|&b| counts[b] > 0).collect();
    // Lyman alpha first, then temperature.
    let mut rows = vec![0.0; used.len() * width];
    for (row, &bin) in rows.chunks_exact_mut(width).zip(&used) {
        let (alpha, heat) = row.split_at_mut(widths[1]);
        for (part, f) in [(heat, 0), (alpha, 1)] {
            if let Some(values) = profiles[f].scaled(bin, &totals[f]) {
                part.copy_from_slice(&values);
            }
        }
    }
    let basis = common_basis(&rows, width, widths[1], [profiles[1], profiles[0]], &used, &counts, tolerance);
    let octants = (n / 2 + 1).pow(3);
    let mut kernels: Vec<f32> = try_zeroed(if basis.len > 0 { 4 * octants } else { 0 })?;
    let scale = (1.0 / (n as f64).powi(3)) as f32;
    let mut weights = vec![0.0f32; bins];
    let mut next = 0;
    while next < basis.len {
        // Two basis profiles of both fields, or four of temperature.
        let both = next < basis.leading;
        let some = next..if both { (next + 2).min(basis.leading) } else { (next + 4).min(basis.len) };
        next = some.end;
        let each = if both { 2 } else { 1 };
        let mut parts: Vec<(&Fold, &[f64])> = Vec::new();
        for j in some.clone() {
            let (alpha, heat) = basis.rows[j * width..(j + 1) * width].split_at(widths[1]);
            parts.extend(&[(&folds[0], heat), (&folds[1], alpha)][..each]);
        }
        octant.spectra(&parts, scale, &mut kernels[..parts.len() * octants]);
        for (j, kernels) in some.zip(kernels.chunks_exact(each * octants)) {
            for (i, &bin) in used.iter().enumerate() {
                weights[bin] = basis.coefficients[i * basis.len + j] as f32;
            }
            scatter(halos, &weights, work);
            plan.forward_real_in_place(work, 1.0)?;
            let (heat, alpha) = kernels.split_at(octants);
            let alpha = both.then_some((alpha, &mut *out1));
            accumulate(n, work, (heat, &mut *out0), alpha, j == 0);
        }
    }
    for (field, kernels) in [(out0, basis.len), (out1, basis.leading)] {
        if kernels == 0 {
            field.fill(0.0);
        } else {
            plan.inverse_real_in_place(field, 1.0)?;
        }
    }
    Ok(Report { bins: used.len(), transforms: basis.len })
}

/// Basis of the rows of both fields, of which the first one has `first` columns; both are scaled so that both weigh the same in sum over all halos.
fn common_basis(rows: &[f64], width: usize, first: usize, profiles: [&Profiles; 2], used: &[usize], counts: &[u32], tolerance: f64) -> Basis {
    let mut metric = profiles[0].metric();
    metric.extend(profiles[1].metric());
    let mut weight = [0.0; 2];
    for (row, &bin) in rows.chunks_exact(width).zip(used) {
        for (f, range) in [(0, 0..first), (1, first..width)] {
            let norm: f64 = range.map(|c| row[c] * row[c] * metric[c]).sum();
            weight[f] += f64::from(counts[bin]) * norm.sqrt();
        }
    }
    for (f, range) in [(0, 0..first), (1, first..width)] {
        if weight[f] > 0.0 {
            metric[range].iter_mut().for_each(|m| *m /= weight[f] * weight[f]);
        }
    }
    Basis::new(rows, width, first, &metric, tolerance)
}

/// The mesh of the halos' weights (by bin), on padded rows.
fn scatter(halos: &Halos, weights: &[f32], mesh: &mut [f32]) {
    let (n, padded) = (halos.n, halos.n + 2);
    let shared = SharedMut::new(mesh);
    for_each_block(n, |x| {
        // SAFETY: each block has a plane of its own.
        let plane = unsafe { shared.part(x * n * padded, n * padded) };
        for (y, row) in plane.chunks_exact_mut(padded).enumerate() {
            row.fill(0.0);
            halos.add_row(x, y, weights, row);
        }
    });
}

/// Adds spectrum times kernel, of which there is an octant, to one or two sums (`first`: sets them).
fn accumulate(n: usize, spectrum: &[f32], one: (&[f32], &mut [f32]), other: Option<(&[f32], &mut [f32])>, first: bool) {
    let q = n / 2 + 1;
    let sums: Vec<(&[f32], SharedMut<f32>)> = [Some(one), other].into_iter().flatten().map(|(k, sum)| (k, SharedMut::new(sum))).collect();
    let fold = |i: usize| if i < q { i } else { n - i };
    for_each_block(n, |x| {
        for y in 0..n {
            let at = (x * n + y) * 2 * q;
            let row = &spectrum[at..at + 2 * q];
            let octant = (fold(x) * q + fold(y)) * q;
            for (kernel, sum) in &sums {
                // SAFETY: each block has a plane of its own.
                multiply_row(row, &kernel[octant..octant + q], unsafe { sum.part(at, 2 * q) }, first);
            }
        }
    });
}

/// `sum (+)= row kernel`, for a row of complex numbers and a real kernel.
fn multiply_row(row: &[f32], kernel: &[f32], sum: &mut [f32], first: bool) {
    let groups = kernel.len() / 4;
    for g in 0..groups {
        for (half, k) in F32x4::load(&kernel[4 * g..]).twice().into_iter().enumerate() {
            let at = 8 * g + 4 * half;
            let product = F32x4::load(&row[at..]) * k;
            // A first sum must not meet what was in memory before, which may be NaN.
            let before = if first { F32x4::splat(0.0) } else { F32x4::load(&sum[at..]) };
            (before + product).store(&mut sum[at..]);
        }
    }
    for (c, k) in kernel.iter().enumerate().skip(4 * groups) {
        for i in [2 * c, 2 * c + 1] {
            sum[i] = if first { 0.0 } else { sum[i] } + row[i] * k;
        }
    }
}
