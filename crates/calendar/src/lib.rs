//! Pure scheduling: from a business profile, what is taken and what is wanted to the slots that are free.
//!
//! Nothing here does I/O or reads a clock. Instants are UTC and windows are half-open; opening hours, closed days and
//! the grid of starts are wall time in the business's zone, and stay right where its clocks are put forward or back.
//! What is shown and what may be booked come from the same function, [`free_slots`].

pub mod claims;
mod opening;
mod profile;
mod slots;
mod window;
mod zone;

pub use opening::open_windows;
pub use profile::{
    BookingRules, Fact, Locale, OpenPeriod, Profile, ProfileError, Service, Webhook, WeeklyHours,
};
pub use slots::{Allowed, Busy, FreeSlot, Request, free_slots};
pub use window::Window;
pub use zone::wall_windows;
