//! Accounts and tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Appointment, ChatMessage};

/// What a person signs up and logs in with.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credentials {
    /// The e-mail address; compared trimmed and case-folded.
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 254, format = "email"))]
    pub email: String,
    /// The password in clear; see [`limits`](crate::limits) for its length.
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 128, format = "password"))]
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A password must not reach a log by way of `{:?}`.
        f.debug_struct("Credentials").field("email", &self.email).finish_non_exhaustive()
    }
}

/// The password once more, before something that cannot be undone.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordConfirmation {
    /// In clear.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128, format = "password"))]
    pub password: String,
}

impl std::fmt::Debug for PasswordConfirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordConfirmation").finish_non_exhaustive()
    }
}

/// A new password, and the old one to show that it is they.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The old one, in clear.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128, format = "password"))]
    pub password: String,
    /// The new one, in clear; see [`limits`](crate::limits) for its length.
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 128, format = "password"))]
    pub new_password: String,
}

impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordChange").finish_non_exhaustive()
    }
}

/// The answer to a sign-up or login.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JwtResponse {
    /// A JSON Web Token, valid for 24 hours.
    pub jwt: String,
}

/// Asks for a token that can chat and nothing else.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatTokenRequest {
    /// The session the token is bound to; absent: the server makes one.
    #[serde(default)]
    pub session_id: Option<Uuid>,
}

/// A token bound to one person and one session.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatTokenResponse {
    /// The token, with scope `chat`.
    pub chat_token: String,
    /// How long it stays valid, in seconds.
    pub expires_in_seconds: u64,
    /// The session it is bound to.
    pub session_id: Uuid,
}

/// Everything that is kept about a person, for them to take away. Their password's hash is not part of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountExport {
    /// Who they are.
    pub account: Account,
    /// Booked and cancelled ones, in order of their start.
    pub appointments: Vec<ExportedAppointment>,
    /// Their conversations, the oldest first.
    pub sessions: Vec<ExportedSession>,
}

/// An account.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Who.
    pub id: Uuid,
    /// Trimmed and case-folded.
    pub email: String,
    /// When it was made, UTC.
    pub created_at: DateTime<Utc>,
}

/// An appointment with all that is kept about it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedAppointment {
    /// What its owner sees in their list.
    #[serde(flatten)]
    pub appointment: Appointment,
    /// What it takes, by the name in the business profile.
    pub resource: String,
    /// The name it was made in, where the business asks for one.
    pub name: Option<String>,
    /// When it was made, moved or cancelled last, UTC.
    pub updated_at: DateTime<Utc>,
}

/// A conversation with all of its messages, not only those that the chat shows.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedSession {
    /// Which.
    pub session_id: Uuid,
    /// When it was used first, UTC.
    pub created_at: DateTime<Utc>,
    /// When it was used last, UTC.
    pub updated_at: DateTime<Utc>,
    /// What is remembered of it for the next message.
    pub remembered: Value,
    /// Oldest first.
    pub messages: Vec<ChatMessage>,
    /// How each message of the person was understood and answered, oldest first.
    pub turns: Vec<ExportedTurn>,
}

/// What is kept of a turn besides what was said.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedTurn {
    /// When the message came, UTC.
    pub ts: DateTime<Utc>,
    /// The client's name for the message, if it gave one.
    pub message_id: Option<String>,
    /// What was understood, the rules that fired and what they changed; its form may change between versions. What was
    /// seen of other people's times is left out.
    pub trace: Value,
}
