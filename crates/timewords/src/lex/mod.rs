//! From characters to words with a meaning, in one pass over the text.

mod spelling;
mod words;

pub(crate) use words::{Unit, W};

/// What a token is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// A word; [`W::Other`] if it says nothing about time.
    Word(W),
    /// Digits, with how many there were. Saturates.
    Number { value: u32, digits: usize },
    /// "21st".
    Ordinal(u32),
    /// Anything else that is not a space.
    Sign(char),
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Byte offsets into the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Nothing stands between it and the token before.
    pub(crate) glued: bool,
    /// Begins with a capital and does not begin the text: "May", as opposed to "may".
    pub(crate) capital: bool,
}

/// Digits beyond this are no time; values are cut there.
const MOST_DIGITS: usize = 9;

/// Cuts the text into tokens. Linear in its length.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut end = start + first.len_utf8();
        let kind = if first.is_ascii_digit() {
            while let Some((_, next)) = rest.next_if(|(_, c)| c.is_ascii_digit()) {
                end += next.len_utf8();
            }
            let digits = text.get(start..end).unwrap_or_default();
            let value =
                digits.get(..MOST_DIGITS.min(digits.len())).and_then(|d| d.parse().ok()).unwrap_or(u32::MAX);
            Kind::Number { value, digits: digits.len() }
        } else if first.is_alphabetic() {
            while let Some(&(at, c)) = rest.peek() {
                let letter = |s: &str| s.chars().next().is_some_and(char::is_alphabetic);
                let inside = is_apostrophe(c) && text.get(at + c.len_utf8()..).is_some_and(letter);
                if !c.is_alphabetic() && !inside {
                    break;
                }
                rest.next();
                end = at + c.len_utf8();
            }
            Kind::Word(words::meaning(text.get(start..end).unwrap_or_default()))
        } else {
            Kind::Sign(plain(first))
        };
        let glued = out.last().is_some_and(|last| last.end == start);
        let capital = first.is_uppercase() && !out.is_empty();
        out.push(Token { kind, start, end, glued, capital });
        join(&mut out);
    }
    out
}

/// Joins digits with the letters that belong to them: "21st", "2moro".
fn join(out: &mut Vec<Token>) {
    let [.., number, word] = out.as_slice() else { return };
    // "b4"
    let letter_b = number.kind == Kind::Word(W::B) && word.glued;
    if letter_b && word.kind == (Kind::Number { value: 4, digits: 1 }) {
        let joined = Token { kind: Kind::Word(W::Before), end: word.end, ..*number };
        out.truncate(out.len() - 2);
        out.push(joined);
        return;
    }
    let (Kind::Number { value, digits }, Kind::Word(w)) = (number.kind, word.kind) else { return };
    let kind = match w {
        W::OrdinalEnding if digits <= 2 => Kind::Ordinal(value),
        W::Morrow if value == 2 && word.glued => Kind::Word(W::Tomorrow),
        W::Unit(Unit::Day) if value == 2 && word.glued && word.end - word.start == 3 => Kind::Word(W::Today),
        W::Nite if value == 2 && word.glued => Kind::Word(W::Tonight),
        _ => return,
    };
    let joined = Token { kind, end: word.end, ..*number };
    out.truncate(out.len() - 2);
    out.push(joined);
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{b4}' | '`')
}

/// One character for the many that mean the same.
const fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '~' if c != '~' => '-',
        '\u{ff1a}' => ':',
        c if is_apostrophe(c) => '\'',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        tokens(text).into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn digits_and_letters_are_apart() {
        let three = Kind::Number { value: 3, digits: 1 };
        assert_eq!(kinds("3pm"), [three, Kind::Word(W::Pm)]);
        assert_eq!(kinds("21st"), [Kind::Ordinal(21)]);
        assert_eq!(kinds("2moro"), [Kind::Word(W::Tomorrow)]);
        assert_eq!(kinds("tomorrow\u{2019}s"), [Kind::Word(W::Tomorrow)]);
        assert_eq!(kinds("Tusday"), kinds("tuesday"));
        assert_eq!(kinds("mourning"), [Kind::Word(W::Other)]);
    }

    #[test]
    fn long_numbers_and_odd_letters_do_no_harm() {
        assert_eq!(tokens(&"9".repeat(5000)).len(), 1);
        assert_eq!(tokens("\u{130}\u{1F600}\u{301}x").len(), 4);
    }
}
