//! Growth factors of the parts of a displacement, the same for all particles or of their distance to an observer.

use crate::Real;
use cosmesh_core::convert::whole;

/// Factors of `parts` potentials: rows of `2 parts` numbers, those for displacements and then those for momenta.
#[derive(Clone, Copy)]
pub struct Growth<'a> {
    pub parts: usize,
    /// One row; or rows for distances 0, step, 2 step ..., linear in between.
    pub table: &'a [f64],
    /// [cell] Of the rows.
    pub step: f64,
    /// [cell] Where the observer is.
    pub observer: [f64; 3],
}

impl Growth<'_> {
    /// Rows of the table.
    pub fn entries(&self) -> usize {
        self.table.len() / (2 * self.parts)
    }
    /// The row of the table before a particle, and the weight of the next one.
    #[inline(always)]
    pub fn place(&self, x: usize, y: usize, z: usize) -> (usize, f64) {
        let [a, b, c] = [(x, 0), (y, 1), (z, 2)].map(|(i, axis)| i as f64 - self.observer[axis]);
        let u = (a * a + b * b + c * c).sqrt() / self.step;
        let below = whole(u).min(self.entries() - 2);
        (below, u - below as f64)
    }
}

/// Factors along a row of particles.
pub struct Factors<'a, R> {
    growth: Growth<'a>,
    /// `2 parts` rows.
    pub rows: Vec<Vec<R>>,
}

impl<'a, R: Real> Factors<'a, R> {
    pub fn new(growth: Growth<'a>, nz: usize) -> Self {
        assert!(growth.parts > 0 && growth.table.len() == growth.entries() * 2 * growth.parts && growth.entries() > 0);
        let rows = (0..2 * growth.parts).map(|i| vec![R::round(growth.table[i]); nz]).collect();
        Self { growth, rows }
    }
    /// Those of row (x, y), in `rows`.
    pub fn set(&mut self, x: usize, y: usize) {
        if self.growth.entries() == 1 {
            return;
        }
        let width = 2 * self.growth.parts;
        for z in 0..self.rows[0].len() {
            let (i, t) = self.growth.place(x, y, z);
            let (low, high) = (&self.growth.table[i * width..][..width], &self.growth.table[(i + 1) * width..][..width]);
            for (row, (low, high)) in self.rows.iter_mut().zip(low.iter().zip(high)) {
                row[z] = R::round(low + t * (high - low));
            }
        }
    }
}
