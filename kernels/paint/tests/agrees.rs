//! `paint` against the plain loop, and `read` as its transpose.

use cosmesh_core::parallel::set_threads;
use cosmesh_paint::{paint, read, scalar, Coordinate, Factor, Failure, Grid, Scheme};

/// A plain linear congruential generator (Knuth, MMIX) in [0, 1).
struct Lcg(u64);
impl Lcg {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Particles up to half a box outside of it, some on nodes, edges and halves between nodes.
fn particles(count: usize, n: usize, box_size: f64) -> Vec<f64> {
    let mut r = Lcg(7);
    (0..3 * count)
        .map(|i| match i % 11 {
            0 => (r.next() * n as f64).floor() * box_size / n as f64,
            1 => ((r.next() * n as f64).floor() + 0.5) * box_size / n as f64,
            2 => box_size,
            _ => (2.0 * r.next() - 0.5) * box_size,
        })
        .collect()
}

fn scalar_paint<P: Copy, T: Coordinate<P>>(s: Scheme, g: &Grid, p: &[P], m: Option<&[T]>, mesh: &mut [T]) {
    match s {
        Scheme::Ngp => scalar::paint::<P, T, 1>(g, p, m, mesh),
        Scheme::Cic => scalar::paint::<P, T, 2>(g, p, m, mesh),
        Scheme::Tsc => scalar::paint::<P, T, 3>(g, p, m, mesh),
        Scheme::Pcs => scalar::paint::<P, T, 4>(g, p, m, mesh),
    }
}

const SCHEMES: [Scheme; 4] = [Scheme::Ngp, Scheme::Cic, Scheme::Tsc, Scheme::Pcs];
const SHAPES: [[usize; 3]; 7] = [[1, 1, 1], [2, 3, 4], [5, 1, 7], [8, 8, 8], [9, 16, 13], [33, 20, 18], [40, 40, 41]];

fn agrees<P: Copy + Default + Send + Sync, T: Coordinate<P> + Factor<T> + std::fmt::Debug>(convert: fn(f64) -> P, to_f64: fn(T) -> f64, shapes: &[[usize; 3]], tolerance: f64) {
    for &n in shapes {
        let grid = Grid::new(n, 3.0);
        let count = 40_000;
        let positions: Vec<P> = particles(count, n[0], 3.0).into_iter().map(convert).collect();
        let masses: Vec<T> = (0..count).map(|i| T::of(0.5 + (i % 7) as f64)).collect();
        for scheme in SCHEMES {
            for masses in [None, Some(&masses[..])] {
                let mut plain = vec![T::default(); grid.len()];
                scalar_paint(scheme, &grid, &positions, masses, &mut plain);
                let largest = plain.iter().map(|&v| to_f64(v)).fold(0.0, f64::max);
                let mut seen: Option<Vec<u64>> = None;
                for threads in [1, 2, 3, 5] {
                    set_threads(threads);
                    let mut mesh = vec![T::default(); grid.len()];
                    paint(scheme, &grid, &positions, masses, &mut mesh).unwrap();
                    for (a, b) in mesh.iter().zip(&plain) {
                        let difference = (to_f64(*a) - to_f64(*b)).abs();
                        assert!(difference <= tolerance * largest, "{scheme:?} {n:?}: {a:?} {b:?}");
                    }
                    let bits: Vec<u64> = mesh.iter().map(|&v| to_f64(v).to_bits()).collect();
                    assert!(seen.get_or_insert_with(|| bits.clone()) == &bits);
                }
                set_threads(1);
            }
        }
    }
}

// f32 sums of up to 2000 particles in one node, in different order; larger sums say nothing about the weights.
#[test]
fn paint_agrees_with_the_plain_loop_f32() {
    agrees::<f32, f32>(|v| v as f32, f64::from, &SHAPES[1..], 1e-4);
}
#[test]
fn paint_agrees_with_the_plain_loop_f64() {
    agrees::<f64, f64>(|v| v, |v| v, &SHAPES, 1e-12);
}
#[test]
fn paint_agrees_with_the_plain_loop_mixed() {
    agrees::<f64, f32>(|v| v, f64::from, &SHAPES[1..], 1e-4);
    agrees::<f32, f64>(|v| v as f32, |v| v, &SHAPES, 1e-12);
}

/// Particles near a lattice in its order, displaced by up to `shift` cells, over the edges of the box.
fn lattice(n: usize, shift: f64) -> Vec<f32> {
    let mut r = Lcg(11);
    let mut out = Vec::new();
    for i in 0..n * n * n {
        for c in [i / (n * n), i / n % n, i % n] {
            out.push(((c as f64 + shift * (2.0 * r.next() - 1.0) + n as f64) % n as f64) as f32 * (3.0 / n as f32));
        }
    }
    out
}

#[test]
fn paint_agrees_with_the_plain_loop_in_lattice_order() {
    let n = 48;
    let masses: Vec<f32> = (0..n * n * n).map(|i| 0.5 + (i % 7) as f32).collect();
    for (cells, shift) in [(48, 0.0), (48, 0.9), (40, 1.5), (96, 0.3), (48, 20.0)] {
        let grid = Grid::new([cells, cells + 1, cells - 1], 3.0);
        let positions = lattice(n, shift);
        for masses in [None, Some(&masses[..])] {
            let mut plain = vec![0.0f32; grid.len()];
            scalar::paint::<f32, f32, 2>(&grid, &positions, masses, &mut plain);
            let mut seen: Option<Vec<f32>> = None;
            for threads in [1, 2, 3] {
                set_threads(threads);
                let mut mesh = vec![0.0f32; grid.len()];
                paint(Scheme::Cic, &grid, &positions, masses, &mut mesh).unwrap();
                // Tens of f32 additions at a node, each of up to 7.
                assert!(mesh.iter().zip(&plain).all(|(a, b)| (a - b).abs() < 1e-4), "{cells} {shift}");
                assert!(seen.get_or_insert_with(|| mesh.clone()) == &mesh);
            }
            set_threads(1);
        }
    }
    let mut positions = lattice(n, 0.3);
    positions[3 * 77_777 + 1] = f32::NAN;
    let mut mesh = vec![0.0f32; 64 * 64 * 64];
    assert_eq!(
        paint(Scheme::Cic, &Grid::new([64; 3], 3.0), &positions, None, &mut mesh),
        Err(Failure::Position(77_777))
    );
}

#[test]
fn read_is_the_transpose_of_paint() {
    let grid = Grid::new([9, 16, 13], 3.0);
    let count = 5000;
    let positions = particles(count, 9, 3.0);
    let mut r = Lcg(3);
    let w: Vec<f64> = (0..count).map(|_| r.next() - 0.5).collect();
    let m: Vec<f64> = (0..grid.len()).map(|_| r.next() - 0.5).collect();
    for scheme in SCHEMES {
        let mut painted = vec![0.0; grid.len()];
        paint(scheme, &grid, &positions, Some(&w), &mut painted).unwrap();
        let mut seen = vec![0.0; count];
        read(scheme, &grid, &positions, &m, &mut seen).unwrap();
        let left: f64 = painted.iter().zip(&m).map(|(a, b)| a * b).sum();
        let right: f64 = w.iter().zip(&seen).map(|(a, b)| a * b).sum();
        assert!((left - right).abs() < 1e-12, "{scheme:?}: {left} {right}");
    }
}

#[test]
fn read_gives_the_same_bits_for_particles_in_any_order() {
    // Along a line of cells neighbours share a tile and are read as they come; shuffled, they are sorted first.
    let grid = Grid::new([64, 64, 64], 3.0);
    let mut r = Lcg(5);
    let mesh: Vec<f32> = (0..grid.len()).map(|_| r.next() as f32).collect();
    let count = 40_000;
    let place = |i: usize| [i as f64 / count as f64 * 3.0, 0.7 + (i % 10) as f64 / 100.0, (i % 97) as f64 / 33.0];
    let shuffled = |i: usize| i * 7919 % count;
    let straight: Vec<f64> = (0..count).flat_map(place).collect();
    let mixed: Vec<f64> = (0..count).flat_map(|i| place(shuffled(i))).collect();
    for scheme in SCHEMES {
        let (mut a, mut b) = (vec![0.0f32; count], vec![0.0f32; count]);
        read(scheme, &grid, &straight, &mesh, &mut a).unwrap();
        for threads in [1, 3] {
            set_threads(threads);
            read(scheme, &grid, &mixed, &mesh, &mut b).unwrap();
            assert!((0..count).all(|i| b[i] == a[shuffled(i)]), "{scheme:?}");
        }
        set_threads(1);
    }
}

#[test]
fn the_first_bad_particle_is_named() {
    let grid = Grid::new([16, 16, 16], 1.0);
    let mut positions = vec![0.5f32; 3 * 100_000];
    positions[3 * 70_000 + 2] = f32::NAN;
    positions[3 * 40_001] = f32::INFINITY;
    let mut mesh = vec![0.0f32; grid.len()];
    assert_eq!(paint(Scheme::Cic, &grid, &positions, None, &mut mesh), Err(Failure::Position(40_001)));
    assert_eq!(read(Scheme::Cic, &grid, &positions, &mesh, &mut vec![0.0f32; 100_000]), Err(Failure::Position(40_001)));
    let mut masses = vec![1.0f32; 100_000];
    masses[5] = f32::NAN;
    assert_eq!(paint(Scheme::Cic, &grid, &positions[..30], Some(&masses[..10]), &mut mesh), Err(Failure::Mass(5)));
}
