//! Counter-based random numbers: element n of a stream is a function of key and n alone, so results depend neither on threads
//! nor on the order of calls, and any part of a stream can be made by itself.

pub mod choice;
pub mod directions;
pub mod integers;
pub mod normal;
pub mod number;
pub mod philox;
pub mod poisson;
pub mod quantile;
pub mod source;
pub mod threefry;
pub mod uniform;
pub mod ziggurat;

pub use source::{Generator, Source};
