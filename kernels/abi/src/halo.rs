//! Halos drawn from conditional mass functions.
