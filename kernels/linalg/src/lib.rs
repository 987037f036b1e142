//! Small dense and banded linear algebra.
