//! The fast kernels against the definition.

mod common;

use common::{distance, noise};
use cosmesh_core::parallel::set_threads;
use cosmesh_fft::scalar::{dct1, dft};
use cosmesh_fft::{dct1_3d, Dct1, Plan, Real};

trait Kind: Real {
    const TOLERANCE: f64;
    fn wide(self) -> f64;
}
// Unit roundoff times a few for the logarithm of the length; measured 2e-7 and 3e-16.
impl Kind for f32 {
    const TOLERANCE: f64 = 6e-7;
    fn wide(self) -> f64 {
        f64::from(self)
    }
}
impl Kind for f64 {
    const TOLERANCE: f64 = 2e-15;
    fn wide(self) -> f64 {
        self
    }
}
fn narrow<R: Kind>(v: &[f64]) -> Vec<R> {
    v.iter().map(|&x| R::of(x)).collect()
}
fn widen<R: Kind>(v: &[R]) -> Vec<f64> {
    v.iter().map(|&x| x.wide()).collect()
}

/// The definition along one axis of interleaved complex numbers.
fn naive_axis(data: &mut [f64], shape: &[usize], axis: usize, inverse: bool) {
    let n = shape[axis];
    let inner: usize = shape[axis + 1..].iter().product();
    let outer: usize = shape[..axis].iter().product();
    for o in 0..outer {
        for i in 0..inner {
            let at = |j: usize| 2 * ((o * n + j) * inner + i);
            let line: Vec<_> = (0..n).map(|j| (data[at(j)], data[at(j) + 1])).collect();
            for (j, (re, im)) in dft(&line, inverse).into_iter().enumerate() {
                data[at(j)] = re;
                data[at(j) + 1] = im;
            }
        }
    }
}

fn naive(data: &[f64], shape: &[usize], axes: &[bool], inverse: bool) -> Vec<f64> {
    let mut out = data.to_vec();
    for a in 0..shape.len() {
        if axes[a] {
            naive_axis(&mut out, shape, a, inverse);
        }
    }
    out
}

fn lengths() -> Vec<usize> {
    let mut all: Vec<usize> = (1..=64).collect();
    all.extend([82, 96, 100, 101, 105, 121, 125, 128, 143, 158, 169, 237, 243, 256, 343, 512, 625, 700, 1000, 1009]);
    all
}

fn check_complex<R: Kind>(shape: &[usize], axes: &[bool]) {
    let len = 2 * shape.iter().product::<usize>();
    let x = widen(&narrow::<R>(&noise(len, len as u64)));
    let plan = Plan::<R>::with_axes(shape, axes, false).unwrap();
    for inverse in [false, true] {
        let expected: Vec<f64> = naive(&x, shape, axes, inverse).iter().map(|v| v * 0.25).collect();
        let src = narrow::<R>(&x);
        let mut out = vec![R::of(f64::NAN); len];
        plan.complex(&src, &mut out, inverse, R::of(0.25)).unwrap();
        let d = distance(&widen(&out), &expected);
        assert!(d < R::TOLERANCE, "complex {shape:?} {axes:?} inverse {inverse}: {d:e}");
        let mut same = src.clone();
        plan.complex_in_place(&mut same, inverse, R::of(0.25)).unwrap();
        assert!(widen(&same) == widen(&out), "in place {shape:?} {axes:?} inverse {inverse}");
    }
}

fn check_real<R: Kind>(shape: &[usize], axes: &[bool]) {
    let last = shape.len() - 1;
    let (n, rows) = (shape[last], shape[..last].iter().product::<usize>());
    let half = n / 2 + 1;
    let x = widen(&narrow::<R>(&noise(rows * n, (rows + n) as u64)));
    let complex: Vec<f64> = x.iter().flat_map(|&v| [v, 0.0]).collect();
    let full = naive(&complex, shape, axes, false);
    let expected: Vec<f64> = full.chunks(2 * n).flat_map(|r| r[..2 * half].to_vec()).collect();
    let plan = Plan::<R>::with_axes(shape, axes, true).unwrap();
    let src = narrow::<R>(&x);
    let mut out = vec![R::of(f64::NAN); 2 * rows * half];
    plan.forward_real(&src, &mut out, R::of(1.0)).unwrap();
    let d = distance(&widen(&out), &expected);
    assert!(d < R::TOLERANCE, "real {shape:?} {axes:?}: {d:e}");
    let mut padded = vec![R::of(f64::NAN); 2 * rows * half];
    for r in 0..rows {
        padded[2 * half * r..2 * half * r + n].copy_from_slice(&src[n * r..n * (r + 1)]);
    }
    plan.forward_real_in_place(&mut padded, R::of(1.0)).unwrap();
    assert!(widen(&padded) == widen(&out), "in place {shape:?} {axes:?}");

    let count: usize = shape.iter().zip(axes).filter(|(_, &a)| a).map(|(n, _)| n).product();
    let scale = R::of(1.0 / count as f64);
    let kept = out.clone();
    let mut back = vec![R::of(f64::NAN); rows * n];
    plan.inverse_real(&out, &mut back, scale).unwrap();
    assert!(widen(&kept) == widen(&out), "the source changed");
    let d = distance(&widen(&back), &x);
    assert!(d < R::TOLERANCE, "inverse {shape:?} {axes:?}: {d:e}");
    let mut again = vec![R::of(f64::NAN); rows * n];
    plan.inverse_real_consuming(&mut out, &mut again, scale).unwrap();
    assert!(widen(&again) == widen(&back), "inverse with the source as scratch {shape:?}");
    plan.inverse_real_in_place(&mut padded, scale).unwrap();
    for r in 0..rows {
        assert!(widen(&padded[2 * half * r..2 * half * r + n]) == widen(&back[n * r..n * (r + 1)]), "inverse in place {shape:?}");
    }
}

#[test]
fn complex_lines_agree_at_all_lengths() {
    for n in lengths() {
        check_complex::<f32>(&[n], &[true]);
        check_complex::<f64>(&[n], &[true]);
        check_complex::<f32>(&[n, 11], &[true, false]);
        check_complex::<f64>(&[n, 5], &[true, false]);
    }
}

#[test]
fn real_lines_agree_at_all_lengths() {
    for n in lengths() {
        check_real::<f32>(&[n], &[true]);
        check_real::<f64>(&[n], &[true]);
        check_real::<f32>(&[11, n], &[false, true]);
        check_real::<f64>(&[5, n], &[false, true]);
    }
}

#[test]
fn all_axes_agree() {
    for shape in [vec![4, 6, 10], vec![16, 8, 12], vec![9, 5, 7], vec![1, 8, 3], vec![10, 2, 1], vec![3, 2, 4, 6], vec![14, 15], vec![24, 16]] {
        for bits in 1..1usize << shape.len() {
            let axes: Vec<bool> = (0..shape.len()).map(|a| bits >> a & 1 == 1).collect();
            check_complex::<f32>(&shape, &axes);
            check_complex::<f64>(&shape, &axes);
            if axes[shape.len() - 1] {
                check_real::<f32>(&shape, &axes);
                check_real::<f64>(&shape, &axes);
            }
        }
    }
}

/// The definition at a few frequencies of one line: the sum of the squares of the errors and of the values.
fn few(x: &[f64], out: &[f64], inverse: bool) -> f64 {
    let n = x.len() / 2;
    let (mut d, mut norm) = (0.0, 0.0);
    for k in (0..n).step_by(n / 40 + 1).chain([n - 1]) {
        let (mut re, mut im) = (0.0, 0.0);
        for (j, z) in x.chunks(2).enumerate() {
            let angle = 2.0 * std::f64::consts::PI * ((j * k % n) as f64 / n as f64);
            let (c, s) = (angle.cos(), if inverse { angle.sin() } else { -angle.sin() });
            re += z[0] * c - z[1] * s;
            im += z[0] * s + z[1] * c;
        }
        d += (out[2 * k] - re).powi(2) + (out[2 * k + 1] - im).powi(2);
        norm += re * re + im * im;
    }
    (d / norm).sqrt()
}

/// One line alone, rows one by one, and columns one by one, against the definition and each other.
fn check_long<R: Kind>(n: usize) {
    let x = widen(&narrow::<R>(&noise(2 * n, n as u64)));
    let tolerance = R::TOLERANCE * 1.5;
    for inverse in [false, true] {
        let mut columns = narrow::<R>(&x.chunks(2).flat_map(|z| [z[0], z[1], 0.0, 1.0]).collect::<Vec<_>>());
        Plan::<R>::with_axes(&[n, 2], &[true, false], false).unwrap().complex_in_place(&mut columns, inverse, R::of(0.5)).unwrap();
        let expected: Vec<f64> = widen(&columns.chunks(4).flat_map(|z| [z[0], z[1]]).collect::<Vec<_>>());
        // The sum of the definition is itself uncertain by some 1e-14.
        let d = few(&x, &expected.iter().map(|v| 2.0 * v).collect::<Vec<_>>(), inverse);
        assert!(d < tolerance.max(2e-14), "{n} by the definition, inverse {inverse}: {d:e}");
        let mut alone = narrow::<R>(&x);
        Plan::<R>::new_complex(&[n]).unwrap().complex_in_place(&mut alone, inverse, R::of(0.5)).unwrap();
        let d = distance(&widen(&alone), &expected);
        assert!(d < tolerance, "{n} inverse {inverse}: {d:e}");
        let rows = narrow::<R>(&[&x[..], &vec![1.0; 38 * n], &x[..]].concat());
        let mut out = rows.clone();
        let plan = Plan::<R>::with_axes(&[21, n], &[false, true], false).unwrap();
        plan.complex(&rows, &mut out, inverse, R::of(0.5)).unwrap();
        for row in [&out[..2 * n], &out[40 * n..]] {
            let d = distance(&widen(row), &expected);
            assert!(d < tolerance, "{n} among rows, inverse {inverse}: {d:e}");
        }
    }
    let x = widen(&narrow::<R>(&noise(n, n as u64)));
    let mut columns = narrow::<R>(&x.iter().flat_map(|&v| [v, 0.0]).collect::<Vec<_>>());
    Plan::<R>::with_axes(&[n, 1], &[true, false], false).unwrap().complex_in_place(&mut columns, false, R::of(1.0)).unwrap();
    let half = 2 * (n / 2 + 1);
    for rows in [1, 3, 20] {
        let plan = Plan::<R>::with_axes(&[rows, n], &[false, true], true).unwrap();
        let src = narrow::<R>(&x.repeat(rows));
        let mut out = vec![R::of(f64::NAN); rows * half];
        plan.forward_real(&src, &mut out, R::of(1.0)).unwrap();
        let mut padded = vec![R::of(f64::NAN); rows * half];
        for (to, from) in padded.chunks_mut(half).zip(src.chunks(n)) {
            to[..n].copy_from_slice(from);
        }
        plan.forward_real_in_place(&mut padded, R::of(1.0)).unwrap();
        assert!(widen(&padded) == widen(&out), "{n} in place");
        for row in out.chunks(half) {
            let d = distance(&widen(row), &widen(&columns[..half]));
            assert!(d < tolerance, "real {n}: {d:e}");
        }
        let mut back = src.clone();
        plan.inverse_real(&out, &mut back, R::of(1.0 / n as f64)).unwrap();
        plan.inverse_real_in_place(&mut padded, R::of(1.0 / n as f64)).unwrap();
        assert!(padded.chunks(half).zip(back.chunks(n)).all(|(a, b)| widen(&a[..n]) == widen(b)), "{n} inverse in place");
        let d = distance(&widen(&back), &widen(&src));
        assert!(d < tolerance, "real inverse {n}: {d:e}");
    }
}

#[test]
fn long_lines_agree_with_columns() {
    for n in [64, 72, 96, 105, 240, 1009, 2187, 4096, 6561, 8192, 10007, 20014, 32768, 33013] {
        check_long::<f32>(n);
        check_long::<f64>(n);
    }
}

#[test]
fn long_lines_have_the_same_bits_for_any_number_of_threads() {
    for n in [40000, 9973, 131072, 150001] {
        let x = noise(4 * n, 7);
        let run = || {
            let mut all = Vec::new();
            for rows in [1, 2] {
                let mut out = x[..2 * rows * n].to_vec();
                let plan = Plan::<f64>::with_axes(&[rows, n], &[false, true], false).unwrap();
                plan.complex_in_place(&mut out, false, 1.0).unwrap();
                let real = Plan::<f64>::with_axes(&[rows, n], &[false, true], true).unwrap();
                let mut half = vec![0.0; real.spectrum_len()];
                real.forward_real(&x[..rows * n], &mut half, 1.0).unwrap();
                let mut back = vec![0.0; rows * n];
                real.inverse_real(&half, &mut back, 1.0).unwrap();
                all.extend([out, half, back]);
            }
            all
        };
        let one = run();
        for threads in [2, 3] {
            set_threads(threads);
            assert!(one == run(), "{n}");
        }
        set_threads(1);
    }
}

/// Lines of a batch, along the last axis or the first, against each alone.
fn check_batch<R: Kind>(n: usize, count: usize) {
    let x = narrow::<R>(&noise(2 * n * count, 9));
    let alone = Plan::<R>::new_complex(&[n]).unwrap();
    let mut lines = vec![R::default(); 2 * n * count];
    for (from, to) in x.chunks(2 * n).zip(lines.chunks_mut(2 * n)) {
        alone.complex(from, to, false, R::of(0.5)).unwrap();
    }
    let turned = |a: &[R], rows: usize, width: usize| -> Vec<R> {
        (0..2 * n * count).map(|i| a[2 * (i / 2 % rows * width + i / 2 / rows) + i % 2]).collect()
    };
    let (rows, columns) = ([count, n], [n, count]);
    let rows = Plan::<R>::with_axes(&rows, &[false, true], false).unwrap();
    let columns = Plan::<R>::with_axes(&columns, &[true, false], false).unwrap();
    let across = turned(&x, count, n);
    let run = || {
        let (mut a, mut b) = (x.clone(), across.clone());
        rows.complex_in_place(&mut a, false, R::of(0.5)).unwrap();
        columns.complex_in_place(&mut b, false, R::of(0.5)).unwrap();
        (a, b)
    };
    let one = run();
    assert!(distance(&widen(&one.0), &widen(&lines)) < R::TOLERANCE, "rows of {n}");
    assert!(distance(&widen(&turned(&one.1, n, count)), &widen(&lines)) < R::TOLERANCE, "columns of {n}");
    for threads in [2, 3] {
        set_threads(threads);
        assert!(one == run(), "{n}: other bits with {threads} threads");
    }
    set_threads(1);
}

#[test]
fn batches_of_long_lines_agree_with_lines_alone_and_have_the_same_bits_for_any_number_of_threads() {
    for n in [1024, 1029, 2050, 4096, 4099, 16384] {
        check_batch::<f32>(n, 21);
        check_batch::<f64>(n, 9);
    }
}

/// Rows that begin at the same places of their pages, in an array that no cache holds: planes go through scratch.
#[test]
fn planes_of_crowded_rows_are_those_of_two_passes() {
    let shape = [9, 256, 256];
    let plan = |axes: [bool; 3]| Plan::<f64>::with_axes(&shape, &axes, false).unwrap();
    let (both, rows, columns) = (plan([false, true, true]), plan([false, false, true]), plan([false, true, false]));
    let x = noise(2 * 9 * 256 * 256, 11);
    for inverse in [false, true] {
        let mut expected = x.clone();
        rows.complex_in_place(&mut expected, inverse, 1.0).unwrap();
        columns.complex_in_place(&mut expected, inverse, 0.3).unwrap();
        let mut out = vec![f64::NAN; x.len()];
        both.complex(&x, &mut out, inverse, 0.3).unwrap();
        assert!(out == expected, "inverse {inverse}");
        let mut same = x.clone();
        both.complex_in_place(&mut same, inverse, 0.3).unwrap();
        assert!(same == expected, "in place, inverse {inverse}");
    }
}

fn naive_dct(data: &[f64], shape: [usize; 3]) -> Vec<f64> {
    let mut out = data.to_vec();
    for axis in 0..3 {
        let (n, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
        for at in (0..out.len()).filter(|i| i / inner % n == 0) {
            let line: Vec<f64> = (0..n).map(|j| out[at + j * inner]).collect();
            for (j, v) in dct1(&line).into_iter().enumerate() {
                out[at + j * inner] = v;
            }
        }
    }
    out
}

fn check_dct<R: Kind>(shape: [usize; 3], count: usize) {
    let volume: usize = shape.iter().product();
    let x = widen(&narrow::<R>(&noise(count * volume, volume as u64)));
    let expected: Vec<f64> = x.chunks(volume).flat_map(|c| naive_dct(c, shape)).map(|v| v * 0.5).collect();
    let plan = Dct1::<R>::new(shape).unwrap();
    let mut all = narrow::<R>(&x);
    plan.all(&mut all, R::of(0.5));
    let d = distance(&widen(&all), &expected);
    assert!(d < R::TOLERANCE, "cosines {shape:?}: {d:e}");
    let mut axes = narrow::<R>(&x);
    for axis in [2, 1, 0] {
        plan.along(axis, &mut axes, if axis == 0 { R::of(0.5) } else { R::of(1.0) });
    }
    // Not the same bits: other columns are pairs of real and imaginary parts.
    let d = distance(&widen(&axes), &expected);
    assert!(d < R::TOLERANCE, "cosines axis by axis {shape:?}: {d:e}");
}

#[test]
fn cosine_transform_agrees_at_all_lengths() {
    for m in (1..=64).chain([70, 94,  81, 100, 128, 256, 300]) {
        check_dct::<f32>([m + 1, 3, 2], 1);
        check_dct::<f64>([2, m + 1, 3], 1);
        check_dct::<f32>([2, 3, m + 1], 1);
        check_dct::<f64>([3, 2, m + 1], 2);
        check_dct::<f32>([2, m + 1, 17], 1);
    }
    check_dct::<f32>([17, 33, 65], 2);
}

#[test]
fn cosine_transform_is_the_spectrum_of_the_even_array() {
    let m = 12;
    let n = 2 * m;
    let x = noise((m + 1) * (m + 1) * (m + 1), 9);
    let fold = |i: usize| i.min(n - i);
    let mut full: Vec<f64> =
        (0..n * n * n).map(|i| x[(fold(i / n / n) * (m + 1) + fold(i / n % n)) * (m + 1) + fold(i % n)]).collect();
    let plan = Plan::<f64>::new(&[n, n, n]).unwrap();
    let mut spectrum = vec![0.0; plan.spectrum_len()];
    plan.forward_real(&full, &mut spectrum, 1.0).unwrap();
    full = x;
    dct1_3d(&mut full, [m + 1; 3], 1.0).unwrap();
    let octant: Vec<f64> = (0..=m)
        .flat_map(|i| (0..=m).flat_map(move |j| (0..=m).map(move |k| 2 * ((i * n + j) * (m + 1) + k))))
        .map(|at| spectrum[at])
        .collect();
    assert!(distance(&full, &octant) < f64::TOLERANCE);
}

#[test]
fn same_bits_for_any_number_of_threads() {
    let shape = [20, 24, 18];
    let x = narrow::<f32>(&noise(20 * 24 * 18, 5));
    let plan = Plan::<f32>::new(&shape).unwrap();
    let run = || {
        let mut out = vec![0.0; plan.spectrum_len()];
        plan.forward_real(&x, &mut out, 1.0).unwrap();
        let mut back = vec![0.0; plan.real_len()];
        plan.inverse_real(&out, &mut back, 1.0).unwrap();
        let mut cosines = x[..17 * 21 * 19].to_vec();
        dct1_3d(&mut cosines, [17, 21, 19], 1.0).unwrap();
        (out, back, cosines)
    };
    let one = run();
    for n in [2, 3] {
        set_threads(n);
        assert!(one == run());
    }
    set_threads(1);
}
