//! Particles on some of the nodes of a mesh, against plain loops in f64.

use crate::mesh::Mesh;
use crate::{drift, kick_drift, paint};
use cosmesh_core::parallel::set_threads;

const MESH: Mesh = Mesh { n: [46, 12, 7], sites: [38, 5, 7], first: [4, 3] };

/// Numbers in -0.5 .. 0.5 that look random.
fn numbers(count: usize, mut state: u64) -> Vec<f64> {
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
    };
    (0..count).map(|_| next()).collect()
}

/// Displacements of up to three cells.
fn places() -> Vec<f64> {
    numbers(3 * MESH.particles(), 5).iter().map(|v| 6.0 * v).collect()
}

/// The eight nodes (x, y, z) around particle `i` with their weights.
fn weights(x: &[f64], i: usize) -> Vec<([usize; 3], f64)> {
    let [_, ny, nz] = MESH.sites;
    let site = [MESH.first[0] + i / (ny * nz), MESH.first[1] + i / nz % ny, i % nz];
    let u = [0, 1, 2].map(|c| site[c] as f64 + x[c * MESH.particles() + i]);
    let corner = |corner: usize| {
        let above = [0, 1, 2].map(|c| corner >> c & 1);
        let weight = [0, 1, 2].map(|c| if above[c] == 1 { u[c] - u[c].floor() } else { 1.0 - (u[c] - u[c].floor()) });
        ([0, 1, 2].map(|c| (u[c].floor() as i64 + above[c] as i64).rem_euclid(MESH.n[c] as i64) as usize), weight.iter().product())
    };
    (0..8).map(corner).collect()
}

#[test]
fn a_part_is_painted_where_it_lies() {
    let x = places();
    let mut expected = vec![0.0; MESH.scalars()];
    for i in 0..MESH.particles() {
        weights(&x, i).iter().for_each(|&([x, y, z], w)| expected[(x * MESH.n[1] + y) * MESH.row() + z] += w);
    }
    let run = |threads: usize| {
        set_threads(threads);
        let mut out = vec![1.0; MESH.scalars()];
        assert_eq!(paint(&MESH, &x, &mut out), None);
        set_threads(1);
        out
    };
    let one = run(1);
    assert!(one.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-13));
    assert!(one == run(2) && one == run(3));
}

#[test]
fn a_part_is_kicked_by_what_lies_around_it() {
    let (x, p) = (places(), numbers(3 * MESH.particles(), 6));
    let mut force = numbers(MESH.vectors(), 7);
    force.chunks_exact_mut(MESH.vector_row()).for_each(|row| row.copy_within(0..4, 4 * MESH.n[2]));
    let (mut moved, mut kicked) = (x.clone(), p.clone());
    kick_drift(&MESH, &force, 0.3, 0.7, &mut moved, Some(&mut kicked));
    for i in 0..MESH.particles() {
        for c in 0..3 {
            let at = |[x, y, z]: [usize; 3]| force[(x * MESH.n[1] + y) * MESH.vector_row() + 4 * z + c];
            let f: f64 = weights(&x, i).iter().map(|&(node, w)| w * at(node)).sum();
            let at = c * MESH.particles() + i;
            assert!((kicked[at] - p[at] - 0.3 * f).abs() < 1e-14, "{i} {c}");
        }
    }
    let mut by_hand = x.clone();
    drift(0.7, &mut by_hand, &kicked);
    assert_eq!(moved, by_hand);
}

#[test]
fn no_particles_paint_nothing() {
    for sites in [[0, 5, 7], [5, 0, 7]] {
        let mesh = Mesh { sites, ..MESH };
        let mut out = vec![1.0; mesh.scalars()];
        assert_eq!(paint(&mesh, &[], &mut out), None);
        assert!(out.iter().all(|&v| v == 0.0));
    }
}
