//! The operator's calendar: bookings by phone, and times when nobody can book.

use serde_json::{Value, json};

use crate::harness::{self, Desk, on_both_databases};

/// What a command that is refused says.
fn refused(desk: &Desk, words: &[&str]) -> String {
    let output = desk.operator(words);
    assert!(!output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

fn create<'a>(at: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["appointments", "create", "--user", "pia@example.org", "--at", at, "--json"], more].concat()
}

on_both_databases! {
    fn a_booking_by_phone_follows_the_rules_of_the_chat(desk: &mut Desk) {
        let pia = desk.sign_up("pia@example.org");
        let made = desk.operator_json(&create("wednesday 3pm", &[]));
        assert_eq!((&made["start_time"], &made["user_email"]), (&json!("2026-11-25T15:00:00Z"), &json!("pia@example.org")));
        assert!(pia.say("what did I book?")["reply"].as_str().unwrap().contains("15:00"));
        assert_eq!(desk.operator_json(&create("2026-11-26 11:00", &[]))["start_time"], "2026-11-26T11:00:00Z");

        // Her own time, then one that somebody else has.
        let own = refused(desk, &create("2026-11-25T15:00:00Z", &[]));
        assert!(own.contains("14:00") && own.contains("16:00"), "{own}");
        desk.sign_up("quentin@example.org").say("Book a meeting on Friday at 10am");
        let taken = refused(desk, &create("friday 10am", &[]));
        assert!(taken.contains("2026-11-27 09:00 or 2026-11-27 11:00"), "{taken}");
        for (at, reason) in [
            ("saturday 10am", "Saturday"),
            ("2026-11-25 20:00", "17:00"),
            ("2026-11-20 10:00", "past"),
            ("tomorrow", "not one exact start"),
            ("the blue one", "is no time"),
        ] {
            let said = refused(desk, &create(at, &[]));
            assert!(said.contains(reason), "{at}: {said}");
        }
        assert_eq!(desk.appointments().len(), 3);
        assert!(refused(desk, &["appointments", "create", "--user", "x@example.org", "--at", "friday 11am"]).contains("no account"));
        assert!(refused(desk, &create("friday 11am", &["--service", "surgery"])).contains("general"));
    }

    fn force_overrides_rules_but_no_appointment_and_is_noted(desk: &mut Desk) {
        desk.sign_up("pia@example.org");
        let forced = desk.operator_json(&create("saturday 10am", &["--force"]));
        assert_eq!(forced["start_time"], "2026-11-28T10:00:00Z");
        let audit = desk.operator_json(&["audit", "--json"]);
        assert_eq!(audit["audit"][0]["action"], "appointment.forced", "{audit}");
        assert_eq!(audit["audit"][0]["subject"], forced["id"]);
        assert!(!audit.to_string().contains("pia@"), "{audit}");

        // What the rules allow is not forced.
        desk.operator_json(&create("friday 10am", &["--force"]));
        assert_eq!(desk.operator_json(&["audit", "--json"])["audit"].as_array().unwrap().len(), 1);

        desk.sign_up("quentin@example.org");
        let over = ["appointments", "create", "--user", "quentin@example.org", "--at", "friday 10am", "--force"];
        assert!(refused(desk, &over).contains("every resource has an appointment"));
        assert!(refused(desk, &create("2026-11-20 10:00", &["--force"])).contains("past"));
    }

    fn a_blocked_day_is_offered_to_nobody(desk: &mut Desk) {
        let pia = desk.sign_up("pia@example.org");
        let booked = pia.say("Book a meeting on Wednesday at 3pm");
        let add = ["block", "add", "--from", "2026-11-25", "--reason", "repairs", "--json"];
        let added = desk.operator_json(&add);
        assert_eq!(added["booked"][0]["id"], booked["appointment_id"], "{added}");
        assert_eq!(added["block"]["end_time"], "2026-11-26T00:00:00Z");

        let quentin = desk.sign_up("quentin@example.org");
        let offer = quentin.say("Book a meeting on Wednesday at 10am");
        assert!(offer["appointment_id"].is_null(), "{offer}");
        for choice in offer["quick_replies"].as_array().unwrap() {
            assert!(!choice.as_str().unwrap().contains("25 November"), "{offer}");
        }
        let first_free = quentin.say("what is free on wednesday?");
        assert!(first_free["appointment_id"].is_null(), "{first_free}");

        // Cancelled inside the block, a time is not free again.
        desk.operator_json(&["appointments", "cancel", booked["appointment_id"].as_str().unwrap(), "--json"]);
        assert!(quentin.say("Book a meeting on Wednesday at 3pm")["appointment_id"].is_null());

        // The operator may, and a service or a resource that is not there is named.
        assert_eq!(desk.operator_json(&create("wednesday 3pm", &["--force"]))["status"], "BOOKED");
        assert!(refused(desk, &["block", "add", "--from", "2026-11-25", "--resource", "sauna"]).contains("front desk"));
        assert!(refused(desk, &["block", "add", "--from", "2026-11-25 10:00"]).contains("--to"));
        assert!(refused(desk, &["block", "add", "--from", "soon"]).contains("neither a day"));

        let listed = desk.operator_json(&["block", "list", "--json"]);
        assert_eq!((listed["blocks"].as_array().unwrap().len(), &listed["blocks"][0]["reason"]), (1, &json!("repairs")));
        let id = added["block"]["id"].as_str().unwrap();
        desk.operator_json(&["block", "remove", id, "--json"]);
        assert_eq!(desk.operator_json(&["block", "list", "--json"])["blocks"], json!([]));
        assert!(refused(desk, &["block", "remove", id]).contains("no block"));
        let again: Value = quentin.say("Book a meeting on Wednesday at 10am");
        assert!(again["appointment_id"].is_string(), "{again}");
    }
}
