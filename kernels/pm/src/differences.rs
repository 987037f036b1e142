//! Derivatives of periodic meshes at their nodes by differences of fourth order, per cell:
//! `D f = (8 (f(+1) - f(-1)) - (f(+2) - f(-2)))/12`, whose factor for a wave of k [rad/cell] is `i (8 sin k - sin 2k)/6`.
//! Second derivatives are D twice.

use crate::Real;

/// A mesh `[nx, ny, nz]`, whose rows may be longer than nz.
#[derive(Clone, Copy)]
pub struct Mesh<'a, R> {
    pub shape: [usize; 3],
    data: &'a [R],
    length: usize,
}

impl<'a, R: Real> Mesh<'a, R> {
    /// Of the mesh's numbers; the length of rows follows from theirs.
    pub fn new(shape: [usize; 3], data: &'a [R]) -> Self {
        let rows = shape[0] * shape[1];
        let length = data.len() / rows;
        assert!(length >= shape[2] && data.len() == rows * length);
        Self { shape, data, length }
    }
    /// Row (x, y).
    #[inline(always)]
    pub fn row(&self, x: usize, y: usize) -> &'a [R] {
        &self.data[(x * self.shape[1] + y) * self.length..][..self.shape[2]]
    }
    /// The rows `offsets` planes from (x, y).
    #[inline(always)]
    pub fn rows_x<const C: usize>(&self, x: usize, y: usize, offsets: [isize; C]) -> [&'a [R]; C] {
        offsets.map(|d| self.row(wrap(x, d, self.shape[0]), y))
    }
    /// The rows `offsets` rows from (x, y).
    #[inline(always)]
    pub fn rows_y<const C: usize>(&self, x: usize, y: usize, offsets: [isize; C]) -> [&'a [R]; C] {
        offsets.map(|d| self.row(x, wrap(y, d, self.shape[1])))
    }
}

/// i + d on a ring of n.
#[inline(always)]
fn wrap(i: usize, d: isize, n: usize) -> usize {
    (i as isize + d).rem_euclid(n as isize) as usize
}

/// Rows that the first derivative takes, and the second.
pub const FIRST: [isize; 4] = [-2, -1, 1, 2];
pub const SECOND: [isize; 9] = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/// `put(out, D f)` from the rows at `FIRST`.
#[inline(always)]
pub fn first<R: Real>([a, b, c, d]: [&[R]; 4], out: &mut [R], put: impl Fn(&mut R, R)) {
    let (near, far) = (R::round(8.0 / 12.0), R::round(1.0 / 12.0));
    let n = out.len();
    let (a, b, c, d) = (&a[..n], &b[..n], &c[..n], &d[..n]);
    for i in 0..n {
        put(&mut out[i], near * (c[i] - b[i]) - far * (d[i] - a[i]));
    }
}

/// `put(out, D D f)` from the rows at `SECOND`.
#[inline(always)]
pub fn second<R: Real>(rows: [&[R]; 9], out: &mut [R], put: impl Fn(&mut R, R)) {
    let [c0, c1, c2, c3, c4] = [-130.0, 16.0, 64.0, -16.0, 1.0].map(|c| R::round(c / 144.0));
    let n = out.len();
    let [a, b, c, d, e, f, g, h, k] = rows.map(|r| &r[..n]);
    for i in 0..n {
        put(&mut out[i], c0 * e[i] + c1 * (d[i] + f[i]) + c2 * (c[i] + g[i]) + c3 * (b[i] + h[i]) + c4 * (a[i] + k[i]));
    }
}

/// A row with what comes before and after it on the ring, for derivatives along it.
pub struct Ring<R> {
    n: usize,
    data: Vec<R>,
}

/// Elements before a row, and after it.
const REACH: usize = 4;

impl<R: Real> Ring<R> {
    pub fn new(n: usize) -> Self {
        Self { n, data: vec![R::default(); n + 2 * REACH] }
    }
    /// Takes a row.
    #[inline(always)]
    pub fn set(&mut self, row: &[R]) -> &mut Self {
        let n = self.n;
        self.data[REACH..REACH + n].copy_from_slice(&row[..n]);
        for i in 0..REACH {
            self.data[i] = row[wrap(i, -(REACH as isize), n)];
            self.data[REACH + n + i] = row[i % n];
        }
        self
    }
    /// As `first`, along the row.
    #[inline(always)]
    pub fn first(&self, out: &mut [R], put: impl Fn(&mut R, R)) {
        first(FIRST.map(|d| &self.data[(REACH as isize + d) as usize..]), out, put);
    }
    /// As `second`, along the row.
    #[inline(always)]
    pub fn second(&self, out: &mut [R], put: impl Fn(&mut R, R)) {
        second(SECOND.map(|d| &self.data[(REACH as isize + d) as usize..]), out, put);
    }
}

/// Sets.
#[inline(always)]
pub fn put<R>(out: &mut R, v: R) {
    *out = v;
}

/// Adds.
#[inline(always)]
pub fn add<R: Real>(out: &mut R, v: R) {
    *out = *out + v;
}

/// Room to take second derivatives of a mesh plane by plane.
pub struct Hessian<R> {
    /// D_x of the plane.
    along_x: Vec<R>,
    /// D_y of the row.
    along_y: Vec<R>,
    ring: Ring<R>,
    /// Of the row: xx, yy, zz, xy, xz, yz.
    pub rows: [Vec<R>; 6],
}

impl<R: Real> Hessian<R> {
    pub fn new([_, ny, nz]: [usize; 3]) -> Self {
        let row = || vec![R::default(); nz];
        Self { along_x: vec![R::default(); ny * nz], along_y: row(), ring: Ring::new(nz), rows: [0; 6].map(|_| row()) }
    }
    /// Before the rows of plane x.
    pub fn plane(&mut self, mesh: Mesh<R>, x: usize) {
        for (y, out) in self.along_x.chunks_exact_mut(mesh.shape[2]).enumerate() {
            first(mesh.rows_x(x, y, FIRST), out, put);
        }
    }
    /// Fills `rows`.
    pub fn row(&mut self, mesh: Mesh<R>, x: usize, y: usize) -> [&[R]; 6] {
        let [ny, nz] = [mesh.shape[1], mesh.shape[2]];
        let Self { along_x, along_y, ring, rows: [xx, yy, zz, xy, xz, yz] } = self;
        second(mesh.rows_x(x, y, SECOND), xx, put);
        second(mesh.rows_y(x, y, SECOND), yy, put);
        ring.set(mesh.row(x, y)).second(zz, put);
        first(FIRST.map(|d| &along_x[wrap(y, d, ny) * nz..][..nz]), xy, put);
        ring.set(&along_x[y * nz..][..nz]).first(xz, put);
        first(mesh.rows_y(x, y, FIRST), along_y, put);
        ring.set(along_y).first(yz, put);
        [xx, yy, zz, xy, xz, yz]
    }
}
