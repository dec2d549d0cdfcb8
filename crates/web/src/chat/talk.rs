//! The conversation: its lines, the message under way, and what happens to them.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::limits::MESSAGE_MAX_CHARS;
use protocol::{ChatReply, ChatRequest, ErrorCode, SessionHistory};
use uuid::Uuid;

use super::line::Line;
use super::outgoing::Outgoing;
use super::retry;
use crate::api::{self, Trouble};
use crate::browser::{self, Kept};
use crate::visitor::Visitor;

/// The conversation of this tab, and the one that a new tab goes on with.
const SESSION: Kept = Kept::for_this_tab("frontdesk.session");
const LAST_SESSION: Kept = Kept::for_all_tabs("frontdesk.session");
/// What is being written, over a reload.
const DRAFT: Kept = Kept::for_this_tab("frontdesk.draft");
/// Whose words these are: the person's id.
const OWNER: Kept = Kept::for_this_tab("frontdesk.owner");
/// Tells the other tabs that a conversation went on: its id, and when.
const NEWS: Kept = Kept::for_all_tabs("frontdesk.news");

/// Whether the earlier lines are there.
#[derive(Clone, Debug, PartialEq)]
pub enum Loading {
    UnderWay,
    Done,
    Failed(Trouble),
}

/// One conversation; it lives as long as the page, whichever part of it is shown.
#[derive(Clone, Copy)]
pub struct Talk {
    visitor: Visitor,
    session: RwSignal<Option<Uuid>>,
    pub lines: RwSignal<Vec<Line>>,
    pub outgoing: RwSignal<Option<Outgoing>>,
    /// What was heard of its answer so far.
    pub heard: RwSignal<String>,
    /// Seconds until the message is sent again by itself.
    pub wait: RwSignal<Option<u32>>,
    pub loading: RwSignal<Loading>,
    pub online: RwSignal<bool>,
    pub draft: RwSignal<String>,
    /// Whose words are here; nobody else gets to see them.
    owner: StoredValue<Option<String>>,
    /// Count what was read from the server and what was added here, so that neither overwrites the other.
    reads: StoredValue<u32>,
    additions: StoredValue<u32>,
}

impl Talk {
    /// The conversation that this tab or another one was having.
    pub fn resume(visitor: Visitor) -> Self {
        let talk = Self {
            visitor,
            session: RwSignal::new(None),
            lines: RwSignal::new(Vec::new()),
            outgoing: RwSignal::new(None),
            heard: RwSignal::new(String::new()),
            wait: RwSignal::new(None),
            loading: RwSignal::new(Loading::UnderWay),
            online: RwSignal::new(browser::is_online()),
            draft: RwSignal::new(String::new()),
            owner: StoredValue::new(OWNER.read()),
            reads: StoredValue::new(0),
            additions: StoredValue::new(0),
        };
        window_event_listener(ev::offline, move |_| talk.online.set(false));
        window_event_listener(ev::online, move |_| {
            talk.online.set(true);
            if talk.outgoing.with_untracked(|outgoing| {
                outgoing.as_ref().is_some_and(|outgoing| outgoing.trouble == Some(Trouble::Unreachable))
            }) {
                talk.send_again();
            }
        });
        window_event_listener(ev::storage, move |event| {
            let session = talk.session.get_untracked().map(|id| id.to_string());
            let news = event.key().filter(|key| key == NEWS.name()).and(event.new_value());
            let ours = news.zip(session).is_some_and(|(news, session)| news.starts_with(&session));
            if ours && talk.outgoing.get_untracked().is_none() {
                talk.load();
            }
        });
        talk
    }

    /// Whether a message is being answered.
    pub fn is_waiting(self) -> bool {
        self.outgoing.with(|outgoing| outgoing.as_ref().is_some_and(|outgoing| outgoing.trouble.is_none()))
    }

    /// Takes up the conversation that the browser remembers, for the person who is logged in now.
    pub fn open(self) {
        self.hand_over();
        let known = SESSION.read().or_else(|| LAST_SESSION.read()).and_then(|id| id.parse().ok());
        if known != self.session.get_untracked() {
            self.lines.set(Vec::new());
        }
        self.session.set(known);
        match self.outgoing.get_untracked() {
            Some(outgoing) => outgoing.keep(),
            None => self.outgoing.set(Outgoing::kept()),
        }
        let draft = self.draft.get_untracked();
        self.write(if draft.is_empty() { DRAFT.read().unwrap_or_default() } else { draft });
        self.load();
    }

    /// Shows nothing any more, and leaves nothing in the browser's storage for others to read. What the person was
    /// saying waits in memory until they come back to it.
    pub fn close(self) {
        Outgoing::forget();
        DRAFT.forget();
        self.outgoing.update(|outgoing| {
            if let Some(outgoing) = outgoing {
                outgoing.trouble = Some(Trouble::Unreachable);
            }
        });
        self.wait.set(None);
        self.session.set(None);
        self.lines.set(Vec::new());
    }

    /// Forgets everything of the person who has left.
    pub fn forget(self) {
        for kept in [SESSION, LAST_SESSION, NEWS, OWNER] {
            kept.forget();
        }
        self.owner.set_value(None);
        self.outgoing.set(None);
        self.draft.set(String::new());
        self.close();
    }

    /// What was said here is the person's who is logged in now, or is forgotten.
    fn hand_over(self) {
        let who = untrack(|| self.visitor.who());
        if self.owner.get_value().is_some_and(|owner| who.as_ref() != Some(&owner)) {
            if LAST_SESSION.read() == SESSION.read() {
                LAST_SESSION.forget();
            }
            SESSION.forget();
            self.let_go();
            self.write(String::new());
            self.lines.set(Vec::new());
        }
        if let Some(who) = &who {
            OWNER.write(who);
        }
        self.owner.set_value(who);
    }

    /// Begins another conversation; the server keeps the old one.
    pub fn begin_anew(self) {
        SESSION.forget();
        LAST_SESSION.forget();
        self.let_go();
        self.session.set(None);
        self.lines.set(Vec::new());
        self.loading.set(Loading::Done);
    }

    /// Reads the conversation from the server.
    pub fn load(self) {
        let Some(session) = self.session.get_untracked() else {
            self.loading.set(Loading::Done);
            return;
        };
        if self.lines.with_untracked(Vec::is_empty) {
            self.loading.set(Loading::UnderWay);
        }
        let additions = self.additions.get_value();
        spawn_local(async move {
            let answer = api::get::<SessionHistory>(&format!("/api/chat/sessions/{session}")).await;
            if self.session.get_untracked() != Some(session) {
                return;
            }
            if self.additions.get_value() == additions {
                self.reads.update_value(|reads| *reads += 1);
                self.loaded(answer);
            } else {
                self.load();
            }
        });
    }

    fn loaded(self, answer: Result<SessionHistory, Trouble>) {
        match answer {
            Ok(history) => {
                let lines: Vec<Line> = history.messages.into_iter().map(Line::from).collect();
                if lines.iter().any(|line| line.appointment.is_some()) {
                    self.visitor.refresh_appointments();
                }
                self.lines.set(lines);
                self.loading.set(Loading::Done);
            }
            Err(trouble) if trouble.is_logged_out() => self.visitor.was_logged_out(),
            // Nobody's any more, or somebody else's who used this browser before.
            Err(trouble) if trouble.has_code(ErrorCode::NotFound) => self.begin_anew(),
            Err(trouble) => self.loading.set(Loading::Failed(trouble)),
        }
    }

    /// Keeps what is being written.
    pub fn write(self, text: String) {
        if text.is_empty() {
            DRAFT.forget()
        } else {
            DRAFT.write(&text)
        }
        self.draft.set(text);
    }

    /// Sends a message, if there is something to say and nothing else is under way.
    pub fn say(self, text: &str) -> bool {
        let text = text.trim();
        let is_free = self.outgoing.with_untracked(Option::is_none);
        if !is_free || text.is_empty() || text.chars().count() > MESSAGE_MAX_CHARS {
            return false;
        }
        let session = self.session.get_untracked().unwrap_or_else(browser::fresh_id);
        let outgoing = Outgoing::new(session, text.to_owned());
        outgoing.keep();
        self.session.set(Some(session));
        self.outgoing.set(Some(outgoing));
        self.send();
        true
    }

    /// Sends the message that failed once more.
    pub fn send_again(self) {
        if self
            .outgoing
            .with_untracked(|outgoing| outgoing.as_ref().is_some_and(|outgoing| outgoing.trouble.is_some()))
        {
            self.send();
        }
    }

    /// Takes the message that failed back, to change it or to drop it.
    pub fn take_back(self) {
        if let Some(outgoing) = self.outgoing.get_untracked() {
            self.let_go();
            // What was begun since is not lost.
            let begun = self.draft.get_untracked();
            let text = if begun.is_empty() { outgoing.text } else { format!("{}\n{begun}", outgoing.text) };
            self.write(text);
        }
    }

    fn let_go(self) {
        Outgoing::forget();
        self.outgoing.set(None);
        self.wait.set(None);
    }

    fn send(self) {
        if !untrack(|| self.visitor.is_logged_in()) {
            return;
        }
        self.wait.set(None);
        self.heard.set(String::new());
        self.outgoing.update(|outgoing| {
            if let Some(outgoing) = outgoing {
                outgoing.tries += 1;
                outgoing.trouble = None;
            }
        });
        let Some(outgoing) = self.outgoing.get_untracked() else { return };
        let reads = self.reads.get_value();
        spawn_local(async move {
            let request = ChatRequest {
                session_id: outgoing.session,
                message: outgoing.text.clone(),
                timezone: browser::zone(),
                message_id: Some(outgoing.message_id.clone()),
            };
            let heard = |sentence: &str| self.hear(&outgoing.message_id, sentence);
            let mut answer = api::converse::<ChatReply>("/api/chat", &request, heard).await;
            // Browsers know names of zones that the server may not: it falls back to the business's.
            if let Err(Trouble::Refused { field: Some(field), .. }) = &answer
                && field == "timezone"
            {
                answer = api::converse("/api/chat", &ChatRequest { timezone: None, ..request }, heard).await;
            }
            // What is answered when the person has left is read again when they come back.
            if self.is_outgoing(&outgoing.message_id) && untrack(|| self.visitor.is_logged_in()) {
                self.answered(outgoing, answer, reads);
            }
        });
    }

    /// A sentence of the answer that is being made.
    fn hear(self, message_id: &str, sentence: &str) {
        if self.is_outgoing(message_id) {
            self.heard.update(|heard| {
                heard.push_str(sentence);
                heard.push(' ');
            });
        }
    }

    fn is_outgoing(self, message_id: &str) -> bool {
        self.outgoing.with_untracked(|now| now.as_ref().is_some_and(|now| now.message_id == message_id))
    }

    fn answered(self, outgoing: Outgoing, answer: Result<ChatReply, Trouble>, reads_before: u32) {
        match answer {
            Ok(reply) => {
                self.remember(outgoing.session);
                self.let_go();
                self.visitor.say(format!("Front desk: {}", reply.reply));
                if reply.appointment_id.is_some() {
                    self.visitor.refresh_appointments();
                }
                let now = browser::now_ms();
                if outgoing.tries > 1 || self.reads.get_value() != reads_before {
                    // An earlier try may have arrived, or the lines were read meanwhile: they may hold it already.
                    self.load();
                } else {
                    self.additions.update_value(|additions| *additions += 1);
                    self.lines.update(|lines| {
                        lines.extend([Line::said(outgoing.text, outgoing.at_ms), Line::answered(reply, now)]);
                    });
                }
                NEWS.write(&format!("{} {now}", outgoing.session));
            }
            Err(trouble) if trouble.is_logged_out() => {
                self.take_back();
                self.visitor.was_logged_out();
            }
            // The conversation is not theirs: what they said begins another one.
            Err(trouble) if trouble.has_code(ErrorCode::NotFound) && outgoing.tries == 1 => {
                self.begin_anew();
                self.say(&outgoing.text);
            }
            Err(trouble) => {
                let seconds = if self.online.get_untracked() || trouble != Trouble::Unreachable {
                    retry::wait(&trouble, outgoing.tries)
                } else {
                    None
                };
                self.outgoing.set(Some(Outgoing { trouble: Some(trouble), ..outgoing.clone() }));
                if let Some(seconds) = seconds {
                    self.count_down(outgoing.message_id, outgoing.tries, seconds);
                }
            }
        }
    }

    fn remember(self, session: Uuid) {
        self.session.set(Some(session));
        SESSION.write(&session.to_string());
        LAST_SESSION.write(&session.to_string());
    }

    /// Sends the message again in `seconds`, unless something else happens to it before.
    fn count_down(self, message_id: String, tries: usize, seconds: u32) {
        self.wait.set(Some(seconds));
        set_timeout(
            move || {
                let still_waits = self.wait.get_untracked().is_some()
                    && self.outgoing.with_untracked(|outgoing| {
                        outgoing.as_ref().is_some_and(|outgoing| {
                            outgoing.message_id == message_id
                                && outgoing.tries == tries
                                && outgoing.trouble.is_some()
                        })
                    });
                match seconds.saturating_sub(1) {
                    _ if !still_waits => {}
                    0 => self.send(),
                    left => self.count_down(message_id, tries, left),
                }
            },
            Duration::from_secs(1),
        );
    }
}

/// The conversation of this tab.
pub fn talk() -> Talk {
    expect_context()
}
