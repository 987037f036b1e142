//! Copies of n-d arrays in which each axis is mapped on its own: padding, cropping, shifts, reversal, broadcasting,
//! overlapping pieces, and any order of the axes.

use cosmesh_core::{for_each_block, SharedMut};

/// A part of an axis of the copy: `count` elements that come from `from`, `from + step`, ..., or are filled if `from < 0`.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    pub count: usize,
    pub from: isize,
    pub step: isize,
}

/// An axis of the copy.
pub struct Axis {
    /// Elements between neighbours along the axis of the source that it comes from.
    pub stride: usize,
    pub stretches: Vec<Stretch>,
}

impl Axis {
    fn len(&self) -> usize {
        self.stretches.iter().map(|s| s.count).sum()
    }
    /// Largest index that is read, or `None` if one would be negative.
    fn last(&self) -> Option<usize> {
        self.stretches.iter().filter(|s| s.count > 0 && s.from >= 0).try_fold(0, |most, s| {
            let end = s.from + s.step * (s.count as isize - 1);
            (end >= 0).then(|| most.max(end.max(s.from) as usize))
        })
    }
    /// Offset in the source for each index; -1 to fill.
    fn table(&self) -> Vec<isize> {
        let at = |s: Stretch, i: usize| if s.from < 0 { -1 } else { (s.from + s.step * i as isize) * self.stride as isize };
        self.stretches.iter().flat_map(|&s| (0..s.count).map(move |i| at(s, i))).collect()
    }
}

/// Elements of one parallel block.
const BLOCK: usize = 1 << 14;

/// Fills `dst`, whose axes are `axes`, from `src`.
pub fn remap<T: Copy + Send + Sync>(src: &[T], dst: &mut [T], axes: &[Axis], fill: T) {
    let (inner, outer) = axes.split_last().expect("an axis or more");
    let width = inner.len();
    assert!(axes.iter().map(Axis::len).product::<usize>() == dst.len(), "length differs from the axes'");
    if dst.is_empty() {
        return;
    }
    let reads = axes.iter().all(|a| a.stretches.iter().any(|s| s.count > 0 && s.from >= 0));
    let last: usize = axes.iter().map(|a| a.last().expect("an index below 0") * a.stride).sum();
    assert!(!reads || last < src.len(), "an index outside of the source");
    let tables: Vec<Vec<isize>> = outer.iter().map(Axis::table).collect();
    let offset = |mut row: usize| {
        let mut sum = 0;
        for table in tables.iter().rev() {
            let part = table[row % table.len()];
            if part < 0 {
                return None;
            }
            sum += part as usize;
            row /= table.len();
        }
        Some(sum)
    };
    // Where each stretch of the last axis starts.
    let starts: Vec<usize> = inner.stretches.iter().scan(0, |at, s| Some(std::mem::replace(at, *at + s.count))).collect();
    let (size, out) = (dst.len(), SharedMut::new(dst));
    for_each_block(size.div_ceil(BLOCK), |block| {
        let (mut at, end) = (block * BLOCK, size.min((block + 1) * BLOCK));
        while at < end {
            let (row, column) = (at / width, at % width);
            let count = (width - column).min(end - at);
            // SAFETY: blocks do not overlap.
            let to = unsafe { out.part(at, count) };
            match offset(row) {
                None => to.fill(fill),
                Some(base) => piece(src, base, inner, &starts, column, to, fill),
            }
            at += count;
        }
    });
}

/// Elements `column ..` of one row.
fn piece<T: Copy>(src: &[T], base: usize, axis: &Axis, starts: &[usize], column: usize, mut to: &mut [T], fill: T) {
    let mut i = starts.partition_point(|&start| start <= column) - 1;
    let mut skip = column - starts[i];
    while !to.is_empty() {
        let s = axis.stretches[i];
        let count = (s.count - skip).min(to.len());
        let (now, rest) = to.split_at_mut(count);
        let from = s.from + s.step * skip as isize;
        if s.from < 0 {
            now.fill(fill);
        } else if s.step == 1 && axis.stride == 1 {
            now.copy_from_slice(&src[base + from as usize..][..count]);
        } else {
            let step = s.step * axis.stride as isize;
            let mut index = base as isize + from * axis.stride as isize;
            for x in now {
                *x = src[index as usize];
                index += step;
            }
        }
        (to, i, skip) = (rest, i + 1, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(stride: usize, stretches: &[(usize, isize, isize)]) -> Axis {
        Axis { stride, stretches: stretches.iter().map(|&(count, from, step)| Stretch { count, from, step }).collect() }
    }

    #[test]
    fn pads_reverses_repeats_and_transposes() {
        let src: Vec<u32> = (0..6).collect(); // [2, 3]
        let mut dst = vec![0; 5 * 3];
        // Columns become rows: one filled, the three in reverse, the first again; rows become columns, the last repeated.
        remap(&src, &mut dst, &[axis(1, &[(1, -1, 0), (3, 2, -1), (1, 0, 0)]), axis(3, &[(2, 0, 1), (1, 1, 0)])], 9);
        assert_eq!(dst, [9, 9, 9, 2, 5, 5, 1, 4, 4, 0, 3, 3, 0, 3, 3]);
    }

    #[test]
    fn long_rows_are_split_into_blocks() {
        let n = 3 * BLOCK + 17;
        let src: Vec<u32> = (0..n as u32).collect();
        let mut dst = vec![0; n];
        remap(&src, &mut dst, &[axis(1, &[(n / 3, (n - n / 3) as isize, 1), (n - n / 3, 0, 1)])], 0);
        assert!((0..n).all(|i| dst[(i + n / 3) % n] == i as u32));
    }

    #[test]
    #[should_panic(expected = "outside of the source")]
    fn refuses_indices_outside() {
        remap(&[1u32, 2], &mut [0; 3], &[axis(1, &[(3, 0, 1)])], 0);
    }
}
