//! The one check of what may be said, wherever the message comes in.

use chrono_tz::Tz;
use protocol::ChatRequest;
use protocol::limits::{MESSAGE_ID_MAX_CHARS, MESSAGE_MAX_CHARS};

use crate::AssistantError;

/// Checks a message; returns the person's zone if they sent one.
///
/// # Errors
/// [`AssistantError::Invalid`], naming the field.
pub fn validate(chat: &ChatRequest) -> Result<Option<Tz>, AssistantError> {
    text("message", &chat.message, MESSAGE_MAX_CHARS)?;
    if let Some(id) = &chat.message_id {
        text("message_id", id, MESSAGE_ID_MAX_CHARS)?;
    }
    chat.timezone.as_deref().map(zone).transpose()
}

fn text(field: &'static str, value: &str, max_chars: usize) -> Result<(), AssistantError> {
    let invalid = |message: String| Err(AssistantError::Invalid { field, message });
    if value.trim().is_empty() {
        return invalid("must not be empty".into());
    }
    if value.chars().count() > max_chars {
        return invalid(format!("must have at most {max_chars} characters"));
    }
    if value.contains('\0') {
        return invalid("must not contain the character U+0000".into());
    }
    Ok(())
}

fn zone(name: &str) -> Result<Tz, AssistantError> {
    name.parse().map_err(|_| AssistantError::Invalid {
        field: "timezone",
        message: "is not an IANA time zone such as Europe/Berlin".into(),
    })
}

#[cfg(test)]
mod tests {
    use protocol::ChatRequest;
    use uuid::Uuid;

    use super::validate;

    fn chat(message: &str) -> ChatRequest {
        ChatRequest { session_id: Uuid::nil(), message: message.into(), timezone: None, message_id: None }
    }

    #[test]
    fn a_message_has_one_to_two_thousand_characters() {
        assert!(validate(&chat(&"🙂".repeat(2_000))).is_ok());
        for refused in ["", " \n", "a\0b", &"x".repeat(2_001)] {
            assert!(validate(&chat(refused)).unwrap_err().to_string().starts_with("message: "));
        }
    }

    #[test]
    fn a_zone_is_an_iana_name() {
        let berlin = ChatRequest { timezone: Some("Europe/Berlin".into()), ..chat("hi") };
        assert_eq!(validate(&berlin).unwrap(), Some(chrono_tz::Europe::Berlin));
        let nowhere = ChatRequest { timezone: Some("Mars/Olympus".into()), ..chat("hi") };
        assert!(validate(&nowhere).unwrap_err().to_string().starts_with("timezone: "));
    }
}
