//! Exports of `cosmesh-quadrature`.
