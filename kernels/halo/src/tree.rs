//! Accretion rates alpha of `M proportional to exp(-alpha z)` from the main branches of merger trees.

use cosmesh_core::math::log;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Entries of one block of parallel work.
const BLOCK: usize = 1 << 13;

/// A forest, flat: an entry is a halo at a snapshot.
pub struct Forest<'a> {
    pub masses: &'a [f64],
    /// Redshift of each entry.
    pub redshifts: &'a [f64],
    /// Entry of the main progenitor, or -1.
    pub progenitors: &'a [i32],
}

impl Forest<'_> {
    /// The first entry whose progenitor is no entry, or not at a higher redshift, which all cycles have somewhere.
    pub fn first_wrong(&self) -> Option<usize> {
        let n = self.masses.len();
        let mut found = vec![usize::MAX; n.div_ceil(BLOCK)];
        let shared = SharedMut::new(&mut found);
        for_each_range(n, BLOCK, |block, range| {
            let wrong = range.into_iter().find(|&i| {
                let p = self.progenitors[i];
                p != -1 && !(p >= 0 && (p as usize) < n && self.redshifts[p as usize] > self.redshifts[i])
            });
            // SAFETY: each block writes its own element.
            unsafe { shared.set(block, wrong.unwrap_or(usize::MAX)) };
        });
        found.into_iter().find(|&i| i != usize::MAX)
    }

    /// Fills with the least-squares slope of ln M through the entry itself, over its last `lookback` progenitors:
    /// `-sum y d/sum d^2`, `d = z_0 - z`, `y = ln M_0 - ln M`. Progenitors without a mass above 0 are left out; NaN where fewer
    /// than `least` are left.
    pub fn fit(&self, entries: &[u32], lookback: usize, least: usize, out: &mut [f64]) {
        let shared = SharedMut::new(out);
        for_each_range(entries.len(), BLOCK, |_, range| {
            for i in range {
                // SAFETY: ranges of blocks are disjoint.
                unsafe { shared.set(i, self.slope(entries[i] as usize, lookback, least)) };
            }
        });
    }

    fn slope(&self, entry: usize, lookback: usize, least: usize) -> f64 {
        let (z0, m0) = (self.redshifts[entry], self.masses[entry]);
        if !(m0 > 0.0 && m0 < f64::INFINITY) {
            return f64::NAN;
        }
        let (mut above, mut below, mut used) = (0.0, 0.0, 0);
        let mut at = self.progenitors[entry];
        for _ in 0..lookback {
            if at < 0 {
                break;
            }
            let (z, m) = (self.redshifts[at as usize], self.masses[at as usize]);
            if m > 0.0 && m < f64::INFINITY {
                let (d, y) = (z0 - z, log(m0 / m));
                above -= y * d;
                below += d * d;
                used += 1;
            }
            at = self.progenitors[at as usize];
        }
        if used >= least.max(1) { above / below } else { f64::NAN }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_that_is_exponential_gives_its_rate() {
        let z: Vec<f64> = (0..6).map(|i| 7.0 + 0.5 * i as f64).collect();
        let m: Vec<f64> = z.iter().map(|z| 1e10 * (-0.6 * (z - 7.0)).exp()).collect();
        let forest = Forest { masses: &m, redshifts: &z, progenitors: &[1, 2, 3, 4, 5, -1] };
        assert_eq!(forest.first_wrong(), None);
        let mut out = [0.0; 3];
        forest.fit(&[0, 4, 5], 10, 1, &mut out);
        assert!((out[0] - 0.6).abs() < 1e-12 && (out[1] - 0.6).abs() < 1e-12 && out[2].is_nan());
        forest.fit(&[0, 4, 5], 10, 2, &mut out);
        assert!(out[1].is_nan());
    }

    #[test]
    fn links_that_do_not_go_back_in_time_are_found() {
        let (m, z) = ([1.0; 3], [7.0, 8.0, 9.0]);
        let wrong = |p: [i32; 3]| Forest { masses: &m, redshifts: &z, progenitors: &p }.first_wrong();
        assert_eq!(wrong([1, 2, 0]), Some(2));
        assert_eq!(wrong([1, 3, -1]), Some(1));
        assert_eq!(wrong([-2, 2, -1]), Some(0));
        assert_eq!(wrong([0, -1, -1]), Some(0));
        assert_eq!(wrong([2, 2, -1]), None);
    }
}
