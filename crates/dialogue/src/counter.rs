//! The rules of a booking outside a conversation, for an operator who books for somebody on the phone: the same search,
//! the same reasons and the same alternatives as in the chat.

use std::cell::Cell;

use calendar::{FreeSlot, Profile, Service};
use chrono::{DateTime, Utc};
use protocol::Interpretation;
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::find::{Found, Search};
use crate::input::{Input, Unseen, View};
use crate::meaning::Meaning;
use crate::replies::{Phrase, starts};
use crate::state::Wanted;

/// How many starts are offered instead.
const ALTERNATIVES: usize = 2;

/// Why there is no appointment, and what there could be instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The reason as the person would hear it.
    pub reason: String,
    /// Free starts near what was wanted, at most two.
    pub alternatives: Vec<DateTime<Utc>>,
}

/// The slot that a wish for an appointment of this person means, by the rules of the chat. Times are read and said in the
/// business's zone.
///
/// [`Refusal`] if it means no single start, or one that cannot be had.
///
/// # Errors
/// [`Unseen`], if the view does not reach as far as the answer has to look.
pub fn place(
    wanted: &Wanted,
    service: &Service,
    profile: &Profile,
    person: Uuid,
    view: &View,
    now: DateTime<Utc>,
) -> Result<Result<FreeSlot, Refusal>, Unseen> {
    let (interpretation, meaning) = (Interpretation::default(), Meaning::default());
    let zone = profile.timezone;
    let input = Input {
        text: "",
        interpretation: &interpretation,
        meaning: &meaning,
        now,
        zone,
        profile,
        person,
        words: None,
    };
    let unseen = Cell::new(None);
    let ctx = Ctx { input: &input, view, zone, unseen: &unseen };
    let search = Search { ctx: &ctx, wanted, service, moving: None, browsing: false };
    let found = find(&search);
    unseen.get().map_or(Ok(found), |window| Err(Unseen(window)))
}

fn find(search: &Search<'_>) -> Result<FreeSlot, Refusal> {
    let ctx = search.ctx;
    let said = |phrases: &[Phrase]| {
        let sentences: Vec<String> = {
            let voice = search.voice();
            phrases.iter().map(|phrase| voice.language.say(phrase, &voice)).collect()
        };
        sentences.join(" ")
    };
    let max = ctx.input.profile.booking.max_open_per_person;
    if ctx.view.upcoming(ctx.now()).len() >= max as usize {
        return Err(Refusal { reason: said(&[Phrase::TooMany { max }]), alternatives: Vec::new() });
    }
    let finding = search.find();
    let (reason, mut alternatives) = match finding.found {
        Found::Exact(slot) => return Ok(slot),
        Found::Only(slot) => (String::new(), vec![slot.start]),
        Found::Ask(_, choices) => (String::new(), starts(&choices)),
        Found::Nothing => (said(&[Phrase::NothingFree { contact: ctx.contact() }]), Vec::new()),
    };
    if alternatives.is_empty() {
        alternatives = search.next_free();
    }
    alternatives.truncate(ALTERNATIVES);
    let remarks = said(&finding.remarks);
    let reason = match (remarks.is_empty(), reason.is_empty()) {
        (false, _) => remarks,
        (true, false) => reason,
        (true, true) => "That is not one exact start.".to_owned(),
    };
    Err(Refusal { reason, alternatives })
}
