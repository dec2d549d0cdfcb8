//! From scores per token to spans of the text.

use protocol::{Slot, Span, SpanRole};

use super::ModelError;
use super::file::invalid;
use super::tidy;

/// What a span names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Kind {
    slot: Slot,
    role: Option<SpanRole>,
}

/// The tag of one token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tag {
    Outside,
    /// The first token of a span.
    Begin(Kind),
    /// A further token of it.
    Inside(Kind),
}

impl Tag {
    /// `O`, `B-service`, `I-when.wanted`, …
    fn parse(name: &str) -> Option<Self> {
        let (position, kind) = match name.split_once('-') {
            None => return (name == "O").then_some(Self::Outside),
            Some(parts) => parts,
        };
        let kind = match kind.split_once('.') {
            Some((slot, role)) => Kind { slot: slot.parse().ok()?, role: Some(role.parse().ok()?) },
            None => Kind { slot: kind.parse().ok()?, role: None },
        };
        match position {
            "B" => Some(Self::Begin(kind)),
            "I" => Some(Self::Inside(kind)),
            _ => None,
        }
    }

    /// Whether a token with this tag may stand after one with the other (outside: also at the beginning). No span
    /// begins or ends inside a word: a token that `continues` the word of the one before goes on as that does.
    fn may_follow(self, previous: Self, continues: bool) -> bool {
        match self {
            Self::Inside(kind) => previous == Self::Begin(kind) || previous == Self::Inside(kind),
            Self::Outside => previous == Self::Outside || !continues,
            Self::Begin(_) => !continues,
        }
    }
}

/// Finds the most probable well-formed sequence of tags, and the spans in it.
pub(super) struct Decoder {
    tags: Vec<Tag>,
    temperature: f32,
}

/// A span before it is trimmed, in characters.
struct Found {
    kind: Kind,
    start: usize,
    end: usize,
}

impl Found {
    /// `None` if nothing but marks and white space is left.
    fn span(self, text: &str, bytes: &[usize]) -> Option<Span> {
        let words = &text[bytes[self.start]..bytes[self.end]];
        let covered = tidy::trimmed(self.kind.slot, words);
        let start = self.start + words[..covered.start].chars().count();
        let words = words[covered].to_owned();
        let end = start + words.chars().count();
        let Kind { slot, role } = self.kind;
        (start < end).then_some(Span { slot, start, end, text: words, role })
    }
}

impl Decoder {
    pub fn new(names: &[String], temperature: f32) -> Result<Self, ModelError> {
        let tags: Vec<Tag> = names
            .iter()
            .map(|name| Tag::parse(name).ok_or_else(|| invalid(format!("unknown tag `{name}`"))))
            .collect::<Result<_, _>>()?;
        // Then there is a well-formed sequence for every text.
        if !tags.contains(&Tag::Outside) {
            return Err(invalid("no tag for words outside of spans"));
        }
        Ok(Self { tags, temperature })
    }

    /// The spans, and how sure the least sure of them is (1 without any). `offsets` are in characters of `text`.
    pub fn spans(&self, text: &str, scores: &[Vec<f32>], offsets: &[(usize, usize)]) -> (Vec<Span>, f32) {
        let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let path = self.best_path(scores, &continuations(text, &bytes, offsets));
        let mut found: Vec<Found> = Vec::new();
        let mut sure = 1.0_f32;
        let mut token = 0;
        while token < path.len() {
            let first = token;
            token += 1;
            let Tag::Begin(kind) = self.tags[path[first]] else { continue };
            while token < path.len() && self.tags[path[token]] == Tag::Inside(kind) {
                token += 1;
            }
            // Tokens of one character (a decomposed accent) may share it: never reach back into the span before.
            let floor = found.last().map_or(0, |found| found.end);
            let (start, end) = (offsets[first].0.max(floor), offsets[token - 1].1);
            if start >= end || end >= bytes.len() {
                continue;
            }
            let confidence = |token: usize| self.probability(&scores[token], path[token]);
            sure = (first..token).map(confidence).fold(sure, f32::min);
            match found.last_mut() {
                Some(before)
                    if kind.slot == Slot::When
                        && before.kind == kind
                        && tidy::joins(&text[bytes[before.end]..bytes[start]]) =>
                {
                    before.end = end;
                }
                _ => found.push(Found { kind, start, end }),
            }
        }
        (found.into_iter().filter_map(|found| found.span(text, &bytes)).collect(), sure)
    }

    /// Viterbi over the allowed transitions: the tag of every token.
    fn best_path(&self, scores: &[Vec<f32>], continues: &[bool]) -> Vec<usize> {
        let Some(first) = scores.first() else { return Vec::new() };
        let reach_first = |(&tag, &score): (&Tag, &f32)| {
            if tag.may_follow(Tag::Outside, false) { score } else { f32::NEG_INFINITY }
        };
        let mut best: Vec<f32> = self.tags.iter().zip(first).map(reach_first).collect();
        // For each further token and tag: the tag before it on the best way there.
        let mut back: Vec<Vec<usize>> = Vec::with_capacity(scores.len());
        for (row, &continues) in scores.iter().zip(continues).skip(1) {
            let mut came_from = vec![0; self.tags.len()];
            let mut reached = Vec::with_capacity(self.tags.len());
            for (tag, score) in self.tags.iter().zip(row) {
                let mut highest = f32::NEG_INFINITY;
                for (previous, &before) in best.iter().enumerate() {
                    if before > highest && tag.may_follow(self.tags[previous], continues) {
                        highest = before;
                        came_from[reached.len()] = previous;
                    }
                }
                reached.push(highest + score);
            }
            best = reached;
            back.push(came_from);
        }
        let last = (0..best.len()).reduce(|a, b| if best[b] > best[a] { b } else { a });
        let mut path = vec![last.unwrap_or_default()];
        for came_from in back.iter().rev() {
            path.push(came_from[path[path.len() - 1]]);
        }
        path.reverse();
        path
    }

    fn probability(&self, scores: &[f32], tag: usize) -> f32 {
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let weight = |score: f32| ((score - highest) / self.temperature).exp();
        weight(scores[tag]) / scores.iter().map(|&score| weight(score)).sum::<f32>()
    }
}

/// For each token: whether it continues the word of the token before it.
fn continuations(text: &str, bytes: &[usize], offsets: &[(usize, usize)]) -> Vec<bool> {
    let letter = |at: usize| text[bytes[at]..].chars().next().is_some_and(char::is_alphabetic);
    let mut end = 0;
    let within = |start: usize| start > 0 && start + 1 < bytes.len();
    let mut continues = |&(start, next_end): &(usize, usize)| {
        let touches = start == std::mem::replace(&mut end, next_end);
        touches && within(start) && letter(start - 1) && letter(start)
    };
    offsets.iter().map(&mut continues).collect()
}

#[cfg(test)]
mod tests {
    use protocol::{Slot, SpanRole};

    use super::{Decoder, Tag};

    const TAGS: [&str; 5] = ["O", "B-when.wanted", "I-when.wanted", "B-service", "I-service"];

    fn decoder() -> Decoder {
        Decoder::new(&TAGS.map(String::from), 1.0).unwrap()
    }

    /// Scores that favour the given tags.
    fn favour(tags: &[usize]) -> Vec<Vec<f32>> {
        tags.iter().map(|&tag| (0..TAGS.len()).map(|t| if t == tag { 3.0 } else { 0.0 }).collect()).collect()
    }

    #[test]
    fn tags_are_read_by_name() {
        assert_eq!(Tag::parse("O"), Some(Tag::Outside));
        for wrong in ["X-service", "B-colour", "B-when.perhaps", "B", ""] {
            assert_eq!(Tag::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn spans_point_at_characters() {
        let text = "é Tuesday  at 3";
        let offsets = [(0, 1), (2, 9), (11, 13), (14, 15)];
        let (spans, sure) = decoder().spans(text, &favour(&[3, 1, 2, 2]), &offsets);
        let found: Vec<_> = spans.iter().map(|s| (s.slot, s.role, s.start, s.end, s.text.as_str())).collect();
        let when = (Slot::When, Some(SpanRole::Wanted), 2, 15, "Tuesday  at 3");
        assert_eq!(found, [(Slot::Service, None, 0, 1, "é"), when]);
        assert!(sure > 0.8 && sure < 0.9);
    }

    #[test]
    fn a_span_always_begins_with_its_first_token() {
        // The scores say O I-when I-when; the first of the two can only be read as a beginning.
        let mut scores = favour(&[0, 2, 2]);
        scores[1][1] = 1.0;
        let (spans, _) = decoder().spans("on next day", &scores, &[(0, 2), (3, 7), (8, 11)]);
        assert_eq!((spans.len(), spans[0].text.as_str()), (1, "next day"));
        let (spans, _) = decoder().spans("a b", &favour(&[1, 4]), &[(0, 1), (2, 3)]);
        assert_eq!(spans.len(), 1);
    }

    #[test]
    fn no_span_begins_or_ends_inside_a_word() {
        let offsets = [(0, 4), (4, 7), (8, 9), (9, 11)];
        let (spans, _) = decoder().spans("Tuesday 3pm", &favour(&[1, 0, 1, 2]), &offsets);
        assert_eq!(spans.iter().map(|s| (s.start, s.end)).collect::<Vec<_>>(), [(8, 11)]);
        // A number and the letters after it are two things.
        let (spans, _) = decoder().spans("Tuesday 3pm", &favour(&[3, 4, 1, 0]), &offsets);
        assert_eq!(spans.iter().map(|s| (s.start, s.end)).collect::<Vec<_>>(), [(0, 7), (8, 9)]);
    }

    #[test]
    fn two_beginnings_are_two_spans_and_white_space_is_none() {
        let (spans, _) = decoder().spans("3 4 ", &favour(&[3, 3]), &[(0, 2), (2, 4)]);
        assert_eq!(spans.iter().map(|s| (s.start, s.end)).collect::<Vec<_>>(), [(0, 1), (2, 3)]);
        // But one run of words about time is one span.
        let (spans, _) = decoder().spans("3 4 ", &favour(&[1, 1]), &[(0, 2), (2, 4)]);
        assert_eq!(spans.iter().map(|s| (s.start, s.end)).collect::<Vec<_>>(), [(0, 3)]);
        let (spans, _) = decoder().spans("   ", &favour(&[1]), &[(0, 3)]);
        assert!(spans.is_empty());
    }

    #[test]
    fn pieces_of_one_character_do_not_overlap() {
        let (spans, _) = decoder().spans("가", &favour(&[1, 3]), &[(0, 1), (0, 1)]);
        assert_eq!(spans.len(), 1);
    }
}
