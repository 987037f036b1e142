//! Particles of simulated galaxies: how they are turned, and galaxies that are made up.
