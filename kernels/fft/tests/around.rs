//! Cosine, sine and Hartley transforms, products and correlations against their definitions.

mod common;

use common::{distance, noise};
use cosmesh_core::parallel::set_threads;
use cosmesh_fft::direct::{correlate, Sizes};
use cosmesh_fft::spectrum::respectrum;
use cosmesh_fft::{Kind, Plan, Real, Trig};
use std::f64::consts::PI;

/// SciPy's definitions, without norm.
fn definition(code: u32, x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let sum = |f: &dyn Fn(f64) -> f64| x.iter().enumerate().map(|(j, x)| x * f(j as f64)).sum::<f64>();
    let m = n as f64;
    (0..n)
        .map(|i| {
            let k = i as f64;
            let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
            match code {
                1 => 2.0 * sum(&|j| (PI * ((j * k) % (2.0 * (m - 1.0))) / (m - 1.0)).cos()) - x[0] - sign * x[n - 1],
                2 => 2.0 * sum(&|j| (PI * ((k * (2.0 * j + 1.0)) % (4.0 * m)) / (2.0 * m)).cos()),
                3 => 2.0 * sum(&|j| (PI * ((j * (2.0 * k + 1.0)) % (4.0 * m)) / (2.0 * m)).cos()) - x[0],
                4 => 2.0 * sum(&|j| (PI * (((2.0 * k + 1.0) * (2.0 * j + 1.0)) % (8.0 * m)) / (4.0 * m)).cos()),
                5 => 2.0 * sum(&|j| (PI * (((j + 1.0) * (k + 1.0)) % (2.0 * (m + 1.0))) / (m + 1.0)).sin()),
                6 => 2.0 * sum(&|j| (PI * (((k + 1.0) * (2.0 * j + 1.0)) % (4.0 * m)) / (2.0 * m)).sin()),
                7 => 2.0 * sum(&|j| (PI * (((j + 1.0) * (2.0 * k + 1.0)) % (4.0 * m)) / (2.0 * m)).sin()) - sign * x[n - 1],
                8 => 2.0 * sum(&|j| (PI * (((2.0 * k + 1.0) * (2.0 * j + 1.0)) % (8.0 * m)) / (4.0 * m)).sin()),
                _ => sum(&|j| {
                    let t = 2.0 * PI * ((j * k) % m) / m;
                    t.cos() + t.sin()
                }),
            }
        })
        .collect()
}

fn check<R: Real>(to: fn(f64) -> R, from: fn(R) -> f64, tolerance: f64) {
    for n in (1..=36).chain([100, 243]) {
        for (outer, inner) in [(1, 1), (5, 1), (1, 3), (2, 19)] {
            for code in 1..=9 {
                if code == 1 && n == 1 {
                    continue;
                }
                let x: Vec<R> = noise(outer * n * inner, n as u64).into_iter().map(to).collect();
                let mut expected = vec![0.0; x.len()];
                for line in 0..outer * inner {
                    let at = |j: usize| line / inner * n * inner + j * inner + line % inner;
                    let points: Vec<f64> = (0..n).map(|j| from(x[at(j)])).collect();
                    definition(code, &points).into_iter().enumerate().for_each(|(k, y)| expected[at(k)] = y);
                }
                let mut y = vec![R::default(); x.len()];
                let trig = Trig::<R>::new(Kind::of(code), n, outer, inner).expect("room");
                // SAFETY: the lengths agree.
                unsafe { trig.run(x.as_ptr(), y.as_mut_ptr(), n, R::of(1.0), false) }.expect("room");
                let y: Vec<f64> = y.into_iter().map(from).collect();
                let d = distance(&y, &expected);
                assert!(d < tolerance, "kind {code}, [{outer}, {n}, {inner}]: {d:e}");
            }
        }
    }
}

#[test]
fn trigonometric_transforms_agree_with_their_definitions() {
    // The sums' own errors are about 1e-15; measured 1.4e-15 and 3e-7.
    check::<f64>(|x| x, |x| x, 5e-15);
    check::<f32>(|x| x as f32, f64::from, 1e-6);
}

#[test]
fn trigonometric_transforms_cut_fill_and_give_the_same_bits_for_all_threads() {
    let (outer, n, inner) = (3, 60, 700);
    for points in [40, 60, 90] {
        let x = noise(outer * points * inner, 3);
        let mut cut = vec![0.0; outer * n * inner];
        for o in 0..outer {
            let both = n.min(points) * inner;
            cut[o * n * inner..][..both].copy_from_slice(&x[o * points * inner..][..both]);
        }
        for code in 1..=9 {
            let trig = Trig::<f64>::new(Kind::of(code), n, outer, inner).expect("room");
            let mut results = Vec::new();
            for threads in 1..=3 {
                set_threads(threads);
                let mut y = vec![f64::NAN; cut.len()];
                // SAFETY: the lengths agree.
                unsafe { trig.run(x.as_ptr(), y.as_mut_ptr(), points, 1.0, true) }.expect("room");
                results.push(y);
            }
            let mut y = cut.clone();
            // SAFETY: the lengths agree.
            unsafe { trig.run(y.as_ptr(), y.as_mut_ptr(), n, 1.0, true) }.expect("room");
            assert!(results.iter().all(|r| *r == y), "kind {code}");
        }
    }
    set_threads(1);
}

#[test]
fn correlation_agrees_with_its_sum() {
    for (item, shape, taps) in [(1, [7, 40], [3, 5]), (2, [7, 40], [3, 5]), (1, [1, 300], [1, 300]), (2, [5, 9], [5, 1])] {
        for kernels in [1, 2] {
            let (a, c) = (noise(2 * shape[0] * shape[1] * item, 1), noise(kernels * taps[0] * taps[1] * item, 2));
            let size = [shape[0] - taps[0] + 1, shape[1] - taps[1] + 1];
            let mut out = vec![0.0; 2 * size[0] * size[1] * item];
            correlate(&a, &c, &mut out, &Sizes { batch: 2, kernels, shape: &shape, taps: &taps, item });
            let at = |x: &[f64], i: usize| if item == 2 { (x[2 * i], x[2 * i + 1]) } else { (x[i], 0.0) };
            for b in 0..2 {
                for t in 0..size[0] * size[1] {
                    let (mut re, mut im) = (0.0, 0.0);
                    for j in 0..taps[0] * taps[1] {
                        let (u, v) = (t / size[1] + j / taps[1], t % size[1] + j % taps[1]);
                        let x = at(&a, (b * shape[0] + u) * shape[1] + v);
                        let w = at(&c, if kernels == 2 { b } else { 0 } * taps[0] * taps[1] + j);
                        re += x.0 * w.0 - x.1 * w.1;
                        im += x.0 * w.1 + x.1 * w.0;
                    }
                    let y = at(&out, b * size[0] * size[1] + t);
                    assert!((y.0 - re).abs() < 1e-13 && (y.1 - im).abs() < 1e-13);
                }
            }
        }
    }
}

#[test]
fn a_band_limited_wave_is_the_same_on_any_number_of_points() {
    let wave = |n: usize| (0..n).map(|j| 0.5 + (2.0 * PI * 3.0 * j as f64 / n as f64 + 0.3).cos()).collect::<Vec<f64>>();
    for n in [7, 8, 9, 12, 15, 16] {
        for m in [7, 8, 9, 12, 15, 16] {
            let (from, to) = (Plan::<f64>::new(&[n]).unwrap(), Plan::<f64>::new(&[m]).unwrap());
            let mut x = vec![0.0; 2 * (n / 2 + 1)];
            from.forward_real(&wave(n), &mut x, 1.0 / n as f64).unwrap();
            let mut y = vec![0.0; 2 * (m / 2 + 1)];
            respectrum(&x, &mut y, 1, n, m, 1, true);
            let mut points = vec![0.0; m];
            to.inverse_real(&y, &mut points, 1.0).unwrap();
            assert!(distance(&points, &wave(m)) < 1e-14, "{n} to {m}");
        }
    }
}
