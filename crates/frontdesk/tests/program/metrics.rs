//! What `serve` counts while people talk to it.

use crate::harness::{Database, Desk};

#[test]
fn turns_are_counted() {
    let desk = Desk::start(Database::Sqlite);
    let anna = desk.sign_up("anna@example.org");
    anna.say_once("Book a meeting on Wednesday at 3pm", "first");
    anna.say_once("Book a meeting on Wednesday at 3pm", "first");
    anna.say("what did I book?");
    let text = desk.page("/metrics");
    for line in [
        "frontdesk_turns_total{outcome=\"booked\"} 1",
        "frontdesk_turns_total{outcome=\"repeated\"} 1",
        "frontdesk_turns_total{outcome=\"said\"} 1",
        "frontdesk_turns_total{outcome=\"moved\"} 0",
        "frontdesk_intents_total{intent=\"book\"} 1",
        "frontdesk_intents_total{intent=\"list_bookings\"} 1",
        "frontdesk_understood_total{provider=\"local\"} 2",
        "frontdesk_turn_stage_seconds_count{stage=\"turn\"} 3",
        "frontdesk_turn_stage_seconds_count{stage=\"understand\"} 2",
        "frontdesk_turn_stage_seconds_count{stage=\"commit\"} 2",
        "frontdesk_model_queue 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(text.contains("frontdesk_database_connections ") && !text.contains("anna"), "{text}");
    assert!(!text.contains("frontdesk_remote"), "there is no remote model: {text}");
}
