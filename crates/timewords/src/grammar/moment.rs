//! A day with its time: what stands side by side and belongs together.

use super::cursor::{Cursor, Loose};
use crate::lex::{Kind, Unit, W};
use crate::syntax::{DateExpr, Said, TimeExpr};
use crate::{Half, Part, Vague};

impl Cursor<'_> {
    /// Everything that was said together from here on: days, times, parts of the day, a zone, how long, in any order.
    pub(super) fn said(&mut self) -> Option<Said> {
        let start = self.token(0)?.start;
        let mut said = Said::default();
        while self.add(&mut said)
            || (!said.is_empty()
                && self.attempt(|c| c.glue().then(|| c.add(&mut said)).filter(|b| *b)).is_some())
        {}
        // A length or a zone alone says nothing about when; but it is kept, for what stands beside it.
        if said.is_empty() {
            return None;
        }
        // "from 10 am for 3 hours" begins at ten.
        if said.duration_minutes.is_some()
            && let Some(TimeExpr::After(clock)) = said.time
        {
            said.time = Some(TimeExpr::At(clock));
        }
        // "for 3 days from today"
        if said.duration_minutes.is_some_and(|minutes| minutes >= 24 * 60)
            && let Some(DateExpr::After { day, .. }) = &said.date
        {
            said.date = Some((**day).clone());
        }
        let end = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |token| token.end);
        Some(Said { start, end, ..said })
    }

    /// Takes one more thing, if there is room for it.
    fn add(&mut self, said: &mut Said) -> bool {
        let before = self.at;
        if self.add_range(said)
            || self.add_lunch(said)
            || self.open_afterwards(said)
            || self.add_reference(said)
            || self.add_vague(said)
            || self.add_length(said)
            || self.add_part(said)
            || self.add_date(said)
            || self.add_time(said)
            || self.add_zone(said)
        {
            return true;
        }
        self.at = before;
        false
    }

    /// What may stand between the parts of one moment.
    fn glue(&mut self) -> bool {
        let at = self.at;
        if self.eat_sign(',').is_some() || self.eat_sign('(').is_some() || self.eat_sign(')').is_some() {
            let _ = self.eat_any(&[W::Preferably]);
        }
        let _ = self.eat_any(&[W::At, W::On, W::In, W::Of, W::For]).is_some()
            || self.eat_sign('@').is_some()
            || self.eat_sign('-').is_some();
        let _ = self.eat_any(&[W::At, W::On]);
        let _ = self.eat(W::The);
        self.at > at
    }

    fn add_lunch(&mut self, said: &mut Said) -> bool {
        if said.time.is_some() {
            return false;
        }
        // "add lunch at 12:30" names a meal, "at lunch" and "lunch tomorrow" a time.
        let lunch = self.attempt(|c| {
            let cue = said.date.is_some() || c.at == 0 || matches!(c.word(0), Some(W::At)) || matches!(c.word_before(), Some(W::At | W::The | W::Around));
            let time = c.lunch()?;
            let named = c.word(0) == Some(W::At) && c.attempt(|c| c.eat(W::At).and_then(|()| c.clock())).is_some();
            ((cue || c.day_follows()) && !named).then_some(time)
        });
        said.time = lunch;
        lunch.is_some()
    }

    fn add_date(&mut self, said: &mut Said) -> bool {
        if said.date.is_some() {
            return self.attempt(|c| c.second_date(said)).is_some();
        }
        let Some(date) = self.attempt(Self::date) else { return false };
        said.date = Some(date);
        true
    }

    /// A weekday and what it is in: "Tuesday the 19th", "Wednesday evening next week", "in 3 days on Friday".
    fn second_date(&mut self, said: &mut Said) -> Option<()> {
        let second = self.date()?;
        let joined = join_dates(said.date.as_ref()?, &second)?;
        said.date = Some(joined);
        Some(())
    }

    fn add_time(&mut self, said: &mut Said) -> bool {
        if said.time.is_some() {
            return false;
        }
        let taken = self.attempt(|c| {
            let _ = c.eat_sign(',');
            let at = c.eat_any(&[W::At, W::For]).is_some() || c.eat_sign('@').is_some();
            let loose = c.loose;
            if at || said.date.is_some() || said.part.is_some() {
                c.loose = Loose::Hour;
            }
            let heard = c.clock().or_else(|| {
                c.loose = loose;
                c.hour_by_context(said)
            });
            c.loose = loose;
            heard
        });
        let Some(heard) = taken else { return false };
        said.time = Some(heard.time());
        true
    }

    /// A bare number is an hour after "at", beside a day or a part of the day, and where an hour was asked for.
    fn hour_by_context(&mut self, said: &Said) -> Option<super::clock::Heard> {
        let before = self.word_before();
        let at = matches!(before, Some(W::At))
            || self
                .tokens
                .get(self.at.checked_sub(1).unwrap_or(usize::MAX))
                .is_some_and(|t| t.kind == Kind::Sign('@'));
        let for_ = before == Some(W::For);
        let mut ahead = *self;
        let heard = ahead.bare_hour()?;
        let followed = ahead.day_follows();
        let beside = (said.date.is_some() || said.part.is_some())
            && !matches!(self.word(0), Some(W::Number(1)))
            && ahead.ends_calmly();
        let choice = self.choice_follows(&ahead);
        let asked = self.loose == Loose::Hour;
        // "3ish", "around 3"
        let roughly = ahead.ends_calmly() && matches!(heard, super::clock::Heard::Clock(clock) if clock.approximate);
        let part_follows = ahead.part().is_some();
        if at || asked || roughly || (followed && !for_) || (for_ && part_follows) || (beside && !for_) || choice {
            self.at = ahead.at;
            return Some(heard);
        }
        None
    }

    /// "9 tomorrow", "5 in the afternoon", "8 tonight".
    fn day_follows(&self) -> bool {
        let mut ahead = *self;
        let _ = ahead.eat_any(&[W::On, W::In]);
        let _ = ahead.the();
        let _ = ahead.eat_any(&[W::This, W::Next]);
        matches!(ahead.word(0), Some(W::Today | W::Tomorrow | W::Tonight | W::Part(_) | W::Weekday(_, false)))
    }

    /// "2 or 3pm", "3 or 4 on Friday".
    fn choice_follows(&self, after: &Self) -> bool {
        let mut ahead = *after;
        if ahead.eat_any(&[W::Or]).is_none() {
            return false;
        }
        ahead.clock().is_some() || ahead.bare_hour().is_some() && ahead.day_follows()
    }

    /// Whether nothing follows that the number could belong to.
    fn ends_calmly(&self) -> bool {
        !matches!(self.kind(0), Some(Kind::Word(W::Other | W::Counted | W::Unit(_) | W::Month(..))))
            || self.letters(0).chars().count() <= 2
    }

    /// "morning", "early afternoon", "tonight", "first thing", "lunch".
    fn add_part(&mut self, said: &mut Said) -> bool {
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
        if self.word(0) == Some(W::Early) && (said.date.is_some() && self.token(1).is_none() || self.early_day()) {
            self.at += 1;
            said.part = Some(Part::Morning);
            said.half = Some(Half::Early);
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
        said.half = half;
        true
    }

    /// Whether "early" goes with a single day behind it.
    fn early_day(&self) -> bool {
        let mut ahead = *self;
        ahead.at += 1;
        let _ = ahead.eat(W::On);
        matches!(ahead.word(0), Some(W::Weekday(..) | W::Tomorrow | W::Today)) && !matches!(ahead.word(1), Some(W::Part(_)))
    }

    fn part(&mut self) -> Option<(Option<DateExpr>, Part, Option<Half>)> {
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
        let which = self.eat_any(&[W::This, W::Next]);
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
        if greeted {
            return None;
        }
        self.at += 1;
        let date = if which == Some(W::Next) { Some(DateExpr::Relative(1)) } else { today };
        Some((date, part, half))
    }

    /// "for 30 minutes", "an hour and a half": how long, not when.
    fn add_length(&mut self, said: &mut Said) -> bool {
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

    fn add_zone(&mut self, said: &mut Said) -> bool {
        // A zone belongs to a clock time.
        if said.zone.is_some() || said.time.is_none() {
            return false;
        }
        let Some(zone) = self.attempt(Self::zone) else { return false };
        said.zone = Some(zone);
        true
    }

    fn add_vague(&mut self, said: &mut Said) -> bool {
        if said.vague.is_some() {
            return false;
        }
        let Some((vague, rest)) = self.attempt(Self::vague) else { return false };
        said.vague = Some(vague);
        if let Some(part) = rest {
            said.part = said.part.or(Some(part));
            said.half = Some(if vague == Vague::Last { Half::Late } else { Half::Early });
        }
        true
    }

    /// "same time", "an hour later", "the day after", "in 30 minutes".
    fn add_reference(&mut self, said: &mut Said) -> bool {
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

    fn relative_time(&mut self) -> Option<TimeExpr> {
        if self.word(0) == Some(W::The) && self.word(1) == Some(W::Same) || self.word(0) == Some(W::Same) {
            let _ = self.the();
            self.eat(W::Same)?;
            return self.eat(W::Time).map(|()| TimeExpr::Same);
        }
        let lead = self.eat_any(&[W::In, W::Within]).is_some();
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

    fn relative_to_existing(&mut self) -> Option<DateExpr> {
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

/// A weekday and what it lies in, or two names of one day.
pub(crate) fn join_dates(first: &DateExpr, second: &DateExpr) -> Option<DateExpr> {
    match (first, second) {
        (DateExpr::Weekday { .. }, DateExpr::Weekday { .. }) => None,
        (DateExpr::Weekday { day, .. }, of) | (of, DateExpr::Weekday { day, .. }) if of.holds_weekdays() => {
            Some(DateExpr::On { day: *day, of: Box::new(of.clone()) })
        }
        (
            DateExpr::Relative(_),
            DateExpr::MonthDay { .. } | DateExpr::Numeric { .. } | DateExpr::Ymd { .. },
        ) => Some(second.clone()),
        _ => None,
    }
}

impl DateExpr {
    /// Whether a weekday can be looked for in it.
    const fn holds_weekdays(&self) -> bool {
        !matches!(
            self,
            Self::Weekday { .. }
                | Self::After { .. }
                | Self::Before { .. }
                | Self::Workdays
                | Self::Weekends
                | Self::Impossible
                | Self::InWeek { .. }
        )
    }
}
