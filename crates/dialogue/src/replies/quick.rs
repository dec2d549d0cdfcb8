//! Messages that answer the open question, one for each of its choices.

use chrono::{DateTime, Utc};

use super::language::Quick;
use super::voice::Voice;
use crate::ctx::Ctx;
use crate::state::{Choice, Question};

/// One message for each choice, each of which answers the question.
pub(crate) fn quick_replies(question: &Question, ctx: &Ctx<'_>, voice: &Voice) -> Vec<String> {
    if question.about.asked() == protocol::Asked::Confirm {
        return [Quick::Yes, Quick::No].map(|quick| voice.language.quick(quick).to_owned()).to_vec();
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

/// What a choice is called: also a message that means it.
pub(super) fn name(choice: &Choice, ctx: &Ctx<'_>, voice: &Voice) -> String {
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
