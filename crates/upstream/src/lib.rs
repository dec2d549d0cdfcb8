//! Requests to the other services of a split deployment, over plain HTTP inside one network.
//!
//! A service may run more than once: an [`Upstream`] holds the addresses of all its instances, takes them in turns
//! and goes on to the next when one is away. An instance that failed several times in a row is left alone for a while,
//! so that nobody waits for it; the [`Breaker`] that sees to it serves whoever asks another program. Connections are
//! kept and used again.

mod addresses;
mod breaker;
mod client;

pub use addresses::AddressError;
pub use breaker::Breaker;
pub use client::{Answer, Repeat, Upstream, UpstreamError, next_piece, read_body};
