//! Exports of `cosmesh-lensing`.
