//! Exports of `cosmesh-morphology`.
