//! Exports of `cosmesh-ode`.
