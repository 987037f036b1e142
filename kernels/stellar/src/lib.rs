//! Light of stellar populations: template spectra, extinction by dust.
