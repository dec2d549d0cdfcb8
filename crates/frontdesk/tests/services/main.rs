//! The split deployment: several processes over one PostgreSQL, reached through `web`.
//!
//! What takes minutes is ignored by default: `make test-services` runs all of it.

// Lets clippy see that all of this is tests, the helpers too.
#![cfg(test)]

mod at_once;
mod door;
mod load;
mod person;
#[path = "../scripted/mod.rs"]
mod scripted;
mod split;
mod stack;
