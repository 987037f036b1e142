//! Exports of the steps of `cosmesh-pm`.
