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
use cosmesh_fft::{Dct1, Plan};
use cosmesh_radial::{Basis, Fold, OctantPlan};
use std::f64::consts::PI;
use std::ops::Range;

/// Profiles of one field: `rows` `[bin, node]` on `radii` [cell].
pub struct Profiles<'a> {
    pub radii: &'a [f64],
    pub rows: &'a [f64],
    /// A profile whose first value is below this paints nothing.
    pub least: f64,
    /// Whether a profile ends at its first exact zero.
    pub ends_at_zero: bool,
}

/// Columns of octants begin at multiples of this in parts of spectra.
pub const COLUMN_GROUP: usize = Dct1::<f32>::GROUP;

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

/// The profiles of all bins that hold halos, in a basis, with what makes kernels of basis profiles. It is the same on all
/// ranks of a mesh that is divided among some.
pub struct Shapes {
    n: usize,
    folds: [Fold; 2],
    /// Numbers of a row: Lyman alpha first, then temperature.
    widths: [usize; 2],
    bins: usize,
    used: Vec<usize>,
    basis: Basis,
    octant: OctantPlan,
}

/// Basis profiles whose kernels are made side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which ones.
    pub profiles: Range<usize>,
    /// Fields that have a kernel of each: temperature, or temperature and Lyman alpha.
    pub fields: usize,
}

impl Group {
    /// Number of kernels.
    pub fn kernels(&self) -> usize {
        self.profiles.len() * self.fields
    }
}

impl Shapes {
    /// The profiles of both fields (temperature, Lyman alpha) for a mesh of `n`^3 cells (n even) and so many halos in each
    /// bin, to `tolerance`, relative to their norm.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn new(n: usize, counts: &[u32], profiles: [&Profiles; 2], tolerance: f64) -> Result<Self, Status> {
        let octant = OctantPlan::new(n)?;
        let folds = profiles.map(|p| Fold::new(n, p.radii));
        let totals = [folds[0].total(), folds[1].total()];
        let widths = [profiles[1].radii.len(), profiles[0].radii.len()];
        let width = widths[0] + widths[1];
        let bins = counts.len();
        let used: Vec<usize> = (0..bins).filter(|&b| counts[b] > 0).collect();
        // Lyman alpha first, then temperature.
        let mut rows = vec![0.0; used.len() * width];
        for (row, &bin) in rows.chunks_exact_mut(width).zip(&used) {
            let (alpha, heat) = row.split_at_mut(widths[0]);
            for (part, f) in [(heat, 0), (alpha, 1)] {
                if let Some(values) = profiles[f].scaled(bin, &totals[f]) {
                    part.copy_from_slice(&values);
                }
            }
        }
        let basis = common_basis(&rows, width, widths[0], [profiles[1], profiles[0]], &used, counts, tolerance);
        Ok(Self { n, folds, widths, bins, used, basis, octant })
    }

    /// What a painting with them does.
    pub fn report(&self) -> Report {
        Report { bins: self.used.len(), transforms: self.basis.len }
    }

    /// Basis profiles with a kernel of Lyman alpha too; they are the first ones.
    pub fn leading(&self) -> usize {
        self.basis.leading
    }

    /// The group that begins at a basis profile: two of both fields, or four of temperature. None after the last.
    pub fn group(&self, first: usize) -> Option<Group> {
        let Basis { len, leading, .. } = self.basis;
        let both = first < leading;
        let end = if both { (first + 2).min(leading) } else { (first + 4).min(len) };
        (first < len).then_some(Group { profiles: first..end, fields: if both { 2 } else { 1 } })
    }

    /// Weights and values of the kernels of a group.
    pub fn kernels(&self, group: &Group) -> Vec<(&Fold, &[f64])> {
        let [first, second] = self.widths;
        let both = |j: usize| {
            let (alpha, heat) = self.basis.rows[j * (first + second)..(j + 1) * (first + second)].split_at(first);
            [(&self.folds[0], heat), (&self.folds[1], alpha)]
        };
        group.profiles.clone().flat_map(|j| both(j).into_iter().take(group.fields)).collect()
    }

    /// What makes spectra of kernels.
    pub fn octant(&self) -> &OctantPlan {
        &self.octant
    }

    /// Factor of kernels' spectra: that of the inverse transform.
    pub fn scale(&self) -> f32 {
        (1.0 / (self.n as f64).powi(3)) as f32
    }

    /// What each halo puts into its cell for a basis profile, by bin.
    pub fn weights(&self, profile: usize) -> Vec<f32> {
        let mut weights = vec![0.0f32; self.bins];
        for (i, &bin) in self.used.iter().enumerate() {
            weights[bin] = self.basis.coefficients[i * self.basis.len + profile] as f32;
        }
        weights
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
    let plan = Plan::<f32>::new(&[n, n, n])?;
    let bins = profiles[0].rows.len() / profiles[0].radii.len();
    let shapes = Shapes::new(n, &halos.counts(bins), profiles, tolerance)?;
    let q = n / 2 + 1;
    let octants = q * q * q;
    let mut kernels: Vec<f32> = try_zeroed(if shapes.basis.len > 0 { 4 * octants } else { 0 })?;
    let whole = Part { n, first: 0, rows: n, column: 0, columns: q * q };
    let mut next = 0;
    while let Some(group) = shapes.group(next) {
        next = group.profiles.end;
        shapes.octant.spectra(&shapes.kernels(&group), shapes.scale(), &mut kernels[..group.kernels() * octants]);
        for (j, kernels) in group.profiles.clone().zip(kernels.chunks_exact(group.fields * octants)) {
            scatter(halos, &shapes.weights(j), 0, n + 2, work);
            plan.forward_real_in_place(work, 1.0)?;
            let sums = kernels.chunks_exact(octants).zip([&mut *out0, &mut *out1]).collect();
            accumulate(&whole, work, sums, j == 0);
        }
    }
    for (field, kernels) in [(out0, shapes.basis.len), (out1, shapes.basis.leading)] {
        if kernels == 0 {
            field.fill(0.0);
        } else {
            plan.inverse_real_in_place(field, 1.0)?;
        }
    }
    Ok(shapes.report())
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

/// The halos' weights (by bin) on the planes `first..` of the mesh that `mesh` holds, in rows of `stride` numbers, at least n.
pub fn scatter(halos: &Halos, weights: &[f32], first: usize, stride: usize, mesh: &mut [f32]) {
    let n = halos.n;
    let planes = mesh.len() / (n * stride);
    let shared = SharedMut::new(mesh);
    for_each_block(planes, |x| {
        // SAFETY: each block has a plane of its own.
        let plane = unsafe { shared.part(x * n * stride, n * stride) };
        for (y, row) in plane.chunks_exact_mut(stride).enumerate() {
            row.fill(0.0);
            halos.add_row(first + x, y, weights, row);
        }
    });
}

/// A part of a half spectrum `[n, n, n/2 + 1]`: all modes along the first axis, some along the second; and the part of an
/// octant's spectrum `[q, q q]` that multiplies it, q = n/2 + 1.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub n: usize,
    /// First mode along the second axis, and number of them.
    pub first: usize,
    pub rows: usize,
    /// First column of the octant, and number of them.
    pub column: usize,
    pub columns: usize,
}

/// Adds spectrum times kernel to one or more sums, `[n, rows, q]` (`first`: sets them).
pub fn accumulate(part: &Part, spectrum: &[f32], sums: Vec<(&[f32], &mut [f32])>, first: bool) {
    let Part { n, rows, .. } = *part;
    let q = n / 2 + 1;
    let sums: Vec<(&[f32], SharedMut<f32>)> = sums.into_iter().map(|(kernel, sum)| (kernel, SharedMut::new(sum))).collect();
    let fold = |i: usize| if i < q { i } else { n - i };
    for_each_block(n, |x| {
        for y in 0..rows {
            let at = (x * rows + y) * 2 * q;
            let row = &spectrum[at..at + 2 * q];
            let octant = fold(x) * part.columns + fold(part.first + y) * q - part.column;
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
