//! Tiles of the mesh: columns along z over a rectangle of (x, y). Particles of a tile touch nodes of the next tiles too,
//! so tiles are filled in up to four rounds (even and odd along x and y); those of one round share no node.

use crate::stencil::Real;

/// [byte] Aim for the buffer of one tile: half of a common second-level cache.
const TILE_BYTES: usize = 1 << 18;
/// Least width, so that stencils of two tiles of one round never meet.
const LEAST: usize = 4;

/// One axis cut into an even number of tiles, or one.
pub struct Cuts {
    /// First node of each tile, and the end.
    pub starts: Vec<usize>,
    /// What each node adds to the number of its tile. Node n is node 0, since rounding can name it.
    pub tile_of: Vec<u32>,
}

impl Cuts {
    fn new(n: usize, width: usize, step: impl Fn(usize) -> u32) -> Self {
        let tiles = (n / width).max(1);
        let tiles = if tiles > 1 { tiles & !1 } else { 1 };
        let starts: Vec<usize> = (0..=tiles).map(|t| t * n / tiles).collect();
        let mut tile_of: Vec<u32> =
            (0..tiles).flat_map(|t| std::iter::repeat_n(step(t), starts[t + 1] - starts[t])).collect();
        tile_of.push(step(0));
        Self { starts, tile_of }
    }
    fn count(&self) -> usize {
        self.starts.len() - 1
    }
}

/// All tiles; tile `(tx, ty)` has number `tx count_y + ty`.
pub struct Tiles {
    pub x: Cuts,
    pub y: Cuts,
}

/// The nodes that own the particles of one tile.
#[derive(Clone, Copy, Debug)]
pub struct Tile {
    pub x0: usize,
    pub y0: usize,
    pub width_x: usize,
    pub width_y: usize,
}

impl Tiles {
    pub fn new<T: Real>(n: [usize; 3]) -> Self {
        // The widest buffer holds four numbers for each node.
        let rows = TILE_BYTES / (4 * size_of::<T>() * n[2].max(1));
        let width = (1..).take_while(|w| w * w <= rows).last().unwrap_or(1);
        // At least eight tiles along an axis where that is possible, for the threads.
        let width = |n: usize| width.min(n / 8).max(LEAST);
        let y = Cuts::new(n[1], width(n[1]), |t| t as u32);
        let x = Cuts::new(n[0], width(n[0]), |t| (t * y.count()) as u32);
        Self { x, y }
    }
    pub fn count(&self) -> usize {
        self.x.count() * self.y.count()
    }
    #[inline(always)]
    pub fn number(&self, ix: usize, iy: usize) -> usize {
        (self.x.tile_of[ix] + self.y.tile_of[iy]) as usize
    }
    pub fn tile(&self, number: usize) -> Tile {
        let (tx, ty) = (number / self.y.count(), number % self.y.count());
        let (x0, y0) = (self.x.starts[tx], self.y.starts[ty]);
        Tile { x0, y0, width_x: self.x.starts[tx + 1] - x0, width_y: self.y.starts[ty + 1] - y0 }
    }
    /// Round, 0 to 3, in which a tile is filled.
    pub fn round(&self, number: usize) -> usize {
        2 * ((number / self.y.count()) % 2) + (number % self.y.count()) % 2
    }
    /// Largest widths along x and y.
    pub fn widest(&self) -> (usize, usize) {
        let widest = |c: &Cuts| c.starts.windows(2).map(|s| s[1] - s[0]).max().unwrap_or(0);
        (widest(&self.x), widest(&self.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_each_node_once_and_those_of_a_round_keep_apart() {
        for n in [1usize, 3, 7, 8, 12, 13, 64, 100, 256] {
            let c = Cuts::new(n, LEAST, |t| t as u32);
            assert_eq!((c.starts[0], *c.starts.last().unwrap()), (0, n));
            assert!(c.count() == 1 || c.count() % 2 == 0);
            assert!(c.count() == 1 || c.starts.windows(2).all(|s| s[1] - s[0] >= LEAST));
            assert_eq!(c.tile_of[n], 0);
            assert!((0..n).all(|i| {
                let t = c.tile_of[i] as usize;
                c.starts[t] <= i && i < c.starts[t + 1]
            }));
        }
    }
}
