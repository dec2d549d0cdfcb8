//! Whatever people type: no panic, and spans that point at their words.

mod common;

use std::sync::LazyLock;

use nlu::Model;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use protocol::{Asked, Slot, Span};

#[expect(clippy::unwrap_used, reason = "a fixture that cannot be loaded is a failed test")]
static MODEL: LazyLock<Model> = LazyLock::new(|| Model::load(&common::tiny_model()).unwrap());

/// What has broken tokenizers and offsets elsewhere: letters that grow or vanish when lower-cased or stripped of
/// accents, marks without a letter, characters of several scalars, invisible ones, and the tokenizer's own tokens.
const NASTY: &[&str] = &[
    "İstanbul",
    "ẞ",
    "ŉ",
    "ﬁ",
    "ﬃ",
    "Ǆ",
    "é",
    "e\u{301}",
    "\u{301}\u{301}",
    "각",
    "\u{1100}\u{1161}",
    "日本語で火曜",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "👍🏽",
    "\u{200d}",
    "\u{200b}",
    "\u{feff}",
    "\u{0}",
    "\u{7f}",
    "\u{fffd}",
    "\u{ad}",
    "\r\n",
    "\u{2028}",
    "\u{a0}",
    "\u{3000}",
    "[SEP]",
    "[CLS]",
    "[PAD]",
    "##ing",
    "שָׁלוֹם",
    "الثلاثاء",
    "नमस्ते",
    "ไทย",
    "𝓣𝓾𝓮",
    "Ⅷ",
    "①",
    "½",
    "ͅ",
    "ΑΣ",
    "q̣̇",
];

fn text() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        3 => "[a-zA-Z0-9]{1,9}",
        2 => "[ ,.:;!?'\"()-]{1,3}",
        2 => prop::sample::select(NASTY).prop_map(String::from),
        2 => prop::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
        1 => "[\u{300}-\u{36f}]{1,4}",
    ];
    prop::collection::vec(fragment, 0..10).prop_map(|fragments| fragments.concat())
}

fn asked() -> impl Strategy<Value = Option<Asked>> {
    prop::option::of(prop::sample::select(Asked::ALL))
}

fn check(text: &str, spans: &[Span]) {
    let chars: Vec<char> = text.chars().collect();
    let mut end = 0;
    for span in spans {
        assert!(end <= span.start && span.start < span.end && span.end <= chars.len(), "{text:?} {span:?}");
        end = span.end;
        assert_eq!(span.text, String::from_iter(&chars[span.start..span.end]), "{text:?}");
        assert_eq!(span.text, span.text.trim(), "{text:?}");
        assert_eq!(span.role.is_some(), span.slot == Slot::When);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000,
        rng_seed: RngSeed::Fixed(20_261_123),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn spans_point_at_their_words((text, asked) in (text(), asked())) {
        check(&text, &MODEL.understand(&text, asked).unwrap().interpretation.spans);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        rng_seed: RngSeed::Fixed(20_261_123),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_word_is_found_where_it_stands((before, after) in (text(), text())) {
        let start = before.chars().count() + 1;
        let reading = MODEL.read(&format!("{before} Tuesday {after}"), None).unwrap();
        prop_assert!(reading.offsets.contains(&(start, start + 7)), "{:?}", reading.offsets);
        prop_assert_eq!(reading.offsets.len(), reading.tags.len());
    }
}

#[test]
fn offsets_count_characters_of_the_original() {
    for (text, offsets) in [
        ("Zoë 3pm", vec![(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7)]),
        ("e\u{301}2", vec![(0, 1), (2, 3)]),
        ("İ2", vec![(0, 1), (1, 2)]),
        ("日日", vec![(0, 1), (1, 2)]),
        // Emoji that answer are read as words: y, e, s.
        ("👍🏽 a", vec![(0, 1), (0, 1), (0, 1), (3, 4)]),
        ("a👍b", vec![(0, 1), (1, 2), (1, 2), (1, 2), (2, 3)]),
        ("\u{0}a\u{200b}b", vec![(1, 2), (3, 4)]),
    ] {
        assert_eq!(MODEL.read(text, None).unwrap().offsets, offsets, "{text:?}");
    }
}

#[test]
fn the_tokenizers_own_tokens_are_only_text() {
    let reading = MODEL.read("[SEP]", None).unwrap();
    assert_eq!(reading.offsets.len(), 5);
}

#[test]
fn without_a_known_word_there_is_no_intent() {
    for text in ["", " \t\n", "😡", "\u{0}"] {
        let understood = MODEL.understand(text, Some(Asked::Confirm)).unwrap();
        assert_eq!((understood.interpretation.intents.len(), understood.confidence), (0, 0.0), "{text:?}");
    }
}

#[test]
fn long_texts_are_read_in_windows_and_very_long_ones_by_their_beginning() {
    let word = "Tuesday ";
    for words in [189, 190, 300, 1_000, 50_000] {
        let text = word.repeat(words);
        let reading = MODEL.read(&text, None).unwrap();
        let read = words.min(1_000);
        assert_eq!((reading.offsets.len(), reading.tags.len()), (read, read));
        assert_eq!(reading.offsets[read - 1], ((read - 1) * word.len(), read * word.len() - 1));
        check(&text, &MODEL.understand(&text, None).unwrap().interpretation.spans);
    }
    let unbroken = "x".repeat(100_000);
    check(&unbroken, &MODEL.understand(&unbroken, None).unwrap().interpretation.spans);
}

#[test]
fn what_is_no_model_is_refused() {
    let tiny = common::tiny_model();
    for broken in [&tiny[..0], &tiny[..100], &tiny[..tiny.len() - 1], b"GGUF, but not really one"] {
        assert!(Model::load(broken).is_err());
    }
}
