//! `frontdesk sessions`: what was said, and why.

use serde_json::{Value, json};
use store::{LoggedTurn, SessionSummary};
use uuid::Uuid;

use crate::cli::SessionsCommand;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, output};

/// How many conversations `list` shows.
const LISTED: u32 = 1_000;

/// Lists and shows conversations.
///
/// # Errors
/// When there is no such session or the database fails.
pub async fn run(settings: &Settings, command: SessionsCommand) -> Result<(), Failure> {
    let store = compose::store(settings).await?;
    match command {
        SessionsCommand::List { json } => list(&store.sessions(LISTED).await?, json),
        SessionsCommand::Show { id, trace, json } => {
            let session = store.session(id).await?.ok_or_else(|| unknown(id))?;
            let turns = store.turns(id).await?;
            if json { show_json(&session, &turns, trace) } else { show(&session, &turns, trace) }
        }
    }
}

fn unknown(id: Uuid) -> Failure {
    Failure::Refused(format!("there is no session {id}; `frontdesk sessions list` shows them"))
}

fn summary(session: &SessionSummary) -> Value {
    json!({
        "id": session.id,
        "user_email": session.user_email,
        "turns": session.turns,
        "slots": session.slots,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
    })
}

fn list(sessions: &[SessionSummary], as_json: bool) -> Result<(), Failure> {
    if as_json {
        return output::json(&json!({ "sessions": sessions.iter().map(summary).collect::<Vec<_>>() }));
    }
    let rows = sessions
        .iter()
        .map(|session| {
            vec![
                output::wall(session.updated_at, chrono_tz::UTC),
                session.turns.to_string(),
                session.user_email.clone(),
                session.id.to_string(),
            ]
        })
        .collect();
    output::table(&["LAST USED (UTC)", "TURNS", "USER", "ID"], rows, "No conversations.")
}

fn show_json(session: &SessionSummary, turns: &[LoggedTurn], trace: bool) -> Result<(), Failure> {
    let turns: Vec<Value> = turns
        .iter()
        .map(|turn| {
            let mut document = json!({
                "seq": turn.seq,
                "ts": turn.ts,
                "message_id": turn.message_id,
                "text": turn.text,
                "reply": turn.reply,
                "latency_ms": turn.latency_ms,
            });
            if let (true, Some(object)) = (trace, document.as_object_mut()) {
                object.insert("trace".into(), turn.trace.clone());
            }
            document
        })
        .collect();
    output::json(&json!({ "session": summary(session), "turns": turns }))
}

fn show(session: &SessionSummary, turns: &[LoggedTurn], trace: bool) -> Result<(), Failure> {
    let mut lines = vec![format!("session {} of {}", session.id, session.user_email)];
    for turn in turns {
        lines.push(String::new());
        lines.push(format!("{} UTC, {} ms", output::wall(turn.ts, chrono_tz::UTC), turn.latency_ms));
        lines.push(format!("  person  {}", turn.text.replace('\n', "\n          ")));
        lines.push(format!("  desk    {}", turn.reply.reply.replace('\n', "\n          ")));
        if trace {
            lines.push(format!("  why     {}", because(&turn.trace)?));
        }
    }
    output::lines(lines)
}

/// The trace, indented under its heading.
fn because(trace: &Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(trace).map_err(|error| Failure::Internal(error.into()))?;
    Ok(text.replace('\n', "\n          "))
}
