//! Exports of the shells of `cosmesh-lightcone`.
