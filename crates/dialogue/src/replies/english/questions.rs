//! The words of questions.

use super::days::list;
use super::statements::yours;
use crate::ctx::Ctx;
use crate::replies::language::Joint;
use crate::replies::quick::{name, starts};
use crate::replies::voice::Voice;
use crate::state::{About, Choice, Question};

/// The words of the question; `label` is what the wanted appointment is called.
pub(super) fn ask(question: &Question, label: &str, ctx: &Ctx<'_>, voice: &Voice) -> String {
    let choices = &question.choices;
    let names = |long: bool| {
        let names: Vec<_> = choices.iter().map(|choice| name(choice, ctx, voice)).collect();
        list(&names, long, Joint::Or)
    };
    match question.about {
        About::Service => format!("Which service would you like: {}?", names(false)),
        About::Date if choices.is_empty() => "Which day would suit you?".into(),
        About::Date => format!("Which day would suit you, for example {}?", names(false)),
        About::MeantDate | About::MeantTime => format!("Do you mean {}?", names(false)),
        About::Time if choices.is_empty() => "What time would suit you?".into(),
        About::Time | About::Start => {
            format!("I have {}. Which would you like?", voice.starts(&starts(choices), Joint::Or))
        }
        About::Zone => {
            "Which time zone are your times in? A city is enough, such as Berlin or New York.".into()
        }
        About::Name => "What name shall I put it under?".into(),
        About::Appointment => format!("Which one do you mean: {}?", names(true)),
        About::Booking(start) => format!("Shall I book {} ({label})?", voice.at(start)),
        About::Moving(id, start) => match ctx.view.booked(id) {
            Some(own) => format!("Shall I move {} to {}?", yours(&ctx.own(own), voice), voice.at(start)),
            None => format!("Shall I move it to {}?", voice.at(start)),
        },
        About::Cancelling(id) => match ctx.view.booked(id) {
            Some(own) => format!("Shall I cancel {}?", yours(&ctx.own(own), voice)),
            None => "Shall I cancel it?".into(),
        },
        About::CancellingAll => {
            let all = if choices.len() == 2 { "both".to_owned() } else { format!("all {}", choices.len()) };
            let owns = choices.iter().filter_map(|choice| match choice {
                Choice::Appointment(id) => ctx.view.booked(*id),
                _ => None,
            });
            let names: Vec<_> = owns.map(|own| yours(&ctx.own(own), voice)).collect();
            format!("Shall I cancel {all}: {}?", list(&names, true, Joint::And))
        }
    }
}
