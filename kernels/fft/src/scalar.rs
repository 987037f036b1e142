//! The definitions, summed as they are written, in f64: the reference of the tests.

use crate::roots::root;

/// X_k = sum_j x_j e^(-+ 2 pi i j k / n) of numbers (re, im), sign - forward and + inverse.
pub fn dft(x: &[(f64, f64)], inverse: bool) -> Vec<(f64, f64)> {
    let n = x.len();
    (0..n)
        .map(|k| {
            x.iter().enumerate().fold((0.0, 0.0), |(re, im), (j, &(a, b))| {
                let (c, s) = root(j * k % n, n);
                let s = if inverse { -s } else { s };
                (re + a * c - b * s, im + a * s + b * c)
            })
        })
        .collect()
}

/// X_k = x_0 + (-1)^k x_m + 2 sum_0<j<m x_j cos(pi j k / m), for m + 1 numbers.
pub fn dct1(x: &[f64]) -> Vec<f64> {
    let m = x.len() - 1;
    (0..=m)
        .map(|k| {
            let ends = x[0] + if k % 2 == 0 { x[m] } else { -x[m] };
            ends + (1..m).map(|j| 2.0 * x[j] * root(j * k % (2 * m), 2 * m).0).sum::<f64>()
        })
        .collect()
}
