//! Against plain loops in f64, and by differences.

use crate::adjoint::{density_adjoint, divergence, Walker};
use cosmesh_core::parallel::set_threads;

const N: [usize; 3] = [6, 5, 7];
const CELLS: usize = 6 * 5 * 7;

/// Numbers in -0.5 .. 0.5 that look random.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
    };
    (0..count).map(|_| next()).collect()
}

/// The eight nodes around particle `i` with their weights.
fn weights(x: &[f64], i: usize) -> Vec<(usize, f64)> {
    let site = [i / (N[1] * N[2]), i / N[2] % N[1], i % N[2]];
    let u = [0, 1, 2].map(|c| site[c] as f64 + x[c * CELLS + i]);
    (0..8)
        .map(|corner| {
            let (mut at, mut weight) = (0, 1.0);
            for c in 0..3 {
                let below = u[c].floor();
                let above = corner >> c & 1;
                at = at * N[c] + (below as i64 + above).rem_euclid(N[c] as i64) as usize;
                weight *= if above == 1 { u[c] - below } else { 1.0 - (u[c] - below) };
            }
            (at, weight)
        })
        .collect()
}

fn read(mesh: &[f64], x: &[f64], i: usize, of: usize, component: usize) -> f64 {
    weights(x, i).iter().map(|&(at, w)| w * mesh[of * at + component]).sum()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn density_adjoint_is_the_slope_of_what_is_painted() {
    let (x, mesh) = (numbers(3 * CELLS, 1).iter().map(|v| 9.0 * v).collect::<Vec<_>>(), numbers(CELLS, 2));
    let mut x_bar = numbers(3 * CELLS, 3);
    let before = x_bar.clone();
    density_adjoint(N, &mesh, &x, &mut x_bar);
    let sum = |x: &[f64]| (0..CELLS).map(|i| read(&mesh, x, i, 1, 0)).sum::<f64>();
    for i in (0..3 * CELLS).step_by(37) {
        let at = |h: f64| {
            let mut x = x.clone();
            x[i] += h;
            sum(&x)
        };
        let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!((x_bar[i] - before[i] - slope).abs() < 1e-8, "{i}: {} {slope}", x_bar[i] - before[i]);
    }
}

#[test]
fn divergence_is_the_transpose_of_the_force() {
    // F = -D phi, so sum F-bar . F = sum phi D F-bar.
    let (mesh, phi) = (numbers(4 * CELLS, 4), numbers(CELLS, 5));
    let stride = N[2] + 3;
    let mut out = vec![f64::NAN; N[0] * N[1] * stride];
    divergence(N, &mesh, 1.0, stride, &mut out);
    let mut by_force = 0.0;
    for i in 0..CELLS {
        let site = [i / (N[1] * N[2]), i / N[2] % N[1], i % N[2]];
        for c in 0..3 {
            let at = |step: i64| {
                let mut s = site;
                s[c] = (s[c] as i64 + step).rem_euclid(N[c] as i64) as usize;
                phi[(s[0] * N[1] + s[1]) * N[2] + s[2]]
            };
            by_force -= mesh[4 * i + c] * (8.0 * (at(1) - at(-1)) - (at(2) - at(-2))) / 12.0;
        }
    }
    let rows = out.chunks(stride).flat_map(|row| &row[..N[2]]).copied().collect::<Vec<_>>();
    assert!((dot(&phi, &rows) - by_force).abs() < 1e-12, "{} {by_force}", dot(&phi, &rows));
    assert!(out.chunks(stride).all(|row| row[N[2]..].iter().all(|v| v.is_nan())), "numbers behind a row stay");
}

/// Arrays of a walker: x (in cells up to +-4), p, x-bar, p-bar.
fn state() -> [Vec<f64>; 4] {
    let mut all = [11, 12, 13, 14].map(|seed| numbers(3 * CELLS, seed));
    all[0].iter_mut().for_each(|x| *x *= 8.0);
    all
}

fn walk<T>([x, p, x_bar, p_bar]: &mut [Vec<f64>; 4], f: impl FnOnce(&mut Walker<f64>) -> T) -> T {
    f(&mut Walker { n: N, x, p, x_bar, p_bar })
}

#[test]
fn a_kick_is_taken_back_with_its_derivatives() {
    let (mesh, c, d) = (numbers(4 * CELLS, 6), 0.7, 0.3);
    let before = state();
    let mut after = state();
    let [by_c, by_d] = walk(&mut after, |w| w.unkick(&mesh, c, Some(d)));
    let [x, p, x_bar, q] = &before;
    let force = |x: &[f64], i: usize, axis: usize| read(&mesh, x, i, 4, axis);
    let (mut kick, mut drift) = (0.0, 0.0);
    for i in 0..CELLS {
        // c times the sum of q . F, and rho-bar, where this particle is.
        let energy = |x: &[f64]| (0..3).map(|a| c * q[a * CELLS + i] * force(x, i, a)).sum::<f64>() + read(&mesh, x, i, 4, 3);
        for axis in 0..3 {
            let at = axis * CELLS + i;
            let moved = |h: f64| {
                let mut x = x.clone();
                x[at] += h;
                energy(&x)
            };
            let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            let own = x_bar[at] + slope;
            assert!((after[2][at] - own).abs() < 1e-8, "x-bar {at}: {} {own}", after[2][at]);
            let momentum = p[at] - c * force(x, i, axis);
            assert!((after[1][at] - momentum).abs() < 1e-14);
            kick += q[at] * force(x, i, axis);
            drift += after[2][at] * momentum;
            assert!((after[0][at] - (x[at] - d * momentum)).abs() < 1e-14);
            assert!((after[3][at] - (q[at] + d * after[2][at])).abs() < 1e-14);
        }
    }
    assert!((by_c - kick).abs() < 1e-12 && (by_d - drift).abs() < 1e-12, "{by_c} {kick} {by_d} {drift}");
    // One by one: the same.
    let mut parts = before.clone();
    let [alone, nothing] = walk(&mut parts, |w| w.unkick(&mesh, c, None));
    assert!(alone == by_c && nothing == 0.0);
    let sum = walk(&mut parts, |w| w.undrift(d));
    assert_eq!(sum.to_bits(), by_d.to_bits());
    assert_eq!(parts, after);
}

#[test]
fn same_bits_for_any_number_of_threads() {
    let mesh: Vec<f32> = numbers(4 * CELLS, 7).iter().map(|&v| v as f32).collect();
    let run = |threads: usize| {
        set_threads(threads);
        let [mut x, mut p, mut x_bar, mut p_bar] = state().map(|a| a.iter().map(|&v| v as f32).collect::<Vec<_>>());
        let sums = Walker { n: N, x: &mut x, p: &mut p, x_bar: &mut x_bar, p_bar: &mut p_bar }.unkick(&mesh, 0.4, Some(0.2));
        set_threads(1);
        (sums.map(f64::to_bits), [x, p, x_bar, p_bar].map(|a| a.iter().map(|v| v.to_bits()).collect::<Vec<_>>()))
    };
    let one = run(1);
    assert!(one == run(2) && one == run(3));
}
