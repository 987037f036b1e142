//! Exports of `cosmesh-ifu`: maps of particles.
