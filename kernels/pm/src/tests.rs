use super::*;
use cosmesh_fft::Plan;

/// The half spectrum of a function of the node.
fn spectrum(n: usize, f: impl Fn(usize, usize, usize) -> f64) -> Vec<f64> {
    let mut data = vec![0.0; n * n * stride(n)];
    for i in 0..n * n * n {
        let (x, y, z) = (i / (n * n), i / n % n, i % n);
        data[(x * n + y) * stride(n) + z] = f(x, y, z);
    }
    Plan::<f64>::new(&[n, n, n]).unwrap().forward_real_in_place(&mut data, 1.0).unwrap();
    data
}

fn mesh(n: usize, mut data: Vec<f64>) -> Vec<f64> {
    Plan::<f64>::new(&[n, n, n]).unwrap().inverse_real_in_place(&mut data, 1.0 / (n * n * n) as f64).unwrap();
    let mut out = vec![0.0; n * n * n];
    unpad([n; 3], &data, &mut out);
    out
}

/// One axis of three.
fn along(axis: usize, out: &mut [f64]) -> [Option<&mut [f64]>; 3] {
    let mut axes = [None, None, None];
    axes[axis] = Some(out);
    axes
}

/// [rad] Phase of node j along an axis.
fn angle(n: usize, j: usize) -> f64 {
    std::f64::consts::TAU * j as f64 / n as f64
}

#[test]
fn the_displacement_of_a_plane_wave_is_minus_its_sine_over_k() {
    for n in [7, 8] {
        // delta = cos(2 a) with a = 2 pi y/n: phi = -cos(2 a)/4, -dphi/da = -sin(2 a)/2.
        let delta = spectrum(n, |_, y, _| (2.0 * angle(n, y)).cos());
        for (axis, shift) in [(0, 0.0), (1, 0.0), (2, 0.0), (0, 0.5), (1, 0.5), (2, 0.5)] {
            let mut out = vec![0.0; delta.len()];
            gradient(Modes::all([n; 3]), &[&delta], &[3.0], shift, along(axis, &mut out));
            let out = mesh(n, out);
            for (i, v) in out.iter().enumerate() {
                let expected = if axis == 1 { -1.5 * (2.0 * (angle(n, i / n % n) + shift * angle(n, 1))).sin() } else { 0.0 };
                assert!((v - expected).abs() < 1e-14, "{n} {axis} {i}: {v} {expected}");
            }
        }
    }
}

#[test]
fn odd_derivatives_of_the_highest_mode_are_0_along_each_axis() {
    let n = 6;
    for axis in 0..3 {
        let delta = spectrum(n, |x, y, z| if [x, y, z][axis] % 2 == 0 { 1.0 } else { -1.0 });
        let mut out = vec![1.0; delta.len()];
        for shift in [0.0, 0.5] {
            gradient(Modes::all([n; 3]), &[&delta], &[1.0], shift, along(axis, &mut out));
            assert!(out.iter().all(|&v| v == 0.0));
        }
        // But the second derivative along the axis is the whole of it.
        hessian(Modes::all([n; 3]), [[axis, axis]], &delta, [&mut out]);
        assert!(out.iter().zip(&delta).all(|(a, b)| (a - b).abs() < 1e-13));
    }
}

#[test]
fn sources_of_crossing_waves_are_those_of_hand_arithmetic() {
    let n = 12;
    let [a, b, c] = [0.7, -0.4, 1.1];
    // phi1 = -(a cos x + b cos y + c cos z): phi_ii = (a cos x, b cos y, c cos z), nothing off the diagonal.
    let waves = |x: usize, y: usize, z: usize| [a * angle(n, x).cos(), b * angle(n, y).cos(), c * angle(n, z).cos()];
    let delta = spectrum(n, |x, y, z| waves(x, y, z).iter().sum());
    let [mut s2, mut s3a, mut s3b] = [0; 3].map(|_| vec![9.0; delta.len()]);
    let mut work = vec![9.0; 3 * delta.len()];
    let third = Some([&mut s3a[..], &mut s3b[..], &mut work[..]]);
    sources([n; 3], &delta, Sources { second: &mut s2, third }, &mut vec![7.0; 6 * delta.len()]).unwrap();
    let [s2, s3a, s3b] = [s2, s3a, s3b].map(|s| mesh(n, s));
    for i in 0..n * n * n {
        let node = [i / (n * n), i / n % n, i % n];
        let [x, y, z] = waves(node[0], node[1], node[2]);
        assert!((s2[i] - (x * y + x * z + y * z)).abs() < 1e-14);
        assert!((s3a[i] - x * y * z).abs() < 1e-14);
        // S2 = xy + xz + yz; k^2 = 2 each: phi2 = -S2/2, phi2_xx = (xy + xz)/2, phi2_xy = -sin sin terms, but phi1_xy = 0.
        let b3 = 0.5 * ((x * y + x * z) / 2.0 * (y + z) + (x * y + y * z) / 2.0 * (x + z) + (x * z + y * z) / 2.0 * (x + y));
        assert!((s3b[i] - b3).abs() < 1e-14, "{i}: {} {b3}", s3b[i]);
    }
}

#[test]
fn filter_multiplies_by_the_table_and_can_fix_amplitudes() {
    let n = 5;
    let noise = spectrum(n, |x, y, z| ((17 * x + 5 * y * y + 3 * x * z) % 11) as f64 - 5.0);
    let table: Vec<f64> = (0..table_len([n; 3])).map(|m| m as f64).collect();
    let mut plain = vec![0.0; noise.len()];
    filter(Modes::all([n; 3]), Radial::Exact(&table), None, Some(&noise), &mut plain);
    // Mode (4, 2, 1) = (-1, 2, 1): m^2 = 6. Mode (4, 2, 0): m^2 = 5.
    let at = (4 * n + 2) * stride(n) + 2;
    assert_eq!(plain[at], 6.0 * noise[at]);
    assert_eq!(plain[at - 2], 5.0 * noise[at - 2]);
    let mut fixed = noise.clone();
    filter(Modes::all([n; 3]), Radial::Exact(&vec![1.0; table.len()]), Some(2.0), None, &mut fixed);
    assert!(fixed.as_chunks::<2>().0.iter().all(|[re, im]| (re.hypot(*im) - 2.0).abs() < 1e-15 * 4.0));
    assert!((fixed[at] * noise[at + 1] - fixed[at + 1] * noise[at]).abs() < 1e-12);
}

#[test]
fn moved_particles_stay_in_the_box() {
    // The same everywhere along x, nothing along y and z.
    let by = |x: f64| (0..81).map(|i| if i < 27 { x } else { 0.0 }).collect::<Vec<f64>>();
    for (from, x, to) in [(9.5f32, 1.0, 0.5), (0.5, -1.0, 9.5), (0.0, -1e-12, 0.0), (19.5, 0.25, 9.75), (10.0, 0.0, 0.0)] {
        for offset in [0.0, 0.5] {
            let mut p = [from, 0.0, 7.0];
            assert_eq!(move_between(3, 10.0, offset, &by(x), &mut p), None);
            assert_eq!(p, [to, 0.0, 7.0]);
        }
    }
    let mut p = [1.0, 1.0, 1.0, 1.0, f64::INFINITY, 1.0, f64::NAN, 1.0, 1.0];
    assert_eq!(move_between(3, 10.0, 0.0, &by(0.0), &mut p), Some(1));
}

#[test]
fn particles_move_by_what_is_between_the_nodes() {
    let n = 4;
    let meshes: Vec<f64> = (0..3 * n * n * n).map(|i| f64::from((i * 7 % 23) as u32) * 0.01).collect();
    let narrow: Vec<f32> = meshes.iter().map(|&m| m as f32).collect();
    let start: Vec<f64> = (0..300).map(|i| f64::from((i * 37 % 101) as u32) * 0.0799).collect();
    for offset in [0.0, 0.5] {
        let (mut p, mut q) = (start.clone(), start.clone());
        assert_eq!(move_between(n, 8.0, offset, &meshes, &mut p), None);
        assert_eq!(move_between(n, 8.0, offset, &narrow, &mut q), None);
        for (i, x) in start.chunks(3).enumerate() {
            let u: Vec<f64> = x.iter().map(|x| (x / 2.0 - offset).rem_euclid(n as f64)).collect();
            for axis in 0..3 {
                let mut by = 0.0;
                for corner in 0..8 {
                    let far = [corner >> 2, corner >> 1 & 1, corner & 1];
                    let at: Vec<usize> = (0..3).map(|c| (u[c] as usize + far[c]) % n).collect();
                    let weight: f64 = (0..3).map(|c| if far[c] == 1 { u[c].fract() } else { 1.0 - u[c].fract() }).product();
                    by += weight * meshes[((axis * n + at[0]) * n + at[1]) * n + at[2]];
                }
                let end = (x[axis] + by).rem_euclid(8.0);
                assert!((p[3 * i + axis] - end).abs() < 1e-14 * 8.0, "{i} {axis}");
                assert!((q[3 * i + axis] - end).abs() < 1e-7, "{i} {axis}");
            }
        }
    }
}

#[test]
fn smoothing_is_continuous_where_the_series_ends() {
    let mut t = vec![0.0; 3];
    for (u, tolerance) in [(0.009_999_999, 1e-14), (0.010_000_001, 1e-10)] {
        smoothing(u, 1.0, 0.0, 2.0, &mut t);
        assert_eq!(t[0], 2.0);
        assert!((t[1] / 2.0 - (1.0 - u * u / 10.0 + u * u * u * u / 280.0)).abs() < tolerance);
    }
}
