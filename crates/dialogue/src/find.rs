//! From what is known of the wanted time to a slot, or to the question that gets closer to one.

use calendar::{Allowed, FreeSlot, Service, Window};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use timewords::{Constraint, Problem, Reading, State, Vague};
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::replies::{DayWhy, Phrase, Voice};
use crate::state::{About, Choice, MAX_CHOICES, Wanted};

/// How far around a time that is taken others are looked for, in days, near ones first.
const NEAR_DAYS: [i64; 3] = [4, 14, 60];
/// How many days a question about the day names.
const DAYS_OFFERED: usize = 4;

/// The search for one wanted appointment.
pub(crate) struct Search<'a> {
    pub(crate) ctx: &'a Ctx<'a>,
    pub(crate) wanted: &'a Wanted,
    pub(crate) service: &'a Service,
    /// The appointment that is to be moved.
    pub(crate) moving: Option<Uuid>,
    /// They only want to know what is free.
    pub(crate) browsing: bool,
}

/// What a search comes to.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    /// What the person should hear first.
    pub(crate) remarks: Vec<Phrase>,
    pub(crate) found: Found,
    /// For the trace.
    pub(crate) rule: &'static str,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    /// They said exactly this, and it is free.
    Exact(FreeSlot),
    /// Of what they said only this is free.
    Only(FreeSlot),
    /// More has to be known.
    Ask(About, Vec<Choice>),
    /// There is nothing at all.
    Nothing,
}

impl Finding {
    const fn new(rule: &'static str, remarks: Vec<Phrase>, found: Found) -> Self {
        Self { remarks, found, rule }
    }
}

impl Search<'_> {
    pub(crate) fn find(&self) -> Finding {
        if let Some(start) = self.wanted.chosen {
            return self.exact(start);
        }
        match self.wanted.when.state(&self.time()) {
            State::Nothing if self.browsing => self.first_available(),
            State::Nothing => self.which_day("time.nothing", Vec::new()),
            State::Problem(problem) => self.problem(&problem),
            State::Ambiguous(readings) => self.ambiguous(&readings),
            State::Choices(readings) => self.choices(&readings),
            State::Date(date) => self.on_day(date, Vec::new()),
            State::Time(time) => self.at_time_of_day(time),
            State::Exact { at, .. } => self.exact(at),
            State::Wide => self.wide(),
        }
    }

    fn time(&self) -> timewords::Context<'_> {
        self.ctx.time(self.ctx.zone_of(self.wanted), None, None)
    }

    pub(crate) fn voice(&self) -> Voice {
        self.ctx.voice(self.ctx.zone_of(self.wanted))
    }

    pub(crate) fn date_of(&self, start: DateTime<Utc>) -> NaiveDate {
        self.voice().date_of(start)
    }

    /// One start, said exactly.
    fn exact(&self, at: DateTime<Utc>) -> Finding {
        match self.ctx.free(self.service, self.moving, &[Allowed::At(at)]).into_iter().next() {
            Some(slot) => Finding::new("time.exact", Vec::new(), Found::Exact(slot)),
            None => self.instead(at, "time.unavailable", vec![Phrase::Unavailable { at, why: self.why(at) }]),
        }
    }

    /// Offers what is free nearest to a time that is not.
    fn instead(&self, at: DateTime<Utc>, rule: &'static str, remarks: Vec<Phrase>) -> Finding {
        match self.alternatives(at).as_slice() {
            [] => Finding::new(rule, remarks, Found::Nothing),
            starts => {
                let choices = starts.iter().map(|start| Choice::Start(*start)).collect();
                Finding::new(rule, remarks, Found::Ask(About::Start, choices))
            }
        }
    }

    /// Two free starts nearest to `at`, nearest first; one before and one after it where possible.
    fn alternatives(&self, at: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let bookable = self.ctx.input.profile.bookable(self.ctx.now());
        // A time outside what can be booked has its neighbours at the edge.
        let centre = at.clamp(bookable.start, bookable.end);
        let around = NEAR_DAYS.iter().map(|days| around(centre, *days)).chain([bookable]);
        let mut nearest = Vec::new();
        for (attempt, window) in around.enumerate() {
            let free = self.free_in(&self.not_ruled_out(), window);
            let before = free.iter().map(|slot| slot.start).rfind(|start| *start < at);
            let after = free.iter().map(|slot| slot.start).find(|start| *start > at);
            nearest = match (before, after) {
                (Some(before), Some(after)) => vec![before, after],
                _ => free.iter().map(|slot| slot.start).filter(|start| *start != at).collect(),
            };
            nearest.sort_by_key(|start| ((*start - at).abs(), *start));
            nearest.truncate(2);
            let both_sides = before.is_some() && after.is_some();
            if both_sides || (attempt > 0 && nearest.len() == 2) {
                break;
            }
        }
        nearest
    }

    /// Everything ahead but what the person ruled out.
    fn not_ruled_out(&self) -> Vec<Allowed> {
        let excluded = self.wanted.when.excluded.clone();
        Constraint { excluded, ..Constraint::default() }.allowed(&self.time())
    }

    /// What is free of the allowed times within the window, without what was turned down.
    fn free_in(&self, allowed: &[Allowed], window: Window) -> Vec<FreeSlot> {
        let allowed: Vec<_> = allowed.iter().filter_map(|part| clip(*part, window)).collect();
        let mut free = self.ctx.free(self.service, self.moving, &allowed);
        // Where it already is, is no other time.
        let held = self.moving.and_then(|id| self.ctx.view.booked(id)).map(|own| own.start_time);
        free.retain(|slot| {
            Some(slot.start) != held
                && !self.wanted.declined.contains(&slot.start)
                && self.wanted.after.is_none_or(|bound| slot.start > bound)
                && self.wanted.before.is_none_or(|bound| slot.start < bound)
        });
        free
    }

    /// The first free starts of the allowed times: looks near first, so that a far horizon costs nothing.
    fn first_free(&self, allowed: &[Allowed], days: usize) -> Vec<FreeSlot> {
        let bookable = self.ctx.input.profile.bookable(self.ctx.now());
        let near = NEAR_DAYS.iter().map(|days| Window::new(bookable.start, plus(bookable.start, *days)));
        let mut free = Vec::new();
        for window in near.chain([bookable]) {
            free = self.free_in(allowed, window);
            if self.days(&free).len() > days {
                break;
            }
        }
        free
    }

    /// The first free starts of what is wanted, or of all that is ahead.
    pub(crate) fn next_free(&self) -> Vec<DateTime<Utc>> {
        let wanted = self.wanted.when.allowed(&self.time());
        let free = self.first_free(&wanted, 1);
        let free = if free.is_empty() { self.first_free(&self.not_ruled_out(), 1) } else { free };
        free.into_iter().map(|slot| slot.start).collect()
    }

    /// The days of the slots, in order.
    fn days(&self, free: &[FreeSlot]) -> Vec<NaiveDate> {
        let mut days: Vec<_> = free.iter().map(|slot| self.date_of(slot.start)).collect();
        days.dedup();
        days
    }

    fn which_day(&self, rule: &'static str, remarks: Vec<Phrase>) -> Finding {
        let free = self.first_free(&self.not_ruled_out(), DAYS_OFFERED);
        self.ask_day(rule, remarks, &free)
    }

    fn ask_day(&self, rule: &'static str, remarks: Vec<Phrase>, free: &[FreeSlot]) -> Finding {
        let days: Vec<_> = self.days(free).into_iter().take(DAYS_OFFERED).map(Choice::Day).collect();
        let found = if days.is_empty() { Found::Nothing } else { Found::Ask(About::Date, days) };
        Finding::new(rule, remarks, found)
    }

    /// A day is known: which time?
    fn on_day(&self, date: NaiveDate, mut remarks: Vec<Phrase>) -> Finding {
        let free = self.free_in(
            &self.wanted.when.allowed(&self.time()),
            self.ctx.input.profile.bookable(self.ctx.now()),
        );
        if free.is_empty() {
            remarks.push(Phrase::FullDay { date, why: self.day_why(date) });
            return self.instead(self.noon(date), "time.day_full", remarks);
        }
        Finding::new("time.day", remarks, Found::Ask(About::Time, spread(&free)))
    }

    /// A time of day is known: which day?
    fn at_time_of_day(&self, time: NaiveTime) -> Finding {
        let free = self.first_free(&self.wanted.when.allowed(&self.time()), DAYS_OFFERED);
        if !free.is_empty() {
            return self.ask_day("time.clock", Vec::new(), &free);
        }
        // Say why on the first day that has hours at all, and offer what is near.
        let open = self.first_free(&self.not_ruled_out(), 1);
        let date = open.first().map_or_else(|| self.date_of(self.ctx.now()), |slot| self.date_of(slot.start));
        let at = self.instant(date, time);
        self.instead(at, "time.clock_unavailable", vec![Phrase::Unavailable { at, why: self.why(at) }])
    }

    /// Several starts fit the words.
    fn wide(&self) -> Finding {
        let allowed = self.wanted.when.allowed(&self.time());
        let free = self.first_free(&allowed, DAYS_OFFERED);
        let vague = self.wanted.when.wanted.first().and_then(|reading| reading.vague);
        match (free.as_slice(), vague) {
            ([], _) => self.none_of(&allowed),
            ([only], _) => Finding::new("time.only_one", Vec::new(), Found::Only(only.clone())),
            (free, Some(Vague::First)) => {
                let choices = free.iter().take(2).map(|slot| Choice::Start(slot.start)).collect();
                Finding::new("time.first_available", Vec::new(), Found::Ask(About::Start, choices))
            }
            (free, Some(Vague::Last)) => {
                let day = self.days(free).first().copied();
                let mut last: Vec<_> =
                    free.iter().filter(|slot| Some(self.date_of(slot.start)) == day).rev().take(2).collect();
                last.reverse();
                let choices = last.into_iter().map(|slot| Choice::Start(slot.start)).collect();
                Finding::new("time.last_available", Vec::new(), Found::Ask(About::Start, choices))
            }
            (free, _) if self.days(free).len() == 1 => {
                Finding::new("time.range", Vec::new(), Found::Ask(About::Time, spread(free)))
            }
            (free, _) => self.ask_day("time.days", Vec::new(), free),
        }
    }

    /// The first two starts that are free at all.
    fn first_available(&self) -> Finding {
        let free = self.first_free(&self.not_ruled_out(), 1);
        let choices: Vec<_> = free.iter().take(2).map(|slot| Choice::Start(slot.start)).collect();
        let found = if choices.is_empty() { Found::Nothing } else { Found::Ask(About::Start, choices) };
        Finding::new("time.first_available", Vec::new(), found)
    }

    /// Nothing is free in what was said: says so and offers what is near it.
    fn none_of(&self, allowed: &[Allowed]) -> Finding {
        let turned_down =
            !self.wanted.declined.is_empty() || self.wanted.after.or(self.wanted.before).is_some();
        let remark = if turned_down { Phrase::NoOthers } else { Phrase::NoneFree };
        let one_day = match self.wanted.when.wanted.as_slice() {
            [reading] if reading.is_one_day() => reading.date,
            _ => None,
        };
        let remark = match one_day.map(|date| (date, self.day_why(date))) {
            Some((date, why)) if why != DayWhy::Full => Phrase::FullDay { date, why },
            _ => remark,
        };
        let near = allowed.first().map(|part| match part {
            Allowed::At(at) => *at,
            Allowed::Starting(window) | Allowed::Within(window) => window.start,
        });
        let near = near.or_else(|| one_day.map(|date| self.noon(date)));
        self.instead(near.unwrap_or_else(|| self.ctx.now()), "time.none_free", vec![remark])
    }

    /// The words have several meanings.
    fn ambiguous(&self, readings: &[Reading]) -> Finding {
        let mut days: Vec<_> = readings.iter().filter_map(|reading| reading.date).collect();
        days.dedup();
        if days.len() > 1 {
            // A day that is over was hardly meant.
            let today = self.date_of(self.ctx.now());
            let (past, ahead): (Vec<_>, Vec<_>) = days.into_iter().partition(|day| *day < today);
            if ahead.is_empty() {
                let remarks = past.into_iter().map(|date| Phrase::FullDay { date, why: DayWhy::Past });
                return self.which_day("time.past", remarks.collect());
            }
            return self.which_meaning(&ahead);
        }
        let mut times: Vec<_> =
            readings.iter().filter_map(|reading| reading.time.or(reading.end_time)).collect();
        times.dedup();
        if times.len() > 1 {
            let choices = times.into_iter().take(MAX_CHOICES).map(Choice::Time).collect();
            return Finding::new("time.which_time", Vec::new(), Found::Ask(About::MeantTime, choices));
        }
        self.wide()
    }

    /// A date that can mean several days: asks about those that have anything free, and says why the others have not.
    fn which_meaning(&self, days: &[NaiveDate]) -> Finding {
        let bookable = self.ctx.input.profile.bookable(self.ctx.now());
        let whole = days.iter().filter_map(|day| self.whole(*day)).map(Allowed::Starting).collect::<Vec<_>>();
        let free = self.days(&self.free_in(&whole, bookable));
        let (open, full): (Vec<_>, Vec<_>) = days.iter().partition(|day| free.contains(day));
        let remarks =
            full.into_iter().map(|date| Phrase::FullDay { date, why: self.day_why(date) }).collect();
        match (days, open.as_slice()) {
            ([first, ..], []) => self.instead(self.noon(*first), "time.day_full", remarks),
            _ => {
                let choices = open.into_iter().take(MAX_CHOICES).map(Choice::Day).collect();
                Finding::new("time.which_date", remarks, Found::Ask(About::MeantDate, choices))
            }
        }
    }

    /// The day in the person's zone.
    fn whole(&self, day: NaiveDate) -> Option<Window> {
        Some(Window::new(self.instant(day, NaiveTime::MIN), self.instant(day.succ_opt()?, NaiveTime::MIN)))
    }

    /// The person gave several choices: those that are free.
    fn choices(&self, readings: &[Reading]) -> Finding {
        if !readings.iter().all(Reading::is_exact) {
            return self.wide();
        }
        let allowed = self.wanted.when.allowed(&self.time());
        let free = self.free_in(&allowed, self.ctx.input.profile.bookable(self.ctx.now()));
        let missing = allowed.iter().filter_map(|part| match part {
            Allowed::At(at) if !free.iter().any(|slot| slot.start == *at) => Some(*at),
            _ => None,
        });
        let remarks: Vec<_> =
            missing.take(2).map(|at| Phrase::Unavailable { at, why: self.why(at) }).collect();
        match free.as_slice() {
            [] => self.none_of(&allowed),
            [only] => Finding::new("time.one_choice_left", remarks, Found::Only(only.clone())),
            several => Finding::new("time.choices", remarks, Found::Ask(About::Start, spread(several))),
        }
    }

    fn problem(&self, problem: &Problem) -> Finding {
        let remarks = vec![Phrase::Impossible(problem.clone())];
        match problem {
            Problem::Past { date, time } => {
                let at = self.instant(*date, time.unwrap_or(NaiveTime::MIN));
                self.instead(at, "time.past", remarks)
            }
            Problem::Skipped { date, time, .. } => {
                // Just before the jump, so that its end is the neighbour on the far side.
                self.instead(self.instant(*date, *time) - TimeDelta::seconds(1), "time.skipped", remarks)
            }
            Problem::ImpossibleDate { .. } | Problem::ImpossibleTime { .. } => {
                self.which_day("time.impossible", remarks)
            }
        }
    }

    /// The middle of a day, from where its neighbours are equally near.
    fn noon(&self, date: NaiveDate) -> DateTime<Utc> {
        self.instant(date, NaiveTime::MIN) + TimeDelta::hours(12)
    }

    /// The wall time in the person's zone as an instant; where the clock jumps over it, just after the jump.
    pub(crate) fn instant(&self, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let zone = self.ctx.zone_of(self.wanted);
        let local = date.and_time(time);
        let mapped = [0, 1, 2, 3].into_iter().find_map(|hours| {
            local.checked_add_signed(TimeDelta::hours(hours))?.and_local_timezone(zone).earliest()
        });
        mapped.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
    }
}

/// The part of an allowed time that lies in the window.
fn clip(part: Allowed, window: Window) -> Option<Allowed> {
    match part {
        Allowed::At(at) => window.contains(at).then_some(part),
        Allowed::Starting(inner) => inner.intersection(&window).map(Allowed::Starting),
        Allowed::Within(inner) => inner.intersection(&window).map(Allowed::Within),
    }
}

fn plus(at: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::days(days)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn around(at: DateTime<Utc>, days: i64) -> Window {
    let start = at.checked_sub_signed(TimeDelta::days(days)).unwrap_or(DateTime::<Utc>::MIN_UTC);
    Window::new(start, plus(at, days))
}

/// As many starts as a question offers, evenly out of all.
fn spread(free: &[FreeSlot]) -> Vec<Choice> {
    let count = free.len().min(MAX_CHOICES);
    let pick = |i: usize| {
        let index = if count > 1 { i * (free.len() - 1) / (count - 1) } else { 0 };
        free.get(index).map(|slot| Choice::Start(slot.start))
    };
    (0..count).filter_map(pick).collect()
}
