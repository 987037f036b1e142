//! Exports of `cosmesh-galaxy`.
