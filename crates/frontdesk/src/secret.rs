//! The secret that signs the tokens.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use assistant::ambient::random_bytes;
use gateway::JwtSecret;

use crate::error::Failure;

/// How long a secret made here is, in bytes, before it is written as hexadecimal digits.
const MADE_BYTES: usize = 32;

/// The secret that was set, or the one kept in the data directory, made when there is none.
///
/// # Errors
/// When the secret is too short, or the file cannot be read or made.
pub fn jwt_secret(set: Option<&str>, data_dir: &Path) -> Result<JwtSecret, Failure> {
    if let Some(secret) = set.filter(|secret| !secret.is_empty()) {
        return long_enough(secret.as_bytes().to_vec(), "JWT_SECRET");
    }
    let path = data_dir.join("jwt-secret");
    match std::fs::read(&path) {
        Ok(kept) => long_enough(kept.trim_ascii().to_vec(), &path.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path),
        Err(error) => Err(Failure::io(format!("reading {}", path.display()))(error)),
    }
}

fn long_enough(secret: Vec<u8>, origin: &str) -> Result<JwtSecret, Failure> {
    JwtSecret::new(secret)
        .map_err(|error| Failure::Usage(format!("{origin}: {error}. Make one with: openssl rand -hex 32")))
}

fn make(path: &Path) -> Result<JwtSecret, Failure> {
    let bytes: [u8; MADE_BYTES] = random_bytes().map_err(|error| Failure::Internal(error.into()))?;
    let secret: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    // `create_new`, so that of two processes starting at once only one decides the secret.
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(secret.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(Failure::io(format!("making {}", path.display())))?;
    long_enough(secret.into_bytes(), "JWT_SECRET")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::jwt_secret;

    #[test]
    fn a_secret_is_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        jwt_secret(None, dir.path()).unwrap();
        let path = dir.path().join("jwt-secret");
        let made = std::fs::read(&path).unwrap();
        assert_eq!(made.len(), 64);
        jwt_secret(None, dir.path()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), made);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_short_secret_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let error = jwt_secret(Some("too short"), dir.path()).unwrap_err();
        assert!(error.to_string().contains("at least 32"), "{error}");
        assert!(!error.to_string().contains("too short"), "a secret is never printed: {error}");
    }
}
