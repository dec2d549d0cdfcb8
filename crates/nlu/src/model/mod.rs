//! The encoder: from a text to intents and spans.

mod file;
mod kernels;
mod linear;
mod network;
#[cfg(target_arch = "x86_64")]
mod packed;
mod spans;
pub(crate) mod tidy;
mod tokens;

use std::borrow::Cow;

use protocol::{Asked, Intent, Interpretation, ScoredIntent};

pub use self::file::verify_sha256;
use self::file::{File, Labels};
pub use self::linear::Kernel;
use self::network::{Mean, Network};
use self::spans::Decoder;
use self::tokens::{Tokenizer, Tokens};
use crate::Understanding;

/// Longer texts are understood by their beginning, so that no input can hold a thread for long. In characters; four
/// times what a message may have.
const MAX_CHARS: usize = 4 * protocol::limits::MESSAGE_MAX_CHARS;
/// Tokens of text per pass, as many as the network was trained on. A longer message is read in windows that overlap.
const WINDOW: usize = 189;
/// Tokens that two neighbouring windows share; each of the two decides the half that it sees more around.
const OVERLAP: usize = 48;

/// Why a model cannot be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The bytes are not those that the manifest names.
    #[error("the file's SHA-256 is {found}, not {expected}: it is damaged or another file")]
    Checksum {
        /// As the manifest says.
        expected: String,
        /// Of the bytes at hand.
        found: String,
    },
    /// Not a GGUF file of an understanding model, or one that contradicts itself.
    #[error("not a usable understanding model: {0}")]
    Invalid(String),
    /// candle refused.
    #[error("candle: {0}")]
    Candle(#[from] candle_core::Error),
    /// The model's threads could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// The raw answer for one text, before thresholds.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Calibrated probability of each intent, in the order of the file.
    pub intents: Vec<f32>,
    /// For each token of the text: the scores (logits) of the tags, in the order of the file.
    pub tags: Vec<Vec<f32>>,
    /// For each token: where it stands in the text, in characters, half-open.
    pub offsets: Vec<(usize, usize)>,
    /// The meaning of the text as a unit vector.
    pub sentence: Vec<f32>,
}

/// A loaded understanding model. Immutable: the same text is always answered the same, from any thread.
pub struct Model {
    labels: Labels,
    decoder: Decoder,
    tokenizer: Tokenizer,
    network: Network,
    kernel: Kernel,
}

impl Model {
    /// Loads a model from the bytes of its file, for the kernel that is fastest here.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn load(gguf: &[u8]) -> Result<Self, ModelError> {
        Self::load_for(gguf, Kernel::native())
    }

    /// [`load`](Self::load) for the given kernel, to compare.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn load_for(gguf: &[u8], kernel: Kernel) -> Result<Self, ModelError> {
        let mut file = File::open(gguf)?;
        let labels = file.labels()?;
        let decoder = Decoder::new(&labels.tags, labels.tag_temperature)?;
        let tokenizer = Tokenizer::new(&file.string("frontdesk.tokenizer")?)?;
        let network = Network::load(&mut file, &labels, kernel)?;
        Ok(Self { labels, decoder, tokenizer, network, kernel })
    }

    /// The model's version and how its weights are held.
    #[must_use]
    pub fn describe(&self) -> String {
        let Labels { version, .. } = &self.labels;
        format!("understanding model {version}: {}, Q8_0, {} kernel", self.network.describe(), self.kernel)
    }

    /// Understands one text.
    ///
    /// # Errors
    /// Only if candle refuses, which no text should bring about.
    pub fn understand(&self, text: &str, asked: Option<Asked>) -> Result<Understanding, ModelError> {
        let text = beginning(text);
        let tokens = self.tokenizer.encode(&text)?;
        let reading = self.read_tokens(&tokens, asked)?;
        let (spans, spans_sure) = self.decoder.spans(&text, &reading.tags, &reading.offsets);
        // Without a single known word there is nothing that an intent could be seen in: "😡" must not be a yes.
        let (intents, intents_sure) =
            if tokens.any_known() { self.decide(&reading.intents) } else { (Vec::new(), 0.0) };
        Ok(Understanding {
            interpretation: Interpretation { intents, spans },
            provider: "local",
            confidence: intents_sure.min(spans_sure),
            sentence: reading.sentence,
        })
    }

    /// What the network answers before anything is decided, for tests and measurements.
    ///
    /// # Errors
    /// As [`understand`](Self::understand).
    pub fn read(&self, text: &str, asked: Option<Asked>) -> Result<Reading, ModelError> {
        self.read_tokens(&self.tokenizer.encode(&beginning(text))?, asked)
    }

    /// The intents that the model knows, in the order of [`Reading::intents`].
    pub fn intents(&self) -> impl Iterator<Item = Intent> {
        self.labels.intents.iter().map(|label| label.name)
    }

    /// How many tokens the text has, those that the model adds (three) included.
    ///
    /// # Errors
    /// As [`understand`](Self::understand).
    pub fn count_tokens(&self, text: &str) -> Result<usize, ModelError> {
        Ok(self.tokenizer.encode(&beginning(text))?.ids.len() + 3)
    }

    fn read_tokens(&self, tokens: &Tokens, asked: Option<Asked>) -> Result<Reading, ModelError> {
        let asked = self.labels.asked_token(asked)?;
        let mut intents = vec![f32::NEG_INFINITY; self.labels.intents.len()];
        let mut tags: Vec<Vec<f32>> = Vec::with_capacity(tokens.ids.len());
        let mut mean = Mean::default();
        for window in windows(tokens.ids.len()) {
            let ids = self.tokenizer.frame(asked, &tokens.ids[window.clone()]);
            let states = self.network.encode(&ids)?;
            for (best, logit) in intents.iter_mut().zip(self.network.intents(&states)) {
                *best = best.max(logit);
            }
            // This window decides from the middle of what it shares with the one before.
            let from = if window.start == 0 { 0 } else { window.start + OVERLAP / 2 };
            tags.truncate(from);
            tags.extend((from - window.start..window.len()).map(|at| self.network.tags(&states, at + 2)));
            self.network.add_to(&mut mean, &states);
        }
        for (logit, label) in intents.iter_mut().zip(&self.labels.intents) {
            *logit = label.probability(*logit);
        }
        Ok(Reading { intents, tags, offsets: tokens.offsets.clone(), sentence: self.network.sentence(&mean) })
    }

    /// The intents that reach their thresholds, surest first, and how sure the least sure decision is.
    fn decide(&self, probabilities: &[f32]) -> (Vec<ScoredIntent>, f32) {
        let mut sure = 1.0_f32;
        let mut found = Vec::new();
        for (&confidence, label) in probabilities.iter().zip(&self.labels.intents) {
            if confidence >= label.threshold {
                found.push(ScoredIntent { name: label.name, confidence });
                sure = sure.min(confidence);
            } else {
                sure = sure.min(1.0 - confidence);
            }
        }
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        (found, sure)
    }
}

fn beginning(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => Cow::Owned(text[..end].to_owned()),
        None => Cow::Borrowed(text),
    }
}

/// Ranges of tokens that cover the text; at least one, and each but the first starts `OVERLAP` before the last one's end.
fn windows(tokens: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let step = WINDOW - OVERLAP;
    let count = 1 + tokens.saturating_sub(WINDOW).div_ceil(step);
    (0..count).map(move |index| index * step..tokens.min(index * step + WINDOW))
}

#[cfg(test)]
mod tests {
    use super::{OVERLAP, WINDOW, windows};

    #[test]
    fn windows_cover_every_token_and_overlap() {
        assert!(windows(0).eq(std::iter::once(0..0)));
        assert!(windows(WINDOW).eq(std::iter::once(0..WINDOW)));
        for tokens in WINDOW + 1..5 * WINDOW {
            let all: Vec<_> = windows(tokens).collect();
            assert_eq!((all[0].start, all[all.len() - 1].end), (0, tokens));
            for pair in all.windows(2) {
                assert_eq!(pair[0].end - pair[1].start, OVERLAP);
                assert!(pair[1].len() > OVERLAP);
            }
        }
    }
}
