//! Why there is no bundle.

use std::io;
use std::path::{Path, PathBuf};

/// What stopped the build.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program ran and failed, or could not be run.
    #[error("{0} failed")]
    Program(String),
    /// There is no way to compile for browsers here.
    #[error("{0}")]
    NoToolchain(String),
    /// wasm-bindgen refused the module.
    #[error("wasm-bindgen: {0}")]
    Bindgen(String),
    /// A source or the manifest is not what it should be.
    #[error("{0}")]
    Unexpected(String),
    /// More than a browser should have to load.
    #[error("a browser would load {size}, more than the budget of {budget}")]
    Budget {
        /// WebAssembly, JavaScript and CSS after brotli.
        size: String,
        /// What they may take.
        budget: String,
    },
}

impl Failure {
    /// For `map_err` around what touches a file.
    pub fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}
