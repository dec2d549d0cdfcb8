//! The shipped weights.
