//! Elementary functions from one library (`libm`), so that results do not depend on the host's.
pub use libm::{
    cbrt, cbrtf, cos, cosf, erf, erfc, exp, expf, floor, floorf, log, log10, logf, pow, powf, rint, rintf, sin, sincos, sinf, sqrt,
    sqrtf, tgamma,
};
