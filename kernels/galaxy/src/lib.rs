//! Particles of simulated galaxies: how they are turned, and galaxies that are made up.

pub mod frame;
pub mod model;
pub mod moments;
pub mod select;
pub mod synthetic;
