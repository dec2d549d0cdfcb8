//! `frontdesk understand`: what the model sees, and how the words about time are read.

use std::io::{BufRead as _, IsTerminal as _};

use anstyle::{AnsiColor, Style};
use assistant::ambient::Clock;
use calendar::Profile;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use nlu::{Interpreter, Utterance};
use protocol::{Asked, Interpretation, ScoredIntent, Slot, Span, SpanRole};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use timewords::{Context, Phrase, When};

use crate::cli::UnderstandArgs;
use crate::compose;
use crate::error::Failure;
use crate::settings::Settings;

/// A line of `--jsonl`. What else a line holds is the caller's own.
#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default)]
    now: Option<DateTime<Utc>>,
    #[serde(default)]
    timezone: Option<Tz>,
    #[serde(default)]
    asked: Option<Asked>,
}

/// The answer to a line of `--jsonl`.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    intents: &'a [ScoredIntent],
    spans: &'a [Span],
    when: &'a When,
}

/// What messages are understood with.
struct Reader {
    interpreter: std::sync::Arc<dyn Interpreter>,
    profile: Profile,
    clock: Clock,
}

/// Understands the message given, or each line of standard input.
///
/// # Errors
/// When a line is not JSON of the documented form, or the model fails.
pub async fn run(settings: &Settings, args: UnderstandArgs) -> Result<(), Failure> {
    let reader = Reader {
        interpreter: compose::understanding(&args.model, 1)?.interpreter,
        profile: compose::profile(settings)?,
        clock: compose::clock(settings),
    };
    let question = |text: String| Question {
        id: Value::Null,
        text,
        now: args.now,
        timezone: args.timezone,
        asked: args.asked,
    };
    if let Some(text) = &args.text {
        return reader.show(&question(text.clone())).await;
    }
    if std::io::stdin().is_terminal() && !args.jsonl {
        tracing::warn!("reading messages from the terminal, one a line; end with Ctrl-D");
    }
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(Failure::io("reading standard input"))?;
        if line.trim().is_empty() {
            continue;
        }
        if args.jsonl {
            let question = serde_json::from_str(&line)
                .map_err(|error| Failure::Usage(format!("line {}: {error}", number + 1)))?;
            reader.answer(&question).await?;
        } else {
            reader.show(&question(line)).await?;
        }
    }
    Ok(())
}

impl Reader {
    async fn read(&self, question: &Question) -> Result<(Interpretation, When), Failure> {
        let utterance = Utterance { text: question.text.clone(), asked: question.asked };
        let understanding =
            self.interpreter.interpret(utterance).await.map_err(|error| Failure::Internal(error.into()))?;
        let interpretation = understanding.interpretation;
        let phrases: Vec<Phrase<'_>> = interpretation
            .spans_of(Slot::When)
            .map(|span| Phrase { text: &span.text, role: span.role.unwrap_or(SpanRole::Wanted) })
            .collect();
        let zones: Vec<&str> =
            interpretation.spans_of(Slot::Timezone).map(|span| span.text.as_str()).collect();
        let context = Context {
            now: question.now.unwrap_or_else(|| self.clock.now()),
            zone: question.timezone.unwrap_or(self.profile.timezone),
            profile: &self.profile,
            asked: question.asked,
            existing: None,
        };
        let when = timewords::read(&phrases, &zones, &context);
        Ok((interpretation, when))
    }

    /// One JSON line, as of the contract.
    async fn answer(&self, question: &Question) -> Result<(), Failure> {
        let (interpretation, when) = self.read(question).await?;
        let answer = Answer {
            id: &question.id,
            intents: &interpretation.intents,
            spans: &interpretation.spans,
            when: &when,
        };
        let line = serde_json::to_string(&answer).map_err(|error| Failure::Internal(error.into()))?;
        crate::output::lines([line])
    }

    /// For a person: the message with its spans marked, and what follows from it.
    async fn show(&self, question: &Question) -> Result<(), Failure> {
        let (interpretation, when) = self.read(question).await?;
        let mut out = anstream::stdout().lock();
        write(&mut out, &question.text, &interpretation, &when)
            .map_err(Failure::io("writing to standard output"))
    }
}

fn write(
    out: &mut impl std::io::Write,
    text: &str,
    interpretation: &Interpretation,
    when: &When,
) -> std::io::Result<()> {
    writeln!(out, "{}", marked(text, &interpretation.spans))?;
    if interpretation.intents.is_empty() {
        writeln!(out, "  intents  none")?;
    }
    for (index, intent) in interpretation.intents.iter().enumerate() {
        let label = if index == 0 { "intents" } else { "" };
        writeln!(out, "  {label:<7}  {:<20} {:>3.0} %", intent.name, intent.confidence * 100.0)?;
    }
    for (index, span) in interpretation.spans.iter().enumerate() {
        let label = if index == 0 { "spans" } else { "" };
        let role = span.role.map_or_else(String::new, |role| format!(", {role}"));
        writeln!(out, "  {label:<7}  {:?} ({}{role})", span.text, span.slot)?;
    }
    let document = serde_json::to_string(when).map_err(std::io::Error::other)?;
    writeln!(out, "  when     {document}")
}

/// The message with each span in brackets, coloured by what it names.
fn marked(text: &str, spans: &[Span]) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    let mut at = 0;
    for span in spans {
        out.extend(rest.by_ref().take(span.start.saturating_sub(at)));
        let inside: String = rest.by_ref().take(span.end.saturating_sub(span.start)).collect();
        let style = style(span);
        out.push_str(&format!("{style}[{inside}]{style:#}"));
        at = span.end;
    }
    out.extend(rest);
    out
}

fn style(span: &Span) -> Style {
    let colour = match (span.slot, span.role) {
        (Slot::When, Some(SpanRole::Excluded)) => AnsiColor::Red,
        (Slot::When, Some(SpanRole::Existing)) => AnsiColor::Yellow,
        (Slot::When, _) => AnsiColor::Green,
        (Slot::Service, _) => AnsiColor::Cyan,
        _ => AnsiColor::Magenta,
    };
    colour.on_default().bold()
}

#[cfg(test)]
mod tests {
    use protocol::{Slot, Span, SpanRole};

    #[test]
    fn spans_are_marked_by_characters_not_bytes() {
        let span =
            Span { slot: Slot::When, start: 7, end: 13, text: "Montag".into(), role: Some(SpanRole::Wanted) };
        let marked = super::marked("Für 🙂: Montag!", &[span]);
        assert_eq!(anstream::adapter::strip_str(&marked).to_string(), "Für 🙂: [Montag]!");
    }
}
