//! Connected components of marked cells: 26 neighbours, periodic. Runs are joined by union-find, slab by slab, and the
//! slabs by their faces; a root is the smallest run of its component, so the result is the same for any order.
//! Component 1 holds the first marked cell in raster order, component 2 the first that is not in 1, and so on.

use crate::runs::{Run, Runs};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};

/// Planes of one slab.
const SLAB: usize = 8;

/// Component of each run (from 1), and the number of cells of each component (`sizes[label - 1]`).
pub struct Components {
    pub runs: Runs,
    pub labels: Vec<u32>,
    pub sizes: Vec<u32>,
}

/// Finds the components. Of some planes of a mesh it finds what is connected within them; of all, across the faces too.
///
/// # Errors
/// `OutOfMemory`.
pub fn components(runs: Runs) -> Result<Components, Status> {
    let (n, planes) = (runs.n, runs.planes());
    let mut parent = try_zeroed::<u32>(runs.runs.len())?;
    parent.iter_mut().enumerate().for_each(|(i, p)| *p = i as u32);
    let shared = SharedMut::new(&mut parent);
    for_each_block(planes.div_ceil(SLAB), |slab| {
        let (from, to) = (slab * SLAB, ((slab + 1) * SLAB).min(planes));
        // SAFETY: unions inside of a slab touch the runs of its rows only.
        let (first, end) = (runs.rows[from * n] as usize, runs.rows[to * n] as usize);
        let mut forest = Forest { parent: unsafe { shared.part(first, end - first) }, base: first as u32 };
        for x in from..to {
            join_rows_of_plane(&runs, x, &mut forest);
            if x > from {
                join_planes(&runs, x - 1, x, &mut forest);
            }
        }
    });
    let mut forest = Forest { parent: &mut parent, base: 0 };
    for x in (0..planes).step_by(SLAB) {
        // The face below plane 0 is the one of plane n - 1.
        if x > 0 || planes == n {
            join_planes(&runs, (x + n - 1) % n, x, &mut forest);
        }
    }
    let mut sizes: Vec<u32> = Vec::new();
    // A parent comes before its child, so one pass in rising order turns parents into labels.
    for i in 0..parent.len() {
        let len = runs.runs[i].len() as u32;
        parent[i] = if parent[i] == i as u32 {
            sizes.push(len);
            sizes.len() as u32
        } else {
            let label = parent[parent[i] as usize];
            sizes[label as usize - 1] += len;
            label
        };
    }
    Ok(Components { runs, labels: parent, sizes })
}

impl Components {
    /// Writes the label of each cell of the whole mesh, 0 for unmarked cells.
    pub fn fill(&self, out: &mut [u32]) {
        let n = self.runs.n;
        assert!(self.runs.planes() == n);
        let shared = SharedMut::new(out);
        for_each_block(n, |plane| {
            // SAFETY: plane p is written by block p alone.
            let cells = unsafe { shared.part(plane * n * n, n * n) };
            cells.fill(0);
            for i in self.runs.rows[plane * n] as usize..self.runs.rows[(plane + 1) * n] as usize {
                let run = self.runs.runs[i];
                let at = run.first(n) - plane * n * n;
                cells[at..at + run.len()].fill(self.labels[i]);
            }
        });
    }
}

/// Whether a run touches another one of a neighbouring row, or of that row itself, on a periodic mesh: they overlap or meet
/// at a corner.
pub fn touches(a: Run, b: Run, n: usize) -> bool {
    let ends = |a: Run, b: Run| a.start == 0 && usize::from(b.end) == n;
    (a.start <= b.end && b.start <= a.end) || ends(a, b) || ends(b, a)
}

struct Forest<'a> {
    parent: &'a mut [u32],
    /// Number of the first run in `parent`.
    base: u32,
}

impl Forest<'_> {
    fn root(&mut self, run: u32) -> u32 {
        let mut i = run - self.base;
        loop {
            let up = self.parent[i as usize] - self.base;
            if up == i {
                return i;
            }
            let over = self.parent[up as usize];
            self.parent[i as usize] = over;
            i = over - self.base;
        }
    }
    fn join(&mut self, a: u32, b: u32) {
        if self.parent[(a - self.base) as usize] == self.parent[(b - self.base) as usize] {
            return;
        }
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parent[a.max(b) as usize] = a.min(b) + self.base;
        }
    }
}

fn join_rows_of_plane(runs: &Runs, x: usize, forest: &mut Forest) {
    let n = runs.n;
    for y in 0..n {
        let row = x * n + y;
        let own = range(runs, row);
        if own.is_empty() {
            continue;
        }
        join_ends(runs, own.clone(), own, forest);
        // Row n - 1 neighbours row 0; with two rows or one that is the same pair again, which does no harm.
        join_rows(runs, row, x * n + (y + 1) % n, forest);
    }
}

fn join_planes(runs: &Runs, below: usize, above: usize, forest: &mut Forest) {
    let n = runs.n;
    for y in 0..n {
        let row = above * n + y;
        if !range(runs, row).is_empty() {
            for other in [(y + n - 1) % n, y, (y + 1) % n] {
                join_rows(runs, row, below * n + other, forest);
            }
        }
    }
}

fn range(runs: &Runs, row: usize) -> std::ops::Range<usize> {
    runs.rows[row] as usize..runs.rows[row + 1] as usize
}

/// Joins the runs of two rows that overlap or touch at a corner.
fn join_rows(runs: &Runs, a: usize, b: usize, forest: &mut Forest) {
    let (ra, rb) = (range(runs, a), range(runs, b));
    if ra.is_empty() || rb.is_empty() {
        return;
    }
    let (mut i, mut j) = (ra.start, rb.start);
    while i < ra.end && j < rb.end {
        let (p, q): (Run, Run) = (runs.runs[i], runs.runs[j]);
        if p.start <= q.end && q.start <= p.end {
            forest.join(i as u32, j as u32);
        }
        // The run that ends first can touch no later one, except at the corner that the other's successor may also touch.
        if p.end < q.end {
            i += 1;
        } else if q.end < p.end {
            j += 1;
        } else {
            // Both end at the same cell: the successor of each starts at least two cells later.
            i += 1;
            j += 1;
        }
    }
    join_ends(runs, ra.clone(), rb.clone(), forest);
    join_ends(runs, rb, ra, forest);
}

/// Joins a run at z = 0 of the first row with a run at z = n - 1 of the second.
fn join_ends(runs: &Runs, a: std::ops::Range<usize>, b: std::ops::Range<usize>, forest: &mut Forest) {
    if runs.runs[a.start].start == 0 && usize::from(runs.runs[b.end - 1].end) == runs.n {
        forest.join(a.start as u32, b.end as u32 - 1);
    }
}
