//! The shipped weights, embedded. A leaf that only the binary links, so that nothing else is rebuilt or grows with them.

/// The understanding model: one GGUF file with its tokenizer, labels and calibration. See `models/README.md`.
pub static UNDERSTANDING: &[u8] = include_bytes!("../understanding.gguf");

/// What the weights are: name, size, SHA-256, licence and origin, as TOML.
pub static MANIFEST: &str = include_str!("../manifest.toml");

/// Optional chat models that can be pulled: name, repository, file, licence and, where known, SHA-256, as TOML.
pub static CATALOGUE: &str = include_str!("../catalogue.toml");

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    #[test]
    fn the_embedded_bytes_are_those_of_the_manifest() {
        let manifest: toml::Table = super::MANIFEST.parse().unwrap();
        let models = manifest["model"].as_array().unwrap();
        let model = models.iter().find(|model| model["name"].as_str() == Some("understanding")).unwrap();
        let sum: String =
            Sha256::digest(super::UNDERSTANDING).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(model["sha256"].as_str(), Some(sum.as_str()));
        assert_eq!(model["size"].as_integer(), i64::try_from(super::UNDERSTANDING.len()).ok());
    }
}
