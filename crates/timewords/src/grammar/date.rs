//! Single days.

use chrono::Weekday;

use super::cursor::{Cursor, Loose};
use crate::lex::{Kind, Unit, W};
use crate::resolve::Holiday;
use crate::syntax::{DateExpr, MonthExpr, Which};

impl Cursor<'_> {
    /// A day or a range of days that has a name of its own, without "from", "before" and the like.
    pub(super) fn date(&mut self) -> Option<DateExpr> {
        let day = self.attempt(Self::shifted_day).or_else(|| self.plain_date())?;
        Some(self.date_tail(day))
    }

    /// "… from now", "… next week", "… the 19th" after a day.
    fn date_tail(&mut self, day: DateExpr) -> DateExpr {
        // "Thursday week", "tomorrow week"
        if matches!(
            day,
            DateExpr::Weekday { which: Which::Bare | Which::This, .. } | DateExpr::Relative(0 | 1)
        ) && self.word(0) == Some(W::Unit(Unit::Week))
        {
            self.at += 1;
            return DateExpr::Shift { amount: 1, unit: Unit::Week, from: Box::new(day) };
        }
        day
    }

    fn plain_date(&mut self) -> Option<DateExpr> {
        self.attempt(Self::numeric_date)
            .or_else(|| self.attempt(Self::relative_day))
            .or_else(|| self.attempt(Self::nth_in_month))
            .or_else(|| self.attempt(Self::weekday_date))
            .or_else(|| self.attempt(Self::month_day))
            .or_else(|| self.attempt(Self::holiday))
            .or_else(|| self.attempt(Self::period))
    }

    /// "today", "the day after tomorrow".
    fn relative_day(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        if matches!(self.word(0), Some(W::Unit(Unit::Day)))
            && self.word(1) == Some(W::After)
            && self.word(2) == Some(W::Tomorrow)
        {
            self.at += 3;
            return Some(DateExpr::Relative(2));
        }
        let days = match self.word(0)? {
            W::Today => 0,
            W::Tomorrow => 1,
            W::Overmorrow => 2,
            W::Yesterday => -1,
            // "tonight" is a date and a part of the day; the part is taken as well.
            _ => return None,
        };
        self.at += 1;
        Some(DateExpr::Relative(days))
    }

    /// "Tuesday", "next Tuesday", "Tuesday next week", "Tuesday after next", "last Friday".
    fn weekday_date(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let before = self.word_before();
        let mut which = self.which();
        // "the coming week Friday", "this week Friday", "next week on Tuesday"
        if matches!(which, Which::This | Which::Next | Which::Coming)
            && self.word(0) == Some(W::Unit(Unit::Week))
        {
            let mut ahead = *self;
            ahead.at += 1;
            let _ = ahead.eat_sign(',');
            let _ = ahead.eat(W::On);
            let day = ahead.weekday()?;
            self.at = ahead.at;
            return Some(DateExpr::InWeek { day, weeks: i64::from(which != Which::This) });
        }
        let said = which != Which::Bare;
        let Some(W::Weekday(_, doubtful)) = self.word(0) else { return None };
        let capital = self.token(0).is_some_and(|token| token.capital);
        if doubtful && !said && !capital && !self.weekday_context(before) {
            return None;
        }
        let day = self.weekday()?;
        let in_week = self.attempt(|c| {
            let _ = c.eat_sign(',');
            let of = c.eat_any(&[W::Of, W::In]).is_some();
            let _ = c.the();
            let weeks = match c.word(0)? {
                W::This => 0,
                W::Next | W::Coming | W::Following => 1,
                W::Unit(Unit::Week) if of => return c.after_next(0),
                _ => return None,
            };
            (c.word(1) == Some(W::Unit(Unit::Week))).then(|| c.at += 2)?;
            if matches!(c.kind(0), Some(Kind::Word(W::After))) { c.after_next(weeks) } else { Some(weeks) }
        });
        if let Some(weeks) = in_week {
            return Some(DateExpr::InWeek { day, weeks });
        }
        // "Monday 21": no hour that anybody says so.
        let number = self.attempt(|c| {
            let (number @ 13..=31, 2) = c.digits()? else { return None };
            (c.is_calm() && !matches!(c.kind(0), Some(Kind::Sign('-' | '.'))) && !matches!(c.word(0), Some(W::Month(..) | W::To | W::Of))).then_some(number)
        });
        if let Some(number) = number {
            let of = DateExpr::MonthDay { day: number, month: MonthExpr::Unsaid };
            return Some(DateExpr::On { day, of: Box::new(of) });
        }
        if self.eat_all(&[W::After, W::Next]).is_some()
            || self.eat_all(&[W::After, W::The, W::Next]).is_some()
        {
            which = Which::AfterNext;
        }
        Some(DateExpr::Weekday { day, which })
    }

    /// "week after next": already past "week of".
    fn after_next(&mut self, weeks: i64) -> Option<i64> {
        if self.word(0) == Some(W::Unit(Unit::Week)) {
            self.at += 1;
        }
        if self.eat_all(&[W::After, W::Next]).is_some() { Some(2) } else { Some(weeks) }
    }

    /// Words that could be a weekday are one after "on", before a time and where nothing else is said.
    fn weekday_context(&self, before: Option<W>) -> bool {
        let cue_before = matches!(
            before,
            Some(
                W::On
                    | W::By
                    | W::Until
                    | W::From
                    | W::To
                    | W::Or
                    | W::And
                    | W::Not
                    | W::Except
                    | W::Before
                    | W::After
                    | W::Every
            )
        );
        let cue_after = match self.kind(1) {
            None => self.at == 0 || cue_before,
            Some(Kind::Number { .. } | Kind::Ordinal(_)) => true,
            Some(Kind::Sign(sign)) => cue_before || self.at == 0 || matches!(sign, ',' | '-' | '/'),
            Some(Kind::Word(w)) => matches!(
                w,
                W::At
                    | W::Part(_)
                    | W::Month(..)
                    | W::Next
                    | W::This
                    | W::Or
                    | W::And
                    | W::After
                    | W::Before
                    | W::Noon
                    | W::Weekday(..)
                    | W::To
                    | W::Between
            ),
        };
        cue_before || cue_after
    }

    /// "this", "next", "coming", "this coming".
    pub(super) fn which(&mut self) -> Which {
        let first = match self.word(0) {
            Some(W::This) => Which::This,
            Some(W::Next) => Which::Next,
            Some(W::Coming) => Which::Coming,
            Some(W::Following) => Which::Next,
            Some(W::Last | W::Previous) => Which::Last,
            _ => return Which::Bare,
        };
        self.at += 1;
        if first == Which::This && matches!(self.word(0), Some(W::Coming | W::Next)) {
            self.at += 1;
            return Which::Coming;
        }
        first
    }

    /// "first Monday in December", "last Friday of the month", "second Monday of next month".
    fn nth_in_month(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let n = if self.eat(W::Last).is_some() { -1 } else { i32::try_from(self.ordinal()?).ok()? };
        let day = self.weekday()?;
        if self.eat_any(&[W::Of, W::In]).is_none() {
            self.month_word()?;
        }
        let month = self.month_of()?;
        Some(DateExpr::NthInMonth { n, day, month })
    }

    fn month_word(&self) -> Option<()> {
        let at = usize::from(matches!(self.word(0), Some(W::Next | W::This)));
        matches!(self.word(at), Some(W::Month(..) | W::Unit(Unit::Month))).then_some(())
    }

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
    fn month_day(&mut self) -> Option<DateExpr> {
        self.attempt(Self::day_of_list)
            .or_else(|| self.attempt(Self::day_then_month))
            .or_else(|| self.attempt(Self::month_then_day))
            .or_else(|| self.attempt(Self::day_alone))
    }

    /// Whether a number here is the day of a month that is said.
    pub(super) fn names_a_month_day(&mut self) -> bool {
        self.day_of_list().is_some()
            || matches!(self.attempt(Self::day_then_month), Some(DateExpr::MonthDay { month: MonthExpr::Named { .. }, .. }))
    }

    /// The first day of "18 and 19 June", "the 18th or 19th of June": the month stands behind the last.
    fn day_of_list(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let day = self.attempt(Self::ordinal).or_else(|| self.digits().filter(|(_, digits)| *digits <= 2).map(|(day, _)| day))?;
        let mut ahead = *self;
        if ahead.eat_any(&[W::And, W::Or]).is_none() {
            ahead.eat_sign(',').or_else(|| ahead.eat_sign('&'))?;
        }
        let _ = ahead.the();
        match ahead.attempt(Self::day_of_list).or_else(|| ahead.attempt(Self::day_then_month))? {
            DateExpr::MonthDay { month: month @ (MonthExpr::Named { .. } | MonthExpr::Offset(_)), .. } if (1..=31).contains(&day) => {
                Some(DateExpr::MonthDay { day, month })
            }
            _ => None,
        }
    }

    fn day_then_month(&mut self) -> Option<DateExpr> {
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

    fn which_this(&mut self) -> Option<()> {
        (self.word(0) == Some(W::This) && !matches!(self.word(1), Some(W::Month(..) | W::Weekday(..))))
            .then(|| self.at += 1)
    }

    fn month_then_day(&mut self) -> Option<DateExpr> {
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
                    || ahead.word(0) == Some(W::OClock)
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
    fn day_alone(&mut self) -> Option<DateExpr> {
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
            ) || self.loose == Loose::Day;
            let after_weekday = matches!(before, Some(W::Weekday(..)));
            if matches!(self.word(0), Some(W::Unit(Unit::Week | Unit::Hour | Unit::Month | Unit::Year) | W::Slot | W::Time | W::Counted)) {
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
            if !(cue || on || self.loose == Loose::Day) || self.counts_something() {
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
    fn picks_a_choice(&self) -> bool {
        matches!(
            self.word(0),
            Some(W::Slot | W::Other | W::Time | W::Part(_) | W::Counted | W::Unit(_) | W::Of)
        )
    }

    /// Whether nothing follows a number that would make it the number of something.
    fn is_calm(&self) -> bool {
        match self.kind(0) {
            None => true,
            Some(Kind::Word(w)) => !matches!(
                w,
                W::Other
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

    /// "Christmas Eve", "Easter Monday", "New Year's Day".
    fn holiday(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let _ = self.which_this();
        let (holiday, offset) = self.holiday_name()?;
        let year = self.year_tail();
        Some(DateExpr::Holiday { holiday, year, offset })
    }

    fn holiday_name(&mut self) -> Option<(Holiday, i64)> {
        if let Some(W::Holiday(holiday)) = self.word(0) {
            self.at += 1;
            let eve = self.letters(0).eq_ignore_ascii_case("eve");
            if eve {
                self.at += 1;
                return Some((holiday, -1));
            }
            if matches!(self.word(0), Some(W::Unit(Unit::Day))) {
                self.at += 1;
            } else if holiday == Holiday::Easter
                && let Some(W::Weekday(day, _)) = self.word(0)
                && let Some(offset) = match day {
                    Weekday::Mon => Some(1),
                    Weekday::Sun => Some(0),
                    Weekday::Sat => Some(-1),
                    Weekday::Fri => Some(-2),
                    _ => None,
                }
            {
                self.at += 1;
                return Some((holiday, offset));
            }
            return Some((holiday, 0));
        }
        const NAMES: &[(&[&str], Holiday, i64)] = &[
            (&["new", "year's", "eve"], Holiday::NewYear, -1),
            (&["new", "years", "eve"], Holiday::NewYear, -1),
            (&["new", "year", "eve"], Holiday::NewYear, -1),
            (&["new", "year's", "day"], Holiday::NewYear, 0),
            (&["new", "years", "day"], Holiday::NewYear, 0),
            (&["new", "year's"], Holiday::NewYear, 0),
            (&["new", "years"], Holiday::NewYear, 0),
            (&["new", "year"], Holiday::NewYear, 0),
            (&["boxing", "day"], Holiday::Christmas, 1),
            (&["good", "friday"], Holiday::Easter, -2),
            (&["whit", "monday"], Holiday::Pentecost, 1),
            (&["ascension", "day"], Holiday::Easter, 39),
            (&["ash", "wednesday"], Holiday::Easter, -46),
            (&["palm", "sunday"], Holiday::Easter, -7),
            (&["valentine's", "day"], Holiday::Valentine, 0),
            (&["valentines", "day"], Holiday::Valentine, 0),
            (&["st", "patrick's", "day"], Holiday::StPatrick, 0),
            (&["independence", "day"], Holiday::Independence, 0),
            (&["labor", "day"], Holiday::LaborDay, 0),
            (&["memorial", "day"], Holiday::MemorialDay, 0),
            (&["martin", "luther", "king", "day"], Holiday::MartinLutherKing, 0),
            (&["black", "friday"], Holiday::Thanksgiving, 1),
        ];
        let (words, holiday, offset) = NAMES.iter().find(|(words, ..)| {
            words
                .iter()
                .enumerate()
                .all(|(ahead, word)| self.letters(ahead).replace('\u{2019}', "'").eq_ignore_ascii_case(word))
        })?;
        self.at += words.len();
        Some((*holiday, *offset))
    }
}
