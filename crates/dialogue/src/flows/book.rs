//! A new appointment.

use protocol::Intent;

use super::tell::{How, tell};
use crate::find::{Found, Search};
use crate::heard::Heard;
use crate::outcome::Effect;
use crate::replies::Phrase;
use crate::state::{About, Choice, Deed, Goal, MAX_CHOICES, Request};
use crate::turn::{Turn, fresh};

/// They asked for an appointment.
pub(crate) fn begin(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    turn.intent = Some(Intent::Book);
    let open =
        turn.request.clone().filter(|open| !turn.changed && matches!(open.goal, Goal::Book | Goal::Browse));
    let Some(mut request) = open else {
        // "Can I come in with a wheelchair?"
        if heard.is_empty()
            && let Some(fact) = super::facts::known(turn)
        {
            turn.say(fact);
        }
        let parts = several(turn, heard);
        turn.rule(if parts.len() > 1 { "book.begin_several" } else { "book.begin" });
        for part in parts {
            let mut request = fresh(Goal::Book, true);
            tell(turn, &mut request, &part, How::Narrow);
            turn.start(request);
        }
        return;
    };
    turn.rule("book.go_on");
    request.goal = Goal::Book;
    (request.asked_for, request.explicit) = (true, true);
    let before = request.wanted.when.clone();
    tell(turn, &mut request, heard, How::Correct);
    // The part of the time that they did not say again may not be what they want now.
    let half_said = turn.trace.when.last().and_then(timewords::When::top).is_some_and(|top| !top.is_exact());
    if heard.says_when() && half_said && !before.wanted.is_empty() {
        request.explicit = false;
    }
    turn.request = Some(request);
    turn.changed = true;
}

/// "Tuesday at 10 and Thursday at 2" are two bookings: as many as there are times that are complete by themselves and joined
/// by "and". Anything else is one.
fn several<'a>(turn: &Turn<'_>, heard: &Heard<'a>) -> Vec<Heard<'a>> {
    let words = turn.ctx.input.text.to_lowercase();
    let joined = words.split(|c: char| !c.is_alphanumeric()).any(|word| word == "and")
        && !words.split(|c: char| !c.is_alphanumeric()).any(|word| word == "or");
    let time = turn.ctx.time(heard.zone().unwrap_or(turn.ctx.zone), None, None);
    let pieces = heard.phrases.iter().flat_map(|phrase| {
        phrase.text.split(" and ").map(|text| timewords::Phrase { text, role: phrase.role })
    });
    let parts: Vec<Heard<'a>> = pieces
        .enumerate()
        .map(|(index, phrase)| {
            let service = heard.services.get(index).or(heard.services.first()).copied();
            Heard { phrases: vec![phrase], services: service.into_iter().collect(), ..heard.clone() }
        })
        .collect();
    let complete = |part: &Heard<'_>| {
        part.says_when() && part.when(&time).top().is_some_and(timewords::Reading::is_exact)
    };
    if joined && parts.len() > 1 && parts.iter().all(complete) { parts } else { vec![heard.clone()] }
}

/// They only said a time or a service: taken as a wish to book, which is asked about before it is done.
pub(crate) fn suppose(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    if !heard.says_when() && heard.services.is_empty() {
        if let Some(zone) = heard.zone() {
            turn.rule("zone.noted");
            turn.state.zone = Some(zone);
            turn.ctx.zone = zone;
            return turn.say(Phrase::ZoneNoted);
        }
        return super::digress::unclear(turn);
    }
    turn.rule("book.suppose");
    turn.intent = Some(Intent::Book);
    let mut request = fresh(Goal::Book, asks_to_book(turn.ctx.input.text));
    tell(turn, &mut request, heard, How::Narrow);
    turn.start(request);
}

/// Whether the message asks for a booking in plain words, though the interpreter took it for something else.
fn asks_to_book(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "book" | "reserve" | "schedule"))
}

/// Books, or asks for what is missing, one thing at a time.
pub(crate) fn advance(turn: &mut Turn<'_>, request: &Request) {
    let max = turn.ctx.input.profile.booking.max_open_per_person;
    if turn.ctx.view.upcoming(turn.ctx.now()).len() >= max as usize && request.goal == Goal::Book {
        turn.rule("book.too_many");
        turn.say(Phrase::TooMany { max });
        return turn.close();
    }
    let ctx = turn.ctx;
    let Some(service) = super::service_for(&ctx, request) else {
        turn.rule("book.which_service");
        let services = ctx.input.profile.services.iter().take(MAX_CHOICES);
        return turn
            .ask(About::Service, services.map(|service| Choice::Service(service.name.clone())).collect());
    };
    let search = Search {
        ctx: &ctx,
        wanted: &request.wanted,
        service: &service,
        moving: None,
        browsing: request.goal == Goal::Browse,
    };
    let finding = search.find();
    turn.rule(finding.rule);
    finding.remarks.into_iter().for_each(|remark| turn.say(remark));
    match finding.found {
        Found::Exact(slot) if request.explicit && request.goal == Goal::Book => {
            if ctx.input.profile.booking.ask_name && request.wanted.name.is_none() {
                turn.rule("book.which_name");
                return turn.ask(About::Name, Vec::new());
            }
            turn.rule("book.book");
            let start = slot.start;
            let effect = Effect::Book {
                slot,
                service: service.name.clone(),
                timezone: ctx.zone_of(&request.wanted),
                name: request.wanted.name.clone(),
            };
            turn.act(effect, Deed::Booked, start);
        }
        Found::Exact(slot) | Found::Only(slot) => {
            turn.rule("book.confirm");
            if request.goal == Goal::Browse {
                turn.say(Phrase::Free { start: slot.start });
            }
            turn.ask(About::Booking(slot.start), Vec::new());
        }
        Found::Ask(about, choices) => turn.ask(about, choices),
        Found::Nothing => {
            turn.rule("book.nothing_free");
            turn.say(Phrase::NothingFree { contact: ctx.contact() });
            turn.close();
        }
    }
}
