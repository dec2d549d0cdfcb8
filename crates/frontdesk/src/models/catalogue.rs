//! What models there are, as the tables that ship with the program say.

use serde::{Deserialize, Serialize};

use crate::error::Failure;

/// The weights inside the program.
#[derive(Debug, Deserialize, Serialize)]
pub struct Embedded {
    /// What it is called.
    pub name: String,
    /// Of the weights, not of the program.
    pub version: String,
    /// Hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// SPDX.
    pub licence: String,
}

/// A model that can be pulled.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Entry {
    /// What it is called here; also the name of its file, with `.gguf`.
    pub name: String,
    /// Where it is on the hub.
    pub repo: String,
    /// Which version of the repository.
    pub revision: String,
    /// Which file of the repository.
    pub file: String,
    /// SPDX.
    pub licence: String,
    /// Bytes, where somebody has checked the file.
    pub size: Option<u64>,
    /// Hexadecimal, where somebody has checked the file.
    pub sha256: Option<String>,
}

#[derive(Deserialize)]
struct Table<T> {
    model: Vec<T>,
}

/// What the weights inside the program should be.
///
/// # Errors
/// When the shipped manifest cannot be read.
pub fn embedded() -> Result<Vec<Embedded>, Failure> {
    read(weights::MANIFEST)
}

/// Every model that can be pulled.
///
/// # Errors
/// When the shipped catalogue cannot be read.
pub fn catalogue() -> Result<Vec<Entry>, Failure> {
    read(weights::CATALOGUE)
}

/// The model of this name, in any case.
///
/// # Errors
/// When there is none; the error names those that there are.
pub fn find(name: &str) -> Result<Entry, Failure> {
    let entries = catalogue()?;
    let names: Vec<String> = entries.iter().map(|entry| entry.name.clone()).collect();
    entries.into_iter().find(|entry| entry.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        Failure::Usage(format!("there is no model {name:?} in the catalogue, which has {}", names.join(", ")))
    })
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, Failure> {
    let table: Table<T> = toml::from_str(text).map_err(|error| Failure::Internal(error.into()))?;
    Ok(table.model)
}

#[cfg(test)]
mod tests {
    use super::{catalogue, embedded, find};

    #[test]
    fn the_shipped_tables_can_be_read() {
        assert!(embedded().unwrap().iter().any(|model| model.name == "understanding"));
        for entry in catalogue().unwrap() {
            // The name becomes the name of a file.
            assert!(entry.name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)), "{entry:?}");
            assert!(entry.sha256.as_ref().is_none_or(|sum| sum.len() == 64), "{entry:?}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        assert_eq!(find("smollm2-135m-instruct").unwrap().name, "SmolLM2-135M-Instruct");
        assert!(find("gpt").unwrap_err().to_string().contains("SmolLM2-135M-Instruct"));
    }
}
