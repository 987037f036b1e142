//! Round trips, and properties that do not depend on how the formulas are written.

use crate::angle::atan2;
use crate::healpix::{Direction, Healpix};
use crate::healpix_interpolation::{angle_slopes, Place, Rings};
use cosmesh_core::lanes::{F64x2, Lanes};

/// Directions all over the sphere, with the poles and the edges of quadrants.
fn directions() -> Vec<[f64; 3]> {
    let mut all = vec![[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [-1.0, 0.0, 2.0], [1e-9, 1e-9, -1.0]];
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
    };
    while all.len() < 20_000 {
        let v = [next(), next(), next()];
        // The scale must not matter.
        all.push(v.map(|c| c * (1.0 + 1e3 * v[0].abs())));
    }
    all
}

#[test]
fn angles_of_vectors_are_right_to_two_units() {
    for [x, y, _] in directions() {
        let angle = atan2(F64x2::splat(y), F64x2::splat(x)).to_array()[1];
        let exact = y.atan2(x);
        assert!((angle - exact).abs() <= 4.5e-16 * exact.abs(), "atan2({y}, {x}) = {angle}, not {exact}");
    }
}

#[test]
fn all_pixels_come_back() {
    for order in 0..6 {
        let grid = Healpix::new(order);
        for pixel in 0..grid.pixels {
            let cell = grid.cell_of_ring(pixel);
            assert_eq!(grid.ring_of(cell), pixel);
            assert_eq!(grid.cell_of_nested(grid.nested_of(cell)), cell);
            let (theta, phi) = grid.angles_of_ring(pixel);
            let [x, y, z] = grid.vector_of_ring(pixel);
            for d in [Direction::from_angles(theta, phi), Direction::from_vector(x, y, z)] {
                assert_eq!((grid.ring_at(d), grid.cell_at(d)), (pixel, cell));
            }
        }
    }
}

#[test]
fn large_orders_come_back() {
    let grid = Healpix::new(24);
    for i in 0..2000 {
        for pixel in [i, grid.cap - 1000 + i, grid.pixels / 2 + i * 7_777_777, grid.pixels - grid.cap - 1000 + i, grid.pixels - 1 - i] {
            let cell = grid.cell_of_ring(pixel);
            assert_eq!(grid.ring_of_nested(grid.nested_of(cell)), pixel);
            let (theta, phi) = grid.angles_of_ring(pixel);
            assert_eq!(grid.ring_at(Direction::from_angles(theta, phi)), pixel);
        }
    }
}

#[test]
fn neighbours_are_mutual_and_near() {
    for order in 0..5 {
        let grid = Healpix::new(order);
        for pixel in 0..grid.pixels {
            let all: Vec<i64> = grid.neighbours_of_ring(pixel).into_iter().filter(|&p| p >= 0).collect();
            assert!(all.iter().all(|&p| grid.neighbours_of_ring(p).contains(&pixel)));
            if order > 0 {
                let v = grid.vector_of_ring(pixel);
                for p in all {
                    let u = grid.vector_of_ring(p);
                    let cosine: f64 = v.iter().zip(u).map(|(a, b)| a * b).sum();
                    // Centres of pixels that touch are less than two and a half pixel sides apart.
                    let side = (4.0 * std::f64::consts::PI / grid.pixels as f64).sqrt();
                    assert!(cosine.acos() < 2.5 * side, "{pixel} {p}");
                }
            }
        }
    }
}

#[test]
fn weights_add_up_and_their_slopes_are_differences() {
    for order in [0, 1, 4, 9] {
        let rings = Rings::new(order, 1 << 20);
        let bare = Rings::new(order, 0);
        for [x, y, z] in directions() {
            let place = Place::from_vector(x, y, z);
            let all = rings.slopes(place);
            assert_eq!(all.stencil.weights, bare.stencil(place).weights);
            assert!((all.stencil.weights.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            assert!(all.stencil.weights.iter().all(|&w| w > -1e-12));
            assert!(all.stencil.pixels.iter().all(|&p| (0..rings.grid.pixels).contains(&p)));
            assert!(all.by_theta.iter().sum::<f64>().abs() < 1e-9 && all.by_phi.iter().sum::<f64>().abs() < 1e-9);
            let (theta, phi) = (place.theta, place.direction.turn * std::f64::consts::FRAC_PI_2);
            let h = 1e-7 / rings.grid.nside as f64;
            for (step, slopes) in [((h, 0.0), all.by_theta), ((0.0, h), all.by_phi)] {
                let [a, b] = [1.0, -1.0].map(|s| rings.stencil(Place::from_angles(theta + s * step.0, phi + s * step.1)));
                if a.pixels != all.stencil.pixels || b.pixels != all.stencil.pixels {
                    continue;
                }
                for i in 0..4 {
                    let difference = (a.weights[i] - b.weights[i]) / (2.0 * h);
                    assert!((difference - slopes[i]).abs() < 1e-5 * rings.grid.nside as f64, "{place:?} {i}: {difference} {}", slopes[i]);
                }
            }
        }
    }
}

#[test]
fn slopes_of_angles_are_differences() {
    for v in directions().into_iter().skip(6) {
        let slopes = angle_slopes(v[0], v[1], v[2]);
        let length = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
        let flat = (v[0] * v[0] + v[1] * v[1]).sqrt();
        for axis in 0..3 {
            let h = 1e-6 * flat;
            let [a, b] = [h, -h].map(|h| {
                let mut u = v;
                u[axis] += h;
                [(u[0] * u[0] + u[1] * u[1]).sqrt().atan2(u[2]), u[1].atan2(u[0])]
            });
            assert!(((a[0] - b[0]) / (2.0 * h) - slopes.0[axis]).abs() < 1e-6 / length.min(flat));
            if (a[1] - b[1]).abs() < 1.0 {
                assert!(((a[1] - b[1]) / (2.0 * h) - slopes.1[axis]).abs() < 1e-6 / flat);
            }
        }
    }
}
