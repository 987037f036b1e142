//! Exports of `cosmesh-spline`.
