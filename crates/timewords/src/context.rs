//! What words about time are read in the light of.

use calendar::{OpenPeriod, Profile};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use protocol::{Asked, SpanRole};

/// Words of one role, or a whole message (as [`SpanRole::Wanted`]): what is not about time is passed over.
#[derive(Clone, Copy, Debug)]
pub struct Phrase<'a> {
    /// The words.
    pub text: &'a str,
    /// What they are said of.
    pub role: SpanRole,
}

/// When, where and after which question something was said.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The present.
    pub now: DateTime<Utc>,
    /// The speaker's zone: dates and times are wall time there.
    pub zone: Tz,
    /// Opening hours settle bare hours; the locale settles numeric dates.
    pub profile: &'a Profile,
    /// What the assistant asked for last: "5" is an hour or a day of the month.
    pub asked: Option<Asked>,
    /// Start and end of the appointment or offer that "same time" and "an hour later" refer to, UTC.
    pub existing: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Context<'_> {
    /// The wall clock where the speaker is.
    pub(crate) fn local_now(&self) -> NaiveDateTime {
        self.now.with_timezone(&self.zone).naive_local()
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.local_now().date()
    }

    /// Start and end of what exists, as the speaker's wall time.
    pub(crate) fn existing_local(&self) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let local = |at: DateTime<Utc>| at.with_timezone(&self.zone).naive_local();
        self.existing.map(|(start, end)| (local(start), local(end)))
    }

    /// Whether an appointment could start at this wall time: on that date, or on any day if none is given. Opening hours
    /// are compared on the wall clock of the speaker when both are in one zone, else on the business's.
    pub(crate) fn is_open_at(&self, date: Option<NaiveDate>, time: NaiveTime) -> bool {
        match date {
            Some(date) => {
                let wall = self.business_wall(date.and_time(time));
                let periods = self.profile.hours.on(chrono::Datelike::weekday(&wall.date()));
                if periods.is_empty() {
                    self.any_day_open_at(wall.time())
                } else {
                    opens(periods, wall.time())
                }
            }
            None => self.any_day_open_at(self.business_wall(self.today().and_time(time)).time()),
        }
    }

    /// The last wall time of the day, where the speaker is, at which the business still starts appointments.
    pub(crate) fn last_start(&self, date: NaiveDate) -> Option<NaiveTime> {
        let length = self.profile.default_service().map_or(60, |service| service.duration_minutes);
        let closes =
            self.profile.hours.on(chrono::Datelike::weekday(&date)).iter().map(|p| p.to_minute).max()?;
        let last = u32::from(closes).checked_sub(length)?;
        let business = date.and_time(NaiveTime::from_num_seconds_from_midnight_opt(last * 60, 0)?);
        let at = business.and_local_timezone(self.profile.timezone).earliest()?;
        let local = at.with_timezone(&self.zone).naive_local();
        if local.date() == date { Some(local.time()) } else { NaiveTime::from_hms_opt(23, 59, 0) }
    }

    fn any_day_open_at(&self, time: NaiveTime) -> bool {
        use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        [Mon, Tue, Wed, Thu, Fri, Sat, Sun].iter().any(|&day| opens(self.profile.hours.on(day), time))
    }

    /// The same instant on the wall clock of the business.
    fn business_wall(&self, local: NaiveDateTime) -> NaiveDateTime {
        if self.zone == self.profile.timezone {
            return local;
        }
        // In a gap: the instant an hour earlier is good enough to tell morning from evening.
        let at = local.and_local_timezone(self.zone).earliest();
        let at = at.or_else(|| (local - TimeDelta::hours(1)).and_local_timezone(self.zone).earliest());
        at.map_or(local, |at| at.with_timezone(&self.profile.timezone).naive_local())
    }
}

fn opens(periods: &[OpenPeriod], time: NaiveTime) -> bool {
    let minute = time.num_seconds_from_midnight() / 60;
    periods
        .iter()
        .any(|period| (u32::from(period.from_minute)..u32::from(period.to_minute)).contains(&minute))
}
