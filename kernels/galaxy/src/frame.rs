//! Turning of particles: `x' = (x - origin) R` of row vectors, and rotations by Euler angles.

use cosmesh_core::math::sincos;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Vectors of one block of parallel work.
pub const BLOCK: usize = 4096;

/// Rows of a 3 x 3 matrix.
pub type Matrix = [[f64; 3]; 3];

/// Length of a vector.
#[inline(always)]
pub fn length([x, y, z]: [f64; 3]) -> f64 {
    (x * x + y * y + z * z).sqrt()
}

/// Difference of vectors.
#[inline(always)]
pub fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// Subtracts the origin of each vector and multiplies it as a row by the matrix.
pub fn turn(vectors: &mut [[f64; 3]], origin: [f64; 3], matrix: &Matrix) {
    let len = vectors.len();
    let shared = SharedMut::new(vectors);
    for_each_range(len, BLOCK, |_, range| {
        // SAFETY: ranges of different blocks do not overlap.
        for v in unsafe { shared.part(range.start, range.len()) } {
            let [x, y, z] = minus(*v, origin);
            *v = std::array::from_fn(|j| x * matrix[0][j] + y * matrix[1][j] + z * matrix[2][j]);
        }
    });
}

/// Product of matrices.
pub fn product(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j]))
}

/// Sine and cosine of an angle in degrees, exact for multiples of 90.
fn sincos_degrees(angle: f64) -> (f64, f64) {
    let quarters = (angle / 90.0).round();
    let (s, c) = sincos((angle - 90.0 * quarters) * (std::f64::consts::PI / 180.0));
    match quarters.rem_euclid(4.0) as u32 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// `Rz(gamma) Ry(beta) Rx(alpha)` of right-handed rotations of column vectors, angles in degrees.
pub fn euler([alpha, beta, gamma]: [f64; 3]) -> Matrix {
    let [(sa, ca), (sb, cb), (sg, cg)] = [alpha, beta, gamma].map(sincos_degrees);
    let x = [[1.0, 0.0, 0.0], [0.0, ca, -sa], [0.0, sa, ca]];
    let y = [[cb, 0.0, sb], [0.0, 1.0, 0.0], [-sb, 0.0, cb]];
    let z = [[cg, -sg, 0.0], [sg, cg, 0.0], [0.0, 0.0, 1.0]];
    product(&product(&z, &y), &x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarter_turns_are_exact() {
        // Edge-on: (x, y, z) becomes (x, z, -y).
        let mut v = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        turn(&mut v, [0.0, 0.0, 1.0], &euler([90.0, 0.0, 0.0]));
        assert_eq!(v, [[1.0, 2.0, -2.0], [4.0, 5.0, -5.0]]);
        assert_eq!(euler([0.0, 180.0, 0.0]), [[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]]);
        assert_eq!(euler([-90.0, 0.0, 0.0]), euler([270.0, 0.0, 0.0]));
    }

    #[test]
    fn rotations_follow_each_other() {
        // By hand: alpha turns y towards z, as columns, first; gamma turns x towards y last.
        let r = euler([30.0, 0.0, 60.0]);
        let (half, root) = (0.5, 0.75f64.sqrt());
        let expected = [[half, -root * root, root * half], [root, half * root, -half * half], [0.0, half, root]];
        for (a, b) in r.as_flattened().iter().zip(expected.as_flattened()) {
            assert!((a - b).abs() < 1e-15);
        }
    }
}
