//! A hundred people want the same hour: one gets it, the others are offered something else.

use std::sync::Barrier;

use serde_json::json;

use crate::harness::{self, Desk, on_both_databases};

const PEOPLE: usize = 100;

on_both_databases! {
    fn one_slot_is_booked_once(desk: &mut Desk) {
        let people: Vec<_> = std::thread::scope(|scope| {
            let desk = &*desk;
            let signing: Vec<_> =
                (0..PEOPLE).map(|n| scope.spawn(move || desk.sign_up(&format!("p{n}@example.org")))).collect();
            signing.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let together = Barrier::new(PEOPLE);
        let answers: Vec<_> = std::thread::scope(|scope| {
            let asking: Vec<_> = people
                .iter()
                .map(|person| {
                    let together = &together;
                    scope.spawn(move || {
                        together.wait();
                        person.send(json!({
                            "session_id": person.session, "message": "Book a meeting on Wednesday at 3pm"
                        }))
                    })
                })
                .collect();
            asking.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        for (status, body) in &answers {
            assert_eq!(*status, 200, "{body}");
        }
        let (booked, offered): (Vec<_>, Vec<_>) =
            answers.iter().partition(|(_, body)| body["appointment_id"].is_string());
        assert_eq!((booked.len(), offered.len()), (1, PEOPLE - 1));
        for (_, body) in offered {
            assert_eq!(body["quick_replies"].as_array().map_or(0, Vec::len), 2, "{body}");
        }
        let rows = desk.appointments();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["start_time"], "2026-11-25T15:00:00Z");
    }
}
