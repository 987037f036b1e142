//! Exports of `cosmesh-radiation`.
