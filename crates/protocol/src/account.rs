//! Accounts and tokens.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a person signs up and logs in with.
#[derive(Clone, Deserialize, Serialize)]
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

/// The answer to a sign-up or login.
#[derive(Clone, Deserialize, Serialize)]
pub struct JwtResponse {
    /// A JSON Web Token, valid for 24 hours.
    pub jwt: String,
}

/// Asks for a token that can chat and nothing else.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ChatTokenRequest {
    /// The session the token is bound to; absent: the server makes one.
    #[serde(default)]
    pub session_id: Option<Uuid>,
}

/// A token bound to one person and one session.
#[derive(Clone, Deserialize, Serialize)]
pub struct ChatTokenResponse {
    /// The token, with scope `chat`.
    pub chat_token: String,
    /// How long it stays valid, in seconds.
    pub expires_in_seconds: u64,
    /// The session it is bound to.
    pub session_id: Uuid,
}
