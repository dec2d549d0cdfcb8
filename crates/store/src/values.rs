//! Values on their way into the database, checked so that both databases can hold them and sort them alike.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, Utc};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::StoreError;

/// One parameter of a statement. Text and JSON of users come in through [`text`] and [`json`] only.
#[derive(Debug)]
pub(crate) enum Param<'a> {
    Text(Cow<'a, str>),
    NoText,
    Integer(i64),
    NoInteger,
    Id(Uuid),
    NoId,
    Instant(DateTime<Utc>),
    NoInstant,
    Json(&'a Value),
    OwnedJson(Value),
    /// Made of what came out of the database or in through [`text`] and [`json`].
    RawJson(Box<RawValue>),
}

impl From<Uuid> for Param<'_> {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<i64> for Param<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// A text, unless it contains U+0000. `field` names it in the error.
pub(crate) fn text<'a>(field: &'static str, text: impl Into<Cow<'a, str>>) -> Result<Param<'a>, StoreError> {
    let text = text.into();
    if text.contains('\0') { Err(StoreError::NulCharacter { field }) } else { Ok(Param::Text(text)) }
}

/// A text or NULL.
pub(crate) fn optional_text<'a>(
    field: &'static str,
    value: Option<&'a str>,
) -> Result<Param<'a>, StoreError> {
    value.map_or(Ok(Param::NoText), |value| text(field, value))
}

/// A JSON document, unless a string or key in it contains U+0000.
pub(crate) fn json<'a>(field: &'static str, document: &'a Value) -> Result<Param<'a>, StoreError> {
    if holds_nul(document) { Err(StoreError::NulCharacter { field }) } else { Ok(Param::Json(document)) }
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(entries) => entries.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// An instant, truncated to microseconds, unless its year does not have four digits.
pub(crate) fn instant(field: &'static str, at: DateTime<Utc>) -> Result<Param<'static>, StoreError> {
    DateTime::from_timestamp_micros(at.timestamp_micros())
        .filter(|at| (0..=9999).contains(&at.year()))
        .map(Param::Instant)
        .ok_or(StoreError::OutOfRange { field })
}

/// The text of an instant in SQLite: fixed width, so that comparing the texts compares the instants.
pub(crate) fn instant_as_text(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// The form in which e-mail addresses are stored and compared: trimmed and case-folded, letter by letter.
#[must_use]
pub fn normalise_email(email: &str) -> String {
    // Not `str::to_lowercase`: it maps a final sigma by its place in the word, so that folding would not be stable.
    email.trim().chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn instants_as_text_have_one_width_and_sort_as_they_follow_each_other() {
        let texts: Vec<String> = [
            "0000-01-01T00:00:00Z",
            "0999-12-31T23:59:59.999999Z",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00Z",
            "2026-11-25T15:00:00Z",
            "2026-11-25T15:00:00.000001Z",
            "9999-12-31T23:59:59.999999Z",
        ]
        .map(|text| instant_as_text(at(text)))
        .to_vec();
        assert!(texts.iter().all(|text| text.len() == 27), "{texts:?}");
        assert!(texts.is_sorted(), "{texts:?}");
        assert_eq!(texts[4], "2026-11-25T15:00:00.000000Z");
    }

    #[test]
    fn instants_lose_what_is_finer_than_a_microsecond() {
        for (fine, kept) in [
            ("1969-12-31T23:59:59.123456789Z", "1969-12-31T23:59:59.123456Z"),
            ("2026-11-25T15:00:00.999999999Z", "2026-11-25T15:00:00.999999Z"),
        ] {
            let Param::Instant(instant) = instant("ts", at(fine)).unwrap() else { panic!("not an instant") };
            assert_eq!(instant, at(kept));
        }
    }

    #[test]
    fn years_without_four_digits_are_refused() {
        for year in ["-0001-12-31T23:59:59Z", "+10000-01-01T00:00:00Z"] {
            assert!(matches!(instant("ts", at(year)), Err(StoreError::OutOfRange { field: "ts" })));
        }
    }

    #[test]
    fn nul_is_found_wherever_it_hides() {
        for document in [
            serde_json::json!("a\0b"),
            serde_json::json!([1, ["\0"]]),
            serde_json::json!({"deep": [{"\0": 1}]}),
        ] {
            assert!(matches!(json("trace", &document), Err(StoreError::NulCharacter { field: "trace" })));
        }
        assert!(json("trace", &serde_json::json!({"fine": ["😀", null]})).is_ok());
        assert!(matches!(text("name", "a\0"), Err(StoreError::NulCharacter { field: "name" })));
    }

    #[test]
    fn email_addresses_are_trimmed_and_folded() {
        assert_eq!(normalise_email("  Ada@Example.ORG\n"), "ada@example.org");
        assert_eq!(normalise_email("ΟΔΟΣ@example.org"), normalise_email("οδοσ@example.org"));
        assert_eq!(normalise_email(&normalise_email("İ@x")), normalise_email("İ@x"));
    }
}
