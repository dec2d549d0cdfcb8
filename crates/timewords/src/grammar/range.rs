//! Ranges and open sides: "from 2 to 4", "between Monday and Wednesday", "after 3pm", "by Friday".

use super::clock::with_meridiem;
use super::cursor::{Cursor, Loose};
use super::end::End;
use crate::Part;
use crate::lex::{Kind, W};
use crate::syntax::{Clock, DateExpr, Meridiem, MonthExpr, Said, TimeExpr};

impl Cursor<'_> {
    /// Adds a range or an open side, where its days and times are still free.
    pub(super) fn add_range(&mut self, said: &mut Said) -> bool {
        let taken = self.attempt(|c| {
            let range = c.attempt(Self::open_side).or_else(|| c.attempt(|c| c.range(said)))?;
            merge(said, range)
        });
        let Some(merged) = taken else { return false };
        *said = merged;
        true
    }

    pub(super) fn range(&mut self, so_far: &Said) -> Option<Said> {
        let lead = self.eat_any(&[W::From, W::Between, W::Starting]);
        if lead == Some(W::Starting) {
            let _ = self.eat_any(&[W::From, W::On, W::At]);
        }
        let _ = self.eat_all(&[W::In, W::Between]);
        let between = lead == Some(W::Between) || self.word_before() == Some(W::Between);
        let around = self.around();
        let first = self.end(lead.is_some())?;
        let dash = match self.kind(0)? {
            Kind::Sign('-') => true,
            Kind::Word(W::To | W::Until | W::Through) => false,
            Kind::Word(W::And) if between => false,
            _ => return None,
        };
        self.at += 1;
        if dash {
            let _ = self.eat_any(&[W::To]);
        }
        let expecting = first.time.is_some() || first.number.is_some();
        let second = self.last_end(expecting || lead.is_some())?;
        let mut range = unite(
            first,
            second,
            lead.is_some()
                || so_far.date.is_some()
                || so_far.part.is_some()
                || self.day_follows()
                || (self.is_done() && self.tokens.len() == 3),
            self.loose,
        )?;
        if self.counts_people()
            && !matches!(range.time, Some(TimeExpr::Between(a, b)) if a.meridiem != Meridiem::Bare || b.meridiem != Meridiem::Bare)
            && range.date.is_none()
        {
            return None;
        }
        // "1-2:30 ish"
        if self.eat(W::Ish).is_some() || around {
            range.approximate = around;
        }
        Some(range)
    }

    pub(super) fn counts_people(&self) -> bool {
        matches!(self.kind(0), Some(Kind::Word(W::Counted | W::Unit(_))))
            || (matches!(self.kind(0), Some(Kind::Word(W::Other)))
                && self.letters(0).len() > 3
                && self.letters(0).ends_with('s'))
    }
}

pub(super) fn number_clock(number: u32) -> Option<Clock> {
    let (hour, minute) = if number >= 100 { (number / 100, number % 100) } else { (number, 0) };
    Clock::new(hour, minute, None, false)
}

/// Both ends of a range as one thing said.
fn unite(first: End, second: End, expected: bool, loose: Loose) -> Option<Said> {
    let mut said =
        Said { part: first.part.or(second.part), zone: first.zone.or(second.zone), ..Said::default() };
    let number_day = |end: &End| end.number.filter(|n| (1..=31).contains(n));
    // Days whose month the other end says: "Aug 5 to 16", "13 to 15 July".
    match (&first.date, &second.date) {
        (None, Some(DateExpr::MonthDay { month, .. })) if first.time.is_none() && second.time.is_none() => {
            let day = number_day(&first)?;
            let from = DateExpr::MonthDay { day, month: *month };
            said.date = Some(DateExpr::Between(Box::new(from), Box::new(second.date?)));
            return Some(said);
        }
        (None, Some(numeric @ DateExpr::Numeric { second: month, year, dotted, .. }))
            if first.time.is_none() && second.time.is_none() =>
        {
            let from = DateExpr::Numeric {
                first: number_day(&first)?,
                second: *month,
                year: *year,
                dotted: *dotted,
                next: false,
            };
            said.date = Some(DateExpr::Between(Box::new(from), Box::new(numeric.clone())));
            return Some(said);
        }
        (Some(DateExpr::MonthDay { month, .. }), None)
            if first.only_date() && second.time.is_none() && second.part.is_none() =>
        {
            let to = DateExpr::MonthDay { day: number_day(&second)?, month: *month };
            said.date = Some(DateExpr::Between(Box::new(first.date?), Box::new(to)));
            return Some(said);
        }
        _ => {}
    }
    let clock = |end: &End| {
        let clock = end.time.or_else(|| number_clock(end.number?))?;
        Some(match end.part {
            Some(Part::Morning) => with_meridiem(clock, Meridiem::Am),
            Some(Part::Afternoon | Part::Evening) => with_meridiem(clock, Meridiem::Pm),
            _ => clock,
        })
    };
    match (first.date.clone(), second.date.clone()) {
        (Some(from), Some(to)) => {
            let (from, to) = share_month(from, to);
            said.date = Some(if from == to { from } else { DateExpr::Between(Box::new(from), Box::new(to)) });
            said.time = match (clock(&first), clock(&second)) {
                (Some(a), Some(b)) => {
                    let (a, b) = pair(a, b);
                    Some(TimeExpr::Between(a, b))
                }
                // "move Friday 10am to Wednesday" is no range.
                (Some(_), None) => return None,
                (None, Some(b)) => Some(TimeExpr::Before(b)),
                (None, None) => None,
            };
        }
        (date @ Some(_), None) | (None, date) => {
            let dated = date.is_some();
            // "Monday until 5pm"
            if first.only_date() {
                said.date = date;
                said.time = Some(TimeExpr::Before(clock(&second)?));
                return Some(said);
            }
            let numbers = first.number.is_some() && second.number.is_some() && second.part.is_none();
            if numbers && !dated && loose == Loose::Day {
                let day = |day| DateExpr::MonthDay { day, month: MonthExpr::Unsaid };
                said.date = Some(DateExpr::Between(
                    Box::new(day(number_day(&first)?)),
                    Box::new(day(number_day(&second)?)),
                ));
                return Some(said);
            }
            // Two bare numbers are hours only where a time is expected.
            if numbers && !dated && !expected && loose != Loose::Hour && said.part.is_none() {
                return None;
            }
            let (a, b) = pair(clock(&first)?, clock(&second)?);
            said.date = date;
            said.time = Some(TimeExpr::Between(a, b));
        }
    }
    Some(said)
}

/// A month said at one end goes for both: "23rd to 26th Oct", "April 9th through the 17th".
fn share_month(from: DateExpr, to: DateExpr) -> (DateExpr, DateExpr) {
    match (from, to) {
        (DateExpr::MonthDay { day, month: MonthExpr::Unsaid }, DateExpr::MonthDay { day: last, month }) => {
            (DateExpr::MonthDay { day, month }, DateExpr::MonthDay { day: last, month })
        }
        (DateExpr::MonthDay { day, month }, DateExpr::MonthDay { day: last, month: MonthExpr::Unsaid }) => {
            (DateExpr::MonthDay { day, month }, DateExpr::MonthDay { day: last, month })
        }
        (
            DateExpr::MonthDay { day, month: MonthExpr::Named { month, year: None, which } },
            DateExpr::MonthDay {
                day: last,
                month: MonthExpr::Named { month: last_month, year: year @ Some(_), which: last_which },
            },
        ) => (
            DateExpr::MonthDay { day, month: MonthExpr::Named { month, year, which } },
            DateExpr::MonthDay {
                day: last,
                month: MonthExpr::Named { month: last_month, year, which: last_which },
            },
        ),
        (
            DateExpr::Numeric { first, second, year: None, dotted, next },
            to @ DateExpr::Numeric { year: Some(_), .. },
        ) => {
            let DateExpr::Numeric { year, .. } = to else { return (DateExpr::Impossible, to) };
            (DateExpr::Numeric { first, second, year, dotted, next }, to)
        }
        other => other,
    }
}

/// The half of the day that one end says goes for the other as far as the range then runs forward and is short.
pub(crate) fn pair(first: Clock, second: Clock) -> (Clock, Clock) {
    match (first.meridiem, second.meridiem) {
        (Meridiem::Bare, Meridiem::Bare) => (first, second),
        (Meridiem::Bare, _) => {
            let (am, pm) = (with_meridiem(first, Meridiem::Am), with_meridiem(first, Meridiem::Pm));
            let end = if second.minute == 0 { 24 * 60 } else { second.minute };
            (if pm.minute < end { pm } else { am }, second)
        }
        (_, Meridiem::Bare) => {
            let (am, pm) = (with_meridiem(second, Meridiem::Am), with_meridiem(second, Meridiem::Pm));
            (first, if am.minute > first.minute || pm.minute <= first.minute { am } else { pm })
        }
        _ => (first, second),
    }
}

/// What was said so far with a range, if they do not say the same thing twice.
fn merge(said: &Said, range: Said) -> Option<Said> {
    let mut merged = said.clone();
    match (&said.date, range.date) {
        (_, None) => {}
        (None, date) => merged.date = date,
        // "next week between Wednesday and Friday"
        (Some(of @ (DateExpr::Week(_) | DateExpr::Month(_))), Some(DateExpr::Between(from, to))) => {
            let inside = |day: DateExpr| match day {
                DateExpr::Weekday { day, .. } => Some(DateExpr::On { day, of: Box::new(of.clone()) }),
                _ => None,
            };
            merged.date = Some(DateExpr::Between(Box::new(inside(*from)?), Box::new(inside(*to)?)));
        }
        (Some(DateExpr::Weekday { day, .. }), Some(of @ DateExpr::MonthDay { .. })) => {
            merged.date = Some(DateExpr::On { day: *day, of: Box::new(of) });
        }
        // "tomorrow from 10am to 12am tomorrow"
        (Some(date), Some(same)) if *date == same => {}
        _ => return None,
    }
    match (&said.time, range.time) {
        (_, None) => {}
        (None, time) => merged.time = time,
        // "after 2 … before 5", "at 3 pm … until 4"
        (Some(TimeExpr::After(from)), Some(TimeExpr::Before(to)))
        | (Some(TimeExpr::At(from)), Some(TimeExpr::Before(to))) => {
            let (from, to) = pair(*from, to);
            merged.time = Some(TimeExpr::Between(from, to));
        }
        _ => return None,
    }
    if range.part.is_some() && said.part.is_some() && range.part != said.part {
        return None;
    }
    merged.part = said.part.or(range.part);
    merged.zone = said.zone.or(range.zone);
    merged.approximate |= range.approximate;
    Some(merged)
}
