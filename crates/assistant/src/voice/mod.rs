//! A voice of its own: a chat model that phrases what the dialogue has no words for.
//!
//! It is asked only where the deterministic answer would be "I do not know" or small talk, before the transaction
//! begins, and it decides nothing: sentences that [`check`] lets pass become the words of one statement of the reply, and
//! if it refuses any, or none comes in time, the deterministic words stay.

mod check;
mod facts;
mod prompt;
mod sentences;
mod words;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use calendar::Profile;
use dialogue::{Gap, Words};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use uuid::Uuid;

pub use check::{Passed, Refusal, check};
pub use facts::Facts;
pub use prompt::system_prompt;

use crate::Listener;
use check::speaks_of_business;
use prompt::user_prompt;
use sentences::Sentences;

/// How long a person waits for the model's words at most.
const PATIENCE: Duration = Duration::from_secs(6);
/// More sentences than this are not wanted, and not waited for.
const MAX_SENTENCES: usize = 2;

/// A chat model, as far as the assistant knows it.
#[async_trait]
pub trait Voice: Send + Sync {
    /// Begins to answer. The text comes in pieces, just as the model makes it, and ends when the sender is dropped;
    /// dropping the receiver stops the model.
    ///
    /// # Errors
    /// If there will be no answer, with the reason for the log.
    async fn speak(&self, ask: Ask) -> Result<mpsc::UnboundedReceiver<String>, Silence>;
}

/// What a chat model is asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ask {
    /// Who it is, and what it knows: the same every time.
    pub system: String,
    /// What the person said, and what is wanted.
    pub user: String,
    /// Who asks, so that one person does not keep the others waiting.
    pub person: Uuid,
    /// When the answer is no longer wanted.
    pub patience: Duration,
}

/// Why a chat model says nothing.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Silence(pub String);

/// Why the model's words were not used; kept with the turn.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unused {
    /// It was not asked: to agree with this message could be a claim.
    Weighty,
    /// It was busy or failed.
    Silent,
    /// It took too long.
    Late,
    /// It said nothing whole, or only that it does not know.
    Nothing,
    /// A sentence was refused.
    Refused(Refusal),
}

/// What came of asking the model; kept with the turn.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Spoken {
    /// Words that passed the check.
    Words(Words),
    /// None, and why.
    Nothing { gap: Gap, why: Unused },
}

impl Spoken {
    /// What it was asked for.
    pub(crate) const fn gap(&self) -> Gap {
        match self {
            Self::Words(Words { gap, .. }) | Self::Nothing { gap, .. } => *gap,
        }
    }

    pub(crate) const fn words(&self) -> Option<&Words> {
        match self {
            Self::Words(words) => Some(words),
            Self::Nothing { .. } => None,
        }
    }

    /// Its kind, in a word.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Words(_) => "used",
            Self::Nothing { why, .. } => match why {
                Unused::Weighty => "weighty",
                Unused::Silent => "silent",
                Unused::Late => "late",
                Unused::Nothing => "nothing",
                Unused::Refused(_) => "refused",
            },
        }
    }
}

/// A voice that speaks for a business: what it is told, and the check of what it says.
pub(crate) struct Speaker {
    voice: Arc<dyn Voice>,
    system: String,
    facts: Facts,
    patience: Duration,
}

impl Speaker {
    pub(crate) fn new(voice: Arc<dyn Voice>, profile: &Profile) -> Self {
        Self { voice, system: system_prompt(profile), facts: Facts::of(profile), patience: PATIENCE }
    }

    /// The model's words, all of them checked. Each sentence goes to `listener` as soon as it has passed; if a later one is
    /// refused, the answer as a whole is not used.
    pub(crate) async fn phrase(
        &self,
        gap: Gap,
        message: &str,
        person: Uuid,
        listener: Option<&Listener>,
    ) -> Spoken {
        let said = self.listen(gap, message, person, listener);
        match tokio::time::timeout(self.patience, said).await.unwrap_or(Err(Unused::Late)) {
            Ok(text) => Spoken::Words(Words { gap, text }),
            Err(why) => {
                tracing::debug!(?why, ?gap, "the chat model's words are not used");
                Spoken::Nothing { gap, why }
            }
        }
    }

    async fn listen(
        &self,
        gap: Gap,
        message: &str,
        person: Uuid,
        listener: Option<&Listener>,
    ) -> Result<String, Unused> {
        if gap == Gap::SmallTalk && speaks_of_business(message) {
            return Err(Unused::Weighty);
        }
        let ask = Ask {
            system: self.system.clone(),
            user: user_prompt(gap, message),
            person,
            patience: self.patience,
        };
        let mut pieces = self.voice.speak(ask).await.map_err(|silence| {
            tracing::warn!(%silence, "the chat model says nothing");
            Unused::Silent
        })?;
        let mut cut = Sentences::default();
        let mut answer =
            Answer { gap, facts: &self.facts, listener, said: Vec::new(), told: 0, grounded: false };
        while answer.said.len() < MAX_SENTENCES {
            if let Some(sentence) = cut.next() {
                answer.take(sentence)?;
            } else if let Some(piece) = pieces.recv().await {
                cut.push(&piece);
            } else {
                cut.last().map_or(Ok(()), |sentence| answer.take(sentence))?;
                break;
            }
        }
        if answer.said.is_empty() || !answer.may_be_told() {
            return Err(Unused::Nothing);
        }
        Ok(answer.said.join(" "))
    }
}

/// An answer as it grows.
struct Answer<'a> {
    gap: Gap,
    facts: &'a Facts,
    listener: Option<&'a Listener>,
    said: Vec<String>,
    told: usize,
    /// Whether one of the sentences is a fact.
    grounded: bool,
}

impl Answer<'_> {
    fn take(&mut self, sentence: String) -> Result<(), Unused> {
        let passed = check(&sentence, self.gap, self.facts).map_err(Unused::Refused)?;
        self.grounded |= passed == Passed::Fact;
        self.said.push(sentence);
        if self.may_be_told() {
            for sentence in self.said.iter().skip(self.told) {
                // If nobody listens any more, the reply comes all the same.
                let _ = self.listener.map(|listener| listener.send(sentence.clone()));
            }
            self.told = self.said.len();
        }
        Ok(())
    }

    /// Courtesy alone is no answer to a question about the business.
    fn may_be_told(&self) -> bool {
        self.grounded || self.gap == Gap::SmallTalk
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use async_trait::async_trait;
    use calendar::{Fact, Profile};
    use dialogue::Gap;
    use tokio::sync::mpsc;
    use uuid::Uuid;

    use super::{Ask, Refusal, Silence, Speaker, Spoken, Unused, Voice};

    /// Says the same to everybody, in pieces of three letters, and then goes on without a word if it has no end.
    struct Says {
        text: &'static str,
        ends: bool,
        kept: Mutex<Vec<mpsc::UnboundedSender<String>>>,
    }

    #[async_trait]
    impl Voice for Says {
        async fn speak(&self, _: Ask) -> Result<mpsc::UnboundedReceiver<String>, Silence> {
            let (sender, receiver) = mpsc::unbounded_channel();
            for piece in self.text.as_bytes().chunks(3) {
                sender.send(String::from_utf8_lossy(piece).into_owned()).unwrap();
            }
            if !self.ends {
                self.kept.lock().unwrap().push(sender);
            }
            Ok(receiver)
        }
    }

    async fn phrase(gap: Gap, text: &'static str, ends: bool) -> (Result<String, Unused>, Vec<String>) {
        let facts = vec![Fact { about: Vec::new(), answer: "There is parking behind the building.".into() }];
        let voice = Arc::new(Says { text, ends, kept: Mutex::default() });
        let profile = Profile { facts, ..Profile::default() };
        let speaker =
            Speaker { patience: Duration::from_millis(200), ..Speaker::new(voice.clone(), &profile) };
        let (listener, mut heard) = mpsc::unbounded_channel();
        let words = match speaker.phrase(gap, "hello", Uuid::nil(), Some(&listener)).await {
            Spoken::Words(words) => Ok(words.text),
            Spoken::Nothing { why, .. } => Err(why),
        };
        assert!(voice.kept.lock().unwrap().iter().all(mpsc::UnboundedSender::is_closed), "still listened to");
        let heard = std::iter::from_fn(|| heard.try_recv().ok()).collect();
        (words, heard)
    }

    #[tokio::test]
    async fn two_sentences_are_enough_and_then_nobody_listens() {
        let (words, heard) = phrase(Gap::SmallTalk, "I like that! Do you? And I book. ", false).await;
        assert_eq!(words.unwrap(), "I like that! Do you?");
        assert_eq!(heard, ["I like that!", "Do you?"]);
    }

    #[tokio::test]
    async fn a_refused_sentence_takes_the_others_with_it_and_is_never_heard() {
        let (words, heard) = phrase(Gap::SmallTalk, "I like that! You are booked for Monday.", true).await;
        assert_eq!(words.unwrap_err(), Unused::Refused(Refusal::Deed));
        assert_eq!(heard, ["I like that!"]);
    }

    #[tokio::test]
    async fn a_question_about_the_business_is_answered_by_a_fact_or_not_at_all() {
        let answer = "Thank you for asking! There is parking behind the building.";
        let (words, heard) = phrase(Gap::NotKnown, answer, true).await;
        assert_eq!(words.unwrap(), answer);
        assert_eq!(heard.len(), 2);
        let (words, heard) = phrase(Gap::NotKnown, "Thank you! Happy to help.", true).await;
        assert_eq!((words.unwrap_err(), heard.len()), (Unused::Nothing, 0));
    }

    #[tokio::test]
    async fn where_agreement_could_be_a_claim_it_is_not_asked() {
        let voice = Arc::new(Says { text: "That sounds lovely!", ends: true, kept: Mutex::default() });
        let speaker = Speaker::new(voice, &Profile::default());
        for (message, asked) in [
            ("So I am booked, am I not?", false),
            ("And it's free, isn't it?", false),
            ("You charge nothing, I hope", false),
            ("See you at 3!", false),
            ("I had a wonderful walk", true),
        ] {
            let spoken = speaker.phrase(Gap::SmallTalk, message, Uuid::nil(), None).await;
            assert_eq!(spoken.words().is_some(), asked, "{message}: {spoken:?}");
        }
    }

    #[tokio::test]
    async fn silence_half_sentences_and_patience() {
        assert_eq!(phrase(Gap::SmallTalk, "", true).await.0.unwrap_err(), Unused::Nothing);
        assert_eq!(phrase(Gap::SmallTalk, "I like", true).await.0.unwrap_err(), Unused::Nothing);
        assert_eq!(phrase(Gap::SmallTalk, "I like that! And", true).await.0.unwrap(), "I like that!");
        assert_eq!(phrase(Gap::SmallTalk, "I like that! And", false).await.0.unwrap_err(), Unused::Late);
    }
}
