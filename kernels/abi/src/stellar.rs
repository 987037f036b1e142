//! Exports of `cosmesh-stellar`.
