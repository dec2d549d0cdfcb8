//! Honest reasons: why a start or a day cannot be had.

use calendar::Window;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use crate::find::Search;
use crate::replies::{DayWhy, Why};

impl Search<'_> {
    /// Why a start that is not free is not.
    pub(crate) fn why(&self, at: DateTime<Utc>) -> Why {
        let (profile, now) = (self.ctx.input.profile, self.ctx.now());
        let rules = &profile.booking;
        let local = at.with_timezone(&profile.timezone);
        if at <= now {
            return Why::Past;
        }
        if at < now + TimeDelta::minutes(i64::from(rules.min_notice_minutes)) {
            return Why::TooSoon { minutes: rules.min_notice_minutes };
        }
        if at >= profile.bookable(now).end {
            return Why::TooFar { days: rules.horizon_days };
        }
        if profile.closed.contains(&local.date_naive()) {
            return Why::ClosedDay;
        }
        let Some(hours) = self.ctx.hours(profile.hours.on(local.weekday()), &self.voice()) else {
            return Why::ClosedWeekday(local.weekday());
        };
        let periods = profile.hours.on(local.weekday());
        let Some(period) = periods.iter().find(|period| period.contains(local.time())) else {
            return Why::OutsideHours { hours };
        };
        let seconds = local.time().num_seconds_from_midnight();
        let minute = seconds / 60;
        let minutes = self.service.duration_minutes;
        if minute + minutes > u32::from(period.to_minute) {
            return Why::EndsTooLate { minutes, hours };
        }
        if !seconds.is_multiple_of(60 * rules.start_every_minutes.max(1)) {
            return Why::OffGrid { every_minutes: rules.start_every_minutes };
        }
        let wanted = Window::new(at, at + self.service.duration());
        let own = self.ctx.view.upcoming(now).into_iter().find(|own| {
            Some(own.id) != self.moving && Window::new(own.start_time, own.end_time).overlaps(&wanted)
        });
        own.map_or(Why::Taken, |own| Why::Own(self.ctx.own(own)))
    }

    /// Why a day has nothing free.
    pub(crate) fn day_why(&self, date: NaiveDate) -> DayWhy {
        let (profile, now) = (self.ctx.input.profile, self.ctx.now());
        if date < self.date_of(now) {
            DayWhy::Past
        } else if self.instant(date, NaiveTime::MIN) >= profile.bookable(now).end {
            DayWhy::TooFar { days: profile.booking.horizon_days }
        } else if profile.closed.contains(&date) {
            DayWhy::ClosedDay
        } else if profile.hours.on(date.weekday()).is_empty() {
            DayWhy::ClosedWeekday(date.weekday())
        } else {
            DayWhy::Full
        }
    }
}
