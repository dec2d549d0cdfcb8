//! The chat model, if one is set: does it load, how fast is it here, and what does it take?

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use assistant::voice::system_prompt;
use calendar::Profile;
use generate::{ChatModel, Kernel, Message, ModelError, Prompt, Role, Sampling};

use super::Finding;
use crate::settings::VoiceSettings;

const CHAT_MODEL: &str = "chat model";
/// Something to talk about.
const MESSAGE: &str = "Hello, how are you today?";
/// Tokens of the answer.
const TOKENS: usize = 32;

pub(super) fn look(settings: &VoiceSettings, profile: &Profile) -> Finding {
    let Some(file) = settings.file() else {
        return Finding::good(CHAT_MODEL, "none is set: Frontdesk speaks in its own words only");
    };
    match speed(file, &system_prompt(profile)) {
        Ok(says) => Finding::good(CHAT_MODEL, says),
        Err(error) => Finding::bad(CHAT_MODEL, format!("{}: {error}", file.display())),
    }
}

fn speed(file: &Path, system: &str) -> Result<String, ModelError> {
    let begun = Instant::now();
    let mut model = ChatModel::load(file, Kernel::native())?;
    let loaded = begun.elapsed();
    let mut answer = |text: &str| {
        let messages = vec![Message::new(Role::System, system), Message::new(Role::User, text)];
        let (begun, mut first) = (Instant::now(), None);
        let prompt = Prompt { messages, max_tokens: TOKENS, sampling: Sampling::GREEDY };
        let spent = model.answer(&prompt, &mut |piece| {
            if piece.contains(['.', '!', '?']) {
                first.get_or_insert_with(|| begun.elapsed());
            }
            ControlFlow::Continue(())
        })?;
        Ok::<_, ModelError>((spent, first.unwrap_or_else(|| begun.elapsed())))
    };
    // The system prompt is read once, as at start; the second answer is what people wait for.
    let (reading, _) = answer("Hello")?;
    let (making, first) = answer(MESSAGE)?;
    Ok(format!(
        "{}: loaded in {} ms, reads {:.0} and makes {:.0} tokens a second, a first sentence after {} ms, {} MB",
        model.describe(),
        loaded.as_millis(),
        rate(reading.read, reading.reading),
        rate(making.made, making.making),
        first.as_millis(),
        model.bytes() / 1_000_000,
    ))
}

fn rate(tokens: usize, time: Duration) -> f64 {
    tokens as f64 / time.as_secs_f64().max(1e-9)
}
