//! What the remote model may answer, and the check that it did: a schema made of the vocabulary, and words that really
//! stand in the message.

use std::ops::Range;
use std::sync::LazyLock;

use protocol::{Intent, Interpretation, ScoredIntent, Slot, Span, SpanRole};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::tidy;

/// A kind of span: the slot, and for times the role, as in `when.wanted`.
type Kind = (Slot, Option<SpanRole>);

/// The answer of the remote model.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub intents: Vec<String>,
    pub spans: Vec<Pointer>,
}

/// Words of the message.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pointer {
    pub kind: String,
    pub text: String,
    /// Which of the places where these words stand, from 1.
    pub occurrence: usize,
}

/// What is wrong with an answer, said so that the model can mend it. It may quote the message: not for the log.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Flaw(pub String);

/// Every kind there is.
fn kinds() -> impl Iterator<Item = Kind> {
    Slot::ALL.iter().flat_map(|&slot| {
        let roles: Vec<Option<SpanRole>> = match slot {
            Slot::When => SpanRole::ALL.iter().copied().map(Some).collect(),
            Slot::Service | Slot::Name | Slot::Timezone | Slot::Duration | Slot::Option => vec![None],
        };
        roles.into_iter().map(move |role| (slot, role))
    })
}

pub(super) fn kind_name((slot, role): Kind) -> String {
    role.map_or_else(|| slot.to_string(), |role| format!("{slot}.{role}"))
}

/// The JSON schema of [`Answer`], strict: every field required, none besides.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let intents: Vec<&str> = Intent::ALL.iter().map(|intent| intent.as_str()).collect();
    let kinds: Vec<String> = kinds().map(kind_name).collect();
    json!({
        "type": "object",
        "properties": {
            "intents": {"type": "array", "items": {"type": "string", "enum": intents}},
            "spans": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": kinds},
                    "text": {"type": "string"},
                    "occurrence": {"type": "integer"},
                },
                "required": ["kind", "text", "occurrence"],
                "additionalProperties": false,
            }},
        },
        "required": ["intents", "spans"],
        "additionalProperties": false,
    })
});

impl Answer {
    /// How a model would answer with this interpretation: for the examples it is shown.
    pub fn of(text: &str, intents: &[Intent], spans: &[Span]) -> Self {
        let pointer = |span: &Span| {
            let here = |place: &Range<usize>| text[..place.start].chars().count() <= span.start;
            Pointer {
                kind: kind_name((span.slot, span.role)),
                text: span.text.clone(),
                occurrence: places(text, &span.text).filter(here).count(),
            }
        };
        Self {
            intents: intents.iter().map(ToString::to_string).collect(),
            spans: spans.iter().map(pointer).collect(),
        }
    }
}

/// Reads an answer about `sent`, which has as many characters as `text`, the message itself.
pub(super) fn read(answer: &str, sent: &str, text: &str) -> Result<Interpretation, Flaw> {
    let answer: Answer = serde_json::from_str(answer)
        .map_err(|error| Flaw(format!("it is not JSON of the schema: {error}")))?;
    let mut intents: Vec<ScoredIntent> = Vec::new();
    for name in &answer.intents {
        let intent: Intent = name.parse().map_err(|_| Flaw(format!("there is no intent {name:?}")))?;
        if intents.iter().all(|scored| scored.name != intent) {
            // The model says no probability, only an order; whoever compares two of them finds it kept.
            let confidence = 0.99 - 0.01 * intents.len() as f32;
            intents.push(ScoredIntent { name: intent, confidence });
        }
    }
    let mut found = Vec::new();
    for pointer in &answer.spans {
        let kind = kinds()
            .find(|&kind| kind_name(kind) == pointer.kind)
            .ok_or_else(|| Flaw(format!("there is no kind of span {:?}", pointer.kind)))?;
        found.push((kind, place(pointer, sent)?));
    }
    found.sort_by_key(|(_, place)| place.start);
    for pair in found.windows(2) {
        if let [(_, a), (_, b)] = pair
            && b.start < a.end
        {
            return Err(Flaw(format!("{:?} and {:?} overlap", &sent[a.clone()], &sent[b.clone()])));
        }
    }
    Ok(Interpretation { intents, spans: spans(found, sent, text) })
}

/// Where the pointed-at words stand, in bytes.
fn place(pointer: &Pointer, sent: &str) -> Result<Range<usize>, Flaw> {
    let Pointer { text, occurrence, .. } = pointer;
    if text.trim().is_empty() {
        return Err(Flaw("a span has no text".into()));
    }
    let count = places(sent, text).count();
    if count == 0 {
        return Err(Flaw(format!("{text:?} does not stand in the message, letter by letter")));
    }
    let nth = occurrence.checked_sub(1).and_then(|before| places(sent, text).nth(before));
    nth.ok_or_else(|| Flaw(format!("{text:?} stands in the message {count} time(s), not {occurrence}")))
}

/// All places of whole words, in bytes: "3" does not stand in "13", and "art" not in "start".
fn places(text: &str, words: &str) -> impl Iterator<Item = Range<usize>> {
    let same_word = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => a.is_alphabetic() && b.is_alphabetic() || a.is_numeric() && b.is_numeric(),
        _ => false,
    };
    text.match_indices(words).map(|(start, words)| start..start + words.len()).filter(move |place| {
        let (inside, before, after) = (&text[place.clone()], &text[..place.start], &text[place.end..]);
        !same_word(before.chars().next_back(), inside.chars().next())
            && !same_word(inside.chars().next_back(), after.chars().next())
    })
}

/// The spans by the rules of the guide that need no model, as the local model's are: trimmed, and one run of times one
/// span.
fn spans(found: Vec<(Kind, Range<usize>)>, sent: &str, text: &str) -> Vec<Span> {
    let mut joined: Vec<(Kind, Range<usize>)> = Vec::with_capacity(found.len());
    for (kind, place) in found {
        match joined.last_mut() {
            Some((before, run))
                if kind.0 == Slot::When && *before == kind && tidy::joins(&sent[run.end..place.start]) =>
            {
                run.end = place.end;
            }
            _ => joined.push((kind, place)),
        }
    }
    let characters: Vec<char> = text.chars().collect();
    let span = |((slot, role), place): (Kind, Range<usize>)| {
        let covered = tidy::trimmed(slot, &sent[place.clone()]);
        let start = sent[..place.start + covered.start].chars().count();
        let end = start + sent[place][covered].chars().count();
        let text: String = characters.get(start..end)?.iter().collect();
        (start < end).then_some(Span { slot, start, end, text, role })
    };
    joined.into_iter().filter_map(span).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::{Intent, Slot, SpanRole};

    use super::{Answer, SCHEMA, read};
    use crate::annotated::Annotated;

    fn says(answer: &str, text: &str) -> Result<protocol::Interpretation, String> {
        read(answer, text, text).map_err(|flaw| flaw.0)
    }

    fn pointing(kind: &str, words: &str, occurrence: usize) -> String {
        let span = serde_json::json!({"kind": kind, "text": words, "occurrence": occurrence});
        serde_json::json!({"intents": ["book"], "spans": [span]}).to_string()
    }

    #[test]
    fn the_schema_has_the_whole_vocabulary_and_nothing_else() {
        let intents = SCHEMA["properties"]["intents"]["items"]["enum"].as_array().unwrap();
        assert_eq!(intents.len(), Intent::ALL.len());
        let kinds = SCHEMA["properties"]["spans"]["items"]["properties"]["kind"]["enum"].as_array().unwrap();
        assert_eq!(kinds.len(), Slot::ALL.len() - 1 + SpanRole::ALL.len());
        assert!(kinds.contains(&"when.excluded".into()) && kinds.contains(&"service".into()));
    }

    #[test]
    fn pointers_become_offsets_in_characters() {
        let text = "Grüße! At 3, not at 13 but at 3 — ja";
        let found = says(&pointing("when.wanted", "3", 2), text).unwrap();
        assert_eq!(found.intents[0].name, Intent::Book);
        let span = &found.spans[0];
        assert_eq!((span.start, span.end, span.text.as_str()), (30, 31, "3"));
        assert_eq!((span.slot, span.role), (Slot::When, Some(SpanRole::Wanted)));
    }

    #[test]
    fn the_words_are_taken_from_the_message_not_from_what_was_sent() {
        let (text, sent) = ("for Ann ann@example.org", "for Ann ###@#######.###");
        let found = read(&pointing("name", "Ann ###@#######.###", 1), sent, text).unwrap();
        assert_eq!(found.spans[0].text, "Ann ann@example.org");
    }

    #[test]
    fn what_cannot_be_is_named() {
        let text = "a haircut at 3, or at 13";
        for (answer, flaw) in [
            ("", "not JSON"),
            ("{\"intents\": [\"book\"]", "not JSON"),
            ("{\"intents\": []}", "missing field `spans`"),
            ("{\"intents\": [], \"spans\": [], \"date\": \"2026-11-24\"}", "unknown field `date`"),
            ("{\"intents\": [\"pay\"], \"spans\": []}", "no intent \"pay\""),
            (&pointing("when", "3", 1), "no kind of span \"when\""),
            (&pointing("when.wanted", "15:00", 1), "does not stand in the message"),
            (&pointing("when.wanted", "3", 2), "1 time(s), not 2"),
            (&pointing("when.wanted", "3", 0), "1 time(s), not 0"),
            (&pointing("service", "hair", 1), "does not stand"),
            (&pointing("service", "Haircut", 1), "does not stand"),
            (&pointing("service", " ", 1), "no text"),
        ] {
            let said = says(answer, text).unwrap_err();
            assert!(said.contains(flaw), "{answer}: {said}");
        }
        let overlapping = r#"{"intents": [], "spans": [
            {"kind": "when.wanted", "text": "at 3", "occurrence": 1},
            {"kind": "service", "text": "haircut at", "occurrence": 1}]}"#;
        assert!(says(overlapping, text).unwrap_err().contains("overlap"));
    }

    #[test]
    fn spans_end_where_the_guide_says() {
        let answer = r#"{"intents": [], "spans": [
            {"kind": "when.wanted", "text": "at 3", "occurrence": 1},
            {"kind": "when.wanted", "text": "on Tuesday,", "occurrence": 1}]}"#;
        let found = says(answer, "on Tuesday, at 3").unwrap();
        let words: Vec<&str> = found.spans.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(words, ["Tuesday, at 3"]);
    }

    #[test]
    fn an_annotated_message_reads_back() {
        for line in [
            "reschedule,deny | - | no not {when-:tuesday}, could you move my {when=:friday 10am} to {when:wednesday}?",
            "book | - | {when:3} or 13 or rather {when:3} for {name:Zoë}",
        ] {
            let message = Annotated::parse(line).unwrap();
            let answer = Answer::of(&message.text, &message.intents, &message.spans);
            let found = says(&serde_json::to_string(&answer).unwrap(), &message.text).unwrap();
            assert_eq!(found.spans, message.spans);
            let intents: Vec<Intent> = found.intents.iter().map(|scored| scored.name).collect();
            assert_eq!(intents, message.intents);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_points_into_the_message(
            text in "[a-c 3é,@.#]{0,24}",
            pointers in prop::collection::vec(("[a-c 3é,]{0,6}", 0_usize..4, 0_usize..8), 0..5),
        ) {
            let kinds: Vec<String> = super::kinds().map(super::kind_name).collect();
            let spans: Vec<_> = pointers
                .iter()
                .map(|(words, nth, kind)| serde_json::json!({"kind": kinds[*kind], "text": words, "occurrence": nth}))
                .collect();
            let answer = serde_json::json!({"intents": ["greet"], "spans": spans}).to_string();
            if let Ok(found) = says(&answer, &text) {
                let characters: Vec<char> = text.chars().collect();
                let mut end = 0;
                for span in &found.spans {
                    prop_assert!(span.start >= end && span.start < span.end);
                    prop_assert_eq!(&span.text, &characters[span.start..span.end].iter().collect::<String>());
                    end = span.end;
                }
            }
        }
    }
}
