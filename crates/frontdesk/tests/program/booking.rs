//! A person books over HTTP; the operator finds the appointment in the database.

use serde_json::Value;

use crate::harness::{self, Desk, on_both_databases};

fn reply(answer: &Value) -> &str {
    answer["reply"].as_str().unwrap()
}

fn quick_replies(answer: &Value) -> Vec<&str> {
    answer["quick_replies"]
        .as_array()
        .map(|all| all.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}

on_both_databases! {
    fn a_clear_wish_becomes_a_row(desk: &mut Desk) {
        let anna = desk.sign_up("anna@example.org");
        let answer = anna.say("Book a meeting on Wednesday at 3pm");
        assert!(reply(&answer).contains("25 November"), "{answer}");
        assert!(reply(&answer).contains("15:00"), "{answer}");

        let rows = desk.appointments();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["status"], "BOOKED");
        assert_eq!(rows[0]["start_time"], "2026-11-25T15:00:00Z");
        assert_eq!(rows[0]["end_time"], "2026-11-25T16:00:00Z");
        assert_eq!(rows[0]["user_email"], "anna@example.org");
        assert_eq!(rows[0]["id"], answer["appointment_id"]);
        assert_eq!(answer["extracted_slots"]["date"], "2026-11-25");
        assert_eq!(answer["extracted_slots"]["time"], "15:00");

        let (status, own) = anna.get("/api/appointments");
        assert_eq!(status, 200);
        assert_eq!(own["appointments"][0]["id"], answer["appointment_id"]);

        assert!(reply(&anna.say("what did I book?")).contains("15:00"));
    }

    fn what_is_missing_is_asked_for(desk: &mut Desk) {
        let ben = desk.sign_up("ben@example.org");
        ben.say("Hi, I'd like to book an appointment");
        assert!(desk.appointments().is_empty());
        let asked = ben.say("tomorrow");
        assert!(!quick_replies(&asked).is_empty(), "{asked}");
        assert_eq!(asked["extracted_slots"]["date"], "2026-11-24");
        assert!(desk.appointments().is_empty());
        ben.say("at 2pm");
        let rows = desk.appointments();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["start_time"], "2026-11-24T14:00:00Z");
    }

    fn a_vague_wish_is_a_question(desk: &mut Desk) {
        for (n, wish) in ["tomorrow afternoon", "next week", "sometime soon"].iter().enumerate() {
            let person = desk.sign_up(&format!("vague{n}@example.org"));
            let answer = person.say(&format!("I'd like to book an appointment {wish}"));
            assert!(reply(&answer).contains('?'), "{answer}");
            assert!(answer["appointment_id"].is_null(), "{answer}");
        }
        assert!(desk.appointments().is_empty());
    }

    fn a_taken_slot_offers_two_and_the_second_can_be_had(desk: &mut Desk) {
        desk.sign_up("first@example.org").say("Book a meeting on Wednesday at 3pm");
        let second = desk.sign_up("second@example.org");
        let offer = second.say("Book a meeting on Wednesday at 3pm");
        assert!(offer["appointment_id"].is_null(), "{offer}");
        assert!(reply(&offer).contains("14:00") && reply(&offer).contains("16:00"), "{offer}");

        let booked = second.say("the second one");
        let rows = desk.appointments();
        assert_eq!(rows.len(), 2, "{booked} {rows:?}");
        let own = rows.iter().find(|row| row["user_email"] == "second@example.org").unwrap();
        assert_eq!(own["status"], "BOOKED");
        assert_ne!(own["start_time"], "2026-11-25T15:00:00Z");
        assert_eq!(own["id"], booked["appointment_id"]);
    }

    fn other_talk_is_answered_and_the_wish_is_kept(desk: &mut Desk) {
        let carla = desk.sign_up("carla@example.org");
        carla.say("I want to book an appointment on Thursday");
        let digression = carla.say("thanks! how are you today?");
        assert_eq!(digression["extracted_slots"]["date"], "2026-11-26", "{digression}");
        carla.say("11:00");
        let rows = desk.appointments();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["start_time"], "2026-11-26T11:00:00Z");
    }
}
