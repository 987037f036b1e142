//! Both ways of displacing particles, with their adjoints: dot products on a mesh of three lengths.

use super::*;
use super::{lpt_divergence as divergence, source_potential as potential, Rows as Mesh};
use cosmesh_fft::Plan;

const SHAPE: [usize; 3] = [6, 10, 9];
const CELLS: usize = 540;

/// Numbers between -1 and 1 without a pattern.
fn noise(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn padded() -> Vec<f64> {
    vec![3.0; Modes::all(SHAPE).len()]
}

fn mesh(data: &[f64]) -> Mesh<'_, f64> {
    Mesh::new(SHAPE, data)
}

fn tables() -> [(Vec<f64>, f64); 2] {
    [(noise(8, 5), 1.0), (noise(8 * 7, 6), 2.5)]
}

fn growth(table: &(Vec<f64>, f64)) -> Growth<'_> {
    Growth { parts: 4, table: &table.0, step: table.1, observer: [1.5, 0.0, 4.0] }
}

/// Potentials (or spectra of sources, if spectral), displacements and momenta.
fn forward(delta: &[f64], growth: Growth, spectral: bool) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
    let (mut x, mut p) = (vec![0.0; 3 * CELLS], vec![0.0; 3 * CELLS]);
    let mut parts = vec![padded(), padded(), padded(), padded()];
    let [one, two, a, b] = &mut parts[..] else { unreachable!() };
    if spectral {
        Plan::<f64>::new(&SHAPE).unwrap().forward_real(delta, one, 1.0).unwrap();
        let (mut work, mut scratch) = (vec![0.0; 3 * one.len()], vec![0.0; 6 * one.len()]);
        sources(SHAPE, one, Sources { second: two, third: Some([a, b, &mut work]) }, &mut scratch).unwrap();
        let of: Vec<&[f64]> = parts.iter().map(|p| &p[..]).collect();
        spectral_displacements(SHAPE, &of, growth, &mut padded(), [&mut x, &mut p]).unwrap();
    } else {
        potential(SHAPE, Some(delta), one, None).unwrap();
        source(Source::Second, mesh(one), None, two);
        potential(SHAPE, None, two, None).unwrap();
        source(Source::ThirdA, mesh(one), None, a);
        source(Source::ThirdB, mesh(one), Some(mesh(two)), b);
        potential(SHAPE, None, a, None).unwrap();
        potential(SHAPE, None, b, None).unwrap();
        let of: Vec<_> = parts.iter().map(|p| mesh(p)).collect();
        displacements(&of, growth, &mut x, &mut p);
    }
    (parts, x, p)
}

/// Bars of the field and of the table.
fn backward(delta: &[f64], growth: Growth, bars: [&[f64]; 2], spectral: bool) -> (Vec<f64>, Vec<f64>) {
    let (parts, ..) = forward(delta, growth, spectral);
    let mut of_table = vec![0.0; growth.table.len()];
    let mut out = vec![0.0; CELLS];
    let (mut work, mut two) = (padded(), [padded(), padded()].concat());
    let mut s = vec![padded(), padded(), padded(), padded()];
    if spectral {
        let plan = Plan::<f64>::new(&SHAPE).unwrap();
        let of: Vec<&[f64]> = parts.iter().map(|p| &p[..]).collect();
        spectral_growth_adjoint(SHAPE, &of, growth, bars, &mut work, &mut of_table).unwrap();
        for (part, s) in s.iter_mut().enumerate() {
            spectral_divergence(SHAPE, part, growth, bars, &mut work, s).unwrap();
            if part > 1 {
                plan.inverse_real_in_place(s, 1.0 / CELLS as f64).unwrap();
            }
        }
        let [s1, s2, sa, sb] = &mut s[..] else { unreachable!() };
        let six = |source: &[f64]| {
            let mut six = vec![0.0; 6 * source.len()];
            second_derivatives(SHAPE, source, &mut six).unwrap();
            six
        };
        let (h, other) = (six(&parts[0]), six(&parts[1]));
        fn meshes(six: &[f64]) -> [Mesh<'_, f64>; 6] {
            std::array::from_fn(|i| mesh(&six[i * six.len() / 6..][..six.len() / 6]))
        }
        let bars = SpectralBars { second: mesh(sb), factor: 0.5, third: None };
        spectral_source_adjoint(meshes(&h), bars, &mut work, s2).unwrap();
        plan.inverse_real_in_place(s2, 1.0 / CELLS as f64).unwrap();
        let bars = SpectralBars { second: mesh(s2), factor: 1.0, third: Some(([mesh(sa), mesh(sb)], meshes(&other))) };
        spectral_source_adjoint(meshes(&h), bars, &mut work, s1).unwrap();
        plan.inverse_real_consuming(s1, &mut out, 1.0 / CELLS as f64).unwrap();
    } else {
        let of: Vec<_> = parts.iter().map(|p| mesh(p)).collect();
        growth_adjoint(&of, growth, bars, &mut of_table).unwrap();
        for (part, s) in s.iter_mut().enumerate() {
            divergence(SHAPE, part, growth, bars, &mut work, s);
            if part > 1 {
                potential(SHAPE, None, s, None).unwrap();
            }
        }
        let [s1, s2, sa, sb] = &mut s[..] else { unreachable!() };
        source_adjoint(of[0], SourceBars { second: mesh(sb), factor: 0.5, third: None }, &mut two, s2);
        potential(SHAPE, None, s2, None).unwrap();
        let bars = SourceBars { second: mesh(s2), factor: 1.0, third: Some([mesh(sa), mesh(sb), of[1]]) };
        source_adjoint(of[0], bars, &mut two, s1);
        potential(SHAPE, None, s1, Some(&mut out)).unwrap();
    }
    (out, of_table)
}

#[test]
fn adjoints_of_the_third_order_agree_with_differences_of_the_loss() {
    for spectral in [false, true] {
        for table in &tables() {
            let growth = growth(table);
            let (delta, direction) = (noise(CELLS, 1), noise(CELLS, 2));
            let bars = [noise(3 * CELLS, 3), noise(3 * CELLS, 4)];
            let loss = |delta: &[f64], growth: Growth| {
                let (_, x, p) = forward(delta, growth, spectral);
                dot(&x, &bars[0]) + dot(&p, &bars[1])
            };
            let (of_field, of_table) = backward(&delta, growth, [&bars[0], &bars[1]], spectral);
            // The loss is a polynomial of third degree in the field: this difference is its derivative.
            let at = |h: f64| loss(&delta.iter().zip(&direction).map(|(a, b)| a + h * b).collect::<Vec<_>>(), growth);
            let expected = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / 12.0;
            let actual = dot(&of_field, &direction);
            assert!((actual - expected).abs() < 1e-10 * expected.abs().max(1.0), "{spectral} {actual} {expected}");
            // And linear in the table.
            let expected = loss(&delta, growth);
            let actual = dot(&of_table, growth.table);
            assert!((actual - expected).abs() < 1e-10 * expected.abs().max(1.0), "{spectral} {actual} {expected}");
        }
    }
}

#[test]
fn differences_between_cells_have_their_factor() {
    // phi = cos(k x) on 12 cells: D phi = -g sin(k x) with g = (8 sin k - sin 2k)/6.
    let shape = [12, 3, 4];
    let k = std::f64::consts::TAU * 2.0 / 12.0;
    let delta: Vec<f64> = (0..144).map(|i| (k * (i / 12) as f64).cos()).collect();
    let mut phi = vec![0.0; Modes::all(shape).len()];
    potential(shape, Some(&delta), &mut phi, None).unwrap();
    let (mut x, mut p) = (vec![0.0; 432], vec![0.0; 432]);
    let growth = Growth { parts: 1, table: &[2.0, 3.0], step: 1.0, observer: [0.0; 3] };
    displacements(&[Mesh::new(shape, &phi)], growth, &mut x, &mut p);
    let g = (8.0 * k.sin() - (2.0 * k).sin()) / 6.0;
    for i in 0..144 {
        // phi = -delta/k^2.
        let expected = -g / (k * k) * (k * (i / 12) as f64).sin();
        assert!((x[i] - 2.0 * expected).abs() < 1e-14 && (p[i] - 3.0 * expected).abs() < 1e-14, "{i}");
        assert!(x[144 + i].abs() < 1e-14 && x[288 + i].abs() < 1e-14);
    }
}

#[test]
fn a_table_of_amplitudes_has_the_adjoint_of_its_filter() {
    let (from, bar) = (noise(CELLS, 7), noise(CELLS, 8));
    let numbers = noise(table_len(SHAPE), 9);
    for table in [Radial::Exact(&numbers), Radial::Linear(&numbers[..40], 3.0)] {
        let mut out = vec![0.0; CELLS];
        filter_mesh(SHAPE, table, &from, &mut padded(), &mut out).unwrap();
        let (Radial::Exact(numbers) | Radial::Linear(numbers, _)) = table;
        let mut gradient = vec![0.0; numbers.len()];
        table_gradient(SHAPE, table, &from, &bar, &mut [padded(), padded()].concat(), &mut gradient).unwrap();
        assert!((dot(&gradient, numbers) - dot(&out, &bar)).abs() < 1e-11);
        let mut back = vec![0.0; CELLS];
        filter_mesh(SHAPE, table, &bar, &mut padded(), &mut back).unwrap();
        assert!((dot(&back, &from) - dot(&out, &bar)).abs() < 1e-11);
    }
}
