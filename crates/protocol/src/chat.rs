//! Messages, replies and what is known so far.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Intent;

/// One message of a person.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatRequest {
    /// Made by the client; belongs to the first person who used it.
    pub session_id: Uuid,
    /// 1 to [`MESSAGE_MAX_CHARS`](crate::limits::MESSAGE_MAX_CHARS) characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000, pattern = r"\S"))]
    pub message: String,
    /// The IANA zone in which the person's words about time are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = "iana-time-zone"))]
    pub timezone: Option<String>,
    /// Makes sending again safe: unique within the session, 1 to
    /// [`MESSAGE_ID_MAX_CHARS`](crate::limits::MESSAGE_ID_MAX_CHARS) characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub message_id: Option<String>,
}

/// A message as the gateway hands it to the AI service, once it knows whose it is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ForwardedChat {
    /// The person, as the gateway authenticated them.
    pub user_id: Uuid,
    /// What they sent.
    #[serde(flatten)]
    pub chat: ChatRequest,
}

/// The assistant's answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatReply {
    /// What the assistant says.
    pub reply: String,
    /// The session it belongs to.
    pub session_id: Uuid,
    /// What is known so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extracted_slots: Option<ExtractedSlots>,
    /// The appointment that this turn made, changed or spoke of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_id: Option<Uuid>,
    /// Each a valid next message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quick_replies: Option<Vec<String>>,
}

/// What is known so far of a request; `null` until known. After a booking: the booked values.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExtractedSlots {
    /// What the person wants.
    pub intent: Option<Intent>,
    /// The day, in the zone below.
    pub date: Option<NaiveDate>,
    /// Wall time `HH:MM`, in the zone below.
    pub time: Option<String>,
    /// The IANA zone that date and time are in.
    pub timezone: Option<String>,
    /// The service's name in the business profile.
    pub service_type: Option<String>,
}

/// Who said it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum MessageRole {
    /// The person.
    User,
    /// Frontdesk.
    Assistant,
}

/// One line of a conversation.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatMessage {
    /// Who said it.
    pub role: MessageRole,
    /// What they said.
    pub content: String,
    /// When, UTC.
    pub ts: DateTime<Utc>,
    /// The appointment that this reply was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_id: Option<Uuid>,
    /// What this reply offered; each a valid next message while nothing else was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quick_replies: Option<Vec<String>>,
}

/// The latest messages of a session, oldest first.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionHistory {
    /// The session.
    pub session_id: Uuid,
    /// At most [`HISTORY_MESSAGES`](crate::limits::HISTORY_MESSAGES).
    pub messages: Vec<ChatMessage>,
}
