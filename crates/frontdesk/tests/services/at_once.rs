//! The same session and the same start, at several instances at the same moment.

use std::sync::Barrier;

use crate::person::{Answer, Person};
use crate::stack::Stack;

/// Everybody says it at once, each at the next door.
fn all_at_once(people: &[Person], doors: &[String], message: &str, message_id: Option<&str>) -> Vec<Answer> {
    let together = Barrier::new(people.len());
    std::thread::scope(|scope| {
        let asking: Vec<_> = people
            .iter()
            .zip(doors.iter().cycle())
            .map(|(person, door)| {
                let together = &together;
                scope.spawn(move || {
                    together.wait();
                    person.at(door).send(message, message_id).unwrap()
                })
            })
            .collect();
        asking.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// What each `ai` has counted.
fn counted(stack: &Stack, name: &str) -> [f64; 2] {
    [stack.ais[0].counted(name), stack.ais[1].counted(name)]
}

#[test]
fn instances_agree_on_who_was_first() {
    const MESSAGES: &str = r#"frontdesk_turn_stage_seconds_count{stage="turn"}"#;
    const REPEATED: &str = r#"frontdesk_turns_total{outcome="repeated"}"#;
    const LOST_RACES: &str = "frontdesk_turns_decided_again_total";

    let stack = Stack::start();
    let doors = [stack.apis[0].url(), stack.apis[1].url()];
    let web = stack.web.url();

    // One message, sent eight times at once: one answer.
    let anna = Person::sign_up(&web, "anna@example.org", 1);
    let answers =
        all_at_once(&vec![anna.clone(); 8], &doors, "Book a meeting on Wednesday at 3pm", Some("m-1"));
    assert!(answers[0].body["appointment_id"].is_string(), "{}", answers[0].body);
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (200, &answers[0].body));
    }
    let history = anna.get(&format!("/api/chat/sessions/{}", anna.session)).body;
    assert_eq!(history["messages"].as_array().unwrap().len(), 2, "{history}");
    // It did arrive eight times, and at both.
    let arrived = counted(&stack, MESSAGES);
    assert!(
        arrived.iter().all(|&messages| messages > 0.0) && arrived.iter().sum::<f64>() == 8.0,
        "{arrived:?}"
    );
    assert_eq!(counted(&stack, REPEATED).iter().sum::<f64>(), 7.0);

    // Different messages of one session at once: one after the other, and none lost.
    let answers = all_at_once(&vec![anna.clone(); 8], &doors, "what did I book?", None);
    assert!(answers.iter().all(|answer| answer.status == 200));
    let history = anna.get(&format!("/api/chat/sessions/{}", anna.session)).body;
    let messages = history["messages"].as_array().unwrap();
    let who: Vec<_> = messages.iter().map(|message| message["role"].as_str().unwrap()).collect();
    assert_eq!(who, ["user", "assistant"].repeat(9), "{history}");

    // Twelve people, one start; again until each instance has seen somebody lose a race.
    let people: Vec<Person> =
        (2..14).map(|n| Person::sign_up(&web, &format!("p{n}@example.org"), n)).collect();
    let starts =
        ["Thursday at 10am", "Thursday at 11am", "Thursday at 1pm", "Thursday at 2pm", "Friday at 10am"];
    let mut wanted = 0;
    for start in starts {
        let wish = format!("Book a meeting on {start}");
        let answers = all_at_once(&people, &doors, &wish, None);
        assert!(answers.iter().all(|answer| answer.status == 200));
        let (won, lost): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.body["appointment_id"].is_string());
        assert_eq!((won.len(), lost.len()), (1, 11), "{start}");
        for answer in lost {
            assert!(answer.body["quick_replies"][1].is_string(), "two others are offered: {}", answer.body);
        }
        wanted += 1;
        if counted(&stack, LOST_RACES).iter().all(|&lost| lost > 0.0) {
            break;
        }
    }
    let lost = counted(&stack, LOST_RACES);
    assert!(lost.iter().sum::<f64>() > 0.0, "nobody was ever quicker: {lost:?}");
    let rows = stack.appointments();
    assert_eq!(rows.len(), 1 + wanted, "{rows:?}");
}
