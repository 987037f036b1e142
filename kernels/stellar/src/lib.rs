//! Light of stellar populations: template spectra, extinction by dust.

pub mod population;
pub mod synthetic;
