//! Counter-based random numbers: element n of a stream is a function of key and n alone, so results depend neither on threads
//! nor on the order of calls, and any part of a stream can be made by itself.

pub mod philox;
pub mod source;
pub mod threefry;
pub mod uniform;
pub mod ziggurat;

pub use source::{Generator, Source};
