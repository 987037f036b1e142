//! See the module pages below.
