//! An interpreter with fixed answers, so that dialogue can be tested apart from the model.

use async_trait::async_trait;
use protocol::{Interpretation, ScoredIntent};

use crate::annotated::{Annotated, NotationError};
use crate::{InterpretError, Interpreter, Understanding, Utterance};

/// Answers messages by their exact text, as a script in the notation of `models/LABELS.md` says.
#[derive(Clone, Debug, Default)]
pub struct Scripted {
    lines: Vec<Annotated>,
}

impl Scripted {
    /// Reads a script, one message per line: `book | - | Book a {when:tomorrow at 3}`. A line with a slot asked for
    /// answers only when that was asked; a line with `-` answers always, unless a more exact one does.
    ///
    /// # Errors
    /// The first line that departs from the notation.
    pub fn new(script: &str) -> Result<Self, NotationError> {
        Ok(Self { lines: Annotated::parse_document(script)? })
    }
}

#[async_trait]
impl Interpreter for Scripted {
    async fn interpret(&self, utterance: Utterance) -> Result<Understanding, InterpretError> {
        let same_text = || self.lines.iter().filter(|line| line.text == utterance.text);
        let line = same_text()
            .find(|line| line.asked == utterance.asked)
            .or_else(|| same_text().find(|line| line.asked.is_none()))
            .ok_or_else(|| InterpretError::Failed(format!("not in the script: {utterance:?}")))?;
        let intents = line.intents.iter().map(|&name| ScoredIntent { name, confidence: 1.0 }).collect();
        Ok(Understanding {
            interpretation: Interpretation { intents, spans: line.spans.clone() },
            provider: "scripted",
            confidence: 1.0,
            sentence: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Asked, Intent};

    use super::Scripted;
    use crate::{Interpreter, Utterance};

    #[tokio::test]
    async fn answers_by_text_and_what_was_asked() {
        let script = "book | - | Book a {when:tomorrow at 3}\n- | - | {option:2}\n- | time | {when:2}";
        let scripted = Scripted::new(script).unwrap();
        let ask = |text: &str, asked| {
            let utterance = Utterance { text: text.into(), asked };
            async { scripted.interpret(utterance).await.map(|understood| understood.interpretation) }
        };
        let booked = ask("Book a tomorrow at 3", Some(Asked::Service)).await.unwrap();
        assert!(booked.has(Intent::Book));
        assert_eq!(booked.spans[0].text, "tomorrow at 3");
        assert_eq!(ask("2", Some(Asked::Time)).await.unwrap().spans[0].slot, protocol::Slot::When);
        assert_eq!(ask("2", Some(Asked::Which)).await.unwrap().spans[0].slot, protocol::Slot::Option);
        assert!(ask("something else", None).await.is_err());
    }
}
