//! Checks of single values.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;
use toml::Spanned;

use super::OpenPeriod;
use super::hours::DAY_MINUTES;
use super::parse::Fault;
use crate::claims::CELL_MINUTES;

/// Most characters of a name.
pub(super) const NAME_CHARS: usize = 100;
/// Most characters of a sentence that the assistant says.
pub(super) const SENTENCE_CHARS: usize = 1_000;

/// A text that says something, without spaces around it, that fits and that every database can hold.
pub(super) fn text(value: &Spanned<String>, max_chars: usize) -> Result<String, Fault> {
    let text = value.get_ref().trim();
    if text.is_empty() {
        return Err(Fault::new(value, "must not be empty"));
    }
    if text.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(Fault::new(value, "must not contain control characters"));
    }
    if text.chars().count() > max_chars {
        return Err(Fault::new(value, format!("must have at most {max_chars} characters")));
    }
    Ok(text.to_owned())
}

/// A [`text`] of one line and of the length of a name.
pub(super) fn name(value: &Spanned<String>) -> Result<String, Fault> {
    let name = text(value, NAME_CHARS)?;
    if name.contains('\n') { Err(Fault::new(value, "must be one line")) } else { Ok(name) }
}

/// A whole number within bounds.
pub(super) fn number(value: &Spanned<i64>, bounds: RangeInclusive<u32>) -> Result<u32, Fault> {
    let number = u32::try_from(*value.get_ref()).ok().filter(|number| bounds.contains(number));
    number.ok_or_else(|| {
        let (low, high) = (bounds.start(), bounds.end());
        Fault::new(value, format!("must be from {low} to {high}, not {}", value.get_ref()))
    })
}

/// A number of minutes within bounds that fills whole cells.
pub(super) fn cell_minutes(value: &Spanned<i64>, bounds: RangeInclusive<u32>) -> Result<u32, Fault> {
    let minutes = number(value, bounds)?;
    if fills_cells(minutes) { Ok(minutes) } else { Err(not_whole_cells(value, minutes)) }
}

/// An IANA zone by its name, whatever its case.
pub(super) fn zone(value: &Spanned<String>) -> Result<Tz, Fault> {
    let name = value.get_ref();
    Tz::from_str_insensitive(name.trim()).map_err(|_| {
        Fault::new(value, format!("{name:?} is not an IANA time zone such as \"Europe/Berlin\""))
    })
}

/// `https://host…` or `http://host…`, without a user or password in it.
pub(super) fn web_address(value: &Spanned<String>) -> Result<String, Fault> {
    let address = name(value)?;
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if host.is_empty() || host.contains('@') || address.contains(char::is_whitespace) {
        return Err(Fault::new(
            value,
            format!("{address:?} is not an address such as \"https://example.org/hook\""),
        ));
    }
    Ok(address)
}

/// The name of an environment variable.
pub(super) fn variable(value: &Spanned<String>) -> Result<String, Fault> {
    let name = name(value)?;
    let fits = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if fits {
        Ok(name)
    } else {
        Err(Fault::new(
            value,
            format!("{name:?} is not the name of an environment variable such as \"WEBHOOK_SECRET\""),
        ))
    }
}

/// A date, `2026-12-24`.
pub(super) fn date(value: &Spanned<String>) -> Result<NaiveDate, Fault> {
    let date = value.get_ref();
    let plain = date.len() == "2026-12-24".len();
    NaiveDate::from_str(date)
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| Fault::new(value, format!("{date:?} is not a date such as \"2026-12-24\"")))
}

/// The opening hours of a day, `["09:00-12:00", "13:00-17:00"]`, in order.
pub(super) fn periods(values: &[Spanned<String>]) -> Result<Vec<OpenPeriod>, Fault> {
    let mut periods: Vec<OpenPeriod> = Vec::with_capacity(values.len());
    for value in values {
        let period = period(value)?;
        let overlaps = |other: &&OpenPeriod| {
            other.from_minute < period.to_minute && period.from_minute < other.to_minute
        };
        if let Some(other) = periods.iter().find(overlaps) {
            return Err(Fault::new(value, format!("{period} overlaps {other}")));
        }
        periods.push(period);
    }
    periods.sort_unstable();
    Ok(periods)
}

fn period(value: &Spanned<String>) -> Result<OpenPeriod, Fault> {
    let text = value.get_ref();
    let ends = text.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
    let (from_minute, to_minute) = ends.ok_or_else(|| {
        Fault::new(value, format!("{text:?} is not a time of opening such as \"09:00-17:00\""))
    })?;
    if from_minute >= to_minute {
        return Err(Fault::new(value, format!("{text:?} must begin before it ends, on the same day")));
    }
    match [from_minute, to_minute].into_iter().find(|&minute| !fills_cells(minute.into())) {
        Some(minute) => Err(not_whole_cells(value, minute)),
        None => Ok(OpenPeriod { from_minute, to_minute }),
    }
}

/// Minutes after midnight of `HH:MM`, up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let two_digits = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    let since_midnight = hour * 60 + minute;
    (minute < 60 && since_midnight <= DAY_MINUTES).then_some(since_midnight)
}

fn fills_cells(minutes: u32) -> bool {
    i64::from(minutes) % CELL_MINUTES == 0
}

fn not_whole_cells<T>(value: &Spanned<T>, minutes: impl Display) -> Fault {
    Fault::new(value, format!("must be a multiple of {CELL_MINUTES} minutes, not {minutes}"))
}
