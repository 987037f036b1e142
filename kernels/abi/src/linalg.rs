//! Exports of `cosmesh-linalg`.
