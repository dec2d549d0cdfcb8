//! What several turns add up to, and which times it allows.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod common;

use calendar::{Allowed, Profile, Window};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use common::{brief, context, heard, monday};
use protocol::SpanRole;
use timewords::{Constraint, Context, Phrase, Problem, Relation, State, When, read};

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-{text}:00Z").parse().unwrap()
}

/// What the constraint wants, as a short string.
fn wants(constraint: &Constraint) -> String {
    brief(&When {
        candidates: constraint.wanted.clone(),
        relation: constraint.relation,
        excluded: constraint.excluded.clone(),
        ..When::default()
    })
}

enum Turn {
    Narrow(&'static str),
    Correct(&'static str),
    Exclude(&'static str),
}
use Turn::{Correct, Exclude, Narrow};

fn after(turns: &[Turn]) -> String {
    let profile = Profile::default();
    let ctx = context(&profile);
    let known = turns.iter().fold(Constraint::default(), |known, turn| match turn {
        Narrow(text) => known.narrow(&heard(text, &ctx), &ctx),
        Correct(text) => known.correct(&heard(text, &ctx), &ctx),
        Exclude(text) => known.exclude(&heard(text, &ctx), &ctx),
    });
    wants(&known)
}

#[test]
fn turns_add_up() {
    let rows: [(&[Turn], &str); 23] = [
        (&[Narrow("Friday"), Narrow("after 2")], "after 2026-11-27 14:00"),
        (&[Narrow("Friday"), Narrow("at 3")], "2026-11-27 15:00"),
        (&[Narrow("at 3"), Narrow("Friday")], "2026-11-27 15:00"),
        (&[Narrow("next week"), Narrow("Wednesday")], "2026-12-02"),
        (&[Narrow("next week"), Narrow("Wednesday"), Narrow("half two")], "2026-12-02 14:30"),
        (&[Narrow("in December"), Narrow("the 21st")], "2026-12-21"),
        (&[Narrow("tomorrow afternoon"), Narrow("3")], "2026-11-24 15:00"),
        (&[Narrow("tomorrow at 7"), Narrow("in the evening")], "2026-11-24 19:00"),
        (&[Narrow("after 2"), Narrow("before 5")], "14:00..17:00"),
        (&[Narrow("next Tuesday"), Narrow("tomorrow")], "2026-11-24"),
        (&[Narrow("next Tuesday"), Narrow("December 1")], "2026-12-01"),
        (&[Narrow("next Tuesday"), Narrow("at 3")], "2026-11-24 15:00 ? 2026-12-01 15:00"),
        (&[Narrow("Tuesday or Wednesday"), Narrow("at 4")], "2026-11-24 16:00 | 2026-11-25 16:00"),
        (&[Narrow("next week at 3"), Narrow("Tuesday at 10")], "2026-12-01 10:00"),
        (&[Narrow("Friday at 3"), Correct("make it 4")], "2026-11-27 16:00"),
        (&[Narrow("Friday at 3"), Correct("actually Thursday")], "2026-11-26 15:00"),
        (&[Narrow("Friday at 3"), Correct("Monday at 10")], "2026-11-30 10:00"),
        (&[Narrow("Friday"), Narrow("Thursday")], "2026-11-26"),
        (&[Narrow("Friday at 10"), Correct("the afternoon")], "2026-11-27 afternoon"),
        (&[Narrow("Friday"), Exclude("not in the morning")], "2026-11-27 - morning"),
        (&[Narrow("next week"), Exclude("Thursday")], "2026-11-30..2026-12-06 - 2026-11-26"),
        (&[Narrow("soon"), Narrow("Friday")], "2026-11-27"),
        (&[Narrow("any day except Friday"), Narrow("at 3")], "15:00 - 2026-11-27"),
    ];
    for (turns, expected) in rows {
        assert_eq!(after(turns), expected);
    }
}

fn state(text: &str) -> State {
    let profile = Profile::default();
    let ctx = context(&profile);
    Constraint::from_when(&heard(text, &ctx)).state(&ctx)
}

#[test]
fn only_one_day_and_one_time_are_an_answer() {
    assert_eq!(state("Wednesday at 3pm"), State::Exact { at: at("11-25T15:00"), zone: Tz::UTC });
    assert_eq!(
        state("Wednesday 3pm London time"),
        State::Exact { at: at("11-25T15:00"), zone: Tz::Europe__London }
    );
    assert!(matches!(state("Wednesday"), State::Date(_)));
    assert!(matches!(state("at 3"), State::Time(_)));
    for text in [
        "tomorrow afternoon",
        "next week",
        "sometime soon",
        "Wednesday around 3",
        "3ish tomorrow",
        "after 2",
        "asap",
    ] {
        assert_eq!(state(text), State::Wide, "{text}");
    }
    assert!(matches!(state("next Tuesday"), State::Ambiguous(readings) if readings.len() == 2));
    assert!(matches!(state("03/04 at 3"), State::Ambiguous(readings) if readings.len() == 2));
    assert!(matches!(state("Tuesday or Wednesday at 4"), State::Choices(readings) if readings.len() == 2));
    assert!(matches!(state("yesterday at 3"), State::Problem(Problem::Past { .. })));
    assert!(matches!(state("30 February"), State::Problem(Problem::ImpossibleDate { .. })));
    assert_eq!(state("hello"), State::Nothing);
    assert_eq!(state("any day except Thursday"), State::Nothing);
}

fn allowed(text: &str) -> Vec<Allowed> {
    let profile = Profile::default();
    let ctx = context(&profile);
    Constraint::from_when(&heard(text, &ctx)).allowed(&ctx)
}

#[test]
fn what_is_allowed() {
    let window = |from, to| Window::new(at(from), at(to));
    assert_eq!(allowed("Wednesday at 3pm"), [Allowed::At(at("11-25T15:00"))]);
    assert_eq!(allowed("tomorrow afternoon"), [Allowed::Starting(window("11-24T12:00", "11-24T18:00"))]);
    assert_eq!(
        allowed("early tomorrow afternoon"),
        [Allowed::Starting(window("11-24T12:00", "11-24T15:00"))]
    );
    assert_eq!(
        allowed("tomorrow between 10 and 12"),
        [Allowed::Within(window("11-24T10:00", "11-24T12:00"))]
    );
    assert_eq!(allowed("tomorrow before 4"), [Allowed::Within(window("11-24T00:00", "11-24T16:00"))]);
    assert_eq!(allowed("tomorrow after 2"), [Allowed::Starting(window("11-24T14:00", "11-25T00:00"))]);
    assert_eq!(allowed("this week"), [Allowed::Starting(window("11-23T10:20", "11-30T00:00"))]);
    assert_eq!(
        allowed("next week except Thursday"),
        [
            Allowed::Starting(window("11-30T00:00", "12-03T00:00")),
            Allowed::Starting(window("12-04T00:00", "12-07T00:00")),
        ]
    );
    assert_eq!(
        allowed("tomorrow but not in the morning"),
        [
            Allowed::Starting(window("11-24T00:00", "11-24T06:00")),
            Allowed::Starting(window("11-24T12:00", "11-25T00:00")),
        ]
    );
    assert_eq!(
        allowed("next week except Thursday and Tuesday"),
        [
            Allowed::Starting(window("11-30T00:00", "12-01T00:00")),
            Allowed::Starting(window("12-02T00:00", "12-03T00:00")),
            Allowed::Starting(window("12-04T00:00", "12-07T00:00")),
        ]
    );
    assert_eq!(allowed("yesterday at 3"), []);
    assert_eq!(allowed("30 February"), []);
    let around = allowed("tomorrow around 3");
    assert_eq!(around.first(), Some(&Allowed::At(at("11-24T15:00"))));
    assert_eq!(around.get(1), Some(&Allowed::Starting(window("11-24T14:00", "11-24T16:01"))));
    // A time without a day is that time on each day of the horizon.
    assert_eq!(allowed("at 3").first(), Some(&Allowed::At(at("11-23T15:00"))));
    assert!(allowed("at 3").len() > 300);
    // Every Thursday, not only the next.
    let no_thursdays = allowed("any day except Thursday");
    for thursday in ["11-26T12:00", "12-03T12:00", "12-10T12:00"] {
        assert!(
            no_thursdays
                .iter()
                .all(|part| matches!(part, Allowed::Starting(window) if !window.contains(at(thursday))))
        );
    }
}

#[test]
fn words_about_what_exists() {
    let profile = Profile::default();
    let existing = Some((at("11-27T10:00"), at("11-27T11:00")));
    let ctx = Context { existing, ..context(&profile) };
    let said = |text| brief(&heard(text, &ctx));
    assert_eq!(said("an hour later"), "2026-11-27 11:00");
    assert_eq!(said("30 minutes earlier"), "2026-11-27 09:30");
    assert_eq!(said("same time on Monday"), "2026-11-30 10:00");
    assert_eq!(said("the day after"), "2026-11-28");
    assert_eq!(said("same day at 4"), "2026-11-27 16:00");
    assert_eq!(said("the following day"), "2026-11-28");
}

#[test]
fn roles_are_kept_apart() {
    let profile = Profile::default();
    let ctx = context(&profile);
    let phrases = [
        Phrase { text: "Friday 10am", role: SpanRole::Existing },
        Phrase { text: "Wednesday after 2", role: SpanRole::Wanted },
        Phrase { text: "Tuesday", role: SpanRole::Excluded },
    ];
    let when = read(&phrases, &[], &ctx);
    assert_eq!(brief(&when), "after 2026-11-25 14:00 - 2026-11-24");
    assert_eq!(brief(&When { candidates: when.existing, ..When::default() }), "2026-11-27 10:00");
    // Two phrases of one moment, and a zone elsewhere in the message.
    let phrases = ["tomorrow", "3"].map(|text| Phrase { text, role: SpanRole::Wanted });
    let when = read(&phrases, &["Berlin"], &ctx);
    assert_eq!((brief(&when).as_str(), when.relation), ("2026-11-24 15:00 Europe/Berlin", Relation::Single));
}

#[test]
fn bare_hours_follow_opening_hours() {
    let mut profile =
        Profile::from_toml("[hours]\nmonday = [\"08:00-21:00\"]\ntuesday = [\"18:00-22:00\"]\n").unwrap();
    profile.timezone = Tz::UTC;
    let ctx = context(&profile);
    assert_eq!(brief(&heard("today at 8", &ctx)), "2026-11-23 08:00 ? 2026-11-23 20:00");
    assert_eq!(brief(&heard("tomorrow at 8", &ctx)), "2026-11-24 20:00");
    assert_eq!(brief(&heard("Monday at 3", &ctx)), "2026-11-23 15:00");
}

#[test]
fn clocks_that_change() {
    let profile = Profile::default();
    let now = "2026-03-23T10:00:00Z".parse().unwrap();
    let berlin = Context { now, zone: Tz::Europe__Berlin, ..context(&profile) };
    let gap = Constraint::from_when(&heard("2026-03-29 at 2:30am", &berlin));
    assert!(matches!(gap.state(&berlin), State::Problem(Problem::Skipped { .. })));
    assert_eq!(gap.allowed(&berlin), []);
    let day = Constraint::from_when(&heard("2026-03-29", &berlin)).allowed(&berlin);
    assert_eq!(day, [Allowed::Starting(Window::new(at("03-28T23:00"), at("03-29T22:00")))]);
    let twice = Constraint::from_when(&heard("2026-10-25 at 2:30am", &berlin));
    assert_eq!(twice.allowed(&berlin), [Allowed::At(at("10-25T00:30")), Allowed::At(at("10-25T01:30"))]);
    assert_eq!(twice.state(&berlin), State::Wide);
    let exact = Constraint::from_when(&heard("30 March at 9am", &berlin));
    assert_eq!(exact.state(&berlin), State::Exact { at: at("03-30T07:00"), zone: Tz::Europe__Berlin });
    assert_eq!(monday(), berlin.now + (monday() - berlin.now));
}

#[test]
fn zone_and_locale_settle_the_order_of_numbers() {
    let profile = Profile::default();
    let in_zone = |zone| {
        let ctx = Context { zone, ..context(&profile) };
        brief(&heard("03/04", &ctx))
    };
    assert_eq!(in_zone(Tz::UTC), "2027-04-03 ? 2027-03-04");
    assert_eq!(in_zone(Tz::America__New_York), "2027-03-04 ? 2026-03-04");
    assert_eq!(in_zone(Tz::Europe__London), "2027-04-03 ? 2026-04-03");
}

#[test]
fn a_constraint_survives_a_restart() {
    let profile = Profile::default();
    let ctx = context(&profile);
    let known = Constraint::from_when(&heard("next Tuesday at 3 London time, not Friday", &ctx));
    let text = serde_json::to_string(&known).unwrap();
    assert_eq!(serde_json::from_str::<Constraint>(&text).unwrap(), known);
}

#[test]
fn after_a_small_number_is_a_time_even_where_a_day_was_asked_for() {
    let profile = Profile::default();
    let asked = Context { asked: Some(protocol::Asked::Date), ..context(&profile) };
    assert_eq!(brief(&heard("after 2", &asked)), "after 14:00");
    assert_eq!(brief(&heard("after the 2nd", &asked)), "after 2026-12-02");
    assert_eq!(brief(&heard("after 25", &asked)), "after 2026-11-25");
    assert_eq!(brief(&heard("2", &asked)), "2026-12-02");
}

#[test]
fn a_day_said_after_a_choice_of_times_goes_for_each() {
    let profile = Profile::default();
    let ctx = context(&profile);
    let phrase = |text, role| Phrase { text, role };
    let said = [phrase("10 or 11", SpanRole::Wanted), phrase("Thursday", SpanRole::Wanted)];
    assert_eq!(brief(&read(&said, &[], &ctx)), "2026-11-26 10:00 | 2026-11-26 11:00");
    let said = [phrase("Tuesday", SpanRole::Wanted), phrase("10 or 11", SpanRole::Wanted)];
    assert_eq!(brief(&read(&said, &[], &ctx)), "2026-11-24 10:00 | 2026-11-24 11:00");
}

#[test]
fn a_time_after_the_comma_is_not_ruled_out_with_the_days() {
    let profile = Profile::default();
    let ctx = context(&profile);
    let said = [
        Phrase { text: "any day this week", role: SpanRole::Wanted },
        Phrase { text: "tuesday and wednesday, at 9am", role: SpanRole::Excluded },
    ];
    assert_eq!(brief(&read(&said, &[], &ctx)), "2026-11-23..2026-11-29 09:00 any - 2026-11-24 - 2026-11-25");
}
