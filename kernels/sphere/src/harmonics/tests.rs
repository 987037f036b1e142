use super::rings::Rings;
use super::{analyse, synthesise, Shape};
use cosmesh_core::parallel::set_threads;

/// Whole numbers that look random, in [-1, 1].
fn noise(n: usize, mut seed: u64) -> Vec<f64> {
    (0..n)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        })
        .collect()
}

fn white(shape: Shape, seed: u64) -> Vec<f64> {
    let mut alm = noise(2 * shape.coefficients(), seed);
    (0..=shape.lmax).for_each(|l| alm[2 * l + 1] = 0.0);
    alm
}

/// lambda_lm for l = m..=lmax by the recurrence in one degree.
fn functions(lmax: usize, m: usize, x: f64, s: f64) -> Vec<f64> {
    let first = (1..=m).fold((0.25 / std::f64::consts::PI).sqrt(), |p, k| -p * s * (1.0 + 0.5 / k as f64).sqrt());
    let eps = |l: usize| (((l * l - m * m) as f64) / (4.0 * (l * l) as f64 - 1.0)).sqrt();
    let mut all = vec![first];
    for l in m + 1..=lmax {
        let before = if l > m + 1 { eps(l - 1) * all[l - m - 2] } else { 0.0 };
        all.push((x * all[l - m - 1] - before) / eps(l));
    }
    all
}

/// Sum over coefficients, pixel by pixel.
fn slow(shape: Shape, alm: &[f64]) -> Vec<f64> {
    let rings = Rings::new(shape.nside);
    let mut map = vec![0.0; 12 * shape.nside * shape.nside];
    for pair in 0..rings.pairs() {
        for (south, first) in rings.first(pair).into_iter().enumerate() {
            let (Some(first), n) = (first, rings.len(pair)) else { continue };
            let x = if south == 1 { -rings.cos[pair] } else { rings.cos[pair] };
            let i = pair + 1;
            let half = if i < shape.nside || (i - shape.nside) % 2 == 0 { 0.5 } else { 0.0 };
            for m in 0..=shape.mmax {
                let lambda = functions(shape.lmax, m, x, rings.sin[pair]);
                let mut f = [0.0; 2];
                for (l, y) in lambda.iter().enumerate() {
                    f[0] += y * alm[2 * (shape.order(m) + l)];
                    f[1] += y * alm[2 * (shape.order(m) + l) + 1];
                }
                for j in 0..n {
                    let angle = m as f64 * std::f64::consts::TAU * (j as f64 + half) / n as f64;
                    let twice = if m == 0 { 1.0 } else { 2.0 };
                    map[first + j] += twice * (f[0] * angle.cos() - f[1] * angle.sin());
                }
            }
        }
    }
    map
}

fn largest(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn maps_are_the_sums_pixel_by_pixel() {
    // More orders than pixels in a ring, fewer, odd and even numbers of degrees, orders that stop early.
    for (nside, lmax, mmax) in [(1, 0, 0), (1, 9, 9), (2, 5, 3), (8, 23, 23), (8, 40, 17), (16, 30, 30)] {
        let shape = Shape { nside, lmax, mmax, spin: 0 };
        let alm = white(shape, 3);
        let mut map = vec![f64::NAN; 12 * nside * nside];
        synthesise(shape, [&alm], [&mut map]).unwrap();
        assert!(largest(&map, &slow(shape, &alm)) < 1e-12, "nside {nside}, lmax {lmax}, mmax {mmax}");
    }
}

#[test]
fn orders_of_hundreds_do_not_underflow() {
    // sin^m is 1e-400 on rings that see a_lm with l of 1000 and m of 500.
    let shape = Shape { nside: 8, lmax: 1000, mmax: 600, spin: 0 };
    let mut alm = vec![0.0; 2 * shape.coefficients()];
    for (l, m) in [(1000, 500), (999, 500), (1000, 150), (700, 600)] {
        alm[2 * (shape.order(m) + l - m)] = 1.0;
    }
    let mut map = vec![f64::NAN; 12 * 64];
    synthesise(shape, [&alm], [&mut map]).unwrap();
    let exact = slow(shape, &alm);
    assert!(exact.iter().all(|v| v.is_finite()));
    assert!(largest(&map, &exact) < 1e-11, "{}", largest(&map, &exact));
}

#[test]
fn analysis_is_the_adjoint_for_all_spins() {
    for spin in 0..3 {
        let shape = Shape { nside: 8, lmax: 23, mmax: 20, spin };
        let (a, b) = (white(shape, 5), white(shape, 6));
        let (f, g) = (noise(768, 7), noise(768, 8));
        let (mut q, mut u, mut e, mut c) = (f.clone(), g.clone(), a.clone(), b.clone());
        let ones = vec![1.0; 16];
        if spin == 0 {
            synthesise(shape, [&a], [&mut q]).unwrap();
            u.fill(0.0);
            analyse(shape, [&f[..]], &ones, [&mut e]).unwrap();
            c.fill(0.0);
        } else {
            synthesise(shape, [&a, &b], [&mut q, &mut u]).unwrap();
            analyse(shape, [&f[..], &g], &ones, [&mut e, &mut c]).unwrap();
        }
        let maps: f64 = q.iter().zip(&f).chain(u.iter().zip(&g)).map(|(x, y)| x * y).sum();
        let weight = |i: usize| if i <= 2 * shape.lmax + 1 { 1.0 } else { 2.0 };
        let sets: f64 = [(&a, &e), (&b, &c)].iter().flat_map(|(x, y)| x.iter().zip(y.iter()).enumerate()).map(|(i, (x, y))| weight(i) * x * y).sum();
        assert!((maps - sets).abs() < 1e-11 * maps.abs().max(1.0), "spin {spin}: {maps} {sets}");
    }
}

#[test]
fn same_bits_for_any_number_of_threads() {
    let shape = Shape { nside: 16, lmax: 47, mmax: 47, spin: 2 };
    let (a, b) = (white(shape, 1), white(shape, 2));
    let run = |threads| {
        set_threads(threads);
        let (mut q, mut u) = (vec![0.0; 3072], vec![0.0; 3072]);
        synthesise(shape, [&a, &b], [&mut q, &mut u]).unwrap();
        let (mut e, mut c) = (a.clone(), b.clone());
        analyse(shape, [&q[..], &u], &[1.0; 32], [&mut e, &mut c]).unwrap();
        set_threads(1);
        [q, u, e, c].concat().iter().map(|v| v.to_bits()).collect::<Vec<_>>()
    };
    let one = run(1);
    assert!([2, 3].iter().all(|&n| run(n) == one));
}
