//! What never leaves: e-mail addresses and telephone numbers are masked before a message is sent.
//!
//! Every letter and digit of them becomes `#`, one for one. The masked text has as many characters as the message, so
//! what is found in it stands at the same place of the message. Dates and clock times stay readable: whoever is to
//! point at them must see them. Names and whatever else a person tells are not recognised and do leave.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

const MASK: char = '#';
/// Fewer digits are a time, a count or a house number; a telephone number without its area code has seven.
const PHONE_DIGITS: usize = 7;

#[expect(clippy::expect_used, reason = "a constant; every run of the tests compiles it")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well-formed")
}

/// With a domain that ends in letters: "see you @3pm" is none.
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"[^\s@＠<>()\[\],;:"]+[@＠](?:[^\s@＠<>()\[\],;:"./]+\.)+[\p{L}][\p{L}\d-]+"#));
/// Digits with at most three marks between any two: "+49 (0)30 / 555-0100".
static DIGITS: LazyLock<Regex> = LazyLock::new(|| regex(r"\d(?:[\s().\-–/]{0,3}\d)*"));
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x) (?P<y>(?:19|20)\d\d) [-./] (?P<m>\d{1,2}) [-./] (?P<d>\d{1,2})
             | (?P<a>\d{1,2}) \s?[-./\ ]\s? (?P<b>\d{1,2}) \s?[-./\ ]\s? (?:19|20)\d\d
             | (?P<e>\d{1,2}) [./] (?P<f>\d{1,2}) [./] \d\d",
    )
});

/// The message with e-mail addresses and telephone numbers masked, and whether there were any.
pub(super) fn redact(text: &str) -> (String, bool) {
    let mut secret: Vec<Range<usize>> = EMAIL.find_iter(text).map(|found| found.range()).collect();
    for run in DIGITS.find_iter(text) {
        secret.extend(phones(text, run.range()));
    }
    let masked = text.char_indices().map(|(at, c)| {
        let hidden = c.is_alphanumeric() && secret.iter().any(|range| range.contains(&at));
        if hidden { MASK } else { c }
    });
    (masked.collect(), !secret.is_empty())
}

/// The parts of a run of digits, between its dates, that are long enough.
fn phones(text: &str, run: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = run.start;
    for date in DATE.captures_iter(&text[run.clone()]) {
        let Some(whole) = date.get(0) else { continue };
        let place = run.start + whole.start()..run.start + whole.end();
        if is_date(&date) && stands_alone(text, &place) {
            parts.push(start..place.start);
            start = place.end;
        }
    }
    parts.push(start..run.end);
    let digits = |part: &Range<usize>| text[part.clone()].chars().filter(|c| c.is_numeric()).count();
    parts.retain(|part| digits(part) >= PHONE_DIGITS);
    parts
}

fn is_date(date: &regex::Captures<'_>) -> bool {
    let number = |name| date.name(name).and_then(|found| found.as_str().parse::<u32>().ok());
    let day_and_month = |a: u32, b: u32| a.min(b) >= 1 && a.min(b) <= 12 && a.max(b) <= 31;
    [("m", "d"), ("a", "b"), ("e", "f")].into_iter().any(|(a, b)| match (number(a), number(b)) {
        (Some(a), Some(b)) => day_and_month(a, b),
        _ => false,
    })
}

/// "06.12.34.56.78" is no date with something after it.
fn stands_alone(text: &str, place: &Range<usize>) -> bool {
    let mark = |c: char| matches!(c, '.' | '-' | '/');
    let mut before = text[..place.start].chars().rev();
    let joined_before = match before.next() {
        Some(c) if mark(c) => before.next().is_some_and(char::is_numeric),
        Some(c) => c.is_numeric() || c == '+',
        None => false,
    };
    let mut after = text[place.end..].chars();
    let joined_after = match after.next() {
        Some(c) if mark(c) => after.next().is_some_and(char::is_numeric),
        Some(c) => c.is_numeric(),
        None => false,
    };
    !joined_before && !joined_after
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::redact;

    #[test]
    fn addresses_and_numbers_are_masked_one_for_one() {
        for (text, sent) in [
            ("I'm anna.b+x@mail.example.org!", "I'm ####.#+#@####.#######.###!"),
            ("mail <ann@example.org>, please", "mail <###@#######.###>, please"),
            ("zoë@bücher.example", "###@######.#######"),
            ("call +49 (0)30 / 555-0100 at 3", "call +## (#)## / ###-#### at 3"),
            ("call 030 5550100 on 24.11.2026", "call ### ####### on 24.11.2026"),
            ("24.11.2026 0171 5550100", "24.11.2026 #### #######"),
            ("06.12.34.56.78", "##.##.##.##.##"),
            ("555-0100 tomorrow", "###-#### tomorrow"),
            ("٠١٢٣٤٥٦٧٨", "#########"),
        ] {
            let (masked, any) = redact(text);
            assert_eq!(masked, sent);
            assert!(any);
        }
    }

    #[test]
    fn times_can_still_be_read() {
        for text in [
            "Tuesday at 3, or 15:30",
            "on 2026-11-24 at 15:30",
            "24.11.2026 15.30",
            "24/11/2026 14:00-15:00 or 25/11/2026",
            "11/24/26",
            "24 11 2026",
            "2026-11-24",
            "see you @3pm",
            "from 9 to 12 on the 3rd, 4th or 5th",
            "1 2 3 4",
        ] {
            assert_eq!(redact(text), (text.to_owned(), false));
        }
    }

    proptest! {
        #[test]
        fn the_length_in_characters_stays(text in "(\\PC{0,8}|[0-9 +/.@a-z-]{0,24}){0,6}") {
            let (masked, any) = redact(&text);
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            prop_assert_eq!(any, masked != text);
            for (a, b) in text.chars().zip(masked.chars()) {
                prop_assert!(a == b || b == '#');
            }
        }

        #[test]
        fn no_long_number_survives(number in "[1-9][0-9]{8,14}") {
            let (masked, _) = redact(&format!("my number is {number}, thanks"));
            prop_assert!(!masked.contains(|c: char| c.is_ascii_digit()));
        }
    }
}
