//! One file for each command.

pub mod appointments;
pub mod migrate;
pub mod models;
pub mod seed;
pub mod serve;
pub mod sessions;
pub mod understand;
pub mod users;
