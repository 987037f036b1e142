//! Spreading of the excess where each rank has some planes of the mesh: what a rank does by itself between exchanges.
//!
//! Components are found within the planes, and those that touch across faces are merged by whoever drives this. A region
//! whose surroundings lie in the planes is treated as on one rank. Of another one, each rank computes distances on its own
//! planes, from the runs of the region that lie within the bound of them, or, beyond `FAR_AWAY`, from distances within planes
//! that were completed along x elsewhere; the room of shells is summed from rank to rank in the order of planes, block by
//! block, so that the sums are those of one rank, bit by bit.

use crate::components::{components, touches, Components};
use crate::distance;
use crate::runs::{mark_planes, Run};
use crate::shells::{add_room, fill_in_planes, fill_up_to, Filled, Scratch};
use crate::spread::{group_by, take_excess, NEGLIGIBLE};
use crate::window::{bounded, mark_places, Arc, Dist, Window};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::Status;
use std::ops::Range;

/// A run of a face: its row's place in the plane, start, end, and component.
pub type FaceRun = [u32; 4];

/// Distances in a box, of which this rank's planes are `own`.
enum Squares {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Words(Vec<u32>),
}

/// Planes of a region's box that this rank has, with what lies next to them.
struct Segment {
    /// Places along the first axis of the region's box.
    places: Range<usize>,
    /// Box of `squares`, and the same planes in it.
    window: Window,
    own: Range<usize>,
    squares: Squares,
    /// Room of shells in each block of planes that begins here.
    rooms: Vec<f64>,
}

/// Where the sums of a region's shells are continued by the next rank: sums of whole blocks, and of the one that is not
/// complete.
pub struct Sums<'a> {
    pub total: &'a mut [f64],
    pub partial: &'a mut [f64],
}

/// Marked cells of the planes from `first` on, in regions.
pub struct Slab {
    n: usize,
    first: usize,
    planes: usize,
    found: Option<Components>,
    runs: Vec<Run>,
    ends: Vec<u32>,
    scratch: Scratch,
    /// Box of the region at hand, and this rank's part of it.
    window: Option<Window>,
    segments: Vec<Segment>,
}

/// What stopped the treatment of regions one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Region that is not done.
    pub region: usize,
    /// Its excess, taken from it already, and the bound at which other planes are needed; 0 if it was not begun.
    pub excess: f64,
    pub bound: usize,
}

impl Slab {
    /// Finds the components within the planes from `first` on that `x` `[planes, n, n]` holds; gives the sum of each plane.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn new(x: &[f32], n: usize, first: usize, threshold: f64) -> Result<(Self, Vec<f64>), Status> {
        let (runs, sums) = mark_planes(x, n, first, threshold)?;
        let planes = runs.planes();
        let found = Some(components(runs)?);
        let slab = Self {
            n,
            first,
            planes,
            found,
            runs: Vec::new(),
            ends: Vec::new(),
            scratch: Scratch::default(),
            window: None,
            segments: Vec::new(),
        };
        Ok((slab, sums))
    }

    fn found(&self) -> &Components {
        self.found.as_ref().expect("components are there until they are grouped")
    }

    /// Cells of each component.
    pub fn sizes(&self) -> &[u32] {
        &self.found().sizes
    }

    /// Runs of the last plane, or of the first.
    pub fn face(&self, last: bool) -> Vec<FaceRun> {
        let (n, found) = (self.n, self.found());
        let plane = if last { self.planes - 1 } else { 0 };
        let (from, to) = (found.runs.rows[plane * n] as usize, found.runs.rows[(plane + 1) * n] as usize);
        let face = |i: usize| {
            let run = found.runs.runs[i];
            [run.row - ((self.first + plane) * n) as u32, run.start.into(), run.end.into(), found.labels[i]]
        };
        (from..to).map(face).collect()
    }

    /// Components of the plane below, given by its runs, and of this rank that touch each other; each pair once.
    pub fn pairs(&self, below: &[FaceRun]) -> Vec<[u32; 2]> {
        let n = self.n;
        let own = self.face(false);
        let row = |face: &[FaceRun], y: usize| {
            let y = y as u32;
            face.partition_point(|r| r[0] < y)..face.partition_point(|r| r[0] <= y)
        };
        let run = |r: &FaceRun| Run { row: 0, start: r[1] as u16, end: r[2] as u16 };
        let mut pairs = Vec::new();
        for y in 0..n {
            let here = row(&own, y);
            if here.is_empty() {
                continue;
            }
            for other in [(y + n - 1) % n, y, (y + 1) % n] {
                for b in &below[row(below, other)] {
                    let touching = own[here.clone()].iter().filter(|a| touches(run(a), run(b), n));
                    pairs.extend(touching.map(|a| [b[3], a[3]]));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// Sorts runs by region, of which `place[label - 1]` is that of each component.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn group(&mut self, place: &[u32], regions: usize) -> Result<(), Status> {
        let found = self.found.take().expect("components are there until they are grouped");
        (self.runs, self.ends) = group_by(&found, place, regions)?;
        Ok(())
    }

    /// Places of the runs of a region; none if it is no region of this rank.
    fn region(&self, region: usize) -> Range<usize> {
        if region >= self.ends.len() {
            return 0..0;
        }
        let start = if region == 0 { 0 } else { self.ends[region - 1] };
        start as usize..self.ends[region] as usize
    }

    /// Spreads the excess of the regions from `from` on that `whole` has, up to one that is not `whole` on this rank, or whose excess goes
    /// beyond these planes. Adds what was moved to `moved`.
    ///
    /// # Errors
    /// `OutOfMemory`; the field may then be spread in part.
    pub fn spread_own(&mut self, x: &mut [f32], from: usize, whole: &[u8], moved: &mut f64) -> Result<Stop, Status> {
        let (n, first) = (self.n, self.first);
        for region in from..whole.len() {
            if whole[region] == 0 {
                return Ok(Stop { region, excess: 0.0, bound: 0 });
            }
            let runs = &self.runs[self.region(region)];
            let excess = take_excess(x, n, first, runs);
            if excess > NEGLIGIBLE {
                match fill_in_planes(x, n, first, runs, excess, &mut self.scratch)? {
                    Filled::Placed(placed) => *moved += placed,
                    Filled::Beyond(bound) => return Ok(Stop { region, excess, bound }),
                }
            }
        }
        Ok(Stop { region: whole.len(), excess: 0.0, bound: 0 })
    }

    /// This rank's part of a region: its excess, whose cells become 1 if it is to be taken; cells; runs; and the places it
    /// uses along each axis, `[axis, n]`.
    pub fn take(&self, x: &mut [f32], region: usize, take: bool) -> ([f64; 3], Vec<bool>) {
        let runs = &self.runs[self.region(region)];
        let excess = if take { take_excess(x, self.n, self.first, runs) } else { 0.0 };
        let mut used = vec![false; 3 * self.n];
        mark_places(runs, self.n, &mut used);
        ([excess, runs.iter().map(|r| r.len()).sum::<usize>() as f64, runs.len() as f64], used)
    }

    /// Chooses the box around a region that uses these places, with a margin of `bound`, or the whole mesh if that is above
    /// `far`.
    pub fn choose(&mut self, used: &[bool], bound: usize, far: usize) -> Arc {
        let n = self.n;
        let arcs = std::array::from_fn(|axis| Arc::around(&used[axis * n..(axis + 1) * n]));
        let window = if bound > far { Window { pitch: n, ..Window::around(n, arcs, n) } } else { Window::around(n, arcs, bound) };
        let window = window.in_planes(self.first);
        self.window = Some(window);
        self.segments.clear();
        window.axes[0]
    }

    /// Runs of a region in an arc of planes.
    pub fn runs_in(&self, region: usize, planes: Arc) -> Vec<[u32; 2]> {
        let n = self.n;
        let inside = |run: &&Run| (run.row as usize / n + n - planes.lo) % n < planes.len;
        let runs = self.runs[self.region(region)].iter().filter(inside);
        runs.map(|run| [run.row, u32::from(run.start) << 16 | u32::from(run.end)]).collect()
    }

    /// Places in the box of the planes of this rank: one range, or two where the box ends within them.
    fn places(&self) -> Vec<Range<usize>> {
        let Arc { lo, len } = self.window.expect("a box was chosen").axes[0];
        let n = self.n;
        let (first, end) = (self.first, self.first + self.planes);
        // The box, and the same once around.
        let parts = [lo, lo.wrapping_sub(n)].map(|lo| {
            let (from, to) = ((first as isize).max(lo as isize), (end as isize).min(lo as isize + len as isize));
            (from - lo as isize).max(0) as usize..(to - lo as isize).max(0) as usize
        });
        let mut parts: Vec<_> = parts.into_iter().filter(|p| p.start < p.end).collect();
        parts.sort_unstable_by_key(|p| p.start);
        parts
    }

    /// Finds distances in this rank's part of the box up to `bound`, from the runs of the region within that of it.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn near(&mut self, runs: &[[u32; 2]], bound: usize) -> Result<(), Status> {
        let n = self.n;
        let region: Vec<Run> =
            runs.iter().map(|&[row, ends]| Run { row, start: (ends >> 16) as u16, end: ends as u16 }).collect();
        let whole = self.window.expect("a box was chosen");
        for places in self.places() {
            let first = whole.along(0, places.start);
            let (window, own) = if places.len() + 2 * bound >= n {
                (whole.with_planes(0, n), first..first + places.len())
            } else {
                (whole.with_planes((first + n - bound) % n, places.len() + 2 * bound), bound..bound + places.len())
            };
            let squares = if bound <= u8::MAX_DISTANCE {
                Squares::Bytes(distances(&region, &window, bound)?)
            } else {
                Squares::Shorts(distances(&region, &window, bound)?)
            };
            self.segments.push(Segment { places, window, own, squares, rooms: Vec::new() });
        }
        Ok(())
    }

    /// Distances within these planes to this rank's part of a region, `[planes, n, n]`.
    pub fn far_planes(&self, region: usize, out: &mut [u32]) {
        distance::squared_in_planes(out, &self.runs[self.region(region)], self.n, self.first);
    }

    /// Takes complete distances, `[planes, n, n]`.
    pub fn far(&mut self, squares: &[u32]) {
        let whole = self.window.expect("a box was chosen");
        let places = self.first..self.first + self.planes;
        let window = whole.with_planes(self.first, self.planes);
        let squares = Squares::Words(squares.to_vec());
        self.segments.push(Segment { places, window, own: 0..self.planes, squares, rooms: Vec::new() });
    }

    /// Sums the room of some shells in the blocks of planes that begin on this rank.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn prepare(&mut self, x: &[f32], shells: Range<usize>) -> Result<(), Status> {
        for segment in &mut self.segments {
            let step = segment.window.planes_per_block();
            let blocks = segment.places.start.div_ceil(step)..segment.places.end.div_ceil(step);
            let mut rooms = std::mem::take(&mut segment.rooms);
            rooms.clear();
            rooms.try_reserve_exact(blocks.len() * shells.len()).map_err(|_| Status::OutOfMemory)?;
            rooms.resize(blocks.len() * shells.len(), 0.0);
            let shared = SharedMut::new(&mut rooms);
            for_each_block(blocks.len(), |b| {
                // SAFETY: block b owns part b.
                let room = unsafe { shared.part(b * shells.len(), shells.len()) };
                let block = (blocks.start + b) * step;
                segment.add(x, block..(block + step).min(segment.places.end), shells.clone(), room);
            });
            segment.rooms = rooms;
        }
        Ok(())
    }

    /// Continues the sums by part `part` of this rank.
    pub fn sum(&self, x: &[f32], part: usize, shells: Range<usize>, sums: Sums) {
        let segment = &self.segments[part];
        let step = segment.window.planes_per_block();
        let Range { start, end } = segment.places;
        if start % step > 0 {
            segment.add(x, start..start.next_multiple_of(step).min(end), shells.clone(), sums.partial);
        }
        for room in segment.rooms.chunks_exact(shells.len()) {
            sums.total.iter_mut().zip(sums.partial.iter()).for_each(|(t, p)| *t += p);
            sums.partial.copy_from_slice(room);
        }
    }

    /// Fills the shells below `last` on this rank, and that one by `share` of its room.
    pub fn fill(&self, x: &mut [f32], last: usize, share: f64) {
        for Segment { window, own, squares, .. } in &self.segments {
            match squares {
                Squares::Bytes(d) => fill_up_to(x, d, window, own.clone(), last, share),
                Squares::Shorts(d) => fill_up_to(x, d, window, own.clone(), last, share),
                Squares::Words(d) => fill_up_to(x, d, window, own.clone(), last, share),
            }
        }
    }
}

impl Segment {
    /// Adds the room of shells in some places of the region's box.
    fn add(&self, x: &[f32], places: Range<usize>, shells: Range<usize>, room: &mut [f64]) {
        let at = self.own.start.wrapping_sub(self.places.start);
        let planes = at.wrapping_add(places.start)..at.wrapping_add(places.end);
        match &self.squares {
            Squares::Bytes(d) => add_room(x, d, &self.window, planes, shells, room),
            Squares::Shorts(d) => add_room(x, d, &self.window, planes, shells, room),
            Squares::Words(d) => add_room(x, d, &self.window, planes, shells, room),
        }
    }
}

fn distances<T: Dist>(region: &[Run], window: &Window, bound: usize) -> Result<Vec<T>, Status> {
    let mut out = Vec::new();
    bounded(&mut out, region, window, bound)?;
    Ok(out)
}
