//! The whole program: the binary is started, spoken to over HTTP, killed, and asked what it booked.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod backups;
mod booking;
mod commands;
mod counter;
mod crash;
mod crowd;
mod harness;
mod metrics;
mod models;
mod offline;
mod operating;
mod real_openai;
