//! The whole program: the binary is started, spoken to over HTTP, killed, and asked what it booked.

mod booking;
mod commands;
mod crash;
mod crowd;
mod harness;
