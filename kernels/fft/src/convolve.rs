//! Cyclic convolution of the rows of a buffer: the passes there, the product with a spectrum, and the transposed passes back,
//! which take the frequencies as the first ones left them, so that nothing is put in order.

use crate::butterfly::butterfly;
use crate::columns::{by_radix, get, odd, pass, put, twiddles, W, Z};
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

/// Convolves the rows with what `spectrum` is the transform of, by row, over n; the result is conjugated.
///
/// # Safety
/// The buffer must have `line.n` rows and the spectrum as many numbers; the line must have passes.
pub unsafe fn convolve<R: Real>(line: &Line<R>, spectrum: &[R], buf: *mut R) {
    let (end, rest) = line.stages.split_last().expect("a line has stages");
    // SAFETY: the tables fit the length by construction.
    unsafe {
        for s in rest {
            pass(line, *s, buf);
        }
        by_radix!(end.radix, turning, R, false; *end, spectrum.as_ptr(), buf);
        for s in rest.iter().rev() {
            pass_back(line, *s, buf);
        }
    }
}

/// As `convolve`, with a spectrum for each lane: rows of a buffer.
///
/// # Safety
/// As for `convolve`; the spectrum must have `line.n` rows.
pub unsafe fn convolve_lanes<R: Real>(line: &Line<R>, spectrum: *const R, buf: *mut R) {
    let (end, rest) = line.stages.split_last().expect("a line has stages");
    // SAFETY: the tables fit the length by construction.
    unsafe {
        for s in rest {
            pass(line, *s, buf);
        }
        by_radix!(end.radix, turning, R, true; *end, spectrum, buf);
        for s in rest.iter().rev() {
            pass_back(line, *s, buf);
        }
    }
}
