//! Integration: of samples along an axis of an array (`samples`), and the nodes and weights of Gauss-Legendre rules
//! (`legendre`), which are computed in twice the digits (`double`) where f64 would not do.

pub mod double;
pub mod legendre;
pub mod samples;
