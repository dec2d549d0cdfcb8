//! What a turn was decided from, as it is kept in the log: enough to decide it again.

use std::collections::BTreeMap;

use calendar::{Busy, Window, claims};
use chrono_tz::Tz;
use dialogue::{Meaning, View};
use protocol::{Appointment, Asked, Interpretation};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::voice::Spoken;

/// The most bytes of JSON that are kept of the calendar with one turn.
const CALENDAR_MAX_BYTES: usize = 48 * 1024;

/// The inputs of a turn. With the message, its time and the business profile they are all that it depends on.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Record {
    /// What the assistant had asked for.
    pub(crate) asked: Option<Asked>,
    /// Who understood the message.
    pub(crate) provider: String,
    /// The zone of the person's device, or the business's.
    pub(crate) zone: Tz,
    pub(crate) understood: Interpretation,
    pub(crate) meaning: Meaning,
    /// Where the conversation stood before.
    pub(crate) state: Value,
    /// What was seen of the calendar; `None` if that was too much to keep.
    pub(crate) calendar: Option<Calendar>,
    /// The rows that the turn wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rows: Vec<Appointment>,
    /// What a chat model was asked for, and what became of its words; `None` if it had no part in the turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) voice: Option<Spoken>,
}

/// A [`View`] with the claims of others merged, since only that a time is taken plays a part.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Calendar {
    /// The stretches seen, in cells of the calendar, half-open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen: Vec<(i64, i64)>,
    /// What others have taken there, by resource.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    taken: BTreeMap<String, Vec<(i64, i64)>>,
    /// What the person's own appointments hold there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    own: Vec<(Uuid, String, i64, i64)>,
    /// The person's own appointments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    appointments: Vec<Appointment>,
}

impl Calendar {
    /// What was seen, if it is small enough to keep.
    pub(crate) fn of(view: &View) -> Option<Self> {
        let mut others: BTreeMap<String, Vec<Window>> = BTreeMap::new();
        let mut own = Vec::new();
        for busy in &view.busy {
            match busy.appointment.filter(|id| view.appointments.iter().any(|mine| mine.id == *id)) {
                Some(id) => {
                    let cells = claims::cells(busy.window);
                    own.push((id, busy.key.clone(), cells.start, cells.end));
                }
                None => others.entry(busy.key.clone()).or_default().push(busy.window),
            }
        }
        let cells = |windows: Vec<Window>| Window::union(windows).into_iter().map(as_cells).collect();
        let calendar = Self {
            seen: view.seen.iter().copied().map(as_cells).collect(),
            taken: others.into_iter().map(|(key, windows)| (key, cells(windows))).collect(),
            own,
            appointments: view.appointments.clone(),
        };
        let bytes = serde_json::to_string(&calendar).map_or(usize::MAX, |text| text.len());
        (bytes <= CALENDAR_MAX_BYTES).then_some(calendar)
    }

    /// What was seen, as a turn sees it.
    pub(crate) fn view(&self) -> View {
        let window = |first: i64, past: i64| {
            let edge = |cell| claims::cell_start(cell).unwrap_or_default();
            Window::new(edge(first), edge(past))
        };
        let taken = self
            .taken
            .iter()
            .flat_map(|(key, claims)| claims.iter().map(move |(first, past)| (key, *first, *past, None)));
        let own = self.own.iter().map(|(id, key, first, past)| (key, *first, *past, Some(*id)));
        let busy = taken.chain(own).map(|(key, first, past, appointment)| Busy {
            key: key.clone(),
            window: window(first, past),
            appointment,
        });
        View {
            busy: busy.collect(),
            appointments: self.appointments.clone(),
            seen: self.seen.iter().map(|(first, past)| window(*first, *past)).collect(),
        }
    }
}

fn as_cells(window: Window) -> (i64, i64) {
    let cells = claims::cells(window);
    (cells.start, cells.end)
}
