use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;

use crate::{Locale, OpenPeriod, Profile};

const SAMPLE: &str = include_str!("../../../../seeds/profile.toml");

fn hours(profile: &Profile, day: Weekday) -> Vec<String> {
    profile.hours.on(day).iter().map(OpenPeriod::to_string).collect()
}

#[test]
fn an_empty_profile_has_the_documented_defaults() {
    let profile = Profile::from_toml("").unwrap();
    assert_eq!(profile, Profile::default());
    assert_eq!(profile.timezone, Tz::UTC);
    assert_eq!(hours(&profile, Weekday::Mon), ["09:00-17:00"]);
    assert_eq!(hours(&profile, Weekday::Fri), ["09:00-17:00"]);
    assert!(hours(&profile, Weekday::Sat).is_empty());
    assert_eq!(profile.booking.resources, ["front desk"]);
    let general = profile.default_service().unwrap();
    assert_eq!((general.name.as_str(), general.duration_minutes), ("general", 60));
}

#[test]
fn the_sample_is_read_in_full() {
    let profile = Profile::from_toml(SAMPLE).unwrap();
    assert_eq!(profile.name, "Northside Clinic");
    assert_eq!(profile.timezone, Tz::Europe__Berlin);
    assert_eq!(profile.locale, Locale::EnGb);
    assert_eq!(hours(&profile, Weekday::Thu), ["09:00-12:00", "13:00-19:00"]);
    assert!(hours(&profile, Weekday::Sun).is_empty());
    assert!(profile.hours_on(NaiveDate::from_ymd_opt(2026, 12, 24).unwrap()).is_empty());
    assert_eq!(profile.booking.resources, ["Room 1", "Room 2"]);
    assert_eq!(profile.default_service().map(|service| service.name.as_str()), Some("general"));
    let jab = profile.match_service("my flu shots").unwrap();
    assert_eq!((jab.name.as_str(), jab.duration_minutes, jab.buffer_minutes), ("vaccination", 15, 5));
    assert_eq!(profile.facts.len(), 5);
}

#[test]
fn several_services_without_a_default_have_none() {
    let text = "[[services]]\nname = 'cut'\n[[services]]\nname = 'shave'";
    assert!(Profile::from_toml(text).unwrap().default_service().is_none());
    assert_eq!(
        Profile::from_toml("[[services]]\nname = 'cut'").unwrap().default_service().unwrap().name,
        "cut"
    );
}

#[test]
fn with_hours_a_missing_day_is_closed() {
    let profile = Profile::from_toml("[hours]\nsunday = ['13:00-24:00', '00:00-05:05']").unwrap();
    assert_eq!(hours(&profile, Weekday::Sun), ["00:00-05:05", "13:00-24:00"]);
    assert!(hours(&profile, Weekday::Mon).is_empty());
    assert!(hours(&Profile::from_toml("[hours]").unwrap(), Weekday::Mon).is_empty());
}

/// Every kind of mistake, with the line, the key and a part of the problem that the error must name.
#[test]
fn mistakes_are_named_with_key_and_line() {
    let cases: &[(&str, usize, &str, &str)] = &[
        ("name = 'a'\nnmae = 'b'", 2, "nmae", "unknown field"),
        ("name = ' '", 1, "name", "empty"),
        ("name = \"a\\u0000b\"", 1, "name", "control"),
        ("name = \"a\\nb\"", 1, "name", "one line"),
        ("\nname = 7", 2, "name", "expected a string"),
        ("\n\ntimezone = 'Mars/Olympus'", 3, "timezone", "IANA"),
        ("contact = ''", 1, "contact", "empty"),
        ("locale = 'fr-FR'", 1, "locale", "en-GB"),
        ("sign_up = 'yes'", 1, "sign_up", "boolean"),
        ("keep_messages_days = -1", 1, "keep_messages_days", "must be from 0"),
        ("closed = [\n  '2026-12-24',\n  '2026-12-32']", 3, "closed", "not a date"),
        ("closed = ['26-12-24']", 1, "closed", "not a date"),
        ("[hours]\nmonday = ['9-17']", 2, "hours.monday", "09:00-17:00"),
        ("[hours]\nmoonday = []", 2, "hours.moonday", "unknown field"),
        ("[hours]\nmonday = ['09:00-17:02']", 2, "hours.monday", "multiple of 5"),
        ("[hours]\nmonday = ['17:00-09:00']", 2, "hours.monday", "before it ends"),
        ("[hours]\nmonday = ['09:00-09:00']", 2, "hours.monday", "before it ends"),
        ("[hours]\nmonday = ['09:00-24:05']", 2, "hours.monday", "09:00-17:00"),
        ("[hours]\nmonday = ['09:60-12:00']", 2, "hours.monday", "09:00-17:00"),
        ("[hours]\nmonday = ['+9:00-12:00']", 2, "hours.monday", "09:00-17:00"),
        ("[hours]\nmonday = ['13:00-17:00',\n '09:00-13:05']", 3, "hours.monday", "overlaps"),
        ("[booking]\nstart_every_minutes = 0", 2, "booking.start_every_minutes", "from 5"),
        ("[booking]\nstart_every_minutes = 7", 2, "booking.start_every_minutes", "multiple of 5"),
        ("[booking]\nmin_notice_minutes = -5", 2, "booking.min_notice_minutes", "from 0"),
        ("[booking]\nhorizon_days = 1001", 2, "booking.horizon_days", "from 1 to 1000"),
        ("[booking]\nhorizon_days = 9999999999999", 2, "booking.horizon_days", "from 1 to 1000"),
        ("[booking]\nhorizon_days = 1.5", 2, "booking.horizon_days", "float"),
        ("[booking]\nresources = []", 2, "booking.resources", "empty"),
        ("[booking]\nresources = ['a',\n'a']", 3, "booking.resources", "twice"),
        ("[booking]\nresources = ['User:1']", 2, "booking.resources", "person"),
        ("[booking]\nmax_open_per_person = 0", 2, "booking.max_open_per_person", "from 1"),
        ("[booking]\nask_names = true", 2, "booking.ask_names", "unknown field"),
        ("booking = 3", 1, "booking", "expected"),
        ("services = []", 1, "services", "empty"),
        ("[[services]]\nduration_minutes = 5", 1, "services", "missing field `name`"),
        ("[[services]]\nname = 'a'\nduration_minutes = 0", 3, "services.duration_minutes", "from 5"),
        ("[[services]]\nname = 'a'\nduration_minutes = 42", 3, "services.duration_minutes", "multiple"),
        ("[[services]]\nname = 'a'\nbuffer_minutes = 1", 3, "services.buffer_minutes", "multiple"),
        ("[[services]]\nname = '?'", 2, "services.name", "letter"),
        ("[[services]]\nname = 'a'\n[[services]]\nname = 'A'", 4, "services.name", "already goes by"),
        (
            "[[services]]\nname = 'a'\n[[services]]\nname = 'b'\nsynonyms = [\n'c',\n'a']",
            7,
            "services.synonyms",
            "already goes by",
        ),
        (
            "[[services]]\nname = 'a'\ndefault = true\n[[services]]\nname = 'b'\ndefault = true",
            6,
            "services.default",
            "already the default",
        ),
        ("[[services]]\nname = 'a'\nprice = ''", 3, "services.price", "empty"),
        ("[webhook]\nurl = 'ftp://x'", 2, "webhook.url", "address"),
        ("[webhook]\nurl = 'https://me:pass@x'", 2, "webhook.url", "address"),
        ("[webhook]\nurl = 'https://x'\nsecret_env = 'my secret'", 3, "webhook.secret_env", "environment"),
        ("[webhook]\nurl = 'https://x'\nretries = 3", 3, "webhook.retries", "unknown field"),
        ("[[services]]\nname = 'a'\ncolour = ''", 3, "services.colour", "unknown field"),
        ("[[facts]]\nabout = []\nanswer = 'x'", 2, "facts.about", "empty"),
        ("[[facts]]\nabout = ['x']", 1, "facts", "missing field `answer`"),
        ("[[facts]]\nabout = ['x']\nanswer = ' '", 3, "facts.answer", "empty"),
        ("name = 'a'\nname = 'b'", 2, "name", "duplicate"),
        ("name = 'a'\n= 3", 2, "= 3", ""),
        ("name 'a'", 1, "name", ""),
    ];
    for &(text, line, key, problem) in cases {
        let error = Profile::from_toml(text).expect_err(text);
        assert_eq!((error.line, error.key.as_str()), (line, key), "{text}\n{error}");
        assert!(error.problem.contains(problem), "{text}\n{error}");
    }
}

#[test]
fn what_is_bookable_ends_with_the_last_day_of_the_horizon() {
    let text = "timezone = 'Europe/Berlin'\n[booking]\nhorizon_days = 1\nmin_notice_minutes = 90";
    let profile = Profile::from_toml(text).unwrap();
    // 23:30 on the 22nd in UTC is the 23rd in Berlin.
    let bookable = profile.bookable("2026-11-22T23:30:00Z".parse().unwrap());
    assert_eq!(bookable.start.to_rfc3339(), "2026-11-23T01:00:00+00:00");
    assert_eq!(bookable.end.to_rfc3339(), "2026-11-24T23:00:00+00:00");
}
