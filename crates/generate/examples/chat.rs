//! Talks to a GGUF file, and says how fast it was: `cargo run --release -p generate --example chat -- FILE [TEXT] [RUNS]`.
#![expect(clippy::print_stdout, reason = "an example talks on its standard streams")]

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use generate::{ChatModel, Kernel, Message, Prompt, Role, Sampling};

const SYSTEM: &str =
    "You are the friendly assistant of Northside Clinic. Answer in one or two short sentences.";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = PathBuf::from(arguments.next().ok_or("which file?")?);
    let text = arguments.next().unwrap_or_else(|| "Hello, how are you today?".into());
    let runs: u32 = arguments.next().map_or(Ok(1), |runs| runs.parse())?;

    let begun = Instant::now();
    let mut model = ChatModel::load(&file, Kernel::native())?;
    println!("{} in {} ms", model.describe(), begun.elapsed().as_millis());
    // Something to read at length, different in every run, so that nothing of it is known from the one before.
    let long = "There is parking behind the building, and the bus stops in front of the door. ".repeat(12);
    let (mut reading, mut making, mut first) = (f64::MAX, f64::MAX, Duration::MAX);
    let (mut read, mut made) = (0, 0);
    for run in 0..runs {
        let prompt = |system: String, max_tokens| Prompt {
            messages: vec![Message::new(Role::System, system), Message::new(Role::User, &text)],
            max_tokens,
            sampling: Sampling::GREEDY,
        };
        let spent = model.answer(&prompt(format!("{run} {long}"), 1), &mut |_| ControlFlow::Continue(()))?;
        read = spent.read;
        reading = reading.min(spent.reading.as_secs_f64() / spent.read as f64);
        model.prepare(SYSTEM)?;
        let (begun, mut heard) = (Instant::now(), None);
        let spent = model.answer(&prompt(SYSTEM.into(), 64), &mut |piece| {
            if run == 0 {
                print!("{piece}");
                let _ = std::io::stdout().flush();
            }
            if piece.contains(['.', '!', '?']) {
                heard.get_or_insert_with(|| begun.elapsed());
            }
            ControlFlow::Continue(())
        })?;
        made = spent.made;
        making = making.min(spent.making.as_secs_f64() / spent.made as f64);
        first = first.min(heard.unwrap_or(Duration::MAX));
        if run == 0 {
            println!("\n{spent:?}");
        }
    }
    println!(
        "best of {runs}: reads {:.0} tokens/s in prompts of {read}, makes {:.0} tokens/s in answers of {made}, a first sentence \
         after {} ms; {} MB",
        1.0 / reading,
        1.0 / making,
        first.as_millis(),
        model.bytes() / 1_000_000
    );
    Ok(())
}
