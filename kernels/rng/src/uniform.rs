//! Uniform numbers and raw words.

use crate::source::{map32, map64, Generator, Source};

/// Fills with 32-bit words.
pub fn bits32(source: &Source, offset: u64, out: &mut [u32]) {
    map32(source, offset, out, |_, words, out| out.copy_from_slice(words));
}

/// Fills with 64-bit words.
pub fn bits64(source: &Source, offset: u64, out: &mut [u64]) {
    map64(source, offset, out, |_, words, out| out.copy_from_slice(words));
}

/// Fills with numbers of [low, high): 53 bits of a word (52 of Threefry's, as JAX).
pub fn uniform_f64(source: &Source, offset: u64, low: f64, high: f64, out: &mut [f64]) {
    let bits = if source.generator == Generator::Philox { 53 } else { 52 };
    let (shift, step) = (64 - bits, 1.0 / (1u64 << bits) as f64);
    map64(source, offset, out, |_, words, out| {
        for (to, &word) in out.iter_mut().zip(words) {
            // Through i64, which has an instruction for it.
            let u = (word >> shift) as i64 as f64 * step;
            *to = if u * (high - low) + low > low { u * (high - low) + low } else { low };
        }
    });
}

/// As `uniform_f64`: 24 bits of a word (23 of Threefry's).
pub fn uniform_f32(source: &Source, offset: u64, low: f32, high: f32, out: &mut [f32]) {
    let bits = if source.generator == Generator::Philox { 24 } else { 23 };
    let (shift, step) = (32 - bits, 1.0 / (1u32 << bits) as f32);
    map32(source, offset, out, |_, words, out| {
        for (to, &word) in out.iter_mut().zip(words) {
            let u = (word >> shift) as i32 as f32 * step;
            *to = if u * (high - low) + low > low { u * (high - low) + low } else { low };
        }
    });
}
