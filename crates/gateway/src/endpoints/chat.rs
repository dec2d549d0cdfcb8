//! `POST /api/chat` and `POST /api/chat/messages`: one message, one reply.
//!
//! In: [`ChatRequest`]. Out: [`ChatReply`]. The message reaches the assistant as it was sent.
//! Errors: 401, 403 (a chat token bound to another of one's sessions), 404 (another person's session), 409
//! (`message_id` was used for another text), 422 (`session_id`, `message`, `timezone`, `message_id`), 429, 503.

use axum::Json;
use axum::extract::State;
use chrono_tz::Tz;
use protocol::limits::{MESSAGE_ID_MAX_CHARS, MESSAGE_MAX_CHARS};
use protocol::{ChatReply, ChatRequest, ForwardedChat};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::json::Json as Body;
use crate::observe::Trace;
use crate::state::Gateway;

pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
    trace: Trace,
    Body(chat): Body<ChatRequest>,
) -> Result<Json<ChatReply>, ApiError> {
    trace.is_of_session(chat.session_id);
    check(&chat)?;
    caller.check_binding(&gateway, chat.session_id).await?;
    let reply = gateway.assistant.chat(ForwardedChat { user_id: caller.user_id, chat }).await?;
    Ok(Json(reply))
}

fn check(chat: &ChatRequest) -> Result<(), ApiError> {
    if chat.message.trim().is_empty() {
        return Err(ApiError::invalid("message", "Say something."));
    }
    if chat.message.chars().count() > MESSAGE_MAX_CHARS {
        let message = format!("A message has at most {MESSAGE_MAX_CHARS} characters.");
        return Err(ApiError::invalid("message", message));
    }
    if chat.timezone.as_ref().is_some_and(|zone| zone.parse::<Tz>().is_err()) {
        let message = "This is not the IANA name of a time zone, such as Europe/Berlin.";
        return Err(ApiError::invalid("timezone", message));
    }
    let id_chars = chat.message_id.as_ref().map(|id| id.chars().count());
    if id_chars.is_some_and(|chars| !(1..=MESSAGE_ID_MAX_CHARS).contains(&chars)) {
        let message = format!("A message_id has 1 to {MESSAGE_ID_MAX_CHARS} characters.");
        return Err(ApiError::invalid("message_id", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use protocol::ChatRequest;
    use uuid::Uuid;

    use super::check;
    use crate::error::ApiError;

    fn wrong_field(message: &str, timezone: Option<&str>, message_id: Option<&str>) -> Option<String> {
        let chat = ChatRequest {
            session_id: Uuid::nil(),
            message: message.to_owned(),
            timezone: timezone.map(str::to_owned),
            message_id: message_id.map(str::to_owned),
        };
        match check(&chat) {
            Ok(()) => None,
            Err(ApiError::Invalid { field, .. }) => field,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn characters_count_not_bytes() {
        assert_eq!(wrong_field(&"🗓".repeat(2_000), Some("Europe/Berlin"), Some(&"ß".repeat(64))), None);
        assert_eq!(wrong_field(&"🗓".repeat(2_001), None, None).as_deref(), Some("message"));
        assert_eq!(wrong_field("hi", None, Some(&"x".repeat(65))).as_deref(), Some("message_id"));
    }

    #[test]
    fn what_says_nothing_is_refused() {
        for message in ["", " ", "\n\t\u{a0}"] {
            assert_eq!(wrong_field(message, None, None).as_deref(), Some("message"), "{message:?}");
        }
        assert_eq!(wrong_field("hi", None, Some("")).as_deref(), Some("message_id"));
        for zone in ["", "Mars/Olympus", "Europe/Berlin ", "+02:00"] {
            assert_eq!(wrong_field("hi", Some(zone), None).as_deref(), Some("timezone"), "{zone:?}");
        }
    }
}
