//! Against plain loops in f64, and by differences.

use crate::adjoint::{density_adjoint, kick_adjoint, set_fourth, Failure, Meshes, Walker};
use crate::mesh::Mesh;
use crate::potential::{potential, Green};
use crate::stencil::gradient;
use cosmesh_core::parallel::set_threads;

const N: [usize; 3] = [6, 5, 7];
const CELLS: usize = 6 * 5 * 7;
const MESH: Mesh = Mesh::new(N);

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

#[test]
fn density_adjoint_is_the_slope_of_what_is_painted() {
    let (x, mesh) = (numbers(3 * CELLS, 1).iter().map(|v| 9.0 * v).collect::<Vec<_>>(), numbers(CELLS, 2));
    let mut x_bar = numbers(3 * CELLS, 3);
    let before = x_bar.clone();
    density_adjoint(&MESH, &mesh, &x, &mut x_bar);
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

/// Numbers `[nx, ny, nz, 4]` as a mesh of vectors.
fn vectors<T: Copy + Default>(numbers: &[T]) -> Vec<T> {
    let mut out = vec![T::default(); MESH.vectors()];
    for (row, from) in out.chunks_mut(MESH.vector_row()).zip(numbers.chunks(4 * N[2])) {
        row[..4 * N[2]].copy_from_slice(from);
        row[4 * N[2]..].copy_from_slice(&from[..4]);
    }
    out
}

#[test]
fn fourth_numbers_are_set_alone() {
    let (from, four) = (numbers(MESH.scalars(), 8), numbers(4 * CELLS, 9));
    let mut out = vectors(&four);
    set_fourth(&MESH, &from, &mut out);
    let own = |i: usize| if i % 4 == 3 { from[i / 4 / N[2] * MESH.row() + i / 4 % N[2]] } else { four[i] };
    assert_eq!(out, vectors(&(0..4 * CELLS).map(own).collect::<Vec<_>>()));
}

/// Arrays of a walker: x (in cells up to +-4), p, x-bar, p-bar.
fn state() -> [Vec<f64>; 4] {
    let mut all = [11, 12, 13, 14].map(|seed| numbers(3 * CELLS, seed));
    all[0].iter_mut().for_each(|x| *x *= 8.0);
    all
}

fn walk<T>([x, p, x_bar, p_bar]: &mut [Vec<f64>; 4], f: impl FnOnce(&mut Walker<f64>) -> T) -> T {
    f(&mut Walker { mesh: MESH, x, p, x_bar, p_bar })
}

#[test]
fn a_kick_is_taken_back_with_its_derivatives() {
    let (mesh, d) = (numbers(4 * CELLS, 6), 0.3);
    let before = state();
    let mut after = state();
    let [by_force, by_d] = walk(&mut after, |w| w.unkick(&vectors(&mesh), Some(d)));
    let [x, p, x_bar, q] = &before;
    let force = |x: &[f64], i: usize, axis: usize| read(&mesh, x, i, 4, axis);
    let (mut kick, mut drift) = (0.0, 0.0);
    for i in 0..CELLS {
        // The sum of q . F, and rho-bar, where this particle is.
        let energy = |x: &[f64]| (0..3).map(|a| q[a * CELLS + i] * force(x, i, a)).sum::<f64>() + read(&mesh, x, i, 4, 3);
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
            let momentum = p[at] - force(x, i, axis);
            assert!((after[1][at] - momentum).abs() < 1e-14);
            kick += q[at] * force(x, i, axis);
            drift += after[2][at] * momentum;
            assert!((after[0][at] - (x[at] - d * momentum)).abs() < 1e-14);
            assert!((after[3][at] - (q[at] + d * after[2][at])).abs() < 1e-14);
        }
    }
    assert!((by_force - kick).abs() < 1e-12 && (by_d - drift).abs() < 1e-12, "{by_force} {kick} {by_d} {drift}");
    // One by one: the same.
    let mut parts = before.clone();
    let [alone, nothing] = walk(&mut parts, |w| w.unkick(&vectors(&mesh), None));
    assert!(alone == by_force && nothing == 0.0);
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
        let sums = Walker { mesh: MESH, x: &mut x, p: &mut p, x_bar: &mut x_bar, p_bar: &mut p_bar }.unkick(&vectors(&mesh), Some(0.2));
        set_threads(1);
        (sums.map(f64::to_bits), [x, p, x_bar, p_bar].map(|a| a.iter().map(|v| v.to_bits()).collect::<Vec<_>>()))
    };
    let one = run(1);
    assert!(one == run(2) && one == run(3));
}

/// Another plain force: density, potential by its definition, gradient, and CIC; of the particles at `x`.
fn plain_kick(green: &Green, x: &[f64], p: &[f64]) -> Vec<f64> {
    let mut density = vec![0.0; MESH.scalars()];
    let at = |i: usize| i / N[2] * MESH.row() + i % N[2];
    (0..CELLS).for_each(|i| weights(x, i).into_iter().for_each(|(node, w)| density[at(node)] += w));
    potential(&MESH, *green, &mut density).unwrap();
    let mut force = vec![0.0; MESH.vectors()];
    gradient(&MESH, -1.0, &density, &mut force);
    let nodes: Vec<f64> = (0..CELLS).flat_map(|i| force[i / N[2] * MESH.vector_row() + i % N[2] * 4..][..4].to_vec()).collect();
    (0..3 * CELLS).map(|at| p[at] + read(&nodes, x, at % CELLS, 4, at / CELLS)).collect()
}

#[test]
fn the_whole_kick_has_the_slopes_of_differences() {
    let green = Green { gravity: 1.1, split: 0.4, difference: true, correction: 0.3, low: 0.5, high: 1.7 };
    let before = state();
    let [x, p, x_bar, q] = &before;
    // A number whose derivative by the state after the kick is (x-bar, q).
    let value = |green: &Green, x: &[f64], p: &[f64]| -> f64 {
        let after = plain_kick(green, x, p);
        (0..3 * CELLS).map(|i| x_bar[i] * x[i] + q[i] * after[i]).sum()
    };
    let mut after = before.clone();
    after[1] = plain_kick(&green, x, p);
    let (mut density, mut phi_bar, mut mesh) = (vec![9.0; MESH.scalars()], vec![9.0; MESH.scalars()], vec![9.0; MESH.vectors()]);
    let meshes = Meshes { density: &mut density, phi_bar: &mut phi_bar, vectors: &mut mesh };
    let slopes = walk(&mut after, |w| kick_adjoint(w, meshes, green, None, true)).unwrap();
    after[1].iter().zip(p).for_each(|(a, b)| assert!((a - b).abs() < 1e-13, "momenta come back"));
    let close = |what: &str, got: f64, of: &dyn Fn(f64) -> f64| {
        let slope = (of(1e-5) - of(-1e-5)) / 2e-5;
        assert!((got - slope).abs() < 1e-8 * slope.abs().max(1.0), "{what}: {got} {slope}");
    };
    for i in (0..3 * CELLS).step_by(41) {
        close(&format!("x-bar {i}"), after[2][i], &|h| {
            let mut x = x.clone();
            x[i] += h;
            value(&green, &x, p)
        });
    }
    let times = |f: f64| Green { gravity: f * green.gravity, correction: f * green.correction, ..green };
    close("kick", slopes.kick, &|h| value(&times(1.0 + h), x, p));
    close("gravity", slopes.green.gravity, &|h| value(&Green { gravity: green.gravity + h, ..green }, x, p));
    close("correction", slopes.green.correction, &|h| value(&Green { correction: green.correction + h, ..green }, x, p));
    close("low", slopes.green.low, &|h| value(&Green { low: green.low + h, ..green }, x, p));
    close("high", slopes.green.high, &|h| value(&Green { high: green.high + h, ..green }, x, p));
}

#[test]
fn a_particle_that_is_nowhere_is_named() {
    let mut all = state();
    all[0][CELLS + 8] = f64::NAN;
    let (mut density, mut phi_bar, mut mesh) = (vec![0.0; MESH.scalars()], vec![0.0; MESH.scalars()], vec![0.0; MESH.vectors()]);
    let meshes = Meshes { density: &mut density, phi_bar: &mut phi_bar, vectors: &mut mesh };
    let green = Green { gravity: 1.0, split: 0.0, difference: false, correction: 0.0, low: 0.0, high: 0.0 };
    let failure = walk(&mut all, |w| kick_adjoint(w, meshes, green, None, false)).unwrap_err();
    assert_eq!(failure, Failure::Displacement(8));
}
