//! Exact squared Euclidean distances on the periodic mesh, one axis after the other (Felzenszwalb & Huttenlocher 2012,
//! Meijster et al. 2000): along z from runs, along y and x by the lower envelope of parabolas, all in whole numbers.

use crate::runs::Run;
use crate::window::{arcs, bounded, Window};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::Status;

/// Distance of all cells when no cell is marked.
pub const NOWHERE: u32 = u32::MAX;
/// Distance of cells beyond the bound of `within`.
pub const BEYOND: u16 = u16::MAX;
/// Lines that are moved together: one cache line of u32.
const LANES: usize = 16;

/// Squared distance of each cell to the region, `[n, n, n]`; `NOWHERE` if the region is empty.
pub fn squared(out: &mut [u32], region: &[Run], n: usize) {
    assert!(out.len() == n * n * n);
    squared_in_planes(out, region, n, 0);
    squared_along_x(out, n);
}

/// First part of `squared`, of the planes from `first` on: distances within each plane, `[planes, n, n]`.
pub fn squared_in_planes(out: &mut [u32], region: &[Run], n: usize, first: usize) {
    let planes = out.len() / (n * n);
    let shared = SharedMut::new(out);
    for_each_block(planes, |x| {
        // SAFETY: plane x is written by block x alone.
        let plane = unsafe { shared.part(x * n * n, n * n) };
        along_z(plane, region, n, first + x);
        let mut lines = Lines::new(n);
        for z in (0..n).step_by(LANES) {
            lines.transform(plane, z, n);
        }
    });
}

/// Second part of `squared`, of some rows of all planes, `[n, rows, n]`.
pub fn squared_along_x(out: &mut [u32], n: usize) {
    let rows = out.len() / (n * n);
    let shared = SharedMut::new(out);
    for_each_block(rows, |y| {
        let mut lines = Lines::new(n);
        for z in (0..n).step_by(LANES) {
            let width = LANES.min(n - z);
            // SAFETY: the cells (any x, y, z..z + width) belong to block y alone.
            let part = |x: usize| unsafe { shared.part((x * rows + y) * n + z, width) };
            for x in 0..n {
                lines.put(x, part(x));
            }
            lines.envelopes(width);
            for x in 0..n {
                lines.take(x, part(x));
            }
        }
    });
}

/// Squared distance of each cell to the region up to a bound of at most 255 cells; `BEYOND` further away.
///
/// # Errors
/// `OutOfMemory`.
pub fn within(out: &mut [u16], region: &[Run], n: usize, bound: usize) -> Result<(), Status> {
    assert!(out.len() == n * n * n);
    out.fill(BEYOND);
    if region.is_empty() {
        return Ok(());
    }
    let window = Window::around(n, arcs(region, n), bound);
    let mut mesh = Vec::new();
    bounded::<u16>(&mut mesh, region, &window, bound)?;
    let limit = (bound * bound) as u16;
    for i in 0..window.axes[0].len {
        for j in 0..window.axes[1].len {
            let row = (i * window.axes[1].len + j) * window.pitch;
            window.row_parts(i, j, |cells, at| {
                let to = &mut out[at..at + cells.len()];
                for (o, &d) in to.iter_mut().zip(&mesh[row + cells.start..row + cells.end]) {
                    *o = if d <= limit { d } else { BEYOND };
                }
            });
        }
    }
    Ok(())
}

/// Squared distances along z in plane x: between two runs, and from the last around to the first, they rise from both.
fn along_z(plane: &mut [u32], region: &[Run], n: usize, x: usize) {
    plane.fill(NOWHERE);
    let first = region.partition_point(|r| (r.row as usize) < x * n);
    let end = region.partition_point(|r| (r.row as usize) < (x + 1) * n);
    for runs in region[first..end].chunk_by(|a, b| a.row == b.row) {
        let y = runs[0].row as usize - x * n;
        let row = &mut plane[y * n..(y + 1) * n];
        for (i, run) in runs.iter().enumerate() {
            row[usize::from(run.start)..usize::from(run.end)].fill(0);
            let from = usize::from(run.end);
            let to = runs.get(i + 1).map_or(usize::from(runs[0].start) + n, |next| usize::from(next.start));
            for z in from..to {
                let d = (z + 1 - from).min(to - z) as u32;
                row[if z >= n { z - n } else { z }] = d * d;
            }
        }
    }
}

/// A few lines of n cells with the work space of the envelope.
struct Lines {
    n: usize,
    values: Vec<u32>,
    sites: Vec<Site>,
}

/// A parabola of the lower envelope: its cell, its value there, and the first cell where it is the lowest.
#[derive(Clone, Copy)]
struct Site {
    at: i64,
    value: i64,
    from: i64,
}

impl Lines {
    fn new(n: usize) -> Self {
        Self { n, values: vec![0; n * LANES], sites: Vec::with_capacity(n + 1) }
    }
    fn put(&mut self, i: usize, cells: &[u32]) {
        for (lane, &v) in cells.iter().enumerate() {
            self.values[lane * self.n + i] = v;
        }
    }
    fn take(&self, i: usize, cells: &mut [u32]) {
        for (lane, v) in cells.iter_mut().enumerate() {
            *v = self.values[lane * self.n + i];
        }
    }
    fn transform(&mut self, plane: &mut [u32], z: usize, n: usize) {
        let width = LANES.min(n - z);
        for y in 0..n {
            self.put(y, &plane[y * n + z..y * n + z + width]);
        }
        self.envelopes(width);
        for y in 0..n {
            self.take(y, &mut plane[y * n + z..y * n + z + width]);
        }
    }
    fn envelopes(&mut self, width: usize) {
        for line in self.values.chunks_exact_mut(self.n).take(width) {
            envelope(line, &mut self.sites);
        }
    }
}

/// `line[i] = min over j of line[j] + |i - j|^2` on a circle. The circle is cut at its smallest value p: no parabola from
/// beyond p + n is below the one of p + n before it, so the sites p..=p + n on a straight line are enough.
fn envelope(line: &mut [u32], sites: &mut Vec<Site>) {
    let n = line.len();
    let (start, &least) = line.iter().enumerate().min_by_key(|&(_, v)| *v).expect("a line has cells");
    if least == NOWHERE {
        return;
    }
    sites.clear();
    for k in 0..=n {
        let at = k as i64;
        let value = line[if start + k >= n { start + k - n } else { start + k }];
        // It is below the first parabola from (at^2 + excess) / 2 at on, and below the last up to a place left of there.
        if i64::from(value - least) >= at * (n as i64 - at) && k > 0 && k < n {
            continue;
        }
        let value = i64::from(value);
        let mut from = 0;
        while let Some(last) = sites.last() {
            // First cell where the new parabola is lower: at^2 - 2 c at + value < last^2 - 2 c last + last value.
            from = (at * at - last.at * last.at + value - last.value).div_euclid(2 * (at - last.at)) + 1;
            if from > last.from {
                break;
            }
            sites.pop();
            from = 0;
        }
        if from < n as i64 {
            sites.push(Site { at, value, from });
        }
    }
    for (s, site) in sites.iter().enumerate() {
        let to = sites.get(s + 1).map_or(n as i64, |next| next.from);
        for c in site.from..to {
            let i = start + c as usize;
            line[if i >= n { i - n } else { i }] = ((c - site.at).pow(2) + site.value) as u32;
        }
    }
}
