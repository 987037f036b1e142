//! The nodes around four particles of a row at once.

use crate::mesh::{locate3, Four, Mesh};
use crate::Real;

/// For each of four particles, the first numbers of the lower nodes along z in rows (x, y), (x, y + 1), (x + 1, y) and
/// (x + 1, y + 1) of a mesh; and how far the particles are from the lower cell, along x, y, z.
pub type Found<F> = ([[usize; 4]; 4], [F; 3]);

/// A mesh of nodes of `width` numbers, 1 or 4, in rows of `row` nodes.
#[derive(Clone, Copy)]
pub struct Nodes {
    pub mesh: Mesh,
    pub row: usize,
    pub width: usize,
}

/// A number whose particles are found by fours.
pub trait Find: Real {
    /// What is the same for all particles.
    type Finder: Sync;
    fn finder(nodes: Nodes) -> Self::Finder;
    /// Of particles displaced by `d` from `site` and the three behind it along z; one that is not finite is somewhere.
    fn find(finder: &Self::Finder, site: [usize; 3], d: [Self::Four; 3]) -> Found<Self::Four>;
}

/// One by one.
#[inline(always)]
pub fn find_plain<R: Real>(&Nodes { mesh, row, width }: &Nodes, [x, y, z]: [usize; 3], d: [R::Four; 3]) -> Found<R::Four> {
    let d = d.map(R::Four::array);
    let mut f = [[R::default(); 4]; 3];
    let at = std::array::from_fn(|l| {
        // Behind the end of a row there are no particles; their place is any.
        let site = [x, y, (z + l) % mesh.n[2]];
        let cells = locate3([d[0][l], d[1][l], d[2][l]], site, mesh.n);
        let [(x0, x1, fx), (y0, y1, fy), (z0, _, fz)] = cells.unwrap_or([(0, 0, R::default()); 3]);
        (f[0][l], f[1][l], f[2][l]) = (fx, fy, fz);
        [(x0, y0), (x0, y1), (x1, y0), (x1, y1)].map(|(x, y)| width * ((x * mesh.n[1] + y) * row + z0))
    });
    (at, f.map(|f| R::Four::from_slice(&f)))
}

impl Find for f64 {
    type Finder = Nodes;
    fn finder(nodes: Nodes) -> Nodes {
        nodes
    }
    #[inline(always)]
    fn find(nodes: &Nodes, site: [usize; 3], d: [Self::Four; 3]) -> Found<Self::Four> {
        find_plain::<Self>(nodes, site, d)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Find for f32 {
    type Finder = Nodes;
    fn finder(nodes: Nodes) -> Nodes {
        nodes
    }
    #[inline(always)]
    fn find(nodes: &Nodes, site: [usize; 3], d: [Self::Four; 3]) -> Found<Self::Four> {
        find_plain::<Self>(nodes, site, d)
    }
}

#[cfg(target_arch = "wasm32")]
mod simd {
    use super::{find_plain, Find, Found, Nodes};
    use crate::mesh::simd::Cells;
    use core::arch::wasm32 as w;
    use cosmesh_core::lanes::F32x4;

    impl Find for f32 {
        type Finder = (Nodes, Cells);
        fn finder(nodes: Nodes) -> Self::Finder {
            // Addresses from 0 on are four times the numbers before.
            (nodes, Cells::new(&nodes.mesh, nodes.row, std::ptr::null(), nodes.width))
        }
        #[inline(always)]
        fn find((nodes, cells): &Self::Finder, site: [usize; 3], d: [F32x4; 3]) -> Found<F32x4> {
            let [x, y] = [site[0], site[1]].map(|i| w::i32x4_splat(i as i32));
            let z = w::i32x4_add(w::i32x4(0, 1, 2, 3), w::i32x4_splat(site[2] as i32));
            if site[2] + 4 <= nodes.mesh.n[2] {
                if let Some((at, f)) = cells.locate(d, [x, y, z]) {
                    let at = at.map(|at| w::u32x4_shr(at, 2));
                    macro_rules! lane {
                        ($l:literal) => {
                            at.map(|at| w::u32x4_extract_lane::<$l>(at) as usize)
                        };
                    }
                    return ([lane!(0), lane!(1), lane!(2), lane!(3)], f);
                }
            }
            find_cold(nodes, site, d)
        }
    }

    #[cold]
    #[inline(never)]
    fn find_cold(nodes: &Nodes, site: [usize; 3], d: [F32x4; 3]) -> Found<F32x4> {
        find_plain::<f32>(nodes, site, d)
    }
}
