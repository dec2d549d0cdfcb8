//! Whatever is said in whatever order, the promises of [`Desk::hears`] hold: no panic, at most one question, effects only for
//! what is free and one's own, a state that is bounded and survives being kept.

use chrono::TimeDelta;
use chrono_tz::Tz;
use proptest::prelude::*;
use protocol::Intent;

use crate::support::Desk;

const WORDS: [&str; 24] = [
    "{when:tomorrow at 3}",
    "{when:tuesday}",
    "{when:3}",
    "{when:next week}",
    "{when:next tuesday at 4}",
    "{when:friday afternoon}",
    "{when-:wednesday}",
    "{when=:friday}",
    "{when:later}",
    "{when:earlier}",
    "{when:around 3}",
    "{when:soon}",
    "{when:30 february}",
    "{when:yesterday at 3}",
    "{when:tuesday or wednesday at 4}",
    "{when:first available}",
    "{service:haircut}",
    "{service:unheard-of thing}",
    "{name:Anna}",
    "{timezone:New York}",
    "{option:second one}",
    "{option:7}",
    "{duration:two hours}",
    "{when:saturday at 11}",
];

#[derive(Clone, Debug)]
enum Step {
    Says(Vec<Intent>, Vec<usize>),
    Taps(usize),
    Waits(i64),
    SomebodyBooks(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let intents = proptest::collection::vec(proptest::sample::select(Intent::ALL), 0..3);
    let words = proptest::collection::vec(0..WORDS.len(), 0..3);
    let step = prop_oneof![
        6 => (intents, words).prop_map(|(intents, words)| Step::Says(intents, words)),
        3 => (0..4_usize).prop_map(Step::Taps),
        1 => (1..200_i64).prop_map(Step::Waits),
        1 => (0..120_i64).prop_map(Step::SomebodyBooks),
    ];
    proptest::collection::vec(step, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_promises_hold(steps in steps(), several_services in any::<bool>(), ask_name in any::<bool>(), far in any::<bool>()) {
        let mut profile = calendar::Profile::default();
        profile.booking.ask_name = ask_name;
        if several_services {
            profile = calendar::Profile::from_toml(
                "timezone = \"Europe/Berlin\"\n[[services]]\nname = \"haircut\"\nduration_minutes = 90\nbuffer_minutes = 15\n\
                 [[services]]\nname = \"shave\"\nduration_minutes = 30\n",
            ).unwrap();
        }
        let mut desk = Desk::of(profile);
        if far {
            desk.zone = Tz::Asia__Kathmandu;
        }
        let mut quick = Vec::new();
        for step in steps {
            match step {
                Step::Says(intents, words) => {
                    let names: Vec<_> = intents.iter().map(|intent| intent.as_str()).collect();
                    let words: Vec<_> = words.iter().map(|index| WORDS[*index]).collect();
                    quick = desk.says(&format!("{} | well {}", names.join(","), words.join(" and "))).quick_replies;
                }
                Step::Taps(index) => {
                    if let Some(text) = quick.get(index).cloned() {
                        quick = desk.says(&format!("- | {text}")).quick_replies;
                    }
                }
                Step::Waits(hours) => desk.now += TimeDelta::hours(hours),
                Step::SomebodyBooks(hours) => {
                    let start = (desk.now + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:00:00Z").to_string();
                    let start_at = start.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
                    let clash = desk.rows.iter().any(|row| {
                        row.appointment.start_time < start_at + TimeDelta::hours(2) && start_at < row.appointment.end_time + TimeDelta::hours(1)
                    });
                    if !clash {
                        desk = desk.taken(&start, false);
                    }
                }
            }
            // Nobody's appointments overlap, and at most one place is taken at a time.
            let mut starts: Vec<_> = desk.rows.iter()
                .filter(|row| row.appointment.status == protocol::AppointmentStatus::Booked)
                .map(|row| (row.appointment.start_time, row.appointment.end_time)).collect();
            starts.sort();
            prop_assert!(starts.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        }
    }
}
