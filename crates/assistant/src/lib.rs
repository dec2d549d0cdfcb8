//! The AI service: load → interpret → decide → commit.
//!
//! [`Assistant`] is what the gateway talks to. [`FrontDesk`] is the assistant itself; in the split deployment the
//! gateway holds a client of it instead ([`remote`]).

pub mod aloud;
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
pub mod voice;

pub use error::AssistantError;
pub use replay::{Replayed, replay};
pub use request::validate;
pub use service::FrontDesk;
pub use topics::Topics;

use async_trait::async_trait;
use protocol::{ChatReply, ForwardedChat};
use tokio::sync::mpsc::UnboundedSender;

/// Hears sentences of a reply before it is complete.
pub type Listener = UnboundedSender<String>;

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

    /// Answers as [`chat`](Self::chat) does, and lets `listener` hear sentences of the reply as soon as they are made and
    /// checked, if it takes a while to make. They are a foretaste: the reply counts, and it may be another one. Dropping
    /// the future stops the turn.
    ///
    /// # Errors
    /// As [`chat`](Self::chat).
    async fn chat_aloud(
        &self,
        message: ForwardedChat,
        listener: Listener,
    ) -> Result<ChatReply, AssistantError> {
        drop(listener);
        self.chat(message).await
    }

    /// Whether the next message could be answered.
    ///
    /// # Errors
    /// [`AssistantError::Unavailable`] with what is missing.
    async fn ready(&self) -> Result<(), AssistantError>;
}
