//! Normal and exponential numbers by ziggurats of 256 layers (Marsaglia and Tsang 2000). The layer and the place in it come
//! from separate bits (Doornik 2005), and the sign is a bit of the place. Each element has a word of its own, and if that is
//! refused (1 in 67 normal, 1 in 46 exponential numbers) blocks of its own.

use crate::source::{map32, map64, open_unit, unit, Source, CHUNK};
use cosmesh_core::math::{erfc, exp, log};
use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::OnceLock;

const LAYERS: usize = 256;

/// Layer i >= 1 lies between the heights density(x[i]) and density(x[i + 1]) and is as wide as x[i]; layer 0 is the base with
/// the tail beyond x[1], and x[0] is the width of a rectangle of its area.
pub struct Layers {
    /// (x[i] per step of the place, x[i + 1]): what is below the second is inside for sure.
    wide: [[f64; 2]; LAYERS],
    narrow: [[f32; 2]; LAYERS],
    /// density(x[i])
    height: [f64; LAYERS + 1],
}

/// A density on the real line or its positive half, with its largest value 1 at 0.
pub trait Density {
    /// Beginning of the tail for 256 layers, given in the paper.
    const R: f64;
    fn density(x: f64) -> f64;
    fn inverse(y: f64) -> f64;
    /// Integral of the density from R to infinity.
    fn tail_area() -> f64;
    /// A number of the tail of the side on which x lies, or none.
    fn tail(x: f64, block: [u32; 4]) -> Option<f64>;
    /// An odd whole number of the bits above the lowest ten, below 2^53 in size.
    fn place64(word: u64) -> f64;
    /// An odd whole number of the bits above the lowest seven, below 2^24 in size.
    fn place32(word: u32) -> f32;
    /// Where the tables live.
    fn cell() -> &'static OnceLock<Box<Layers>>;
}

/// exp(-x^2 / 2)
pub struct Normal;
/// exp(-x), x >= 0
pub struct Exponential;

impl Density for Normal {
    const R: f64 = 3.654_152_885_361_009;
    fn density(x: f64) -> f64 {
        exp(-0.5 * x * x)
    }
    fn inverse(y: f64) -> f64 {
        (-2.0 * log(y)).sqrt()
    }
    fn tail_area() -> f64 {
        (0.5 * PI).sqrt() * erfc(Self::R * FRAC_1_SQRT_2)
    }
    fn tail(x: f64, block: [u32; 4]) -> Option<f64> {
        // Marsaglia 1964
        let beyond = -log(open_unit(block[0], block[1])) / Self::R;
        let y = -log(open_unit(block[2], block[3]));
        (2.0 * y > beyond * beyond).then(|| (Self::R + beyond).copysign(x))
    }
    #[inline(always)]
    fn place64(word: u64) -> f64 {
        (word as i64 >> 10 | 1) as f64
    }
    #[inline(always)]
    fn place32(word: u32) -> f32 {
        (word as i32 >> 7 | 1) as f32
    }
    fn cell() -> &'static OnceLock<Box<Layers>> {
        static CELL: OnceLock<Box<Layers>> = OnceLock::new();
        &CELL
    }
}

impl Density for Exponential {
    const R: f64 = 7.697_117_470_131_05;
    fn density(x: f64) -> f64 {
        exp(-x)
    }
    fn inverse(y: f64) -> f64 {
        -log(y)
    }
    fn tail_area() -> f64 {
        exp(-Self::R)
    }
    fn tail(_: f64, block: [u32; 4]) -> Option<f64> {
        Some(Self::R - log(open_unit(block[0], block[1])))
    }
    #[inline(always)]
    fn place64(word: u64) -> f64 {
        // Through i64, which has an instruction for it.
        (word >> 11 | 1) as i64 as f64
    }
    #[inline(always)]
    fn place32(word: u32) -> f32 {
        (word >> 8 | 1) as i32 as f32
    }
    fn cell() -> &'static OnceLock<Box<Layers>> {
        static CELL: OnceLock<Box<Layers>> = OnceLock::new();
        &CELL
    }
}

fn layers<D: Density>() -> &'static Layers {
    D::cell()
        .get_or_init(|| {
            let area = D::R * D::density(D::R) + D::tail_area();
            let mut x = [0.0; LAYERS + 1];
            (x[0], x[1]) = (area / D::density(D::R), D::R);
            for i in 1..LAYERS - 1 {
                x[i + 1] = D::inverse(area / x[i] + D::density(x[i]));
            }
            let wide = std::array::from_fn(|i| [x[i] / (1u64 << 53) as f64, x[i + 1]]);
            let narrow = std::array::from_fn(|i| [(x[i] / (1u64 << 24) as f64) as f32, x[i + 1] as f32]);
            Box::new(Layers { wide, narrow, height: x.map(D::density) })
        })
}

/// What becomes of a place `x` of a layer that is not inside for sure.
#[cold]
#[inline(never)]
fn decide<D: Density>(t: &Layers, source: &Source, element: u64, mut layer: usize, mut x: f64) -> f64 {
    for attempt in 1.. {
        let block = source.block(attempt, element);
        if layer == 0 {
            if let Some(x) = D::tail(x, block) {
                return x;
            }
            continue;
        }
        let y = t.height[layer] + unit(block[0], block[1]) * (t.height[layer + 1] - t.height[layer]);
        if y < D::density(x) {
            return x;
        }
        let word = u64::from(block[3]) << 32 | u64::from(block[2]);
        layer = (word & 255) as usize;
        let [scale, edge] = t.wide[layer];
        x = D::place64(word) * scale;
        if x.abs() < edge {
            return x;
        }
    }
    unreachable!("attempts do not end")
}

macro_rules! fill {
    ($(#[$doc:meta])* $name:ident, $t:ty, $word:ty, $map:ident, $place:ident, $table:ident) => {
        $(#[$doc])*
        pub fn $name<D: Density>(source: &Source, offset: u64, shift: $t, scale: $t, out: &mut [$t]) {
            let t = layers::<D>();
            $map(source, offset, out, |first, words, out| {
                // Without a branch first; those that are refused are few, and are decided afterwards.
                let mut refused = [0u16; CHUNK];
                let mut count = 0;
                let mut one = |i: usize, word: $word, to: &mut $t| {
                    let [step, edge] = t.$table[(word & 255) as usize];
                    let x = D::$place(word) * step;
                    *to = shift + scale * x;
                    // At most i were refused before; the mask spares a check.
                    refused[count & (CHUNK - 1)] = i as u16;
                    count += usize::from(x.abs() >= edge);
                };
                let (eights, rest) = out.as_chunks_mut::<8>();
                let (words8, words1) = words.as_chunks::<8>();
                for (k, (to, word)) in eights.iter_mut().zip(words8).enumerate() {
                    for l in 0..8 {
                        one(8 * k + l, word[l], &mut to[l]);
                    }
                }
                for (l, (to, &word)) in rest.iter_mut().zip(words1).enumerate() {
                    one(8 * words8.len() + l, word, to);
                }
                for &i in &refused[..count] {
                    let i = usize::from(i);
                    let layer = (words[i] & 255) as usize;
                    let x = D::$place(words[i]) * t.$table[layer][0];
                    out[i] = shift + scale * decide::<D>(t, source, first + i as u64, layer, x.into()) as $t;
                }
            });
        }
    };
}
fill!(
    /// Fills with shift + scale x.
    fill_f64, f64, u64, map64, place64, wide
);
fill!(
    /// As `fill_f64`.
    fill_f32, f32, u32, map32, place32, narrow
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Generator;

    fn check<D: Density>(total: f64) {
        let t = layers::<D>();
        // All layers have one area, and the last one ends at the top.
        let area = D::R * D::density(D::R) + D::tail_area();
        for i in 1..LAYERS {
            let width = t.wide[i][0] * (1u64 << 53) as f64;
            let got = width * (t.height[i + 1] - t.height[i]);
            assert!((got / area - 1.0).abs() < 1e-9, "layer {i}: {got} {area}");
        }
        assert_eq!(t.height[LAYERS], 1.0);
        // Probability that a word decides alone: what the documentation says.
        let sure: f64 = (0..LAYERS).map(|i| t.wide[i][1] / (t.wide[i][0] * (1u64 << 53) as f64)).sum::<f64>() / LAYERS as f64;
        assert!((1.0 / (1.0 - sure) - total).abs() < 1.0, "{}", 1.0 / (1.0 - sure));
    }

    #[test]
    fn layers_have_equal_areas() {
        check::<Normal>(67.0);
        check::<Exponential>(46.0);
    }

    #[test]
    fn single_precision_numbers_use_all_bits_of_their_word() {
        let source = Source { generator: Generator::Philox, key: [1, 2] };
        let mut v = vec![0.0f32; 100_000];
        fill_f32::<Normal>(&source, 0, 0.0, 1.0, &mut v);
        let mut sorted: Vec<u32> = v.iter().map(|x| x.to_bits()).collect();
        sorted.sort_unstable();
        sorted.dedup();
        // 1e5 of 2^31 places or so: 2.3 pairs are expected.
        assert!(sorted.len() > 99_900, "{}", sorted.len());
    }
}
