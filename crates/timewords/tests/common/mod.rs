//! What the tests share: a Monday morning, and readings as short strings.
#![allow(dead_code, reason = "each test binary uses its own part")]

use calendar::Profile;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use protocol::{Asked, SpanRole};
use timewords::{Context, Open, Part, Phrase, Reading, Relation, When, read};

/// Monday 23 November 2026, 10:20 UTC.
pub fn monday() -> DateTime<Utc> {
    "2026-11-23T10:20:00Z".parse().unwrap()
}

pub fn context(profile: &Profile) -> Context<'_> {
    Context { now: monday(), zone: Tz::UTC, profile, asked: None, existing: None }
}

/// Reads a whole message.
pub fn heard(text: &str, ctx: &Context<'_>) -> When {
    read(&[Phrase { text, role: SpanRole::Wanted }], &[], ctx)
}

/// Reads a whole message on the Monday, after a question.
pub fn said(text: &str, asked: Option<Asked>) -> String {
    let profile = Profile::default();
    brief(&heard(text, &Context { asked, ..context(&profile) }))
}

/// A table of messages and what they mean on the Monday; every row that differs is reported.
pub fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let found = said(text, None);
            (found != *expected).then(|| format!("{text:?}: {found:?} instead of {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// `A ? B` are meanings, `A | B` choices, `- X` is ruled out, `! …` cannot be.
pub fn brief(when: &When) -> String {
    if when.none {
        return "none".to_owned();
    }
    let join =
        |readings: &[Reading], between: &str| readings.iter().map(one).collect::<Vec<_>>().join(between);
    let between = if when.relation == Relation::Ambiguous { " ? " } else { " | " };
    let mut text = join(&when.candidates, between);
    for excluded in &when.excluded {
        text += &format!(" - {}", one(excluded));
    }
    for problem in &when.problems {
        let name = serde_json::to_value(problem).unwrap()["kind"].as_str().unwrap().to_owned();
        text += &format!(" ! {name}");
    }
    text.trim().to_owned()
}

fn one(reading: &Reading) -> String {
    let mut words = Vec::new();
    let side = |from: Option<String>, to: Option<String>| match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from}..{to}")),
        (Some(from), None) => Some(from),
        (None, Some(to)) => Some(format!("..{to}")),
        (None, None) => None,
    };
    let clock = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
    if reading.approximate {
        words.push("about".to_owned());
    }
    words.extend(reading.open.map(|open| if open == Open::After { "after" } else { "before" }.to_owned()));
    words.extend(side(reading.date.map(|d| d.to_string()), reading.end_date.map(|d| d.to_string())));
    words.extend(side(reading.time.map(clock), reading.end_time.map(clock)));
    words.extend(reading.half.map(|half| format!("{half:?}").to_lowercase()));
    words.extend(reading.part.map(|part| {
        match part {
            Part::Morning => "morning",
            Part::Afternoon => "afternoon",
            Part::Evening => "evening",
            Part::Night => "night",
        }
        .to_owned()
    }));
    words.extend(reading.vague.map(|vague| format!("{vague:?}").to_lowercase()));
    words.extend(reading.timezone.map(|zone| zone.name().to_owned()));
    if words.is_empty() { "anything".to_owned() } else { words.join(" ") }
}
