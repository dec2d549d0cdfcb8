//! Accounts and tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Appointment, ChatMessage};

/// What a person signs up and logs in with.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credentials {
    /// The e-mail address; compared trimmed and case-folded.
    pub email: String,
    /// The password in clear; see [`limits`](crate::limits) for its length.
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
    pub password: String,
}

impl std::fmt::Debug for PasswordConfirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordConfirmation").finish_non_exhaustive()
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
    /// Oldest first.
    pub messages: Vec<ChatMessage>,
}
