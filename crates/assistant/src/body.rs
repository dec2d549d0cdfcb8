//! Reading a body, the same way wherever one comes in: JSON, an object, every field valid, or an error that says which
//! is not.

use serde::Deserialize;
use serde_json::Value;

use crate::request::NUL;

/// Why a body cannot be read. The texts are for whoever sent it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BodyError {
    /// Not JSON.
    #[error("{0}")]
    Malformed(&'static str),
    /// JSON, but not what is asked for.
    #[error("{message}")]
    Invalid {
        /// The dotted path of the field that is to blame; `None` if it is the whole.
        field: Option<String>,
        /// What is wrong with it.
        message: String,
    },
}

impl BodyError {
    fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { field: Some(field.to_owned()), message: message.into() }
    }
}

/// Reads an object that has the required fields.
///
/// # Errors
/// If it is no JSON, no object, lacks a field or holds U+0000.
pub fn object(bytes: &[u8], required: &[&str]) -> Result<Value, BodyError> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|_| BodyError::Malformed("The body is not JSON in UTF-8."))?;
    let Value::Object(fields) = &value else {
        let message = "The body must be a JSON object.".to_owned();
        return Err(BodyError::Invalid { field: None, message });
    };
    if let Some(missing) = required.iter().find(|name| !fields.contains_key(**name)) {
        return Err(BodyError::invalid(missing, "This field is required."));
    }
    // PostgreSQL cannot hold it, and no text needs it.
    if let Some(path) = path_of_nul(&value) {
        return Err(BodyError::invalid(&path, NUL));
    }
    Ok(value)
}

/// The fields of an object as a type. A type with `#[serde(flatten)]` in it must be read in parts, since serde loses the
/// path of a wrong field there.
///
/// # Errors
/// If a field is not of its type.
pub fn fields<'b, T: Deserialize<'b>>(object: &'b Value) -> Result<T, BodyError> {
    serde_path_to_error::deserialize(object).map_err(|error| {
        let field = error.path().to_string();
        BodyError::invalid(&field, format!("This value is not valid: {}.", error.inner()))
    })
}

/// The dotted path of the first string with U+0000 in it.
fn path_of_nul(value: &Value) -> Option<String> {
    let join =
        |name: &str, rest: String| if rest.is_empty() { name.to_owned() } else { format!("{name}.{rest}") };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| path_of_nul(item).map(|rest| join(&index.to_string(), rest))),
        Value::Object(fields) => {
            fields.iter().find_map(|(name, field)| path_of_nul(field).map(|rest| join(name, rest)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
