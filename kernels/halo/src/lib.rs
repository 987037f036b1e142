//! Halos drawn from conditional mass functions, accretion rates from merger trees, and numbers from text.

pub mod sample;
pub mod table;
pub mod text;
pub mod tree;
