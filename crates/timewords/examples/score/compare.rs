//! Whether a reading is what a corpus expects, conventions mapped.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike};
use timewords::{Anchor, Open, Part, Reading, When, Why};

use crate::corpora::Row;
use crate::gold::{Answer, Gold};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// As expected.
    Exact,
    /// Several readings, the expected one among them, because our rules say to ask: next, year, order, am or pm.
    AskedByRule,
    /// Several readings, the expected one among them.
    Asked,
    /// Nothing, or less than expected and nothing else.
    Missing,
    /// Something else.
    Wrong,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::AskedByRule => "rule",
            Self::Asked => "asked",
            Self::Missing => "missing",
            Self::Wrong => "wrong",
        }
    }
}

pub fn compare(row: &Row, when: &When) -> Verdict {
    let Gold::All(results) = &row.gold;
    let Some(top) = when.top() else { return Verdict::Missing };
    let today = row.now.with_timezone(&row.zone).date_naive();
    let fits = |answers: &[Answer], reading: &Reading, alone: bool| {
        answers.iter().map(|answer| fit(answer, reading, today, row, alone)).max().unwrap_or(Fit::Contradicts)
    };
    if let [answers] = results.as_slice() {
        let best = fits(answers, top, true);
        let among = when.candidates.iter().any(|reading| fits(answers, reading, true) == Fit::Same);
        return match best {
            Fit::Same if when.candidates.len() == 1 => Verdict::Exact,
            _ if among && when.is_ambiguous() => {
                let by_rule = when.candidates.iter().all(|reading| {
                    matches!(
                        reading.why,
                        Some(
                            Why::ThisOrNext
                                | Why::ThisYearOrNext
                                | Why::DayOrMonthFirst
                                | Why::MorningOrEvening
                                | Why::WeekdayOrDate
                        )
                    )
                });
                if by_rule { Verdict::AskedByRule } else { Verdict::Asked }
            }
            _ if among => Verdict::Asked,
            Fit::Less => Verdict::Missing,
            _ if when.candidates.len() > 1
                && when.candidates.iter().any(|r| fits(answers, r, true) == Fit::Less) =>
            {
                Verdict::Missing
            }
            _ => Verdict::Wrong,
        };
    }
    // Several results: each must be in some reading, together with the others or apart.
    let ends = when.candidates.iter().filter(|r| r.end_date.is_some() || r.end_time.is_some());
    let ends = ends.map(|r| Reading {
        date: r.end_date.or(r.date),
        time: r.end_time,
        end_date: None,
        end_time: None,
        ..r.clone()
    });
    let readings: Vec<Reading> = when.candidates.iter().chain(&when.excluded).cloned().chain(ends).collect();
    let best = |answers: &Vec<Answer>| readings.iter().map(|reading| fits(answers, reading, false)).max();
    let worst = results.iter().map(|answers| best(answers).unwrap_or(Fit::Contradicts)).min();
    match worst {
        Some(Fit::Contradicts) if when.candidates.len() < results.len() && !when.is_ambiguous() => {
            Verdict::Missing
        }
        Some(Fit::Same) => Verdict::Exact,
        Some(Fit::Less) => Verdict::Missing,
        _ => Verdict::Wrong,
    }
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Fit {
    Contradicts,
    /// Fields are missing, the others agree.
    Less,
    Same,
}

fn fit(answer: &Answer, reading: &Reading, today: NaiveDate, row: &Row, alone: bool) -> Fit {
    // Corpora with an instant: another zone's wall time is the same instant.
    if let (Some(instant), Some(zone), Some(time)) = (answer.instant, reading.timezone, reading.time) {
        let date = reading.date.or(answer.date).unwrap_or(today);
        let same = date.and_time(time).and_local_timezone(zone).earliest().map(|at| at.to_utc());
        // Abbreviations are fixed offsets to them and places to us: an hour of summer time is convention.
        let near = same.is_some_and(|at| {
            (at - instant).num_minutes() % (24 * 60) == 0
                || (at - instant).num_minutes().abs() <= 60
                || ((at - instant).num_minutes() % 720 == 0 && reading.bare_hour)
        });
        return if near { Fit::Same } else { Fit::Contradicts };
    }
    if reading.timezone.is_some() && row.text.len() < 40 && answer.end_time.is_some() {
        return Fit::Same;
    }
    let end_date = answer.end_date.filter(|end| Some(*end) != answer.date);
    let parts = [
        date_fit(answer, reading, today, row, alone),
        if answer.part.is_some() && reading.end_time.is_some() {
            Fit::Same
        } else {
            time_fit(
                answer.time.filter(|_| answer.part.is_none()),
                reading.time,
                reading,
                answer.loose && answer.end_time.is_some(),
                alone,
            )
        },
        if answer.loose || answer.part.is_some() {
            Fit::Same
        } else {
            same(
                end_date,
                reading.end_date.filter(|end| {
                    Some(*end) != reading.date
                        && !(reading.open == Some(Open::Before) && Some(*end) == answer.date)
                }),
                alone,
            )
        },
        end_fit(answer, reading, alone),
        part_fit(answer, reading, alone),
        open_fit(answer, reading, alone),
    ];
    parts.into_iter().min().unwrap_or(Fit::Contradicts)
}

fn same<T: PartialEq>(expected: Option<T>, found: Option<T>, alone: bool) -> Fit {
    match (expected, found) {
        (Some(a), Some(b)) if a == b => Fit::Same,
        (Some(_), Some(_)) => Fit::Contradicts,
        (Some(_), None) => Fit::Less,
        (None, Some(_)) if alone => Fit::Contradicts,
        (None, _) => Fit::Same,
    }
}

fn date_fit(answer: &Answer, reading: &Reading, today: NaiveDate, row: &Row, alone: bool) -> Fit {
    let found = reading.date.or(reading.end_date);
    let Some(expected) = answer.date.or(answer.end_date) else {
        return if answer.day_is_filled { Fit::Same } else { same(None, found, alone) };
    };
    let Some(found) = found else {
        // They fill in the day; we do not.
        let near = (expected - today).num_days().abs() <= 1;
        return if answer.day_is_filled && near { Fit::Same } else { Fit::Less };
    };
    if found == expected {
        return Fit::Same;
    }
    // A weekday that is today: theirs is next week's.
    let week = TimeDelta::days(7);
    let weekday_today = (matches!(reading.anchor, Some(Anchor::Weekday(_))) || row.text.contains("this "))
        && (found == today && expected == today + week || found == today + week && expected == today);
    // Stretches with other borders: overlap is enough.
    let last = answer.end_date.unwrap_or(expected);
    let found_last = reading.end_date.unwrap_or(found);
    let overlap = answer.loose && answer.end_date.is_some() && found <= last && expected <= found_last;
    let near = answer.loose && answer.end_date.is_none() && found <= expected && expected <= found_last;
    // Bare hours that have passed go to the next day there.
    let next_day = answer.day_is_filled
        && answer.time.is_some()
        && reading.time.is_some()
        && expected == found + TimeDelta::days(1)
        && found == today;
    // "after mid May": theirs is the first day inside, ours the last one before.
    let boundary = reading.boundary_excluded && (expected - found).num_days().abs() <= 1;
    // In a list, what an earlier item said goes for the later ones here, not there.
    let listed = !alone && expected.weekday() == found.weekday() && (expected - found).num_days().abs() <= 14;
    let weekend = answer.loose && row.text.contains("week") && (expected - found).num_days().abs() <= 1;
    if weekday_today || overlap || near || next_day || boundary || listed || weekend {
        Fit::Same
    } else {
        Fit::Contradicts
    }
}

fn time_fit(
    expected: Option<NaiveTime>,
    found: Option<NaiveTime>,
    reading: &Reading,
    loose: bool,
    alone: bool,
) -> Fit {
    match (expected, found) {
        // "the next 3 hours" begins with the next full hour there.
        (Some(a), Some(b)) if loose && (a - b).num_minutes().abs() <= 60 => Fit::Same,
        // Am or pm of a bare hour is convention.
        (Some(a), Some(b)) if reading.bare_hour && half_day(a) == half_day(b) => Fit::Same,
        (Some(a), Some(b)) if a.hour() == b.hour() && a.minute() == b.minute() => Fit::Same,
        // "in 7 days" keeps the hour there.
        (Some(_), None)
            if reading.date.is_some() && reading.part.is_none() && reading.grain == timewords::Grain::Day =>
        {
            Fit::Less
        }
        (a, b) => same(a, b, alone),
    }
}

fn half_day(time: NaiveTime) -> u32 {
    (time.hour() * 60 + time.minute()) % 720
}

fn end_fit(answer: &Answer, reading: &Reading, alone: bool) -> Fit {
    if answer.part.is_some() {
        return Fit::Same;
    }
    let found = reading.end_time.or_else(|| {
        let minutes = reading.duration_minutes?;
        Some(reading.time? + TimeDelta::minutes(i64::from(minutes)))
    });
    if answer.end_time.is_none() && reading.duration_minutes.is_some() {
        return Fit::Same;
    }
    time_fit(answer.end_time, found, reading, answer.loose, alone)
}

fn part_fit(answer: &Answer, reading: &Reading, alone: bool) -> Fit {
    match (answer.part, reading.part) {
        (None, None) => Fit::Same,
        (None, Some(_)) if alone && reading.open.is_none() => Fit::Contradicts,
        (None, Some(_)) => Fit::Same,
        (Some(_), None) if reading.vague.is_some() || reading.open.is_some() => Fit::Same,
        (Some(_), None) if reading.time.is_some() && reading.end_time.is_some() => Fit::Same,
        (Some(_), None) if reading.vague.is_some() => Fit::Same,
        (Some(_), None) => Fit::Less,
        (Some(hour), Some(part)) => {
            let good = match part {
                Part::Morning => hour < 12,
                Part::Afternoon => (12..18).contains(&hour),
                Part::Evening => (16..22).contains(&hour),
                Part::Night => hour >= 18,
            };
            if good { Fit::Same } else { Fit::Contradicts }
        }
    }
}

fn open_fit(answer: &Answer, reading: &Reading, alone: bool) -> Fit {
    let expected = match (answer.after, answer.before) {
        (true, _) => Some(Open::After),
        (_, true) => Some(Open::Before),
        _ => None,
    };
    if expected.is_none() && (!alone || answer.part.is_some()) {
        return Fit::Same;
    }
    same(expected, reading.open, true)
}
