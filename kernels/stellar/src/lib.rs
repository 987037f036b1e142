//! Light of stellar populations: template spectra, extinction by dust.

pub mod extinction;
pub mod population;
pub mod synthetic;
