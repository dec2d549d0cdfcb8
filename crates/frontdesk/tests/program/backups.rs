//! Backup, disaster, restore: the same lists as before.

use serde_json::Value;

use crate::harness::{self, Desk, on_both_databases};

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Everything that the operator's lists show.
fn lists(desk: &Desk) -> Vec<Value> {
    [
        &["appointments", "list", "--json"][..],
        &["users", "list", "--json"],
        &["sessions", "list", "--json"],
        &["block", "list", "--json"],
    ]
    .map(|words| desk.operator_json(words))
    .to_vec()
}

on_both_databases! {
    fn what_was_lost_comes_back(desk: &mut Desk) {
        let rosa = desk.sign_up("rosa@example.org");
        rosa.say("Book a meeting on Wednesday at 3pm");
        rosa.say("and another one on Thursday");
        desk.operator_json(&["block", "add", "--from", "2026-12-24", "--json"]);
        let before = lists(desk);
        let file = desk.directory().join("backup");
        let file = file.to_str().unwrap();

        // While it serves.
        let made = desk.operator_json(&["backup", file, "--json"]);
        assert_eq!(made["backup"]["rows"]["appointments"], 1, "{made}");
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert!(said(&desk.operator(&["backup", file])).contains("is there already"));
        // The clock of each process ticks on by itself, and a backup says when it was made.
        let piped = String::from_utf8(desk.operator(&["backup", "-"]).stdout).unwrap();
        let kept = std::fs::read_to_string(file).unwrap();
        let rows = |text: &str| text.lines().skip(1).filter(|line| line.starts_with('[')).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(rows(&piped), rows(&kept));
        assert_eq!(desk.operator_json(&["restore", file, "--check", "--json"])["backup"], made["backup"]);

        let refused = desk.operator(&["restore", file]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(said(&refused).contains("stop `frontdesk serve`"), "{}", said(&refused));

        // The disaster: everything is gone, and something else has begun.
        desk.operator_json(&["users", "delete", "rosa@example.org", "--json"]);
        desk.sign_up("sven@example.org").say("Book a meeting on Wednesday at 3pm");
        desk.kill();
        let restored = desk.operator_json(&["restore", file, "--json"]);
        assert!(restored["aside"].as_str().unwrap().contains("before_restore_20261123"), "{restored}");
        desk.serve();
        assert_eq!(lists(desk), before);

        // The conversation goes on where it was.
        let rosa = harness::Person { url: desk.url().to_owned(), ..rosa };
        let booked = rosa.say("at 11 o'clock");
        assert!(booked["appointment_id"].is_string(), "{booked}");
        let thursday = desk.appointments();
        assert_eq!(thursday[1]["start_time"], "2026-11-26T11:00:00Z", "{thursday:?}");
    }

    fn a_damaged_backup_changes_nothing(desk: &mut Desk) {
        desk.sign_up("rosa@example.org").say("Book a meeting on Wednesday at 3pm");
        let before = lists(desk);
        let file = desk.directory().join("backup");
        desk.operator_json(&["backup", file.to_str().unwrap(), "--json"]);
        desk.kill();
        let damaged = std::fs::read_to_string(&file).unwrap().replace("rosa@", "rose@");
        std::fs::write(&file, damaged).unwrap();
        let refused = desk.operator(&["restore", file.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(said(&refused).contains("checksum"), "{}", said(&refused));
        assert_eq!(lists(desk), before);
    }
}
