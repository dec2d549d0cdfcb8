//! Single days.

use super::cursor::Cursor;
use crate::lex::{Kind, Unit, W};
use crate::syntax::{DateExpr, MonthExpr, Which};

impl Cursor<'_> {
    /// A day or a range of days that has a name of its own, without "from", "before" and the like.
    pub(super) fn date(&mut self) -> Option<DateExpr> {
        let day = self.nested(|c| c.attempt(Self::shifted_day).or_else(|| c.plain_date()))?;
        Some(self.date_tail(day))
    }

    /// "… from now", "… next week", "… the 19th" after a day.
    pub(super) fn date_tail(&mut self, day: DateExpr) -> DateExpr {
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

    pub(super) fn plain_date(&mut self) -> Option<DateExpr> {
        self.attempt(Self::numeric_date)
            .or_else(|| self.attempt(Self::relative_day))
            .or_else(|| self.attempt(Self::nth_in_month))
            .or_else(|| self.attempt(Self::weekday_date))
            .or_else(|| self.attempt(Self::month_day))
            .or_else(|| self.attempt(Self::holiday))
            .or_else(|| self.attempt(Self::period))
    }

    /// "today", "the day after tomorrow".
    pub(super) fn relative_day(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        if matches!(self.word(0), Some(W::Unit(Unit::Day)))
            && self.word(1) == Some(W::After)
            && self.word(2) == Some(W::Tomorrow)
        {
            self.at += 3;
            return Some(DateExpr::Relative(2));
        }
        // "the day after Christmas"
        if matches!(self.word(0), Some(W::Unit(Unit::Day)))
            && let Some(W::After | W::Before) = self.word(1)
        {
            let amount = if self.word(1) == Some(W::After) { 1 } else { -1 };
            self.at += 2;
            let from = self.nested(Self::plain_date).filter(DateExpr::is_one_day)?;
            return Some(DateExpr::Shift { amount, unit: Unit::Day, from: Box::new(from) });
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
    pub(super) fn weekday_date(&mut self) -> Option<DateExpr> {
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
            (c.is_calm()
                && !matches!(c.kind(0), Some(Kind::Sign('-' | '.')))
                && !matches!(c.word(0), Some(W::Month(..) | W::To | W::Of)))
            .then_some(number)
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
    pub(super) fn after_next(&mut self, weeks: i64) -> Option<i64> {
        if self.word(0) == Some(W::Unit(Unit::Week)) {
            self.at += 1;
        }
        if self.eat_all(&[W::After, W::Next]).is_some() { Some(2) } else { Some(weeks) }
    }

    /// Words that could be a weekday are one after "on", before a time and where nothing else is said.
    pub(super) fn weekday_context(&self, before: Option<W>) -> bool {
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
    pub(super) fn nth_in_month(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let n = if self.eat(W::Last).is_some() { -1 } else { i32::try_from(self.ordinal()?).ok()? };
        let day = self.weekday()?;
        if self.eat_any(&[W::Of, W::In]).is_none() {
            self.month_word()?;
        }
        let month = self.month_of()?;
        Some(DateExpr::NthInMonth { n, day, month })
    }

    pub(super) fn month_word(&self) -> Option<()> {
        let at = usize::from(matches!(self.word(0), Some(W::Next | W::This)));
        matches!(self.word(at), Some(W::Month(..) | W::Unit(Unit::Month))).then_some(())
    }
}
