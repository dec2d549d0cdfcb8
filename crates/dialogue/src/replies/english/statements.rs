//! The English words of every statement: facts in, one or more sentences out.

use chrono::{DateTime, Utc, Weekday};
use timewords::Problem;

use super::days::{list, on, weekday};
use crate::replies::language::Joint;
use crate::replies::phrase::{DayWhy, Own, Phrase, Why};
use crate::replies::voice::Voice;
use crate::state::Deed;

/// The words of a statement.
#[expect(clippy::too_many_lines, reason = "one line of text for each kind of statement, in one place")]
pub(crate) fn say(phrase: &Phrase, voice: &Voice) -> String {
    match phrase {
        Phrase::Introduction { business } => format!("Hello, I am the automated assistant of {business}."),
        Phrase::Hello { turn } => one_of(*turn, &["Hello!", "Hello again!", "Hi!"]),
        Phrase::Welcome { turn } => one_of(*turn, &["You are welcome.", "You are very welcome.", "With pleasure."]),
        Phrase::Goodbye { turn } => one_of(*turn, &["Goodbye!", "Goodbye, and see you!", "Take care, goodbye!"]),
        Phrase::Chat { turn } => one_of(*turn, &[
            "I am an automated assistant, so my days are all alike, but thank you for talking to me.",
            "I am better at appointments than at small talk.",
            "I am a program, and a cheerful one.",
        ]),
        Phrase::Help => "I can book, move and cancel appointments, tell you what is free and what you have booked, \
                         and answer questions about us. Say, for example, \"Book Tuesday at 3pm\", \"Show me what is \
                         free on Friday afternoon\" or \"Cancel my appointment\"."
            .into(),
        Phrase::EnglishOnly => "I am sorry, I only speak English so far.".into(),
        Phrase::NotOurs { turn, contact } => {
            let text = one_of(*turn, &[
                "I am sorry, that is not something I can do; I look after appointments here.",
                "I cannot help with that: I only look after our own appointments.",
            ]);
            format!("{text}{}", contact_note(contact.as_deref()))
        }
        Phrase::Contact { line: Some(line) } => format!("You can reach a person like this: {}", sentence(line)),
        Phrase::Contact { line: None } => {
            "I have noted that you would like to speak to a person; I have no phone number or address to give you.".into()
        }
        Phrase::Fact(answer) | Phrase::InOtherWords(answer) => sentence(answer),
        Phrase::Price { service, price } => format!("The price of {} is {price}.", article(service)),
        Phrase::Duration { service, minutes } => format!("{} takes {}.", capital(&article(service)), length(*minutes)),
        Phrase::Services(services) => format!("We offer {}.", list(&services.iter().map(|name| plural(name)).collect::<Vec<_>>(), false, Joint::And)),
        Phrase::Week(days) => week(days),
        Phrase::HoursOn { date, hours: Some(hours) } => {
            format!("On {} we are open {hours}.", voice.day(*date))
        }
        Phrase::HoursOn { date, hours: None } => format!("On {} we are closed.", voice.day(*date)),
        Phrase::NotKnown { contact } => {
            format!("I am sorry, I do not know that.{}", contact_note(contact.as_deref()))
        }
        Phrase::Unclear { examples: false } => "I am sorry, I did not understand that.".into(),
        Phrase::Unclear { examples: true } => "I am sorry, I still do not follow. You could say, for example, \
                                               \"Book Tuesday at 3pm\", \"Cancel my appointment\" or \"When are \
                                               you open\"."
            .into(),
        Phrase::UnclearAgain { contact } => {
            format!("I am sorry that I cannot follow.{}", contact_note(contact.as_deref()))
        }
        Phrase::NothingToConfirm => "There is nothing waiting for a yes just now.".into(),
        Phrase::NothingToDecline => "All right.".into(),
        Phrase::NothingToChoose => "I have not offered you anything to choose from yet.".into(),
        Phrase::NothingToStop => "All right, nothing is in progress.".into(),
        Phrase::Dropped => "All right, I have dropped that; nothing was changed.".into(),
        Phrase::StartedOver => "All right, let us start again.".into(),
        Phrase::AnythingElse => "Just tell me when you need anything else.".into(),
        Phrase::HowCanIHelp => "What can I do for you?".into(),
        Phrase::NoSuchChoice => "That is not one of the choices I gave.".into(),
        Phrase::UnknownService { words } => format!("I do not find \"{words}\" among our services."),
        Phrase::TakenFor { words, service } => format!("I take \"{words}\" to be our {service}."),
        Phrase::UnknownZone { words } => format!("I do not know the time zone \"{words}\"."),
        Phrase::ZoneNoted => format!("All right, I take your times as {}.", voice.zone_name(voice.zone)),
        Phrase::FixedDuration { service, minutes } => {
            let every = if service == "appointment" { article(service) } else { format!("this {service}") };
            format!("{} always takes {}.", capital(&every), length(*minutes))
        }
        Phrase::Upcoming { appointments, more } => upcoming(appointments, *more, voice),
        Phrase::Fitting { appointments, more } => {
            format!("You have {}.{}", appointments_at(appointments, voice), and_more(*more))
        }
        Phrase::Next(own) => format!("Your next appointment: {}.", appointments_at(std::slice::from_ref(own), voice)),
        Phrase::ToMove(own) => format!("Let us find another time for {}.", yours(own, voice)),
        Phrase::NoneBooked { matching: false } => "You have no appointments coming up.".into(),
        Phrase::NoneBooked { matching: true } => "I find no appointment of yours that fits.".into(),
        Phrase::Begun(own) => {
            format!("{} has already begun, so it can no longer be changed.", capital(&yours(own, voice)))
        }
        Phrase::KeptAll => "All right, they all stay as they are.".into(),
        Phrase::Kept(own) => format!("All right, {} stays as it is.", yours(own, voice)),
        Phrase::TooMany { max } => format!(
            "You already have {max} appointment{} coming up, which is as many as one person can have. Once one of \
             them is over or cancelled there is room for another.",
            if *max == 1 { "" } else { "s" }
        ),
        Phrase::Free { start } => format!("{} is free.", capital(&voice.at(*start))),
        Phrase::Gone { starts } => gone(starts, voice),
        Phrase::Unavailable { at, why } => unavailable(*at, why, voice),
        Phrase::FullDay { date, why } => {
            let day = voice.near_day(*date);
            match why {
                DayWhy::Past => format!("{} is past.", capital(&day)),
                DayWhy::TooFar { days } => {
                    format!("{} is too far ahead: I can book up to {days} days from today.", capital(&day))
                }
                DayWhy::ClosedDay => format!("We are closed on {}.", voice.day(*date)),
                DayWhy::ClosedWeekday(day_of_week) => {
                    format!("We are closed on {}s, so nothing is free on {}.", weekday(*day_of_week), voice.day(*date))
                }
                DayWhy::Full => format!("Nothing is free {}.", on(&day)),
            }
        }
        Phrase::NoneFree => "I am sorry, nothing is free then.".into(),
        Phrase::NoOthers => "I have nothing else to offer there.".into(),
        Phrase::NothingFree { contact } => {
            format!("I am sorry, I find no free time at all.{}", contact_note(contact.as_deref()))
        }
        Phrase::Impossible(problem) => impossible(problem, voice),
        Phrase::AlreadyThen(own) => format!("{} is already at that time.", capital(&yours(own, voice))),
        Phrase::Left(own) => format!("I have left {} as it is.", yours(own, voice)),
        Phrase::ChangeOrCancel(own) => {
            format!("Tell me if you would like to move or to cancel {}.", yours(own, voice))
        }
    }
}

/// What was done, to the appointments as they were written.
pub(super) fn done(deed: Deed, rows: &[Own], voice: &Voice) -> String {
    let when = |own: &Own| on(&voice.at_with_zone(own.start));
    match (deed, rows) {
        (_, []) => String::new(),
        (Deed::Booked, [own, ..]) => format!("Booked: your {} is {}.", own.label, when(own)),
        (Deed::Moved, [own, ..]) => format!("Moved: your {} is now {}.", own.label, when(own)),
        (Deed::Cancelled, [own]) => {
            format!("Cancelled: your {} {} will not take place.", own.label, when(own))
        }
        (Deed::Cancelled, several) => {
            let names: Vec<_> = several.iter().map(|own| format!("{} {}", own.label, when(own))).collect();
            format!("Cancelled: your {} will not take place.", list(&names, true, Joint::And))
        }
    }
}

/// "your appointment on Tuesday 24 November, 15:00".
pub(super) fn yours(own: &Own, voice: &Voice) -> String {
    format!("your {}", named(own, voice))
}

/// "haircut on Tuesday 24 November, 15:00".
pub(super) fn named(own: &Own, voice: &Voice) -> String {
    format!("{} on {}{}", own.label, voice.plain(own.start), voice.zone_note())
}

/// The text with a capital letter in front.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// "an appointment", "a haircut".
fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

fn plural(name: &str) -> String {
    if name == "appointment" { "appointments".into() } else { name.to_owned() }
}

/// "1 hour", "90 minutes".
fn length(minutes: u32) -> String {
    match minutes {
        60 => "1 hour".into(),
        minutes if minutes % 60 == 0 => format!("{} hours", minutes / 60),
        minutes => format!("{minutes} minutes"),
    }
}

/// The text, ending as a sentence does.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ')']) { text.to_owned() } else { format!("{text}.") }
}

fn contact_note(line: Option<&str>) -> String {
    line.map(|line| format!(" You can reach a person like this: {}", sentence(line))).unwrap_or_default()
}

fn one_of(turn: u32, texts: &[&str]) -> String {
    let count = u32::try_from(texts.len()).unwrap_or(1).max(1);
    texts.get((turn % count) as usize).copied().unwrap_or_default().to_owned()
}

/// The week with days of the same hours drawn together: "Monday to Friday 09:00-17:00; Saturday and Sunday closed".
fn week(days: &[(Weekday, Option<String>)]) -> String {
    let runs: Vec<String> = days
        .chunk_by(|(_, one), (_, next)| one == next)
        .filter_map(|run| {
            let ((first, hours), (last, _)) = (run.first()?, run.last()?);
            let name = match run.len() {
                1 => weekday(*first).to_owned(),
                2 => format!("{} and {}", weekday(*first), weekday(*last)),
                _ => format!("{} to {}", weekday(*first), weekday(*last)),
            };
            Some(format!("{name} {}", hours.as_deref().unwrap_or("closed")))
        })
        .collect();
    format!("Our hours: {}.", runs.join("; "))
}

fn upcoming(appointments: &[Own], more: usize, voice: &Voice) -> String {
    let count = match appointments.len() + more {
        1 => "one appointment".to_owned(),
        count => format!("{count} appointments"),
    };
    format!("You have {count}: {}.{}", appointments_at(appointments, voice), and_more(more))
}

/// "tomorrow, Tuesday 24 November, 15:00 (haircut) and …".
fn appointments_at(appointments: &[Own], voice: &Voice) -> String {
    let items: Vec<_> =
        appointments.iter().map(|own| format!("{} ({})", voice.at(own.start), own.label)).collect();
    list(&items, true, Joint::And)
}

fn and_more(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" And {more} more after that.") }
}

fn gone(starts: &[DateTime<Utc>], voice: &Voice) -> String {
    let verb = if starts.len() == 1 { "is" } else { "are" };
    format!("{} {verb} no longer free.", capital(&voice.starts(starts, Joint::And)))
}

fn unavailable(at: DateTime<Utc>, why: &Why, voice: &Voice) -> String {
    let time = voice.at(at);
    match why {
        Why::Past => format!("{} is already past.", capital(&time)),
        Why::TooSoon { minutes } => {
            format!("{} is too soon: we need at least {} notice.", capital(&time), length(*minutes))
        }
        Why::TooFar { days } => {
            format!("{} is too far ahead: I can book up to {days} days from today.", capital(&time))
        }
        Why::ClosedDay => format!("I cannot offer {time}: we are closed that day."),
        Why::ClosedWeekday(day) => format!("I cannot offer {time}: we are closed on {}s.", weekday(*day)),
        Why::OutsideHours { hours } => {
            format!("{} is outside our opening hours, which are {hours} that day.", capital(&time))
        }
        Why::EndsTooLate { minutes, hours } => format!(
            "{} is too late to start: it takes {} and we are open {hours} that day.",
            capital(&time),
            length(*minutes)
        ),
        Why::OffGrid { every_minutes: 60 } => {
            format!("I cannot offer {time}: appointments start on the hour.")
        }
        Why::OffGrid { every_minutes } => {
            format!("I cannot offer {time}: appointments start every {every_minutes} minutes.")
        }
        Why::Own(own) => {
            format!("{} overlaps {}.", capital(&time), yours(own, voice))
        }
        Why::Taken => format!("I am sorry, {time} is not available."),
    }
}

fn impossible(problem: &Problem, voice: &Voice) -> String {
    match problem {
        Problem::ImpossibleDate { words } => format!("There is no such date as \"{}\".", short(words)),
        Problem::ImpossibleTime { words } => format!("There is no such time as \"{}\".", short(words)),
        Problem::Past { date, time: None } => format!("{} is past.", capital(&voice.near_day(*date))),
        Problem::Past { date, time: Some(time) } => {
            format!("{}, {} is already past.", capital(&voice.near_day(*date)), voice.clock(*time))
        }
        Problem::Skipped { date, time, zone } => format!(
            "On {} the clocks go forward in {}, so {} does not exist there.",
            voice.day(*date),
            voice.zone_name(*zone),
            voice.clock(*time)
        ),
    }
}

/// The person's own words, as much of them as fits a reply.
fn short(words: &str) -> String {
    words.chars().take(40).collect()
}
