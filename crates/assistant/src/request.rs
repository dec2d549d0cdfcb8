//! The one check of what may be said, wherever the message comes in.

use chrono_tz::Tz;
use protocol::ChatRequest;
use protocol::limits::{MESSAGE_ID_MAX_CHARS, MESSAGE_MAX_CHARS};

use crate::AssistantError;

/// Checks a message; returns the person's zone if they sent one. The texts are for whoever sent it.
///
/// # Errors
/// [`AssistantError::Invalid`], naming the field.
pub fn validate(chat: &ChatRequest) -> Result<Option<Tz>, AssistantError> {
    let ChatRequest { message, message_id, timezone, .. } = chat;
    if message.trim().is_empty() {
        return Err(invalid("message", "Say something."));
    }
    if message.chars().count() > MESSAGE_MAX_CHARS {
        return Err(invalid("message", format!("A message has at most {MESSAGE_MAX_CHARS} characters.")));
    }
    let zone = timezone.as_deref().map(str::parse::<Tz>).transpose();
    let no_zone = "This is not the IANA name of a time zone, such as Europe/Berlin.";
    let zone = zone.map_err(|_| invalid("timezone", no_zone))?;
    let id_chars = message_id.as_ref().map(|id| id.chars().count());
    if id_chars.is_some_and(|chars| !(1..=MESSAGE_ID_MAX_CHARS).contains(&chars)) {
        let message = format!("A message_id has 1 to {MESSAGE_ID_MAX_CHARS} characters.");
        return Err(invalid("message_id", message));
    }
    for (field, text) in [("message", Some(message)), ("message_id", message_id.as_ref())] {
        if text.is_some_and(|text| text.contains('\0')) {
            return Err(invalid(field, NUL));
        }
    }
    Ok(zone)
}

/// Why a text with U+0000 is refused.
pub(crate) const NUL: &str = "The character U+0000 is not allowed.";

fn invalid(field: &'static str, message: impl Into<String>) -> AssistantError {
    AssistantError::Invalid { field, message: message.into() }
}

#[cfg(test)]
mod tests {
    use protocol::ChatRequest;
    use uuid::Uuid;

    use super::validate;
    use crate::AssistantError;

    fn wrong_field(message: &str, timezone: Option<&str>, message_id: Option<&str>) -> Option<&'static str> {
        let chat = ChatRequest {
            session_id: Uuid::nil(),
            message: message.to_owned(),
            timezone: timezone.map(str::to_owned),
            message_id: message_id.map(str::to_owned),
        };
        match validate(&chat) {
            Ok(_) => None,
            Err(AssistantError::Invalid { field, .. }) => Some(field),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn characters_count_not_bytes() {
        assert_eq!(wrong_field(&"🗓".repeat(2_000), Some("Europe/Berlin"), Some(&"ß".repeat(64))), None);
        assert_eq!(wrong_field(&"🗓".repeat(2_001), None, None), Some("message"));
        assert_eq!(wrong_field("hi", None, Some(&"x".repeat(65))), Some("message_id"));
    }

    #[test]
    fn what_says_nothing_is_refused() {
        for message in ["", " ", "\n\t\u{a0}", "a\0b"] {
            assert_eq!(wrong_field(message, None, None), Some("message"), "{message:?}");
        }
        for id in ["", "\0"] {
            assert_eq!(wrong_field("hi", None, Some(id)), Some("message_id"), "{id:?}");
        }
        for zone in ["", "Mars/Olympus", "Europe/Berlin ", "+02:00"] {
            assert_eq!(wrong_field("hi", Some(zone), None), Some("timezone"), "{zone:?}");
        }
    }
}
