//! What an e-mail address looks like: the rule of the wire types, as an answer to a request.

use protocol::is_email_address;
use protocol::limits::EMAIL_MAX_CHARS;

use crate::error::ApiError;

/// # Errors
/// 422 for the field `email`.
pub(crate) fn check(email: &str) -> Result<(), ApiError> {
    if is_email_address(email) {
        return Ok(());
    }
    let message = format!("This is not an e-mail address of at most {EMAIL_MAX_CHARS} characters.");
    Err(ApiError::invalid("email", message))
}
