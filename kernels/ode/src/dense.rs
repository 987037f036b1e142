//! Interpolants between two steps, as plain numbers: a header of five, `[form, t_old, t, h, order]`, and rows of n.
//! That form is kept by the host, copied, and evaluated later without the solver that wrote it.

/// Numbers before the rows.
pub const HEADER: usize = 5;

/// How the rows are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `y = row0 + h sum_k row_k x^k`, `x = (t - t_old) / (t_end - t_old)`, k = 1..=order.
    Power = 1,
    /// `row0` and the seven rows F of DOP853.
    Dop853 = 2,
    /// Backward differences `row_k`, k = 0..=order, with spacing h, ending at t.
    Bdf = 3,
    /// Nordsieck array: `y = sum_k row_k x^k`, `x = (t - t_end) / h`, k = 0..=order.
    Nordsieck = 4,
}

/// Length of a segment with room for `rows` rows of n numbers.
pub const fn segment_len(rows: usize, n: usize) -> usize {
    HEADER + rows * n
}

/// Writes the header; gives the rows back.
pub fn write_header(segment: &mut [f64], form: Form, t_old: f64, t: f64, h: f64, order: usize) -> &mut [f64] {
    let (head, rows) = segment.split_at_mut(HEADER);
    head.copy_from_slice(&[form as i32 as f64, t_old, t, h, order as f64]);
    rows
}

/// Fills `y[n]` with the interpolant's value at `t`, which may lie outside of the step.
pub fn evaluate(segment: &[f64], t: f64, y: &mut [f64]) {
    let n = y.len();
    if n == 0 {
        return;
    }
    let (head, rows) = segment.split_at(HEADER);
    let (t_old, t_end, h, order) = (head[1], head[2], head[3], head[4] as usize);
    match head[0] as i32 {
        1 => {
            let x = (t - t_old) / (t_end - t_old);
            y.fill(0.0);
            let mut power = 1.0;
            for row in rows[n..(order + 1) * n].chunks_exact(n) {
                power *= x;
                add(y, power, row);
            }
            y.iter_mut().zip(rows).for_each(|(y, old)| *y = *y * h + old);
        }
        2 => {
            let x = (t - t_old) / (t_end - t_old);
            y.fill(0.0);
            for (i, row) in rows[n..8 * n].chunks_exact(n).rev().enumerate() {
                let factor = if i % 2 == 0 { x } else { 1.0 - x };
                y.iter_mut().zip(row).for_each(|(y, f)| *y = (*y + f) * factor);
            }
            add(y, 1.0, &rows[..n]);
        }
        3 => {
            y.copy_from_slice(&rows[..n]);
            let mut product = 1.0;
            for (k, row) in rows[n..(order + 1) * n].chunks_exact(n).enumerate() {
                product *= (t - (t_end - h * k as f64)) / (h * (1 + k) as f64);
                add(y, product, row);
            }
        }
        _ => {
            let x = (t - t_end) / h;
            y.copy_from_slice(&rows[..n]);
            let mut power = 1.0;
            for row in rows[n..(order + 1) * n].chunks_exact(n) {
                power *= x;
                add(y, power, row);
            }
        }
    }
}

fn add(y: &mut [f64], factor: f64, row: &[f64]) {
    y.iter_mut().zip(row).for_each(|(y, r)| *y += factor * r);
}
