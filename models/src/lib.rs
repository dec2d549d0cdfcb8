//! The shipped weights, embedded. A leaf that only the binary links, so that nothing else is rebuilt or grows with them.

/// The understanding model: one GGUF file with its tokenizer, labels and calibration. See `models/README.md`.
pub const UNDERSTANDING: &[u8] = include_bytes!("../understanding.gguf");

/// What the weights are: name, size, SHA-256, licence and origin, as TOML.
pub const MANIFEST: &str = include_str!("../manifest.toml");
