//! Walking over tokens.

use chrono::Weekday;

use crate::lex::{Kind, Token, Unit, W};

/// A position in the tokens. Rules take what they understand and otherwise leave the position as it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
    /// A bare number may be an hour or a day here, whatever surrounds it.
    pub(super) loose: Loose,
    /// A time of day was said before: after "or", a bare number is another.
    pub(super) after_time: bool,
    /// How many days within days are being read.
    pub(super) depth: u8,
}

/// What a bare number means where nothing else says it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Loose {
    Neither,
    Hour,
    Day,
}

impl<'a> Cursor<'a> {
    /// Runs a rule; if it fails, nothing is taken.
    pub(super) fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let at = self.at;
        let result = rule(self);
        if result.is_none() {
            self.at = at;
        }
        result
    }

    /// A rule that may come back to itself, "a week from a week from …": only so deep that it stays linear.
    pub(super) fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        const DEEPEST: u8 = 3;
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    pub(super) fn token(&self, ahead: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + ahead)
    }

    pub(super) fn kind(&self, ahead: usize) -> Option<Kind> {
        self.token(ahead).map(|token| token.kind)
    }

    /// The word ahead, if there is one.
    pub(super) fn word(&self, ahead: usize) -> Option<W> {
        match self.kind(ahead)? {
            Kind::Word(w) => Some(w),
            _ => None,
        }
    }

    /// The word before the position.
    pub(super) fn word_before(&self) -> Option<W> {
        match self.tokens.get(self.at.checked_sub(1)?)?.kind {
            Kind::Word(w) => Some(w),
            _ => None,
        }
    }

    pub(super) fn glued(&self, ahead: usize) -> bool {
        self.token(ahead).is_some_and(|token| token.glued)
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The letters of the token ahead, as written.
    pub(super) fn letters(&self, ahead: usize) -> &'a str {
        self.token(ahead).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    pub(super) fn eat(&mut self, w: W) -> Option<()> {
        (self.word(0) == Some(w)).then(|| self.at += 1)
    }

    /// Takes one of the words.
    pub(super) fn eat_any(&mut self, words: &[W]) -> Option<W> {
        let word = self.word(0).filter(|word| words.contains(word))?;
        self.at += 1;
        Some(word)
    }

    /// Takes these words in order, or none of them.
    pub(super) fn eat_all(&mut self, words: &[W]) -> Option<()> {
        let same = words.iter().enumerate().all(|(ahead, w)| self.word(ahead) == Some(*w));
        same.then(|| self.at += words.len())
    }

    pub(super) fn eat_sign(&mut self, sign: char) -> Option<()> {
        (self.kind(0) == Some(Kind::Sign(sign))).then(|| self.at += 1)
    }

    /// Takes the article, if it stands here.
    pub(super) fn article(&mut self) {
        let _ = self.eat_any(&[W::The, W::A, W::AmLetter]);
    }

    pub(super) fn the(&mut self) -> bool {
        self.eat(W::The).is_some()
    }

    pub(super) fn weekday(&mut self) -> Option<Weekday> {
        let Some(W::Weekday(day, _)) = self.word(0) else { return None };
        self.at += 1;
        // "mon."
        if self.glued(0) && self.letters(0) == "." && self.kind(1) != Some(Kind::Sign('.')) {
            self.at += 1;
        }
        Some(day)
    }

    pub(super) fn month_name(&mut self) -> Option<u32> {
        let Some(W::Month(month, _)) = self.word(0) else { return None };
        self.at += 1;
        if self.glued(0) && self.kind(0) == Some(Kind::Sign('.')) {
            self.at += 1;
        }
        Some(month)
    }

    pub(super) fn unit(&mut self) -> Option<Unit> {
        self.attempt(|c| {
            if let Some(W::Business) = c.word(0)
                && let Some(W::Unit(unit)) = c.word(1)
            {
                c.at += 2;
                return match unit {
                    Unit::Day => Some(Unit::Workday),
                    Unit::Week => Some(Unit::Week),
                    _ => None,
                };
            }
            match c.word(0)? {
                W::Unit(unit) => {
                    c.at += 1;
                    Some(unit)
                }
                W::H => {
                    c.at += 1;
                    Some(Unit::Hour)
                }
                W::Workdays => {
                    c.at += 1;
                    Some(Unit::Workday)
                }
                _ => None,
            }
        })
    }

    /// Digits, with how many there were.
    pub(super) fn digits(&mut self) -> Option<(u32, usize)> {
        let Kind::Number { value, digits } = self.kind(0)? else { return None };
        self.at += 1;
        Some((value, digits))
    }

    /// A number in digits or words below a hundred: "7", "twenty-five".
    pub(super) fn cardinal(&mut self) -> Option<u32> {
        if let Some((value, digits)) = self.attempt(Self::digits) {
            return (digits <= 4).then_some(value).or_else(|| {
                self.at -= 1;
                None
            });
        }
        let W::Number(value) = self.word(0)? else { return None };
        self.at += 1;
        if value >= 20 {
            let dash = usize::from(self.kind(0) == Some(Kind::Sign('-')) && self.glued(0));
            if let Some(W::Number(ones @ 1..=9)) = self.word(dash) {
                self.at += dash + 1;
                return Some(value + ones);
            }
        }
        Some(value)
    }

    /// "21st", "twenty-first", "third".
    pub(super) fn ordinal(&mut self) -> Option<u32> {
        match self.kind(0)? {
            Kind::Ordinal(n) => {
                self.at += 1;
                Some(n)
            }
            Kind::Word(W::Ordinal(n)) => {
                self.at += 1;
                Some(n)
            }
            Kind::Word(W::Number(tens @ (20 | 30))) => {
                let dash = usize::from(self.kind(1) == Some(Kind::Sign('-')));
                let Some(W::Ordinal(ones @ 1..=9)) = self.word(1 + dash) else { return None };
                self.at += 2 + dash;
                Some(tens + ones)
            }
            _ => None,
        }
    }

    /// How many: "3", "a", "a couple of", "few", "half a" is not one.
    pub(super) fn amount(&mut self) -> Option<i64> {
        self.attempt(|c| {
            if let Some(n) = c.cardinal() {
                return Some(i64::from(n));
            }
            let article = c.eat_any(&[W::A, W::AmLetter, W::The]);
            if c.eat(W::Couple).is_some() {
                let _ = c.eat(W::Of);
                return Some(2);
            }
            if c.eat(W::Few).is_some() {
                return Some(3);
            }
            article.filter(|w| *w != W::The).map(|_| 1)
        })
    }

    /// A year of four digits.
    pub(super) fn year(&mut self) -> Option<i32> {
        let Kind::Number { value: value @ 1900..=2199, digits: 4 } = self.kind(0)? else { return None };
        self.at += 1;
        i32::try_from(value).ok()
    }
}
