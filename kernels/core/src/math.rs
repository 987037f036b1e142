//! Elementary functions from one library (`libm`), so that results do not depend on the host's.
pub use libm::{
    acos, acosf, asin, asinf, atan, atan2, atan2f, atanf, cbrt, cbrtf, cos, cosf, cosh, coshf, erf, erfc, erff, exp, expf, expm1,
    expm1f, floor, floorf, hypot, hypotf, log, log10, log10f, log1p, log1pf, log2, log2f, logf, pow, powf, rint, rintf, sin, sincos,
    sinf, sinh, sinhf, sqrt, sqrtf, tan, tanf, tanh, tanhf, tgamma,
};
