//! Days, lists and hours in English.

use calendar::Locale;
use chrono::{NaiveDate, Weekday};

use crate::replies::language::Joint;

pub(super) fn day(date: NaiveDate, with_year: bool, locale: Locale) -> String {
    let form = match (locale, with_year) {
        (Locale::EnUs, false) => "%A, %B %-d",
        (Locale::EnUs, true) => "%A, %B %-d, %Y",
        (_, false) => "%A %-d %B",
        (_, true) => "%A %-d %B %Y",
    };
    date.format(form).to_string()
}

pub(super) fn list(items: &[String], long: bool, joint: Joint) -> String {
    let last = if joint == Joint::And { "and" } else { "or" };
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., tail] => format!("{} {last} {tail}", head.join(if long { "; " } else { ", " })),
    }
}

pub(super) fn hours(periods: &[(String, Option<String>)]) -> String {
    let period =
        |(from, to): &(String, Option<String>)| format!("{from} to {}", to.as_deref().unwrap_or("midnight"));
    list(&periods.iter().map(period).collect::<Vec<_>>(), false, Joint::And)
}

pub(super) fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// "today, …" and "tomorrow, …" stand alone, other days take "on".
pub(super) fn on(day: &str) -> String {
    if day.starts_with("today") || day.starts_with("tomorrow") { day.to_owned() } else { format!("on {day}") }
}
