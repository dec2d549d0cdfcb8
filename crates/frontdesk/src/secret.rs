//! The secrets: the one that signs the tokens, and the one between the services.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use assistant::ambient::random_bytes;
use assistant::remote::ServiceSecret;
use gateway::JwtSecret;

use crate::error::Failure;

/// What every secret in `.env.example` and `docker-compose.yml` contains: published, so worth nothing.
const EXAMPLE: &str = "change-me";
/// How long a secret made here is, in bytes, before it is written as hexadecimal digits.
const MADE_BYTES: usize = 32;
const HOW_TO_MAKE_ONE: &str = "Make one with: openssl rand -hex 32";

/// The secret that was set.
///
/// # Errors
/// When there is none, or it is too short or an example.
pub fn jwt_secret(set: Option<&str>) -> Result<JwtSecret, Failure> {
    let secret = given("JWT_SECRET", set)?;
    long_enough(secret.as_bytes().to_vec(), "JWT_SECRET")
}

/// What the API shows to the AI service.
///
/// # Errors
/// When there is none, or it is too short or an example.
pub fn service_secret(set: Option<&str>) -> Result<ServiceSecret, Failure> {
    let secret = given("AI_SERVICE_SECRET", set)?;
    ServiceSecret::new(secret)
        .map_err(|error| Failure::Usage(format!("AI_SERVICE_SECRET: {error}. {HOW_TO_MAKE_ONE}")))
}

fn given<'s>(name: &str, set: Option<&'s str>) -> Result<&'s str, Failure> {
    let missing = || Failure::Usage(format!("{name} is not set. {HOW_TO_MAKE_ONE}"));
    let secret = set.filter(|secret| !secret.is_empty()).ok_or_else(missing)?;
    refuse_example(name, secret)?;
    Ok(secret)
}

/// Refuses a secret that was copied from the examples.
///
/// # Errors
/// When it is one.
pub fn refuse_example(name: &str, secret: &str) -> Result<(), Failure> {
    if secret.contains(EXAMPLE) {
        return Err(Failure::Usage(format!(
            "{name} holds the secret of the example, which everybody knows. {HOW_TO_MAKE_ONE}"
        )));
    }
    Ok(())
}

/// The secret that was set, or the one kept in the data directory, made when there is none.
///
/// # Errors
/// When the secret is too short or an example, or the file cannot be read or made.
pub fn kept_jwt_secret(set: Option<&str>, data_dir: &Path) -> Result<JwtSecret, Failure> {
    if set.is_some_and(|secret| !secret.is_empty()) {
        return jwt_secret(set);
    }
    let path = data_dir.join("jwt-secret");
    match std::fs::read(&path) {
        Ok(kept) => long_enough(kept.trim_ascii().to_vec(), &path.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path),
        Err(error) => Err(Failure::io(format!("reading {}", path.display()))(error)),
    }
}

fn long_enough(secret: Vec<u8>, origin: &str) -> Result<JwtSecret, Failure> {
    JwtSecret::new(secret).map_err(|error| Failure::Usage(format!("{origin}: {error}. {HOW_TO_MAKE_ONE}")))
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

    use super::{jwt_secret, kept_jwt_secret, service_secret};

    #[test]
    fn a_secret_is_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        kept_jwt_secret(None, dir.path()).unwrap();
        let path = dir.path().join("jwt-secret");
        let made = std::fs::read(&path).unwrap();
        assert_eq!(made.len(), 64);
        kept_jwt_secret(None, dir.path()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), made);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_short_secret_is_refused() {
        for error in
            [jwt_secret(Some("too short")).unwrap_err(), service_secret(Some("too short")).unwrap_err()]
        {
            assert!(error.to_string().contains("at least 32"), "{error}");
            assert!(!error.to_string().contains("too short"), "a secret is never printed: {error}");
        }
    }

    #[test]
    fn a_service_has_a_secret_of_its_own() {
        for none in [None, Some("")] {
            assert!(jwt_secret(none).unwrap_err().to_string().contains("JWT_SECRET is not set"));
            assert!(service_secret(none).unwrap_err().to_string().contains("AI_SERVICE_SECRET is not set"));
        }
        let example = Some("change-me: 32 bytes or more of chance");
        assert!(jwt_secret(example).unwrap_err().to_string().contains("example"));
        assert!(service_secret(example).unwrap_err().to_string().contains("example"));
    }
}
