//! Days and times as an operator writes them, in the business's zone.

use calendar::{Profile, Window, wall_windows};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::error::Failure;

/// The first instant of a day in the business's zone, also where midnight does not exist.
pub fn day_start(day: NaiveDate, profile: &Profile) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let first_hours = wall_windows(profile.timezone, midnight, midnight + TimeDelta::hours(6));
    first_hours.first().map_or_else(|| midnight.and_utc(), |window| window.start)
}

/// A day from its first instant to the next day's, in the business's zone.
pub fn whole_day(day: NaiveDate, profile: &Profile) -> Option<Window> {
    Some(Window::new(day_start(day, profile), day_start(day.succ_opt()?, profile)))
}

/// `2026-11-25T15:00` or `2026-11-25 15:00` in the business's zone, or with an offset (RFC 3339); `None` if it is neither.
///
/// # Errors
/// When the clocks of the business leave that time out.
pub fn instant(text: &str, profile: &Profile) -> Result<Option<DateTime<Utc>>, Failure> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Some(at.with_timezone(&Utc)));
    }
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
    let Some(wall) = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()) else {
        return Ok(None);
    };
    // A time that the clocks show twice is the first of the two.
    let zone = profile.timezone;
    let at = wall.and_local_timezone(zone).earliest().ok_or_else(|| {
        Failure::Usage(format!("{text} does not exist in {zone}: its clocks are put forward then"))
    })?;
    Ok(Some(at.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use calendar::Profile;
    use chrono::{DateTime, Utc};

    use super::{day_start, instant};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_where_the_business_is() {
        let profile = Profile { timezone: chrono_tz::America::Sao_Paulo, ..Profile::default() };
        // Midnight of that day did not exist there: clocks were put forward at 00:00.
        let start = day_start("2018-11-04".parse().unwrap(), &profile);
        assert_eq!(start, at("2018-11-04T03:00:00Z"));
    }

    #[test]
    fn a_time_is_the_business_s_unless_it_says_otherwise() {
        let profile = Profile { timezone: chrono_tz::Europe::Berlin, ..Profile::default() };
        for (text, expected) in [
            ("2026-11-25T15:00", "2026-11-25T14:00:00Z"),
            ("2026-11-25 15:00", "2026-11-25T14:00:00Z"),
            ("2026-11-25T15:00:00Z", "2026-11-25T15:00:00Z"),
            ("2026-11-25T15:00:00+05:00", "2026-11-25T10:00:00Z"),
        ] {
            assert_eq!(instant(text, &profile).unwrap(), Some(at(expected)), "{text}");
        }
        assert_eq!(instant("wednesday at 3", &profile).unwrap(), None);
        assert!(instant("2026-03-29 02:30", &profile).unwrap_err().to_string().contains("does not exist"));
    }
}
