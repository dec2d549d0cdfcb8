//! How long, and times counted from now or from what exists.

use super::cursor::Cursor;
use crate::Part;
use crate::lex::{Unit, W};
use crate::syntax::{DateExpr, Said, TimeExpr};

impl Cursor<'_> {
    /// "for 30 minutes", "an hour and a half": how long, not when.
    pub(super) fn add_length(&mut self, said: &mut Said) -> bool {
        if said.duration_minutes.is_some() {
            return false;
        }
        let Some(minutes) = self.attempt(|c| {
            c.eat(W::For)?;
            c.length().or_else(|| {
                // "for 10 days", "for one night": days, not a time of day
                let days = u32::try_from(c.amount()?).ok()?;
                let unit = match c.word(0)? {
                    W::Unit(Unit::Day) | W::Part(Part::Night) => 1,
                    W::Unit(Unit::Week) => 7,
                    _ => return None,
                };
                c.at += 1;
                days.checked_mul(unit * 24 * 60)
            })
        }) else {
            return false;
        };
        said.duration_minutes = Some(minutes);
        true
    }

    /// Minutes: "30 minutes", "1 hour", "an hour and a half", "3 hours 30 minutes", "half an hour", "30'".
    pub(super) fn length(&mut self) -> Option<u32> {
        self.attempt(|c| {
            if c.eat(W::Half).is_some() {
                c.eat_any(&[W::A, W::AmLetter]);
                return (c.unit()? == Unit::Hour).then_some(30);
            }
            let amount = u32::try_from(c.amount()?).ok()?;
            if c.eat_sign('\'').is_some() {
                return Some(amount);
            }
            let and_half = c.eat_all(&[W::And, W::AmLetter, W::Half]).is_some();
            let minutes = match c.unit()? {
                Unit::Minute => amount,
                Unit::Hour => amount.checked_mul(60)?,
                _ => return None,
            };
            if minutes % 60 == 0 && (and_half || c.eat_all(&[W::And, W::AmLetter, W::Half]).is_some()) {
                return minutes.checked_add(30);
            }
            if minutes % 60 == 0 {
                let more = c.attempt(|c| {
                    let _ = c.eat(W::And);
                    let more = u32::try_from(c.amount()?).ok()?;
                    (c.unit()? == Unit::Minute).then_some(more)
                });
                return minutes.checked_add(more.unwrap_or(0));
            }
            Some(minutes)
        })
    }

    /// "same time", "an hour later", "the day after", "in 30 minutes".
    pub(super) fn add_reference(&mut self, said: &mut Said) -> bool {
        if said.time.is_none()
            && let Some(time) = self.attempt(Self::relative_time)
        {
            said.time = Some(time);
            return true;
        }
        if said.date.is_none()
            && let Some(date) = self.attempt(Self::relative_to_existing)
        {
            said.date = Some(date);
            return true;
        }
        false
    }

    pub(super) fn relative_time(&mut self) -> Option<TimeExpr> {
        if self.word(0) == Some(W::The) && self.word(1) == Some(W::Same) || self.word(0) == Some(W::Same) {
            let _ = self.the();
            self.eat(W::Same)?;
            return self.eat(W::Time).map(|()| TimeExpr::Same);
        }
        let lead = self.eat_any(&[W::In, W::Within, W::After]).is_some();
        let _ = self.eat(W::Around);
        let minutes = i64::from(self.length()?);
        match self.word(0) {
            Some(W::From) if self.word(1) == Some(W::Now) => {
                self.at += 2;
                Some(TimeExpr::FromNow(minutes))
            }
            Some(W::Hence) => {
                self.at += 1;
                Some(TimeExpr::FromNow(minutes))
            }
            Some(W::Later) => {
                self.at += 1;
                Some(TimeExpr::Shifted(minutes))
            }
            Some(W::Earlier) => {
                self.at += 1;
                Some(TimeExpr::Shifted(-minutes))
            }
            _ => lead.then_some(TimeExpr::FromNow(minutes)),
        }
    }

    pub(super) fn relative_to_existing(&mut self) -> Option<DateExpr> {
        let the = self.the();
        if self.eat(W::Same).is_some() {
            return (self.word(0) == Some(W::Unit(Unit::Day))).then(|| {
                self.at += 1;
                DateExpr::FromExisting(0)
            });
        }
        let which = self.eat_any(&[W::Following]);
        let Some(W::Unit(unit @ (Unit::Day | Unit::Week))) = self.word(0) else { return None };
        self.at += 1;
        let days = if unit == Unit::Day { 1 } else { 7 };
        if which.is_some() {
            return (unit == Unit::Day).then_some(DateExpr::FromExisting(days));
        }
        let direction = match self.eat_any(&[W::After, W::Later, W::Before, W::Earlier])? {
            W::After | W::Later => 1,
            _ => -1,
        };
        let alone = !matches!(
            self.word(0),
            Some(
                W::Tomorrow | W::Next | W::The | W::Weekday(..) | W::Month(..) | W::Holiday(_) | W::Yesterday
            )
        );
        (alone && (the || self.at == 2)).then_some(DateExpr::FromExisting(days * direction))
    }
}
