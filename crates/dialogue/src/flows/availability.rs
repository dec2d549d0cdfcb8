//! What is free, without booking it.

use protocol::Intent;

use super::tell::{How, tell};
use crate::heard::Heard;
use crate::state::Goal;
use crate::turn::{Turn, fresh};

/// They asked what is free. What they then choose is booked, a single free start only after a yes.
pub(crate) fn begin(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    turn.intent = Some(Intent::CheckAvailability);
    let open = turn
        .request
        .clone()
        .filter(|open| !turn.changed && !matches!(open.goal, Goal::Cancel(_) | Goal::CancelAll));
    let Some(mut request) = open else {
        turn.rule("availability.begin");
        let mut request = fresh(Goal::Browse, false);
        tell(turn, &mut request, heard, How::Narrow);
        return turn.start(request);
    };
    turn.rule("availability.within");
    if request.goal == Goal::Book {
        request.goal = Goal::Browse;
    }
    tell(turn, &mut request, heard, How::Correct);
    request.explicit = false;
    turn.request = Some(request);
    turn.changed = true;
}
