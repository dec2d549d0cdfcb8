//! Parts of the day.

use super::cursor::Cursor;
use crate::lex::{Unit, W};
use crate::syntax::{DateExpr, Said};
use crate::{Half, Part};

impl Cursor<'_> {
    /// "morning", "early afternoon", "tonight", "first thing", "lunch".
    pub(super) fn add_part(&mut self, said: &mut Said) -> bool {
        if said.part.is_some() {
            // "early" after all, or the same part again: "tonight … in the evening"
            return self
                .attempt(|c| {
                    let (date, part, half) = c.part()?;
                    (date.is_none() && Some(part) == said.part).then_some(())?;
                    said.half = said.half.or(half);
                    Some(())
                })
                .is_some();
        }
        // "early on Friday", "December 6 early"
        if self.word(0) == Some(W::Early)
            && (said.date.is_some() && self.token(1).is_none() || self.early_day())
        {
            self.at += 1;
            said.part = Some(Part::Morning);
            said.half = Some(Half::Early);
            return true;
        }
        // "late tomorrow afternoon"
        if let Some(W::Early | W::Late) = self.word(0)
            && matches!(self.word(1), Some(W::Weekday(..) | W::Tomorrow | W::Today))
            && matches!(self.word(2), Some(W::Part(_)))
            && said.half.is_none()
        {
            said.half = Some(if self.word(0) == Some(W::Late) { Half::Late } else { Half::Early });
            self.at += 1;
            return true;
        }
        let taken = self.attempt(|c| {
            let (date, part, half) = c.part()?;
            (date.is_none() || said.date.is_none()).then_some((date, part, half))
        });
        let Some((date, part, half)) = taken else { return false };
        if date.is_some() {
            said.date = date;
        }
        said.part = Some(part);
        said.half = half.or(said.half);
        true
    }

    /// Whether "early" goes with a single day behind it.
    pub(super) fn early_day(&self) -> bool {
        let mut ahead = *self;
        ahead.at += 1;
        let _ = ahead.eat(W::On);
        matches!(ahead.word(0), Some(W::Weekday(..) | W::Tomorrow | W::Today))
            && !matches!(ahead.word(1), Some(W::Part(_)))
    }

    pub(super) fn part(&mut self) -> Option<(Option<DateExpr>, Part, Option<Half>)> {
        let _ = self.eat(W::In);
        let _ = self.the();
        let _ = self.eat(W::Any);
        let _ = self.eat(W::Very);
        let mut half = match self.eat_any(&[W::Early, W::Late, W::Later, W::Mid]) {
            Some(W::Early) => Some(Half::Early),
            Some(W::Late | W::Later) => Some(Half::Late),
            _ => None,
        };
        let _ = self.eat_sign('-');
        let _ = self.eat(W::In);
        // "the early hours of the morning"
        if self.word(0) == Some(W::Unit(Unit::Hour)) && self.eat_all(&[W::Unit(Unit::Hour), W::Of]).is_none()
        {
            return None;
        }
        let _ = self.the();
        let which = self.eat_any(&[W::This, W::Next, W::Last]);
        let today = (which == Some(W::This)).then_some(DateExpr::Relative(0));
        if half.is_none() {
            half = match self.eat_any(&[W::Early, W::Late]) {
                Some(W::Early) => Some(Half::Early),
                Some(W::Late) => Some(Half::Late),
                _ => None,
            };
        }
        let part = match self.word(0)? {
            W::Part(part) => part,
            W::Tonight | W::Nite => {
                self.at += 1;
                return Some((Some(DateExpr::Relative(0)), Part::Evening, half));
            }
            _ => return None,
        };
        // "good morning" greets.
        let greeted = self.at > 0
            && self.tokens.get(self.at - 1).is_some_and(|t| {
                self.text
                    .get(t.start..t.end)
                    .is_some_and(|w| w.eq_ignore_ascii_case("good") || w.eq_ignore_ascii_case("happy"))
            });
        // "the number of nights", "3 nights"
        let counted = self.letters(0).eq_ignore_ascii_case("nights")
            && (matches!(self.word_before(), Some(W::Of | W::Number(_) | W::Other)) || self.glued(0));
        if greeted || counted {
            return None;
        }
        self.at += 1;
        let date = match which {
            Some(W::Next) => Some(DateExpr::Relative(1)),
            Some(W::Last) => Some(DateExpr::Relative(-1)),
            _ => today,
        };
        Some((date, part, half))
    }
}
