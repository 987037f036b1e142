//! Exports of the transforms of `cosmesh-sphere`.
