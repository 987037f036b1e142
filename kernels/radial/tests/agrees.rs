//! Lattice sums against brute force, and the basis against its tolerance.

use cosmesh_radial::{octant_points, Basis, Fold, OctantPlan};

/// p(r): linear between nodes, constant below the first, zero beyond the last.
fn profile(radii: &[f64], values: &[f64], r: f64) -> f64 {
    if r <= radii[0] {
        return values[0];
    }
    match radii.windows(2).position(|w| w[0] < r && r <= w[1]) {
        Some(j) => values[j] + (values[j + 1] - values[j]) * (r - radii[j]) / (radii[j + 1] - radii[j]),
        None => 0.0,
    }
}

/// Mean of p over the ball of volume 1, by the midpoint rule on many shells of equal volume.
fn ball_mean(radii: &[f64], values: &[f64]) -> f64 {
    let b = (3.0 / (4.0 * std::f64::consts::PI)).cbrt();
    let count = 200_000;
    (0..count).map(|i| profile(radii, values, b * ((i as f64 + 0.5) / count as f64).cbrt())).sum::<f64>() / count as f64
}

fn brute_force(n: usize, radii: &[f64], values: &[f64]) -> Vec<f64> {
    let reach = radii[radii.len() - 1] as i64 + 1;
    let mut kernel = vec![0.0; n * n * n];
    let wrap = |i: i64| i.rem_euclid(n as i64) as usize;
    for i in -reach..=reach {
        for j in -reach..=reach {
            for k in -reach..=reach {
                let r = ((i * i + j * j + k * k) as f64).sqrt();
                let value = if r == 0.0 { ball_mean(radii, values) } else { profile(radii, values, r) };
                kernel[(wrap(i) * n + wrap(j)) * n + wrap(k)] += value;
            }
        }
    }
    kernel
}

fn nodes(count: usize, first: f64, last: f64) -> Vec<f64> {
    (0..count).map(|i| first * (last / first).powf(i as f64 / (count - 1) as f64)).collect()
}

/// Largest difference from the brute-force sum, relative to the value there plus the mean.
fn worst_difference(n: usize, radii: &[f64], values: &[f64]) -> f64 {
    let exact = brute_force(n, radii, values);
    let mean = exact.iter().sum::<f64>() / exact.len() as f64;
    let fold = Fold::new(n, radii);
    let q = octant_points(n);
    let mut kernel = vec![f32::NAN; q * q * q];
    OctantPlan::new(n).ok().unwrap().kernel(&fold, values, &mut kernel);
    let total: f64 = fold.total().iter().zip(values).map(|(w, v)| w * v).sum();
    assert!((total / (mean * (n * n * n) as f64) - 1.0).abs() < 1e-6, "n = {n}: total {total}");
    let mut worst = 0.0f64;
    for (i, &ours) in kernel.iter().enumerate() {
        let (a, b, c) = (i / q / q, i / q % q, i % q);
        let theirs = exact[(a * n + b) * n + c];
        worst = worst.max((f64::from(ours) - theirs).abs() / (theirs.abs() + mean));
    }
    worst
}

#[test]
fn kernels_agree_with_the_brute_force_lattice_sum() {
    // Profiles as steep as r^-2 that reach over a part of the box, one box, several. Rounding in f32 leaves 5e-5 of the
    // mean next to a centre a thousand times as high; the kinks of the interpolation between distant nodes, which the far
    // part smoothes, leave as much.
    for (n, last, nodes_count, tolerance) in
        [(16, 6.0, 150, 1e-4), (16, 60.0, 150, 1e-4), (16, 60.0, 600, 1e-4), (24, 24.0, 150, 1e-4), (20, 80.0, 300, 1e-4), (12, 70.0, 300, 1e-4)]
    {
        let radii = nodes(nodes_count, 0.02, last);
        let values: Vec<f64> = radii.iter().map(|r| 3.0 / (r * r + 0.01) * (-r / (0.1 * last)).exp() * (1.0 - r / last)).collect();
        let worst = worst_difference(n, &radii, &values);
        println!("n = {n}, last = {last}, {nodes_count} nodes: {worst:e}");
        assert!(worst < tolerance, "n = {n}, last = {last}: {worst:e}");
    }
}

#[test]
fn a_basis_represents_every_row_within_the_tolerance() {
    let width = 120;
    let radii = nodes(width, 0.1, 100.0);
    let metric: Vec<f64> = radii.iter().map(|r| r * r).collect();
    // Forty rows of a family with one parameter.
    let rows: Vec<f64> = (0..40).flat_map(|i| radii.iter().map(move |r| (1.0 + i as f64) / (r * r + 1.0 + 0.05 * i as f64))).collect();
    for leading in [0, 50, width] {
        let basis = Basis::new(&rows, width, leading, &metric, 1e-6);
        assert!(basis.len < 12, "{} rows", basis.len);
        assert!(basis.leading <= basis.len && (basis.leading > 0) == (leading > 0));
        assert!(basis.rows.chunks_exact(width).skip(basis.leading).all(|row| row[..leading].iter().all(|&v| v == 0.0)));
        for (i, row) in rows.chunks_exact(width).enumerate() {
            let (mut error, mut norm) = (0.0, 0.0);
            for (c, value) in row.iter().enumerate() {
                let ours: f64 = (0..basis.len).map(|j| basis.coefficients[i * basis.len + j] * basis.rows[j * width + c]).sum();
                error += (ours - value).powi(2) * metric[c];
                norm += value * value * metric[c];
            }
            assert!((error / norm).sqrt() <= 1.001e-6);
        }
    }
}

#[test]
fn leading_columns_of_few_dimensions_need_few_basis_rows() {
    let width = 60;
    let rows: Vec<f64> = (0..20)
        .flat_map(|i| {
            let x = 1.0 + 0.1 * f64::from(i);
            // Two dimensions in the first twenty columns, one more for each row in the others.
            (0..width).map(move |c| if c < 20 { x + x * x * c as f64 } else { f64::from(u8::from(c == 20 + i as usize)) + 0.1 * x })
        })
        .collect();
    let basis = Basis::new(&rows, width, 20, &vec![1.0; width], 1e-9);
    assert_eq!((basis.leading, basis.len), (2, 20));
}

#[test]
fn rows_that_are_zero_need_no_basis() {
    assert_eq!(Basis::new(&[0.0; 8], 4, 2, &[1.0; 4], 1e-6).len, 0);
}
