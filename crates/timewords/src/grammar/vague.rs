//! "soon", "as soon as possible", "any time".

use super::cursor::Cursor;
use crate::lex::{Unit, W};
use crate::{Part, Vague};

impl Cursor<'_> {
    /// "see you soon", "talk later", "later, gator": a farewell.
    fn takes_leave(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let before = before.and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default();
        let farewell = ["you", "ya", "u", "cya", "talk", "speak", "bye", "chat"];
        farewell.iter().any(|word| before.eq_ignore_ascii_case(word))
            || (self.at == 0 && self.word(1) == Some(W::Other))
    }

    /// Whether this word ends what was said of a day.
    pub(super) fn is_after_a_day(&self) -> bool {
        self.token(1).is_none() && matches!(self.word_before(), Some(W::Weekday(..) | W::Tomorrow | W::Today))
    }

    /// Words that say roughly when, and the part of the day some of them name.
    pub(super) fn vague(&mut self) -> Option<(Vague, Option<Part>)> {
        let _ = self.the();
        let any_unit = |w| matches!(w, Some(W::Time | W::Unit(Unit::Day) | W::Slot));
        let (vague, part) = match self.word(0)? {
            // "early" or "late" and nothing else
            W::Early if self.tokens.len() == 1 => (Vague::First, Some(Part::Morning)),
            W::Late if self.tokens.len() == 1 => (Vague::Last, None),
            W::As => {
                let vague = match self.word(1)? {
                    W::Soon | W::Earliest | W::Early => Vague::First,
                    W::Late => Vague::Last,
                    _ => return None,
                };
                self.at += 2;
                self.eat(W::As)?;
                // "as soon as possible", "as soon as you can"
                if self.eat(W::Possible).is_none() {
                    if !self.letters(0).eq_ignore_ascii_case("you")
                        && !self.letters(0).eq_ignore_ascii_case("i")
                    {
                        return None;
                    }
                    self.at += 2.min(self.tokens.len() - self.at);
                }
                return Some((vague, None));
            }
            W::Asap => (Vague::First, None),
            // "what do I do now" asks for nothing; "now" or "right now" alone does.
            W::Now if self.tokens.len() <= 3 => (Vague::First, None),
            W::Earliest => {
                self.at += 1;
                let _ = self.eat_any(&[W::Possible, W::Available]);
                let _ = self.eat_any(&[W::Slot, W::Time]);
                return Some((Vague::First, None));
            }
            W::Latest if matches!(self.word(1), Some(W::Possible | W::Available | W::Slot | W::Time)) => {
                self.at += 2;
                return Some((Vague::Last, None));
            }
            W::Ordinal(1) | W::Next if self.word(1) == Some(W::Available) => {
                self.at += 2;
                let _ = self.eat_any(&[W::Slot, W::Time]);
                return Some((Vague::First, None));
            }
            W::Ordinal(1) if self.word(1) == Some(W::Thing) => {
                self.at += 2;
                return Some((Vague::First, Some(Part::Morning)));
            }
            // "tomorrow first", "Friday last"
            W::Ordinal(1) if self.is_after_a_day() => (Vague::First, None),
            W::Last if self.is_after_a_day() => (Vague::Last, None),
            W::Soon | W::Later if self.takes_leave() => return None,
            W::Soon => {
                self.at += 1;
                // "sooner", "soon as possible"
                if self.eat_all(&[W::As, W::Possible]).is_some() {
                    return Some((Vague::First, None));
                }
                return Some((Vague::Soon, None));
            }
            W::Sometime => (Vague::Soon, None),
            W::Some if self.word(1) == Some(W::Time) => {
                self.at += 1;
                (Vague::Soon, None)
            }
            W::Anytime => (Vague::Any, None),
            W::Any if any_unit(self.word(1)) => {
                self.at += 1;
                (Vague::Any, None)
            }
            // "later this week" has days.
            W::Later if self.clone().segment().is_none() => (Vague::Later, None),
            W::Earlier => (Vague::Earlier, None),
            _ => return None,
        };
        self.at += 1;
        Some((vague, part))
    }
}
