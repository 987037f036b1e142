//! Bins of halos by accretion rate and mass.

use cosmesh_core::parallel::{for_each_range, SharedMut};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Halos of one block.
const BLOCK: usize = 1 << 16;
/// Top bits of a double: 64 ranges per octave.
const RANGE_SHIFT: u32 = 46;
/// Most ranges of a table.
const MOST_RANGES: i64 = 1 << 16;

/// Bin of a halo that is not painted, and of one that is in no bin but should be painted.
pub const NOT_PAINTED: i32 = -1;
pub const LOST: i32 = -2;

/// Rising edges, and for ranges of numbers a place to begin looking from.
struct Edges<'a> {
    edges: &'a [f64],
    first: i64,
    guess: Vec<u32>,
}

fn range_of(value: f64) -> i64 {
    (value.to_bits() >> RANGE_SHIFT) as i64
}

impl<'a> Edges<'a> {
    fn new(edges: &'a [f64]) -> Self {
        let first = range_of(edges[0]);
        let ranges = (range_of(edges[edges.len() - 1]) - first).clamp(0, MOST_RANGES) + 1;
        let guess = (first..first + ranges)
            .map(|r| {
                let low = f64::from_bits((r as u64) << RANGE_SHIFT);
                edges.partition_point(|&edge| edge <= low) as u32
            })
            .collect();
        Self { edges, first, guess }
    }

    /// The bin that holds `value`, lower edge included and upper one not.
    #[inline(always)]
    fn find(&self, value: f64) -> Option<usize> {
        let range = (range_of(value) - self.first).clamp(0, self.guess.len() as i64 - 1);
        // The number of edges up to the value. Right from any guess; numbers below 0 and NaN begin far from it.
        let mut i = self.guess[range as usize] as usize;
        while i < self.edges.len() && self.edges[i] <= value {
            i += 1;
        }
        while i > 0 && !(self.edges[i - 1] <= value) {
            i -= 1;
        }
        (i > 0 && i < self.edges.len()).then(|| i - 1)
    }
}

/// Bins along both axes.
pub struct Bins<'a> {
    /// Rising edges of the accretion rate.
    pub alphas: &'a [f64],
    /// Rising edges of the mass for each bin of the accretion rate, `[alpha, edge]`.
    pub masses: &'a [f64],
    /// Only masses between both are painted.
    pub limits: [f64; 2],
}

impl Bins<'_> {
    /// Bin (mass bin times bins of the accretion rate, plus its bin) of each halo; adds to `counts` by bin, and gives the
    /// number of halos that are lost.
    pub fn sort(&self, masses: &[f64], alphas: &[f64], out: &mut [i32], counts: &mut [u32]) -> u32 {
        let alpha_bins = self.alphas.len() - 1;
        let rates = Edges::new(self.alphas);
        let columns: Vec<Edges> = self.masses.chunks_exact(self.masses.len() / alpha_bins).map(Edges::new).collect();
        let (lost, total): (_, Vec<AtomicU32>) = (AtomicU32::new(0), counts.iter().map(|&c| AtomicU32::new(c)).collect());
        let shared = SharedMut::new(out);
        for_each_range(masses.len(), BLOCK, |_, range| {
            let mut of_bin = vec![0u32; total.len()];
            let mut missing = 0;
            // SAFETY: each block has its own halos.
            let out = unsafe { shared.part(range.start, range.len()) };
            for ((out, &mass), &alpha) in out.iter_mut().zip(&masses[range.clone()]).zip(&alphas[range]) {
                if !(mass > self.limits[0] && mass < self.limits[1]) {
                    *out = NOT_PAINTED;
                    continue;
                }
                let bin = rates.find(alpha).and_then(|j| Some(columns[j].find(mass)? * alpha_bins + j));
                match bin {
                    Some(bin) => of_bin[bin] += 1,
                    None => missing += 1,
                }
                *out = bin.map_or(LOST, |bin| bin as i32);
            }
            // Whole numbers, so that the order does not matter.
            lost.fetch_add(missing, Relaxed);
            for (count, &more) in total.iter().zip(&of_bin).filter(|(_, &more)| more > 0) {
                count.fetch_add(more, Relaxed);
            }
        });
        counts.iter_mut().zip(total).for_each(|(count, total)| *count = total.into_inner());
        lost.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_hold_what_lies_between_them_wherever_a_search_begins() {
        for edges in [vec![1e5, 3e5, 3.001e5, 1e6, 4e12], vec![-1.0, 0.0, 0.3, 0.3000001, 5.0], vec![0.0, 1e-300, 1e300], vec![2.0, 2.5]] {
            let table = Edges::new(&edges);
            let mut values: Vec<f64> = edges.iter().flat_map(|&e| [e, e.next_up(), e.next_down(), 1.7 * e, -e]).collect();
            values.extend([0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 7e4, 1e13]);
            for v in values {
                assert_eq!(table.find(v), edges.windows(2).position(|w| w[0] <= v && v < w[1]), "{v} in {edges:?}");
            }
        }
    }

    #[test]
    fn halos_are_binned_alike_by_any_number_of_threads() {
        let bins = Bins { alphas: &[0.5, 0.7, 0.9], masses: &[1e8, 1e9, 1e10, 1e11, 2e8, 2e9, 2e10, 2e11], limits: [1e7, 1e12] };
        let count = 3 * BLOCK + 17;
        let masses: Vec<f64> = (0..count).map(|h| 10f64.powf(6.5 + 6.0 * (h * 7919 % 1009) as f64 / 1009.0)).collect();
        let alphas: Vec<f64> = (0..count).map(|h| 0.45 + 0.5 * (h * 31 % 97) as f64 / 97.0).collect();
        let mut seen = Vec::new();
        for threads in [1, 2, 3] {
            cosmesh_core::parallel::set_threads(threads);
            let (mut out, mut counts) = (vec![7; count], vec![0; 6]);
            let lost = bins.sort(&masses, &alphas, &mut out, &mut counts);
            for (h, &bin) in out.iter().enumerate() {
                let (m, a) = (masses[h], alphas[h]);
                let j = usize::from(a >= 0.7);
                let i = bins.masses[4 * j..4 * j + 4].windows(2).position(|w| w[0] <= m && m < w[1]);
                let expected = match i {
                    _ if !(m > 1e7 && m < 1e12) => NOT_PAINTED,
                    Some(i) if (0.5..0.9).contains(&a) => (2 * i + j) as i32,
                    _ => LOST,
                };
                assert_eq!(bin, expected, "{m} {a}");
            }
            assert!((0..6).all(|b| counts[b] as usize == out.iter().filter(|&&o| o == b as i32).count()));
            assert_eq!(lost as usize, out.iter().filter(|&&o| o == LOST).count());
            seen.push(out);
        }
        cosmesh_core::parallel::set_threads(1);
        assert!(seen[0] == seen[1] && seen[0] == seen[2]);
    }
}
