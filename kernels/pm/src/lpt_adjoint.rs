//! Adjoints of `lpt`. `L` solves for a potential and is its own adjoint; D changes its sign. With bars for derivatives of a
//! loss, displacements `x_i = -sum e_n D_i phi_n` and momenta `p_i = -sum g_n D_i phi_n` give
//!
//! ```text
//! bar phi_n = sum_i D_i (e_n bar x_i + g_n bar p_i)
//! bar S_n   = L bar phi_n
//! bar phi_1 += sum_ij D_i D_j T_ij,  T = bar S_2 (tr h - h) + bar S_3a cof h + bar S_3b (tr h' - h')/2
//! bar phi_2 += sum_ij D_i D_j T'_ij, T' = bar S_3b (tr h - h)/2
//! ```
//!
//! with h and h' the second derivatives of phi_1 and phi_2. Derivatives of products are taken plane by plane; what is to be
//! derived along x is kept in meshes of its own until all planes are there.

use crate::growth::{Factors, Growth};
use crate::lpt::PLANES;
use crate::differences::{add, first, put, second, Hessian, Mesh, Ring, FIRST, SECOND};
use crate::{stride, Modes, Real};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};
use cosmesh_core::Status;

/// `out += D_x along + D_x D_x twice` for padded meshes.
fn add_across<R: Real>(along: Mesh<R>, twice: Option<Mesh<R>>, out: &mut [R]) {
    let [nx, ny, nz] = along.shape;
    let length = stride(nz);
    let out = SharedMut::new(out);
    for_each_range(nx, PLANES, |_, planes| {
        for x in planes {
            for y in 0..ny {
                // SAFETY: rows do not overlap.
                let out = unsafe { out.part((x * ny + y) * length, nz) };
                first(along.rows_x(x, y, FIRST), out, add);
                if let Some(twice) = twice {
                    second(twice.rows_x(x, y, SECOND), out, add);
                }
            }
        }
    });
}

/// The padded mesh `out` becomes bar phi of part `part` from the bars of displacements and momenta, `[3, nx, ny, nz]`. `work`
/// has padded rows.
pub fn divergence<R: Real>(shape: [usize; 3], part: usize, growth: Growth, bars: [&[R]; 2], work: &mut [R], out: &mut [R]) {
    let [nx, ny, nz] = shape;
    let (cells, length) = (nx * ny * nz, stride(nz));
    assert!(bars.iter().all(|b| b.len() == 3 * cells) && out.len() == Modes::all(shape).len() && work.len() == out.len());
    assert!(part < growth.parts);
    {
        let (work, out) = (SharedMut::new(work), SharedMut::new(out));
        for_each_range(nx, PLANES, |_, planes| {
            let mut factors = Factors::<R>::new(growth, nz);
            let (mut ring, mut row, mut plane) = (Ring::new(nz), vec![R::default(); nz], vec![R::default(); ny * nz]);
            for x in planes {
                for y in 0..ny {
                    factors.set(x, y);
                    let (e, g) = (&factors.rows[part], &factors.rows[growth.parts + part]);
                    let at = (x * ny + y) * length;
                    let fill = |axis: usize, sum: &mut [R]| {
                        let at = axis * cells + (x * ny + y) * nz;
                        let [a, b] = bars.map(|b| &b[at..at + nz]);
                        for z in 0..nz {
                            sum[z] = e[z] * a[z] + g[z] * b[z];
                        }
                    };
                    // SAFETY: rows do not overlap.
                    fill(0, unsafe { work.part(at, nz) });
                    fill(1, &mut plane[y * nz..][..nz]);
                    fill(2, &mut row);
                    // SAFETY: rows do not overlap.
                    ring.set(&row).first(unsafe { out.part(at, nz) }, put);
                }
                let plane = Mesh::new([1, ny, nz], &plane);
                for y in 0..ny {
                    // SAFETY: rows do not overlap.
                    first(plane.rows_y(0, y, FIRST), unsafe { out.part((x * ny + y) * length, nz) }, add);
                }
            }
        });
    }
    add_across(Mesh::new(shape, work), None, out);
}

/// Bars of the sources that potentials make.
pub struct SourceBars<'a, R> {
    /// Of S2; times `factor`.
    pub second: Mesh<'a, R>,
    pub factor: f64,
    /// Of S3a and S3b, with the second potential.
    pub third: Option<[Mesh<'a, R>; 3]>,
}

/// Adds to the padded mesh `out` the bar of the potential `one` which the bars of the sources give. `work` has room for two
/// padded meshes.
pub fn source_adjoint<R: Real>(one: Mesh<R>, bars: SourceBars<R>, work: &mut [R], out: &mut [R]) {
    let shape @ [nx, ny, nz] = one.shape;
    let (length, size) = (stride(nz), Modes::all(shape).len());
    assert!(out.len() == size && work.len() == 2 * size);
    let (along, twice) = work.split_at_mut(size);
    {
        let (along, twice, out) = (SharedMut::new(along), SharedMut::new(twice), SharedMut::new(out));
        for_each_range(nx, PLANES, |_, planes| {
            let mut work = Hessian::new(shape);
            let mut more = bars.third.map(|third| (third, Hessian::new(shape)));
            let mut ring = Ring::new(nz);
            // xx, yy, zz, 2 xy, 2 xz, 2 yz of T.
            let mut t = [0; 6].map(|_| vec![R::default(); nz]);
            let [mut yy, mut yz, mut xy] = [0; 3].map(|_| vec![R::default(); ny * nz]);
            for x in planes {
                work.plane(one, x);
                if let Some(([_, _, two], work)) = &mut more {
                    work.plane(*two, x);
                }
                for y in 0..ny {
                    let h = work.row(one, x, y);
                    minors(h, bars.second.row(x, y), bars.factor, &mut t, put);
                    if let Some(([a, b, two], work)) = &mut more {
                        cofactors(h, a.row(x, y), &mut t);
                        minors(work.row(*two, x, y), b.row(x, y), 0.5, &mut t, add);
                    }
                    let at = (x * ny + y) * length;
                    // SAFETY: rows do not overlap.
                    let (along, twice, out) = unsafe { (along.part(at, nz), twice.part(at, nz), out.part(at, nz)) };
                    twice.copy_from_slice(&t[0]);
                    yy[y * nz..][..nz].copy_from_slice(&t[1]);
                    ring.set(&t[2]).second(out, add);
                    xy[y * nz..][..nz].copy_from_slice(&t[3]);
                    ring.set(&t[4]).first(along, put);
                    ring.set(&t[5]).first(&mut yz[y * nz..][..nz], put);
                }
                let [yy, yz, xy] = [&yy, &yz, &xy].map(|plane| Mesh::new([1, ny, nz], plane));
                for y in 0..ny {
                    let at = (x * ny + y) * length;
                    // SAFETY: rows do not overlap.
                    let (along, out) = unsafe { (along.part(at, nz), out.part(at, nz)) };
                    first(xy.rows_y(0, y, FIRST), along, add);
                    first(yz.rows_y(0, y, FIRST), out, add);
                    second(yy.rows_y(0, y, SECOND), out, add);
                }
            }
        });
    }
    add_across(Mesh::new(shape, along), Some(Mesh::new(shape, twice)), out);
}

/// `factor bar (tr h - h)` of a row, with elements off the diagonal twice.
#[inline(always)]
pub(crate) fn minors<R: Real>([xx, yy, zz, xy, xz, yz]: [&[R]; 6], bar: &[R], factor: f64, t: &mut [Vec<R>; 6], put: impl Fn(&mut R, R)) {
    let (factor, two) = (R::round(factor), R::round(-2.0));
    let [a, b, c, d, e, f] = t;
    for i in 0..bar.len() {
        let s = factor * bar[i];
        put(&mut a[i], s * (yy[i] + zz[i]));
        put(&mut b[i], s * (xx[i] + zz[i]));
        put(&mut c[i], s * (xx[i] + yy[i]));
        let s = two * s;
        put(&mut d[i], s * xy[i]);
        put(&mut e[i], s * xz[i]);
        put(&mut f[i], s * yz[i]);
    }
}

/// Adds `bar cof h` of a row, with elements off the diagonal twice.
#[inline(always)]
pub(crate) fn cofactors<R: Real>([xx, yy, zz, xy, xz, yz]: [&[R]; 6], bar: &[R], t: &mut [Vec<R>; 6]) {
    let two = R::round(2.0);
    let [a, b, c, d, e, f] = t;
    for i in 0..bar.len() {
        let s = bar[i];
        add(&mut a[i], s * (yy[i] * zz[i] - yz[i] * yz[i]));
        add(&mut b[i], s * (xx[i] * zz[i] - xz[i] * xz[i]));
        add(&mut c[i], s * (xx[i] * yy[i] - xy[i] * xy[i]));
        let s = two * s;
        add(&mut d[i], s * (xz[i] * yz[i] - xy[i] * zz[i]));
        add(&mut e[i], s * (xy[i] * yz[i] - xz[i] * yy[i]));
        add(&mut f[i], s * (xy[i] * xz[i] - yz[i] * xx[i]));
    }
}

/// The bar of the growth table, of potentials and the bars of displacements and momenta, `[3, nx, ny, nz]`.
///
/// # Errors
/// `OutOfMemory` if there is no room for the sums of the blocks.
pub fn growth_adjoint<R: Real>(potentials: &[Mesh<R>], growth: Growth, bars: [&[R]; 2], out: &mut [f64]) -> Result<(), Status> {
    let shape @ [_, _, nz] = potentials[0].shape;
    assert!(potentials.len() == growth.parts);
    out.fill(0.0);
    for (part, phi) in potentials.iter().enumerate() {
        for axis in 0..3 {
            let rows = || {
                let mut ring = Ring::new(nz);
                move |x: usize, y: usize, slope: &mut [R]| match axis {
                    0 => first(phi.rows_x(x, y, FIRST), slope, negative),
                    1 => first(phi.rows_y(x, y, FIRST), slope, negative),
                    _ => ring.set(phi.row(x, y)).first(slope, negative),
                }
            };
            add_growth(shape, [part, axis], growth, bars, rows, out)?;
        }
    }
    Ok(())
}

fn negative<R: Real>(out: &mut R, v: R) {
    *out = -v;
}

/// Blocks of planes, each with sums of its own.
const BLOCKS: usize = 16;

/// Adds what component `axis` of part `part` of a displacement of unit growth, of which `rows` gives a block a function that
/// fills them, gives the bar of the growth table.
///
/// # Errors
/// `OutOfMemory` if there is no room for the sums of the blocks.
pub(crate) fn add_growth<R: Real, F: FnMut(usize, usize, &mut [R])>(
    [nx, ny, nz]: [usize; 3],
    [part, axis]: [usize; 2],
    growth: Growth,
    bars: [&[R]; 2],
    rows: impl Fn() -> F + Sync,
    out: &mut [f64],
) -> Result<(), Status> {
    let (size, entries, parts, cells) = (2 * growth.entries(), growth.entries(), growth.parts, nx * ny * nz);
    assert!(out.len() == growth.table.len() && bars.iter().all(|b| b.len() == 3 * cells));
    let mut sums = Vec::new();
    sums.try_reserve_exact(size * BLOCKS).map_err(|_| Status::OutOfMemory)?;
    sums.resize(size * BLOCKS, 0.0);
    let shared = SharedMut::new(&mut sums);
    for_each_block(BLOCKS, |block| {
        // SAFETY: blocks do not overlap.
        let sum = unsafe { shared.part(block * size, size) };
        let (mut fill, mut row) = (rows(), vec![R::default(); nz]);
        for x in nx * block / BLOCKS..nx * (block + 1) / BLOCKS {
            for y in 0..ny {
                fill(x, y, &mut row);
                let at = axis * cells + (x * ny + y) * nz;
                let bars = bars.map(|b| &b[at..at + nz]);
                if entries == 1 {
                    for (sum, bar) in sum.iter_mut().zip(bars) {
                        *sum += row.iter().zip(bar).map(|(&v, &b)| Number::wide(v) * Number::wide(b)).sum::<f64>();
                    }
                    continue;
                }
                for z in 0..nz {
                    let (i, t) = growth.place(x, y, z);
                    for (c, bar) in bars.iter().enumerate() {
                        let v = Number::wide(row[z]) * Number::wide(bar[z]);
                        sum[2 * i + c] += v * (1.0 - t);
                        sum[2 * (i + 1) + c] += v * t;
                    }
                }
            }
        }
    });
    for i in 0..size {
        let sum: f64 = (0..BLOCKS).map(|block| sums[block * size + i]).sum();
        out[i / 2 * 2 * parts + i % 2 * parts + part] += sum;
    }
    Ok(())
}
