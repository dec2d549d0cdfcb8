//! Users, conversations, appointments and what these claim, in SQLite or PostgreSQL.
//!
//! The SQL is written once and runs on both; where they differ, the module `dialect` has a named item. Three rules
//! hold everywhere:
//!
//! - What belongs together is one transaction: [`Turn`] is a turn of a conversation with everything it changes.
//! - The schema forbids double bookings: `booking_claims` has one row for each cell of five minutes and its holder.
//!   [`Receipt`] proves that the rows are written; there is no other way to get one.
//! - Instants and ids come from the caller, never from the database. Instants lose what is finer than a microsecond.

mod appointments;
mod audit;
mod blocks;
mod booking;
mod consistency;
mod db;
mod dialect;
mod error;
mod export;
mod logins;
mod outbox;
mod portable;
mod retention;
mod schema;
mod sessions;
mod turn;
mod users;
mod values;

pub use appointments::{AppointmentFilter, ListedBooking};
pub use audit::{AuditEntry, NewAuditEntry};
pub use blocks::{Block, NewBlock};
pub use booking::{Booking, NewAppointment, Place, Receipt};
pub use consistency::{Disagreement, Fault};
pub use db::Connections;
pub use error::{Clash, DatabaseError, StoreError};
pub use logins::NewLogin;
pub use outbox::{OutboxState, WaitingEvent};
pub use portable::{BackupFile, BackupSummary, Restored};
pub use retention::Forgotten;
pub use sessions::{LoggedTurn, SessionSummary, Snapshot};
pub use turn::{Turn, TurnRecord};
pub use users::{NewUser, User};
pub use values::normalise_email;

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// How often an operation that collided with a concurrent one is tried in all.
pub(crate) const ATTEMPTS: u32 = 5;

/// One database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    pools: db::Pools,
}
