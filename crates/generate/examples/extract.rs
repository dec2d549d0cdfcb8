//! What it would be like to have a chat model understand messages: every Nth message of the evaluation set, through the
//! shipped encoder and through a GGUF file that is asked for JSON.
//! `cargo run --release -p generate --example extract -- FILE [N]`
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use generate::{ChatModel, Kernel, Message, Prompt, Role, Sampling};
use nlu::annotated::Annotated;
use protocol::{Intent, Slot, Span, SpanRole};

const TASK: &str = "You read messages to a front desk. Answer with one line of JSON and nothing else:
{\"intent\": …, \"when\": …, \"service\": …}
intent is one of: ";
const FORM: &str = "
when is the words of the message that say the wanted time, or null. service is the words that say what is to be booked, \
                    or null.";
/// Made up for this, none of them is in the evaluation set.
const SHOWN: [(&str, &str); 4] = [
    (
        "please book me a massage on Monday at 4pm",
        r#"{"intent": "book", "when": "Monday at 4pm", "service": "massage"}"#,
    ),
    ("I have to cancel my visit", r#"{"intent": "cancel", "when": null, "service": null}"#),
    ("are dogs allowed?", r#"{"intent": "business_question", "when": null, "service": null}"#),
    (
        "is anything free next week?",
        r#"{"intent": "check_availability", "when": "next week", "service": null}"#,
    ),
];

/// What one of them found in a message.
#[derive(Default)]
struct Found {
    intents: Vec<String>,
    when: Vec<String>,
    service: Vec<String>,
}

#[derive(Default)]
struct Scores {
    intent: usize,
    when: usize,
    service: usize,
    all: usize,
    unreadable: usize,
    times: Vec<Duration>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = PathBuf::from(arguments.next().ok_or("which file?")?);
    let step: usize = arguments.next().map_or(Ok(17), |step| step.parse())?;
    let messages =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/evaluation/messages.txt"));
    let messages = Annotated::parse_document(&std::fs::read_to_string(messages)?)?;
    let messages: Vec<_> =
        messages.into_iter().filter(|message| message.asked.is_none()).step_by(step).collect();
    let encoder = nlu::Model::load(weights::UNDERSTANDING)?;
    let mut model = ChatModel::load(&file, Kernel::native())?;
    println!("{} messages; {} beside {}", messages.len(), encoder.describe(), model.describe());
    let megabytes = |bytes| bytes as f64 / 1e6;

    let (mut of_encoder, mut of_model) = (Scores::default(), Scores::default());
    encoder.understand("warm up", None)?;
    for message in &messages {
        let begun = Instant::now();
        let read = encoder.understand(&message.text, None)?.interpretation;
        of_encoder.times.push(begun.elapsed());
        let found = Found {
            intents: read.intents.iter().map(|intent| intent.name.as_str().to_owned()).collect(),
            when: words(&read.spans, Slot::When),
            service: words(&read.spans, Slot::Service),
        };
        of_encoder.count(message, &found);

        let begun = Instant::now();
        let line = ask(&mut model, &message.text)?;
        of_model.times.push(begun.elapsed());
        match serde_json::from_str::<BTreeMap<String, Option<String>>>(&line) {
            Ok(mut fields) => {
                let mut field = |name| fields.remove(name).flatten().into_iter().collect();
                of_model.count(
                    message,
                    &Found { intents: field("intent"), when: field("when"), service: field("service") },
                );
            }
            Err(_) => of_model.unreadable += 1,
        }
    }
    for (name, scores) in [("encoder", &mut of_encoder), ("chat model", &mut of_model)] {
        scores.print(name, messages.len());
    }
    let (small, large) = (megabytes(weights::UNDERSTANDING.len()), megabytes(model.bytes()));
    println!("weights: {small:.0} MB beside {large:.0} MB with the conversation it remembers");
    Ok(())
}

/// The first line that the model answers with.
fn ask(model: &mut ChatModel, text: &str) -> Result<String, generate::ModelError> {
    let names: Vec<&str> = Intent::ALL.iter().map(|intent| intent.as_str()).collect();
    let mut messages = vec![Message::new(Role::System, format!("{TASK}{}{FORM}", names.join(", ")))];
    for (said, answer) in SHOWN {
        messages.extend([Message::new(Role::User, said), Message::new(Role::Assistant, answer)]);
    }
    messages.push(Message::new(Role::User, text));
    let mut line = String::new();
    let prompt = Prompt { messages, max_tokens: 64, sampling: Sampling::GREEDY };
    model.answer(&prompt, &mut |piece| {
        line.push_str(piece);
        if piece.contains(['}', '\n']) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(line)
}

fn words(spans: &[Span], slot: Slot) -> Vec<String> {
    let wanted = |span: &&Span| span.slot == slot && span.role.is_none_or(|role| role == SpanRole::Wanted);
    spans.iter().filter(wanted).map(|span| span.text.clone()).collect()
}

impl Scores {
    /// Lenient: one of several right answers is enough, in any case and without marks around it.
    fn count(&mut self, expected: &Annotated, found: &Found) {
        let same = |one: &str, other: &str| {
            let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            bare(one) == bare(other)
        };
        let fits = |expected: &[String], found: &[String]| {
            expected.is_empty() && found.is_empty()
                || expected.iter().any(|one| found.iter().any(|other| same(one, other)))
        };
        let intents: Vec<String> = expected.intents.iter().map(|intent| intent.as_str().to_owned()).collect();
        let right = [
            fits(&intents, &found.intents),
            fits(&words(&expected.spans, Slot::When), &found.when),
            fits(&words(&expected.spans, Slot::Service), &found.service),
        ];
        self.intent += usize::from(right[0]);
        self.when += usize::from(right[1]);
        self.service += usize::from(right[2]);
        self.all += usize::from(right == [true; 3]);
    }

    fn print(&mut self, name: &str, count: usize) {
        self.times.sort_unstable();
        let median = self.times.get(self.times.len() / 2).copied().unwrap_or_default();
        let percent = |right: usize| 100 * right / count.max(1);
        println!(
            "{name:<10} intent {:>3} %  when {:>3} %  service {:>3} %  all three {:>3} %  unreadable {}  median {:.1} ms",
            percent(self.intent),
            percent(self.when),
            percent(self.service),
            percent(self.all),
            self.unreadable,
            median.as_secs_f64() * 1e3
        );
    }
}
