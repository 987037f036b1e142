//! The content of a skewer's cells, moved along the skewer and laid back onto its cells.
//!
//! Lengths are in cells. Cell i reaches from i - 1/2 to i + 1/2 and is evenly filled; the displacement is d_i at its centre
//! and linear between centres, periodic. So the map x -> x + d(x) is linear on each half of a cell, and half a cell's
//! content lies evenly over the interval between the images of its ends, whichever comes first: where skewers cross
//! themselves (more than one place seen at one distance), contents add up. Nothing is lost: the last part of an interval gets what
//! the others leave.

/// Sums over each cell of what comes to lie in it, exactly up to rounding.
pub fn spread(content: &[f64], displacement: &[f64], sums: &mut [f64]) {
    let n = content.len();
    assert!(displacement.len() == n && sums.len() == n && n > 0);
    sums.fill(0.0);
    let mut before = displacement[n - 1];
    for i in 0..n {
        let here = displacement[i];
        let after = displacement[if i + 1 == n { 0 } else { i + 1 }];
        let (x, half) = (i as f64, 0.5 * content[i]);
        let middle = x + here;
        lay(half, x - 0.5 + 0.5 * (before + here), middle, sums);
        lay(half, middle, x + 0.5 + 0.5 * (here + after), sums);
        before = here;
    }
}

/// Lays content evenly over the interval between two places.
#[inline(always)]
fn lay(content: f64, p: f64, q: f64, sums: &mut [f64]) {
    let n = sums.len();
    let (low, high) = if p < q { (p, q) } else { (q, p) };
    let cell = (low + 0.5).floor();
    let mut edge = cell + 0.5;
    let mut j = wrap(cell, n);
    if high <= edge {
        sums[j] += content;
        return;
    }
    // The interval holds a face between cells, at 1/2 or farther from 0, so its width is not below the spacing of numbers there.
    let density = content / (high - low);
    let mut part = density * (edge - low);
    let mut left = content;
    loop {
        sums[j] += part;
        left -= part;
        j = if j + 1 == n { 0 } else { j + 1 };
        edge += 1.0;
        if high <= edge {
            break;
        }
        part = density;
    }
    sums[j] += left;
}

/// The same with `count` particles evenly over each cell, each of which falls into one cell as a whole.
pub fn spread_particles(content: &[f64], displacement: &[f64], count: usize, sums: &mut [f64]) {
    let n = content.len();
    assert!(displacement.len() == n && sums.len() == n && count > 0);
    sums.fill(0.0);
    for i in 0..n {
        let here = displacement[i];
        let (before, after) = (displacement[if i == 0 { n - 1 } else { i - 1 }], displacement[if i + 1 == n { 0 } else { i + 1 }]);
        let each = content[i] / count as f64;
        for k in 0..count {
            let x = (k as f64 + 0.5) / count as f64 - 0.5;
            let slope = if x < 0.0 { here - before } else { after - here };
            sums[wrap((i as f64 + x + (here + slope * x) + 0.5).floor(), n)] += each;
        }
    }
}

/// The cell of the periodic skewer that a whole number names.
#[inline(always)]
fn wrap(cell: f64, n: usize) -> usize {
    if cell >= 0.0 && cell < n as f64 {
        return cell as usize;
    }
    (cell as i64).rem_euclid(n as i64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(content: &[f64], displacement: &[f64]) -> Vec<f64> {
        let mut sums = vec![f64::NAN; content.len()];
        spread(content, displacement, &mut sums);
        sums
    }

    #[test]
    fn without_displacement_nothing_changes_and_whole_cells_are_a_rotation() {
        let content = [3.0, 0.1, -7.25, 1e-30, 5.0];
        assert_eq!(run(&content, &[0.0; 5]), content);
        assert_eq!(run(&content, &[2.0; 5]), [1e-30, 5.0, 3.0, 0.1, -7.25]);
        assert_eq!(run(&content, &[-11.0; 5]), [0.1, -7.25, 1e-30, 5.0, 3.0]);
        assert_eq!(run(&[4.0], &[0.3]), [4.0]);
    }

    #[test]
    fn a_fraction_of_a_cell_splits_the_content() {
        // A quarter of a cell to the right leaves three quarters.
        assert_eq!(run(&[8.0, 0.0, 0.0, 4.0], &[0.25; 4]), [7.0, 2.0, 0.0, 3.0]);
        assert_eq!(run(&[8.0, 0.0, 0.0, 4.0], &[-0.25; 4]), [6.0, 0.0, 1.0, 5.0]);
    }

    #[test]
    fn a_cell_that_is_stretched_or_turned_over_is_met_by_hand() {
        // Displacements 0, 1, 0, 0: cell 1 spans [0.5, 1.5] -> its left half [0.5, 1] lands on [1, 2], its right half
        // [1, 1.5] on [2, 2] (the map is flat there): 4 in [1, 2] is 2 in cell 1 and 2 in cell 2, and 4 more in cell 2.
        assert_eq!(run(&[0.0, 8.0, 0.0, 0.0], &[0.0, 1.0, 0.0, 0.0]), [0.0, 2.0, 6.0, 0.0]);
        // Displacements 0, 2, 0, 0: left half to [1.5, 3], right half from 3 back to 2.5: 4 over [1.5, 3] is 8/3 in cell 2
        // and 4/3 in cell 3; 4 over [2.5, 3] in cell 3.
        let got = run(&[0.0, 8.0, 0.0, 0.0], &[0.0, 2.0, 0.0, 0.0]);
        let expected = [0.0, 0.0, 8.0 / 3.0, 4.0 + 4.0 / 3.0];
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14), "{got:?}");
    }

    #[test]
    fn many_particles_approach_the_exact_sums_and_both_conserve() {
        let n = 37;
        let content: Vec<f64> = (0..n).map(|i| ((i * 7919) % 101) as f64 - 30.0).collect();
        // Up to six cells with slopes up to 4: several crossings, and over the edge.
        let displacement: Vec<f64> = (0..n).map(|i| 6.0 * cosmesh_core::math::sin(0.7 * i as f64 + 1.0)).collect();
        let exact = run(&content, &displacement);
        let total: f64 = content.iter().sum();
        assert!((exact.iter().sum::<f64>() - total).abs() < 1e-10);
        let mut last = f64::INFINITY;
        for count in [20, 400, 8000] {
            let mut sums = vec![f64::NAN; n];
            spread_particles(&content, &displacement, count, &mut sums);
            assert!((sums.iter().sum::<f64>() - total).abs() < 1e-9);
            let worst = sums.iter().zip(&exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(worst < last / 10.0, "{count} particles: {worst} after {last}");
            last = worst;
        }
        assert!(last < 0.05);
    }
}
