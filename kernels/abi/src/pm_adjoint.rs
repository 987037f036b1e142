//! Exports of the adjoints of `cosmesh-pm`.
