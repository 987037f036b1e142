//! Exports of `cosmesh-paint`.
