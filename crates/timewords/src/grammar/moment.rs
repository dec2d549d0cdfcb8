//! A day with its time: what stands side by side and belongs together.

use super::cursor::{Cursor, Loose};
use crate::lex::{Kind, W};
use crate::syntax::{DateExpr, Said, TimeExpr};
use crate::{Half, Vague};

impl Cursor<'_> {
    /// Everything that was said together from here on: days, times, parts of the day, a zone, how long, in any order.
    pub(super) fn said(&mut self) -> Option<Said> {
        // Nothing about time begins with such a word; most words of most messages are of this kind.
        if matches!(
            self.word(0),
            Some(W::Other | W::Counted | W::Verb | W::Cannot | W::Fails | W::Slot | W::Please)
        ) {
            return None;
        }
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
    pub(super) fn add(&mut self, said: &mut Said) -> bool {
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
    pub(super) fn glue(&mut self) -> bool {
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

    pub(super) fn add_lunch(&mut self, said: &mut Said) -> bool {
        if said.time.is_some() {
            return false;
        }
        // "add lunch at 12:30" names a meal, "at lunch" and "lunch tomorrow" a time.
        let lunch = self.attempt(|c| {
            let cue = said.date.is_some()
                || c.at == 0
                || matches!(c.word(0), Some(W::At))
                || matches!(c.word_before(), Some(W::At | W::The | W::Around));
            let time = c.lunch()?;
            let named =
                c.word(0) == Some(W::At) && c.attempt(|c| c.eat(W::At).and_then(|()| c.clock())).is_some();
            ((cue || c.day_follows()) && !named).then_some(time)
        });
        said.time = lunch;
        lunch.is_some()
    }

    pub(super) fn add_date(&mut self, said: &mut Said) -> bool {
        if said.date.is_some() {
            return self.attempt(|c| c.second_date(said)).is_some();
        }
        let Some(date) = self.attempt(Self::date) else { return false };
        said.date = Some(date);
        true
    }

    /// A weekday and what it is in: "Tuesday the 19th", "Wednesday evening next week", "in 3 days on Friday".
    pub(super) fn second_date(&mut self, said: &mut Said) -> Option<()> {
        let second = self.date()?;
        let joined = join_dates(said.date.as_ref()?, &second)?;
        said.date = Some(joined);
        Some(())
    }

    pub(super) fn add_time(&mut self, said: &mut Said) -> bool {
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
    pub(super) fn hour_by_context(&mut self, said: &Said) -> Option<super::clock::Heard> {
        let before = self.word_before();
        let at = matches!(before, Some(W::At))
            || self
                .tokens
                .get(self.at.checked_sub(1).unwrap_or(usize::MAX))
                .is_some_and(|t| t.kind == Kind::Sign('@'));
        let for_ = before == Some(W::For);
        let mut ahead = *self;
        let heard = ahead.bare_hour()?;
        // "one evening", "one Friday" count.
        let counts =
            self.word(0) == Some(W::Number(1)) && matches!(ahead.word(0), Some(W::Part(_) | W::Weekday(..)));
        let followed = ahead.day_follows() && !counts;
        let beside = (said.date.is_some() || said.part.is_some())
            && !matches!(self.word(0), Some(W::Number(1)))
            && ahead.ends_calmly();
        let choice = self.choice_follows(&ahead);
        let asked = self.loose == Loose::Hour;
        // "3ish", "around 3"
        let roughly =
            ahead.ends_calmly() && matches!(heard, super::clock::Heard::Clock(clock) if clock.approximate);
        let part_follows = { ahead }.part().is_some();
        if at
            || asked
            || roughly
            || (self.is_another_hour() && ahead.ends_calmly())
            || (followed && !for_)
            || (for_ && part_follows)
            || (beside && !for_)
            || choice
        {
            self.at = ahead.at;
            return Some(heard);
        }
        None
    }

    /// "make it 4", "4 instead of 3", "at 9 or 10": what stands before makes a number an hour.
    pub(super) fn is_another_hour(&self) -> bool {
        let before = |back: usize| {
            let token = self.at.checked_sub(back).and_then(|at| self.tokens.get(at));
            token.and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default().to_lowercase()
        };
        let (last, second) = (before(1), before(2));
        match last.as_str() {
            "it" => matches!(second.as_str(), "make" | "making" | "made" | "do" | "move" | "change"),
            "of" => second == "instead",
            "than" => second == "rather",
            "or" | "/" | "," | "and" | "not" | "but" => self.after_time,
            "to" => {
                matches!(second.as_str(), "it" | "that" | "this")
                    && matches!(before(3).as_str(), "change" | "move" | "push" | "shift")
            }
            _ => false,
        }
    }

    /// "9 tomorrow", "5 in the afternoon", "8 tonight".
    pub(super) fn day_follows(&self) -> bool {
        let mut ahead = *self;
        let _ = ahead.eat_any(&[W::On, W::In]);
        let _ = ahead.the();
        let _ = ahead.eat_any(&[W::This, W::Next]);
        matches!(
            ahead.word(0),
            Some(
                W::Today
                    | W::Tomorrow
                    | W::Tonight
                    | W::Part(_)
                    | W::Weekday(_, false)
                    | W::Workdays
                    | W::Weekend
            )
        )
    }

    /// "2 or 3pm", "3 or 4 on Friday".
    pub(super) fn choice_follows(&self, after: &Self) -> bool {
        let mut ahead = *after;
        if ahead.eat_any(&[W::Or]).is_none() {
            return false;
        }
        ahead.clock().is_some() || ahead.bare_hour().is_some() && ahead.day_follows()
    }

    /// Whether nothing follows that the number could belong to.
    pub(super) fn ends_calmly(&self) -> bool {
        !matches!(self.kind(0), Some(Kind::Word(W::Other | W::Counted | W::Unit(_) | W::Month(..))))
            || self.letters(0).chars().count() <= 2
    }

    pub(super) fn add_zone(&mut self, said: &mut Said) -> bool {
        // A zone belongs to a clock time.
        if said.zone.is_some() || said.time.is_none() {
            return false;
        }
        let Some(zone) = self.attempt(Self::zone) else { return false };
        said.zone = Some(zone);
        true
    }

    pub(super) fn add_vague(&mut self, said: &mut Said) -> bool {
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
