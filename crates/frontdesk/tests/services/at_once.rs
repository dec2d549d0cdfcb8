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

#[test]
fn instances_agree_on_who_was_first() {
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

    // Different messages of one session at once: one after the other, and none lost.
    let answers = all_at_once(&vec![anna.clone(); 8], &doors, "what did I book?", None);
    assert!(answers.iter().all(|answer| answer.status == 200));
    let history = anna.get(&format!("/api/chat/sessions/{}", anna.session)).body;
    assert_eq!(history["messages"].as_array().unwrap().len(), 18, "{history}");

    // Twelve people, one start.
    let people: Vec<Person> =
        (2..14).map(|n| Person::sign_up(&web, &format!("p{n}@example.org"), n)).collect();
    let answers = all_at_once(&people, &doors, "Book a meeting on Thursday at 10am", None);
    assert!(answers.iter().all(|answer| answer.status == 200));
    let booked = answers.iter().filter(|answer| answer.body["appointment_id"].is_string()).count();
    assert_eq!(booked, 1);
    let rows = stack.appointments();
    assert_eq!(rows.len(), 2, "{rows:?}");
}
