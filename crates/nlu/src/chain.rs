//! The local model and a remote one together: whoever is asked first, the local one always has an answer.

use std::sync::Arc;

use async_trait::async_trait;
use protocol::Intent;

use crate::{InterpretError, Interpreter, OpenAi, Understanding, Utterance};

/// Which of the two is asked first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Policy {
    /// The remote model, for every message; the local one when it fails.
    RemoteFirst {
        /// From here on the local model is sure enough to veto a deed that only the remote one sees.
        sure_from: f32,
    },
    /// The local model; the remote one only for messages that it is not this sure of.
    LocalFirst {
        /// Least [`Understanding::confidence`] that is believed without asking.
        sure_from: f32,
    },
}

/// Two interpreters as one. The local one reads every message, since only it knows the meaning of the sentence; so a
/// remote model that is away costs its time, and nothing else.
pub struct Chain {
    policy: Policy,
    local: Arc<dyn Interpreter>,
    remote: Arc<OpenAi>,
}

impl Chain {
    /// Puts the two together.
    #[must_use]
    pub fn new(policy: Policy, local: Arc<dyn Interpreter>, remote: Arc<OpenAi>) -> Self {
        Self { policy, local, remote }
    }

    async fn remote_or(
        &self,
        utterance: Utterance,
        local: Result<Understanding, InterpretError>,
        sure_from: f32,
    ) -> Result<Understanding, InterpretError> {
        let answered = self.remote.interpret(utterance).await;
        let local = match (answered, local) {
            (Ok(remote), Err(_)) => return Ok(remote),
            (Ok(remote), Ok(local)) if !vetoes(&local, &remote, sure_from) => {
                return Ok(Understanding { sentence: local.sentence, ..remote });
            }
            (_, local) => local,
        };
        self.remote.count_fallback();
        local
    }
}

#[async_trait]
impl Interpreter for Chain {
    async fn interpret(&self, utterance: Utterance) -> Result<Understanding, InterpretError> {
        let local = self.local.interpret(utterance.clone()).await;
        match self.policy {
            Policy::LocalFirst { sure_from } => match local {
                Ok(local) if local.confidence >= sure_from => Ok(local),
                local => self.remote_or(utterance, local, sure_from).await,
            },
            Policy::RemoteFirst { sure_from } => self.remote_or(utterance, local, sure_from).await,
        }
    }

    async fn sentence(&self, text: &str) -> Result<Vec<f32>, InterpretError> {
        self.local.sentence(text).await
    }

    async fn ready(&self) -> Result<(), InterpretError> {
        self.local.ready().await
    }
}

/// What changes the calendar, or lets it be changed.
const DEEDS: [Intent; 6] =
    [Intent::Affirm, Intent::SelectOption, Intent::Book, Intent::Reschedule, Intent::Cancel, Intent::Correct];

/// Whether the local model is sure that the message asks for nothing of the kind that the remote one sees in it: a poor
/// or a misled model must not turn a "no" into a booking.
fn vetoes(local: &Understanding, remote: &Understanding, sure_from: f32) -> bool {
    local.confidence >= sure_from
        && DEEDS.iter().any(|&deed| remote.interpretation.has(deed) && !local.interpretation.has(deed))
}
