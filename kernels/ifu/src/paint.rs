//! Spectra of stars into spaxels. Stars of a spaxel are taken in pieces of fixed size, so that threads share a bright one;
//! pieces are added in their order, so that the bits do not depend on threads.

use crate::linear;
use crate::rebin::Tiles;
use crate::spectrum::{Mix, Model, Resampling, Span, DEPTH};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};
use std::ops::Range;

/// Stars of a piece.
const PIECE: usize = 1024;

/// Stars, sorted by spaxel.
#[derive(Clone, Copy)]
pub struct Stars<'a> {
    pub mass: &'a [f64],
    pub metallicity: &'a [f64],
    pub age: &'a [f64],
    /// [km/s] Away from the observer.
    pub speed: &'a [f64],
    /// [kpc] Away from the observer.
    pub depth: &'a [f64],
    /// For each spaxel the first place in `order`, and the end.
    pub start: &'a [u32],
    pub order: &'a [u32],
}

/// Gas in front of stars.
#[derive(Clone, Copy)]
pub struct Dust<'a> {
    /// A(lambda)/A_V at each sample of the templates.
    pub curve: &'a [f64],
    /// For each spaxel the first place in `depth` and `column`, and the end.
    pub start: &'a [u32],
    /// Places of gas, ascending in each spaxel.
    pub depth: &'a [f64],
    /// [mag] A_V up to there.
    pub column: &'a [f64],
}

impl Dust<'_> {
    /// [mag] A_V in front of a place: 0 before the first gas, linear between, the whole column after the last.
    pub fn extinction(&self, spaxel: usize, depth: f64) -> f64 {
        let range = self.start[spaxel] as usize..self.start[spaxel + 1] as usize;
        let (z, column) = (&self.depth[range.clone()], &self.column[range]);
        match z.partition_point(|&v| v <= depth) {
            0 => 0.0,
            k if k == z.len() => column[k - 1],
            k => column[k - 1] + (column[k] - column[k - 1]) * ((depth - z[k - 1]) / (z[k] - z[k - 1])),
        }
    }
}

/// Stars of one spaxel that one thread takes.
pub(crate) struct Piece {
    pub spaxel: usize,
    pub stars: Range<usize>,
    /// Whether the spaxel has no others.
    pub alone: bool,
}

/// Pieces of all spaxels, in order.
pub(crate) fn pieces(stars: &Stars) -> Vec<Piece> {
    let mut all = Vec::new();
    for (spaxel, ends) in stars.start.windows(2).enumerate() {
        let (start, end) = (ends[0] as usize, ends[1] as usize);
        for from in (start..end).step_by(PIECE) {
            all.push(Piece { spaxel, stars: from..(from + PIECE).min(end), alone: end - start <= PIECE });
        }
    }
    all
}

/// Where spectra of stars are summed.
pub(crate) enum Row {
    Conserve(Tiles),
    Linear { sum: Vec<f64>, star: Vec<f64> },
}

impl Row {
    pub fn new<T>(model: &Model<T>) -> Self {
        let n = model.pixels.count;
        match model.resampling {
            Resampling::Conserve => Self::Conserve(Tiles::new(n)),
            Resampling::Linear => Self::Linear { sum: vec![0.0; n], star: vec![0.0; n] },
        }
    }
    /// Adds a spectrum for each Angstrom at rest, stretched by `f`, times `scale`.
    pub fn add<T, W: Number>(&mut self, model: &Model<T>, span: &Span, samples: &[W], f: f64, scale: f64) {
        match self {
            Self::Conserve(tiles) => tiles.add(model, span, samples, f, scale / f),
            Self::Linear { sum, star } => {
                let factor = scale * linear::factor(linear::values(model, span, samples, f, star));
                sum.iter_mut().zip(star).for_each(|(s, v)| *s += factor * *v);
            }
        }
    }
    /// Adds the sum to pixels.
    pub fn finish<C: Number>(&self, out: &mut [C]) {
        match self {
            Self::Conserve(tiles) => tiles.finish(out),
            Self::Linear { sum, .. } => out.iter_mut().zip(sum).for_each(|(o, s)| *o = C::round(o.wide() + s)),
        }
    }
    pub fn clear(&mut self) {
        match self {
            Self::Conserve(tiles) => tiles.clear(),
            Self::Linear { sum, .. } => sum.fill(0.0),
        }
    }
}

/// Adds stars to a cube `[spaxel, pixel]`; returns how many had their metallicity, and their age, outside of the templates.
/// Samples are mixed as `W`; `S` and `N` as for `mixture`.
pub fn paint<T, W, C, const S: usize, const N: usize>(model: &Model<T>, stars: &Stars, dust: Option<&Dust>, cube: &mut [C]) -> Result<[usize; 2], Status>
where
    T: Number,
    W: Mix<T>,
    C: Number,
{
    let n = model.pixels.count;
    let pieces = pieces(stars);
    let shared: Vec<usize> = (0..pieces.len()).filter(|&p| !pieces[p].alone).collect();
    let mut rows = try_zeroed::<f64>(shared.len() * n)?;
    let mut clamped = vec![[0; 2]; pieces.len()];
    let (parts, marks, cells) = (SharedMut::new(&mut rows), SharedMut::new(&mut clamped), SharedMut::new(cube));
    for_each_block(pieces.len(), |p| {
        let piece = &pieces[p];
        let (mut row, mut samples, mut outside) = (Row::new(model), Vec::new(), [0; 2]);
        for &i in &stars.order[piece.stars.clone()] {
            let i = i as usize;
            let [f, _] = model.shift.factor(stars.speed[i]);
            let span = model.span(f);
            let mixture = model.mixture::<S, N>(stars.metallicity[i], stars.age[i]);
            (0..2).for_each(|k| outside[k] += usize::from(mixture.clamped[k]));
            samples.resize(span.samples.len(), W::default());
            W::mix(model.templates.flux, mixture.start.map(|s| s + span.samples.start), mixture.weight, &mut samples);
            if let Some(dust) = dust {
                let depth = dust.extinction(piece.spaxel, stars.depth[i]);
                if depth != 0.0 {
                    W::dim(&dust.curve[span.samples.clone()], DEPTH * depth, &mut samples);
                }
            }
            row.add(model, &span, &samples, f, stars.mass[i]);
        }
        // SAFETY: the marks of this piece, and the pixels of a spaxel or the row that no other piece has.
        unsafe {
            marks.set(p, outside);
            match shared.binary_search(&p) {
                Ok(slot) => row.finish(parts.part(slot * n, n)),
                Err(_) => row.finish(cells.part(piece.spaxel * n, n)),
            }
        }
    });
    for_each_block(stars.start.len() - 1, |spaxel| {
        let first = shared.partition_point(|&p| pieces[p].spaxel < spaxel);
        let last = shared.partition_point(|&p| pieces[p].spaxel <= spaxel);
        if first == last {
            return;
        }
        // SAFETY: rows are only read now, and each block has its own spaxel.
        let (rows, out) = unsafe { (parts.part(first * n, (last - first) * n), cells.part(spaxel * n, n)) };
        for (k, o) in out.iter_mut().enumerate() {
            *o = C::round((0..last - first).fold(o.wide(), |sum, r| sum + rows[r * n + k]));
        }
    });
    Ok(clamped.iter().fold([0; 2], |sum, c| [sum[0] + c[0], sum[1] + c[1]]))
}
