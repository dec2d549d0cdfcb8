//! What can go wrong in a turn, as its callers tell it apart.

use std::time::Duration;

use store::StoreError;

/// Why a message got no reply. Nothing of the turn was written.
#[derive(Debug, thiserror::Error)]
pub enum AssistantError {
    /// The request is well-formed but cannot be: which field, and what to do about it.
    #[error("{field}: {message}")]
    Invalid {
        /// The dotted path of the field.
        field: &'static str,
        /// For the person who sent it.
        message: String,
    },
    /// The session is another person's; to the caller it does not exist.
    #[error("the session belongs to another person")]
    NotYours,
    /// The `message_id` was used in this session for another text.
    #[error("the message_id was used before for another text")]
    MessageIdReused,
    /// The account is gone.
    #[error("the account does not exist any more")]
    UnknownUser,
    /// Too much at once, or a part is away: the same message can be sent again after a while.
    #[error("unavailable: {reason}")]
    Unavailable {
        /// For the log.
        reason: String,
        /// When to try again.
        retry_after: Duration,
    },
    /// Our fault; the details are for the log only.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AssistantError {
    /// An error that is nobody's input.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<StoreError> for AssistantError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotYours => Self::NotYours,
            StoreError::MessageIdReused => Self::MessageIdReused,
            StoreError::UnknownUser => Self::UnknownUser,
            StoreError::NulCharacter { field } => {
                Self::Invalid { field, message: crate::request::NUL.into() }
            }
            StoreError::Unavailable(_) | StoreError::Retry => {
                Self::Unavailable { reason: error.to_string(), retry_after: Duration::from_secs(1) }
            }
            error => Self::internal(error),
        }
    }
}
