//! First derivatives at the knots. Values are `[knot, column]`; each column is by itself.

/// A condition at an end of a cubic spline.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The third derivative is continuous at the knot next to the end.
    NotAKnot,
    /// First derivatives, `[column]`.
    First(Vec<f64>),
    /// Second derivatives, `[column]`.
    Second(Vec<f64>),
}

/// Conditions of a cubic spline.
#[derive(Clone, Debug, PartialEq)]
pub enum Boundary {
    Ends(End, End),
    /// First and second derivative agree at both ends; the values do too.
    Periodic,
}

impl Boundary {
    /// The conditions of some columns.
    pub fn of(&self, columns: std::ops::Range<usize>) -> Self {
        let end = |end: &End| match end {
            End::NotAKnot => End::NotAKnot,
            End::First(values) => End::First(values[columns.clone()].to_vec()),
            End::Second(values) => End::Second(values[columns.clone()].to_vec()),
        };
        match self {
            Boundary::Ends(first, last) => Boundary::Ends(end(first), end(last)),
            Boundary::Periodic => Boundary::Periodic,
        }
    }
}

fn steps(x: &[f64]) -> Vec<f64> {
    x.windows(2).map(|w| w[1] - w[0]).collect()
}

/// Slopes of the chords, `[interval, column]`.
fn chords(h: &[f64], y: &[f64], columns: usize) -> Vec<f64> {
    let n = h.len() * columns;
    (0..n).map(|i| (y[i + columns] - y[i]) / h[i / columns]).collect()
}

/// A tridiagonal matrix, eliminated without exchanges of rows: ours have a dominant diagonal in the inner rows, and end
/// rows that keep every pivot above 0.
struct Tridiagonal {
    factor: Vec<f64>,
    pivot: Vec<f64>,
    upper: Vec<f64>,
}

impl Tridiagonal {
    fn new(lower: &[f64], diagonal: &[f64], upper: &[f64]) -> Self {
        let (mut pivot, mut factor) = (diagonal.to_vec(), vec![0.0; diagonal.len()]);
        for i in 1..pivot.len() {
            factor[i] = lower[i] / pivot[i - 1];
            pivot[i] -= factor[i] * upper[i - 1];
        }
        Self { factor, pivot, upper: upper.to_vec() }
    }
    /// Solves for all columns of `b`, in place.
    fn solve(&self, b: &mut [f64], columns: usize) {
        let n = self.pivot.len();
        for i in 1..n {
            let (done, rest) = b.split_at_mut(i * columns);
            for (r, above) in rest[..columns].iter_mut().zip(&done[(i - 1) * columns..]) {
                *r -= self.factor[i] * above;
            }
        }
        for r in &mut b[(n - 1) * columns..n * columns] {
            *r /= self.pivot[n - 1];
        }
        for i in (0..n - 1).rev() {
            let (rows, below) = b.split_at_mut((i + 1) * columns);
            for (r, below) in rows[i * columns..].iter_mut().zip(below) {
                *r = (*r - self.upper[i] * *below) / self.pivot[i];
            }
        }
    }
}

/// Slopes of the cubic spline with continuous second derivative (de Boor 1978, chapter IV). Two knots that would leave it
/// open give the chord, three with not-a-knot at both ends the parabola.
pub fn cubic(x: &[f64], y: &[f64], columns: usize, boundary: &Boundary) -> Vec<f64> {
    let (n, h) = (x.len(), steps(x));
    let chord = chords(&h, y, columns);
    let (start, end) = match boundary {
        Boundary::Periodic if n == 2 => return chord.repeat(2),
        Boundary::Periodic => return periodic(&h, &chord, columns),
        Boundary::Ends(start, end) if n == 2 => {
            let open = |end: &End| if *end == End::NotAKnot { End::First(chord.clone()) } else { end.clone() };
            (open(start), open(end))
        }
        Boundary::Ends(End::NotAKnot, End::NotAKnot) if n == 3 => return parabola(&h, &chord, columns),
        Boundary::Ends(start, end) => (start.clone(), end.clone()),
    };
    let [mut lower, mut diagonal, mut upper] = [0; 3].map(|_| vec![0.0; n]);
    let mut b = vec![0.0; n * columns];
    for i in 1..n - 1 {
        (lower[i], diagonal[i], upper[i]) = (h[i], 2.0 * (h[i - 1] + h[i]), h[i - 1]);
        for c in 0..columns {
            b[i * columns + c] = 3.0 * (h[i] * chord[(i - 1) * columns + c] + h[i - 1] * chord[i * columns + c]);
        }
    }
    // Row of an end: its step and the next one, their chords, the sign of the second derivative's term.
    let row = |end: &End, [near, far]: [usize; 2], sign: f64, b: &mut [f64]| -> [f64; 2] {
        let (g, chord_of) = (h[near], |i: usize, c: usize| chord[i * columns + c]);
        match end {
            End::NotAKnot => {
                let d = g + h[far];
                for (c, b) in b.iter_mut().enumerate() {
                    *b = ((g + 2.0 * d) * h[far] * chord_of(near, c) + g * g * chord_of(far, c)) / d;
                }
                [h[far], d]
            }
            End::First(slopes) => {
                b.copy_from_slice(slopes);
                [1.0, 0.0]
            }
            End::Second(curvatures) => {
                for (c, b) in b.iter_mut().enumerate() {
                    *b = 3.0 * chord_of(near, c) + sign * 0.5 * curvatures[c] * g;
                }
                [2.0, 1.0]
            }
        }
    };
    [diagonal[0], upper[0]] = row(&start, [0, 1], -1.0, &mut b[..columns]);
    [diagonal[n - 1], lower[n - 1]] = row(&end, [n - 2, n.saturating_sub(3)], 1.0, &mut b[(n - 1) * columns..]);
    Tridiagonal::new(&lower, &diagonal, &upper).solve(&mut b, columns);
    b
}

/// Through three points: the slope is linear, its mean over an interval is the chord.
fn parabola(h: &[f64], chord: &[f64], columns: usize) -> Vec<f64> {
    let mut s = vec![0.0; 3 * columns];
    for c in 0..columns {
        let (left, right) = (chord[c], chord[columns + c]);
        let middle = (h[1] * left + h[0] * right) / (h[0] + h[1]);
        (s[c], s[columns + c], s[2 * columns + c]) = (2.0 * left - middle, middle, 2.0 * right - middle);
    }
    s
}

/// The last slope is the first one. The one before it is taken out of the system, which leaves it tridiagonal; the rest is
/// linear in it.
fn periodic(h: &[f64], chord: &[f64], columns: usize) -> Vec<f64> {
    let last = h.len();
    let mut s = vec![0.0; (last + 1) * columns];
    if last == 2 {
        for c in 0..columns {
            let slope = (chord[c] / h[0] + chord[columns + c] / h[1]) / (1.0 / h[0] + 1.0 / h[1]);
            (s[c], s[columns + c], s[2 * columns + c]) = (slope, slope, slope);
        }
        return s;
    }
    let before = |i: usize| (i + last - 1) % last;
    let m = last - 1;
    let lower: Vec<f64> = (0..m).map(|i| h[i]).collect();
    let diagonal: Vec<f64> = (0..m).map(|i| 2.0 * (h[before(i)] + h[i])).collect();
    let upper: Vec<f64> = (0..m).map(|i| h[before(i)]).collect();
    for i in 0..last {
        for c in 0..columns {
            s[i * columns + c] = 3.0 * (h[i] * chord[before(i) * columns + c] + h[before(i)] * chord[i * columns + c]);
        }
    }
    let matrix = Tridiagonal::new(&lower, &diagonal, &upper);
    matrix.solve(&mut s[..m * columns], columns);
    let mut unit = vec![0.0; m];
    unit[0] -= lower[0];
    unit[m - 1] -= upper[m - 1];
    matrix.solve(&mut unit, 1);
    // Row of the slope that was taken out: its neighbours are the one before it and the first.
    let (a, d, b) = (h[m], 2.0 * (h[m - 1] + h[m]), h[m - 1]);
    for c in 0..columns {
        let top = s[m * columns + c] - b * s[c] - a * s[(m - 1) * columns + c];
        let slope = top / (d + b * unit[0] + a * unit[m - 1]);
        for i in 0..m {
            s[i * columns + c] += slope * unit[i];
        }
        s[m * columns + c] = slope;
        s[last * columns + c] = s[c];
    }
    s
}

/// Akima's slopes (1970), or the modified ones of Moler and Ionita (2019), which do not overshoot where the data are flat.
/// Where the weights of a knot are below 1e-9 of the largest ones (of all columns), its slope is the mean of the chords two
/// intervals away.
pub fn akima(x: &[f64], y: &[f64], columns: usize, modified: bool) -> Vec<f64> {
    let (n, h) = (x.len(), steps(x));
    let chord = chords(&h, y, columns);
    if n == 2 {
        return chord.repeat(2);
    }
    // Chords with two more at each end, which continue them linearly: m[i + 2] is chord i.
    let mut m = vec![0.0; (n + 3) * columns];
    m[2 * columns..(n + 1) * columns].copy_from_slice(&chord);
    for c in 0..columns {
        let at = |i: usize| i * columns + c;
        m[at(1)] = 2.0 * m[at(2)] - m[at(3)];
        m[at(0)] = 2.0 * m[at(1)] - m[at(2)];
        m[at(n + 1)] = 2.0 * m[at(n)] - m[at(n - 1)];
        m[at(n + 2)] = 2.0 * m[at(n + 1)] - m[at(n)];
    }
    let weight = |i: usize| {
        let (a, b) = (m[i], m[i + columns]);
        (b - a).abs() + if modified { 0.5 * (b + a).abs() } else { 0.0 }
    };
    let weights = |i: usize| (weight(i + 2 * columns), weight(i));
    let largest = (0..n * columns).map(|i| weights(i).0 + weights(i).1).fold(0.0, f64::max);
    let slope = |i: usize| {
        let (f1, f2) = weights(i);
        if f1 + f2 > 1e-9 * largest {
            let (before, after) = (m[i + columns], m[i + 2 * columns]);
            before + f2 / (f1 + f2) * (after - before)
        } else {
            0.5 * (m[i + 3 * columns] + m[i])
        }
    };
    (0..n * columns).map(slope).collect()
}

/// Slopes that keep the interpolant monotone wherever the values are (Fritsch and Butland 1984): weighted harmonic means
/// of the chords, 0 at local extremes.
pub fn pchip(x: &[f64], y: &[f64], columns: usize) -> Vec<f64> {
    let (n, h) = (x.len(), steps(x));
    let chord = chords(&h, y, columns);
    if n == 2 {
        return chord.repeat(2);
    }
    let mut s = vec![0.0; n * columns];
    for i in 1..n - 1 {
        let (w1, w2) = (2.0 * h[i] + h[i - 1], h[i] + 2.0 * h[i - 1]);
        for c in 0..columns {
            let (a, b) = (chord[(i - 1) * columns + c], chord[i * columns + c]);
            if (a > 0.0 && b > 0.0) || (a < 0.0 && b < 0.0) {
                s[i * columns + c] = 1.0 / ((w1 / a + w2 / b) / (w1 + w2));
            }
        }
    }
    // Three-point formula, kept to the sign of the chord and to three times its size (Moler 2004, section 3.6).
    let edge = |h0: f64, h1: f64, m0: f64, m1: f64| {
        let d = ((2.0 * h0 + h1) * m0 - h0 * m1) / (h0 + h1);
        let sign = |v: f64| if v == 0.0 { 0.0 } else { v.signum() };
        if sign(d) != sign(m0) {
            0.0
        } else if sign(m0) != sign(m1) && d.abs() > 3.0 * m0.abs() {
            3.0 * m0
        } else {
            d
        }
    };
    for c in 0..columns {
        s[c] = edge(h[0], h[1], chord[c], chord[columns + c]);
        s[(n - 1) * columns + c] = edge(h[n - 2], h[n - 3], chord[(n - 2) * columns + c], chord[(n - 3) * columns + c]);
    }
    s
}
