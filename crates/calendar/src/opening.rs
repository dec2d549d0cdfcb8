//! Opening hours as instants.

use chrono::{NaiveTime, TimeDelta};

use crate::zone::offset_runs;
use crate::{Profile, Window};

/// The opening hours that fall into the window, in order, without closed days; adjoining ones are joined.
///
/// An instant is inside when the wall clock of the business then shows a time inside its hours. So hours that begin
/// while the clock jumps forward begin after the jump, and hours that the clock shows twice are open twice.
#[must_use]
pub fn open_windows(profile: &Profile, window: Window) -> Vec<Window> {
    let mut open = Vec::new();
    for run in offset_runs(profile.timezone, window) {
        for date in run.dates() {
            let midnight = date.and_time(NaiveTime::MIN);
            let at = |minute: u16| midnight.checked_add_signed(TimeDelta::minutes(minute.into()));
            open.extend(
                profile
                    .hours_on(date)
                    .iter()
                    .filter_map(|period| run.instants(at(period.from_minute)?, at(period.to_minute)?)),
            );
        }
    }
    Window::union(open)
}
