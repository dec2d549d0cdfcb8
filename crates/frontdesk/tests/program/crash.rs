//! kill -9 in the middle of a conversation: what was acknowledged is there, what was known is still known.

use crate::harness::{self, Desk, Person, on_both_databases};

/// The same person at the address of the server's next life.
fn again(person: &Person, desk: &Desk) -> Person {
    Person { url: desk.url().to_owned(), ..person.clone() }
}

on_both_databases! {
    fn a_conversation_goes_on_after_a_kill(desk: &mut Desk) {
        let dora = desk.sign_up("dora@example.org");
        dora.say("I'd like to book an appointment for Friday");
        desk.kill();
        desk.serve();
        let dora = again(&dora, desk);
        let booked = dora.say("at 10 in the morning");
        assert_eq!(booked["extracted_slots"]["date"], "2026-11-27", "{booked}");
        let rows = desk.appointments();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["start_time"], "2026-11-27T10:00:00Z");

        let (status, history) = dora.get(&format!("/api/chat/sessions/{}", dora.session));
        assert_eq!(status, 200);
        assert_eq!(history["messages"].as_array().unwrap().len(), 4, "{history}");
    }

    fn a_message_sent_again_after_a_kill_is_answered_once(desk: &mut Desk) {
        let emil = desk.sign_up("emil@example.org");
        let first = emil.say_once("Book a meeting on Wednesday at 3pm", "m-1");
        desk.kill();
        desk.serve();
        let emil = again(&emil, desk);
        assert_eq!(emil.say_once("Book a meeting on Wednesday at 3pm", "m-1"), first);
        assert_eq!(desk.appointments().len(), 1);

        let (status, refused) = emil.send(serde_json::json!({
            "session_id": emil.session, "message": "something else", "message_id": "m-1"
        }));
        assert_eq!((status, refused["error"]["code"].as_str()), (409, Some("conflict")), "{refused}");
    }

    fn asked_to_stop_it_stops_cleanly(desk: &mut Desk) {
        let status = desk.terminate();
        assert!(status.success(), "{status}");
    }
}

/// A short form of `make test-crash`.
#[test]
fn three_kills_under_load_lose_nothing_and_double_nothing() {
    let plan = proofs::crash::Plan {
        binary: env!("CARGO_BIN_EXE_frontdesk").as_ref(),
        database: proofs::Database::Sqlite,
        kills: 3,
        people: 4,
        seed: 1,
    };
    let report = proofs::crash::prove(plan, &|_| ()).unwrap();
    assert!(report.turns > 0, "{report:?}");
}
