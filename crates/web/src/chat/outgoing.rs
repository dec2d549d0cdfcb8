//! The message that the person sent and that was not answered yet.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::api::Trouble;
use crate::browser::{self, Kept};
use crate::json;

/// Where it is kept over a reload.
const OUTGOING: Kept = Kept::for_this_tab("frontdesk.outgoing");

/// A message that was not answered yet.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Outgoing {
    pub session: Uuid,
    pub message_id: String,
    pub text: String,
    pub at_ms: i64,
    #[serde(skip)]
    pub tries: usize,
    /// Why the last try failed; `None` while one is under way.
    #[serde(skip)]
    pub trouble: Option<Trouble>,
}

impl Outgoing {
    /// A message that was said just now.
    pub fn new(session: Uuid, text: String) -> Self {
        let message_id = browser::fresh_id().to_string();
        Self { session, message_id, text, at_ms: browser::now_ms(), tries: 0, trouble: None }
    }

    /// The one that was under way when the page was left: whether it arrived, only sending it again can tell.
    pub fn kept() -> Option<Self> {
        let outgoing: Self = json::read(&OUTGOING.read()?)?;
        Some(Self { tries: 1, trouble: Some(Trouble::Unreachable), ..outgoing })
    }

    /// Keeps it over a reload.
    pub fn keep(&self) {
        if let Some(text) = json::write(self) {
            OUTGOING.write(&text);
        }
    }

    /// Nothing is kept any more.
    pub fn forget() {
        OUTGOING.forget();
    }
}
