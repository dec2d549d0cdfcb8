//! Compares one turn with what its script expects, and with what holds for every turn.

use std::collections::BTreeMap;

use protocol::{AppointmentStatus, ChatReply};
use serde_json::Value;
use store::Booking;
use uuid::Uuid;

use crate::script::{Deed, Expectation};

/// A person's rows by id.
pub type Rows = BTreeMap<Uuid, Booking>;

/// Words that claim a deed. Nothing of the kind may be said by a turn that did nothing.
const CLAIMS: [&str; 3] = ["booked", "moved", "cancelled"];

/// What is wrong with a turn; empty if nothing is.
pub fn complaints(expected: &[Expectation], reply: &ChatReply, before: &Rows, after: &Rows) -> Vec<String> {
    let deeds = deeds(before, after);
    let mut complaints: Vec<String> =
        expected.iter().filter_map(|expectation| complaint(expectation, reply)).collect();
    complaints.extend(about_deeds(expected, reply, &deeds));
    if let Some(id) = reply.appointment_id
        && !after.contains_key(&id)
    {
        complaints.push(format!("appointment_id {id} is no row of this person"));
    }
    complaints
}

fn about_deeds(expected: &[Expectation], reply: &ChatReply, deeds: &[(Deed, Uuid)]) -> Vec<String> {
    let mut complaints = Vec::new();
    let wanted: Vec<Deed> = expected
        .iter()
        .filter_map(|expectation| match expectation {
            Expectation::Does(deed) => Some(*deed),
            _ => None,
        })
        .collect();
    let done: Vec<Deed> = deeds.iter().map(|(deed, _)| *deed).collect();
    if !expected.contains(&Expectation::DoesAnything) && wanted != done {
        complaints.push(format!("expected the turn to do {wanted:?}, it did {done:?}"));
    }
    if let [(_, id)] = deeds
        && reply.appointment_id != Some(*id)
    {
        complaints.push(format!("appointment_id is {:?}, the row is {id}", reply.appointment_id));
    }
    for (claim, deed) in CLAIMS.into_iter().zip([Deed::Books, Deed::Moves, Deed::Cancels]) {
        if claims(&reply.reply, claim) && !done.contains(&deed) {
            complaints.push(format!("claims that something is {claim}, and no row says so"));
        }
    }
    complaints
}

/// Whether the text says that it was done: "Booked: …", "I've booked …", "is booked".
fn claims(text: &str, participle: &str) -> bool {
    let lower = text.to_lowercase();
    let sentence_begins = text
        .split_inclusive(['.', '!', '?', '\n'])
        .any(|sentence| sentence.trim_start().to_lowercase().starts_with(&format!("{participle}:")));
    sentence_begins
        || ["i've ", "i have ", "has been ", "is now "]
            .iter()
            .any(|lead| lower.contains(&format!("{lead}{participle}")))
}

fn complaint(expectation: &Expectation, reply: &ChatReply) -> Option<String> {
    let text = reply.reply.to_lowercase();
    let holds = match expectation {
        Expectation::Says(choices) => choices.iter().any(|choice| text.contains(choice)),
        Expectation::DoesNotSay(choices) => !choices.iter().any(|choice| text.contains(choice)),
        Expectation::Asks => text.contains('?'),
        Expectation::Quick(wanted) => reply.quick_replies.iter().flatten().any(|quick| {
            wanted.as_ref().is_none_or(|wanted| quick.to_lowercase().contains(&wanted.to_lowercase()))
        }),
        Expectation::Slot(key, wanted) => {
            let slots = serde_json::to_value(&reply.extracted_slots).unwrap_or_default();
            slots.get(key).and_then(Value::as_str) == wanted.as_deref()
        }
        Expectation::Does(_) | Expectation::DoesAnything => true,
    };
    (!holds).then(|| format!("expected {expectation:?}"))
}

/// What became of the rows.
fn deeds(before: &Rows, after: &Rows) -> Vec<(Deed, Uuid)> {
    after
        .iter()
        .filter_map(|(id, now)| {
            let cancelled = now.appointment.status == AppointmentStatus::Cancelled;
            let deed = match before.get(id) {
                None => Deed::Books,
                Some(then) if cancelled && then.appointment.status != now.appointment.status => Deed::Cancels,
                Some(then) if then.appointment != now.appointment => Deed::Moves,
                Some(_) => return None,
            };
            Some((deed, *id))
        })
        .collect()
}
