//! The interval of a point: the largest `i <= n - 2` with `x_i <= t`, and 0 below the first knot.
//!
//! A guess that never falls as `t` rises is made from `t`, and then corrected by comparisons with knots. That the guess is
//! monotone is all the correction relies on: what a guess is for the knots bounds what it is between them, whatever the
//! rounding was.

use cosmesh_core::lanes::{F64x2, Lanes};

/// Ways to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Method {
    /// `(t - x_0)/step`, right to one interval: for knots that are evenly spaced but for rounding.
    Uniform = 1,
    /// A table over ranges of equal ratio, by the leading bits of `t`: for knots that grow geometrically.
    Logarithmic = 2,
    /// A table over ranges of equal width: for all others.
    Arbitrary = 3,
}

/// 2^52: the sum with a number from 0 to 2^31 has that number, rounded, in its low bits.
const MAGIC: f64 = 4_503_599_627_370_496.0;

/// Entries of a table, per knot.
const DENSITY: usize = 4;

/// Finds intervals of rising knots, at least two.
pub struct Finder {
    method: Method,
    /// The knots but the last, and infinities, so that a search may look past the end.
    knots: Vec<f64>,
    intervals: usize,
    first: f64,
    last: f64,
    /// [1/unit of t] Intervals or table ranges in a unit of `t`.
    scale: f64,
    /// Bits below those that number a range.
    shift: u32,
    /// Lowest interval that a point of a range can lie in.
    table: Vec<u32>,
    /// Halvings from there: points of a range lie in fewer than `2^steps` different intervals.
    steps: u32,
}

/// Bits of a number as an integer that rises with the number; both zeros alike.
#[inline(always)]
fn key(t: f64) -> u64 {
    let bits = (t + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

impl Finder {
    /// The fastest method that suits the knots: direct if they are evenly spaced, else the table with fewer steps.
    pub fn new(x: &[f64]) -> Self {
        if let Some(uniform) = Self::uniform(x) {
            return uniform;
        }
        let [even, ratio] = [Self::tabulated(x, Method::Arbitrary), Self::tabulated(x, Method::Logarithmic)];
        if ratio.steps < even.steps { ratio } else { even }
    }

    /// A given method; `None` for knots that are too uneven for a direct index.
    pub fn with(x: &[f64], method: Method) -> Option<Self> {
        match method {
            Method::Uniform => Self::uniform(x),
            Method::Logarithmic | Method::Arbitrary => Some(Self::tabulated(x, method)),
        }
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }
    /// Number of intervals.
    pub fn intervals(&self) -> usize {
        self.intervals
    }
    /// First knot.
    pub fn first(&self) -> f64 {
        self.first
    }
    /// Last knot.
    pub fn last(&self) -> f64 {
        self.last
    }

    fn empty(x: &[f64], method: Method, scale: f64) -> Self {
        let (first, last) = (x[0], x[x.len() - 1]);
        Self { method, knots: x[..x.len() - 1].to_vec(), intervals: x.len() - 1, first, last, scale, shift: 0, table: Vec::new(), steps: 0 }
    }

    fn uniform(x: &[f64]) -> Option<Self> {
        let n = x.len();
        let mut finder = Self::empty(x, Method::Uniform, (n - 1) as f64 / (x[n - 1] - x[0]));
        // Between x_j and x_{j+1} the guess is then j - 1, j or j + 1.
        let close = |(j, &t): (usize, &f64)| {
            let guess = finder.guess(t) as usize;
            guess <= j && guess + 1 >= j
        };
        if !x.iter().enumerate().all(close) {
            return None;
        }
        finder.knots.extend([f64::INFINITY; 2]);
        Some(finder)
    }

    fn tabulated(x: &[f64], method: Method) -> Self {
        let n = x.len();
        let size = DENSITY * n;
        let mut finder = Self::empty(x, method, size as f64 / (x[n - 1] - x[0]));
        while method == Method::Logarithmic && (key(x[n - 1]) - key(x[0])) >> finder.shift >= size as u64 {
            finder.shift += 1;
        }
        // Ranges of knots first, then for each range the last knot that lies before it; knots of the range itself follow.
        let ranges: Vec<usize> = x[..n - 1].iter().map(|&t| finder.range(t, size)).collect();
        let mut table = Vec::with_capacity(size);
        let (mut before, mut through, mut most) = (0, 0, 0);
        for range in 0..size {
            while before + 1 < ranges.len() && ranges[before + 1] < range {
                before += 1;
            }
            while through + 1 < ranges.len() && ranges[through + 1] <= range {
                through += 1;
            }
            most = most.max(through - before);
            table.push(before as u32);
        }
        finder.table = table;
        finder.steps = usize::BITS - most.leading_zeros();
        finder.knots.extend(std::iter::repeat_n(f64::INFINITY, 1 << finder.steps));
        finder
    }

    /// Rounded to the nearest, which is as monotone as rounding down, and takes an addition: the low bits of 2^52 + v are
    /// v. Where `scale` is infinite all guesses are 0.
    #[inline(always)]
    fn guess(&self, t: f64) -> u32 {
        ((t - self.first) * self.scale + MAGIC).to_bits() as u32
    }

    #[inline(always)]
    fn range(&self, t: f64, size: usize) -> usize {
        match self.method {
            Method::Logarithmic => ((key(t) - key(self.first)) >> self.shift) as usize,
            _ => (self.guess(t) as usize).min(size - 1),
        }
    }

    /// Intervals of points; those outside of the knots are in the first or the last one, NaN in any.
    pub fn find(&self, points: &[f64], intervals: &mut [u32]) {
        match (self.method, self.steps) {
            (Method::Uniform, _) => self.find_uniform(points, intervals),
            (Method::Logarithmic, 1) => self.find_in_table::<true>(points, intervals, 1),
            (Method::Logarithmic, steps) => self.find_in_table::<true>(points, intervals, steps),
            (Method::Arbitrary, 1) => self.find_in_table::<false>(points, intervals, 1),
            (Method::Arbitrary, 2) => self.find_in_table::<false>(points, intervals, 2),
            (Method::Arbitrary, 3) => self.find_in_table::<false>(points, intervals, 3),
            (Method::Arbitrary, steps) => self.find_in_table::<false>(points, intervals, steps),
        }
    }

    /// Calls `body` with each point, moved to the nearest end of the knots if it is outside, and its guess.
    #[inline(always)]
    fn for_each(&self, points: &[f64], intervals: &mut [u32], body: impl Fn(f64, u32) -> u32) {
        let [first, last, scale, magic] = [self.first, self.last, self.scale, MAGIC].map(F64x2::splat);
        let mut pairs = points.chunks_exact(2).zip(intervals.chunks_exact_mut(2));
        for (t, out) in &mut pairs {
            // In this order NaN becomes the first knot.
            let t = F64x2::load(t).max(first).min(last);
            let guess = ((t - first) * scale + magic).to_array().map(|v| v.to_bits() as u32);
            let t = t.to_array();
            (out[0], out[1]) = (body(t[0], guess[0]), body(t[1], guess[1]));
        }
        if let (1, [.., t], [.., out]) = (points.len() % 2, points, intervals) {
            let t = Lanes::min(Lanes::max(*t, self.first), self.last);
            *out = body(t, self.guess(t));
        }
    }

    #[inline(always)]
    fn find_uniform(&self, points: &[f64], intervals: &mut [u32]) {
        let most = (self.knots.len() - 3) as u32;
        self.for_each(points, intervals, |t, guess| {
            let i = guess.min(most);
            // SAFETY: `i + 1` is below the length, which is at least 3.
            let [low, high] = unsafe { [self.knots.get_unchecked(i as usize), self.knots.get_unchecked(i as usize + 1)] };
            // Infinity after the last interval keeps the point in it.
            i + u32::from(t >= *high) - u32::from(t < *low)
        });
    }

    #[inline(always)]
    fn find_in_table<const RATIO: bool>(&self, points: &[f64], intervals: &mut [u32], steps: u32) {
        let (knots, table) = (&self.knots[..], &self.table[..]);
        let (first, most) = (key(self.first), table.len() - 1);
        self.for_each(points, intervals, |t, guess| {
            let range = if RATIO { ((key(t) - first) >> self.shift) as usize } else { guess as usize };
            // SAFETY: at most the last index.
            let mut i = unsafe { *table.get_unchecked(range.min(most)) };
            for step in (0..steps).rev() {
                let next = i + (1 << step);
                // SAFETY: entries of the table are indices of knots but the last, fewer than 2^steps are added, and 2^steps
                // infinities follow.
                i = if unsafe { *knots.get_unchecked(next as usize) } <= t { next } else { i };
            }
            i
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(x: &[f64], t: f64) -> u32 {
        (1..x.len() - 1).filter(|&i| x[i] <= t).count() as u32
    }

    #[test]
    fn all_methods_find_the_same_intervals_as_a_search_through_all_knots() {
        let uniform: Vec<f64> = (0..40).map(|i| 0.1 * f64::from(i) - 1.3).collect();
        let ratio: Vec<f64> = (0..60).map(|i| 1e-3 * 1.3f64.powi(i)).collect();
        let two = vec![-1.0, 2.0];
        let clustered = vec![-5.0, -1e-9, -1e-300, 0.0, 1e-300, 1e-12, 1.0, 1.0 + 1e-15, 2.0, 1e9];
        let uneven: Vec<f64> = (0..100).map(|i| f64::from(i) + 0.49 * f64::from(i * 37 % 11) / 11.0).collect();
        let tiny = vec![0.0, 5e-324, 1e-323];
        for x in [uniform, ratio, two, clustered, uneven, tiny] {
            let mut points = vec![f64::NEG_INFINITY, -1e300, 0.0, -0.0, 1e300, f64::INFINITY];
            for w in x.windows(2) {
                points.extend([w[0], w[0].next_up(), w[0].next_down(), 0.5 * (w[0] + w[1]), w[1]]);
            }
            let expected: Vec<u32> = points.iter().map(|&t| naive(&x, t)).collect();
            let finders = [Some(Finder::new(&x))]
                .into_iter()
                .chain([Method::Uniform, Method::Logarithmic, Method::Arbitrary].map(|m| Finder::with(&x, m)));
            for finder in finders.flatten() {
                let mut found = vec![7; points.len()];
                finder.find(&points, &mut found);
                assert_eq!(found, expected, "{:?} of {x:?}", finder.method());
            }
        }
    }

    #[test]
    fn random_knots_of_all_scales_are_searched_right() {
        let mut state = 1u64;
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        for round in 0..600 {
            let n = 2 + (random() * 60.0) as usize;
            let mut x: Vec<f64> = (0..n)
                .map(|i| match round % 6 {
                    0 => i as f64 * 0.1 + 7.0,                                    // even but for rounding
                    1 => 1e16 + 2.0 * i as f64,                                   // neighbours
                    2 => (random() - 0.5) * 2f64.powi((random() * 600.0) as i32 - 300), // all scales and signs
                    3 => i as f64 + random() * 1.9,                               // about even
                    4 => 10f64.powf(random() * 12.0),
                    _ => if random() < 0.5 { random() } else { 5.0 + 1e-12 * random() }, // clusters
                })
                .collect();
            x.sort_by(f64::total_cmp);
            x.dedup();
            if x.len() < 2 {
                continue;
            }
            let (first, last) = (x[0], x[x.len() - 1]);
            let mut points: Vec<f64> = x.iter().flat_map(|&t| [t, t.next_up(), t.next_down()]).collect();
            points.extend((0..50).map(|_| first + random() * (last - first)));
            let expected: Vec<u32> = points.iter().map(|&t| naive(&x, t)).collect();
            for finder in [0, 1, 2, 3].map(|m| match m {
                0 => Some(Finder::new(&x)),
                1 => Finder::with(&x, Method::Uniform),
                2 => Finder::with(&x, Method::Logarithmic),
                _ => Finder::with(&x, Method::Arbitrary),
            }) {
                let Some(finder) = finder else { continue };
                let mut found = vec![9; points.len()];
                finder.find(&points, &mut found);
                assert_eq!(found, expected, "{:?} of {x:?}", finder.method());
            }
            assert!(round % 6 != 0 || Finder::new(&x).method() == Method::Uniform);
        }
    }

    #[test]
    fn the_method_suits_the_knots() {
        let n = 500;
        let x: Vec<f64> = (0..n).map(|i| 3.0 + 0.1 * f64::from(i)).collect();
        assert_eq!(Finder::new(&x).method(), Method::Uniform);
        let x: Vec<f64> = (0..n).map(|i| 1e-4 * 1.03f64.powi(i)).collect();
        let ratio = Finder::new(&x);
        assert_eq!((ratio.method(), ratio.steps), (Method::Logarithmic, 1));
        let x: Vec<f64> = (0..n).map(|i| f64::from(i * i)).collect();
        assert_eq!(Finder::new(&x).method(), Method::Arbitrary);
        assert!(Finder::with(&x, Method::Uniform).is_none());
    }
}
