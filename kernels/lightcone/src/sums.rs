//! Sums into a map by many threads whose bits do not depend on them: whole numbers, which add up in any order.
//!
//! Each thread has a map of its own. A weight w is added as the nearest whole number to w 2^b, with b as large as the sum of all
//! weights allows: for n particles of weights up to m, b = min(62 - log2(n m), 50 - log2 m), so 2^24 particles of weight 1 are
//! held to 2^-39 each and 2^15 to 2^-48.

use cosmesh_core::parallel::{for_each_block, for_each_range, threads, SharedMut};
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{math, Status};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// [byte] Room for the maps of all threads; beyond it fewer threads take part.
const ROOM: usize = 1 << 28;
/// Adding it leaves a whole number of less than 2^51 in the low bits.
const MAGIC: f64 = 6_755_399_441_055_744.0;

/// A map of whole numbers.
pub struct Sums<'a> {
    pub map: &'a mut [i64],
    scale: f64,
}

impl Sums<'_> {
    /// Factor of weights, for `add`.
    pub fn scale(&self) -> f64 {
        self.scale
    }
    /// Adds a weight that was multiplied by `scale`.
    #[inline(always)]
    pub fn add(&mut self, pixel: usize, scaled: f64) {
        self.map[pixel] += (scaled + MAGIC).to_bits() as i64 - MAGIC.to_bits() as i64;
    }
}

/// Calls `work(i, sums)` for each `i` in `0..parts`, and gives pixel `p` of the sum of all to `out(p, sum)`. `particles` weights
/// of at most `largest` are added to any pixel. `Domain` if `work` returned false once.
///
/// # Errors
/// `OutOfMemory`, `Domain`.
pub fn sum_parts(
    pixels: usize,
    particles: usize,
    largest: f64,
    parts: usize,
    work: impl Fn(usize, &mut Sums) -> bool + Sync,
    out: impl Fn(usize, f64) + Sync,
) -> Result<(), Status> {
    if !(largest < f64::INFINITY) {
        return Err(Status::Domain);
    }
    let log = |v: f64| math::log2(v).ceil() as i32;
    let largest = largest.max(f64::MIN_POSITIVE);
    // Above 2^900 the scale itself would overflow.
    let bits = (62 - log(particles.max(1) as f64) - log(largest)).min(50 - log(largest)).min(900);
    let scale = math::pow(2.0, f64::from(bits));
    let copies = threads().min(parts).clamp(1, (ROOM / (8 * pixels.max(1))).max(1));
    let mut maps = try_zeroed::<i64>(copies * pixels)?;
    let (next, good) = (AtomicUsize::new(0), AtomicBool::new(true));
    let shared = SharedMut::new(&mut maps);
    for_each_block(copies, |c| {
        // SAFETY: map c is this block's alone.
        let mut sums = Sums { map: unsafe { shared.part(c * pixels, pixels) }, scale };
        loop {
            let i = next.fetch_add(1, Relaxed);
            if i >= parts {
                break;
            }
            if !work(i, &mut sums) {
                good.store(false, Relaxed);
            }
        }
    });
    if !good.into_inner() {
        return Err(Status::Domain);
    }
    for_each_range(pixels, 1 << 14, |_, range| {
        for p in range {
            let sum: i64 = (0..copies).map(|c| maps[c * pixels + p]).sum();
            out(p, sum as f64 / scale);
        }
    });
    Ok(())
}
