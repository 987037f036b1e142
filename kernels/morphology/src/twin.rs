//! Naive versions, to compare with.

use crate::components::components;
use crate::distance::{squared, within, BEYOND, NOWHERE};
use crate::runs::mark;
use crate::spread::spread;
use cosmesh_core::parallel::set_threads;

struct Random(u64);
impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn noise(n: usize, seed: u64) -> Vec<f64> {
    let mut random = Random(seed);
    (0..n * n * n).map(|_| random.next()).collect()
}

fn cell(i: usize, n: usize) -> [usize; 3] {
    [i / (n * n), i / n % n, i % n]
}

fn label_by_flood(marked: &[bool], n: usize) -> Vec<u32> {
    let mut labels = vec![0; marked.len()];
    let mut count = 0;
    for seed in 0..marked.len() {
        if !marked[seed] || labels[seed] != 0 {
            continue;
        }
        count += 1;
        labels[seed] = count;
        let mut stack = vec![seed];
        while let Some(i) = stack.pop() {
            let [x, y, z] = cell(i, n);
            for o in 0..27 {
                let at = |c: usize, k: usize| (c + n + o / k % 3 - 1) % n;
                let j = (at(x, 9) * n + at(y, 3)) * n + at(z, 1);
                if marked[j] && labels[j] == 0 {
                    labels[j] = count;
                    stack.push(j);
                }
            }
        }
    }
    labels
}

fn distance_by_search(marked: &[bool], n: usize) -> Vec<u32> {
    let sites: Vec<usize> = (0..marked.len()).filter(|&i| marked[i]).collect();
    let square = |i: usize, j: usize| -> u32 {
        cell(i, n).iter().zip(cell(j, n)).map(|(&a, b)| (a.abs_diff(b).min(n - a.abs_diff(b)) as u32).pow(2)).sum()
    };
    (0..marked.len()).map(|i| sites.iter().map(|&j| square(i, j)).min().unwrap_or(NOWHERE)).collect()
}

fn spread_by_sorting(x: &mut [f64], n: usize, threshold: f64, limit: f64) {
    if x.iter().sum::<f64>() > x.len() as f64 {
        x.fill(1.0);
        return;
    }
    let labels = label_by_flood(&x.iter().map(|&v| v >= threshold).collect::<Vec<_>>(), n);
    let count = labels.iter().copied().max().unwrap();
    let size = |l: u32| labels.iter().filter(|&&k| k == l).count() as f64;
    let small: Vec<bool> = (0..=count).map(|l| l > 0 && size(l) < limit).collect();
    let joint: Vec<bool> = labels.iter().map(|&l| small[l as usize]).collect();
    let mut regions = vec![joint];
    regions.extend((1..=count).filter(|&l| !small[l as usize]).map(|l| labels.iter().map(|&k| k == l).collect()));
    for region in regions {
        let excess: f64 = (0..x.len()).filter(|&i| region[i]).map(|i| x[i] - 1.0).sum();
        (0..x.len()).filter(|&i| region[i]).for_each(|i| x[i] = 1.0);
        if excess <= 1e-8 {
            continue;
        }
        let squares = distance_by_search(&region, n);
        let mut free: Vec<usize> = (0..x.len()).filter(|&i| !region[i] && x[i] < 1.0).collect();
        free.sort_by_key(|&i| squares[i]);
        let mut before = 0.0;
        for shell in free.chunk_by(|&a, &b| squares[a] == squares[b]) {
            let room: f64 = shell.iter().map(|&i| 1.0 - x[i]).sum();
            let share = if before + room < excess { 1.0 } else { (excess - before) / room };
            shell.iter().for_each(|&i| x[i] += (1.0 - x[i]) * share);
            before += room;
            if before >= excess {
                break;
            }
        }
    }
}

#[test]
fn components_agree_with_a_flood_for_any_threads() {
    for n in [1, 2, 3, 5, 8, 9, 17, 20] {
        for fraction in [0.0, 0.02, 0.08, 0.3, 1.0] {
            let x = noise(n, n as u64);
            let expected = label_by_flood(&x.iter().map(|&v| v >= 1.0 - fraction).collect::<Vec<_>>(), n);
            for threads in [1, 2, 3] {
                set_threads(threads);
                let found = components(mark(&x, n, 1.0 - fraction).unwrap().0).unwrap();
                let mut labels = vec![7; x.len()];
                found.fill(&mut labels);
                assert_eq!(labels, expected, "n = {n}, fraction {fraction}");
                for (i, &size) in found.sizes.iter().enumerate() {
                    assert_eq!(size as usize, labels.iter().filter(|&&l| l == i as u32 + 1).count());
                }
            }
        }
    }
    set_threads(1);
}

#[test]
fn distances_agree_with_a_search_over_all_pairs() {
    for n in [1, 2, 3, 4, 7, 12, 17] {
        for fraction in [0.0, 0.0005, 0.004, 0.05, 1.0] {
            let mut x = noise(n, 77 + n as u64);
            if fraction > 0.0 {
                x[n * n * n / 3] = 2.0;
            }
            let expected = distance_by_search(&x.iter().map(|&v| v >= 1.0 - fraction).collect::<Vec<_>>(), n);
            let region = mark(&x, n, 1.0 - fraction).unwrap().0.runs;
            for threads in [1, 3] {
                set_threads(threads);
                let mut full = vec![5; x.len()];
                squared(&mut full, &region, n);
                assert_eq!(full, expected, "n = {n}, fraction {fraction}");
                for bound in [0, 1, 2, 5, n] {
                    let mut near = vec![5; x.len()];
                    within(&mut near, &region, n, bound).unwrap();
                    for (&d, &e) in near.iter().zip(&expected) {
                        assert_eq!(d, if e as usize <= bound * bound { e as u16 } else { BEYOND }, "n = {n}, bound {bound}");
                    }
                }
            }
        }
    }
    set_threads(1);
}

/// A field of blobs above 1 with a background between 0 and 1.
fn blobs(n: usize, count: usize, height: f64, seed: u64) -> Vec<f64> {
    let mut random = Random(seed);
    let mut x: Vec<f64> = noise(n, seed ^ 99).iter().map(|v| 0.3 * v).collect();
    for _ in 0..count {
        let centre: [f64; 3] = std::array::from_fn(|_| random.next() * n as f64);
        let radius = 0.5 + random.next() * n as f64 / 8.0;
        for (i, v) in x.iter_mut().enumerate() {
            let r2: f64 = cell(i, n).iter().zip(centre).map(|(&a, c)| (a as f64 - c).abs()).map(|d| d.min(n as f64 - d).powi(2)).sum();
            *v += if r2 < radius * radius { height * random.next() } else { 0.0 };
        }
    }
    x
}

#[test]
fn spreading_agrees_with_sorting_all_cells() {
    // Sums are added in another order; a share of a shell near 0 or 1 carries that on: measured 4e-15.
    const TOLERANCE: f64 = 1e-12;
    for (n, count, height, limit) in [(6, 3, 2.0, 1.0), (9, 5, 3.0, 4.0), (12, 9, 2.5, 8.0), (16, 14, 3.0, 20.0), (16, 2, 30.0, 1.0)] {
        for seed in 0..4 {
            let x = blobs(n, count, height, seed);
            let mut expected = x.clone();
            spread_by_sorting(&mut expected, n, 0.9999999, limit);
            let mut first: Option<Vec<u64>> = None;
            for threads in [1, 2, 3] {
                set_threads(threads);
                let mut y = x.clone();
                spread(&mut y, n, 0.9999999, limit).unwrap().unwrap();
                for (a, b) in y.iter().zip(&expected) {
                    assert!((a - b).abs() < TOLERANCE && *a <= 1.0, "n = {n}, seed {seed}: {a} {b}");
                }
                let bits: Vec<u64> = y.iter().map(|v| v.to_bits()).collect();
                assert!(*first.get_or_insert_with(|| bits.clone()) == bits);
            }
        }
    }
    set_threads(1);
}
