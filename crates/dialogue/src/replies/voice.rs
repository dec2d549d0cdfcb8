//! Days, times, zones and lists as people say them.

use calendar::{Locale, Profile};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;

/// How times are said to this person: their zone, and the business's habits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) now: DateTime<Utc>,
    /// The zone that times are said in.
    pub(crate) zone: Tz,
    business: Tz,
    american: bool,
}

impl Voice {
    pub(crate) fn new(profile: &Profile, zone: Tz, now: DateTime<Utc>) -> Self {
        Self { now, zone, business: profile.timezone, american: matches!(profile.locale, Locale::EnUs) }
    }

    /// The person's day at the instant.
    pub(crate) fn date_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.zone).date_naive()
    }

    /// The person's wall time at the instant.
    pub(crate) fn time_of(&self, instant: DateTime<Utc>) -> NaiveTime {
        instant.with_timezone(&self.zone).time()
    }

    /// "Tuesday 24 November", with the year if it is not this one.
    pub(crate) fn day(&self, date: NaiveDate) -> String {
        let this_year = date.year() == self.date_of(self.now).year();
        let form = match (self.american, this_year) {
            (false, true) => "%A %-d %B",
            (false, false) => "%A %-d %B %Y",
            (true, true) => "%A, %B %-d",
            (true, false) => "%A, %B %-d, %Y",
        };
        date.format(form).to_string()
    }

    /// "tomorrow, Tuesday 24 November".
    pub(crate) fn near_day(&self, date: NaiveDate) -> String {
        let today = self.date_of(self.now);
        let day = self.day(date);
        if date == today {
            format!("today, {day}")
        } else if Some(date) == today.checked_add_days(Days::new(1)) {
            format!("tomorrow, {day}")
        } else {
            day
        }
    }

    /// "15:00", or "3:00 PM".
    pub(crate) fn clock(&self, time: NaiveTime) -> String {
        if self.american {
            let (afternoon, hour) = time.hour12();
            format!("{hour}:{:02} {}", time.minute(), if afternoon { "PM" } else { "AM" })
        } else {
            time.format("%H:%M").to_string()
        }
    }

    /// "15:00".
    pub(crate) fn clock_at(&self, instant: DateTime<Utc>) -> String {
        self.clock(self.time_of(instant))
    }

    /// "Tuesday 24 November, 15:00": also a message that means this start.
    pub(crate) fn plain(&self, instant: DateTime<Utc>) -> String {
        format!("{}, {}", self.day(self.date_of(instant)), self.clock_at(instant))
    }

    /// "tomorrow, Tuesday 24 November, 15:00", with the zone where it is not the business's.
    pub(crate) fn at(&self, instant: DateTime<Utc>) -> String {
        let zone = self.zone_note();
        format!("{}, {}{zone}", self.near_day(self.date_of(instant)), self.clock_at(instant))
    }

    /// "tomorrow, Tuesday 24 November, 15:00 (Berlin time)".
    pub(crate) fn at_with_zone(&self, instant: DateTime<Utc>) -> String {
        let day = self.near_day(self.date_of(instant));
        format!("{day}, {} ({})", self.clock_at(instant), zone_name(self.zone))
    }

    /// " (Berlin time)" where the person's zone is not the business's, else nothing.
    pub(crate) fn zone_note(&self) -> String {
        if same_zone(self.zone, self.business) {
            String::new()
        } else {
            format!(" ({})", zone_name(self.zone))
        }
    }

    /// " (Berlin time)" for the business's wall times where the person's zone is another, else nothing.
    pub(crate) fn business_note(&self) -> String {
        if same_zone(self.zone, self.business) {
            String::new()
        } else {
            format!(" ({})", zone_name(self.business))
        }
    }

    /// The starts as a list, the day said once if it is the same: "Tuesday 24 November at 14:00 or 16:00".
    pub(crate) fn starts(&self, starts: &[DateTime<Utc>], last: &str) -> String {
        let zone = self.zone_note();
        match starts.first() {
            Some(first) if starts.iter().all(|start| self.date_of(*start) == self.date_of(*first)) => {
                let times: Vec<_> = starts.iter().map(|start| self.clock_at(*start)).collect();
                format!("{} at {}{zone}", self.near_day(self.date_of(*first)), list(&times, ", ", last))
            }
            _ => {
                let starts: Vec<_> = starts.iter().map(|start| self.plain(*start)).collect();
                format!("{}{zone}", list(&starts, "; ", last))
            }
        }
    }
}

/// "a, b or c".
pub(crate) fn list(items: &[String], comma: &str, last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., tail] => format!("{} {last} {tail}", head.join(comma)),
    }
}

/// "Berlin time", "UTC", "UTC+2".
pub(crate) fn zone_name(zone: Tz) -> String {
    let name = zone.name();
    if is_utc(zone) {
        return "UTC".to_owned();
    }
    if let Some(offset) = name.strip_prefix("Etc/GMT") {
        // POSIX counts these the other way round: Etc/GMT-2 is two hours ahead of UTC.
        let flipped =
            if offset.starts_with('-') { offset.replace('-', "+") } else { offset.replace('+', "-") };
        return format!("UTC{flipped}");
    }
    match name.rsplit_once('/') {
        Some((_, city)) => format!("{} time", city.replace('_', " ")),
        None => name.to_owned(),
    }
}

/// Whether two names stand for one zone.
fn same_zone(one: Tz, other: Tz) -> bool {
    one == other || (is_utc(one) && is_utc(other))
}

fn is_utc(zone: Tz) -> bool {
    matches!(
        zone,
        Tz::UTC
            | Tz::UCT
            | Tz::Etc__UTC
            | Tz::Etc__UCT
            | Tz::Etc__GMT
            | Tz::Etc__Universal
            | Tz::Etc__Zulu
            | Tz::Universal
            | Tz::Zulu
            | Tz::Etc__GMT0
            | Tz::Etc__GMTPlus0
            | Tz::Etc__GMTMinus0
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn voice(zone: Tz) -> Voice {
        let now = Utc.with_ymd_and_hms(2026, 11, 23, 10, 20, 0).unwrap();
        Voice::new(&Profile { timezone: Tz::Europe__Berlin, ..Profile::default() }, zone, now)
    }

    #[test]
    fn times_are_said_in_the_persons_zone() {
        let start = Utc.with_ymd_and_hms(2026, 11, 24, 14, 0, 0).unwrap();
        let berlin = voice(Tz::Europe__Berlin);
        assert_eq!(berlin.at(start), "tomorrow, Tuesday 24 November, 15:00");
        assert_eq!(berlin.at_with_zone(start), "tomorrow, Tuesday 24 November, 15:00 (Berlin time)");
        assert_eq!(
            voice(Tz::America__New_York).at(start),
            "tomorrow, Tuesday 24 November, 09:00 (New York time)"
        );
    }

    #[test]
    fn another_year_is_said() {
        let start = Utc.with_ymd_and_hms(2027, 1, 5, 8, 0, 0).unwrap();
        assert_eq!(voice(Tz::Europe__Berlin).plain(start), "Tuesday 5 January 2027, 09:00");
    }

    #[test]
    fn offsets_are_named_the_way_people_count() {
        assert_eq!(zone_name(Tz::Etc__GMTMinus2), "UTC+2");
        assert_eq!(zone_name(Tz::Etc__GMTPlus5), "UTC-5");
        assert_eq!(zone_name(Tz::Etc__UTC), "UTC");
        assert_eq!(zone_name(Tz::America__Argentina__Buenos_Aires), "Buenos Aires time");
    }
}
