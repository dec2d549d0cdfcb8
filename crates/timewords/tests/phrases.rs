//! What people say, and what it means on Monday 23 November 2026 at 10:20.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod common;

use common::{check, said};
use protocol::Asked;

#[test]
fn weekdays() {
    check(&[
        ("Tuesday", "2026-11-24"),
        ("on Wednesday please", "2026-11-25"),
        ("Monday", "2026-11-23"),
        ("Monday at 9", "2026-11-30 09:00"),
        ("Monday at 3", "2026-11-23 15:00"),
        ("this Friday", "2026-11-27"),
        ("this coming friday", "2026-11-27"),
        ("next Tuesday", "2026-11-24 ? 2026-12-01"),
        ("next Monday", "2026-11-30"),
        ("next Tuesday at 3", "2026-11-24 15:00 ? 2026-12-01 15:00"),
        ("Tuesday next week", "2026-12-01"),
        ("next week on Tuesday", "2026-12-01"),
        ("a week from Thursday", "2026-12-03"),
        ("Thursday week", "2026-12-03"),
        ("two weeks on Friday", "2026-12-11"),
        ("in two weeks on Friday", "2026-12-11"),
        ("3 Fridays from now", "2026-12-11"),
        ("nxt tues", "2026-11-24 ? 2026-12-01"),
        ("wed", "2026-11-25"),
        ("thurs.", "2026-11-26"),
        ("wendesday", "2026-11-25"),
    ]);
}

#[test]
fn relative_days_and_weeks() {
    check(&[
        ("today", "2026-11-23"),
        ("tmrw", "2026-11-24"),
        ("2moro", "2026-11-24"),
        ("tommorow morning", "2026-11-24 morning"),
        ("the day after tomorrow", "2026-11-25"),
        ("in two weeks", "2026-12-07"),
        ("in 3 days", "2026-11-26"),
        ("a fortnight from today", "2026-12-07"),
        ("next week", "2026-11-30..2026-12-06"),
        ("the week after next", "2026-12-07..2026-12-13"),
        ("this weekend", "2026-11-28..2026-11-29"),
        ("next weekend", "2026-11-28..2026-11-29 ? 2026-12-05..2026-12-06"),
        ("early next week", "2026-11-30..2026-12-02"),
        ("end of next week", "2026-12-03..2026-12-06"),
        ("end of the month", "2026-11-21..2026-11-30"),
        ("next month", "2026-12-01..2026-12-31"),
        ("in March", "2027-03-01..2027-03-31"),
        ("within 5 days", "2026-11-24..2026-11-28"),
        ("week 49", "2026-11-30..2026-12-06"),
    ]);
}

#[test]
fn days_of_months() {
    check(&[
        ("the 21st", "2026-12-21"),
        ("the fifteenth", "2026-12-15"),
        ("on the 27th", "2026-11-27"),
        ("December 4", "2026-12-04"),
        ("4 Dec.", "2026-12-04"),
        ("the 4th of december at noon", "2026-12-04 12:00"),
        ("Friday the 27th", "2026-11-27"),
        ("Monday 21", "2026-12-21"),
        ("the first Monday in December", "2026-12-07"),
        ("last Friday of the month", "2026-11-27"),
        ("the 20th of next month", "2026-12-20"),
        ("January 5 2027", "2027-01-05"),
        ("January 5", "2027-01-05 ? 2026-01-05"),
        ("next January 5", "2027-01-05"),
        ("twenty-first of December", "2026-12-21"),
        ("December twenty first", "2026-12-21"),
        ("the 18th or 19th of December", "2026-12-18 | 2026-12-19"),
        ("Monday 24 November", "2026-11-24 ? 2026-11-23"),
        ("Wed 3rd", "2027-02-03 ? 2026-12-03 ? 2026-12-02"),
    ]);
}

#[test]
fn numeric_dates() {
    check(&[
        ("2026-12-01", "2026-12-01"),
        ("2026-12-01 14:30", "2026-12-01 14:30"),
        ("24.12.2026", "2026-12-24"),
        ("24.12.", "2026-12-24"),
        ("24/12", "2026-12-24"),
        ("12/24", "2026-12-24"),
        ("03/04", "2027-04-03 ? 2027-03-04"),
        ("03/04/2027", "2027-04-03 ? 2027-03-04"),
        ("Saturday 03/04", "2027-04-03"),
        ("4/4/2027", "2027-04-04"),
        ("20261201", "2026-12-01"),
    ]);
}

#[test]
fn clock_times() {
    check(&[
        ("at 3", "15:00"),
        ("at three", "15:00"),
        ("at 9", "09:00"),
        ("at 12", "12:00"),
        ("at 5", "17:00"),
        ("at 7", "07:00 ? 19:00"),
        ("3pm", "15:00"),
        ("3 pm.", "15:00"),
        ("3 p.m.", "15:00"),
        ("3:30p", "15:30"),
        ("3.30", "15:30"),
        ("15h", "15:00"),
        ("15h30", "15:30"),
        ("1430", "14:30"),
        ("half past two", "14:30"),
        ("half two", "14:30"),
        ("quarter to five", "16:45"),
        ("a quarter past 10", "10:15"),
        ("20 minutes to 2pm", "13:40"),
        ("ten thirty", "10:30"),
        ("noon", "12:00"),
        ("midnight", "00:00"),
        ("10 o'clock", "10:00"),
        ("2 o clock", "14:00"),
        ("3 thirty p m", "15:30"),
        ("6 p", "18:00"),
        ("after 30 minutes", "2026-11-23 10:50"),
        ("5 in the afternoon", "17:00"),
        ("8 in the morning", "08:00"),
        ("2 05 p.m.", "14:05"),
        ("4 15 in the morning", "04:15"),
        ("3ish", "about 15:00"),
        ("around 3", "about 15:00"),
        ("tomorrow at about 10:30", "about 2026-11-24 10:30"),
        ("in an hour", "2026-11-23 11:20"),
        ("in 30 minutes", "2026-11-23 10:50"),
    ]);
}

#[test]
fn parts_of_the_day() {
    check(&[
        ("tomorrow afternoon", "2026-11-24 afternoon"),
        ("in the morning", "morning"),
        ("Friday evening", "2026-11-27 evening"),
        ("tonight", "2026-11-23 evening"),
        ("tonight at 8", "2026-11-23 20:00"),
        ("late tomorrow afternoon", "2026-11-24 late afternoon"),
        ("Wednesday evening next week", "2026-12-02 evening"),
        ("first thing tomorrow", "2026-11-24 early morning first"),
        ("lunchtime tomorrow", "2026-11-24 12:00..14:00"),
    ]);
}

#[test]
fn ranges() {
    check(&[
        ("after 2", "after 14:00"),
        ("before 4pm", "before ..16:00"),
        ("by noon", "before ..12:00"),
        ("until 5", "before ..17:00"),
        ("not before 10", "after 10:00"),
        ("no later than 4", "before ..16:00"),
        ("3 pm or later", "after 15:00"),
        ("between 10 and 12", "10:00..12:00"),
        ("between 2 and 4 pm on Monday", "2026-11-23 14:00..16:00"),
        ("from 2 to 4", "14:00..16:00"),
        ("2-4pm tomorrow", "2026-11-24 14:00..16:00"),
        ("11-1 on Friday", "2026-11-27 11:00..13:00"),
        ("Monday to Friday 9 to 5", "2026-11-23..2026-11-27 09:00..17:00"),
        ("Tuesday - Thursday", "2026-11-24..2026-11-26"),
        ("13 to 15 December", "2026-12-13..2026-12-15"),
        ("Dec 13-15", "2026-12-13..2026-12-15"),
        ("next week between Wednesday and Friday", "2026-12-02..2026-12-04"),
        ("by Friday", "before ..2026-11-27"),
        ("from Wednesday on", "after 2026-11-25"),
        ("Friday after 2", "after 2026-11-27 14:00"),
        ("Friday afternoon after 3", "after 2026-11-27 15:00 afternoon"),
        ("tomorrow b4 11", "before 2026-11-24 ..11:00"),
        ("tomorrow before 11", "before 2026-11-24 ..11:00"),
        ("3pm for an hour", "15:00"),
    ]);
}

#[test]
fn alternatives() {
    check(&[
        ("Tuesday or Wednesday at 4", "2026-11-24 16:00 | 2026-11-25 16:00"),
        ("Tuesday at 3 or 4", "2026-11-24 15:00 | 2026-11-24 16:00"),
        ("3 or 4 on Friday", "2026-11-27 15:00 | 2026-11-27 16:00"),
        ("2 or 3pm", "14:00 | 15:00"),
        ("tomorrow or on Friday", "2026-11-24 | 2026-11-27"),
        ("2pm, 14:00", "14:00"),
        ("next week Mon or Tue", "2026-11-30 | 2026-12-01"),
        ("Friday 5pm or Saturday before noon", "2026-11-27 17:00 | before 2026-11-28 ..12:00"),
        ("Tuesday 2-4 or Thursday morning", "2026-11-24 14:00..16:00 | 2026-11-26 morning"),
    ]);
}

#[test]
fn exclusions() {
    check(&[
        ("any day except Thursday", "any - 2026-11-26"),
        ("not Tuesday, Wednesday at 4", "2026-11-25 16:00 - 2026-11-24"),
        ("any afternoon next week except Thursday", "2026-11-30..2026-12-06 afternoon - 2026-12-03"),
        ("next week but not in the morning", "2026-11-30..2026-12-06 - morning"),
        ("Tuesday doesn't work, how about Wednesday", "2026-11-25 - 2026-11-24"),
        ("I can't do Tuesday or Wednesday", "- 2026-11-24 - 2026-11-25"),
        ("anything but Friday", "- 2026-11-27"),
        ("make it 4 instead of 3", "16:00 - 15:00"),
        ("Tuesday, no sorry, Wednesday", "2026-11-25 - 2026-11-24"),
    ]);
}

#[test]
fn vague() {
    check(&[
        ("soon", "soon"),
        ("as soon as possible", "first"),
        ("asap", "first"),
        ("first available on Friday", "2026-11-27 first"),
        ("sometime next week", "2026-11-30..2026-12-06 soon"),
        ("one evening next week", "2026-11-30..2026-12-06 evening"),
        ("any time on Thursday", "2026-11-26 any"),
        ("later today", "2026-11-23 later"),
        ("later this week", "2026-11-23..2026-11-29"),
    ]);
}

#[test]
fn zones() {
    check(&[
        ("3pm London time", "15:00 Europe/London"),
        ("Friday 10am EST", "2026-11-27 10:00 America/New_York"),
        ("tomorrow 15:00 UTC+2", "2026-11-24 15:00 Etc/GMT-2"),
        ("9:30 - 11:00 CET", "09:30..11:00 Europe/Berlin"),
    ]);
}

#[test]
fn holidays() {
    check(&[
        ("Easter Monday", "2027-03-29"),
        ("Christmas eve", "2026-12-24"),
        ("the day after Christmas", "2026-12-26"),
        ("New Year's Eve at noon", "2026-12-31 12:00"),
        ("Good Friday", "2027-03-26"),
    ]);
}

#[test]
fn what_cannot_be() {
    check(&[
        ("30 February", "! impossible_date"),
        ("31 November at 3", "! impossible_date"),
        ("the 32nd of December", "! impossible_date"),
        ("tomorrow at 25:00", "! impossible_time"),
        ("yesterday at 3", "2026-11-22 15:00 ! past"),
        ("today at 9", "2026-11-23 09:00 ! past"),
        ("2020-01-01", "2020-01-01 ! past"),
        ("last Tuesday", "2026-11-17 ! past"),
        ("last night", "2026-11-22 night ! past"),
    ]);
}

#[test]
fn whole_messages() {
    check(&[
        ("Book a meeting on Wednesday at 3pm", "2026-11-25 15:00"),
        ("can I come in on monday the 30th at 2.30?", "2026-11-30 14:30"),
        ("what about thursday, say half ten?", "2026-11-26 10:30"),
        ("no, make it 4", "16:00"),
        ("I'd like a table for 4 at 7pm", "19:00"),
        ("is there anything at 10:30?", "10:30"),
        ("Hi, I'm Anna. Could I see someone tomorrow, about my knee, at 9?", "2026-11-24 09:00"),
        ("I don't mind, Tuesday is fine", "2026-11-24"),
    ]);
}

#[test]
fn nothing_where_there_is_no_time() {
    for text in [
        "",
        "may I",
        "the second one",
        "I have 2 kids",
        "for 3 people",
        "sat down",
        "march on",
        "I need a haircut",
        "my number is 0176 5550123",
        "I'm 30 years old",
        "can May help me",
        "good morning",
        "a second",
        "the first one",
        "room 5",
        "it costs 20 euros",
        "I am the one",
        "we are 4 adults and 2 children",
        "from 2 to 4 people",
        "option 3",
        "I am fine",
        "do you have 3 chairs",
        "25",
        "3 30",
        "call 555-1234",
        "50%",
        "the sun is out",
        "one moment",
        "half the price",
        "I second that",
        "what is your address",
        "a quarter of it",
        "may be",
        "not sure",
        "A4 paper",
        "who is on the team",
        "see you later",
        "talk to you soon",
        "what do I do now",
        "from one place to another",
        "the 8 of us",
        "the number of nights",
        "to be or not to be",
        "\u{1F600}\u{1F600}",
        "is it far?",
    ] {
        assert_eq!(said(text, None), "none", "{text:?}");
    }
}

#[test]
fn answers_in_the_light_of_the_question() {
    let time = Some(Asked::Time);
    assert_eq!(said("3", time), "15:00");
    assert_eq!(said("half two", time), "14:30");
    assert_eq!(said("3 30", time), "15:30");
    assert_eq!(said("around 11", time), "about 11:00");
    let date = Some(Asked::Date);
    assert_eq!(said("5", date), "2026-12-05");
    assert_eq!(said("the 21st", date), "2026-12-21");
    assert_eq!(said("Tuesday", date), "2026-11-24");
    assert_eq!(said("the fifth", date), "2026-12-05");
    assert_eq!(said("thursday 3pm", date), "2026-11-26 15:00");
    assert_eq!(said("tomorrow 11am", date), "2026-11-24 11:00");
    assert_eq!(said("thursday 3", date), "2026-11-26 15:00");
}
