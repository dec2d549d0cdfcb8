//! Open sides: "after 3pm", "by Friday", "no later than 6", "Friday onwards".

use super::cursor::{Cursor, Loose};
use super::range::{number_clock, pair};
use crate::lex::{Unit, W};
use crate::syntax::{Clock, DateExpr, Meridiem, MonthExpr, Said, TimeExpr};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Side {
    After,
    From,
    Before,
}

pub(super) fn open_date(day: DateExpr, side: Side, included: bool) -> Said {
    let day = Box::new(day);
    let date = if side == Side::Before {
        DateExpr::Before { day, included }
    } else {
        DateExpr::After { day, included }
    };
    Said { date: Some(date), ..Said::default() }
}

impl Cursor<'_> {
    /// "after 3pm", "before Friday", "by noon", "from Monday on", "3 pm or later", "no later than 6".
    pub(super) fn open_side(&mut self) -> Option<Said> {
        let (side, included) = self.side()?;
        if self.word(0) == Some(W::Lunch) {
            self.at += 1;
            let at = |hour| Clock::new(hour, 0, Some(Meridiem::Certain), true);
            let time = match side {
                Side::Before => TimeExpr::Before(at(12)?),
                _ => TimeExpr::After(at(13)?),
            };
            return Some(Said { time: Some(time), ..Said::default() });
        }
        let around = self.around();
        if side == Side::After
            && let Some((amount, unit)) = self.attempt(|c| {
                let (amount, unit) = (c.amount()?, c.unit()?);
                matches!(unit, Unit::Day | Unit::Week | Unit::Month | Unit::Workday).then_some((amount, unit))
            })
        {
            let day = DateExpr::Shift { amount, unit, from: Box::new(DateExpr::Relative(0)) };
            return Some(open_date(day, side, true));
        }
        // "after 5 days" and "before two weeks from now" count from now.
        let end = self.end(true)?;
        let approximate = around || end.time.is_some_and(|clock| clock.approximate);
        let later = {
            let mut ahead = *self;
            let joint =
                ahead.eat_sign('-').or_else(|| ahead.eat_any(&[W::To, W::Until, W::Through]).map(|_| ()));
            joint.is_some() && ahead.end(true).is_some()
        };
        if later && side == Side::From {
            return None;
        }
        let time = match (end.time, end.number) {
            (Some(clock), _) => Some(clock),
            // Asked for a day, "after 20" is one; "after 2" is still said of the clock, or it would be "the 2nd".
            (None, Some(number))
                if end.date.is_none() && self.loose == Loose::Day && (13..=31).contains(&number) =>
            {
                let date = DateExpr::MonthDay { day: number, month: MonthExpr::Unsaid };
                return Some(open_date(date, side, included));
            }
            (None, Some(number)) => {
                // "from one place to another"
                let article = self.word_before() == Some(W::Number(1)) && self.word(0) == Some(W::Other);
                if article || self.counts_something() && !matches!(self.word(0), Some(W::Weekend)) {
                    return None;
                }
                Some(number_clock(number)?)
            }
            (None, None) => None,
        };
        // "later than 9:30 but before 11:00"
        if let (Some(from), Side::After | Side::From) = (time, side)
            && let Some(to) = self.attempt(|c| {
                let _ = c.eat_any(&[W::But, W::And]);
                let (Side::Before, _) = c.side()? else { return None };
                let end = c.end(true)?;
                Some((end.time.or_else(|| number_clock(end.number?))?, end.date))
            })
        {
            let (a, b) = pair(from, to.0);
            return Some(Said {
                date: end.date.or(to.1),
                time: Some(TimeExpr::Between(a, b)),
                part: end.part,
                approximate,
                ..Said::default()
            });
        }
        Some(match time {
            Some(clock) => {
                let time = match side {
                    Side::After | Side::From => TimeExpr::After(clock),
                    Side::Before => TimeExpr::Before(clock),
                };
                Said {
                    date: end.date,
                    time: Some(time),
                    part: end.part,
                    zone: end.zone,
                    approximate,
                    ..Said::default()
                }
            }
            None if end.part.is_some() => return None,
            None => open_date(end.date?, side, included),
        })
    }

    pub(super) fn begins_with_a_day(&self) -> bool {
        let mut ahead = *self;
        ahead.at += 1;
        let _ = ahead.eat_any(&[W::On, W::From]);
        matches!(
            ahead.date(),
            Some(
                DateExpr::MonthDay { .. }
                    | DateExpr::Numeric { .. }
                    | DateExpr::Ymd { .. }
                    | DateExpr::Weekday { .. }
                    | DateExpr::On { .. }
            )
        )
    }

    /// Which side is open, and whether a day said for it belongs to it.
    pub(super) fn side(&mut self) -> Option<(Side, bool)> {
        let _ = self.eat_any(&[W::Anytime]).is_some()
            || self.eat_all(&[W::Any, W::Time]).is_some()
            || self.eat(W::Sometime).is_some();
        // "on or before", "at or after"
        let or = self.attempt(|c| {
            c.eat_any(&[W::At, W::On, W::In])?;
            c.eat(W::Or)
        });
        let negated = self.eat_any(&[W::Not, W::No]).is_some();
        let side = match self.word(0)? {
            W::After if !negated => (Side::After, or.is_some()),
            W::After => (Side::Before, true),
            W::Before if !negated => (Side::Before, or.is_some()),
            W::Before => (Side::From, true),
            W::Later | W::Earlier => {
                let later = self.word(0) == Some(W::Later);
                self.at += 1;
                self.eat(W::Than)?;
                return Some(match (later, negated) {
                    (true, false) => (Side::After, false),
                    (true, true) => (Side::Before, true),
                    (false, false) => (Side::Before, false),
                    (false, true) => (Side::From, true),
                });
            }
            _ if negated => return None,
            // "beginning January 7th", as opposed to "beginning of January"
            W::Start if self.begins_with_a_day() => (Side::From, true),
            W::By | W::Until | W::Through => (Side::Before, true),
            // "prior to", "in advance of", "ahead of"
            W::Previous if self.word(1) == Some(W::To) => {
                self.at += 2;
                return Some((Side::Before, false));
            }
            W::In if self.letters(1).eq_ignore_ascii_case("advance") && self.word(2) == Some(W::Of) => {
                self.at += 3;
                return Some((Side::Before, false));
            }
            W::Since => (Side::From, true),
            W::From => (Side::From, true),
            W::Starting => {
                self.at += 1;
                let _ = self.eat_any(&[W::From, W::On, W::At]);
                return Some((Side::From, true));
            }
            W::As => {
                let side = match self.word(1)? {
                    W::Early => Side::From,
                    W::Late => Side::Before,
                    _ => return None,
                };
                self.at += 2;
                self.eat(W::As)?;
                return Some((side, true));
            }
            _ => return None,
        };
        self.at += 1;
        if side.0 == Side::From {
            let _ = self.eat_any(&[W::On]);
        }
        Some(side)
    }

    /// "3 pm or later", "Friday onwards", "4 o'clock at the latest": after what was said.
    pub(super) fn open_afterwards(&mut self, said: &mut Said) -> bool {
        let side = self.attempt(|c| {
            if c.eat(W::Or).is_some() || c.eat(W::And).is_some() {
                return match c.eat_any(&[W::Later, W::After, W::Earlier, W::Before])? {
                    W::Later | W::After => Some(Side::From),
                    _ => Some(Side::Before),
                };
            }
            if c.eat(W::At).is_some() {
                let _ = c.the();
                return match c.eat_any(&[W::Earliest, W::Latest])? {
                    W::Earliest => Some(Side::From),
                    _ => Some(Side::Before),
                };
            }
            if c.eat(W::Starting).is_some() {
                return Some(Side::From);
            }
            None
        });
        let Some(side) = side else { return false };
        match (&said.time, &said.date) {
            (Some(TimeExpr::At(clock)), _) => {
                said.time =
                    Some(if side == Side::From { TimeExpr::After(*clock) } else { TimeExpr::Before(*clock) });
                true
            }
            (None, Some(day)) if !matches!(day, DateExpr::After { .. } | DateExpr::Before { .. }) => {
                said.date = open_date(day.clone(), side, true).date;
                true
            }
            _ => false,
        }
    }

    /// "lunch": the part around noon, as hours.
    pub(super) fn lunch(&mut self) -> Option<TimeExpr> {
        let _ = self.eat(W::At);
        let _ = self.the();
        self.eat(W::Lunch)?;
        if matches!(self.word(0), Some(W::Time)) {
            self.at += 1;
        }
        let at = |hour: u32| Clock::new(hour, 0, Some(Meridiem::Certain), true);
        Some(TimeExpr::Between(at(12)?, at(14)?))
    }
}
