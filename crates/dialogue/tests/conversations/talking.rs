//! Lists, questions about the business, and everything that is not about a booking.

use calendar::Profile;
use dialogue::{Gap, Words};

use crate::support::Desk;

fn clinic() -> Profile {
    Profile::from_toml(include_str!("../../../../seeds/profile.toml")).unwrap()
}

#[test]
fn what_did_i_book() {
    let mut desk = Desk::new();
    let reply = desk.says("list_bookings | what did I book?");
    assert!(reply.text.contains("no appointments"), "{}", reply.text);
    let mut desk = Desk::new()
        .taken("2026-11-27T10:00:00Z", true)
        .taken("2026-11-25T15:00:00Z", true)
        .taken("2026-11-26T09:00:00Z", false);
    let reply = desk.says("list_bookings | what did I book?");
    assert!(
        reply.text.contains("Wednesday 25 November, 15:00 (appointment) and Friday 27 November, 10:00"),
        "{}",
        reply.text
    );
    assert!(!reply.text.contains("09:00"), "other people's are not spoken of");
    let reply = desk.says("list_bookings | when is my next appointment?");
    assert!(reply.text.contains("25 November") && !reply.text.contains("27 November"), "{}", reply.text);
    let reply = desk.says("list_bookings | do I have anything on {when=:Friday}?");
    assert!(reply.text.contains("27 November") && !reply.text.contains("25 November"), "{}", reply.text);
}

#[test]
fn other_talk_is_answered_and_the_booking_taken_up_again() {
    let mut desk = Desk::of(clinic());
    desk.says("book | {service:check-up} on {when:wednesday}");
    for (line, essential) in [
        ("business_question | by the way, where can i park?", "behind the building"),
        ("business_question | how much is that?", "60 EUR"),
        ("small_talk | tell me a joke first", ""),
        ("help | help", "cancel"),
        ("out_of_scope | book me a flight to Lisbon {when:friday at 10}", "030 555 0100"),
        ("human_handoff | I want a person", "030 555 0100"),
        ("list_bookings | what have I booked?", "no appointments"),
        ("- | blorp", "did not understand"),
        ("thanks | thanks", "welcome"),
    ] {
        let reply = desk.says(line);
        assert!(reply.text.contains(essential), "{line}: {}", reply.text);
        assert!(
            reply.text.contains("25 November at 09:00") && reply.text.ends_with('?'),
            "{line}: {}",
            reply.text
        );
        assert_eq!(reply.slots.service_type.as_deref(), Some("check-up"));
        assert!(desk.booked().is_empty(), "{line}");
    }
    desk.says("- | {when:10am}");
    assert_eq!(desk.booked(), ["2026-11-25T09:00"]);
}

#[test]
fn the_business_speaks_only_from_its_profile() {
    for (line, essential) in [
        (
            "business_question | what are your opening hours?",
            "Friday 09:00 to 12:00 and 13:00 to 15:00; Saturday and Sunday closed",
        ),
        ("business_question | are you open on {when:december 25}?", "closed"),
        ("business_question | How late are you open on {when:Thursday}?", "19:00"),
        ("business_question | how much does a {service:flu shot} cost", "25 EUR"),
        ("business_question | what's the price of an {service:MRI scan}", "do not know"),
        ("business_question | do you take my insurance", "insurers"),
        ("business_question | does it cost anything to cancel?", "free of charge"),
        ("business_question | do you have wifi?", "030 555 0100"),
        ("business_question | do you have a loyalty card?", "do not know"),
        ("business_question | what do you offer?", "physiotherapy"),
        ("business_question | how long does a {service:check-up} take?", "30 minutes"),
    ] {
        let reply = Desk::of(clinic()).says(line);
        assert!(reply.text.contains(essential), "{line}: {}", reply.text);
    }
}

#[test]
fn a_misunderstanding_ends_with_a_person() {
    let mut desk = Desk::of(clinic());
    assert!(desk.says("- | blorp fnord").text.contains("did not understand"));
    assert!(desk.says("- | zxcv qwer").text.contains("for example"));
    assert!(desk.says("- | flumph").text.contains("030 555 0100"));
    desk.says("greet | hi");
    assert!(desk.says("- | blorp fnord").text.contains("did not understand"));
}

#[test]
fn yes_no_and_choices_with_nothing_pending_do_nothing() {
    for line in [
        "affirm | yes",
        "deny | no",
        "select_option | the {option:second one}",
        "stop | never mind",
        "correct | no, that's wrong",
    ] {
        let mut desk = Desk::new().taken("2026-11-25T15:00:00Z", true);
        desk.says(line);
        assert_eq!(desk.booked(), ["2026-11-25T15:00"], "{line}");
    }
}

#[test]
fn stop_and_start_over() {
    let mut desk = Desk::new();
    desk.says("book | book {when:friday}");
    assert!(desk.says("stop | never mind").text.contains("nothing was changed"));
    assert_eq!(desk.says("- | {when:9}").slots.date, None);

    let mut desk = Desk::new();
    desk.says("book | book {when:friday}");
    let reply = desk.says("start_over | let's start over");
    assert_eq!((reply.slots.date, reply.slots.time), (None, None));
    desk.says("book | an appointment at {when:10} please");
    desk.says("- | {when:tuesday}");
    assert_eq!(desk.booked(), ["2026-11-24T10:00"]);
}

#[test]
fn other_languages_are_told_so() {
    let reply = Desk::new()
        .says("human_handoff | Hola, me gustaría hablar con alguien sobre una cosa muy importante");
    assert!(reply.text.contains("English"), "{}", reply.text);
    let reply = Desk::new().says("book | Guten Tag, haben Sie vielleicht auch Gutscheine für meine Mutter?");
    assert!(reply.text.contains("English"), "{}", reply.text);
}

#[test]
fn an_unreadable_state_is_a_fresh_one() {
    let mut desk = Desk::new();
    desk.says("book | book {when:friday}");
    desk.state["version"] = 99.into();
    let reply = desk.says("affirm | yes");
    assert!(reply.text.contains("automated") && desk.booked().is_empty(), "{}", reply.text);
}

#[test]
fn a_fact_is_said_even_if_the_question_was_taken_for_something_else() {
    for line in ["book | I use a wheelchair, can I get in?", "- | which credit cards can I use"] {
        let reply = Desk::of(clinic()).says(line);
        assert!(
            reply.text.contains("step-free") || reply.text.contains("cards and cash"),
            "{line}: {}",
            reply.text
        );
    }
}

#[test]
fn other_words_stand_where_the_desk_has_none_and_nowhere_else() {
    let words = |gap| Some(Words { gap, text: "Lovely, thank you!".to_owned() });
    let of = |gap, line: &str| {
        let mut desk = Desk::of(clinic());
        desk.says("book | {service:check-up} on {when:wednesday}");
        let before = desk.state.clone();
        desk.words = words(gap);
        let reply = desk.says(line);
        // What was being done is asked again, whoever has the words for the rest.
        assert!(reply.text.contains("25 November") || !desk.booked().is_empty(), "{}", reply.text);
        (reply.text.contains("Lovely"), desk.state["open"] == before["open"])
    };
    assert_eq!(of(Gap::SmallTalk, "small_talk | how was your weekend?"), (true, true));
    assert_eq!(of(Gap::NotKnown, "business_question | is there a piano?"), (true, true));
    for (gap, line) in [
        (Gap::NotKnown, "small_talk | how was your weekend?"),
        (Gap::SmallTalk, "business_question | is there a piano?"),
        (Gap::NotKnown, "business_question | where can i park?"),
        (Gap::SmallTalk, "thanks | thanks"),
        (Gap::SmallTalk, "- | blorp"),
        (Gap::SmallTalk, "out_of_scope | book me a flight to Lisbon"),
    ] {
        assert!(!of(gap, line).0, "{line}");
    }
    // Beside a wish they could be taken for an answer to it.
    assert_eq!(of(Gap::SmallTalk, "small_talk, book | how are you? book {when:10am}"), (false, false));
}
