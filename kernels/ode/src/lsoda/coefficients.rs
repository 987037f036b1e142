//! Coefficients of the Adams and BDF methods in Nordsieck form, and the constants of their error tests (the subroutine
//! CFODE of ODEPACK, Hindmarsh 1983).

/// Highest order of the Adams methods.
pub const ADAMS_ORDER: usize = 12;
/// Highest order of the BDF methods.
pub const BDF_ORDER: usize = 5;

/// Coefficients of one family for the orders 1..=12; the index is the order.
#[derive(Clone, Debug)]
pub struct Family {
    /// `corrector[q][k]`: by how much of the correction row k of the Nordsieck array changes at order q.
    pub corrector: [[f64; ADAMS_ORDER + 1]; ADAMS_ORDER + 1],
    /// `test[q]`: the correction is divided by these for the error estimates at orders q - 1, q and q + 1.
    pub test: [[f64; 3]; ADAMS_ORDER + 1],
}

impl Family {
    /// `l(x) = sum_k corrector[q][k] x^k` with `l' = (x + 1) (x + 2) ... (x + q - 1) / (q - 1)!`, `l(-1) = 0`.
    pub fn adams() -> Self {
        let mut family = Self { corrector: [[0.0; 13]; 13], test: [[0.0; 3]; 13] };
        family.corrector[1][..2].copy_from_slice(&[1.0, 1.0]);
        family.test[1][1] = 2.0;
        family.test[2][0] = 1.0;
        let mut p = [0.0; 12];
        p[0] = 1.0;
        let mut inverse_factorial = 1.0;
        for q in 2..=ADAMS_ORDER {
            let degree = q - 1;
            let before = inverse_factorial;
            inverse_factorial /= q as f64;
            times_linear(&mut p, degree);
            // The integrals of p(x) and x p(x) from -1 to 0.
            let (mut integral, mut moment, mut sign) = (p[0], p[0] * 0.5, 1.0);
            for (i, &p) in p.iter().enumerate().take(degree + 1).skip(1) {
                sign = -sign;
                integral += sign * p / (i + 1) as f64;
                moment += sign * p / (i + 2) as f64;
            }
            let row = &mut family.corrector[q];
            row[0] = integral * before;
            row[1] = 1.0;
            for i in 1..=degree {
                row[i + 1] = before * p[i] / (i + 1) as f64;
            }
            let test = 1.0 / (inverse_factorial * moment);
            family.test[q][1] = test;
            family.test[q - 1][2] = test;
            if q < ADAMS_ORDER {
                family.test[q + 1][0] = test * inverse_factorial / (q + 1) as f64;
            }
        }
        family
    }

    /// `l(x) = (x + 1) (x + 2) ... (x + q) / (q! (1 + 1/2 + ... + 1/q))`.
    pub fn bdf() -> Self {
        let mut family = Self { corrector: [[0.0; 13]; 13], test: [[0.0; 3]; 13] };
        let mut p = [0.0; 12];
        p[0] = 1.0;
        let mut inverse_factorial = 1.0;
        for q in 1..=BDF_ORDER {
            times_linear(&mut p, q);
            let row = &mut family.corrector[q];
            for i in 0..=q {
                row[i] = p[i] / p[1];
            }
            row[1] = 1.0;
            family.test[q] = [inverse_factorial, (q + 1) as f64 / row[0], (q + 2) as f64 / row[0]];
            inverse_factorial /= q as f64;
        }
        family
    }

    /// Ratio of correction to local error, times the last coefficient: the error constant of order q.
    pub fn error_constant(&self, q: usize) -> f64 {
        self.test[q][1] * self.corrector[q][q]
    }
}

/// Multiplies the polynomial `p` of degree q - 1 by (x + q).
fn times_linear(p: &mut [f64; 12], q: usize) {
    p[q] = 0.0;
    for i in (1..=q).rev() {
        p[i] = p[i - 1] + q as f64 * p[i];
    }
    p[0] *= q as f64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_orders_are_those_of_the_textbook() {
        let (adams, bdf) = (Family::adams(), Family::bdf());
        // Adams-Moulton of order 3: y' weights 5/12, 8/12, -1/12; l(x) = 5/12 + x + 3/4 x^2 + 1/6 x^3 (Gear 1971).
        for (got, want) in adams.corrector[3].iter().zip([5.0 / 12.0, 1.0, 0.75, 1.0 / 6.0, 0.0]) {
            assert!((got - want).abs() < 1e-15);
        }
        // BDF of order 2: beta = 2/3, l(x) = 2/3 + x + 1/3 x^2; of order 5: beta = 60/137.
        for (got, want) in bdf.corrector[2].iter().zip([2.0 / 3.0, 1.0, 1.0 / 3.0, 0.0]) {
            assert!((got - want).abs() < 1e-15);
        }
        assert!((bdf.corrector[5][0] - 60.0 / 137.0).abs() < 1e-15);
        // Error tests of order 1, 2 and 3, from the error constants 1/2, 1/12 and 1/24 of the Adams-Moulton methods.
        for (got, want) in [(adams.test[1][1], 2.0), (adams.test[2][1], 12.0), (adams.test[3][1], 24.0)] {
            assert!((got - want).abs() < 1e-13);
        }
    }

    #[test]
    fn every_corrector_keeps_a_polynomial_of_its_order() {
        // l(-1) = 0 for both families: the value one step back is not changed by a correction.
        for (family, most) in [(Family::adams(), ADAMS_ORDER), (Family::bdf(), BDF_ORDER)] {
            for q in 1..=most {
                let back: f64 = family.corrector[q].iter().enumerate().map(|(k, l)| if k % 2 == 0 { *l } else { -l }).sum();
                assert!(back.abs() < 1e-14, "order {q}: {back}");
            }
        }
    }
}
