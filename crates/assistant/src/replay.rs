//! Deciding logged turns again: the same inputs must give the same reply.

use calendar::Profile;
use dialogue::{CommittedRow, Decision, Input, State};
use protocol::{Appointment, ChatReply};
use serde::Deserialize;
use serde_json::Value;
use store::LoggedTurn;
use uuid::Uuid;

use crate::record::Record;
use crate::service::on_the_wire;
use crate::voice::Spoken;

/// What came of deciding a logged turn again.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// Which turn.
    pub seq: u64,
    /// The reply as it is decided now; `None` if the log does not hold what that takes.
    pub reply: Option<ChatReply>,
    /// What is not as it was, each in a sentence; empty if everything is.
    pub differences: Vec<String>,
}

/// Decides every turn of a person's session again, by this profile, from what the log holds of it.
#[must_use]
pub fn replay(profile: &Profile, person: Uuid, turns: &[LoggedTurn]) -> Vec<Replayed> {
    let mut kept: Option<Value> = None;
    let mut replayed = Vec::new();
    for turn in turns {
        let mut differences = Vec::new();
        let outcome = Record::deserialize(&turn.trace["input"])
            .map_err(|_| "the log of this turn does not hold what it was decided from".to_owned())
            .and_then(|record| {
                if kept.as_ref().is_some_and(|kept| *kept != record.state) {
                    differences
                        .push("the turn before left another state than this one began with".to_owned());
                }
                again(profile, person, turn, &record)
            });
        let reply = match outcome {
            Ok((reply, effect, state)) => {
                kept = Some(state);
                differences.extend(compare(turn, &reply, &effect));
                Some(reply)
            }
            Err(why) => {
                kept = None;
                differences.push(why);
                None
            }
        };
        replayed.push(Replayed { seq: turn.seq, reply, differences });
    }
    replayed
}

/// The reply, the effect and the state after, as they are decided now.
fn again(
    profile: &Profile,
    person: Uuid,
    turn: &LoggedTurn,
    record: &Record,
) -> Result<(ChatReply, Value, Value), String> {
    let calendar = record.calendar.as_ref().ok_or("the calendar it saw was too large to keep")?;
    let input = Input {
        text: &turn.text,
        interpretation: &record.understood,
        meaning: &record.meaning,
        now: turn.ts,
        zone: record.zone,
        profile,
        person,
        words: record.voice.as_ref().and_then(Spoken::words),
    };
    let outcome =
        dialogue::turn(&State::restore(&record.state), &input, &calendar.view()).map_err(|unseen| {
            format!("it looks at the calendar from {} on, which it did not then", unseen.0.start)
        })?;
    let effect = serde_json::to_value(&outcome.trace.effect).unwrap_or_default();
    let reply = match outcome.decision {
        Decision::Say(reply) => reply,
        Decision::Do { then, .. } => then.render(&record.rows.iter().map(AsLogged).collect::<Vec<_>>()),
    };
    Ok((on_the_wire(reply, turn.reply.session_id), effect, outcome.state.keep()))
}

fn compare(turn: &LoggedTurn, reply: &ChatReply, effect: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let mut same = |what: &str, then: &Value, now: &Value| {
        if then != now {
            differences.push(format!("{what} was {then}, is {now}"));
        }
    };
    same("the effect", &turn.trace["decision"]["effect"], effect);
    let (then, now) = (serde_json::to_value(&turn.reply), serde_json::to_value(reply));
    let (then, now) = (then.unwrap_or_default(), now.unwrap_or_default());
    let keys = then.as_object().into_iter().chain(now.as_object()).flat_map(|object| object.keys());
    let mut keys: Vec<&String> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        same(key, &then[key], &now[key]);
    }
    differences
}

/// A row as the log says that the turn wrote it.
struct AsLogged<'a>(&'a Appointment);

impl CommittedRow for AsLogged<'_> {
    fn appointment(&self) -> &Appointment {
        self.0
    }
}
