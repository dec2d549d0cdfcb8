//! The assistant in another process: [`router`] offers one over HTTP, [`RemoteAssistant`] is its client.
//!
//! Both sides know one secret ([`ServiceSecret`]): the person is named in the body, so nobody else may call.

mod client;
mod passed_on;
mod secret;
mod server;
mod wire;

pub use client::RemoteAssistant;
pub use passed_on::PassedOn;
pub use secret::{SECRET_MIN_BYTES, SecretError, ServiceSecret};
pub use server::router;
