//! One message, from state to outcome.

mod ending;

use std::cell::Cell;

use calendar::Window;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use protocol::Intent;
use uuid::Uuid;

use crate::acts::{self, Act, Wish};
use crate::ctx::Ctx;
use crate::flows;
use crate::heard::Heard;
use crate::input::{Input, Unseen, View};
use crate::outcome::{Effect, Gap, Outcome};
use crate::replies::{self, Phrase, Voice};
use crate::state::{About, Choice, Deed, Goal, Last, MAX_WAITING, Question, Request, State, Wanted};
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
}

/// A request of this kind, nothing known yet; `explicit` if they said themselves that they want it done.
pub(crate) fn fresh(goal: Goal, explicit: bool) -> Request {
    Request { goal, wanted: Wanted::default(), among: Vec::new(), asked_for: explicit, explicit }
}
