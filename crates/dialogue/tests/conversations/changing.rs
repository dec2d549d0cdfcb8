//! Corrections, cancelling, moving, asking what is free.

use crate::support::Desk;

fn with_two() -> Desk {
    Desk::new().taken("2026-11-25T15:00:00Z", true).taken("2026-11-27T10:00:00Z", true)
}

#[test]
fn a_correction_right_after_booking_moves_it() {
    let mut desk = Desk::new();
    desk.says("book | {when:wednesday at 3pm}");
    let reply = desk.says("correct | actually make it {when:4}");
    assert_eq!(desk.booked(), ["2026-11-25T16:00"]);
    assert!(
        reply.text.contains("Moved: your appointment is now on Wednesday 25 November, 16:00"),
        "{}",
        reply.text
    );
    desk.says("correct | no wait, {when:Friday}");
    assert_eq!(desk.booked(), ["2026-11-27T16:00"]);
}

#[test]
fn a_correction_to_a_taken_time_keeps_the_old_until_one_is_chosen() {
    let mut desk = Desk::new().taken("2026-11-25T16:00:00Z", false);
    desk.says("book | {when:wednesday at 2pm}");
    let reply = desk.says("correct | actually make it {when:4pm}");
    assert_eq!(desk.booked(), ["2026-11-25T14:00"]);
    assert!(reply.text.contains("is not available"), "{}", reply.text);
    desk.says("select_option | {when:15:00} then");
    assert_eq!(desk.booked(), ["2026-11-25T15:00"]);
}

#[test]
fn corrections_on_the_way() {
    let mut desk = Desk::new();
    desk.says("book | an appointment on {when:Tuesday}");
    desk.says("correct | actually {when:thursday}");
    desk.says("- | {when:9}");
    assert_eq!(desk.booked(), ["2026-11-26T09:00"]);

    let mut desk = Desk::new().taken("2026-11-24T14:00:00Z", false);
    desk.says("book | {when:tomorrow at 2pm}");
    desk.says("correct | actually {when:wednesday at 2pm}");
    assert_eq!(desk.booked(), ["2026-11-25T14:00"]);

    let mut desk = Desk::new();
    desk.says("book | can i come in on {when:wednesday}");
    desk.says("correct | not {when-:wednesday}, {when:friday}");
    desk.says("- | {when:3pm}");
    assert_eq!(desk.booked(), ["2026-11-27T15:00"]);
}

#[test]
fn other_choices() {
    let mut desk = Desk::new().taken("2026-11-25T09:00:00Z", false);
    desk.says("book | book me {when:wednesday at 9}");
    let reply = desk.says("request_alternatives | anything {when:later}?");
    assert!(reply.text.contains("11:00") && !reply.text.contains("10:00"), "{}", reply.text);
    let reply = desk.says("- | {when:10:00} then");
    assert_eq!(desk.booked(), ["2026-11-25T10:00"], "{}", reply.text);

    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", false);
    desk.says("book | book me {when:wednesday at 3}");
    let reply = desk.says("request_alternatives | what about {when:friday}?");
    assert!(reply.text.contains("Shall I book Friday 27 November, 15:00"), "{}", reply.text);
    desk.says("deny | no");
    assert!(desk.booked().is_empty());
}

#[test]
fn cancelling_names_it_and_asks_once() {
    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", true);
    let reply = desk.says("cancel | cancel my appointment");
    assert!(
        reply.text.ends_with("Shall I cancel your appointment on Wednesday 25 November, 15:00?"),
        "{}",
        reply.text
    );
    assert_eq!(desk.booked().len(), 1);
    let reply = desk.says("affirm | yes");
    assert!(desk.booked().is_empty());
    assert!(
        reply.text.contains("Cancelled: your appointment on Wednesday 25 November, 15:00 (UTC)"),
        "{}",
        reply.text
    );

    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", true);
    desk.says("cancel | cancel my appointment");
    desk.says("deny | no, keep it");
    assert_eq!(desk.booked().len(), 1);
    desk.says("affirm | yes");
    assert_eq!(desk.booked().len(), 1);
}

#[test]
fn the_right_one_of_several_is_cancelled() {
    for line in ["cancel | cancel my {when=:friday} appointment", "cancel | cancel {when:friday}"] {
        let mut desk = with_two();
        let reply = desk.says(line);
        assert!(
            reply.text.contains("27 November, 10:00") && !reply.text.contains("25 November"),
            "{}",
            reply.text
        );
        desk.says("affirm | yes");
        assert_eq!(desk.booked(), ["2026-11-25T15:00"]);
    }
    for line in [
        "- | the {when=:friday} one",
        "select_option | the {option:second one}",
        "- | Friday 27 November, 10:00",
    ] {
        let mut desk = with_two();
        let reply = desk.says("cancel | i want to cancel");
        assert!(reply.text.contains("25 November") && reply.text.contains("27 November"), "{}", reply.text);
        desk.says(line);
        desk.says("affirm | yes");
        assert_eq!(desk.booked(), ["2026-11-25T15:00"], "{line}");
    }
}

#[test]
fn what_has_begun_is_neither_cancelled_nor_moved() {
    let mut desk = Desk::new().taken("2026-11-23T10:00:00Z", true);
    let reply = desk.says("cancel | cancel my {when=:10 am today}");
    assert!(!reply.text.contains("Shall I"), "{}", reply.text);
    let mut desk = Desk::new().taken("2026-11-23T11:00:00Z", true);
    desk.says("cancel | cancel my appointment");
    desk.now += chrono::TimeDelta::hours(2);
    let reply = desk.says("affirm | yes");
    assert!(reply.text.contains("already begun"), "{}", reply.text);
    assert_eq!(desk.booked().len(), 1);
}

#[test]
fn cancel_that_in_the_middle_of_a_booking_is_the_booking() {
    let mut desk = Desk::new();
    desk.says("book | an appointment on {when:friday}");
    let reply = desk.says("cancel | cancel that, I don't need it any more");
    assert!(reply.text.contains("dropped"), "{}", reply.text);
}

#[test]
fn moving_names_both_and_asks_once() {
    let mut desk = with_two();
    let reply = desk.says("reschedule | move my {when=:friday 10am} to {when:wednesday at 2}");
    assert!(
        reply.text.ends_with(
            "Shall I move your appointment on Friday 27 November, 10:00 to Wednesday 25 November, 14:00?"
        ),
        "{}",
        reply.text
    );
    desk.says("affirm | yes please");
    assert_eq!(desk.booked(), ["2026-11-25T14:00", "2026-11-25T15:00"]);
}

#[test]
fn moving_keeps_what_was_not_said() {
    for (line, start) in [
        ("reschedule | move it to {when:thursday}", "2026-11-26T11:00"),
        ("reschedule | move my appointment to {when:thursday, same time}", "2026-11-26T11:00"),
        ("reschedule | move my appointment to {when:4pm}", "2026-11-25T16:00"),
        (
            "reschedule | can you make my {when=:wednesday} appointment {when:an hour later}?",
            "2026-11-25T12:00",
        ),
    ] {
        let mut desk = Desk::new().taken("2026-11-25T11:00:00Z", true);
        let reply = desk.says(line);
        desk.says("affirm | yes");
        assert_eq!(desk.booked(), [start], "{line}: {}", reply.text);
    }
}

#[test]
fn moving_in_steps() {
    let mut desk = with_two();
    desk.says("reschedule | I'd like to move an appointment");
    let reply = desk.says("- | {when=:wednesday}'s");
    assert!(reply.text.contains("Which day"), "{}", reply.text);
    desk.says("- | {when:thursday at 9}");
    desk.says("affirm | yes");
    assert_eq!(desk.booked(), ["2026-11-26T09:00", "2026-11-27T10:00"]);

    let mut desk = Desk::new().taken("2026-11-27T10:00:00Z", true);
    let reply =
        desk.says("deny, reschedule | no not {when-:tuesday}, could you move my {when=:friday 10am} to {when:wednesday after 2}?");
    assert!(reply.text.contains("14:00"), "{}", reply.text);
    desk.says("- | {when:3pm}");
    desk.says("affirm | yes");
    assert_eq!(desk.booked(), ["2026-11-25T15:00"]);
}

#[test]
fn a_move_to_a_taken_time_changes_nothing_until_another_is_chosen() {
    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", true).taken("2026-11-26T14:00:00Z", false);
    let reply = desk.says("reschedule | push my {when=:wednesday} appointment to {when:thursday 2pm}");
    assert_eq!(reply.quick_replies, ["13:00", "15:00"]);
    desk.says("select_option | {when:15:00}");
    assert_eq!(desk.booked(), ["2026-11-25T15:00"]);
    desk.says("affirm | yes");
    assert_eq!(desk.booked(), ["2026-11-26T15:00"]);
}

#[test]
fn no_but_move_it() {
    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", true).taken("2026-12-25T15:00:00Z", true);
    desk.says("cancel | cancel {when=:wednesday}");
    let reply = desk.says("deny, reschedule | no, don't cancel it, move it to {when:Thursday}");
    assert!(
        reply.text.contains(
            "Shall I move your appointment on Wednesday 25 November, 15:00 to Thursday 26 November, 15:00?"
        ),
        "{}",
        reply.text
    );
}

#[test]
fn asking_what_is_free_books_nothing() {
    let mut desk = Desk::new().taken("2026-11-27T14:00:00Z", false);
    let reply = desk.says("check_availability | are you free {when:friday afternoon}?");
    assert_eq!(reply.quick_replies, ["12:00", "13:00", "15:00", "16:00"]);
    desk.says("select_option | {when:3pm} works");
    assert_eq!(desk.booked(), ["2026-11-27T15:00"]);

    let mut desk = Desk::new();
    let reply = desk.says("check_availability | is {when:3pm on wednesday} free?");
    assert!(reply.text.contains("is free") && desk.booked().is_empty(), "{}", reply.text);
    desk.says("affirm, book | great, book it");
    assert_eq!(desk.booked(), ["2026-11-25T15:00"]);
}

#[test]
fn several_requests_are_taken_in_turn() {
    let mut desk = Desk::new().taken("2026-11-27T10:00:00Z", true);
    let reply = desk
        .says("cancel, book | cancel my {when=:friday} appointment and book {when:monday the 30th at 10}");
    assert!(reply.text.contains("Shall I cancel"), "{}", reply.text);
    let reply = desk.says("affirm | yes");
    assert!(
        reply.text.contains("Cancelled:")
            && reply.text.ends_with("Shall I book Monday 30 November, 10:00 (appointment)?"),
        "{}",
        reply.text
    );
    desk.says("affirm | yes");
    assert_eq!(desk.booked(), ["2026-11-30T10:00"]);
}

#[test]
fn one_is_moved_and_the_other_cancelled() {
    let mut desk = with_two();
    desk.says("reschedule, cancel | move my {when=:wednesday} appointment to {when:thursday at 9} and cancel the {when=:friday} one");
    let reply = desk.says("affirm | yes");
    assert!(reply.text.contains("Shall I"), "{}", reply.text);
    desk.says("affirm | yes");
    assert_eq!(desk.booked(), ["2026-11-26T09:00"]);
}

#[test]
fn a_yes_with_a_wish_of_its_own() {
    // The same thing in other words.
    let mut desk = Desk::new();
    desk.says("- | {when:Tuesday at 3}");
    desk.says("affirm, book | yes book it for {when:3pm}");
    assert_eq!(desk.booked(), ["2026-11-24T15:00"]);
    // Another time: no yes.
    let mut desk = Desk::new();
    desk.says("- | {when:Tuesday at 3}");
    desk.says("affirm, book | yes, book {when:4pm}");
    assert!(desk.booked().is_empty());
    // One thing more.
    let mut desk = Desk::new();
    desk.says("- | {when:Tuesday at 3}");
    let reply = desk.says("affirm, book | yes, and book me another for {when:Friday at 10}");
    assert_eq!(desk.booked(), ["2026-11-24T15:00"]);
    assert!(reply.text.ends_with("Shall I book Friday 27 November, 10:00 (appointment)?"), "{}", reply.text);
}

#[test]
fn only_a_plain_yes_cancels() {
    for (line, left) in [
        ("affirm, cancel | yes cancel it", 1),
        ("affirm, cancel | yes, cancel the {when=:wednesday} one", 1),
        ("affirm, cancel | ok cancel {when=:friday} instead", 2),
        ("affirm, reschedule | ok, rather move it to {when:Thursday}", 2),
        ("affirm, deny | yes no", 2),
    ] {
        let mut desk = with_two();
        desk.says("cancel | cancel my {when=:wednesday} appointment");
        let reply = desk.says(line);
        assert_eq!(desk.booked().len(), left, "{line}: {}", reply.text);
    }
}
