//! Dormand and Prince's pair of orders 5 and 4 (J. Comp. Appl. Math. 6, 19, 1980), with the quartic interpolant of
//! Shampine (Math. Comp. 46, 135, 1986).

use crate::control::scaled_norm;
use crate::dense::{write_header, Form};
use crate::rk::{component, weighted, Pair, RungeKutta};
use crate::system::{Failure, System};

/// The pair's table.
pub struct DormandPrince;

/// The method RK45.
pub type Rk45 = RungeKutta<DormandPrince>;

/// Weights of the error estimate: the difference of the two formulas.
const E: [f64; 7] = [-71.0 / 57600.0, 0.0, 71.0 / 16695.0, -71.0 / 1920.0, 17253.0 / 339200.0, -22.0 / 525.0, 1.0 / 40.0];

/// Interpolant: weights of the stages for each power of x, with Shampine's optimal c_6. `P[power][stage]`.
const P: [[f64; 7]; 4] = [
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [
        -8048581381.0 / 2820520608.0,
        0.0,
        131558114200.0 / 32700410799.0,
        -1754552775.0 / 470086768.0,
        127303824393.0 / 49829197408.0,
        -282668133.0 / 205662961.0,
        40617522.0 / 29380423.0,
    ],
    [
        8663915743.0 / 2820520608.0,
        0.0,
        -68118460800.0 / 10900136933.0,
        14199869525.0 / 1410260304.0,
        -318862633887.0 / 49829197408.0,
        2019193451.0 / 616988883.0,
        -110615467.0 / 29380423.0,
    ],
    [
        -12715105075.0 / 11282082432.0,
        0.0,
        87487479700.0 / 32700410799.0,
        -10690763975.0 / 1880347072.0,
        701980252875.0 / 199316789632.0,
        -1453857185.0 / 822651844.0,
        69997945.0 / 29380423.0,
    ],
];

impl Pair for DormandPrince {
    const STAGES: usize = 6;
    const ROWS: usize = 7;
    const DENSE_ROWS: usize = 5;
    const ERROR_ORDER: i32 = 4;
    const C: &'static [f64] = &[0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0];
    const A: &'static [&'static [f64]] = &[
        &[],
        &[1.0 / 5.0],
        &[3.0 / 40.0, 9.0 / 40.0],
        &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
        &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
        &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
        &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
    ];

    fn error_norm(k: &[f64], h: f64, scale: &[f64]) -> f64 {
        let n = scale.len();
        scaled_norm((0..n).map(|i| component(&E, k, n, i) * h / scale[i]), n)
    }

    fn dense<S: System + ?Sized>(rk: &mut RungeKutta<Self>, _system: &mut S, out: &mut [f64]) -> Result<(), Failure> {
        let n = rk.f.len();
        let rows = write_header(out, Form::Power, rk.state.t_old, rk.state.t, rk.h, P.len());
        rows[..n].copy_from_slice(&rk.y_old);
        for (row, weights) in rows[n..].chunks_exact_mut(n).zip(&P) {
            row.fill(0.0);
            weighted(row, weights, &rk.k);
        }
        Ok(())
    }
}
