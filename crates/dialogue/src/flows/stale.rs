//! Questions that the world has overtaken: what was offered is taken or past.

use calendar::Allowed;

use crate::replies::{Phrase, starts};
use crate::state::{About, Choice, Goal};
use crate::turn::Turn;

/// Before an open question is asked again, drops the choices that are gone and says so.
pub(crate) fn check(turn: &mut Turn<'_>) {
    if turn.changed {
        return;
    }
    let (Some(mut question), Some(request)) = (turn.question.clone(), turn.request.clone()) else { return };
    let ctx = turn.ctx;
    let Some(service) = super::service_for(&ctx, &request) else { return };
    let moving = if let Goal::Move(id) = request.goal { id } else { None };
    let gone =
        |start: &chrono::DateTime<chrono::Utc>| ctx.free(&service, moving, &[Allowed::At(*start)]).is_empty();
    match question.about {
        About::Booking(start) | About::Moving(_, start) => {
            if gone(&start) {
                turn.rule("stale.start");
                turn.say(Phrase::Gone { starts: vec![start] });
                turn.changed = true;
            }
        }
        About::Time | About::Start => {
            let gone: Vec<_> = starts(&question.choices).into_iter().filter(gone).collect();
            if !gone.is_empty() {
                turn.rule("stale.choices");
                question
                    .choices
                    .retain(|choice| !matches!(choice, Choice::Start(start) if gone.contains(start)));
                turn.say(Phrase::Gone { starts: gone });
                turn.changed = question.choices.is_empty();
                turn.question = Some(question);
            }
        }
        About::Date => {
            let today = ctx.voice(turn.zone()).date_of(ctx.now());
            turn.changed =
                question.choices.iter().any(|choice| matches!(choice, Choice::Day(day) if *day < today));
        }
        About::Appointment => {
            question.choices.retain(
                |choice| !matches!(choice, Choice::Appointment(id) if ctx.view.booked(*id).is_none()),
            );
            if question.choices.is_empty() {
                turn.rule("stale.appointments");
                turn.say(Phrase::NoneBooked { matching: true });
                turn.close();
            } else {
                turn.question = Some(question);
            }
        }
        // Found anew: the appointment may be gone, the start taken.
        About::Cancelling(_) | About::CancellingAll | About::Name => turn.changed = true,
        About::Service | About::MeantDate | About::MeantTime | About::Zone => {}
    }
}
