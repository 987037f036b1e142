//! Running sums, accumulated in f64.

use crate::operand::{Work, CHUNK};
use cosmesh_core::for_each_block;
use cosmesh_core::parallel::SharedMut;
use cosmesh_core::status::{try_zeroed, Status};

/// Elements of one block.
const BLOCK: usize = 1 << 14;

/// Running sums of `[outer, n, inner]` contiguous values, accumulated in f64. Along one row, blocks are summed first, so
/// that they can be filled side by side; the order of additions is the same for any number of threads.
pub fn cumulative<W: Work + Into<f64>>(values: &[W], n: usize, inner: usize, out: &mut [W], round: impl Fn(f64) -> W + Sync) -> Result<(), Status> {
    if values.is_empty() {
        return Ok(());
    }
    let outer = values.len() / (n * inner);
    let shared = SharedMut::new(out);
    if inner == 1 {
        let parts = n.div_ceil(BLOCK);
        let mut sums: Vec<f64> = try_zeroed(outer * parts)?;
        let span = |b: usize| b / parts * n + b % parts * BLOCK..(b / parts * n + (b % parts + 1) * BLOCK).min((b / parts + 1) * n);
        if parts > 1 {
            let all = SharedMut::new(&mut sums);
            // SAFETY: block b writes element b alone.
            for_each_block(outer * parts, |b| unsafe { all.set(b, values[span(b)].iter().fold(0.0, |s, &v| s + v.into())) });
            for row in sums.chunks_exact_mut(parts) {
                let mut before = 0.0;
                for s in row {
                    before += std::mem::replace(s, before);
                }
            }
        }
        for_each_block(outer * parts, |b| {
            let r = span(b);
            // SAFETY: blocks write disjoint spans.
            let to = unsafe { shared.part(r.start, r.len()) };
            let mut sum = 0.0;
            for (o, &v) in to.iter_mut().zip(&values[r]) {
                sum += v.into();
                *o = round(sums[b] + sum);
            }
        });
        return Ok(());
    }
    let tiles = inner.div_ceil(CHUNK);
    for_each_block(outer * tiles, |b| {
        let mut acc = [0.0f64; CHUNK];
        let (o, j0) = (b / tiles, b % tiles * CHUNK);
        let width = CHUNK.min(inner - j0);
        for i in 0..n {
            let start = (o * n + i) * inner + j0;
            // SAFETY: blocks write disjoint columns.
            let to = unsafe { shared.part(start, width) };
            for ((to, &v), a) in to.iter_mut().zip(&values[start..start + width]).zip(&mut acc) {
                *a += v.into();
                *to = round(*a);
            }
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_sums_of_one_long_row_and_of_columns() {
        let v: Vec<f64> = (0..100_000).map(|i| (i % 5) as f64).collect();
        let mut out = vec![0.0; v.len()];
        cumulative(&v, v.len(), 1, &mut out, |x| x).unwrap();
        assert_eq!((out[4], out[99_999]), (10.0, 200_000.0));
        cumulative(&v, 50_000, 2, &mut out, |x| x).unwrap();
        assert_eq!((out[2], out[3]), (2.0, 1.0 + 3.0));
    }
}
