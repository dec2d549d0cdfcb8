//! New appointments.

use calendar::Profile;
use chrono_tz::Tz;

use crate::support::Desk;

fn salon() -> Profile {
    Profile::from_toml(
        r#"
        name = "Corner Salon"
        contact = "Call 555 0142."
        [booking]
        start_every_minutes = 30
        [[services]]
        name = "haircut"
        duration_minutes = 60
        price = "35 EUR"
        [[services]]
        name = "colouring"
        duration_minutes = 120
        "#,
    )
    .unwrap()
}

#[test]
fn a_free_time_said_exactly_is_booked_and_confirmed_with_date_time_and_zone() {
    let mut desk = Desk::new();
    let reply = desk.says("book | Book a meeting on {when:Wednesday at 3pm}");
    assert_eq!(desk.booked(), ["2026-11-25T15:00"]);
    assert!(reply.text.starts_with("Hello, I am the automated assistant of Frontdesk."), "{}", reply.text);
    assert!(
        reply.text.contains("Booked: your appointment is on Wednesday 25 November, 15:00 (UTC)."),
        "{}",
        reply.text
    );
    assert_eq!(reply.appointment_id, Some(desk.rows[0].appointment.id));
    assert_eq!(
        serde_json::to_value(&reply.slots).unwrap(),
        serde_json::json!({"intent": "book", "date": "2026-11-25", "time": "15:00", "timezone": "UTC", "service_type": "general"})
    );
    let reply = desk.says("thanks | thanks!");
    assert!(!reply.text.contains("automated"));
    assert_eq!(reply.slots.time.as_deref(), Some("15:00"), "the booked values until the next request");
}

#[test]
fn missing_parts_are_asked_for_one_at_a_time() {
    let mut desk = Desk::new();
    let reply = desk.says("book | I'd like an appointment");
    assert_eq!(reply.slots.date, None);
    assert_eq!(reply.quick_replies[0], "Monday 23 November");
    let reply = desk.says("- | {when:thursday}");
    assert!(reply.text.contains("Thursday 26 November at 09:00"), "{}", reply.text);
    assert_eq!((reply.slots.date.unwrap().to_string().as_str(), reply.slots.time), ("2026-11-26", None));
    assert!(desk.booked().is_empty());
    desk.says("- | {when:11}");
    assert_eq!(desk.booked(), ["2026-11-26T11:00"]);
}

#[test]
fn time_before_day() {
    let mut desk = Desk::new();
    let reply = desk.says("book | can I come in {when:at 2 in the afternoon}?");
    assert_eq!(reply.slots.time.as_deref(), Some("14:00"));
    desk.says("- | {when:friday} please");
    assert_eq!(desk.booked(), ["2026-11-27T14:00"]);
}

#[test]
fn vague_words_book_nothing_and_ask() {
    for words in [
        "tomorrow afternoon",
        "next week",
        "sometime soon",
        "around 3",
        "tomorrow around 3",
        "as soon as possible",
    ] {
        let mut desk = Desk::new();
        let reply = desk.says(&format!("book | book me {{when:{words}}}"));
        assert!(desk.booked().is_empty(), "{words}: {}", reply.text);
        assert!(reply.text.ends_with('?') && !reply.quick_replies.is_empty(), "{words}: {}", reply.text);
    }
}

#[test]
fn next_tuesday_on_a_monday_has_two_meanings() {
    let mut desk = Desk::new();
    let reply = desk.says("book | {when:next Tuesday at 3}");
    assert!(reply.text.contains("Tuesday 24 November or Tuesday 1 December?"), "{}", reply.text);
    desk.says("- | {when:the 1st of december}");
    assert_eq!(desk.booked(), ["2026-12-01T15:00"]);
}

#[test]
fn an_hour_that_fits_twice_is_asked_about() {
    let hours = "[hours]\ntuesday = [\"07:00-22:00\"]";
    for (answer, start) in [
        ("- | am", "2026-11-24T08:00"),
        ("- | {when:am}", "2026-11-24T08:00"),
        ("- | pm please", "2026-11-24T20:00"),
        ("- | in the {when:evening}", "2026-11-24T20:00"),
    ] {
        let mut desk = Desk::of(Profile::from_toml(hours).unwrap());
        let reply = desk.says("book | {when:tomorrow at 8}");
        assert_eq!(reply.quick_replies, ["08:00", "20:00"]);
        desk.says(answer);
        assert_eq!(desk.booked(), [start], "{answer}");
    }
}

#[test]
fn a_day_that_is_over_is_not_offered() {
    let reply = Desk::new().says("book | {when:november 10 at 3pm}");
    assert!(reply.text.contains("Do you mean Wednesday 10 November 2027?"), "{}", reply.text);
}

#[test]
fn a_taken_time_is_answered_with_the_two_nearest() {
    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", false);
    let reply = desk.says("book | {when:wednesday 3pm} please");
    assert_eq!(reply.quick_replies, ["14:00", "16:00"]);
    desk.says("select_option | the {option:second one}");
    assert_eq!(desk.booked(), ["2026-11-25T16:00"]);
}

#[test]
fn offers_are_chosen_by_position_description_or_time() {
    for (line, start) in [
        ("select_option | the {option:first}", "2026-11-25T14:00"),
        ("select_option | the {option:later one}", "2026-11-25T16:00"),
        ("select_option | {when:2pm} works", "2026-11-25T14:00"),
        ("- | {when:4pm}", "2026-11-25T16:00"),
        ("- | 16:00", "2026-11-25T16:00"),
        ("select_option | {option:last one}", "2026-11-25T16:00"),
    ] {
        let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", false);
        desk.says("book | {when:wednesday 3pm} please");
        desk.says(line);
        assert_eq!(desk.booked(), [start], "{line}");
    }
}

#[test]
fn a_bare_yes_to_two_offers_books_nothing() {
    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", false);
    desk.says("book | {when:wednesday 3pm} please");
    let reply = desk.says("affirm | yes");
    assert!(desk.booked().is_empty());
    assert_eq!(reply.quick_replies, ["14:00", "16:00"]);
}

#[test]
fn each_impossible_time_has_its_own_reason() {
    for (words, reason) in [
        ("saturday at 11", "we are closed on Saturdays"),
        ("wednesday at 8pm", "outside our opening hours, which are 09:00 to 17:00"),
        ("today at 9am", "past"),
        ("wednesday at 10:30", "start on the hour"),
        ("5 march 2029 at 10am", "too far ahead"),
    ] {
        let mut desk = Desk::new();
        let reply = desk.says(&format!("book | {{when:{words}}}"));
        assert!(reply.text.contains(reason), "{words}: {}", reply.text);
        assert_eq!(reply.quick_replies.len(), 2, "{words}: {}", reply.text);
        assert!(desk.booked().is_empty());
    }
}

#[test]
fn minimum_notice_and_closed_days_are_explained() {
    let profile = Profile::from_toml(
        "closed = [\"2026-11-26\"]\n[booking]\nmin_notice_minutes = 240\nmax_open_per_person = 5",
    )
    .unwrap();
    let mut desk = Desk::of(profile.clone());
    let reply = desk.says("book | {when:today at 2pm}");
    assert!(reply.text.contains("at least 4 hours notice"), "{}", reply.text);
    let mut desk = Desk::of(profile);
    let reply = desk.says("book | {when:thursday at 2pm}");
    assert!(reply.text.contains("we are closed that day"), "{}", reply.text);
}

#[test]
fn ones_own_appointment_in_the_way_is_named() {
    let mut profile = Profile::default();
    profile.booking.resources = vec!["Room 1".into(), "Room 2".into()];
    let mut desk = Desk::of(profile).taken("2026-11-25T15:00:00Z", true);
    let reply = desk.says("book | {when:wednesday at 3pm}");
    assert!(
        reply.text.contains("overlaps your appointment on Wednesday 25 November, 15:00"),
        "{}",
        reply.text
    );
    assert_eq!(reply.quick_replies, ["14:00", "16:00"]);
}

#[test]
fn nobody_has_more_open_appointments_than_the_profile_allows() {
    let mut profile = Profile::default();
    profile.booking.max_open_per_person = 1;
    let mut desk = Desk::of(profile).taken("2026-11-25T15:00:00Z", true);
    let reply = desk.says("book | {when:thursday at 3pm}");
    assert!(reply.text.contains("already have 1 appointment"), "{}", reply.text);
    assert_eq!(desk.booked().len(), 1);
}

#[test]
fn the_service_is_asked_for_where_there_is_no_default() {
    let mut desk = Desk::of(salon());
    let reply = desk.says("book | can i get an appointment on {when:thursday at 11}");
    assert_eq!(reply.quick_replies, ["haircut", "colouring"]);
    let reply = desk.says("- | {service:perm}");
    assert!(reply.text.contains("\"perm\"") && desk.booked().is_empty(), "{}", reply.text);
    let reply = desk.says("- | {service:haircut}");
    assert_eq!(desk.booked(), ["2026-11-26T11:00"]);
    assert!(reply.text.contains("your haircut"), "{}", reply.text);
}

#[test]
fn the_name_is_asked_for_where_the_profile_says_so() {
    let mut profile = Profile::default();
    profile.booking.ask_name = true;
    let mut desk = Desk::of(profile);
    desk.says("book | {when:tuesday at 10}");
    assert!(desk.booked().is_empty());
    desk.says("- | Anna  Schmidt");
    assert_eq!(desk.rows[0].name.as_deref(), Some("Anna Schmidt"));
}

#[test]
fn a_time_out_of_nowhere_is_confirmed_first() {
    let mut desk = Desk::new();
    let reply = desk.says("- | {when:Tuesday at 3}");
    assert!(
        reply.text.contains("Shall I book tomorrow, Tuesday 24 November, 15:00 (appointment)?"),
        "{}",
        reply.text
    );
    assert!(desk.booked().is_empty());
    let reply = desk.says("- | {when:4pm}");
    assert!(reply.text.contains("16:00") && desk.booked().is_empty(), "{}", reply.text);
    desk.says("affirm | yes");
    assert_eq!(desk.booked(), ["2026-11-24T16:00"]);
}

#[test]
fn a_yes_with_another_time_is_no_yes() {
    let mut desk = Desk::new();
    desk.says("- | {when:Tuesday at 3}");
    desk.says("affirm | yes, {when:at 4}");
    assert!(desk.booked().is_empty());
    let mut desk = Desk::new();
    desk.says("- | {when:Tuesday at 3}");
    desk.says("affirm | yes, {when:Tuesday at 3}");
    assert_eq!(desk.booked(), ["2026-11-24T15:00"]);
}

#[test]
fn the_quick_replies_need_no_understanding() {
    let mut desk = Desk::new();
    let reply = desk.says("book | an appointment");
    let reply = desk.says(&format!("- | {}", reply.quick_replies[1]));
    desk.says(&format!("- | {}", reply.quick_replies[2]));
    assert_eq!(desk.booked(), ["2026-11-24T11:00"]);
}

#[test]
fn times_are_read_and_said_where_the_person_is() {
    let mut desk = Desk::new();
    desk.zone = Tz::America__New_York;
    let reply = desk.says("book | {when:wednesday at 10am}");
    assert_eq!(desk.booked(), ["2026-11-25T15:00"]);
    assert!(reply.text.contains("10:00 (New York time)"), "{}", reply.text);
    let reply = desk.says("book | {when:thursday at 3pm} {timezone:London time}");
    assert_eq!(desk.booked()[1], "2026-11-26T15:00");
    assert!(reply.text.contains("15:00 (London time)"), "{}", reply.text);
}

#[test]
fn two_times_joined_by_and_are_two_bookings() {
    let mut desk = Desk::new();
    let reply = desk.says("book | Book me {when:Tuesday at 10} and {when:Thursday at 2}");
    assert_eq!(desk.booked(), ["2026-11-24T10:00"]);
    assert!(reply.text.contains("Shall I book Thursday 26 November, 14:00"), "{}", reply.text);
    desk.says("affirm | yes");
    assert_eq!(desk.booked(), ["2026-11-24T10:00", "2026-11-26T14:00"]);
}

#[test]
fn what_is_not_ours_books_nothing() {
    let mut desk = Desk::new();
    let reply = desk.says("out_of_scope, book | book me a flight {when:Friday 10am}");
    assert!(desk.booked().is_empty() && !reply.text.contains("27 November"), "{}", reply.text);
}

#[test]
fn an_offer_that_is_gone_is_noticed() {
    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", false);
    desk.says("book | {when:wednesday 3pm}");
    desk = desk.taken("2026-11-25T14:00:00Z", false);
    let reply = desk.says("small_talk | how are you?");
    assert!(reply.text.contains("Wednesday 25 November at 14:00 is no longer free."), "{}", reply.text);
    let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", false);
    desk.says("book | {when:wednesday 3pm}");
    desk = desk.taken("2026-11-25T14:00:00Z", false);
    let reply = desk.says("select_option | the {option:first one}");
    assert!(desk.booked().is_empty() && reply.quick_replies.contains(&"16:00".to_owned()), "{}", reply.text);
}
