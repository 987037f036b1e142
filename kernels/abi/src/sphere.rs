//! Exports of the pixels of `cosmesh-sphere`.
