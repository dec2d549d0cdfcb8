//! Many people at once, while instances are killed: what was acknowledged is there, and nothing is there twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::person::Person;
use crate::split::until_answered;
use crate::stack::Stack;

const PEOPLE: u32 = 24;
/// Two people want each start of these days, at the same time.
const DAYS: [&str; 3] = ["Tuesday 1 December", "Wednesday 2 December", "Thursday 3 December"];

/// What one person was told: the id of each appointment that a reply said was booked.
fn book_every_day(person: &Person, hour: u32, done: &AtomicUsize) -> BTreeSet<String> {
    let mut booked = BTreeSet::new();
    for (number, day) in DAYS.iter().enumerate() {
        let wish = format!("Book a meeting on {day} at {hour}:00");
        let mut answer = until_answered(person, &wish, &format!("wish-{number}"));
        // Taken: the other one was quicker. The first alternative may be taken as well by now.
        let mut round = 0;
        while answer["appointment_id"].is_null() && round < 5 {
            let Some(offer) = answer["quick_replies"][0].as_str().map(str::to_owned) else { break };
            answer = until_answered(person, &offer, &format!("offer-{number}-{round}"));
            round += 1;
        }
        booked.extend(answer["appointment_id"].as_str().map(str::to_owned));
        done.fetch_add(1, Ordering::SeqCst);
    }
    booked
}

#[test]
#[ignore = "takes minutes: make test-services"]
fn instances_die_under_load_and_no_booking_is_lost_or_doubled() {
    let mut stack = Stack::start();
    let web = stack.web.url();
    let people: Vec<Person> =
        (0..PEOPLE).map(|n| Person::sign_up(&web, &format!("p{n}@example.org"), n)).collect();
    let done = AtomicUsize::new(0);
    let wishes = people.len() * DAYS.len();
    let told: Vec<BTreeSet<String>> = std::thread::scope(|scope| {
        let done = &done;
        let talking: Vec<_> = (0..)
            .zip(&people)
            .map(|(n, person)| scope.spawn(move || book_every_day(person, 9 + n / 2 % 8, done)))
            .collect();
        let wait_for = |part: usize| {
            while done.load(Ordering::SeqCst) < wishes * part / 6 {
                std::thread::sleep(Duration::from_millis(20));
            }
        };
        wait_for(1);
        stack.ais[0].kill();
        wait_for(2);
        stack.apis[0].kill();
        wait_for(3);
        stack.ais[0].start_again();
        stack.apis[0].start_again();
        wait_for(4);
        stack.ais[1].kill();
        stack.apis[1].kill();
        talking.into_iter().map(|person| person.join().unwrap()).collect()
    });

    let rows = stack.appointments();
    let booked: Vec<&Value> = rows.iter().filter(|row| row["status"] == "BOOKED").collect();
    let there: BTreeSet<&str> = booked.iter().filter_map(|row| row["id"].as_str()).collect();
    let acknowledged: BTreeSet<&str> = told.iter().flatten().map(String::as_str).collect();
    assert!(acknowledged.len() > wishes / 3, "{} of {wishes} wishes were booked", acknowledged.len());
    // Every message was sent until it was answered: what is there was acknowledged, and the other way round.
    assert_eq!(there, acknowledged);
    let mut starts: BTreeMap<&str, u32> = BTreeMap::new();
    for row in &booked {
        *starts.entry(row["start_time"].as_str().unwrap()).or_default() += 1;
    }
    assert!(starts.values().all(|&count| count == 1), "{starts:?}");
    for (person, told) in people.iter().zip(&told) {
        let own = person.get("/api/appointments").body["appointments"].as_array().unwrap().len();
        assert_eq!(own, told.len());
    }
}
