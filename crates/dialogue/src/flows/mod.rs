//! One small room for each thing a person can want. They share [`Turn`]: each reads it, says remarks, and leaves a question, a
//! deed or nothing.

pub(crate) mod answer;
pub(crate) mod availability;
pub(crate) mod book;
pub(crate) mod cancel;
pub(crate) mod confirm;
pub(crate) mod correct;
pub(crate) mod digress;
pub(crate) mod facts;
pub(crate) mod list;
pub(crate) mod reschedule;
pub(crate) mod select;
pub(crate) mod stale;
pub(crate) mod target;
pub(crate) mod tell;

use std::borrow::Cow;

use calendar::Service;
use protocol::{ExtractedSlots, Intent};
use timewords::State as Known;

use crate::ctx::Ctx;
use crate::replies::Voice;
use crate::state::{About, Goal, Question, Request};
use crate::turn::Turn;

/// Goes on with the request in progress: ends it, or asks one question about it.
pub(crate) fn advance(turn: &mut Turn<'_>) {
    let Some(request) = turn.request.clone() else { return };
    match request.goal {
        Goal::Book | Goal::Browse => book::advance(turn, &request),
        Goal::Move(_) => reschedule::advance(turn, &request),
        Goal::Cancel(_) | Goal::CancelAll => cancel::advance(turn, &request),
    }
}

/// The service that the request is about; `None` while it has to be asked for.
pub(crate) fn service_for<'a>(ctx: &'a Ctx<'_>, request: &Request) -> Option<Cow<'a, Service>> {
    let profile = ctx.input.profile;
    let said = request.wanted.service.as_deref().and_then(|name| profile.service(name));
    if let Some(service) = said {
        return Some(Cow::Borrowed(service));
    }
    match request.goal {
        Goal::Move(Some(id)) | Goal::Cancel(Some(id)) => ctx.view.booked(id).map(|own| ctx.service_of(own)),
        _ if request.wanted.unknown_service => None,
        _ => profile.default_service().map(Cow::Borrowed),
    }
}

/// What the appointment that the request is about is called.
pub(crate) fn label(ctx: &Ctx<'_>, request: &Request) -> String {
    let service = service_for(ctx, request);
    let plain = || ctx.voice(ctx.zone).language.appointment().to_owned();
    service.map_or_else(plain, |service| ctx.label(&service.name))
}

/// What is known so far of the request.
pub(crate) fn slots(
    ctx: &Ctx<'_>,
    request: &Request,
    question: Option<&Question>,
    voice: &Voice,
) -> ExtractedSlots {
    let wanted = &request.wanted;
    let known = match (question.map(|question| question.about), request.goal) {
        (Some(About::Booking(start) | About::Moving(_, start)), _) => Some(start),
        (_, Goal::Cancel(Some(id))) => ctx.view.booked(id).map(|own| own.start_time),
        _ => wanted.chosen,
    };
    let (date, time) = match known {
        Some(start) => (Some(voice.date_of(start)), Some(voice.time_of(start))),
        None => match wanted.when.state(&ctx.time(voice.zone, None, None)) {
            Known::Exact { at, .. } => (Some(voice.date_of(at)), Some(voice.time_of(at))),
            Known::Date(date) => (Some(date), None),
            Known::Time(time) => (None, Some(time)),
            Known::Wide => {
                let top = wanted.when.wanted.first();
                let day = top.filter(|reading| reading.is_one_day()).and_then(|reading| reading.date);
                let time = top.filter(|reading| reading.is_one_time()).and_then(|reading| reading.time);
                (day, time)
            }
            Known::Nothing | Known::Problem(_) | Known::Ambiguous(_) | Known::Choices(_) => (None, None),
        },
    };
    ExtractedSlots {
        intent: Some(match request.goal {
            Goal::Book => Intent::Book,
            Goal::Browse => Intent::CheckAvailability,
            Goal::Move(_) => Intent::Reschedule,
            Goal::Cancel(_) | Goal::CancelAll => Intent::Cancel,
        }),
        date,
        time: time.map(|time| time.format("%H:%M").to_string()),
        timezone: Some(voice.zone.name().to_owned()),
        service_type: service_for(ctx, request).map(|service| service.name.clone()),
    }
}
