//! Interpolation in one and two dimensions.
//!
//! In one dimension an interpolant is a piecewise polynomial: on `[x_i, x_{i+1}]` the value is
//! `c_0 + d (c_1 + d (c_2 + d c_3))` with `d = t - x_i`. Coefficients are `[interval, power, column]`, powers rising, so
//! that a table of several columns over the same knots is evaluated in lanes along its columns, and one column in lanes
//! along the points. `slopes` finds first derivatives at the knots (cubic spline, Akima, PCHIP), `pieces` turns them into
//! coefficients, `knots` finds the interval of a point, `evaluate` and `integrate` use them.
//!
//! In two dimensions (`surface`) nodes hold the value and its derivatives along x, y and both.
//!
//! Every way to find an interval ends with comparisons with the knots themselves, so the interval, and with it every bit
//! of the result, is the same for all of them.

pub mod evaluate;
pub mod integrate;
pub mod knots;
pub mod pieces;
pub mod slopes;
pub mod surface;
