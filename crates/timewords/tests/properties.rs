//! What holds for all words, times and zones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod common;

use calendar::{Allowed, Profile};
use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use common::{context, heard};
use proptest::prelude::*;
use timewords::{Constraint, Context, Problem, State};

const WEEKLY: &[&str] = &[
    "tomorrow",
    "Tuesday",
    "next Friday",
    "in 3 days",
    "a week from Thursday",
    "Wednesday next week",
    "this weekend",
    "Monday at 3",
    "tomorrow afternoon",
    "next week",
    "Friday between 2 and 4",
    "early next week",
    "the day after tomorrow",
    "Tuesday or Thursday at 10",
    "any day except Friday",
    "Monday 9 to 5",
    "today at 16:00",
];

const WORDS: &[&str] = &[
    "next",
    "this",
    "tuesday",
    "monday",
    "at",
    "3",
    "15",
    "4pm",
    "half",
    "past",
    "to",
    "from",
    "between",
    "and",
    "or",
    "not",
    "except",
    "week",
    "month",
    "in",
    "two",
    "the",
    "21st",
    "december",
    "may",
    "morning",
    "afternoon",
    "before",
    "after",
    "until",
    "-",
    ",",
    ".",
    "/",
    "3/4",
    "10:30",
    "25:00",
    "noon",
    "later",
    "early",
    "end",
    "of",
    "day",
    "first",
    "last",
    "EST",
    "London",
    "time",
    "a",
    "hour",
    "for",
    "30",
    "minutes",
    "now",
    "same",
    "weekend",
    "2026-12-01",
    "ish",
    "@",
    "quarter",
    "no",
    "sorry",
];

fn shifted(ctx: Context<'_>, text: &str, weeks: i64) -> serde_json::Value {
    let now = ctx.now + TimeDelta::weeks(weeks);
    let mut when = heard(text, &Context { now, ..ctx });
    for reading in when.candidates.iter_mut().chain(&mut when.excluded) {
        reading.date = reading.date.map(|date| date - TimeDelta::weeks(weeks));
        reading.end_date = reading.end_date.map(|date| date - TimeDelta::weeks(weeks));
    }
    serde_json::to_value(&when).unwrap()
}

/// Instants of two years, one every five hours and 37 minutes.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0i64..3_120).prop_map(|n| common::monday() + TimeDelta::minutes(337 * n))
}

fn zones() -> impl Strategy<Value = Tz> {
    (0..TZ_VARIANTS.len()).prop_map(|at| TZ_VARIANTS[at])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whole_weeks_later_everything_is_whole_weeks_later(weeks in 0i64..200, text in proptest::sample::select(WEEKLY)) {
        let profile = Profile::default();
        prop_assert_eq!(shifted(context(&profile), text, weeks), shifted(context(&profile), text, 0));
    }

    #[test]
    fn nothing_allowed_lies_before_now(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 1..8), now in instants(), zone in zones(),
    ) {
        let profile = Profile::default();
        let ctx = Context { now, zone, ..context(&profile) };
        let text = words.join(" ");
        let when = heard(&text, &ctx);
        let known = Constraint::from_when(&when);
        for part in known.allowed(&ctx) {
            let start = match part {
                Allowed::At(at) => at,
                Allowed::Starting(window) | Allowed::Within(window) => window.start,
            };
            prop_assert!(start >= now, "{} {:?}", text, part);
        }
        if let State::Exact { at, .. } = known.state(&ctx) {
            prop_assert!(at > now, "{}", text);
        }
    }

    #[test]
    fn no_text_does_harm(text in "\\PC{0,60}", more in proptest::collection::vec(proptest::sample::select(WORDS), 0..12)) {
        let profile = Profile::default();
        let ctx = context(&profile);
        let when = heard(&format!("{text} {}", more.join(" ")), &ctx);
        let known = Constraint::from_when(&when).narrow(&when, &ctx).correct(&when, &ctx).exclude(&when, &ctx);
        let _ = (known.state(&ctx), known.allowed(&ctx));
        prop_assert!(when.none == (when.candidates.is_empty() && when.excluded.is_empty() && when.problems.is_empty()));
    }

    #[test]
    fn what_is_written_is_read_back(at in instants(), zone in zones()) {
        let profile = Profile::default();
        let ctx = Context { now: common::monday() - TimeDelta::days(1), zone, ..context(&profile) };
        let local = at.with_timezone(&zone).naive_local();
        let text = format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute());
        let known = Constraint::from_when(&heard(&text, &ctx));
        // Seconds of a zone's old offsets are not written.
        if local.second() == 0 {
            let allowed = known.allowed(&Context { profile: &Profile { booking: calendar::BookingRules { horizon_days: 1000, ..Default::default() }, ..Profile::default() }, ..ctx });
            prop_assert!(allowed.contains(&Allowed::At(at)), "{} {:?}", text, allowed);
        }
        let skipped = matches!(known.state(&ctx), State::Problem(Problem::Skipped { .. }));
        prop_assert!(!skipped);
    }
}

/// The hours around each change of offset in two years, in every zone: a rendered wall time gives its instant back.
#[test]
fn changes_of_the_clock_in_all_zones() {
    let booking = calendar::BookingRules { horizon_days: 1000, ..Default::default() };
    let far = Profile { booking, ..Profile::default() };
    let local = |zone: Tz, at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
    let offset = |zone, at| local(zone, at) - at.naive_utc();
    let mut changes = 0;
    for zone in TZ_VARIANTS {
        let ctx = Context { zone, profile: &far, ..context(&far) };
        let day = |n| common::monday() + TimeDelta::days(n) - TimeDelta::minutes(20);
        for n in (1..730).filter(|n| offset(zone, day(*n)) != offset(zone, day(n + 1))) {
            changes += 1;
            let hours = (0..25).map(|hour| day(n) + TimeDelta::hours(hour));
            let change = hours.take_while(|at| offset(zone, *at) == offset(zone, day(n))).last().unwrap();
            for quarter in -6..10 {
                let at = change + TimeDelta::minutes(15 * quarter);
                let wall = local(zone, at);
                let text = format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute());
                let allowed = Constraint::from_when(&heard(&text, &ctx)).allowed(&ctx);
                assert!(allowed.contains(&Allowed::At(at)), "{zone} {text} {allowed:?}");
            }
        }
    }
    assert!(changes > 500, "{changes}");
}

/// Quadratic work over this much text would take minutes.
#[test]
fn long_texts_are_read_in_linear_time() {
    let profile = Profile::default();
    let ctx = context(&profile);
    for word in [
        "3 ",
        "next ",
        "tuesday or ",
        "not ",
        "between 2 and ",
        "a",
        "the 21st of ",
        "3-",
        "1.",
        "(",
        "tuesdayy ",
    ] {
        let text = word.repeat(40_000 / word.len());
        let when = heard(&text, &ctx);
        assert!(when.candidates.len() <= 24 && when.excluded.len() <= 24, "{word}");
    }
    assert_eq!(common::monday().weekday(), chrono::Weekday::Mon);
}
