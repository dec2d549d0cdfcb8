//! `frontdesk users`

use std::io::BufRead as _;

use assistant::ambient::{new_id, random_bytes};
use chrono::{DateTime, Utc};
use gateway::password;
use serde_json::{Value, json};
use store::{NewUser, Store, StoreError, User};

use crate::cli::UsersCommand;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, output};

/// Lists and makes accounts.
///
/// # Errors
/// When the address or the password cannot be, the address is taken, or the database fails.
pub async fn run(settings: &Settings, command: UsersCommand) -> Result<(), Failure> {
    let store = compose::store(settings).await?;
    match command {
        UsersCommand::List { json } => list(&store.users().await?, json),
        UsersCommand::Create { email, password_stdin, json } => {
            let chosen = password_stdin.then(password_from_stdin).transpose()?;
            let now = compose::clock(settings).now();
            let (user, made) = create(&store, &email, chosen, now).await?;
            created(&user, made.as_deref(), json)
        }
    }
}

/// Makes an account; returns the password if it was made here.
///
/// # Errors
/// When the address or the password cannot be, or the address is taken.
pub async fn create(
    store: &Store,
    email: &str,
    chosen: Option<String>,
    now: DateTime<Utc>,
) -> Result<(User, Option<String>), Failure> {
    let email = &store::normalise_email(email);
    if !gateway::is_email_address(email) {
        return Err(Failure::Usage(format!("{email:?} is not an e-mail address")));
    }
    let made = if chosen.is_none() { Some(random_password()?) } else { None };
    let clear = chosen.as_deref().or(made.as_deref()).unwrap_or_default();
    let hash = password::hash(clear).map_err(|error| Failure::Usage(error.to_string()))?;
    let id = new_id().map_err(|error| Failure::Internal(error.into()))?;
    let new = NewUser { id, email, password_hash: &hash, created_at: now };
    let user = store.create_user(&new).await.map_err(|error| match error {
        StoreError::EmailTaken => Failure::Refused(format!("{email} has an account already")),
        error => error.into(),
    })?;
    Ok((user, made))
}

/// 120 bits in letters and digits that are not mistaken for each other.
fn random_password() -> Result<String, Failure> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 24] = random_bytes().map_err(|error| Failure::Internal(error.into()))?;
    Ok(bytes
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
        .map(|&letter| char::from(letter))
        .collect())
}

fn password_from_stdin() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Failure::io("reading the password"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn document(user: &User) -> Value {
    json!({ "id": user.id, "email": user.email, "created_at": user.created_at })
}

fn list(users: &[User], as_json: bool) -> Result<(), Failure> {
    if as_json {
        return output::json(&json!({ "users": users.iter().map(document).collect::<Vec<_>>() }));
    }
    let rows = users
        .iter()
        .map(|user| {
            vec![user.email.clone(), output::wall(user.created_at, chrono_tz::UTC), user.id.to_string()]
        })
        .collect();
    output::table(&["EMAIL", "CREATED (UTC)", "ID"], rows, "No accounts.")
}

fn created(user: &User, made: Option<&str>, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let mut document = document(user);
        if let (Some(made), Some(object)) = (made, document.as_object_mut()) {
            object.insert("password".into(), made.into());
        }
        return output::json(&document);
    }
    let mut lines = vec![format!("Made the account {} ({}).", user.email, user.id)];
    lines.extend(made.map(|made| format!("Its password, shown only this once: {made}")));
    output::lines(lines)
}

#[cfg(test)]
mod tests {
    use super::random_password;

    #[test]
    fn a_made_password_is_long_and_new_each_time() {
        let (one, other) = (random_password().unwrap(), random_password().unwrap());
        assert_eq!(one.len(), 24);
        assert_ne!(one, other);
    }
}
