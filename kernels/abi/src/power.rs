//! Exports of `cosmesh-power`.
