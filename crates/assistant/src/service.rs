//! The assistant itself: one message, one turn, one transaction.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use calendar::{Profile, Service};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use dialogue::{CommittedRow, Decision, Effect, Input, Meaning, Outcome, Reply, State, Unseen, View};
use nlu::{InterpretError, Interpreter, Understanding, Utterance};
use protocol::{Appointment, Asked, ChatReply, ForwardedChat};
use serde_json::json;
use store::{NewAppointment, Place, Receipt, Store, StoreError, Turn, TurnRecord};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::ambient::{Clock, new_id};
use crate::metrics::{Ended, Metrics, Stage};
use crate::record::{Calendar, Record};
use crate::voice::{Speaker, Spoken, Voice};
use crate::{Assistant, AssistantError, Listener, Topics, request};

/// How often a turn is decided afresh when somebody else was quicker. Every round but the last loses to a committed
/// turn, and offers only what is free after it, so more than two are rare.
const ROUNDS: u32 = 8;
/// What a person told to try again waits.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long a model that answered a probe counts as ready.
const READY_FOR: Duration = Duration::from_secs(5);
/// How long an appointment that is over is still spoken of.
const LOOK_BACK: TimeDelta = TimeDelta::days(1);

/// The assistant in this process.
pub struct FrontDesk {
    store: Store,
    interpreter: Arc<dyn Interpreter>,
    profile: Arc<Profile>,
    topics: Arc<Topics>,
    clock: Clock,
    metrics: Metrics,
    /// When the model was last seen to answer a probe.
    understood: Mutex<Option<Instant>>,
    /// Has words where the dialogue has none.
    speaker: Option<Speaker>,
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
    Done(ChatReply, Ended),
    /// Somebody changed the calendar or the conversation meanwhile: decide afresh.
    Again,
    /// The conversation moved on, and the message must be understood as an answer to something else.
    AskedSomethingElse,
}

impl FrontDesk {
    /// An assistant over a migrated store. `topics` are those of the profile, from the same interpreter.
    #[must_use]
    pub fn new(
        store: Store,
        interpreter: Arc<dyn Interpreter>,
        profile: Arc<Profile>,
        topics: Arc<Topics>,
        clock: Clock,
    ) -> Self {
        Self {
            store,
            interpreter,
            profile,
            topics,
            clock,
            metrics: Metrics::default(),
            understood: Mutex::new(None),
            speaker: None,
        }
    }

    /// The assistant with a chat model, which phrases what the dialogue has no words for.
    #[must_use]
    pub fn with_voice(self, voice: Arc<dyn Voice>) -> Self {
        Self { speaker: Some(Speaker::new(voice, &self.profile)), ..self }
    }

    /// Counts here what it does.
    #[must_use]
    pub fn counting(self, metrics: Metrics) -> Self {
        Self { metrics, ..self }
    }

    async fn understand(
        &self,
        text: &str,
        asked: Option<Asked>,
    ) -> Result<(Understanding, Meaning), AssistantError> {
        let since = Instant::now();
        let utterance = Utterance { text: text.to_owned(), asked };
        let understood = async {
            let understanding = self.interpreter.interpret(utterance).await?;
            let meaning = self.topics.meaning(&self.profile, &understanding, &*self.interpreter).await?;
            Ok((understanding, meaning))
        };
        let understood = understood.await.map_err(not_understood)?;
        self.metrics.took(Stage::Understand, since);
        self.metrics.understood(&understood.0);
        Ok(understood)
    }

    /// Decides and writes the turn, in one transaction. `seen`: how many turns the conversation had when the message was
    /// looked for there and not found.
    async fn attempt(
        &self,
        message: &Message<'_>,
        understood: &(Understanding, Meaning),
        asked: Option<Asked>,
        spoken: Option<&Spoken>,
        seen: u64,
    ) -> Result<Attempt, StoreError> {
        let ForwardedChat { user_id, chat } = message.chat;
        let mut turn = self.store.begin_turn(*user_id, chat.session_id, message.received).await?;
        if turn.version() != seen
            && let Some(id) = &chat.message_id
            && let Some(reply) = turn.answered(id, &chat.message).await?
        {
            return Ok(Attempt::Done(reply, Ended::Repeated));
        }
        let state = turn.state().map(State::restore).unwrap_or_default();
        if dialogue::asked(&state) != asked {
            return Ok(Attempt::AskedSomethingElse);
        }
        let input = Input { words: spoken.and_then(Spoken::words), ..self.input(message, understood) };
        let (view, outcome) = self.decide(&mut turn, &state, &input).await?;
        let (reply, rows, ended) = match outcome.decision {
            Decision::Say(reply) => (reply, Vec::new(), Ended::Said),
            Decision::Do { effect, then } => {
                let ended = Ended::by(&effect);
                match self.perform(&mut turn, message.fresh, effect).await {
                    Err(StoreError::SlotTaken(_)) => return Ok(Attempt::Again),
                    written => {
                        let written = written?;
                        let rows = written.iter().map(|row| row.appointment().clone()).collect();
                        (then.render(&written), rows, ended)
                    }
                }
            }
        };
        let reply = on_the_wire(reply, chat.session_id);
        let (understanding, meaning) = understood;
        let inputs = Record {
            asked,
            provider: understanding.provider.to_owned(),
            zone: message.zone,
            understood: understanding.interpretation.clone(),
            meaning: meaning.clone(),
            state: turn.state().cloned().unwrap_or_default(),
            calendar: Calendar::of(&view),
            rows,
            voice: spoken.filter(|spoken| outcome.gap == Some(spoken.gap())).cloned(),
        };
        let record = TurnRecord {
            message_id: chat.message_id.clone(),
            text: chat.message.clone(),
            reply: reply.clone(),
            trace: json!({ "input": inputs, "decision": outcome.trace }),
            hand_off: outcome.hand_off,
            ts: message.received,
            latency_ms: u32::try_from(message.since.elapsed().as_millis()).unwrap_or(u32::MAX),
        };
        turn.commit(&record, &outcome.state.keep()).await?;
        Ok(Attempt::Done(reply, ended))
    }

    fn input<'a>(
        &'a self,
        message: &'a Message<'_>,
        (understanding, meaning): &'a (Understanding, Meaning),
    ) -> Input<'a> {
        Input {
            text: &message.chat.chat.message,
            interpretation: &understanding.interpretation,
            meaning,
            now: message.received,
            zone: message.zone,
            profile: &self.profile,
            person: message.chat.user_id,
            words: None,
        }
    }

    /// Asks the chat model, if there is one and the dialogue has no words of its own.
    async fn speak(
        &self,
        message: &Message<'_>,
        state: &State,
        understood: &(Understanding, Meaning),
        listener: Option<&Listener>,
    ) -> Option<Spoken> {
        let speaker = self.speaker.as_ref()?;
        let gap = dialogue::gap(state, &self.input(message, understood))?;
        let since = Instant::now();
        let ForwardedChat { user_id, chat } = message.chat;
        let spoken = speaker.phrase(gap, &chat.message, *user_id, listener).await;
        self.metrics.took(Stage::Speak, since);
        self.metrics.spoke(&spoken);
        Some(spoken)
    }

    /// Decides the turn; looks at no more of the calendar than that takes.
    async fn decide(
        &self,
        turn: &mut Turn,
        state: &State,
        input: &Input<'_>,
    ) -> Result<(View, Outcome), StoreError> {
        let own = turn.appointments(input.now - LOOK_BACK).await?;
        let appointments = own.into_iter().map(|booking| booking.appointment).collect();
        let mut view = View { appointments, ..View::default() };
        loop {
            match dialogue::turn(state, input, &view) {
                Ok(outcome) => return Ok((view, outcome)),
                Err(Unseen(window)) => {
                    view.see(window, turn.busy(&self.profile.booking.resources, window).await?);
                }
            }
        }
    }

    /// Writes the effect; the rows that were written.
    async fn perform(
        &self,
        turn: &mut Turn,
        fresh: Uuid,
        effect: Effect,
    ) -> Result<Vec<Written>, StoreError> {
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
            Effect::Cancel { ids } => {
                let mut written = Vec::new();
                for id in ids {
                    written.push(Written(turn.cancel(id).await?));
                }
                return Ok(written);
            }
            Effect::Move { id, slot, service } => {
                let place = Place { slot, buffer: self.buffer_of(&service) };
                turn.move_to(id, &place, &service).await?
            }
        };
        Ok(vec![Written(receipt)])
    }

    fn buffer_of(&self, service: &str) -> TimeDelta {
        self.profile.service(service).map_or_else(TimeDelta::zero, Service::buffer)
    }

    async fn answer(
        &self,
        chat: &ForwardedChat,
        since: Instant,
        listener: Option<Listener>,
    ) -> Result<(ChatReply, Ended), AssistantError> {
        let zone = request::validate(&chat.chat)?.unwrap_or(self.profile.timezone);
        let fresh = new_id().map_err(AssistantError::internal)?;
        let message = Message { zone, received: self.clock.now(), since, fresh, chat };
        let ForwardedChat { user_id, chat: said } = chat;
        // Asked once, however often the turn has to be decided afresh.
        let mut spoken: Option<Option<Spoken>> = None;
        // Nothing is locked while a model runs: read, interpret, then read again inside the transaction.
        for _ in 0..ROUNDS {
            let sent = said.message_id.as_deref().map(|id| (id, said.message.as_str()));
            let reading = Instant::now();
            let snapshot = self.store.session_snapshot(*user_id, said.session_id, sent).await?;
            self.metrics.took(Stage::Read, reading);
            if let Some(reply) = snapshot.answered {
                return Ok((reply, Ended::Repeated));
            }
            let state = snapshot.state.as_ref().map(State::restore).unwrap_or_default();
            let asked = dialogue::asked(&state);
            let understood = self.understand(&said.message, asked).await?;
            if spoken.is_none() {
                spoken = Some(self.speak(&message, &state, &understood, listener.as_ref()).await);
            }
            let spoken = spoken.as_ref().and_then(Option::as_ref);
            for _ in 0..ROUNDS {
                let committing = Instant::now();
                let attempt = self.attempt(&message, &understood, asked, spoken, snapshot.version).await;
                self.metrics.took(Stage::Commit, committing);
                match attempt {
                    Ok(Attempt::Done(reply, ended)) => return Ok((reply, ended)),
                    Ok(Attempt::Again) => self.metrics.decided_again(),
                    Ok(Attempt::AskedSomethingElse) => break,
                    Err(error) if error.is_retry() => self.metrics.decided_again(),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Err(AssistantError::Unavailable {
            reason: "the turn lost every race against concurrent ones".into(),
            retry_after: RETRY_AFTER,
        })
    }

    /// Answers, and counts how.
    async fn turn(
        &self,
        chat: &ForwardedChat,
        listener: Option<Listener>,
    ) -> Result<ChatReply, AssistantError> {
        let since = Instant::now();
        let answered = self.answer(chat, since, listener).await;
        self.metrics.took(Stage::Turn, since);
        self.metrics.ended(answered.as_ref().map(|(_, ended)| *ended));
        answered.map(|(reply, _)| reply)
    }
}

#[async_trait]
impl Assistant for FrontDesk {
    async fn chat(&self, chat: ForwardedChat) -> Result<ChatReply, AssistantError> {
        self.turn(&chat, None).await
    }

    async fn chat_aloud(&self, chat: ForwardedChat, listener: Listener) -> Result<ChatReply, AssistantError> {
        self.turn(&chat, Some(listener)).await
    }

    async fn ready(&self) -> Result<(), AssistantError> {
        self.store.check_schema().await?;
        // Strangers may ask: no more than one of them at a time, and few in all, make the model work.
        let mut understood = self.understood.lock().await;
        if understood.is_none_or(|since| since.elapsed() > READY_FOR) {
            *understood = None;
            self.interpreter.ready().await.map_err(not_understood)?;
            *understood = Some(Instant::now());
        }
        Ok(())
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

pub(crate) fn on_the_wire(reply: Reply, session_id: Uuid) -> ChatReply {
    ChatReply {
        reply: reply.text,
        session_id,
        extracted_slots: Some(reply.slots),
        appointment_id: reply.appointment_id,
        quick_replies: Some(reply.quick_replies).filter(|replies| !replies.is_empty()),
    }
}
