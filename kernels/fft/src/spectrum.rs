//! What is done with spectra: products, other lengths, and the Hartley transform from half a spectrum.

use crate::real::Real;
use cosmesh_core::{for_each_block, SharedMut};

/// Numbers of one parallel block.
const BLOCK: usize = 1 << 14;

/// Index along each axis of a row, last axis left out, and the sum of `part(axis, index)`.
fn row_offset(shape: &[usize], mut row: usize, part: impl Fn(usize, usize) -> usize) -> usize {
    let mut sum = 0;
    for axis in (0..shape.len() - 1).rev() {
        sum += part(axis, row % shape[axis]);
        row /= shape[axis];
    }
    sum
}

/// `a *= b` (or its conjugate) of complex `a` `[shape]`; `strides[axis]` are the rows of `b` between neighbours along each
/// axis but the last, 0 where `b` is the same for all.
pub fn multiply<R: Real>(a: &mut [R], b: &[R], shape: &[usize], strides: &[usize], conjugate: bool) {
    let width = 2 * shape[shape.len() - 1];
    let rows = a.len() / width;
    let pieces = width.div_ceil(BLOCK);
    let piece = width.div_ceil(pieces).next_multiple_of(2);
    let group = (BLOCK / width).max(1);
    let a = SharedMut::new(a);
    let sign = R::of(if conjugate { -1.0 } else { 1.0 });
    for_each_block(rows.div_ceil(group) * pieces, |block| {
        let (g, p) = (block / pieces, block % pieces);
        let (from, to) = (p * piece, width.min((p + 1) * piece));
        for row in g * group..rows.min((g + 1) * group) {
            let other = row_offset(shape, row, |axis, i| i * strides[axis]);
            // SAFETY: rows and pieces do not overlap.
            let x = unsafe { a.part(row * width + from, to - from) };
            for (x, y) in x.chunks_exact_mut(2).zip(b[other * width + from..other * width + to].chunks_exact(2)) {
                let (re, im) = (y[0], y[1] * sign);
                (x[0], x[1]) = (x[0] * re - x[1] * im, x[0] * im + x[1] * re);
            }
        }
    });
}

/// Changes the sign of the imaginary parts.
pub fn conjugate<R: Real>(data: &mut [R]) {
    let size = data.len();
    let data = SharedMut::new(data);
    for_each_block(size.div_ceil(BLOCK), |block| {
        // SAFETY: blocks do not overlap.
        let part = unsafe { data.part(block * BLOCK, BLOCK.min(size - block * BLOCK)) };
        part.iter_mut().skip(1).step_by(2).for_each(|im| *im = -*im);
    });
}

/// Frequencies of `n` points to those of `m` points along the middle axis of complex `[outer, .., inner]`, which holds all of
/// them, or `n/2 + 1` and `m/2 + 1` if `half`. The frequencies that both have are kept and others are 0; the one at half of
/// the smaller even length stands for +l/2 and -l/2 together: it is shared out to both, or taken from both.
pub fn respectrum<R: Real>(src: &[R], dst: &mut [R], outer: usize, n: usize, m: usize, inner: usize, half: bool) {
    let width = |n: usize| if half { n / 2 + 1 } else { n };
    let (wide, out_wide) = (width(n), width(m));
    assert!(src.len() == 2 * outer * wide * inner && dst.len() == 2 * outer * out_wide * inner, "lengths differ from the axes'");
    let least = n.min(m);
    let at = |o: usize, k: usize| 2 * (o * wide + k) * inner;
    let dst = SharedMut::new(dst);
    let group = (BLOCK / (2 * inner)).max(1);
    let rows = outer * out_wide;
    for_each_block(rows.div_ceil(group), |block| {
        for row in block * group..rows.min((block + 1) * group) {
            let (o, k) = (row / out_wide, row % out_wide);
            // SAFETY: rows do not overlap.
            let to = unsafe { dst.part(2 * row * inner, 2 * inner) };
            let (positive, distance) = if half || 2 * k <= m { (true, k) } else { (false, m - k) };
            let source = if positive { distance } else { n - distance.min(n) };
            if 2 * distance > least || (2 * distance == m && !positive) {
                to.fill(R::default());
            } else if 2 * distance < least || n == m {
                to.copy_from_slice(&src[at(o, source)..][..2 * inner]);
            } else if m > n {
                // n is even: half of it to each of +n/2 and -n/2.
                let from = &src[at(o, n / 2)..][..2 * inner];
                to.iter_mut().zip(from).for_each(|(y, &x)| *y = x * R::of(0.5));
            } else if half {
                // Row -m/2 is the conjugate of row m/2; what that makes 0 is not used by the inverse.
                let from = &src[at(o, m / 2)..][..2 * inner];
                to.iter_mut().zip(from).for_each(|(y, &x)| *y = x * R::of(2.0));
            } else {
                let (a, b) = (&src[at(o, m / 2)..][..2 * inner], &src[at(o, n - m / 2)..][..2 * inner]);
                to.iter_mut().zip(a.iter().zip(b)).for_each(|(y, (&a, &b))| *y = a + b);
            }
        }
    });
}

/// Re X - Im X at all frequencies of a real array of `shape`, from its half spectrum. `axes` tells which were transformed;
/// the last was.
pub fn hartley<R: Real>(spectrum: &[R], out: &mut [R], shape: &[usize], axes: &[bool]) {
    let n = shape[shape.len() - 1];
    let width = 2 * (n / 2 + 1);
    let rows = out.len() / n;
    assert!(spectrum.len() == rows * width && out.len() == rows * n, "lengths differ from the shape's");
    let out = SharedMut::new(out);
    let strides: Vec<usize> = (0..shape.len() - 1).map(|a| shape[a + 1..shape.len() - 1].iter().product()).collect();
    let group = (BLOCK / n).max(1);
    for_each_block(rows.div_ceil(group), |block| {
        for row in block * group..rows.min((block + 1) * group) {
            let mirror = |axis: usize, i: usize| if axes[axis] { (shape[axis] - i) % shape[axis] } else { i };
            let other = row_offset(shape, row, |axis, i| mirror(axis, i) * strides[axis]);
            let (x, y) = (&spectrum[row * width..][..width], &spectrum[other * width..][..width]);
            // SAFETY: rows do not overlap.
            let to = unsafe { out.part(row * n, n) };
            for k in 0..=n / 2 {
                to[k] = x[2 * k] - x[2 * k + 1];
            }
            for k in n / 2 + 1..n {
                to[k] = y[2 * (n - k)] + y[2 * (n - k) + 1];
            }
        }
    });
}
