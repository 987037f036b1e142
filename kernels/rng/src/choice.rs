//! Permutations and choices by Fisher and Yates' exchange of place i with one of i.. (Durstenfeld 1964), where only the places
//! that were touched are kept if they are few; weighted choices by inversion, or by an exponential race (Efraimidis and
//! Spirakis 2006) where no element may come twice.

use crate::integers::{below32, below64, SHORT};
use crate::number::Number;
use crate::source::{map64, unit, Source, CHUNK};
use crate::ziggurat::{fill_f64, Exponential};
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;

/// Calls `exchange(i, j)` for i in 0..count with j uniform in i..n.
fn exchanges(source: &Source, n: u64, count: usize, mut exchange: impl FnMut(usize, u64)) {
    let (mut short, mut long) = ([0u32; CHUNK], [0u64; CHUNK]);
    for start in (0..count).step_by(CHUNK) {
        let len = CHUNK.min(count - start);
        if n <= SHORT {
            source.words32(start as u64, &mut short[..len]);
        } else {
            source.words64(start as u64, &mut long[..len]);
        }
        for k in 0..len {
            let i = (start + k) as u64;
            let step = if n <= SHORT { below32(source, i, short[k], n - i) } else { below64(source, i, long[k], n - i) };
            exchange(start + k, i + step);
        }
    }
}

/// Fills with the first elements of a permutation of 0..n, each permutation being equally likely.
///
/// # Errors
/// `OutOfMemory` if there is no room for the places that are kept: 4 n bytes, or 32 to 64 per number if n is much larger.
pub fn permutation<T: Number>(source: &Source, n: u64, out: &mut [T]) -> Result<(), Status> {
    if n <= SHORT && n <= 16 * out.len() as u64 {
        let mut all = try_zeroed::<u32>(n as usize)?;
        all.iter_mut().enumerate().for_each(|(i, v)| *v = i as u32);
        exchanges(source, n, out.len(), |i, j| {
            all.swap(i, j as usize);
            out[i] = T::of_whole(i64::from(all[i]));
        });
        return Ok(());
    }
    let mut moved = Moved::new(out.len())?;
    exchanges(source, n, out.len(), |i, j| {
        let at_i = moved.get(i as u64);
        out[i] = T::of_whole(moved.get(j) as i64);
        moved.set(j, at_i);
    });
    Ok(())
}

/// What lies at the places that were exchanged: a hash table with open addresses.
struct Moved {
    /// (place + 1, element); 0 for a free entry.
    entries: Vec<[u64; 2]>,
    shift: u32,
}
impl Moved {
    fn new(count: usize) -> Result<Self, Status> {
        let bits = (2 * count.max(1)).next_power_of_two().trailing_zeros();
        Ok(Self { entries: try_zeroed(1 << bits)?, shift: 64 - bits })
    }
    /// The entry of a place, or the free one where it belongs.
    fn find(&self, place: u64) -> usize {
        // Multiplication by 2^64 over the golden ratio (Knuth).
        let mut at = (place.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize;
        while self.entries[at][0] != 0 && self.entries[at][0] != place + 1 {
            at = (at + 1) & (self.entries.len() - 1);
        }
        at
    }
    fn get(&self, place: u64) -> u64 {
        let [key, element] = self.entries[self.find(place)];
        if key == 0 { place } else { element }
    }
    fn set(&mut self, place: u64, element: u64) {
        let at = self.find(place);
        self.entries[at] = [place + 1, element];
    }
}

/// Exchanges the rows of `width` bytes; row i becomes what was row p[i] of `permutation`'s p.
pub fn shuffle(source: &Source, width: usize, rows: &mut [u8]) {
    let n = rows.len() / width;
    exchanges(source, n as u64, n, |i, j| {
        let j = j as usize;
        if i < j {
            let (head, tail) = rows.split_at_mut(j * width);
            head[i * width..(i + 1) * width].swap_with_slice(&mut tail[..width]);
        }
    });
}

/// Sums of weights, as fractions of their total, and where to begin to look for each n-th part of the range.
struct Sums {
    sums: Vec<f64>,
    start: Vec<u32>,
}
impl Sums {
    fn new(weights: &[f64]) -> Result<Self, Status> {
        let n = weights.len();
        let mut sums = try_zeroed::<f64>(n)?;
        let mut total = 0.0;
        for (sum, w) in sums.iter_mut().zip(weights) {
            total += w;
            *sum = total;
        }
        sums.iter_mut().for_each(|s| *s /= total);
        let mut start = try_zeroed::<u32>(n)?;
        let mut k = 0;
        for (part, to) in start.iter_mut().enumerate() {
            while sums[k] <= part as f64 / n as f64 {
                k += 1;
            }
            *to = k as u32;
        }
        Ok(Self { sums, start })
    }
    /// The place whose interval holds `u`, 0 <= u < 1.
    fn find(&self, u: f64) -> usize {
        let n = self.start.len();
        // Rounding may lift the product to the next part; then the search goes back.
        let mut k = self.start[((u * n as f64) as usize).min(n - 1)] as usize;
        while k > 0 && self.sums[k - 1] > u {
            k -= 1;
        }
        while self.sums[k] <= u {
            k += 1;
        }
        k
    }
}

/// Fills with places of `weights`, each with its probability; the weights sum to about 1.
///
/// # Errors
/// `OutOfMemory` if there is no room for the sums, 12 bytes per weight.
pub fn weighted<T: Number>(source: &Source, offset: u64, weights: &[f64], out: &mut [T]) -> Result<(), Status> {
    let sums = Sums::new(weights)?;
    map64(source, offset, out, |_, words, out| {
        for (to, &word) in out.iter_mut().zip(words) {
            *to = T::of_whole(sums.find(unit(word as u32, (word >> 32) as u32)) as i64);
        }
    });
    Ok(())
}

/// Fills with different places of `weights`, as drawn one after the other with the probabilities of those that are left; at
/// least as many weights are above 0 as are drawn.
///
/// # Errors
/// `OutOfMemory` if there is no room for 12 bytes per weight.
pub fn weighted_different<T: Number>(source: &Source, weights: &[f64], out: &mut [T]) -> Result<(), Status> {
    let order = race(source, weights, out.len())?;
    out.iter_mut().zip(&order).for_each(|(to, &i)| *to = T::of_whole(i64::from(i)));
    Ok(())
}

/// Places of the weights, the first `count` in the order of exponential times of these rates.
fn race(source: &Source, weights: &[f64], count: usize) -> Result<Vec<u32>, Status> {
    let mut times = try_zeroed::<f64>(weights.len())?;
    fill_f64::<Exponential>(source, 0, 0.0, 1.0, &mut times);
    times.iter_mut().zip(weights).for_each(|(t, w)| *t = if *w > 0.0 { *t / w } else { f64::INFINITY });
    let mut order = try_zeroed::<u32>(weights.len())?;
    order.iter_mut().enumerate().for_each(|(i, v)| *v = i as u32);
    let earlier = |a: &u32, b: &u32| times[*a as usize].total_cmp(&times[*b as usize]).then(a.cmp(b));
    if count > 0 {
        let (first, _, _) = order.select_nth_unstable_by(count - 1, earlier);
        first.sort_unstable_by(earlier);
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Generator;

    const SOURCE: Source = Source { generator: Generator::Philox, key: [8, 3] };

    #[test]
    fn few_of_many_are_the_first_of_the_permutation() {
        let n = 5000;
        let mut all = vec![0u32; n];
        permutation(&SOURCE, n as u64, &mut all).unwrap();
        let mut sorted = all.clone();
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(i, &v)| v == i as u32));
        for k in [0, 1, 7, 300, 312, 313, 1000] {
            let mut few = vec![0u32; k];
            permutation(&SOURCE, n as u64, &mut few).unwrap();
            assert_eq!(few, all[..k]);
        }
        let mut wide = vec![0.0f64; 1000];
        permutation(&SOURCE, 1 << 53, &mut wide).unwrap();
        wide.sort_unstable_by(f64::total_cmp);
        assert!(wide.windows(2).all(|w| w[0] < w[1]) && wide[0] >= 0.0 && wide[999] < (1u64 << 53) as f64);
        assert!(wide[0] < 5e13 && wide[999] > 8.9e15);
    }

    #[test]
    fn rows_are_shuffled_as_the_permutation_says() {
        let mut order = [0u32; 100];
        permutation(&SOURCE, 100, &mut order).unwrap();
        let mut rows: Vec<u8> = (0..100).flat_map(|i| [i, i + 100, 7]).collect();
        shuffle(&SOURCE, 3, &mut rows);
        for (row, i) in rows.chunks(3).zip(order) {
            assert_eq!(row, [i as u8, i as u8 + 100, 7]);
        }
    }

    #[test]
    fn places_without_weight_are_never_chosen() {
        let weights = [0.0, 0.25, 0.0, 0.5, 0.25, 0.0];
        let mut out = [0u32; 10_000];
        weighted(&SOURCE, 0, &weights, &mut out).unwrap();
        let counts: [usize; 6] = std::array::from_fn(|i| out.iter().filter(|&&k| k == i as u32).count());
        assert_eq!([counts[0], counts[2], counts[5]], [0; 3]);
        assert!(counts[3].abs_diff(5000) < 250 && counts[1].abs_diff(2500) < 220, "{counts:?}");
        let mut three = [9u32; 3];
        weighted_different(&SOURCE, &weights, &mut three).unwrap();
        three.sort_unstable();
        assert_eq!(three, [1, 3, 4]);
    }
}
