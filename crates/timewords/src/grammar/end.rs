//! The ends of ranges.

use chrono_tz::Tz;

use super::clock::Heard;
use super::cursor::{Cursor, Loose};
use crate::Part;
use crate::lex::{Kind, Unit, W};
use crate::syntax::{Clock, DateExpr, MonthExpr};

/// One end of a range, as far as it says.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) date: Option<DateExpr>,
    pub(super) time: Option<Clock>,
    pub(super) part: Option<Part>,
    pub(super) zone: Option<Tz>,
    /// A number that the other end must explain.
    pub(super) number: Option<u32>,
}

impl End {
    pub(super) const fn only_date(&self) -> bool {
        self.date.is_some() && self.time.is_none() && self.number.is_none() && self.part.is_none()
    }
}

impl Cursor<'_> {
    /// One end: a day, a time, both, or a number.
    pub(super) fn end(&mut self, expecting: bool) -> Option<End> {
        self.end_before(expecting, false)
    }

    /// The second end, behind which another range may begin: "Monday to Friday 9 to 5".
    pub(super) fn last_end(&mut self, expecting: bool) -> Option<End> {
        self.end_before(expecting, true)
    }

    /// Whether a range of times begins here.
    pub(super) fn range_of_times(&self) -> bool {
        let mut ahead = *self;
        let begins = ahead.clock().is_some() || ahead.attempt(Self::end_number).is_some();
        let joint = ahead.eat_sign('-').or_else(|| ahead.eat_any(&[W::To, W::Until]).map(|_| ()));
        begins && joint.is_some() && (ahead.clock().is_some() || ahead.attempt(Self::end_number).is_some())
    }

    pub(super) fn end_before(&mut self, expecting: bool, last: bool) -> Option<End> {
        let _ = self.eat_any(&[W::At]).is_some() || self.eat_sign('@').is_some();
        let mut end = End { date: None, time: None, part: None, zone: None, number: None };
        let loose = self.loose;
        self.loose = if expecting { Loose::Hour } else { loose };
        for _ in 0..4 {
            let at = self.at;
            if end.date.is_some() || end.time.is_some() {
                let _ = self.eat_sign(',');
                let _ = self.eat_any(&[W::At, W::On, W::In, W::Of]);
                let _ = self.the();
            }
            if last && end.date.is_some() && self.range_of_times() {
                self.at = at;
                break;
            }
            if end.time.is_none()
                && let Some(Heard::Clock(clock)) = self.clock()
            {
                end.time = Some(clock);
            } else if end.date.is_none()
                && let Some(date) = self.attempt(Self::end_date)
            {
                end.date = Some(date);
            } else if end.part.is_none()
                && (end.date.is_some() || end.time.is_some() || end.number.is_some())
                && let Some(part) = self.attempt(Self::plain_part)
            {
                end.part = Some(part);
            } else if end.time.is_some()
                && end.zone.is_none()
                && let Some(zone) = self.attempt(Self::zone)
            {
                end.zone = Some(zone);
            } else if end.number.is_none()
                && end.time.is_none()
                && let Some(number) = self.attempt(Self::end_number)
            {
                end.number = Some(number);
            } else {
                self.at = at;
                break;
            }
        }
        self.loose = loose;
        (end.date.is_some() || end.time.is_some() || end.number.is_some()).then_some(end)
    }

    pub(super) fn end_date(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        if let Some(day) = self.attempt(|c| {
            // "13th to 15th July": a day whose month the other end says
            let day = c.ordinal()?;
            if matches!(c.word(0), Some(W::Unit(Unit::Day))) {
                c.at += 1;
            }
            if matches!(c.word(0), Some(W::Unit(_) | W::Slot | W::Weekday(..))) {
                return None;
            }
            let month = c.attempt(|c| {
                let _ = c.eat_any(&[W::Of, W::In]);
                c.month_of()
            });
            (1..=31).contains(&day).then_some(())?;
            (day <= 31).then_some(DateExpr::MonthDay { day, month: month.unwrap_or(MonthExpr::Unsaid) })
        }) {
            return Some(day);
        }
        let day = self.date()?;
        if let DateExpr::Weekday { day, .. } = &day
            && let Some(of) = self.attempt(|c| {
                let _ = c.eat_sign(',');
                let _ = c.the();
                c.month_day_end()
            })
        {
            return Some(DateExpr::On { day: *day, of: Box::new(of) });
        }
        Some(day)
    }

    pub(super) fn month_day_end(&mut self) -> Option<DateExpr> {
        let loose = std::mem::replace(&mut self.loose, Loose::Neither);
        let date = self.date();
        self.loose = loose;
        date.filter(|date| matches!(date, DateExpr::MonthDay { .. } | DateExpr::Numeric { .. }))
    }

    pub(super) fn plain_part(&mut self) -> Option<Part> {
        let _ = self.eat(W::In);
        let _ = self.the();
        let W::Part(part) = self.word(0)? else { return None };
        self.at += 1;
        Some(part)
    }

    /// A number that is nothing by itself, below 32.
    pub(super) fn end_number(&mut self) -> Option<u32> {
        let _ = self.the();
        if self.clone().numeric_date().is_some() {
            return None;
        }
        let number = match self.attempt(Self::digits) {
            Some((value, 1 | 2)) => value,
            Some((value, 4)) if (1900..2200).contains(&value) && !value.is_multiple_of(5) => return None,
            Some((value, 3 | 4)) if value / 100 <= 24 && value % 100 < 60 => value,
            Some(_) => return None,
            None => self.cardinal()?,
        };
        let _ = self.eat_sign('.').filter(|()| matches!(self.kind(0), Some(Kind::Sign('-'))));
        (number <= 31 || number >= 100).then_some(number)
    }
}
