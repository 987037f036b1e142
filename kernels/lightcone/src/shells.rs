//! What flat and spherical shells share: bounds, and the walk of the adjoint.

use crate::particles::{Batch, Image, Particles};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, SharedMut};

/// Shells between rising, disjoint bounds `[near, far)`, in cells, with a factor for each one's map.
#[derive(Clone, Copy)]
pub struct Bounds<'a> {
    /// `[shell, 3]`: near, far, factor.
    pub shells: &'a [[f64; 3]],
}

impl Bounds<'_> {
    /// The same, of a rising function of the distance.
    pub(crate) fn map(&self, f: impl Fn(f64) -> f64) -> Ranges {
        Ranges(self.shells.iter().map(|b| [f(b[0]), f(b[1])]).collect())
    }
}

/// Bounds of what is measured.
pub(crate) struct Ranges(Vec<[f64; 2]>);

impl Ranges {
    pub fn ends(&self) -> [f64; 2] {
        [self.0[0][0], self.0[self.0.len() - 1][1]]
    }
    /// The shell of something between the ends.
    #[inline(always)]
    pub fn find(&self, v: f64) -> Option<usize> {
        if self.0.len() == 1 {
            return Some(0);
        }
        self.0.iter().position(|b| v < b[1]).filter(|&i| v >= self.0[i][0])
    }
}

/// What an adjoint adds to: cotangents of displacement, momentum and weights; the last two may be empty.
pub struct Cotangents<'a, R> {
    pub displacement: &'a mut [R],
    pub momentum: &'a mut [R],
    pub weights: &'a mut [R],
}

/// Calls `slope(batch, m)` for each particle between the ends, which gives the value of the (weighted) maps' cotangent there
/// and its derivatives by the place; adds to the cotangents. `prepare` is called for each batch before.
pub(crate) fn pull_back<R: Number>(
    particles: &Particles<R>,
    images: &[Image],
    measure: (impl Fn([f64; 3]) -> f64 + Sync, [f64; 2]),
    prepare: impl Fn(&mut Batch) + Sync,
    slope: impl Fn(&Batch, usize) -> (f64, [f64; 3]) + Sync,
    to: Cotangents<R>,
) {
    let count = particles.len();
    let (wants_momentum, wants_weights) = (!to.momentum.is_empty(), !to.weights.is_empty());
    let (displacement, momentum, weights) = (SharedMut::new(to.displacement), SharedMut::new(to.momentum), SharedMut::new(to.weights));
    for_each_block(particles.n[0], |i| {
        // SAFETY: element `at` belongs to a site of plane i, which is this block's alone.
        let add = |array: &SharedMut<R>, at: usize, v: f64| unsafe { array.set(at, R::round(array.get(at).wide() + v)) };
        let mut batch = Batch::new();
        for image in images {
            particles.plane(i, image, &mut batch, (&measure.0, measure.1), |batch| {
                prepare(batch);
                for m in 0..batch.len {
                    let site = batch.site[m];
                    let (value, gradient) = slope(batch, m);
                    let w = particles.weight(site);
                    let (dx, dp) = particles.pull_back(site, image, gradient.map(|g| w * g));
                    for b in 0..3 {
                        add(&displacement, b * count + site as usize, dx[b]);
                        if wants_momentum {
                            add(&momentum, b * count + site as usize, dp[b]);
                        }
                    }
                    if wants_weights {
                        add(&weights, site as usize, value);
                    }
                }
            });
        }
    });
}
