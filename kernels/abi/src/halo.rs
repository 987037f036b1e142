//! Exports of `cosmesh-halo`. `grid` is four numbers: mass of the environment, least and largest mass, panels. A mesh is given
//! by overdensities (f32, or f64 where `wide` is not 0) of so many cells from the first one on, cells along an axis, side of the
//! box, and delta_c; a key by two
//! words and a generator (0 Philox, 1 Threefry).

use crate::{slice, slice_mut};
use cosmesh_cosmology::abundance::Multiplicity;
use cosmesh_halo::sample::{Halos, Rates, Sampler, BLOCK};
use cosmesh_halo::table::{build, row_len, weigh, Ingredients, Masses, Table};
use cosmesh_halo::text::{self, Fault};
use cosmesh_halo::tree::Forest;
use cosmesh_rng::{Generator, Source};

/// # Safety
/// `p` must be four numbers.
unsafe fn masses(p: *const f64) -> Masses {
    // SAFETY: promised by the caller.
    let p = unsafe { slice(p, 4) };
    Masses { environment: p[0], low: p[1], high: p[2], panels: p[3] as usize }
}

/// Number of points of a grid of masses.
#[no_mangle]
pub extern "C" fn halo_point_count(panels: usize) -> usize {
    3 * panels + 1
}

/// Numbers of a row of the table.
#[no_mangle]
pub extern "C" fn halo_row_len(panels: usize) -> usize {
    row_len(panels)
}

/// Rows of a table that reaches up to a gap of `most`.
#[no_mangle]
pub extern "C" fn halo_row_count(most: f64) -> usize {
    (cosmesh_core::math::sqrt(most.max(0.0)) * cosmesh_halo::table::PER_ONE) as usize + 2
}

/// Cells of a block.
#[no_mangle]
pub extern "C" fn halo_block_cells() -> usize {
    BLOCK
}

/// Fills with the masses of the points.
///
/// # Safety
/// Addresses and lengths as `lib/halo/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn halo_masses(grid: *const f64, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe {
        let grid = masses(grid);
        grid.fill(slice_mut(out, grid.points()));
    }
}

/// Fills `points` and the rows of the table. `sums` is sigma^2 of the environment, delta_c, mean density times volume;
/// `model` the number of the mass function of the calibration, 0 for none.
///
/// # Safety
/// As for `halo_masses`.
#[no_mangle]
pub unsafe extern "C" fn halo_table(
    grid: *const f64,
    mass: *const f64,
    sigma: *const f64,
    slope: *const f64,
    sums: *const f64,
    model: u32,
    rows: usize,
    points: *mut f64,
    table: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let grid = masses(grid);
        let (n, sums) = (grid.points(), slice(sums, 3));
        let calibration = (model > 0).then(|| Multiplicity::new(model, &[sums[1], 0.0, 0.0, 0.0]));
        let from = Ingredients {
            masses: slice(mass, n),
            sigma: slice(sigma, n),
            slope: slice(slope, n),
            variance: sums[0],
            delta_c: sums[1],
            content: sums[2],
            calibration,
        };
        let points = slice_mut(points.cast::<[f64; 2]>(), n);
        weigh(&grid, &from, points);
        build(&grid, points, slice_mut(table, rows * row_len(grid.panels)));
    }
}

/// Runs `$body` with `$sampler` over a mesh of f32 or f64, with an inverse of the table if `$invert`.
macro_rules! with_sampler {
    ($mesh:expr, $wide:expr, $invert:expr, $key:expr, $sampler:ident => $body:expr) => {{
        let (delta, first, n, cells, box_size, delta_c, grid, points, table, rows) = $mesh;
        let source = Source { generator: if $key.2 == 0 { Generator::Philox } else { Generator::Threefry }, key: [$key.0, $key.1] };
        // SAFETY: the caller of the export promises addresses and lengths as `lib/halo/_kernel.ts` passes them.
        unsafe {
            let grid = masses(grid);
            let points = slice(points as *const [f64; 2], grid.points());
            let mut table = Table::new(grid, points, slice(table, rows * row_len(grid.panels)));
            if $invert {
                table.invert();
            }
            if $wide == 0 {
                let $sampler = Sampler { delta: slice(delta as *const f32, n), first, cells, box_size, delta_c, table, source };
                $body
            } else {
                let $sampler = Sampler { delta: slice(delta as *const f64, n), first, cells, box_size, delta_c, table, source };
                $body
            }
        }
    }};
}

/// Fills with the places for halos that each block of cells needs.
///
/// # Safety
/// As for `halo_masses`.
#[no_mangle]
pub unsafe extern "C" fn halo_rooms(
    delta: *const u8,
    wide: u32,
    first: usize,
    count: usize,
    cells: usize,
    delta_c: f64,
    grid: *const f64,
    points: *const f64,
    table: *const f64,
    rows: usize,
    rooms: *mut u32,
) {
    // SAFETY: promised by the caller.
    let rooms = unsafe { slice_mut(rooms, count.div_ceil(BLOCK)) };
    let mesh = (delta, first, count, cells, 1.0, delta_c, grid, points, table, rows);
    with_sampler!(mesh, wide, false, (0, 0, 0), sampler => sampler.rooms(rooms));
}

/// Fills with the halos, those of block b of cells from place `starts[b]` on, and with the halos of each block and its cells
/// above the barrier; a block with more halos than places is not filled. `rates` is mean, scatter and two error functions;
/// `alphas` is 0, or has a place for each halo too.
///
/// # Safety
/// As for `halo_masses`.
#[no_mangle]
pub unsafe extern "C" fn halo_draw(
    delta: *const u8,
    wide: u32,
    first: usize,
    count: usize,
    cells: usize,
    delta_c: f64,
    grid: *const f64,
    points: *const f64,
    table: *const f64,
    rows: usize,
    box_size: f64,
    k0: u32,
    k1: u32,
    generator: u32,
    starts: *const u32,
    rates: *const f64,
    positions: *mut f32,
    masses_out: *mut f64,
    alphas: *mut f64,
    counts: *mut u32,
) {
    let blocks = count.div_ceil(BLOCK);
    // SAFETY: promised by the caller.
    let (starts, rates, counts, out) = unsafe {
        let starts = slice(starts, blocks + 1);
        let total = starts[blocks] as usize;
        let alphas = slice_mut(alphas, if alphas.is_null() { 0 } else { total });
        let out = Halos { positions: slice_mut(positions, 3 * total), masses: slice_mut(masses_out, total), rates: alphas };
        (starts, slice(rates, 4), slice_mut(counts.cast::<[u32; 2]>(), blocks), out)
    };
    let rates = Rates { mean: rates[0], scatter: rates[1], ends: [rates[2], rates[3]] };
    let mesh = (delta, first, count, cells, box_size, delta_c, grid, points, table, rows);
    with_sampler!(mesh, wide, true, (k0, k1, generator), sampler => sampler.draw(starts, &rates, out, counts));
}

/// Fills with the mean number of halos in each cell.
///
/// # Safety
/// As for `halo_masses`.
#[no_mangle]
pub unsafe extern "C" fn halo_expected(
    delta: *const u8,
    wide: u32,
    first: usize,
    count: usize,
    cells: usize,
    delta_c: f64,
    grid: *const f64,
    points: *const f64,
    table: *const f64,
    rows: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let out = unsafe { slice_mut(out, count) };
    let mesh = (delta, first, count, cells, 1.0, delta_c, grid, points, table, rows);
    with_sampler!(mesh, wide, false, (0, 0, 0), sampler => sampler.expected(out));
}

/// Error functions of two numbers, in place.
///
/// # Safety
/// As for `halo_masses`.
#[no_mangle]
pub unsafe extern "C" fn halo_erf(x: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { slice_mut(x, 2) }.iter_mut().for_each(|x| *x = cosmesh_core::math::erf(*x));
}

/// The first entry of a forest whose progenitor is no entry or not earlier, or -1.
///
/// # Safety
/// As for `halo_masses`.
#[no_mangle]
pub unsafe extern "C" fn halo_tree_check(masses: *const f64, redshifts: *const f64, progenitors: *const i32, n: usize) -> i32 {
    // SAFETY: promised by the caller.
    let forest =
        unsafe { Forest { masses: slice(masses, n), redshifts: slice(redshifts, n), progenitors: slice(progenitors, n) } };
    forest.first_wrong().map_or(-1, |i| i as i32)
}

/// Fills with the accretion rates of entries, NaN where there are too few progenitors.
///
/// # Safety
/// As for `halo_masses`; the forest has passed `halo_tree_check`.
#[no_mangle]
pub unsafe extern "C" fn halo_tree_fit(
    masses: *const f64,
    redshifts: *const f64,
    progenitors: *const i32,
    n: usize,
    entries: *const u32,
    count: usize,
    lookback: usize,
    least: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let forest = Forest { masses: slice(masses, n), redshifts: slice(redshifts, n), progenitors: slice(progenitors, n) };
        forest.fit(slice(entries, count), lookback, least, slice_mut(out, count));
    }
}

/// Bytes of a block of text.
#[no_mangle]
pub extern "C" fn halo_text_block() -> usize {
    text::BLOCK
}

/// Counts rows and lines of each block of text.
///
/// # Safety
/// As for `halo_masses`.
#[no_mangle]
pub unsafe extern "C" fn halo_text_count(text: *const u8, len: usize, counts: *mut u32) {
    // SAFETY: promised by the caller.
    unsafe { text::count(slice(text, len), slice_mut(counts.cast::<[u32; 2]>(), len.div_ceil(text::BLOCK))) };
}

/// Fills with the numbers of columns; `faults` gets line (from 1 within the block) and field, or 0, of each block.
///
/// # Safety
/// As for `halo_masses`.
#[no_mangle]
pub unsafe extern "C" fn halo_text_fill(
    text: *const u8,
    len: usize,
    delimiter: u32,
    columns: *const u32,
    count: usize,
    starts: *const u32,
    rows: usize,
    out: *mut f64,
    faults: *mut u32,
) {
    let blocks = len.div_ceil(text::BLOCK);
    let mut found = vec![Fault::default(); blocks];
    // SAFETY: promised by the caller.
    unsafe {
        let (columns, out) = (slice(columns, count), slice_mut(out, rows * count));
        text::fill(slice(text, len), delimiter as u8, columns, slice(starts, blocks), out, &mut found);
        for (to, fault) in slice_mut(faults.cast::<[u32; 2]>(), blocks).iter_mut().zip(&found) {
            *to = [fault.line, fault.field];
        }
    }
}
