//! Lengths that both sides of the wire enforce.

/// Fewest characters (Unicode scalar values) of a password.
pub const PASSWORD_MIN_CHARS: usize = 8;
/// Most characters of a password.
pub const PASSWORD_MAX_CHARS: usize = 128;
/// Most characters of an e-mail address (RFC 5321, 4.5.3.1.3).
pub const EMAIL_MAX_CHARS: usize = 254;
/// Most characters of a message; it has at least one.
pub const MESSAGE_MAX_CHARS: usize = 2_000;
/// Most characters of a `message_id`; it has at least one.
pub const MESSAGE_ID_MAX_CHARS: usize = 64;
/// Most bytes of a request's body.
pub const BODY_MAX_BYTES: usize = 64 * 1024;
/// How many messages a session's history holds.
pub const HISTORY_MESSAGES: usize = 200;
