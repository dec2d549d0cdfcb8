//! One message, from state to outcome.

use std::cell::Cell;

use calendar::{Busy, FreeSlot, Window};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use protocol::{Appointment, AppointmentStatus, ExtractedSlots, Intent};
use uuid::Uuid;

use crate::acts::{self, Act, Wish};
use crate::ctx::Ctx;
use crate::flows;
use crate::heard::Heard;
use crate::input::{Input, Unseen, View};
use crate::outcome::{Decision, Effect, Gap, Outcome, Reply};
use crate::replies::{self, Confirmation, Phrase, Quick, Voice};
use crate::state::{About, Choice, Deed, Goal, Last, MAX_WAITING, Open, Question, Request, State, Wanted};
use crate::trace::{self, Trace};

/// Decides one message.
///
/// Pure: the same state, input and view give the same outcome, whenever and wherever. An effect is decided only for a slot
/// that is free in the view, and only if the person asked for just that or said yes to just that.
///
/// # Errors
/// [`Unseen`], if the view does not reach as far as the decision has to look.
pub fn turn(state: &State, input: &Input<'_>, view: &View) -> Result<Outcome, Unseen> {
    let unseen = Cell::new(None);
    let outcome = decide(state, input, view, &unseen);
    unseen.get().map_or(Ok(outcome), |window| Err(Unseen(window)))
}

/// What this message leaves without words of our own, if that is all there is to it: somebody else may find better ones and
/// hand them in with the [`Input`]. The calendar has no part in it.
#[must_use]
pub fn gap(state: &State, input: &Input<'_>) -> Option<Gap> {
    decide(state, input, &View::default(), &Cell::new(None)).gap
}

fn decide(state: &State, input: &Input<'_>, view: &View, unseen: &Cell<Option<Window>>) -> Outcome {
    let mut turn = Turn::begin(state, input, view, unseen);
    let heard = Heard::of(input, turn.question.as_ref());
    let tapped = turn.tapped();
    let foreign = flows::digress::foreign(input.text);
    let acts =
        acts::derive(input.text, input.interpretation, &heard, turn.question.as_ref(), tapped, foreign);
    // Beside a wish other words could be taken for an answer to it.
    turn.may_fill = acts
        .iter()
        .all(|act| matches!(act, Act::Greet | Act::Thank | Act::Leave | Act::Chat | Act::AskBusiness));
    for act in &acts {
        turn.take(*act, &heard, &acts);
    }
    turn.proceed();
    let mut outcome = turn.end();
    outcome.trace.changed = trace::changes(state, &outcome.state);
    outcome
}

/// A turn being decided: the flows add to it.
pub(crate) struct Turn<'a> {
    pub(crate) ctx: Ctx<'a>,
    pub(crate) state: State,
    /// What is being done.
    pub(crate) request: Option<Request>,
    /// What was asked about it last; still open unless the request was changed.
    pub(crate) question: Option<Question>,
    /// The request has changed, so its question has to be found anew.
    pub(crate) changed: bool,
    pub(crate) remarks: Vec<Phrase>,
    pub(crate) effect: Option<(Effect, Deed)>,
    /// The appointment this turn speaks of.
    pub(crate) about: Option<Uuid>,
    /// What the message was about, if nothing is in progress.
    pub(crate) intent: Option<Intent>,
    pub(crate) understood: bool,
    /// Nothing was wanted that could be done: if nothing is in progress, the reply ends by asking what is.
    pub(crate) at_a_loss: bool,
    /// A person should look at the session.
    pub(crate) hand_off: bool,
    pub(crate) trace: Trace,
    /// Nothing is wanted that words could be mistaken for.
    may_fill: bool,
    gap: Option<Gap>,
}

impl<'a> Turn<'a> {
    fn begin(state: &State, input: &'a Input<'a>, view: &'a View, unseen: &'a Cell<Option<Window>>) -> Self {
        let mut state = state.clone();
        let (request, question) = state.open.take().map(|open| (open.request, open.question)).unzip();
        let ctx = Ctx { input, view, zone: state.zone.unwrap_or(input.zone), unseen };
        let mut remarks = Vec::new();
        if state.turns == 0 {
            remarks.push(Phrase::Introduction { business: input.profile.name.clone() });
        }
        state.turns = state.turns.saturating_add(1);
        Self {
            ctx,
            state,
            request,
            question,
            changed: false,
            remarks,
            effect: None,
            about: None,
            intent: None,
            understood: true,
            at_a_loss: false,
            hand_off: false,
            trace: Trace::default(),
            may_fill: false,
            gap: None,
        }
    }

    pub(crate) fn rule(&mut self, rule: &'static str) {
        self.trace.rules.push(rule);
    }

    pub(crate) fn say(&mut self, phrase: Phrase) {
        if !self.remarks.contains(&phrase) {
            self.remarks.push(phrase);
        }
    }

    /// Says this, unless somebody else has words for it.
    pub(crate) fn say_or_fill(&mut self, gap: Gap, ours: Phrase) {
        if !self.may_fill || self.gap.is_some() {
            return self.say(ours);
        }
        self.gap = Some(gap);
        // Words that were found for another gap were checked for that one only.
        match self.ctx.input.words.filter(|words| words.gap == gap) {
            Some(words) => {
                self.rule("in_other_words");
                self.say(Phrase::InOtherWords(words.text.clone()));
            }
            None => self.say(ours),
        }
    }

    /// The zone that the request in progress is spoken of in.
    pub(crate) fn zone(&self) -> Tz {
        self.request.as_ref().map_or(self.ctx.zone, |request| self.ctx.zone_of(&request.wanted))
    }

    fn voice(&self) -> Voice {
        self.ctx.voice(self.zone())
    }

    /// The position of the open question's quick reply that the message repeats.
    fn tapped(&self) -> Option<usize> {
        let question = self.question.as_ref()?;
        let said = self.ctx.input.text.trim();
        let quick = replies::quick_replies(question, &self.ctx, &self.voice());
        quick.iter().position(|quick| quick.eq_ignore_ascii_case(said))
    }

    fn take(&mut self, act: Act, heard: &Heard<'a>, all: &[Act]) {
        match act {
            Act::StartOver => flows::digress::start_over(self),
            Act::Stop => flows::digress::stop(self),
            Act::NotOurs => flows::digress::not_ours(self),
            Act::Greet => self.polite(Phrase::Hello { turn: self.state.turns }, Intent::Greet, true),
            Act::Thank => self.polite(Phrase::Welcome { turn: self.state.turns }, Intent::Thanks, false),
            Act::Leave => self.polite(Phrase::Goodbye { turn: self.state.turns }, Intent::Goodbye, false),
            Act::Chat => flows::digress::chat(self),
            Act::AskHelp => self.polite(Phrase::Help, Intent::Help, true),
            Act::AskPerson => flows::digress::person(self),
            Act::AskBusiness => flows::digress::business(self, heard),
            Act::List => flows::list::list(self, heard),
            Act::Yes => flows::confirm::yes(self, heard, all),
            Act::No => flows::confirm::no(self),
            Act::Pick => flows::select::pick(self, heard),
            Act::All => flows::cancel::all_offered(self),
            Act::Tap(index) => flows::select::choose(self, index),
            Act::Correct => flows::correct::correct(self, heard),
            Act::Alternatives => flows::correct::alternatives(self, heard),
            Act::Request(wish) => self.wish(wish, &acts::part_for(wish, heard, all)),
            Act::Answer => flows::answer::answer(self, heard),
            Act::Foreign => flows::digress::foreign_language(self),
            Act::Unclear if heard.is_empty() => flows::digress::unclear(self),
            Act::Unclear => flows::book::suppose(self, heard),
        }
    }

    fn polite(&mut self, phrase: Phrase, intent: Intent, go_on: bool) {
        self.rule("digress.polite");
        self.intent = Some(intent);
        self.at_a_loss |= go_on;
        self.say(phrase);
    }

    fn wish(&mut self, wish: Wish, heard: &Heard<'a>) {
        match wish {
            Wish::Cancel => flows::cancel::begin(self, heard),
            Wish::Move => flows::reschedule::begin(self, heard),
            Wish::Book => flows::book::begin(self, heard),
            Wish::Browse => flows::availability::begin(self, heard),
        }
    }

    /// Makes this the request in progress; if this message began another already, it waits for its turn.
    pub(crate) fn start(&mut self, request: Request) {
        if self.changed && self.request.is_some() {
            self.rule("queue.wait");
            if self.state.waiting.len() < MAX_WAITING {
                self.state.waiting.push(request);
            }
            return;
        }
        if let Some(Goal::Cancel(Some(id)) | Goal::Move(Some(id))) =
            self.request.as_ref().map(|open| open.goal)
            && !matches!(request.goal, Goal::Cancel(_) | Goal::Move(_))
            && let Some(own) = self.ctx.view.booked(id)
        {
            self.say(Phrase::Left(self.ctx.own(own)));
        }
        self.request = Some(request);
        self.question = None;
        self.changed = true;
    }

    /// Ends the request in progress.
    pub(crate) fn close(&mut self) {
        self.request = None;
        self.question = None;
        self.changed = false;
    }

    /// Asks this about the request in progress, which ends the turn.
    pub(crate) fn ask(&mut self, about: About, choices: Vec<Choice>) {
        self.question = Some(Question { about, choices });
        self.changed = false;
    }

    /// Decides to change the calendar, which ends the request.
    pub(crate) fn act(&mut self, effect: Effect, deed: Deed, start: DateTime<Utc>) {
        self.state.last = Some(Last { deed, start, zone: self.zone() });
        self.effect = Some((effect, deed));
        self.close();
    }

    /// Goes on with what is in progress, then with what waits, until there is a question or a deed.
    fn proceed(&mut self) {
        flows::stale::check(self);
        while self.effect.is_none() {
            if self.request.is_none() {
                if self.state.waiting.is_empty() {
                    break;
                }
                self.rule("queue.next");
                self.request = Some(self.state.waiting.remove(0));
                self.changed = true;
            }
            if !self.changed {
                break;
            }
            flows::advance(self);
        }
    }

    fn end(mut self) -> Outcome {
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

/// A request of this kind, nothing known yet; `explicit` if they said themselves that they want it done.
pub(crate) fn fresh(goal: Goal, explicit: bool) -> Request {
    Request { goal, wanted: Wanted::default(), among: Vec::new(), asked_for: explicit, explicit }
}
