//! Noise of the detector: numbers of a key and a voxel, times the square root of the voxel's variance.

use cosmesh_core::lanes::Lanes;
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_rng::{normal, uniform, Source};

/// Numbers that can be drawn.
pub trait Drawn: Number + Default {
    /// Fills with numbers of mean 0 and variance 1.
    fn normal(source: &Source, offset: u64, out: &mut [Self]);
    /// As `normal`, uniform.
    fn uniform(source: &Source, offset: u64, out: &mut [Self]);
}
/// Half the width of a uniform distribution of variance 1.
const HALF: f64 = 1.732_050_807_568_877_2;

impl Drawn for f32 {
    fn normal(source: &Source, offset: u64, out: &mut [f32]) {
        normal::normal_f32(source, offset, 0.0, 1.0, out);
    }
    fn uniform(source: &Source, offset: u64, out: &mut [f32]) {
        uniform::uniform_f32(source, offset, -HALF as f32, HALF as f32, out);
    }
}
impl Drawn for f64 {
    fn normal(source: &Source, offset: u64, out: &mut [f64]) {
        normal::normal_f64(source, offset, 0.0, 1.0, out);
    }
    fn uniform(source: &Source, offset: u64, out: &mut [f64]) {
        uniform::uniform_f64(source, offset, -HALF, HALF, out);
    }
}

/// variance = (fraction flux)^2 + floor + slope max(flux, 0), with a fraction for each spaxel, the others for each wavelength;
/// empty ones are zero.
pub struct Noise<'a> {
    pub source: Source,
    pub uniform: bool,
    pub fraction: &'a [f64],
    pub floor: &'a [f64],
    pub slope: &'a [f64],
    /// Spaxels that are not 0 here get noise.
    pub aperture: &'a [u8],
    /// Whether there is variance already, to be added to.
    pub more: bool,
}

/// Numbers of a block, about.
const BLOCK: usize = 1 << 14;

/// Adds noise to `[spaxel, wavelength]` and fills the variance.
pub fn add<R: Drawn>(noise: &Noise, waves: usize, flux: &mut [R], variance: &mut [R]) {
    let (flux, variance) = (SharedMut::new(flux), SharedMut::new(variance));
    let zeros = vec![0.0; waves];
    let [floor, slope] = [noise.floor, noise.slope].map(|table| if table.is_empty() { &zeros } else { table });
    for_each_range(noise.aperture.len(), (BLOCK / waves).max(1), |_, range| {
        let mut numbers = vec![R::default(); waves];
        for s in range {
            // SAFETY: each block has its own spaxels.
            let (flux, variance) = unsafe { (flux.part(s * waves, waves), variance.part(s * waves, waves)) };
            if noise.aperture[s] == 0 {
                if !noise.more {
                    variance.fill(R::default());
                }
                continue;
            }
            let draw = if noise.uniform { R::uniform } else { R::normal };
            draw(&noise.source, (s * waves) as u64, &mut numbers);
            let fraction = noise.fraction.get(s).copied().unwrap_or(0.0);
            for (((x, v), n), (floor, slope)) in flux.iter_mut().zip(variance).zip(&numbers).zip(floor.iter().zip(slope)) {
                let (light, part) = (x.wide(), fraction * x.wide());
                let new = part * part + floor + slope * if light > 0.0 { light } else { 0.0 };
                *x = R::round(light + Lanes::sqrt(new) * n.wide());
                *v = R::round(if noise.more { new + v.wide() } else { new });
            }
        }
    });
}

/// Sums over wavelength of `[spaxel, wavelength]`.
pub fn sums<R: Number>(waves: usize, flux: &[R], out: &mut [f64]) {
    let out = SharedMut::new(out);
    for_each_range(out.len(), (BLOCK / waves).max(1), |_, range| {
        for s in range {
            let mut parts = [0.0; 4];
            for (i, x) in flux[s * waves..][..waves].iter().enumerate() {
                parts[i % 4] += x.wide();
            }
            // SAFETY: each block has its own spaxels.
            unsafe { out.set(s, parts[0] + parts[1] + (parts[2] + parts[3])) };
        }
    });
}
