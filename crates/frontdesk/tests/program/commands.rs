//! The operator's commands, beside a running server and without one.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::harness::{self, Database, Desk, on_both_databases};

on_both_databases! {
    fn an_operator_sees_and_cancels_what_was_booked(desk: &mut Desk) {
        let fay = desk.sign_up("fay@example.org");
        let booked = fay.say("Book a meeting on Wednesday at 3pm");
        let id = booked["appointment_id"].as_str().unwrap();

        let on_the_day = ["appointments", "list", "--from", "2026-11-25", "--to", "2026-11-25", "--json"];
        assert_eq!(desk.operator_json(&on_the_day)["appointments"].as_array().unwrap().len(), 1);
        let the_day_after = ["appointments", "list", "--from", "2026-11-26", "--json"];
        assert_eq!(desk.operator_json(&the_day_after)["appointments"], json!([]));
        let somebody_elses = ["appointments", "list", "--user", "nobody@example.org", "--json"];
        assert_eq!(desk.operator_json(&somebody_elses)["appointments"], json!([]));

        assert_eq!(desk.operator_json(&["appointments", "show", id, "--json"])["status"], "BOOKED");
        assert_eq!(desk.operator_json(&["appointments", "cancel", id, "--json"])["status"], "CANCELLED");
        assert_eq!(desk.operator_json(&["appointments", "list", "--status", "booked", "--json"])["appointments"], json!([]));

        // What was cancelled is free again.
        let gus = desk.sign_up("gus@example.org");
        assert!(gus.say("Book a meeting on Wednesday at 3pm")["appointment_id"].is_string());

        let shown = desk.operator_json(&["sessions", "show", &fay.session, "--trace", "--json"]);
        assert_eq!(shown["turns"][0]["text"], "Book a meeting on Wednesday at 3pm");
        assert_eq!(shown["turns"][0]["trace"]["input"]["provider"], "local");
        assert_eq!(desk.operator_json(&["sessions", "list", "--json"])["sessions"].as_array().unwrap().len(), 2);
    }

    fn seeding_twice_makes_nothing_twice(desk: &mut Desk) {
        let first = desk.operator(&["seed"]);
        assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
        let rows = desk.appointments();
        assert!(rows.len() >= 3, "{rows:?}");
        assert!(desk.operator(&["seed"]).status.success());
        assert_eq!(desk.appointments(), rows);

        let said = String::from_utf8(first.stdout).unwrap();
        let password = said.lines().next().unwrap().split("password ").nth(1).unwrap().split(' ').next().unwrap();
        let (status, _) = harness::call(
            desk.url(), "/api/auth/login", None, &json!({"email": "ada@example.com", "password": password}),
        );
        assert_eq!(status, 200);
    }

    fn an_account_made_by_the_operator_can_log_in(desk: &mut Desk) {
        let made = desk.operator_reads(
            &["users", "create", " Hal@Example.org ", "--password-stdin", "--json"], "open the pod\n",
        );
        let made: Value = serde_json::from_str(&made).unwrap();
        assert_eq!(made["email"], "hal@example.org");
        assert_eq!(made.get("password"), None);
        let login = json!({"email": "hal@example.org", "password": "open the pod"});
        assert_eq!(harness::call(desk.url(), "/api/auth/login", None, &login).0, 200);

        let twice = desk.operator(&["users", "create", "hal@example.org"]);
        assert_eq!(twice.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&twice.stderr).contains("has an account already"));
    }

    fn a_forgotten_password_is_replaced(desk: &mut Desk) {
        let ida = desk.sign_up("ida@example.org");
        assert_eq!(ida.get("/api/appointments").0, 200);
        desk.operator_reads(&["users", "set-password", "IDA@example.org", "--password-stdin"], "staple battery\n");
        let login = |password: &str| {
            let body = json!({"email": "ida@example.org", "password": password});
            harness::call(desk.url(), "/api/auth/login", None, &body).0
        };
        assert_eq!((login("correct horse"), login("staple battery")), (401, 200));
        // Whoever was logged in is no longer.
        assert_eq!(ida.get("/api/appointments").0, 401);

        let made = desk.operator_json(&["users", "set-password", "ida@example.org", "--json"]);
        assert_eq!((login("staple battery"), login(made["password"].as_str().unwrap())), (401, 200));

        let unknown = desk.operator(&["users", "set-password", "nobody@example.org"]);
        assert_eq!(unknown.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("users list"));
    }

    fn a_conversation_comes_out_of_its_log_as_it_was(desk: &mut Desk) {
        let mia = desk.sign_up("mia@example.org");
        for message in ["Book a meeting on Wednesday at 3pm", "no, make it 4", "I want to talk to a person", "what did I book?"] {
            mia.say(message);
        }
        let listed = desk.operator_json(&["sessions", "list", "--handed-off", "--json"]);
        let [session] = listed["sessions"].as_array().unwrap().as_slice() else { panic!("{listed}") };
        assert!(session["handed_off_at"].is_string(), "{session}");
        let id = session["id"].as_str().unwrap();
        let replayed = desk.operator_json(&["sessions", "replay", id, "--json"]);
        assert_eq!(replayed["same"], true, "{replayed}");
        assert_eq!(replayed["turns"].as_array().unwrap().len(), 4);
        assert!(replayed["turns"][0]["reply"]["reply"].as_str().unwrap().contains("Booked"), "{replayed}");

        // By another profile, "at 3pm" is not free, and the replay says so.
        let profile = desk.directory().join("mornings.toml");
        std::fs::write(&profile, "[hours]\nwednesday = ['08:00-12:00']\n").unwrap();
        let differs = desk.operator(&["sessions", "replay", id, "--business-profile", profile.to_str().unwrap()]);
        assert_eq!(differs.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&differs.stdout).contains("DIFFERENT"), "{differs:?}");
    }

    fn a_person_can_have_their_data_and_be_forgotten(desk: &mut Desk) {
        let ken = desk.sign_up("ken@example.org");
        let booked = ken.say("Book a meeting on Wednesday at 3pm");
        let data = desk.operator_json(&["export", "--user", "ken@example.org"]);
        assert_eq!(data["appointments"][0]["id"], booked["appointment_id"], "{data}");
        let text = data.to_string();
        assert!(text.contains("ken@example.org") && text.contains("Book a meeting on Wednesday at 3pm"), "{text}");
        assert!(!text.contains("argon2"), "{text}");

        let gone = desk.operator_json(&["users", "delete", "ken@example.org", "--json"]);
        assert_eq!(gone["deleted_appointments"], 1);
        assert_eq!(ken.get("/api/appointments").0, 401);
        assert!(desk.appointments().is_empty());
        assert_eq!(desk.operator(&["export", "--user", "ken@example.org"]).status.code(), Some(1));

        // The time is free again.
        let liz = desk.sign_up("liz@example.org");
        assert!(liz.say("Book a meeting on Wednesday at 3pm")["appointment_id"].is_string());
    }
}

#[test]
fn a_conversation_can_be_piped() {
    let desk = Desk::prepare(Database::Sqlite, &[]);
    let said = desk.operator_reads(&["chat"], "Book a meeting on Wednesday at 3pm\n\nwhat did I book?\n");
    assert!(said.contains("Booked") && said.matches("25 November").count() >= 2, "{said}");
    assert!(!said.contains('\u{1b}'), "no colour where nobody looks: {said}");
    assert_eq!(desk.appointments().len(), 1);
    assert_eq!(desk.operator(&["chat", "--user", "nobody@example.org"]).status.code(), Some(1));
}

#[test]
fn a_message_is_understood_line_by_line() {
    let desk = Desk::prepare(Database::Sqlite, &[]);
    let lines = [
        json!({"id": 1, "text": "no not tuesday, could you move my friday 10am to wednesday after 2?",
               "now": harness::NOW, "timezone": "UTC", "asked": null}),
        json!({"id": "two", "text": "thanks, bye!", "now": harness::NOW, "timezone": "Europe/Berlin", "asked": null}),
    ]
    .map(|line| line.to_string())
    .join("\n");
    let answers: Vec<Value> = desk
        .operator_reads(&["understand", "--jsonl"], &lines)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 2);
    assert_eq!((&answers[0]["id"], &answers[1]["id"]), (&json!(1), &json!("two")));

    let intents = answers[0]["intents"].as_array().unwrap();
    assert!(intents.iter().any(|intent| intent["name"] == "reschedule"), "{}", answers[0]);
    let roles: Vec<&str> =
        answers[0]["spans"].as_array().unwrap().iter().filter_map(|span| span["role"].as_str()).collect();
    assert_eq!(roles, ["excluded", "existing", "wanted"], "{}", answers[0]);
    let when = &answers[0]["when"];
    assert_eq!(
        (&when["date"], &when["time"], &when["open"]),
        (&json!("2026-11-25"), &json!("14:00"), &json!("after"))
    );
    assert_eq!(when["excluded"][0]["date"], "2026-11-24");
    assert_eq!(when["existing"][0]["date"], "2026-11-27");
    assert_eq!(answers[1]["when"]["none"], true);
}

#[test]
fn a_profile_that_is_wrong_says_where() {
    let desk = Desk::prepare(Database::Sqlite, &[]);
    let path = desk.directory().join("profile.toml");
    let mut file = std::fs::File::create(&path).unwrap();
    writeln!(file, "name = \"Clinic\"\n\n[booking]\nstart_evry_minutes = 30").unwrap();
    let output = desk.operator(&["--business-profile", path.to_str().unwrap(), "seed"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("line 4") && said.contains("start_evry_minutes"), "{said}");
}

#[test]
fn a_short_secret_is_refused_and_never_printed() {
    let desk = Desk::prepare(Database::Sqlite, &[("JWT_SECRET", "hunter2")]);
    let output = desk.operator(&["serve"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("JWT_SECRET") && said.contains("32") && !said.contains("hunter2"), "{said}");
}
