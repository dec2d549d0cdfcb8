//! The assistant itself: one message, one turn, one transaction.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use calendar::{Profile, Service};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use dialogue::{CommittedRow, Confirmation, Decision, Effect, Input, Reply, State, View};
use nlu::{InterpretError, Interpreter, Understanding, Utterance};
use protocol::{Appointment, Asked, ChatReply, ForwardedChat};
use serde_json::{Value, json};
use store::{NewAppointment, Place, Receipt, Store, StoreError, Turn, TurnRecord};
use uuid::Uuid;

use crate::ambient::{Clock, new_id};
use crate::{Assistant, AssistantError, request};

/// How often a turn is decided afresh when somebody else was quicker. Every round but the last loses to a committed
/// turn, and offers only what is free after it, so more than two are rare.
const ROUNDS: u32 = 8;
/// What a person told to try again waits.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long an appointment that is over is still spoken of.
const LOOK_BACK: TimeDelta = TimeDelta::days(1);

/// The assistant in this process.
pub struct FrontDesk {
    store: Store,
    interpreter: Arc<dyn Interpreter>,
    profile: Arc<Profile>,
    clock: Clock,
}

/// What a turn is about, before anything is decided.
struct Message<'a> {
    chat: &'a ForwardedChat,
    zone: Tz,
    received: DateTime<Utc>,
    since: Instant,
    /// The id of the appointment, should this turn make one.
    fresh: Uuid,
}

/// How one attempt at a turn ended.
enum Attempt {
    Done(ChatReply),
    /// Somebody changed the calendar or the conversation meanwhile: decide afresh.
    Again,
    /// The conversation moved on, and the message must be understood as an answer to something else.
    AskedSomethingElse,
}

impl FrontDesk {
    /// An assistant over a migrated store.
    #[must_use]
    pub fn new(store: Store, interpreter: Arc<dyn Interpreter>, profile: Arc<Profile>, clock: Clock) -> Self {
        Self { store, interpreter, profile, clock }
    }

    async fn understand(&self, text: &str, asked: Option<Asked>) -> Result<Understanding, AssistantError> {
        let utterance = Utterance { text: text.to_owned(), asked };
        self.interpreter.interpret(utterance).await.map_err(not_understood)
    }

    /// Decides and writes the turn, in one transaction.
    async fn attempt(
        &self,
        message: &Message<'_>,
        understanding: &Understanding,
        asked: Option<Asked>,
    ) -> Result<Attempt, StoreError> {
        let ForwardedChat { user_id, chat } = message.chat;
        let mut turn = self.store.begin_turn(*user_id, chat.session_id, message.received).await?;
        if let Some(id) = &chat.message_id
            && let Some(reply) = turn.answered(id, &chat.message).await?
        {
            return Ok(Attempt::Done(reply));
        }
        let state = turn.state().map(State::restore).unwrap_or_default();
        if dialogue::asked(&state) != asked {
            return Ok(Attempt::AskedSomethingElse);
        }
        let input = Input {
            text: &chat.message,
            interpretation: &understanding.interpretation,
            now: message.received,
            zone: message.zone,
            profile: &self.profile,
            person: *user_id,
        };
        let view = self.view(&mut turn, message.received).await?;
        let outcome = dialogue::turn(&state, &input, &view);
        let reply = match outcome.decision {
            Decision::Say(reply) => reply,
            Decision::Do { effect, then } => match self.perform(&mut turn, message.fresh, effect, then).await
            {
                Err(StoreError::SlotTaken(_)) => return Ok(Attempt::Again),
                reply => reply?,
            },
        };
        let reply = on_the_wire(reply, message.chat);
        let record = TurnRecord {
            message_id: chat.message_id.clone(),
            text: chat.message.clone(),
            reply: reply.clone(),
            trace: trace(message, understanding, asked, &outcome.trace),
            ts: message.received,
            latency_ms: u32::try_from(message.since.elapsed().as_millis()).unwrap_or(u32::MAX),
        };
        turn.commit(&record, &outcome.state.keep()).await?;
        Ok(Attempt::Done(reply))
    }

    async fn view(&self, turn: &mut Turn, now: DateTime<Utc>) -> Result<View, StoreError> {
        let window = dialogue::horizon(&self.profile, now);
        Ok(View {
            busy: turn.busy(&self.profile.booking.resources, window).await?,
            appointments: turn
                .appointments(now - LOOK_BACK)
                .await?
                .into_iter()
                .map(|booking| booking.appointment)
                .collect(),
        })
    }

    /// Writes the effect and renders its confirmation from the row that was written.
    async fn perform(
        &self,
        turn: &mut Turn,
        fresh: Uuid,
        effect: Effect,
        then: Confirmation,
    ) -> Result<Reply, StoreError> {
        let receipt = match effect {
            Effect::Book { slot, service, timezone, name } => {
                let place = Place { slot, buffer: self.buffer_of(&service) };
                turn.book(&NewAppointment {
                    id: fresh,
                    place,
                    service_type: service,
                    timezone: timezone.to_string(),
                    name,
                })
                .await?
            }
            Effect::Cancel { id } => turn.cancel(id).await?,
            Effect::Move { id, slot, service } => {
                let place = Place { slot, buffer: self.buffer_of(&service) };
                turn.move_to(id, &place, &service).await?
            }
        };
        Ok(then.render(&Written(receipt)))
    }

    fn buffer_of(&self, service: &str) -> TimeDelta {
        self.profile.service(service).map_or_else(TimeDelta::zero, Service::buffer)
    }
}

#[async_trait]
impl Assistant for FrontDesk {
    async fn chat(&self, chat: ForwardedChat) -> Result<ChatReply, AssistantError> {
        let zone = request::validate(&chat.chat)?.unwrap_or(self.profile.timezone);
        let fresh = new_id().map_err(AssistantError::internal)?;
        let message = Message { zone, received: self.clock.now(), since: Instant::now(), fresh, chat: &chat };
        let ForwardedChat { user_id, chat: said } = &chat;
        // Nothing is locked while the model runs: read, interpret, then read again inside the transaction.
        for _ in 0..ROUNDS {
            let sent = said.message_id.as_deref().map(|id| (id, said.message.as_str()));
            let snapshot = self.store.session_snapshot(*user_id, said.session_id, sent).await?;
            if let Some(reply) = snapshot.answered {
                return Ok(reply);
            }
            let asked = snapshot.state.as_ref().map(State::restore).as_ref().and_then(dialogue::asked);
            let understanding = self.understand(&said.message, asked).await?;
            for _ in 0..ROUNDS {
                match self.attempt(&message, &understanding, asked).await {
                    Ok(Attempt::Done(reply)) => return Ok(reply),
                    Ok(Attempt::Again) => {}
                    Ok(Attempt::AskedSomethingElse) => break,
                    Err(error) if error.is_retry() => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Err(AssistantError::Unavailable {
            reason: "the turn lost every race against concurrent ones".into(),
            retry_after: RETRY_AFTER,
        })
    }

    async fn ready(&self) -> Result<(), AssistantError> {
        self.store.check_schema().await?;
        self.interpreter.ready().await.map_err(not_understood)
    }
}

fn not_understood(error: InterpretError) -> AssistantError {
    match error {
        InterpretError::Overloaded | InterpretError::Stopped => {
            AssistantError::Unavailable { reason: error.to_string(), retry_after: RETRY_AFTER }
        }
        InterpretError::Failed(_) => AssistantError::internal(error),
    }
}

/// A row that this turn's transaction wrote; only [`Receipt`]s become one.
struct Written(Receipt);

impl CommittedRow for Written {
    fn appointment(&self) -> &Appointment {
        &self.0.booking().appointment
    }
}

fn on_the_wire(reply: Reply, message: &ForwardedChat) -> ChatReply {
    ChatReply {
        reply: reply.text,
        session_id: message.chat.session_id,
        extracted_slots: Some(reply.slots),
        appointment_id: reply.appointment_id,
        quick_replies: Some(reply.quick_replies).filter(|replies| !replies.is_empty()),
    }
}

/// What `sessions show --trace` tells of the turn.
fn trace(
    message: &Message<'_>,
    understanding: &Understanding,
    asked: Option<Asked>,
    decided: &dialogue::Trace,
) -> Value {
    json!({
        "zone": message.zone,
        "asked": asked,
        "provider": understanding.provider,
        "decision": decided,
    })
}
