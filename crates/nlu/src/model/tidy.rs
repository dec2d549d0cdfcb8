//! The rules of the annotation guide about where a span ends, which need no model: see "Spans" in `models/LABELS.md`.

use std::ops::Range;

use protocol::Slot;

/// Marks that no span begins or ends with. Not the dot: it belongs to "p.m.".
const MARKS: [char; 5] = [',', ';', ':', '!', '?'];
/// Words that lead to a time and are not part of it.
const BEFORE_TIME: [&str; 4] = ["on", "at", "for", "the"];
/// Words that lead on to something else. "On" alone is missing: "from Monday on".
const AFTER_TIME: [&str; 7] = ["on the", "in the", "at the", "the", "at", "of", "for"];
/// Words that belong to a time when they stand inside it.
const INSIDE_TIME: [&str; 4] = ["at", "on", "the", "in"];

/// The part of the words that the span covers, in bytes; empty if none.
pub(crate) fn trimmed(slot: Slot, words: &str) -> Range<usize> {
    let mut rest = bare(words);
    if matches!(slot, Slot::When | Slot::Duration) {
        loop {
            let before = BEFORE_TIME.iter().find_map(|word| strip_first(rest, word));
            let after = || AFTER_TIME.iter().find_map(|word| strip_last(rest, word));
            match before.filter(|_| slot == Slot::When).or_else(after) {
                Some(shorter) => rest = bare(shorter),
                None => break,
            }
        }
    }
    // `rest` is a part of `words`; how far in it starts, only the addresses tell.
    let start = rest.as_ptr().addr() - words.as_ptr().addr();
    start..start + rest.len()
}

/// Whether two times with this text between them are one.
pub(crate) fn joins(between: &str) -> bool {
    let mut words = between.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    words.all(|word| INSIDE_TIME.iter().any(|inside| word.eq_ignore_ascii_case(inside)))
}

fn bare(words: &str) -> &str {
    words.trim_matches(|c: char| c.is_whitespace() || MARKS.contains(&c))
}

fn strip_first<'a>(words: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = words.split_at_checked(word.len())?;
    (first.eq_ignore_ascii_case(word) && rest.starts_with(char::is_whitespace)).then_some(rest)
}

fn strip_last<'a>(words: &'a str, word: &str) -> Option<&'a str> {
    let (rest, last) = words.split_at_checked(words.len().checked_sub(word.len())?)?;
    (last.eq_ignore_ascii_case(word) && rest.ends_with(char::is_whitespace)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use protocol::Slot;

    use super::{joins, trimmed};

    #[test]
    fn a_span_covers_the_words_and_nothing_around_them() {
        for (words, bare) in [
            (" on Tuesday,", "Tuesday"),
            ("at the 5th", "5th"),
            ("3 p.m.", "3 p.m."),
            ("3pm on the", "3pm"),
            ("from Monday on", "from Monday on"),
            ("in two weeks", "in two weeks"),
            ("the", "the"),
            (" , ", ""),
            ("Monday\u{a0}at", "Monday"),
        ] {
            assert_eq!(&words[trimmed(Slot::When, words)], bare, "{words:?}");
        }
        let duration = "an hour and a half of";
        assert_eq!(&duration[trimmed(Slot::Duration, duration)], "an hour and a half");
        assert_eq!(trimmed(Slot::Name, "The Rock"), 0..8);
    }

    #[test]
    fn times_are_joined_over_commas_and_small_words_only() {
        for between in [" ", ", ", " at ", " on the ", ", in the ", ""] {
            assert!(joins(between), "{between:?}");
        }
        for between in [". ", " or ", " not ", " for a haircut at "] {
            assert!(!joins(between), "{between:?}");
        }
    }
}
