//! Particles seen by the observer: turned to its frame, put into spaxels, and sorted by them.

use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Particles of one block of work.
const BLOCK: usize = 8192;
/// The spaxel of a particle outside of all.
pub const OUTSIDE: u32 = u32::MAX;

/// `x' = (x - center) matrix`, `v' = (v - velocity) matrix`.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub center: &'a [f64],
    pub velocity: &'a [f64],
    pub matrix: &'a [f64],
}

impl Frame<'_> {
    /// Component `k` of a row, as seen from `origin`.
    #[inline(always)]
    fn turn(&self, row: &[f64], origin: &[f64], k: usize) -> f64 {
        let m = self.matrix;
        (row[0] - origin[0]) * m[k] + (row[1] - origin[1]) * m[3 + k] + (row[2] - origin[2]) * m[6 + k]
    }
}

/// Square spaxels between edges, the same along x and y; the field's are those after `margin`.
#[derive(Clone, Copy, Debug)]
pub struct Spaxels<'a> {
    pub edges: &'a [f64],
    pub margin: usize,
}

impl Spaxels<'_> {
    /// Along a side.
    pub fn side(&self) -> usize {
        self.edges.len() - 1
    }
    /// The interval of a place: that between the edge at or below it and the next. The field's last edge belongs to its last
    /// interval.
    #[inline(always)]
    pub fn find(&self, x: f64) -> Option<usize> {
        let (e, n) = (self.edges, self.side());
        let last = n - self.margin;
        if x == e[last] {
            return Some(last - 1);
        }
        if !(x >= e[0] && x < e[n]) {
            return None;
        }
        // A guess, then exactly by the edges.
        let mut i = (((x - e[0]) / (e[n] - e[0]) * n as f64) as usize).min(n - 1);
        while x < e[i] {
            i -= 1;
        }
        while x >= e[i + 1] {
            i += 1;
        }
        Some(i)
    }
}

/// Particles as the observer sees them.
pub struct Placed<'a> {
    /// Index `ix + side iy` of the spaxel, or `OUTSIDE`.
    pub spaxel: &'a mut [u32],
    /// z', away from the observer.
    pub depth: &'a mut [f64],
    /// v_z'; not filled without velocities.
    pub speed: &'a mut [f64],
}

/// Fills `placed` for rows of three coordinates and, if there are, velocities. Returns the least `max(|x'|, |y'|)`.
pub fn place(coords: &[f64], velocity: &[f64], frame: Frame, spaxels: Spaxels, placed: Placed) -> f64 {
    let count = placed.spaxel.len();
    let mut nearest = vec![f64::INFINITY; count.div_ceil(BLOCK)];
    let near = SharedMut::new(&mut nearest);
    let (spaxel, depth, speed) = (SharedMut::new(placed.spaxel), SharedMut::new(placed.depth), SharedMut::new(placed.speed));
    for_each_range(count, BLOCK, |block, range| {
        let mut least = f64::INFINITY;
        for i in range {
            let row = &coords[3 * i..3 * i + 3];
            let [x, y, z] = [0, 1, 2].map(|k| frame.turn(row, frame.center, k));
            least = least.min(x.abs().max(y.abs()));
            let at = match (spaxels.find(x), spaxels.find(y)) {
                (Some(ix), Some(iy)) => (ix + spaxels.side() * iy) as u32,
                _ => OUTSIDE,
            };
            // SAFETY: particle i belongs to this block alone, and arrays hold `count` numbers (velocities' if there are any).
            unsafe {
                spaxel.set(i, at);
                depth.set(i, z);
                if !velocity.is_empty() {
                    speed.set(i, frame.turn(&velocity[3 * i..3 * i + 3], frame.velocity, 2));
                }
            }
        }
        // SAFETY: the block's own number.
        unsafe { near.set(block, least) };
    });
    nearest.into_iter().fold(f64::INFINITY, f64::min)
}

/// Fills `start`, one more than spaxels, and `order` with the particles of each spaxel, by rising index.
pub fn sort(spaxel: &[u32], start: &mut [u32], order: &mut [u32]) {
    start.fill(0);
    let inside = || spaxel.iter().enumerate().filter(|(_, s)| **s != OUTSIDE);
    inside().for_each(|(_, s)| start[*s as usize + 1] += 1);
    for i in 1..start.len() {
        start[i] += start[i - 1];
    }
    let mut next = start.to_vec();
    for (i, s) in inside() {
        let at = &mut next[*s as usize];
        order[*at as usize] = i as u32;
        *at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_found_by_their_edges() {
        let edges: Vec<f64> = (0..=7).map(|i| -1.05 + 0.3 * f64::from(i)).collect();
        for margin in [0, 2] {
            let s = Spaxels { edges: &edges, margin };
            for i in 0..7 {
                assert_eq!(s.find(edges[i]), Some(if i == 7 - margin { i - 1 } else { i }));
                assert_eq!(s.find(edges[i] + 0.1), Some(i));
                assert_eq!(s.find(edges[i + 1].next_down()), Some(i));
            }
            assert_eq!(s.find(edges[7]), if margin == 0 { Some(6) } else { None });
            assert_eq!((s.find(edges[0].next_down()), s.find(f64::NAN)), (None, None));
        }
    }

    #[test]
    fn particles_are_sorted_by_spaxel_and_index() {
        let (mut start, mut order) = ([7; 4], [9; 5]);
        sort(&[2, 0, OUTSIDE, 2, 0], &mut start, &mut order);
        assert_eq!((start, order), ([0, 2, 2, 4], [1, 4, 0, 3, 9]));
    }
}
