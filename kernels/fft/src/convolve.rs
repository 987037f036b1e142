//! Cyclic convolution of the rows of a buffer: the passes there, the product with a spectrum, and the transposed passes back,
//! which take the frequencies as the first ones left them, so that nothing is put in order.

use crate::butterfly::butterfly;
use crate::columns::{by_radix, get, odd, pass, put, row, twiddles, NEAR, W, Z};
use crate::line::{Line, Stage};
use crate::real::{Complex, Real};

/// The transpose of `middle`: twiddles, then butterflies.
///
/// # Safety
/// The buffer must have `n` rows.
unsafe fn transposed<R: Real, const P: usize>(s: Stage, tw: *const R, buf: *mut R) {
    for j in 0..s.span {
        // SAFETY: rows and twiddles exist for j < span.
        unsafe {
            let t = twiddles::<R, P>(tw.add(j * 2 * (P - 1)));
            for b in 0..s.blocks {
                let at = b * P * s.span + j;
                for w in 0..W {
                    let load = |q: usize| {
                        let x = get(buf.cast_const(), at + q * s.span, w);
                        if q == 0 { x } else { x * t[q] }
                    };
                    butterfly::<R, P>(load, |q, x| put(buf, at + q * s.span, w, x));
                }
            }
        }
    }
}

/// The numbers that a convolution of a longer length takes and gives: rows `0..n` of the buffer, times `chirp` on their way
/// in, conjugated and times it on their way out. The rows after them are 0, whatever they hold, and are not given.
#[derive(Clone, Copy)]
pub struct Ends<'a, R>(pub &'a [R]);

impl<R: Real> Ends<'_, R> {
    /// c_i of row i, if it is below n.
    #[inline(always)]
    fn at(&self, i: usize) -> Option<Z<R>> {
        // SAFETY: 2 i + 1 is below the length.
        (2 * i < self.0.len()).then(|| unsafe { Complex::splat(*self.0.get_unchecked(2 * i), *self.0.get_unchecked(2 * i + 1)) })
    }
}

/// The first pass, with its input's end.
///
/// # Safety
/// The buffer must have `n` rows.
unsafe fn enter<R: Real, const P: usize>(s: Stage, tw: *const R, ends: Ends<R>, buf: *mut R) {
    let zero = Complex::splat(R::default(), R::default());
    for j in 0..s.span {
        // SAFETY: rows and twiddles exist for j < span.
        unsafe {
            let t = twiddles::<R, P>(tw.add(j * 2 * (P - 1)));
            for w in 0..W {
                let load = |q: usize| ends.at(j + q * s.span).map_or(zero, |c| get(buf.cast_const(), j + q * s.span, w) * c);
                butterfly::<R, P>(load, |q, x| put(buf, j + q * s.span, w, if q == 0 { x } else { x * t[q] }));
            }
        }
    }
}

/// The transpose of the first pass, with its output's end.
///
/// # Safety
/// The buffer must have `n` rows.
unsafe fn leave<R: Real, const P: usize>(s: Stage, tw: *const R, ends: Ends<R>, buf: *mut R) {
    for j in 0..s.span {
        // SAFETY: rows and twiddles exist for j < span.
        unsafe {
            let t = twiddles::<R, P>(tw.add(j * 2 * (P - 1)));
            for w in 0..W {
                let load = |q: usize| {
                    let x = get(buf.cast_const(), j + q * s.span, w);
                    if q == 0 { x } else { x * t[q] }
                };
                butterfly::<R, P>(load, |q, x| {
                    if let Some(c) = ends.at(j + q * s.span) {
                        put(buf, j + q * s.span, w, x.conj() * c);
                    }
                });
            }
        }
    }
}

/// The last pass, the product with a spectrum, conjugation, and the same pass for the way back, in place. The spectrum has a
/// number for each row, or (`LANES`) a row of lanes.
///
/// # Safety
/// The buffer must have `n` rows and the spectrum as many numbers, or rows.
unsafe fn turning<R: Real, const P: usize, const LANES: bool>(s: Stage, spectrum: *const R, buf: *mut R) {
    for b in 0..s.blocks {
        for w in 0..W {
            // SAFETY: rows b P .. b P + P exist.
            unsafe {
                let t: [Z<R>; P] = std::array::from_fn(|q| {
                    if LANES {
                        return get(spectrum, b * P + q, w);
                    }
                    let z = spectrum.add(2 * (b * P + q));
                    Complex::splat(*z, *z.add(1))
                });
                let mut x = t;
                butterfly::<R, P>(|q| get(buf.cast_const(), b * P + q, w), |q, y| x[q] = (y * t[q]).conj());
                butterfly::<R, P>(|q| x[q], |q, y| put(buf, b * P + q, w, y));
            }
        }
    }
}

/// The transpose of `pass`.
///
/// # Safety
/// As for `pass`.
unsafe fn pass_back<R: Real>(line: &Line<R>, s: Stage, buf: *mut R) {
    let table = line.twiddles.as_ptr();
    // SAFETY: the tables fit the length by construction.
    unsafe {
        match s.radix {
            1 => {}
            2..=8 => by_radix!(s.radix, transposed, R; s, table.add(s.at), buf),
            _ => odd::<R, true>(s, table, buf),
        }
    }
}

/// The passes of a block, the product with the spectrum in `turn`, and the passes back; part by part as `columns::parts`.
///
/// # Safety
/// As for `columns::parts`.
unsafe fn there_and_back<R: Real>(line: &Line<R>, stages: &[Stage], base: usize, buf: *mut R, turn: &impl Fn(Stage, usize)) {
    let (&start, after) = stages.split_first().expect("a stage");
    // SAFETY: the caller's promise.
    unsafe {
        let at = buf.add(base * row::<R>());
        if start.radix * start.span > NEAR {
            let one = Stage { blocks: 1, ..start };
            pass(line, one, at);
            for b in 0..start.radix {
                there_and_back(line, after, base + b * start.span, buf, turn);
            }
            return pass_back(line, one, at);
        }
        let of = |s: &Stage| Stage { blocks: s.blocks / start.blocks, ..*s };
        let (end, rest) = stages.split_last().expect("a stage");
        for s in rest {
            pass(line, of(s), at);
        }
        turn(of(end), base);
        for s in rest.iter().rev() {
            pass_back(line, of(s), at);
        }
    }
}

/// Convolves the rows with what `spectrum` is the transform of, by row, over the line's length.
///
/// # Safety
/// The buffer must have `line.n` rows and the spectrum as many numbers; the line must have passes, of radices up to 8.
pub unsafe fn convolve<R: Real>(line: &Line<R>, ends: Ends<R>, spectrum: &[R], buf: *mut R) {
    let (start, rest) = line.stages.split_first().expect("a line has stages");
    let table = line.twiddles.as_ptr();
    // SAFETY: the tables fit the length by construction.
    unsafe {
        by_radix!(start.radix, enter, R; *start, table.add(start.at), ends, buf);
        for b in 0..start.radix {
            there_and_back(line, rest, b * start.span, buf, &|s, base| {
                by_radix!(s.radix, turning, R, false; s, spectrum.as_ptr().add(2 * base), buf.add(base * row::<R>()));
            });
        }
        by_radix!(start.radix, leave, R; *start, table.add(start.at), ends, buf);
    }
}

/// Convolves all rows, with a spectrum for each lane: rows of a buffer. The result is conjugated.
///
/// # Safety
/// The buffer and the spectrum must have `line.n` rows; the line must have passes.
pub unsafe fn convolve_lanes<R: Real>(line: &Line<R>, spectrum: *const R, buf: *mut R) {
    // SAFETY: the tables fit the length by construction.
    unsafe {
        there_and_back(line, &line.stages, 0, buf, &|s, base| {
            by_radix!(s.radix, turning, R, true; s, spectrum.add(base * row::<R>()), buf.add(base * row::<R>()));
        });
    }
}
