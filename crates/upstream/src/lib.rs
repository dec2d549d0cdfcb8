//! Requests to the other services of a split deployment, over plain HTTP inside one network.
//!
//! A service may run more than once: an [`Upstream`] holds the addresses of all its instances, takes them in turns
//! and goes on to the next when one is away. An instance that failed several times in a row is left alone for a while
//! ([`breaker`]), so that nobody waits for it. Connections are kept and used again.

mod addresses;
pub mod breaker;
mod client;

pub use addresses::AddressError;
pub use client::{Answer, Repeat, Upstream, UpstreamError, read_body};
