//! Ranges and open sides: "from 2 to 4", "between Monday and Wednesday", "after 3pm", "by Friday".

use super::clock::{Heard, with_meridiem};
use super::cursor::{Cursor, Loose};
use chrono_tz::Tz;

use crate::Part;
use crate::lex::{Kind, Unit, W};
use crate::syntax::{Clock, DateExpr, Meridiem, MonthExpr, Said, TimeExpr};

/// One end of a range, as far as it says.
#[derive(Clone, Debug)]
struct End {
    date: Option<DateExpr>,
    time: Option<Clock>,
    part: Option<Part>,
    zone: Option<Tz>,
    /// A number that the other end must explain.
    number: Option<u32>,
}

impl End {
    const fn only_date(&self) -> bool {
        self.date.is_some() && self.time.is_none() && self.number.is_none() && self.part.is_none()
    }
}

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

    fn range(&mut self, so_far: &Said) -> Option<Said> {
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
        let second = self.end(expecting || lead.is_some())?;
        let mut range = unite(
            first,
            second,
            lead.is_some() || so_far.date.is_some() || so_far.part.is_some(),
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

    fn counts_people(&self) -> bool {
        matches!(self.kind(0), Some(Kind::Word(W::Counted | W::Unit(_))))
            || (matches!(self.kind(0), Some(Kind::Word(W::Other)))
                && self.letters(0).len() > 3
                && self.letters(0).ends_with('s'))
    }

    /// One end: a day, a time, both, or a number.
    fn end(&mut self, expecting: bool) -> Option<End> {
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

    fn end_date(&mut self) -> Option<DateExpr> {
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

    fn month_day_end(&mut self) -> Option<DateExpr> {
        let loose = std::mem::replace(&mut self.loose, Loose::Neither);
        let date = self.date();
        self.loose = loose;
        date.filter(|date| matches!(date, DateExpr::MonthDay { .. } | DateExpr::Numeric { .. }))
    }

    fn plain_part(&mut self) -> Option<Part> {
        let _ = self.eat(W::In);
        let _ = self.the();
        let W::Part(part) = self.word(0)? else { return None };
        self.at += 1;
        Some(part)
    }

    /// A number that is nothing by itself, below 32.
    fn end_number(&mut self) -> Option<u32> {
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

    /// "after 3pm", "before Friday", "by noon", "from Monday on", "3 pm or later", "no later than 6".
    fn open_side(&mut self) -> Option<Said> {
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
            let joint = ahead.eat_sign('-').or_else(|| ahead.eat_any(&[W::To, W::Until, W::Through]).map(|_| ()));
            joint.is_some() && ahead.end(true).is_some()
        };
        if later && matches!(side, Side::From | Side::Between) {
            return None;
        }
        let time = match (end.time, end.number) {
            (Some(clock), _) => Some(clock),
            (None, Some(number)) if end.date.is_none() && self.loose == Loose::Day && number <= 31 => {
                let date = DateExpr::MonthDay { day: number, month: MonthExpr::Unsaid };
                return Some(open_date(date, side, included));
            }
            (None, Some(number)) => {
                if self.counts_something() && !matches!(self.word(0), Some(W::Weekend)) {
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
                    Side::Between => return None,
                };
                Said { date: end.date, time: Some(time), part: end.part, zone: end.zone, approximate, ..Said::default() }
            }
            None if end.part.is_some() => return None,
            None => open_date(end.date?, side, included),
        })
    }

    fn begins_with_a_day(&self) -> bool {
        let mut ahead = *self;
        ahead.at += 1;
        let _ = ahead.eat_any(&[W::On, W::From]);
        matches!(ahead.date(), Some(DateExpr::MonthDay { .. } | DateExpr::Numeric { .. } | DateExpr::Ymd { .. } | DateExpr::Weekday { .. } | DateExpr::On { .. }))
    }

    /// Which side is open, and whether a day said for it belongs to it.
    fn side(&mut self) -> Option<(Side, bool)> {
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
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Side {
    After,
    From,
    Before,
    Between,
}

fn open_date(day: DateExpr, side: Side, included: bool) -> Said {
    let day = Box::new(day);
    let date = if side == Side::Before {
        DateExpr::Before { day, included }
    } else {
        DateExpr::After { day, included }
    };
    Said { date: Some(date), ..Said::default() }
}

fn number_clock(number: u32) -> Option<Clock> {
    let (hour, minute) = if number >= 100 { (number / 100, number % 100) } else { (number, 0) };
    Clock::new(hour, minute, None, false)
}

/// Both ends of a range as one thing said.
fn unite(first: End, second: End, expected: bool, loose: Loose) -> Option<Said> {
    let mut said = Said { part: first.part.or(second.part), zone: first.zone.or(second.zone), ..Said::default() };
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
                (Some(a), None) => Some(TimeExpr::After(a)),
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

impl Cursor<'_> {
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
