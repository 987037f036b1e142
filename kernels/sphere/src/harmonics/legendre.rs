//! Normalised associated Legendre functions by the recurrence of Ishioka (2018), two degrees a step.
//!
//! With x = cos(theta), eps_l = sqrt((l^2 - m^2)/(4 l^2 - 1)) and l = m + 2 j, functions p_j even in x are
//! p_j+1 = (a_j x^2 + b_j) p_j + p_j-1, p_0 = lambda_mm, from which
//! lambda_l = alpha_j eps_l+1 p_j + alpha_j-1 eps_l p_j-1 and lambda_l+1 = x alpha_j p_j.
//! So sums over l become sums over j of p_j times combinations of neighbouring coefficients, and pairs of rings at x and -x
//! share p_j: the sum of even l - m is the same on both, that of odd ones changes sign.
//!
//! sin^m underflows: p_j starts as a number and a power of 2^800. Where all rings of a block lie below 2^-60 the recurrence
//! runs alone, so what is left out is below 1e-18.

use crate::harmonics::rings::Rings;
use cosmesh_core::lanes::{F64x2, Lanes};

/// Registers of two rings that are done together.
pub const V: usize = 2;
/// Pairs of rings in a block.
pub const BLOCK: usize = 2 * V;

const BIG: f64 = f64::from_bits((1023 + 800) << 52);
const SMALL: f64 = f64::from_bits((1023 - 800) << 52);
const HALF_BIG: f64 = f64::from_bits((1023 + 400) << 52);
const HALF_SMALL: f64 = f64::from_bits((1023 - 400) << 52);
/// Below this functions are left out.
const NOTHING: f64 = f64::from_bits((1023 - 60) << 52);

/// A number of any size: `value * 2^(800 scale)`.
#[derive(Clone, Copy)]
pub struct Scaled {
    pub value: f64,
    pub scale: i32,
}

impl Scaled {
    pub fn times(self, o: Self) -> Self {
        let mut r = Self { value: self.value * o.value, scale: self.scale + o.scale };
        if r.value.abs() < HALF_SMALL && r.value != 0.0 {
            r.value *= BIG;
            r.scale -= 1;
        }
        r
    }
}

/// Powers of a number up to `most`, as products of two tables.
pub struct Powers {
    low: Vec<Scaled>,
    high: Vec<Scaled>,
    columns: usize,
}

const LEAP: usize = 64;

impl Powers {
    /// Of each of `bases`.
    pub fn new(bases: &[f64], most: usize) -> Self {
        let columns = bases.len();
        let one = Scaled { value: 1.0, scale: 0 };
        let table = |count: usize, base: &dyn Fn(usize) -> Scaled| {
            let mut all = vec![one; columns];
            for i in columns..columns * count {
                all.push(all[i - columns].times(base(i % columns)));
            }
            all
        };
        let low = table(LEAP + 1, &|i| Scaled { value: bases[i], scale: 0 });
        let high = table(most / LEAP + 1, &|i| low[LEAP * columns + i]);
        Self { low, high, columns }
    }
    /// Power `m` of base `i`.
    #[inline(always)]
    pub fn get(&self, i: usize, m: usize) -> Scaled {
        self.low[m % LEAP * self.columns + i].times(self.high[m / LEAP * self.columns + i])
    }
}

/// Geometry of all pairs in blocks; the last block repeats the last pair.
pub struct Grid {
    pub x: Vec<f64>,
    pub powers: Powers,
}

impl Grid {
    pub fn new(rings: &Rings, mmax: usize) -> Self {
        let padded = |v: &[f64]| {
            let mut v = v.to_vec();
            v.resize(v.len().next_multiple_of(BLOCK), v[v.len() - 1]);
            v
        };
        Self { x: padded(&rings.cos), powers: Powers::new(&padded(&rings.sin), mmax) }
    }
}

/// Factors of one order m for degrees up to `lmax`.
pub struct Factors {
    pub m: usize,
    pub lmax: usize,
    /// eps_l of l = m + i.
    pub eps: Vec<f64>,
    pub alpha: Vec<f64>,
    /// Number of steps j.
    pub steps: usize,
}

impl Factors {
    pub fn new() -> Self {
        Self { m: 0, lmax: 0, eps: Vec::new(), alpha: Vec::new(), steps: 0 }
    }
    /// Sets all for one order.
    pub fn fill(&mut self, m: usize, lmax: usize) {
        (self.m, self.lmax, self.steps) = (m, lmax, (lmax - m) / 2 + 1);
        self.eps.clear();
        self.eps.extend((m..=lmax + 4).map(|l| (((l - m) * (l + m)) as f64 / (4.0 * (l * l) as f64 - 1.0)).sqrt()));
        self.eps[0] = 0.0;
        self.alpha.clear();
        let mut alpha = 1.0 / self.eps[1];
        for j in 0..self.steps {
            self.alpha.push(alpha);
            alpha = sign(j) / (self.eps[2 * j + 2] * self.eps[2 * j + 3] * alpha);
        }
    }
    /// a_j and b_j.
    #[inline(always)]
    pub fn pair(&self, j: usize) -> [f64; 2] {
        let a = sign(j) * self.alpha[j] * self.alpha[j];
        [a, -a * (self.eps[2 * j + 2] * self.eps[2 * j + 2] + self.eps[2 * j + 1] * self.eps[2 * j + 1])]
    }
}

fn sign(j: usize) -> f64 {
    if j % 2 == 1 { -1.0 } else { 1.0 }
}

/// lambda_mm / sin^m: (-1)^m sqrt((2m + 1)!! / (4 pi (2m)!!)), for m in 0..=mmax.
pub fn first_functions(mmax: usize) -> Vec<f64> {
    let mut all = vec![(0.25 / std::f64::consts::PI).sqrt()];
    for m in 1..=mmax {
        all.push(-all[m - 1] * ((2 * m + 1) as f64 / (2 * m) as f64).sqrt());
    }
    all
}

fn add<const K: usize>(sum: &mut [[F64x2; 4]; K], more: &[[F64x2; 4]; K]) {
    for (sum, more) in sum.iter_mut().flatten().zip(more.iter().flatten()) {
        *sum += *more;
    }
}

/// Sums as of `Block::sum`, on G registers of true size.
#[inline(never)]
fn run<const K: usize, const G: usize>(
    factors: &[f64],
    steps: usize,
    mut j: usize,
    x2: [F64x2; G],
    mut p0: [F64x2; G],
    mut p1: [F64x2; G],
) -> [[[F64x2; 4]; K]; G] {
    let width = 2 + 4 * K;
    assert!(factors.len() >= steps * width);
    let mut sums = [[[F64x2::splat(0.0); 4]; K]; G];
    // SAFETY: rows below `steps` are inside, by the assertion.
    let at = |j: usize, i: usize| F64x2::splat(unsafe { *factors.get_unchecked(j * width + i) });
    let mut one = |j: usize, p0: &mut [F64x2; G], p1: &[F64x2; G]| {
        let (a, b) = (at(j, 0), at(j, 1));
        for v in 0..G {
            p0[v] += (a * x2[v] + b) * p1[v];
            for k in 0..K {
                for i in 0..4 {
                    sums[v][k][i] += p1[v] * at(j, 2 + 4 * k + i);
                }
            }
        }
    };
    while j + 2 <= steps {
        one(j, &mut p0, &p1);
        one(j + 1, &mut p1, &p0);
        j += 2;
    }
    if j < steps {
        one(j, &mut p0, &p1);
    }
    sums
}

/// The recurrence on a block of rings.
pub struct Block {
    x2: [F64x2; V],
    p0: [F64x2; V],
    p1: [F64x2; V],
    scale: [i32; BLOCK],
}

impl Block {
    /// At j = 0.
    pub fn start(grid: &Grid, at: usize, m: usize, factor: f64) -> Self {
        let (mut p, mut scale) = ([0.0; BLOCK], [0; BLOCK]);
        for i in 0..BLOCK {
            let s = grid.powers.get(at + i, m);
            p[i] = s.value * factor;
            scale[i] = s.scale;
        }
        let x: [F64x2; V] = std::array::from_fn(|v| F64x2::load(&grid.x[at + 2 * v..]));
        Self {
            x2: x.map(|x| x * x),
            p0: [F64x2::splat(0.0); V],
            p1: std::array::from_fn(|v| F64x2::load(&p[2 * v..])),
            scale,
        }
    }

    #[inline(always)]
    fn step(&mut self, c: &[f64]) {
        let (a, b) = (F64x2::splat(c[0]), F64x2::splat(c[1]));
        for v in 0..V {
            let next = (a * self.x2[v] + b) * self.p1[v] + self.p0[v];
            self.p0[v] = self.p1[v];
            self.p1[v] = next;
        }
    }

    /// Brings lanes that have grown to a higher scale; whether one is large enough to count.
    fn rescale(&mut self) -> bool {
        let (mut p0, mut p1) = ([0.0; BLOCK], [0.0; BLOCK]);
        for v in 0..V {
            self.p0[v].store(&mut p0[2 * v..]);
            self.p1[v].store(&mut p1[2 * v..]);
        }
        let mut counts = false;
        for i in 0..BLOCK {
            if self.scale[i] < 0 && p1[i].abs() >= HALF_BIG {
                p0[i] *= SMALL;
                p1[i] *= SMALL;
                self.scale[i] += 1;
            }
            counts |= self.scale[i] == 0 && p1[i].abs() >= NOTHING;
        }
        for v in 0..V {
            self.p0[v] = F64x2::load(&p0[2 * v..]);
            self.p1[v] = F64x2::load(&p1[2 * v..]);
        }
        counts
    }

    /// Reciprocals of the sizes at which lanes are to be looked at.
    fn bounds(&self) -> [F64x2; V] {
        let b = self.scale.map(|s| if s < 0 { HALF_SMALL } else { 1.0 / NOTHING });
        std::array::from_fn(|v| F64x2::load(&b[2 * v..]))
    }

    /// Runs to the first step at which a ring counts; `steps` if none does. `factors` are rows of `width`, a_j and b_j first.
    pub fn seek(&mut self, factors: &[f64], width: usize, steps: usize) -> usize {
        if self.rescale() {
            return 0;
        }
        let mut bounds = self.bounds();
        let mut j = 0;
        while j + 2 <= steps {
            self.step(&factors[j * width..j * width + 2]);
            self.step(&factors[(j + 1) * width..(j + 1) * width + 2]);
            j += 2;
            let mut top = F64x2::splat(0.0);
            for v in 0..V {
                let q = self.p1[v] * bounds[v];
                top = top.max(q.max(-q));
            }
            let [a, b] = top.to_array();
            if a >= 1.0 || b >= 1.0 {
                if self.rescale() {
                    return j;
                }
                bounds = self.bounds();
            }
        }
        steps
    }

    /// Whether all rings have their true size.
    pub fn is_plain(&self) -> bool {
        self.scale.iter().all(|&s| s == 0)
    }
    /// The functions of rings that have their true size, 0 on others.
    fn plain(&self) -> [F64x2; V] {
        let mask = self.scale.map(|s| if s == 0 { 1.0 } else { 0.0 });
        std::array::from_fn(|v| self.p1[v] * F64x2::load(&mask[2 * v..]))
    }

    /// Sums over j of p_j times the 4 K numbers that follow a_j and b_j in rows of `factors`, from step `j` on.
    #[inline(never)]
    pub fn sum<const K: usize>(mut self, factors: &[f64], steps: usize, mut j: usize) -> [[[F64x2; 4]; K]; V] {
        let width = 2 + 4 * K;
        let mut sums = [[[F64x2::splat(0.0); 4]; K]; V];
        assert!(factors.len() >= steps * width);
        while j < steps && !self.is_plain() {
            let row = &factors[j * width..(j + 1) * width];
            for (sum, p) in sums.iter_mut().zip(self.plain()) {
                for (k, sum) in sum.iter_mut().enumerate() {
                    for (i, sum) in sum.iter_mut().enumerate() {
                        *sum += p * F64x2::splat(row[2 + 4 * k + i]);
                    }
                }
            }
            self.step(row);
            self.rescale();
            j += 1;
        }
        // As many registers at a time as there are sums for.
        if K == 1 {
            let two = run::<K, V>(factors, steps, j, self.x2, self.p0, self.p1);
            for (sum, more) in sums.iter_mut().zip(two) {
                add(sum, &more);
            }
        } else {
            for v in 0..V {
                let [one] = run::<K, 1>(factors, steps, j, [self.x2[v]], [self.p0[v]], [self.p1[v]]);
                add(&mut sums[v], &one);
            }
        }
        sums
    }

    /// Adds p_j times the values of rings to `sums[j][k][i]` of two lanes, from step `j` on; `factors` are rows (a_j, b_j).
    #[inline(never)]
    pub fn spread<const K: usize>(mut self, factors: &[f64], steps: usize, mut j: usize, values: &[[[F64x2; 4]; K]; V], sums: &mut [f64]) {
        let width = 8 * K;
        assert!(factors.len() >= 2 * steps && sums.len() >= steps * width);
        while j < steps && !self.is_plain() {
            let p = self.plain();
            for (i, sum) in sums[j * width..(j + 1) * width].chunks_exact_mut(2).enumerate() {
                let mut s = F64x2::load(sum);
                for v in 0..V {
                    s += p[v] * values[v][i / 4][i % 4];
                }
                s.store(sum);
            }
            self.step(&factors[2 * j..2 * j + 2]);
            self.rescale();
            j += 1;
        }
        let Self { x2, mut p0, mut p1, .. } = self;
        let mut one = |j: usize, p0: &mut [F64x2; V], p1: &[F64x2; V]| {
            // SAFETY: rows below `steps` are inside, by the assertion.
            unsafe {
                let (a, b) = (F64x2::splat(*factors.get_unchecked(2 * j)), F64x2::splat(*factors.get_unchecked(2 * j + 1)));
                for k in 0..K {
                    for i in 0..4 {
                        let to = sums.as_mut_ptr().add(j * width + 2 * (4 * k + i));
                        let mut s = p1[0] * values[0][k][i];
                        for v in 1..V {
                            s += p1[v] * values[v][k][i];
                        }
                        (F64x2::load_ptr(to) + s).store_ptr(to);
                    }
                }
                for v in 0..V {
                    p0[v] = (a * x2[v] + b) * p1[v] + p0[v];
                }
            }
        };
        while j + 2 <= steps {
            one(j, &mut p0, &p1);
            one(j + 1, &mut p1, &p0);
            j += 2;
        }
        if j < steps {
            one(j, &mut p0, &p1);
        }
    }
}
