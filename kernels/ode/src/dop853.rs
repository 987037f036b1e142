//! Dormand and Prince's method of order 8 with error estimates of orders 5 and 3 and an interpolant of order 7:
//! DOP853 of Hairer, Norsett and Wanner.

use crate::dense::{write_header, Form};
use crate::dop853_table::{A, C, D, E3, E5};
use crate::rk::{combine, component, weighted, Pair, RungeKutta};
use crate::system::{Failure, System};

/// The method's table.
pub struct Order8;

/// The method DOP853.
pub type Dop853 = RungeKutta<Order8>;

const STAGES: usize = 12;
/// Rows of the stage array: with f at the end of the step and three for the interpolant.
const ROWS: usize = 16;

impl Pair for Order8 {
    const STAGES: usize = STAGES;
    const ROWS: usize = ROWS;
    const DENSE_ROWS: usize = 8;
    const ERROR_ORDER: i32 = 7;
    const A: &'static [&'static [f64]] = A;
    const C: &'static [f64] = &C;

    fn error_norm(k: &[f64], h: f64, scale: &[f64]) -> f64 {
        let n = scale.len();
        let (mut sum5, mut sum3) = (0.0, 0.0);
        for (i, scale) in scale.iter().enumerate() {
            let error5 = component(&E5, k, n, i) / scale;
            let error3 = component(&E3, k, n, i) / scale;
            sum5 += error5 * error5;
            sum3 += error3 * error3;
        }
        if sum5 == 0.0 && sum3 == 0.0 {
            return 0.0;
        }
        h.abs() * sum5 / ((sum5 + 0.01 * sum3) * n as f64).sqrt()
    }

    fn dense<S: System + ?Sized>(rk: &mut RungeKutta<Self>, system: &mut S, out: &mut [f64]) -> Result<(), Failure> {
        let n = rk.f.len();
        let h = rk.h;
        for s in STAGES + 1..ROWS {
            let (done, rest) = rk.k.split_at_mut(s * n);
            combine(&mut rk.y_new, &rk.y_old, h, A[s], done);
            system.rhs(rk.state.t_old + C[s] * h, &rk.y_new, &mut rest[..n])?;
        }
        rk.state.counts.nfev += ROWS - STAGES - 1;
        let rows = write_header(out, Form::Dop853, rk.state.t_old, rk.state.t, h, 7);
        rows[..n].copy_from_slice(&rk.y_old);
        for i in 0..n {
            let (f_old, delta) = (rk.k[i], rk.state.y[i] - rk.y_old[i]);
            rows[n + i] = delta;
            rows[2 * n + i] = h * f_old - delta;
            rows[3 * n + i] = 2.0 * delta - h * (rk.f[i] + f_old);
        }
        for (row, weights) in rows[4 * n..].chunks_exact_mut(n).zip(&D) {
            row.fill(0.0);
            weighted(row, weights, &rk.k);
            row.iter_mut().for_each(|v| *v *= h);
        }
        Ok(())
    }
}
