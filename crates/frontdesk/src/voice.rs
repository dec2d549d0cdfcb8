//! The chat model as the assistant knows it.

use assistant::voice::{Ask, Silence, Voice};
use async_trait::async_trait;
use generate::{Generator, Message, Prompt, Role, Sampling};
use tokio::sync::mpsc::UnboundedReceiver;

/// Tokens of an answer: two sentences are far shorter.
const MAX_TOKENS: usize = 96;

/// A chat model in this process.
pub struct LocalVoice(pub Generator);

#[async_trait]
impl Voice for LocalVoice {
    async fn speak(&self, ask: Ask) -> Result<UnboundedReceiver<String>, Silence> {
        let prompt = Prompt {
            messages: vec![Message::new(Role::System, ask.system), Message::new(Role::User, ask.user)],
            max_tokens: MAX_TOKENS,
            // The same question has the same answer.
            sampling: Sampling::GREEDY,
        };
        let answer = self.0.ask(ask.person.as_u128(), prompt, ask.patience);
        answer.map_err(|refused| Silence(refused.to_string()))
    }
}
