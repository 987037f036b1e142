//! Bins of adjacent spaxels with about equal signal-to-noise ratio: accretion (Cappellari & Copin 2003, MNRAS 342, 345, section
//! 5.1), then centroidal Voronoi tessellation of equal (S/N)^2 (their section 4.1), or a weighted one (Diehl & Statler 2006, MNRAS
//! 368, 497). Lengths are in spaxels.

use cosmesh_core::parallel::{for_each_range, SharedMut};

/// The bin of a spaxel in none.
pub const NONE: i32 = -1;
/// A bin is too long if its farthest spaxel is beyond this many radii of a circle of its area.
const ROUND: f64 = 1.3;
/// Accretion gives a bin up that stops below this share of the target.
const ENOUGH: f64 = 0.8;
/// Iteration ends when all generators together move by less.
const AT_REST: f64 = 0.1;
/// Sides of the squares that generators and free spaxels are sorted into.
const BUCKET: usize = 8;
/// Spaxels of one block of work.
const BLOCK: usize = 256;

/// How generators move, and which spaxels are theirs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Distance is divided by a length of the bin; generators move to the middle.
    Weighted,
    /// Generators move to the center of (S/N)^4.
    Centroidal,
}

/// Images `[y, x]`; spaxels with a noise of 0 or less are left out.
#[derive(Clone, Copy)]
pub struct Image<'a> {
    pub nx: usize,
    pub signal: &'a [f64],
    pub noise: &'a [f64],
}

impl Image<'_> {
    fn len(&self) -> usize {
        self.signal.len()
    }
    fn place(&self, i: usize) -> [f64; 2] {
        [(i % self.nx) as f64, (i / self.nx) as f64]
    }
    fn used(&self, i: usize) -> bool {
        self.noise[i] > 0.0
    }
    /// Spaxels that have a side in common with one, and are used.
    fn beside(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        let (x, nx, n) = (i % self.nx, self.nx, self.len());
        let left = (x > 0).then(|| i - 1);
        let right = (x + 1 < nx).then_some(i + 1);
        let below = (i >= nx).then(|| i - nx);
        let above = (i + nx < n).then_some(i + nx);
        [left, right, below, above].into_iter().flatten().filter(|&j| self.used(j))
    }
}

/// Signal and squared noise of some spaxels.
#[derive(Clone, Copy, Default)]
struct Sum {
    signal: f64,
    square: f64,
}

impl Sum {
    fn with(self, image: &Image, i: usize) -> Self {
        Self { signal: self.signal + image.signal[i], square: self.square + image.noise[i] * image.noise[i] }
    }
    fn ratio(self) -> f64 {
        if self.square > 0.0 {
            self.signal / self.square.sqrt()
        } else {
            0.0
        }
    }
}

fn square_distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])
}

/// Counts of free spaxels in squares, to find the nearest one to a place without looking at all.
struct Free<'a> {
    image: Image<'a>,
    across: usize,
    left: Vec<u32>,
}

impl<'a> Free<'a> {
    fn new(image: Image<'a>) -> Self {
        let across = image.nx.div_ceil(BUCKET);
        let down = (image.len() / image.nx).div_ceil(BUCKET);
        let mut free = Self { image, across, left: vec![0; across * down] };
        for i in (0..image.len()).filter(|&i| image.used(i)) {
            let b = free.bucket(i);
            free.left[b] += 1;
        }
        free
    }
    fn bucket(&self, i: usize) -> usize {
        i / self.image.nx / BUCKET * self.across + i % self.image.nx / BUCKET
    }
    fn take(&mut self, i: usize) {
        let b = self.bucket(i);
        self.left[b] -= 1;
    }
    /// The free spaxel that is nearest to a place, the first of equals.
    fn nearest(&self, bins: &[i32], to: [f64; 2]) -> Option<usize> {
        let side = BUCKET as f64;
        let mut best: Option<(f64, usize)> = None;
        for (b, _) in self.left.iter().enumerate().filter(|(_, n)| **n > 0) {
            let corner = [(b % self.across) as f64 * side, (b / self.across) as f64 * side];
            let out = [0, 1].map(|k| (corner[k] - to[k]).max(to[k] - (corner[k] + side - 1.0)).max(0.0));
            if best.is_some_and(|(d, _)| out[0] * out[0] + out[1] * out[1] > d) {
                continue;
            }
            let (x0, y0) = (b % self.across * BUCKET, b / self.across * BUCKET);
            for y in y0..(y0 + BUCKET).min(self.image.len() / self.image.nx) {
                for x in x0..(x0 + BUCKET).min(self.image.nx) {
                    let i = y * self.image.nx + x;
                    if bins[i] == NONE && self.image.used(i) {
                        let d = square_distance(self.image.place(i), to);
                        if best.is_none_or(|(least, at)| d < least || (d == least && i < at)) {
                            best = Some((d, i));
                        }
                    }
                }
            }
        }
        best.map(|(_, i)| i)
    }
}

/// A bin that grows.
struct Growing {
    members: Vec<usize>,
    rim: Vec<usize>,
    total: [f64; 2],
    sum: Sum,
    /// At least as much as the distance of the farthest member from the middle.
    reach: f64,
}

impl Growing {
    fn middle(&self) -> [f64; 2] {
        self.total.map(|t| t / self.members.len() as f64)
    }
    /// Whether the bin stays round with one spaxel more, whose place is given.
    fn stays_round(&mut self, image: &Image, place: [f64; 2]) -> bool {
        let n = (self.members.len() + 1) as f64;
        let middle = [0, 1].map(|k| (self.total[k] + place[k]) / n);
        let most = ROUND * (n / std::f64::consts::PI).sqrt();
        let own = square_distance(place, middle).sqrt();
        let moved = square_distance(middle, self.middle()).sqrt();
        self.reach += moved;
        if self.reach > most {
            self.reach = self.members.iter().map(|&i| square_distance(image.place(i), middle)).fold(0.0, f64::max).sqrt();
        }
        let round = own.max(self.reach) <= most;
        self.reach = if round { self.reach.max(own) } else { self.reach + moved };
        round
    }
}

/// Fills `bins` by accretion. Returns the number of bins, and whether each reached the target.
fn accrete(image: &Image, target: f64, bins: &mut [i32]) -> Vec<bool> {
    bins.fill(NONE);
    let mut free = Free::new(*image);
    let mut good = Vec::new();
    let ratio = |i: usize| image.signal[i] / image.noise[i];
    let used = (0..image.len()).filter(|&i| image.used(i));
    // The first of the brightest.
    let mut next = used.reduce(|a, b| if ratio(b) > ratio(a) { b } else { a });
    let (mut all, mut taken) = ([0.0; 2], 0.0);
    while let Some(first) = next {
        let bin = good.len() as i32;
        let mut g = Growing { members: Vec::new(), rim: Vec::new(), total: [0.0; 2], sum: Sum::default(), reach: 0.0 };
        let mut add = Some(first);
        while let Some(i) = add.take() {
            bins[i] = bin;
            free.take(i);
            let place = image.place(i);
            for k in 0..2 {
                g.total[k] += place[k];
                all[k] += place[k];
            }
            taken += 1.0;
            g.members.push(i);
            g.sum = g.sum.with(image, i);
            g.rim.retain(|&j| j != i);
            for j in image.beside(i).filter(|&j| bins[j] == NONE) {
                if !g.rim.contains(&j) {
                    g.rim.push(j);
                }
            }
            let middle = g.middle();
            let nearest = g.rim.iter().map(|&j| (square_distance(image.place(j), middle), j)).reduce(|a, b| if b < a { b } else { a });
            let Some((_, j)) = nearest else { break };
            let (now, then) = (g.sum.ratio(), g.sum.with(image, j).ratio());
            if then < now || (then - target).abs() > (now - target).abs() || !g.stays_round(image, image.place(j)) {
                break;
            }
            add = Some(j);
        }
        good.push(g.sum.ratio() >= ENOUGH * target);
        next = free.nearest(bins, all.map(|t| t / taken));
    }
    good
}

/// Places of generators, and lengths that distances to them are divided by.
struct Generators {
    place: Vec<[f64; 2]>,
    length: Vec<f64>,
}

struct Squares {
    across: usize,
    start: Vec<u32>,
    order: Vec<u32>,
    /// The longest length of a square's generators, and of all.
    most: Vec<f64>,
    longest: f64,
    /// 1/length^2 of each generator.
    weight: Vec<f64>,
}

impl Squares {
    fn new(g: &Generators, nx: usize, ny: usize) -> Self {
        let (across, down) = (nx.div_ceil(BUCKET), ny.div_ceil(BUCKET));
        let square = |p: &[f64; 2]| {
            let [x, y] = [p[0], p[1]].map(|v| (v.max(0.0) as usize) / BUCKET);
            y.min(down - 1) * across + x.min(across - 1)
        };
        let mut start = vec![0u32; across * down + 1];
        let mut most = vec![0.0f64; across * down];
        for (p, length) in g.place.iter().zip(&g.length) {
            start[square(p) + 1] += 1;
            most[square(p)] = most[square(p)].max(*length);
        }
        for b in 1..start.len() {
            start[b] += start[b - 1];
        }
        let (mut next, mut order) = (start.clone(), vec![0; g.place.len()]);
        for (k, p) in g.place.iter().enumerate() {
            order[next[square(p)] as usize] = k as u32;
            next[square(p)] += 1;
        }
        let longest = most.iter().copied().fold(0.0, f64::max);
        let weight = g.length.iter().map(|l| 1.0 / (l * l)).collect();
        Self { across, start, order, most, longest, weight }
    }

    /// The generator at the least distance over its length, the first of equals.
    fn nearest(&self, g: &Generators, to: [f64; 2], guess: i32) -> i32 {
        let far = |k: usize| square_distance(g.place[k], to) * self.weight[k];
        let mut best = if guess >= 0 { (far(guess as usize), guess as usize) } else { (f64::INFINITY, usize::MAX) };
        let side = BUCKET as f64;
        // No generator farther than this can be nearer than the guess. An infinite number is cut to the last square.
        let reach = best.0.sqrt() * self.longest;
        let first = [0, 1].map(|k| ((to[k] - reach).max(0.0) / side) as usize);
        let last = [0, 1].map(|k| ((to[k] + reach) / side) as usize);
        let down = self.most.len() / self.across;
        for row in first[1]..=last[1].min(down - 1) {
            for b in row * self.across + first[0]..=row * self.across + last[0].min(self.across - 1) {
                let most = self.most[b];
                let corner = [(b % self.across) as f64 * side, row as f64 * side];
                let out = [0, 1].map(|k| (corner[k] - to[k]).max(to[k] - corner[k] - side).max(0.0));
                if out[0] * out[0] + out[1] * out[1] > best.0 * most * most {
                    continue;
                }
                for &k in &self.order[self.start[b] as usize..self.start[b + 1] as usize] {
                    let (k, d) = (k as usize, far(k as usize));
                    if d < best.0 || (d == best.0 && k < best.1) {
                        best = (d, k);
                    }
                }
            }
        }
        best.1 as i32
    }
}

/// Gives each spaxel for which `all` or that is in no bin to its generator.
fn assign(image: &Image, g: &Generators, all: bool, bins: &mut [i32]) {
    let squares = Squares::new(g, image.nx, image.len() / image.nx);
    let n = bins.len();
    let bins = SharedMut::new(bins);
    for_each_range(n, BLOCK, |_, range| {
        for i in range.filter(|&i| image.used(i)) {
            // SAFETY: spaxel i belongs to this block alone.
            unsafe {
                let now = bins.get(i);
                if all || now == NONE {
                    bins.set(i, squares.nearest(g, image.place(i), now));
                }
            }
        }
    });
}

/// What is known of bins.
pub struct Bins {
    /// Middle, in spaxels.
    pub place: Vec<[f64; 2]>,
    pub ratio: Vec<f64>,
    pub spaxels: Vec<u32>,
}

/// Sums of weights and places, and of signal and noise, over the spaxels of each bin, in their order.
fn sums(image: &Image, bins: &[i32], count: usize, weight: impl Fn(usize) -> f64) -> (Vec<[f64; 3]>, Vec<Sum>, Vec<u32>) {
    let (mut moments, mut light, mut number) = (vec![[0.0; 3]; count], vec![Sum::default(); count], vec![0; count]);
    for (i, bin) in bins.iter().enumerate().filter(|(_, b)| **b >= 0) {
        let (k, w, [x, y]) = (*bin as usize, weight(i), image.place(i));
        for (m, v) in moments[k].iter_mut().zip([w, w * x, w * y]) {
            *m += v;
        }
        light[k] = light[k].with(image, i);
        number[k] += 1;
    }
    (moments, light, number)
}

/// Removes bins without spaxels and numbers the others anew; returns what is known of them.
fn finish(image: &Image, bins: &mut [i32], count: usize) -> Bins {
    let (moments, light, number) = sums(image, bins, count, |_| 1.0);
    let mut new = vec![NONE; count];
    let mut out = Bins { place: Vec::new(), ratio: Vec::new(), spaxels: Vec::new() };
    for k in (0..count).filter(|&k| number[k] > 0) {
        new[k] = out.spaxels.len() as i32;
        out.place.push([moments[k][1] / moments[k][0], moments[k][2] / moments[k][0]]);
        out.ratio.push(light[k].ratio());
        out.spaxels.push(number[k]);
    }
    bins.iter_mut().filter(|b| **b >= 0).for_each(|b| *b = new[*b as usize]);
    out
}

/// Fills `bins` with the number of each spaxel's bin. There is none if no bin reaches the target.
pub fn bin(image: Image, target: f64, method: Method, iterations: usize, bins: &mut [i32]) -> Option<Bins> {
    let good = accrete(&image, target, bins);
    let mut new = vec![NONE; good.len()];
    let mut count = 0;
    for (k, _) in good.iter().enumerate().filter(|(_, g)| **g) {
        new[k] = count;
        count += 1;
    }
    bins.iter_mut().filter(|b| **b >= 0).for_each(|b| *b = new[*b as usize]);
    let count = count as usize;
    if count == 0 {
        return None;
    }
    let middles = |bins: &[i32]| -> Vec<[f64; 2]> {
        sums(&image, bins, count, |_| 1.0).0.iter().map(|m| [m[1] / m[0], m[2] / m[0]]).collect()
    };
    let mut g = Generators { place: middles(bins), length: vec![1.0; count] };
    assign(&image, &g, false, bins);
    g.place = middles(bins);
    let quartic = |i: usize| {
        let square = image.signal[i] / image.noise[i] * (image.signal[i] / image.noise[i]);
        square * square
    };
    for _ in 0..iterations {
        assign(&image, &g, true, bins);
        let (moments, light, number) = match method {
            Method::Weighted => sums(&image, bins, count, |_| 1.0),
            Method::Centroidal => sums(&image, bins, count, quartic),
        };
        let mut moved = 0.0;
        for k in (0..count).filter(|&k| moments[k][0] > 0.0) {
            let place = [moments[k][1] / moments[k][0], moments[k][2] / moments[k][0]];
            moved += square_distance(place, g.place[k]);
            g.place[k] = place;
            if method == Method::Weighted {
                // Diehl & Statler 2006, equation 4: area over signal-to-noise ratio.
                g.length[k] = (f64::from(number[k]) / light[k].ratio().max(1e-3 * target)).sqrt();
            }
        }
        if moved.sqrt() < AT_REST {
            break;
        }
    }
    if iterations > 0 {
        assign(&image, &g, true, bins);
    }
    Some(finish(&image, bins, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bright middle that fades to the rim.
    fn galaxy(nx: usize, ny: usize) -> (Vec<f64>, Vec<f64>) {
        let place = |i: usize| [(i % nx) as f64 - 0.47 * nx as f64, (i / nx) as f64 - 0.52 * ny as f64];
        let r = |i: usize| (place(i)[0].powi(2) + place(i)[1].powi(2)).sqrt();
        let signal = (0..nx * ny).map(|i| 100.0 * (-r(i) / (0.15 * nx as f64)).exp() + 0.5).collect();
        (signal, vec![1.0; nx * ny])
    }

    #[test]
    fn nearest_generators_and_free_spaxels_are_those_of_all() {
        let (signal, mut noise) = galaxy(37, 29);
        noise[50..90].fill(0.0);
        let image = Image { nx: 37, signal: &signal, noise: &noise };
        let place: Vec<[f64; 2]> = (0..40).map(|k| [(k * 7 % 37) as f64 + 0.3, (k * 11 % 29) as f64]).collect();
        let length: Vec<f64> = (0..40).map(|k| 0.5 + (k % 5) as f64).collect();
        let g = Generators { place, length };
        let mut bins = vec![NONE; 37 * 29];
        bins[0] = 3;
        assign(&image, &g, true, &mut bins);
        let mut free = Free::new(image);
        for i in 0..bins.len() {
            let far = |k: usize| square_distance(g.place[k], image.place(i)) * (1.0 / (g.length[k] * g.length[k]));
            let plain = (0..40).reduce(|a, b| if far(b) < far(a) { b } else { a }).unwrap();
            assert_eq!(bins[i], if noise[i] > 0.0 { plain as i32 } else { NONE });
            if bins[i] != NONE && i % 3 > 0 {
                free.take(i);
            } else {
                bins[i] = NONE;
            }
        }
        for to in [[0.0, 0.0], [17.2, 9.9], [36.0, 28.0]] {
            let far = |i: usize| square_distance(image.place(i), to);
            let all = (0..bins.len()).filter(|&i| bins[i] == NONE && image.used(i));
            assert_eq!(free.nearest(&bins, to), all.reduce(|a, b| if far(b) < far(a) { b } else { a }));
        }
    }

    #[test]
    fn bins_reach_the_target_and_cover_all_for_any_number_of_threads() {
        let (signal, noise) = galaxy(60, 50);
        let image = Image { nx: 60, signal: &signal, noise: &noise };
        for method in [Method::Weighted, Method::Centroidal] {
            let mut first: Option<Vec<i32>> = None;
            for threads in [1, 3] {
                cosmesh_core::parallel::set_threads(threads);
                let mut bins = vec![7; 3000];
                let found = bin(image, 20.0, method, 100, &mut bins).unwrap();
                assert!(bins.iter().all(|b| *b >= 0 && (*b as usize) < found.ratio.len()));
                assert_eq!(found.spaxels.iter().sum::<u32>(), 3000);
                let mean = found.ratio.iter().filter(|r| **r < 40.0).sum::<f64>() / found.ratio.iter().filter(|r| **r < 40.0).count() as f64;
                assert!((mean - 20.0).abs() < 4.0, "{mean}");
                assert_eq!(first.get_or_insert(bins.clone()), &bins);
            }
        }
        cosmesh_core::parallel::set_threads(1);
    }

    #[test]
    fn reach_is_a_bound_that_is_made_exact_where_it_matters() {
        let (signal, noise) = galaxy(40, 40);
        let image = Image { nx: 40, signal: &signal, noise: &noise };
        let mut g = Growing { members: vec![820], rim: Vec::new(), total: [20.0, 20.0], sum: Sum::default(), reach: 0.0 };
        for i in [821, 860, 861, 822, 862, 823, 824, 825, 826, 827, 828, 829] {
            let place = image.place(i);
            let n = (g.members.len() + 1) as f64;
            let middle = [(g.total[0] + place[0]) / n, (g.total[1] + place[1]) / n];
            let farthest = g.members.iter().chain([&i]).map(|&j| square_distance(image.place(j), middle).sqrt()).fold(0.0, f64::max);
            assert_eq!(g.stays_round(&image, place), farthest <= ROUND * (n / std::f64::consts::PI).sqrt(), "{i}");
            if farthest <= ROUND * (n / std::f64::consts::PI).sqrt() {
                g.members.push(i);
                g.total = [g.total[0] + place[0], g.total[1] + place[1]];
            }
        }
        assert!(g.members.len() > 5 && g.members.len() < 13);
    }
}
