//! Instants as people read them, in the zone of their browser.

use js_sys::Date;
use js_sys::Intl::{DateTimeFormatOptions, DateTimeStyle, DayFormat, MonthFormat, WeekdayFormat, YearFormat};
use protocol::Appointment;
use wasm_bindgen::JsValue;

use crate::browser;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The hour and minute, as `15:00` or `3:00 PM`.
pub fn clock(at_ms: i64) -> String {
    let options = DateTimeFormatOptions::new();
    options.set_time_style(DateTimeStyle::Short);
    let options: &JsValue = options.as_ref();
    date(at_ms).to_locale_string(&browser::locale(), options).into()
}

/// The day, as `Wednesday 25 November`, with the year when it is not this one.
pub fn day(at_ms: i64) -> String {
    let options = DateTimeFormatOptions::new();
    options.set_weekday(WeekdayFormat::Long);
    options.set_day(DayFormat::Numeric);
    options.set_month(MonthFormat::Long);
    if date(at_ms).get_full_year() != date(browser::now_ms()).get_full_year() {
        options.set_year(YearFormat::Numeric);
    }
    let options: &JsValue = options.as_ref();
    date(at_ms).to_locale_string(&browser::locale(), options).into()
}

/// The day of a line in a conversation: `Today`, `Yesterday`, or its date.
pub fn day_of_talk(at_ms: i64) -> String {
    match day_number(browser::now_ms()) - day_number(at_ms) {
        0 => "Today".into(),
        1 => "Yesterday".into(),
        _ => day(at_ms),
    }
}

/// Counts the days of the person's zone, so that equal numbers mean the same day.
pub fn day_number(at_ms: i64) -> i64 {
    // Minutes that UTC is ahead; it differs between summer and winter.
    #[expect(clippy::cast_possible_truncation, reason = "less than a day")]
    let behind_utc = date(at_ms).get_timezone_offset() as i64;
    (at_ms - behind_utc * 60_000).div_euclid(DAY_MS)
}

/// From when to when, as `15:00 – 16:00`.
pub fn span(appointment: &Appointment) -> String {
    let [start, end] = [appointment.start_time, appointment.end_time].map(|at| clock(at.timestamp_millis()));
    format!("{start} – {end}")
}

fn date(at_ms: i64) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
    let at = at_ms as f64;
    Date::new(&JsValue::from_f64(at))
}
