//! The wire types that every process of Frontdesk and the web chat share.
//!
//! Nothing here does I/O or reads a clock, and everything compiles to WebAssembly. Instants are UTC and are written
//! as RFC 3339; offsets into texts count Unicode scalar values.

mod account;
mod appointment;
mod chat;
mod email;
mod error;
pub mod events;
pub mod limits;
mod understanding;

pub use account::{
    Account, AccountExport, ChatTokenRequest, ChatTokenResponse, Credentials, ExportedAppointment,
    ExportedSession, ExportedTurn, JwtResponse, PasswordChange, PasswordConfirmation,
};
pub use appointment::{Appointment, AppointmentList, AppointmentStatus};
pub use chat::{
    ChatMessage, ChatReply, ChatRequest, ExtractedSlots, ForwardedChat, MessageRole, SessionHistory,
};
pub use email::is_well_formed as is_email_address;
pub use error::{ErrorBody, ErrorCode, ErrorEnvelope};
pub use understanding::{Asked, Intent, Interpretation, ScoredIntent, Slot, Span, SpanRole};
