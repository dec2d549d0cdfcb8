//! The end of a turn: the reply in words, or the deed and what waits behind it.

use calendar::{Busy, FreeSlot, Window};
use protocol::{Appointment, AppointmentStatus, ExtractedSlots, Intent};
use uuid::Uuid;

use super::Turn;
use crate::ctx::Ctx;
use crate::flows;
use crate::input::{Input, View};
use crate::outcome::{Decision, Effect, Outcome, Reply};
use crate::replies::{self, Confirmation, Phrase, Quick, Voice};
use crate::state::{Deed, Open};

impl Turn<'_> {
    pub(super) fn end(mut self) -> Outcome {
        self.state.misunderstood =
            if self.understood { 0 } else { self.state.misunderstood.saturating_add(1) };
        match self.effect.take() {
            None => self.say_it(),
            Some((effect, deed)) => self.do_it(effect, deed),
        }
    }

    fn say_it(mut self) -> Outcome {
        let voice = self.voice();
        // Nothing that was said led anywhere.
        self.at_a_loss |= self.remarks.iter().all(|remark| matches!(remark, Phrase::Introduction { .. }));
        let parting =
            self.remarks.iter().any(|remark| matches!(remark, Phrase::Goodbye { .. } | Phrase::AnythingElse));
        if self.at_a_loss && self.request.is_none() && !parting {
            self.say(Phrase::HowCanIHelp);
        }
        let reply = Reply {
            text: self.text(&voice),
            quick_replies: self.quick_replies(&voice),
            slots: self.slots(&voice),
            appointment_id: self.about,
        };
        self.keep();
        let (hand_off, trace, gap) = (self.hand_off, self.trace, self.gap);
        Outcome { state: self.state, decision: Decision::Say(reply), hand_off, trace, gap }
    }

    /// The deed, and what waits behind it: the next request is only asked about, since one turn does one deed.
    fn do_it(mut self, effect: Effect, deed: Deed) -> Outcome {
        let voice = self.ctx.voice(self.state.last.map_or(self.ctx.zone, |last| last.zone));
        let before = say_all(&self.remarks, &voice);
        self.remarks.clear();
        self.trace.effect = Some(effect.clone());
        let after_view = after(self.ctx.view, &effect, self.ctx.input);
        let (confirmation, state, hand_off, trace) = {
            let mut rest = Turn { ctx: Ctx { view: &after_view, ..self.ctx }, ..self };
            rest.state.waiting.iter_mut().for_each(|request| request.explicit = false);
            let last = rest.state.last;
            rest.proceed();
            rest.state.last = last;
            let next_voice = rest.voice();
            let busy = rest.request.is_some();
            let confirmation = Confirmation {
                deed,
                before,
                after: rest.text(&next_voice),
                voice,
                one_service: rest.ctx.one_service(),
                next: busy.then(|| rest.slots(&next_voice)),
                quick_replies: if busy { rest.quick_replies(&next_voice) } else { after_deed(deed, &voice) },
            };
            rest.keep();
            (confirmation, rest.state, rest.hand_off, rest.trace)
        };
        Outcome { state, decision: Decision::Do { effect, then: confirmation }, hand_off, trace, gap: None }
    }

    /// Puts the open question back into the state.
    fn keep(&mut self) {
        self.state.open = match (self.request.take(), self.question.take()) {
            (Some(request), Some(question)) => Some(Open { request, question }),
            _ => None,
        };
    }

    fn text(&self, voice: &Voice) -> String {
        let mut text = say_all(&self.remarks, voice);
        if let (Some(question), Some(request)) = (&self.question, &self.request) {
            let label = flows::label(&self.ctx, request);
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&voice.language.ask(question, &label, &self.ctx, voice));
        }
        text
    }

    fn quick_replies(&self, voice: &Voice) -> Vec<String> {
        match &self.question {
            Some(question) => replies::quick_replies(question, &self.ctx, voice),
            None => buttons(&[Quick::Book, Quick::Mine, Quick::Hours], voice),
        }
    }

    /// What is known so far; with nothing in progress, what was done last.
    fn slots(&self, voice: &Voice) -> ExtractedSlots {
        let Some(request) = &self.request else {
            let last = self.state.last.filter(|_| self.intent.is_none_or(|intent| !begins_anew(intent)));
            let row = last.and_then(|last| {
                let row = self.ctx.view.appointments.iter().find(|own| own.start_time == last.start)?;
                Some(replies::slots(row, last.deed, &self.ctx.voice(last.zone)))
            });
            return row.unwrap_or(ExtractedSlots { intent: self.intent, ..ExtractedSlots::default() });
        };
        flows::slots(&self.ctx, request, self.question.as_ref(), voice)
    }
}

/// Whether the message turned to something else than the last appointment.
const fn begins_anew(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::ListBookings | Intent::StartOver | Intent::Book | Intent::Cancel | Intent::Reschedule
    )
}

fn say_all(remarks: &[Phrase], voice: &Voice) -> String {
    let introduced = remarks.iter().any(|remark| matches!(remark, Phrase::Introduction { .. }));
    let said = remarks.iter().filter(|remark| !(introduced && matches!(remark, Phrase::Hello { .. })));
    said.map(|remark| voice.language.say(remark, voice)).collect::<Vec<_>>().join(" ")
}

fn after_deed(deed: Deed, voice: &Voice) -> Vec<String> {
    match deed {
        Deed::Booked | Deed::Moved => buttons(&[Quick::Mine, Quick::Thanks], voice),
        Deed::Cancelled => buttons(&[Quick::Book, Quick::Thanks], voice),
    }
}

fn buttons(quick: &[Quick], voice: &Voice) -> Vec<String> {
    quick.iter().map(|quick| voice.language.quick(*quick).to_owned()).collect()
}

/// The calendar as it will be once the effect is made.
fn after(view: &View, effect: &Effect, input: &Input<'_>) -> View {
    let mut view = view.clone();
    let release = |view: &mut View, id: Uuid| {
        view.busy.retain(|busy| busy.appointment != Some(id));
        view.appointments.retain(|own| own.id != id);
    };
    match effect {
        Effect::Cancel { ids } => ids.iter().for_each(|id| release(&mut view, *id)),
        Effect::Move { id, slot, service } => {
            release(&mut view, *id);
            hold(&mut view, input, *id, slot, service);
        }
        // Its id is made by whoever writes it; until then it has none.
        Effect::Book { slot, service, .. } => hold(&mut view, input, Uuid::nil(), slot, service),
    }
    view
}

fn hold(view: &mut View, input: &Input<'_>, id: Uuid, slot: &FreeSlot, service: &str) {
    let buffer =
        input.profile.service(service).map_or_else(chrono::TimeDelta::zero, calendar::Service::buffer);
    let keys = [
        (slot.resource.clone(), Window::new(slot.start, slot.end + buffer)),
        (calendar::claims::user_key(input.person), slot.window()),
    ];
    view.busy.extend(keys.into_iter().map(|(key, window)| Busy { key, window, appointment: Some(id) }));
    view.appointments.push(Appointment {
        id,
        start_time: slot.start,
        end_time: slot.end,
        timezone: input.zone.name().to_owned(),
        service_type: service.to_owned(),
        status: AppointmentStatus::Booked,
        created_at: input.now,
    });
}
