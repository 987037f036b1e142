//! Elementary functions from one library (`libm`), so that results do not depend on the host's.
pub use libm::{
    cbrt, cbrtf, cos, cosf, erf, erfc, exp, expf, expm1, floor, floorf, log, log10, log1p, logf, pow, powf, rint, rintf, sin, sincos,
    sinf, sinh, sqrt, sqrtf, tgamma,
};
