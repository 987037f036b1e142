//! Exports of `cosmesh-radial`.
