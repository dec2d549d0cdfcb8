//! Words about time from any bytes: no panic, nothing before now, answers of bounded length. README.md says how to run it.
#![no_main]

use std::sync::LazyLock;

use calendar::{Allowed, Profile};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::TZ_VARIANTS;
use libfuzzer_sys::{Corpus, fuzz_target};
use protocol::{Asked, SpanRole};
use timewords::{Constraint, Context, Phrase, State, When, read};

/// Bytes before the text.
const SETTINGS: usize = 8;
/// Readings that `read` keeps.
const MOST_READINGS: usize = 24;

/// Near horizons: far ones only repeat the same days more often.
static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    [
        "[booking]\nhorizon_days = 4",
        "locale = \"en-US\"\ntimezone = \"America/New_York\"\n[booking]\nhorizon_days = 4",
        "timezone = \"Pacific/Apia\"\n[booking]\nhorizon_days = 9\nstart_every_minutes = 15",
    ]
    .iter()
    .map(|text| Profile::from_toml(text).expect("the profiles above are right"))
    .collect()
});

/// The first instant that can be "now": 1 January 2024, 00:00 UTC.
const FIRST_NOW: i64 = 1_704_067_200;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((settings, text)) = data.split_first_chunk::<SETTINGS>() else { return Corpus::Reject };
    check(settings, &String::from_utf8_lossy(text));
    Corpus::Keep
});

/// Reads each line as a message of one conversation.
fn check(settings: &[u8; SETTINGS], text: &str) {
    let [role, asked, zone_low, zone_high, profile, minutes @ ..] = *settings;
    let ctx = Context {
        now: now(minutes),
        zone: one_of(&TZ_VARIANTS, usize::from(u16::from_le_bytes([zone_low, zone_high]))),
        profile: &PROFILES[usize::from(profile) % PROFILES.len()],
        asked: one_of(&[None, Some(Asked::Date), Some(Asked::Time), Some(Asked::Which)], asked.into()),
        // The high bit: whether there is an appointment that "same time" refers to.
        existing: (asked >= 128).then(|| appointment(now(minutes))),
    };
    let role = one_of(&[SpanRole::Wanted, SpanRole::Excluded, SpanRole::Existing], role.into());
    let mut known = Constraint::default();
    for (turn, line) in text.split('\n').enumerate() {
        let when = read(&[Phrase { text: line, role }], &[], &ctx);
        bounded(&when);
        known = match (turn, profile >> 6) {
            (0, _) => Constraint::from_when(&when),
            (_, 0 | 1) => known.narrow(&when, &ctx),
            (_, 2) => known.correct(&when, &ctx),
            _ => known.exclude(&when, &ctx),
        };
    }
    if let State::Exact { at, .. } = known.state(&ctx) {
        assert!(at > ctx.now, "{at} is no longer to be had: {text:?}");
    }
    for part in known.allowed(&ctx) {
        let start = match part {
            Allowed::At(at) => at,
            Allowed::Starting(window) | Allowed::Within(window) => {
                assert!(window.start < window.end, "empty: {part:?} of {text:?}");
                window.start
            }
        };
        assert!(start >= ctx.now, "{part:?} begins before {}: {text:?}", ctx.now);
    }
}

fn bounded(when: &When) {
    for readings in [&when.candidates, &when.excluded, &when.existing] {
        assert!(readings.len() <= MOST_READINGS, "{when:?}");
    }
    let said = !when.candidates.is_empty() || !when.excluded.is_empty() || !when.existing.is_empty();
    assert_eq!(when.none, !said && when.problems.is_empty(), "{when:?}");
}

/// Any minute of 31 years.
fn now([low, middle, high]: [u8; 3]) -> DateTime<Utc> {
    let minutes = i64::from(u32::from_le_bytes([low, middle, high, 0]));
    DateTime::UNIX_EPOCH + TimeDelta::seconds(FIRST_NOW) + TimeDelta::minutes(minutes)
}

/// An hour of the next day.
fn appointment(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    (now + TimeDelta::hours(24), now + TimeDelta::hours(25))
}

fn one_of<T: Copy>(all: &[T], at: usize) -> T {
    all[at % all.len()]
}
