//! `frontdesk sessions`: what was said, and why.

use assistant::Replayed;
use serde_json::{Value, json};
use store::{LoggedTurn, SessionSummary};
use uuid::Uuid;

use crate::cli::SessionsCommand;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, output};

/// How many conversations `list` shows.
const LISTED: u32 = 1_000;

/// Lists, shows and replays conversations.
///
/// # Errors
/// When there is no such session, a replayed reply differs, or the database fails.
pub async fn run(settings: &Settings, command: SessionsCommand) -> Result<(), Failure> {
    let store = compose::store(settings).await?;
    match command {
        SessionsCommand::List { handed_off: true, json } => {
            list(&store.sessions_handed_off(LISTED).await?, json)
        }
        SessionsCommand::List { handed_off: false, json } => list(&store.sessions(LISTED).await?, json),
        SessionsCommand::Show { id, trace, json } => {
            let session = store.session(id).await?.ok_or_else(|| unknown(id))?;
            let turns = store.turns(id).await?;
            if json { show_json(&session, &turns, trace) } else { show(&session, &turns, trace) }
        }
        SessionsCommand::Replay { id, json } => {
            let session = store.session(id).await?.ok_or_else(|| unknown(id))?;
            let profile = compose::profile(settings)?;
            let replayed = assistant::replay(&profile, session.user_id, &store.turns(id).await?);
            report(&session, &replayed, json)
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
        "handed_off_at": session.handed_off_at,
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
                session.handed_off_at.map_or_else(|| "-".to_owned(), |at| output::wall(at, chrono_tz::UTC)),
                session.user_email.clone(),
                session.id.to_string(),
            ]
        })
        .collect();
    output::table(&["LAST USED (UTC)", "TURNS", "HANDED OFF (UTC)", "USER", "ID"], rows, "No conversations.")
}

/// Says what came of a replay; refuses if any reply differs.
fn report(session: &SessionSummary, replayed: &[Replayed], as_json: bool) -> Result<(), Failure> {
    let different = replayed.iter().filter(|turn| !turn.differences.is_empty()).count();
    if as_json {
        let turns: Vec<Value> = replayed
            .iter()
            .map(|turn| {
                json!({
                    "seq": turn.seq,
                    "same": turn.differences.is_empty(),
                    "reply": turn.reply,
                    "differences": turn.differences,
                })
            })
            .collect();
        output::json(&json!({ "session_id": session.id, "same": different == 0, "turns": turns }))?;
    } else {
        let mut lines = Vec::new();
        for turn in replayed {
            let verdict = if turn.differences.is_empty() { "same" } else { "DIFFERENT" };
            lines.push(format!("turn {:>3}  {verdict}", turn.seq));
            lines.extend(turn.differences.iter().map(|difference| format!("          {difference}")));
        }
        lines.push(format!(
            "{} of {} replies came out as they were",
            replayed.len() - different,
            replayed.len()
        ));
        output::lines(lines)?;
    }
    if different == 0 {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "{different} of {} replies came out differently; was the profile or the program another one then?",
        replayed.len()
    )))
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
            lines.extend(why(&turn.trace));
        }
    }
    output::lines(lines)
}

/// The trace in a few lines for people; `--json` has all of it.
fn why(trace: &Value) -> Vec<String> {
    let (input, decision) = (&trace["input"], &trace["decision"]);
    let understood = &input["understood"];
    let words = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let each = |value: &Value, show: &dyn Fn(&Value) -> String| {
        let shown: Vec<String> = value.as_array().into_iter().flatten().map(show).collect();
        if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
    };
    let intent = |intent: &Value| {
        format!(
            "{} {:.0} %",
            words(&intent["name"]),
            intent["confidence"].as_f64().unwrap_or_default() * 100.0
        )
    };
    let span = |span: &Value| {
        let role = span["role"].as_str().map_or_else(String::new, |role| format!(" {role}"));
        format!("{} ({}{role})", span["text"], words(&span["slot"]))
    };
    let near = |near: &Value| {
        let subject = near[0].as_str().map_or_else(|| near[0].to_string(), ToOwned::to_owned);
        format!("{subject} {:.2}", near[1].as_f64().unwrap_or_default())
    };
    let changed: Vec<String> = decision["changed"].as_array().into_iter().flatten().map(words).collect();
    let effect = &decision["effect"];
    vec![
        format!("  asked   {}", words(&input["asked"])),
        format!("  intents {} ({})", each(&understood["intents"], &intent), words(&input["provider"])),
        format!("  spans   {}", each(&understood["spans"], &span)),
        format!("  time    {}", each(&decision["when"], &reading)),
        format!("  meaning {}", each(&input["meaning"]["subjects"], &near)),
        format!("  rules   {}", each(&decision["rules"], &words)),
        format!(
            "  changed {}",
            if changed.is_empty() { "nothing".to_owned() } else { changed.join("\n          ") }
        ),
        format!("  effect  {}", if effect.is_null() { "none".to_owned() } else { effect.to_string() }),
    ]
}

/// How words about time were read: every candidate, what is ruled out, and the bookings spoken of.
fn reading(when: &Value) -> String {
    let list =
        |key: &str| -> Vec<String> { when[key].as_array().into_iter().flatten().map(candidate).collect() };
    let mut parts = vec![list("candidates").join(match when["relation"].as_str() {
        Some("ambiguous") => " or rather ",
        _ => " or ",
    })];
    parts.extend(list("excluded").iter().map(|excluded| format!("not {excluded}")));
    parts.extend(list("existing").iter().map(|existing| format!("that of {existing}")));
    parts.retain(|part| !part.is_empty());
    parts.join("; ")
}

/// The fields that were said, in the order of the contract.
fn candidate(reading: &Value) -> String {
    let fields = ["open", "date", "time", "end_date", "end_time", "part", "timezone"];
    let said: Vec<&str> = fields.iter().filter_map(|field| reading[field].as_str()).collect();
    if said.is_empty() { "no date or time".to_owned() } else { said.join(" ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_trace_is_told_in_a_few_lines() {
        let trace = json!({
            "input": {
                "asked": "date",
                "provider": "local",
                "understood": {
                    "intents": [{"name": "book", "confidence": 0.987}],
                    "spans": [{"slot": "when", "role": "wanted", "text": "next tuesday", "start": 0, "end": 12}],
                },
                "meaning": {"subjects": [[{"fact": 0}, 0.41], ["hours", 0.3]]},
            },
            "decision": {
                "when": [{
                    "relation": "ambiguous",
                    "candidates": [{"date": "2026-11-24", "time": null}, {"date": "2026-12-01", "time": null}],
                    "excluded": [{"time": "09:00"}],
                    "existing": [],
                }],
                "rules": ["book.begin", "time.ambiguous"],
                "changed": ["request: book", "question: which of the days meant, of 2"],
                "effect": null,
            },
        });
        assert_eq!(
            super::why(&trace),
            [
                "  asked   date",
                "  intents book 99 % (local)",
                "  spans   \"next tuesday\" (when wanted)",
                "  time    2026-11-24 or rather 2026-12-01; not 09:00",
                "  meaning {\"fact\":0} 0.41, hours 0.30",
                "  rules   book.begin, time.ambiguous",
                "  changed request: book\n          question: which of the days meant, of 2",
                "  effect  none",
            ]
        );
    }
}
