//! Profiles from TOML: errors that say where.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::File;
use crate::Profile;

/// Why a profile cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}, {key}: {problem}")]
pub struct ProfileError {
    /// The line of the file, from 1.
    pub line: usize,
    /// The key with the tables that it stands in, such as `booking.horizon_days`; what stands in its place if the
    /// file is not TOML.
    pub key: String,
    /// What is wrong, as a phrase.
    pub problem: String,
}

/// What is wrong with the bytes at a place of the file.
#[derive(Debug)]
pub(super) struct Fault {
    place: Range<usize>,
    problem: String,
}

impl Fault {
    pub(super) fn new<T>(value: &Spanned<T>, problem: impl Into<String>) -> Self {
        Self { place: value.span(), problem: problem.into() }
    }
}

impl From<toml::de::Error> for Fault {
    fn from(error: toml::de::Error) -> Self {
        Self { place: error.span().unwrap_or_default(), problem: error.message().to_owned() }
    }
}

/// Reads and checks a profile.
pub(super) fn profile(text: &str) -> Result<Profile, ProfileError> {
    let read = toml::from_str::<File>(text).map_err(Fault::from).and_then(File::check);
    read.map_err(|Fault { place, problem }| ProfileError {
        line: line_of(text, place.start),
        key: key_at(text, &place),
        problem,
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

/// The key whose name or value holds the place.
fn key_at(text: &str, place: &Range<usize>) -> String {
    let (document, _) = DeTable::parse_recoverable(text);
    deepest_key(document.get_ref(), place).filter(|key| !key.is_empty()).unwrap_or_else(|| {
        // What could not be read has no key: the line's first word is nearest to it.
        let line = text.lines().nth(line_of(text, place.start) - 1).unwrap_or_default().trim();
        let word = line.split(|letter: char| letter == '=' || letter.is_whitespace()).next();
        word.filter(|word| !word.is_empty()).unwrap_or(line).to_owned()
    })
}

fn deepest_key(table: &DeTable<'_>, place: &Range<usize>) -> Option<String> {
    table.iter().find_map(|(name, value)| {
        // The span of a table is its header: what it holds lies elsewhere, so look inside first.
        let inside = deepest_in_value(value, place);
        let key = name.get_ref();
        inside.map(|rest| format!("{key}.{rest}")).or_else(|| {
            let here = [name.span(), value.span()].iter().any(|span| holds(span, place));
            here.then(|| key.to_string())
        })
    })
}

fn deepest_in_value(value: &Spanned<DeValue<'_>>, place: &Range<usize>) -> Option<String> {
    match value.get_ref() {
        DeValue::Table(table) => deepest_key(table, place),
        DeValue::Array(values) => values.iter().find_map(|value| deepest_in_value(value, place)),
        _ => None,
    }
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
