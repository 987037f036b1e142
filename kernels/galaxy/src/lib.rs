//! Particles of simulated galaxies: how they are turned, and galaxies that are made up.

pub mod frame;
pub mod moments;
pub mod select;
