//! The words of questions, and the quick replies that answer them.

use chrono::{DateTime, Utc};

use super::english::yours;
use super::voice::{Voice, list};
use crate::ctx::Ctx;
use crate::state::{About, Choice, Question};

/// The words of the question; `label` is what the wanted appointment is called.
pub(crate) fn ask(question: &Question, label: &str, ctx: &Ctx<'_>, voice: &Voice) -> String {
    let choices = &question.choices;
    let names = |comma: &str| {
        let names: Vec<_> = choices.iter().map(|choice| name(choice, ctx, voice)).collect();
        list(&names, comma, "or")
    };
    match question.about {
        About::Service => format!("Which service would you like: {}?", names(", ")),
        About::Date if choices.is_empty() => "Which day would suit you?".into(),
        About::Date => format!("Which day would suit you, for example {}?", names(", ")),
        About::MeantDate | About::MeantTime => format!("Do you mean {}?", names(", ")),
        About::Time if choices.is_empty() => "What time would suit you?".into(),
        About::Time | About::Start => {
            format!("I have {}. Which would you like?", voice.starts(&starts(choices), "or"))
        }
        About::Zone => {
            "Which time zone are your times in? A city is enough, such as Berlin or New York.".into()
        }
        About::Name => "What name shall I put it under?".into(),
        About::Appointment => format!("Which one do you mean: {}?", names("; ")),
        About::Booking(start) => format!("Shall I book {} ({label})?", voice.at(start)),
        About::Moving(id, start) => match ctx.view.booked(id) {
            Some(own) => format!("Shall I move {} to {}?", yours(&ctx.own(own), voice), voice.at(start)),
            None => format!("Shall I move it to {}?", voice.at(start)),
        },
        About::Cancelling(id) => match ctx.view.booked(id) {
            Some(own) => format!("Shall I cancel {}?", yours(&ctx.own(own), voice)),
            None => "Shall I cancel it?".into(),
        },
    }
}

/// One message for each choice, each of which answers the question.
pub(crate) fn quick_replies(question: &Question, ctx: &Ctx<'_>, voice: &Voice) -> Vec<String> {
    if question.about.asked() == protocol::Asked::Confirm {
        return vec!["Yes".into(), "No".into()];
    }
    let starts = starts(&question.choices);
    let one_day =
        starts.iter().all(|start| starts.first().map(|s| voice.date_of(*s)) == Some(voice.date_of(*start)));
    question
        .choices
        .iter()
        .map(|choice| match choice {
            Choice::Start(start) if one_day => voice.clock_at(*start),
            choice => name(choice, ctx, voice),
        })
        .collect()
}

fn name(choice: &Choice, ctx: &Ctx<'_>, voice: &Voice) -> String {
    match choice {
        Choice::Service(service) => service.clone(),
        Choice::Day(date) => voice.day(*date),
        Choice::Time(time) => voice.clock(*time),
        Choice::Start(start) => voice.plain(*start),
        Choice::Appointment(id) => {
            ctx.view.booked(*id).map_or_else(String::new, |own| voice.plain(own.start_time))
        }
    }
}

pub(crate) fn starts(choices: &[Choice]) -> Vec<DateTime<Utc>> {
    let start = |choice: &Choice| if let Choice::Start(start) = choice { Some(*start) } else { None };
    choices.iter().filter_map(start).collect()
}
