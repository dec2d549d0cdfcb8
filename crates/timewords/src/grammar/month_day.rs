//! Days of a month: "21 March", "the 21st", "the 20th of next month".

use super::cursor::{Cursor, Loose};
use crate::lex::{Kind, Unit, W};
use crate::syntax::{DateExpr, MonthExpr, Which};

impl Cursor<'_> {
    /// A month after "of": "December", "next month", "the month".
    pub(super) fn month_of(&mut self) -> Option<MonthExpr> {
        self.attempt(|c| {
            let _ = c.the();
            let which = c.which();
            if matches!(c.word(0), Some(W::Unit(Unit::Month))) {
                c.at += 1;
                return Some(MonthExpr::Offset(match which {
                    Which::Next | Which::Coming => 1,
                    Which::Last => -1,
                    _ => 0,
                }));
            }
            let month = c.month_name()?;
            Some(MonthExpr::Named { month, year: c.year_tail(), which })
        })
    }

    /// The year after a month or day: "2027", ", 2027".
    pub(super) fn year_tail(&mut self) -> Option<i32> {
        self.attempt(|c| {
            let _ = c.eat_any(&[W::Of, W::In]).is_some()
                || c.eat_sign(',').is_some()
                || c.eat_sign('-').is_some();
            let year = c.year()?;
            // "20:10" and "2010 pm" are times.
            let time = c.kind(0) == Some(Kind::Sign(':')) || matches!(c.word(0), Some(W::Pm | W::Am));
            (!time).then_some(year)
        })
    }

    /// "21 March", "March 21st", "the 21st", "the 20th of next month", "8/May/2018", "third day of October".
    pub(super) fn month_day(&mut self) -> Option<DateExpr> {
        self.attempt(Self::day_of_list)
            .or_else(|| self.attempt(Self::day_then_month))
            .or_else(|| self.attempt(Self::month_then_day))
            .or_else(|| self.attempt(Self::day_alone))
    }

    /// Whether a number here is the day of a month that is said.
    pub(super) fn names_a_month_day(&mut self) -> bool {
        self.day_of_list().is_some()
            || matches!(
                self.attempt(Self::day_then_month),
                Some(DateExpr::MonthDay { month: MonthExpr::Named { .. }, .. })
            )
    }

    /// The first day of "18 and 19 June", "the 18th or 19th of June": the month stands behind the last.
    pub(super) fn day_of_list(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let day = self
            .attempt(Self::ordinal)
            .or_else(|| self.digits().filter(|(_, digits)| *digits <= 2).map(|(day, _)| day))?;
        let mut ahead = *self;
        if ahead.eat_any(&[W::And, W::Or]).is_none() {
            ahead.eat_sign(',').or_else(|| ahead.eat_sign('&'))?;
        }
        let _ = ahead.the();
        match ahead
            .nested(|c| c.attempt(Self::day_of_list))
            .or_else(|| ahead.attempt(Self::day_then_month))?
        {
            DateExpr::MonthDay {
                month: month @ (MonthExpr::Named { .. } | MonthExpr::Offset(_)), ..
            } if (1..=31).contains(&day) => Some(DateExpr::MonthDay { day, month }),
            _ => None,
        }
    }

    pub(super) fn day_then_month(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let _ = self.which_this();
        if self.eat(W::Ides).is_some() {
            self.eat(W::Of)?;
            let month = self.month_of()?;
            return Some(DateExpr::MonthDay { day: 15, month });
        }
        let last = self.word(0) == Some(W::Last) && matches!(self.word(1), Some(W::Unit(Unit::Day)));
        let (day, sure) = if last {
            self.at += 1;
            (0, true)
        } else if let Some(day) = self.attempt(Self::ordinal) {
            (day, true)
        } else {
            (self.cardinal()?, false)
        };
        let mut of = false;
        if sure && matches!(self.word(0), Some(W::Unit(Unit::Day))) {
            self.at += 1;
            of = true;
            self.eat(W::Of)?;
        } else if last {
            return None;
        }
        // "7. April", "8/May", "22-Apr"
        let sign = matches!(self.kind(0), Some(Kind::Sign('.' | '/' | '-')));
        if sign && matches!(self.word(1), Some(W::Month(..))) {
            self.at += 1;
        }
        of |= self.eat_any(&[W::Of, W::In]).is_some();
        let doubtful = !of && !sure && matches!(self.word(0), Some(W::Month(5, true)));
        // "2 may come" is no date; "2 May" is.
        if doubtful
            && matches!(self.word(1), Some(W::Other))
            && self.token(0).is_some_and(|token| !token.capital)
        {
            return None;
        }
        let named = matches!(self.word(0), Some(W::Month(..)));
        if !of && !named {
            return None;
        }
        let sign_before_year = self.kind(1) == Some(Kind::Sign('/')) || self.kind(1) == Some(Kind::Sign('-'));
        let mut month = self.month_of()?;
        if sign_before_year && let MonthExpr::Named { year: year @ None, .. } = &mut month {
            *year = self.attempt(|c| {
                c.at += 1;
                c.year()
            });
        }
        // "2 of …" needs a month that is said, "the 20th of the month" does not.
        if day > 31 && !named {
            return None;
        }
        Some(DateExpr::MonthDay { day, month })
    }

    pub(super) fn which_this(&mut self) -> Option<()> {
        (self.word(0) == Some(W::This) && !matches!(self.word(1), Some(W::Month(..) | W::Weekday(..))))
            .then(|| self.at += 1)
    }

    pub(super) fn month_then_day(&mut self) -> Option<DateExpr> {
        let which = self.which();
        let month = self.month_name()?;
        let _ = self.eat_sign(',');
        let _ = self.eat_sign('/');
        let _ = self.the();
        let day = match self.attempt(Self::ordinal) {
            Some(day) => day,
            None => {
                let mut ahead = *self;
                let day = match ahead.attempt(Self::digits) {
                    Some((day, 1 | 2)) => day,
                    Some(_) => return None,
                    None => ahead.cardinal()?,
                };
                // "March 9am", "June 15:00", "May 3 pm" are months with a time.
                if ahead.kind(0) == Some(Kind::Sign(':'))
                    || ahead.meridiem().is_some()
                    || matches!(ahead.word(0), Some(W::OClock | W::O))
                    || (ahead.word(0) == Some(W::H) && ahead.glued(0))
                {
                    return None;
                }
                self.at = ahead.at;
                day
            }
        };
        let year = self.year_tail();
        Some(DateExpr::MonthDay { day, month: MonthExpr::Named { month, year, which } })
    }

    /// "the 21st", "on the 15"; a bare number only where a day was asked for.
    pub(super) fn day_alone(&mut self) -> Option<DateExpr> {
        let before = self.word_before();
        let the = self.the();
        let in_letters = matches!(self.word(0), Some(W::Ordinal(_)));
        let day = if let Some(day) = self.attempt(Self::ordinal) {
            // "the first", "the second one": choices, unless "on" or a weekday stands before.
            let cue = matches!(
                before,
                Some(
                    W::On
                        | W::By
                        | W::Until
                        | W::To
                        | W::Before
                        | W::After
                        | W::From
                        | W::Between
                        | W::Or
                        | W::And
                        | W::Weekday(..)
                )
            ) || self.loose == Loose::Day
                // "the fifteenth" and nothing else: no list of choices is as long.
                || (day > 5 && self.is_done() && self.tokens.len() <= 3);
            let after_weekday = matches!(before, Some(W::Weekday(..)));
            if matches!(
                self.word(0),
                Some(
                    W::Unit(Unit::Week | Unit::Hour | Unit::Month | Unit::Year)
                        | W::Slot
                        | W::Time
                        | W::Counted
                )
            ) {
                return None;
            }
            if in_letters && (!cue || self.picks_a_choice() || (after_weekday && !the)) {
                return None;
            }
            day
        } else {
            let day = self.digits().filter(|(_, digits)| *digits <= 2).map(|(day, _)| day)?;
            let cue = the && !matches!(before, Some(W::Of | W::In)) && day > 0 && self.is_calm();
            let on = before == Some(W::On) && self.is_calm();
            // Asked for the day, "5" is one; "thursday 5", "5pm" and "5:30" are hours all the same.
            let asked =
                self.loose == Loose::Day && !self.names_an_hour() && !matches!(before, Some(W::Weekday(..)));
            if !(cue || on || asked) || self.counts_something() {
                return None;
            }
            day
        };
        if day == 0 {
            return None;
        }
        // "the 15th day"
        if matches!(self.word(0), Some(W::Unit(Unit::Day))) {
            self.at += 1;
        }
        let month = self.attempt(|c| {
            c.eat_any(&[W::Of, W::In])?;
            c.month_of()
        });
        Some(DateExpr::MonthDay { day, month: month.unwrap_or(MonthExpr::Unsaid) })
    }

    /// Whether "the second" goes on as "the second one".
    pub(super) fn picks_a_choice(&self) -> bool {
        matches!(
            self.word(0),
            Some(W::Slot | W::Other | W::Time | W::Part(_) | W::Counted | W::Unit(_) | W::Of)
        )
    }

    /// Whether nothing follows a number that would make it the number of something.
    pub(super) fn is_calm(&self) -> bool {
        match self.kind(0) {
            None => true,
            Some(Kind::Word(w)) => !matches!(
                w,
                W::Other
                    | W::Of
                    | W::Counted
                    | W::Unit(_)
                    | W::AmLetter
                    | W::PmLetter
                    | W::Am
                    | W::Pm
                    | W::H
                    | W::OClock
                    | W::Slot
            ),
            Some(Kind::Sign(sign)) => !matches!(sign, ':' | '%' | '/'),
            _ => false,
        }
    }

    /// Whether what follows makes an hour of the number before it.
    fn names_an_hour(&self) -> bool {
        match self.kind(0) {
            Some(Kind::Word(w)) => matches!(w, W::AmLetter | W::PmLetter | W::Am | W::Pm | W::H | W::OClock),
            Some(Kind::Sign(sign)) => sign == ':',
            _ => false,
        }
    }
}
