//! The AI service: load → interpret → decide → commit.
//!
//! [`Assistant`] is what the gateway talks to. [`FrontDesk`] is the assistant itself; in the split deployment the
//! gateway holds a client of it instead ([`remote`]).

pub mod ambient;
pub mod body;
mod error;
pub mod metrics;
mod record;
pub mod remote;
mod replay;
mod request;
mod service;
mod topics;

pub use error::AssistantError;
pub use replay::{Replayed, replay};
pub use request::validate;
pub use service::FrontDesk;
pub use topics::Topics;

use async_trait::async_trait;
use protocol::{ChatReply, ForwardedChat};

/// Answers messages, one turn at a time.
#[async_trait]
pub trait Assistant: Send + Sync {
    /// Answers one message of a person whom the caller has authenticated.
    ///
    /// Sending the same `message_id` again is safe: the first reply comes again.
    ///
    /// # Errors
    /// See [`AssistantError`]; after any of them nothing of the turn has been written.
    async fn chat(&self, message: ForwardedChat) -> Result<ChatReply, AssistantError>;

    /// Whether the next message could be answered.
    ///
    /// # Errors
    /// [`AssistantError::Unavailable`] with what is missing.
    async fn ready(&self) -> Result<(), AssistantError>;
}
