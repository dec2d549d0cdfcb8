//! Days, times and zones as they are said to one person.

use calendar::{Locale, Profile};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;

use super::language::{self, Joint, Language};

/// How times are said to this person: their zone, and the business's habits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) now: DateTime<Utc>,
    /// The zone that times are said in.
    pub(crate) zone: Tz,
    pub(crate) language: &'static dyn Language,
    business: Tz,
    locale: Locale,
}

impl Voice {
    pub(crate) fn new(profile: &Profile, zone: Tz, now: DateTime<Utc>) -> Self {
        let language = language::of(profile);
        Self { now, zone, language, business: profile.timezone, locale: profile.locale }
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
        self.language.day(date, !this_year, self.locale)
    }

    /// "tomorrow, Tuesday 24 November".
    pub(crate) fn near_day(&self, date: NaiveDate) -> String {
        let today = self.date_of(self.now);
        let day = self.day(date);
        if date == today {
            self.language.today(&day)
        } else if Some(date) == today.checked_add_days(Days::new(1)) {
            self.language.tomorrow(&day)
        } else {
            day
        }
    }

    /// "15:00", or "3:00 PM".
    pub(crate) fn clock(&self, time: NaiveTime) -> String {
        if self.locale == Locale::EnUs {
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
        self.language.at(&self.day(self.date_of(instant)), &self.clock_at(instant))
    }

    /// "tomorrow, Tuesday 24 November, 15:00", with the zone where it is not the business's.
    pub(crate) fn at(&self, instant: DateTime<Utc>) -> String {
        let at = self.language.at(&self.near_day(self.date_of(instant)), &self.clock_at(instant));
        format!("{at}{}", self.zone_note())
    }

    /// "tomorrow, Tuesday 24 November, 15:00 (Berlin time)".
    pub(crate) fn at_with_zone(&self, instant: DateTime<Utc>) -> String {
        let at = self.language.at(&self.near_day(self.date_of(instant)), &self.clock_at(instant));
        format!("{at} ({})", self.zone_name(self.zone))
    }

    /// " (Berlin time)" where the person's zone is not the business's, else nothing.
    pub(crate) fn zone_note(&self) -> String {
        if same_zone(self.zone, self.business) {
            String::new()
        } else {
            format!(" ({})", self.zone_name(self.zone))
        }
    }

    /// " (Berlin time)" for the business's wall times where the person's zone is another, else nothing.
    pub(crate) fn business_note(&self) -> String {
        if same_zone(self.zone, self.business) {
            String::new()
        } else {
            format!(" ({})", self.zone_name(self.business))
        }
    }

    /// The starts as a list, the day said once if it is the same: "Tuesday 24 November at 14:00 or 16:00".
    pub(crate) fn starts(&self, starts: &[DateTime<Utc>], joint: Joint) -> String {
        let zone = self.zone_note();
        match starts.first() {
            Some(first) if starts.iter().all(|start| self.date_of(*start) == self.date_of(*first)) => {
                let times: Vec<_> = starts.iter().map(|start| self.clock_at(*start)).collect();
                let day = self.near_day(self.date_of(*first));
                format!("{}{zone}", self.language.times_of(&day, &times, joint))
            }
            _ => {
                let starts: Vec<_> = starts.iter().map(|start| self.plain(*start)).collect();
                format!("{}{zone}", self.language.list(&starts, true, joint))
            }
        }
    }

    /// "Berlin time", "UTC", "UTC+2".
    pub(crate) fn zone_name(&self, zone: Tz) -> String {
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
            Some((_, city)) => self.language.time_of_city(&city.replace('_', " ")),
            None => name.to_owned(),
        }
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
        let berlin = voice(Tz::Europe__Berlin);
        assert_eq!(berlin.zone_name(Tz::Etc__GMTMinus2), "UTC+2");
        assert_eq!(berlin.zone_name(Tz::Etc__GMTPlus5), "UTC-5");
        assert_eq!(berlin.zone_name(Tz::Etc__UTC), "UTC");
        assert_eq!(berlin.zone_name(Tz::America__Argentina__Buenos_Aires), "Buenos Aires time");
    }
}
