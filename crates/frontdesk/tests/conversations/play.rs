//! Plays one conversation.

use std::fmt;

use store::Booking;

use crate::desk::{Desk, Models};
use crate::expect::{Rows, complaints};
use crate::script::{Action, Conversation, Expectation, Row};

/// How a conversation went.
pub struct Outcome {
    name: String,
    place: String,
    /// What was said.
    transcript: String,
    /// What went wrong, if anything did; the conversation ended there.
    pub failure: Option<String>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.failure.is_some() { "FAILED" } else { "passed" };
        write!(f, "\n{verdict} {} ({})\n{}", self.name, self.place, self.transcript)?;
        self.failure.iter().try_for_each(|failure| write!(f, "{failure}"))
    }
}

/// Plays a conversation to its end, or to the first turn that goes wrong.
pub async fn play(conversation: &Conversation, models: &Models) -> Outcome {
    let mut desk = Desk::open(conversation, models).await;
    let mut others = desk.others().await;
    let mut transcript = String::new();
    let mut failure = None;
    for step in &conversation.steps {
        match &step.action {
            Action::Say { text, times, if_needed, expected } => {
                if *if_needed && as_told(&desk.rows().await) == conversation.rows {
                    continue;
                }
                for _ in 0..*times {
                    failure = say(&desk, text, expected, &mut transcript).await;
                    if failure.is_some() {
                        break;
                    }
                }
            }
            Action::Taken(held) => {
                desk.taken(held).await;
                others = desk.others().await;
            }
            Action::Restart => desk.restart().await,
            Action::Advance(by) => desk.advance(*by),
            Action::NewSession => desk.new_session(),
        }
        if let Some(failure) = &mut failure {
            failure.insert_str(0, &format!("  line {}:\n", step.line));
            break;
        }
    }
    if failure.is_none() {
        failure = at_the_end(conversation, &desk.rows().await, &others, &desk.others().await);
    }
    if failure.is_none() {
        let differences = desk.replay().await;
        failure = (!differences.is_empty())
            .then(|| format!("  replayed from the log:\n    {}\n", differences.join("\n    ")));
    }
    let (name, place) = (conversation.name.clone(), conversation.place.clone());
    Outcome { name, place, transcript, failure }
}

/// One message and its reply; what is wrong with it, if anything is.
async fn say(desk: &Desk, text: &str, expected: &[Expectation], transcript: &mut String) -> Option<String> {
    let before = desk.rows().await;
    let reply = match desk.say(text).await {
        Ok(reply) => reply,
        Err(error) => return Some(format!("    > {text}\n    no reply: {error}\n")),
    };
    transcript.push_str(&format!("    > {text}\n    < {}\n", reply.reply));
    if let Some(quick) = &reply.quick_replies {
        transcript.push_str(&format!("      {quick:?}\n"));
    }
    let complaints = complaints(expected, &reply, &before, &desk.rows().await);
    if complaints.is_empty() {
        return None;
    }
    let slots = serde_json::to_string(&reply.extracted_slots).unwrap_or_default();
    Some(format!("    {}\n    slots {slots}\n    trace {}\n", complaints.join("\n    "), desk.trace().await))
}

fn at_the_end(
    conversation: &Conversation,
    rows: &Rows,
    others_before: &[Booking],
    others: &[Booking],
) -> Option<String> {
    let rows = as_told(rows);
    if rows != conversation.rows {
        return Some(format!("  at the end: expected {:#?}\n  there are {rows:#?}\n", conversation.rows));
    }
    (others != others_before).then(|| "  at the end: rows of other people have changed\n".to_owned())
}

/// The rows as a script tells them, in order.
fn as_told(rows: &Rows) -> Vec<Row> {
    let mut rows: Vec<Row> = rows
        .values()
        .map(|row| Row {
            start: row.appointment.start_time,
            status: row.appointment.status.as_str().to_owned(),
            service: row.appointment.service_type.clone(),
            name: row.name.clone(),
        })
        .collect();
    rows.sort();
    rows
}
