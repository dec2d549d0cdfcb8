//! Why a turn was decided as it was; kept with the turn, shown by `frontdesk sessions show --trace`.

use chrono_tz::Tz;
use protocol::Interpretation;
use serde::Serialize;
use timewords::When;

use crate::input::Input;
use crate::outcome::Effect;

/// Why a turn was decided as it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trace {
    /// What was understood.
    pub understood: Interpretation,
    /// The zone in which the person's words were read.
    pub zone: Tz,
    /// How the words about time were read, each time they were.
    pub when: Vec<When>,
    /// Every rule that fired, in order.
    pub rules: Vec<&'static str>,
    /// The change to the calendar, if one was decided.
    pub effect: Option<Effect>,
}

impl Trace {
    pub(crate) fn of(input: &Input<'_>) -> Self {
        Self {
            understood: input.interpretation.clone(),
            zone: input.zone,
            when: Vec::new(),
            rules: Vec::new(),
            effect: None,
        }
    }
}
