//! The only place that can say that an appointment is booked, moved or cancelled.

use protocol::{Appointment, ExtractedSlots, Intent};

use super::phrase::Own;
use super::voice::Voice;
use crate::outcome::Reply;
use crate::state::Deed;

/// An appointment as it was written in the transaction of this turn.
///
/// Implement it only for what the store returns from the write itself: [`Confirmation::render`] turns it into the words
/// "booked", "moved" or "cancelled", and nothing else in this crate can. A turn that wrote no row thus has no way of
/// claiming one.
pub trait CommittedRow {
    /// The row after the write.
    fn appointment(&self) -> &Appointment;
}

/// What to say once an effect is made. The facts come from the row; this holds only how to say them.
#[derive(Debug)]
#[must_use = "the person must hear what was done"]
pub struct Confirmation {
    pub(crate) deed: Deed,
    /// Said before and after the confirmation; neither speaks of what was done.
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) voice: Voice,
    /// The business has one service, so appointments need no name.
    pub(crate) one_service: bool,
    /// What is known of the request taken up next, if there is one.
    pub(crate) next: Option<ExtractedSlots>,
    pub(crate) quick_replies: Vec<String>,
}

impl Confirmation {
    /// The reply, from the rows that were written. Without rows it says nothing of a deed.
    pub fn render(self, rows: &[impl CommittedRow]) -> Reply {
        let rows: Vec<&Appointment> = rows.iter().map(CommittedRow::appointment).collect();
        let own = |row: &&Appointment| Own {
            label: label(&row.service_type, self.one_service, &self.voice),
            start: row.start_time,
        };
        let done =
            self.voice.language.done(self.deed, &rows.iter().map(own).collect::<Vec<_>>(), &self.voice);
        let parts = [self.before, done, self.after];
        Reply {
            text: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
            quick_replies: self.quick_replies,
            slots: self
                .next
                .or_else(|| Some(slots(rows.first()?, self.deed, &self.voice)))
                .unwrap_or_default(),
            appointment_id: if let [only] = rows.as_slice() { Some(only.id) } else { None },
        }
    }
}

/// What an appointment is called: its service, or just "appointment" where there is only one kind.
pub(crate) fn label(service: &str, one_service: bool, voice: &Voice) -> String {
    let plain = one_service || service == "general";
    if plain { voice.language.appointment().to_owned() } else { service.to_owned() }
}

/// The values of an appointment that was just spoken of.
pub(crate) fn slots(row: &Appointment, deed: Deed, voice: &Voice) -> ExtractedSlots {
    ExtractedSlots {
        intent: Some(match deed {
            Deed::Booked => Intent::Book,
            Deed::Moved => Intent::Reschedule,
            Deed::Cancelled => Intent::Cancel,
        }),
        date: Some(voice.date_of(row.start_time)),
        time: Some(voice.time_of(row.start_time).format("%H:%M").to_string()),
        timezone: Some(voice.zone.name().to_owned()),
        service_type: Some(row.service_type.clone()),
    }
}
