//! `frontdesk users`

use std::io::BufRead as _;

use assistant::ambient::{new_id, random_bytes};
use chrono::{DateTime, Utc};
use gateway::password;
use serde_json::{Value, json};
use store::{NewUser, Store, StoreError, User};

use crate::cli::{ExportArgs, UsersCommand};
use crate::deed::deed;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, output};

/// Lists, makes, changes and deletes accounts.
///
/// # Errors
/// When the address or the password cannot be, the address is taken or unknown, or the database fails.
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
        UsersCommand::SetPassword { email, password_stdin, json } => {
            let user = existing(&store, &email).await?;
            let chosen = password_stdin.then(password_from_stdin).transpose()?;
            let (hash, made) = hashed(chosen)?;
            store.set_password_hash(user.id, &hash, None).await?;
            note(settings, &store, "user.password_set", &user).await?;
            password_set(&user, made.as_deref(), json)
        }
        UsersCommand::Delete { email, json } => {
            let user = existing(&store, &email).await?;
            let booked = store.appointments_of(user.id).await?.len();
            compose::retried(|| store.delete_user(user.id)).await?;
            note(settings, &store, "user.deleted", &user).await?;
            deleted(&user, booked, json)
        }
    }
}

async fn note(settings: &Settings, store: &Store, action: &'static str, user: &User) -> Result<(), Failure> {
    let now = compose::clock(settings).now();
    Ok(store.note(&deed(action, user.id, json!({}), now)?).await?)
}

/// Prints everything that is kept about a person.
///
/// # Errors
/// When there is no such account or the database fails.
pub async fn export(settings: &Settings, args: &ExportArgs) -> Result<(), Failure> {
    let store = compose::store(settings).await?;
    let user = existing(&store, &args.user).await?;
    output::json(&store.export_user(user.id).await?)
}

/// The account of this address.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn existing(store: &Store, email: &str) -> Result<User, Failure> {
    store.user_by_email(email).await?.ok_or_else(|| {
        Failure::Refused(format!("{} has no account; `frontdesk users list` shows them", email.trim()))
    })
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
    if !protocol::is_email_address(email) {
        return Err(Failure::Usage(format!("{email:?} is not an e-mail address")));
    }
    let (hash, made) = hashed(chosen)?;
    let id = new_id().map_err(|error| Failure::Internal(error.into()))?;
    let new = NewUser { id, email, password_hash: &hash, created_at: now };
    let user = store.create_user(&new).await.map_err(|error| match error {
        StoreError::EmailTaken => Failure::Refused(format!("{email} has an account already")),
        error => error.into(),
    })?;
    Ok((user, made))
}

/// The hash of the chosen password, or of a random one, which is returned with it.
fn hashed(chosen: Option<String>) -> Result<(String, Option<String>), Failure> {
    let made = if chosen.is_none() { Some(random_password()?) } else { None };
    let clear = chosen.as_deref().or(made.as_deref()).unwrap_or_default();
    if password::is_easily_guessed(clear, &[]) {
        tracing::warn!("this password is easily guessed: many people use it");
    }
    let hash = password::hash(clear).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok((hash, made))
}

/// 130 bits in letters and digits that are not mistaken for each other.
fn random_password() -> Result<String, Failure> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 26] = random_bytes().map_err(|error| Failure::Internal(error.into()))?;
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
    with_password(user, made, as_json, format!("Made the account {} ({}).", user.email, user.id))
}

fn password_set(user: &User, made: Option<&str>, as_json: bool) -> Result<(), Failure> {
    let done = format!("{} has another password, and is logged out everywhere.", user.email);
    with_password(user, made, as_json, done)
}

/// Says what was done, with the password if it was made here.
fn with_password(user: &User, made: Option<&str>, as_json: bool, done: String) -> Result<(), Failure> {
    if as_json {
        let mut document = document(user);
        if let (Some(made), Some(object)) = (made, document.as_object_mut()) {
            object.insert("password".into(), made.into());
        }
        return output::json(&document);
    }
    output::lines(
        std::iter::once(done).chain(made.map(|made| format!("The password, shown only this once: {made}"))),
    )
}

fn deleted(user: &User, appointments: usize, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let mut document = document(user);
        if let Some(object) = document.as_object_mut() {
            object.insert("deleted_appointments".into(), appointments.into());
        }
        return output::json(&document);
    }
    output::lines([format!(
        "Deleted {} with all conversations and {appointments} appointments; future times are free again.",
        user.email
    )])
}

#[cfg(test)]
mod tests {
    use super::random_password;

    #[test]
    fn a_made_password_is_long_and_new_each_time() {
        let (one, other) = (random_password().unwrap(), random_password().unwrap());
        // Five bits each: at least 128 in all.
        assert_eq!(one.len(), 26);
        assert_ne!(one, other);
    }
}
