//! Weeks, months, their beginnings and ends, and days counted from others.

use super::cursor::Cursor;
use crate::lex::{Kind, Unit, W};
use crate::syntax::{DateExpr, MonthExpr, Segment, Which};

impl Cursor<'_> {
    /// "next week", "the weekend", "in March", "end of the month", "the next 3 days", "week of October 6th".
    pub(super) fn period(&mut self) -> Option<DateExpr> {
        self.attempt(Self::segment)
            .or_else(|| self.attempt(Self::counted_period))
            .or_else(|| self.attempt(Self::week_of))
            .or_else(|| self.attempt(Self::nth_week))
            .or_else(|| self.attempt(Self::week_number))
            .or_else(|| self.attempt(Self::whole_period))
    }

    /// "early next week", "end of the month", "rest of the week", "later this month".
    pub(super) fn segment(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let _ = self.eat(W::Very);
        let today = |unit| DateExpr::Segment { segment: Segment::Late, of: Box::new(unit) };
        match self.word(0)? {
            W::Eom => {
                self.at += 1;
                return Some(today(DateExpr::Month(MonthExpr::Offset(0))));
            }
            W::Eow => {
                self.at += 1;
                return Some(today(DateExpr::Week(0)));
            }
            W::Eoy => {
                self.at += 1;
                return Some(today(DateExpr::YearOffset(0)));
            }
            _ => {}
        }
        let segment = match self.word(0)? {
            W::Early | W::Start => Segment::Early,
            W::Mid => Segment::Mid,
            W::Late | W::End => Segment::Late,
            W::Rest | W::Later => Segment::Rest,
            _ => return None,
        };
        self.at += 1;
        let _ = self.eat_sign('-');
        let _ = self.eat_any(&[W::Of, W::In]);
        let _ = self.eat(W::Around);
        let whole =
            self.attempt(Self::week_of).or_else(|| self.attempt(Self::whole_period)).or_else(|| {
                // "end of the month", "rest of my week"
                let _ = self.the();
                if self.word(0) == Some(W::Other) {
                    self.at += 1;
                }
                let W::Unit(unit) = self.word(0)? else { return None };
                self.at += 1;
                period_of(unit, 0)
            })?;
        // "later this week" has days; "later today" is no segment.
        Some(DateExpr::Segment { segment, of: Box::new(whole) })
    }

    /// "next 3 days", "coming two weeks", "2 upcoming weeks", "within 5 days", "the next few days".
    pub(super) fn counted_period(&mut self) -> Option<DateExpr> {
        let within = self.eat_any(&[W::Within, W::In]);
        let _ = self.the();
        let coming = self.eat_any(&[W::Next, W::Coming, W::Following]).is_some();
        if within == Some(W::In) && !coming {
            return None;
        }
        let explicit =
            matches!(self.kind(0), Some(Kind::Number { .. } | Kind::Word(W::Number(_) | W::Few | W::Couple)));
        let mut amount = match self.attempt(Self::amount) {
            Some(amount) => amount,
            None if within == Some(W::Within) && coming => 1,
            None => return None,
        };
        let coming_after = self.eat(W::Coming).is_some();
        if !(coming && explicit) && within != Some(W::Within) && !coming_after {
            return None;
        }
        let mut unit = self.unit()?;
        if unit == Unit::Fortnight {
            (amount, unit) = (amount * 2, Unit::Week);
        }
        if matches!(unit, Unit::Second | Unit::Decade) {
            return None;
        }
        // "within 2 weeks from today"
        let _ = self.attempt(|c| {
            c.eat_any(&[W::From, W::After, W::Of])?;
            c.eat_any(&[W::Now, W::Today])
        });
        Some(DateExpr::Coming { amount, unit })
    }

    /// "the week of October 6th".
    pub(super) fn week_of(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        (self.word(0) == Some(W::Unit(Unit::Week))).then(|| self.at += 1)?;
        self.eat_any(&[W::Of, W::Starting, W::From])?;
        let _ = self.eat(W::On);
        let _ = self.the();
        let day = self.date()?;
        matches!(
            day,
            DateExpr::MonthDay { .. }
                | DateExpr::Numeric { .. }
                | DateExpr::Ymd { .. }
                | DateExpr::Holiday { .. }
                | DateExpr::Weekday { .. }
        )
        .then(|| DateExpr::WeekOf(Box::new(day)))
    }

    /// "the third week of January", "first week in December", "last week of the month".
    pub(super) fn nth_week(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let n = if self.eat(W::Last).is_some() { -1 } else { i32::try_from(self.ordinal()?).ok()? };
        (self.word(0) == Some(W::Unit(Unit::Week))).then(|| self.at += 1)?;
        self.eat_any(&[W::Of, W::In])?;
        let month = self.month_of()?;
        Some(DateExpr::NthWeek { n, month })
    }

    /// "week 31", as ISO 8601 counts them.
    pub(super) fn week_number(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        (self.word(0) == Some(W::Unit(Unit::Week))).then(|| self.at += 1)?;
        let (number @ 1..=53, 1 | 2) = self.digits()? else { return None };
        (!self.counts_something()).then_some(DateExpr::WeekNumber(number))
    }

    /// A week, weekend, month or year as a whole.
    pub(super) fn whole_period(&mut self) -> Option<DateExpr> {
        let before = self.word_before();
        let the = self.the();
        // "all week"
        let _ = self.eat(W::All);
        let which = self.which();
        let offset = match which {
            Which::Next | Which::Coming => 1,
            Which::Last => -1,
            _ => 0,
        };
        let said = which != Which::Bare;
        match self.word(0)? {
            W::Weekend => {
                self.at += 1;
                if self.eat_all(&[W::After, W::Next]).is_some()
                    || self.eat_all(&[W::After, W::The, W::Next]).is_some()
                {
                    return Some(DateExpr::Weekend(Which::AfterNext));
                }
                if !said && !the && self.letters_before_end() {
                    return Some(DateExpr::Weekends);
                }
                Some(DateExpr::Weekend(which))
            }
            W::Unit(Unit::Week)
                if self.letters(0).to_lowercase().ends_with('k')
                    && self.kind(1) == Some(Kind::Sign('-'))
                    && self.letters(2).eq_ignore_ascii_case("end") =>
            {
                self.at += 3;
                Some(DateExpr::Weekend(which))
            }
            W::Unit(Unit::Week) if self.word(1) == Some(W::End) && !self.glued(1) && said => {
                self.at += 2;
                Some(DateExpr::Weekend(which))
            }
            W::Workweek => {
                self.at += 1;
                Some(DateExpr::Workweek(i64::from(offset)))
            }
            W::Business if matches!(self.word(1), Some(W::Unit(Unit::Week))) && said => {
                self.at += 2;
                Some(DateExpr::Workweek(i64::from(offset)))
            }
            W::Workdays => {
                self.at += 1;
                // "weekdays next week"
                let weeks = self.attempt(|c| {
                    let which = c.which();
                    (c.word(0) == Some(W::Unit(Unit::Week)) && which != Which::Bare).then(|| c.at += 1)?;
                    Some(i64::from(which != Which::This))
                });
                Some(weeks.map_or(DateExpr::Workdays, DateExpr::Workweek))
            }
            W::Unit(
                unit @ (Unit::Week | Unit::Month | Unit::Year | Unit::Day | Unit::Fortnight | Unit::Hour),
            ) => {
                if unit == Unit::Week
                    && the
                    && self.word(1) == Some(W::After)
                    && self.word(2) == Some(W::Next)
                {
                    self.at += 3;
                    return Some(DateExpr::Week(2));
                }
                // "the week", "a month" alone say little; "the week" after "all" or alone is this one.
                let alone = the && self.at <= 2 && self.token(1).is_none();
                let all = self.at > 0
                    && self.tokens.get(self.at - 1).is_some_and(|t| {
                        self.text
                            .get(t.start..t.end)
                            .is_some_and(|w| w.eq_ignore_ascii_case("all") || w.eq_ignore_ascii_case("my"))
                    });
                let whole = all && unit != Unit::Day;
                if !(said || alone || whole) {
                    return None;
                }
                self.at += 1;
                // "the week after next"
                if unit == Unit::Week && which != Which::Last && self.eat_all(&[W::After, W::Next]).is_some()
                {
                    return Some(DateExpr::Week(2));
                }
                match (unit, which) {
                    (Unit::Hour, Which::Next) => Some(DateExpr::Coming { amount: 1, unit }),
                    (Unit::Day, Which::Next) => Some(DateExpr::FromExisting(1)),
                    (Unit::Day, _) => None,
                    (Unit::Fortnight, Which::Next | Which::Coming) => {
                        Some(DateExpr::Coming { amount: 2, unit: Unit::Week })
                    }
                    _ => period_of(unit, offset),
                }
            }
            W::Month(month, doubtful) => {
                let capital = self.token(0).is_some_and(|token| token.capital);
                let cue = matches!(
                    before,
                    Some(
                        W::In
                            | W::Of
                            | W::Until
                            | W::By
                            | W::From
                            | W::Since
                            | W::Before
                            | W::After
                            | W::To
                            | W::Or
                            | W::Early
                            | W::Late
                            | W::Mid
                            | W::End
                            | W::Start
                    )
                ) || said
                    || (self.at == 0 && self.is_last_word());
                let spoken = doubtful && !cue && !(capital && month == 3);
                if spoken {
                    return None;
                }
                self.month_name();
                let year = self.year_tail();
                Some(DateExpr::Month(MonthExpr::Named { month, year, which }))
            }
            _ => None,
        }
    }

    pub(super) fn is_last_word(&self) -> bool {
        (1..=2).all(|ahead| {
            !matches!(self.kind(ahead), Some(Kind::Word(_) | Kind::Number { .. } | Kind::Ordinal(_)))
        })
    }

    /// Whether the word just taken is a plural.
    pub(super) fn letters_before_end(&self) -> bool {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .and_then(|t| self.text.get(t.start..t.end))
            .is_some_and(|w| w.ends_with(['s', 'S']))
    }

    /// "in two weeks", "a week from Thursday", "3 Fridays from now", "5 days before New Year", "7 days hence".
    pub(super) fn shifted_day(&mut self) -> Option<DateExpr> {
        self.attempt(Self::nearest_weekday)
            .or_else(|| self.attempt(Self::nth_from_now))
            .or_else(|| self.attempt(Self::shift))
    }

    /// "3 Fridays from now", "two Mondays later".
    pub(super) fn nth_from_now(&mut self) -> Option<DateExpr> {
        let n = self.cardinal()?;
        let day = self.weekday()?;
        self.eat_all(&[W::From, W::Now])
            .or_else(|| self.eat_all(&[W::From, W::Today]))
            .or_else(|| self.eat_any(&[W::Later, W::Hence]).map(|_| ()))?;
        (1..=60).contains(&n).then_some(DateExpr::NthFromNow { day, n })
    }

    /// "the closest Monday to Oct 5th".
    pub(super) fn nearest_weekday(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let n = self.attempt(Self::ordinal).unwrap_or(1);
        self.eat(W::Closest)?;
        let day = self.weekday()?;
        self.eat(W::To)?;
        let to = Box::new(self.date()?);
        Some(DateExpr::Nearest { n, day, to })
    }

    pub(super) fn shift(&mut self) -> Option<DateExpr> {
        let before = self.word_before();
        if matches!(before, Some(W::Within | W::For | W::Than)) {
            return None;
        }
        let lead = self.eat_any(&[W::In, W::After]);
        if lead == Some(W::In) {
            // "in about two weeks": as near as a day gets.
            let _ = self.eat(W::Around);
        }
        let amount = self.amount()?;
        let _ = self.eat(W::More);
        let unit = self.unit()?;
        if matches!(unit, Unit::Minute | Unit::Hour | Unit::Second | Unit::Decade) {
            return None;
        }
        let (amount, unit) = if unit == Unit::Fortnight { (amount * 2, Unit::Week) } else { (amount, unit) };
        let now = || Box::new(DateExpr::Relative(0));
        // "'s time"
        if lead == Some(W::In) || before == Some(W::In) {
            let _ = self.eat(W::Time);
        }
        let from = match self.word(0) {
            Some(W::From | W::After | W::Past) => {
                self.at += 1;
                if self.eat(W::Now).is_some() { now() } else { Box::new(self.date()?) }
            }
            Some(W::Before) => {
                self.at += 1;
                let from = Box::new(self.date()?);
                return Some(DateExpr::Shift { amount: -amount, unit, from });
            }
            Some(W::Ago) => {
                self.at += 1;
                return Some(DateExpr::Shift { amount: -amount, unit, from: now() });
            }
            Some(W::Hence) => {
                self.at += 1;
                now()
            }
            Some(W::Later) if lead.is_none() => {
                self.at += 1;
                return (unit == Unit::Day || unit == Unit::Week)
                    .then_some(DateExpr::FromExisting(if unit == Unit::Week { amount * 7 } else { amount }));
            }
            Some(W::Earlier) if lead.is_none() => {
                self.at += 1;
                return (unit == Unit::Day || unit == Unit::Week).then_some(DateExpr::FromExisting(
                    if unit == Unit::Week { -amount * 7 } else { -amount },
                ));
            }
            // "two weeks on Friday", "a week tomorrow"
            Some(W::On | W::Weekday(..) | W::Tomorrow | W::Today) if unit == Unit::Week && lead.is_none() => {
                let _ = self.eat(W::On);
                let day = self
                    .date()
                    .filter(|day| matches!(day, DateExpr::Weekday { .. } | DateExpr::Relative(_)))?;
                Box::new(day)
            }
            _ if lead == Some(W::In) => now(),
            _ => return None,
        };
        Some(DateExpr::Shift { amount, unit, from })
    }
}

/// This period (0), the next (1), the last (-1).
fn period_of(unit: Unit, offset: i32) -> Option<DateExpr> {
    match unit {
        Unit::Week => Some(DateExpr::Week(i64::from(offset))),
        Unit::Month => Some(DateExpr::Month(MonthExpr::Offset(offset))),
        Unit::Year => Some(DateExpr::YearOffset(offset)),
        _ => None,
    }
}
