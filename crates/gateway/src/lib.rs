//! The public API: accounts, tokens, limits, validation. Messages go to an [`Assistant`](assistant::Assistant).
//!
//! A request passes, from the outside in: request identifier, log, headers and the form of errors (`observe`); panics
//! become 500; the timeout; the limit of the body; then, per route, authentication (`caller`) and the rate limit
//! (`limits`); then its handler, one file each in `endpoints`. In a split deployment [`web`] stands before it.

mod address;
mod caller;
mod config;
mod cookie;
mod email;
mod endpoints;
mod error;
mod json;
mod limits;
mod metrics;
mod observe;
mod origin;
pub mod password;
mod router;
mod state;
mod token;
pub mod web;

pub use address::TrustedProxies;
pub use config::{Config, ConfigError, JWT_SECRET_MIN_BYTES, JwtSecret};
pub use metrics::Metrics;
pub use origin::PublicUrl;
pub use router::router;
pub use state::Gateway;
