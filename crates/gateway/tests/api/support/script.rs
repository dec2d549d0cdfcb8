//! An assistant that repeats what it hears, keeps it in the database, and fails on demand.

use std::time::Duration;

use assistant::{Assistant, AssistantError, Listener};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use protocol::{ChatReply, ForwardedChat};
use serde_json::json;
use store::{Store, StoreError, TurnRecord};

pub struct Script {
    pub store: Store,
    pub now: DateTime<Utc>,
}

#[async_trait]
impl Assistant for Script {
    async fn chat(&self, message: ForwardedChat) -> Result<ChatReply, AssistantError> {
        let ForwardedChat { user_id, chat } = message;
        match chat.message.as_str() {
            "panic" => panic!("the scripted panic"),
            "sleep" => tokio::time::sleep(Duration::from_secs(3_600)).await,
            "overload" => {
                let reason = "the scripted overload".to_owned();
                return Err(AssistantError::Unavailable {
                    reason,
                    retry_after: Duration::from_millis(2_500),
                });
            }
            "fail" => return Err(AssistantError::internal("the scripted failure")),
            "invalid" => {
                let message = "Not so.".to_owned();
                return Err(AssistantError::Invalid { field: "message", message });
            }
            _ => {}
        }
        let mut turn = self.store.begin_turn(user_id, chat.session_id, self.now).await.map_err(error)?;
        if let Some(id) = &chat.message_id
            && let Some(answered) = turn.answered(id, &chat.message).await.map_err(error)?
        {
            return Ok(answered);
        }
        let reply = ChatReply {
            reply: format!("You said: {}", chat.message),
            session_id: chat.session_id,
            extracted_slots: None,
            appointment_id: None,
            quick_replies: None,
        };
        let record = TurnRecord {
            message_id: chat.message_id,
            text: chat.message,
            reply: reply.clone(),
            trace: json!({}),
            hand_off: false,
            ts: self.now,
            latency_ms: 1,
        };
        turn.commit(&record, &json!({})).await.map_err(error)?;
        Ok(reply)
    }

    /// Says each word that begins with a capital aloud.
    async fn chat_aloud(
        &self,
        message: ForwardedChat,
        listener: Listener,
    ) -> Result<ChatReply, AssistantError> {
        for word in message.chat.message.split(' ').filter(|word| word.starts_with(char::is_uppercase)) {
            listener.send(word.to_owned()).unwrap();
            tokio::task::yield_now().await;
        }
        if message.chat.message.ends_with("fail") {
            return Err(AssistantError::internal("the scripted failure"));
        }
        self.chat(message).await
    }

    async fn ready(&self) -> Result<(), AssistantError> {
        Ok(())
    }
}

fn error(error: StoreError) -> AssistantError {
    match error {
        StoreError::NotYours => AssistantError::NotYours,
        StoreError::MessageIdReused => AssistantError::MessageIdReused,
        StoreError::UnknownUser => AssistantError::UnknownUser,
        other => AssistantError::internal(other),
    }
}
