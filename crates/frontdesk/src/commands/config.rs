//! `frontdesk config`

use calendar::{OpenPeriod, Profile};
use gateway::{PublicUrl, TrustedProxies};
use serde::Serialize;
use serde_json::json;

use crate::cli::ConfigCommand;
use crate::error::Failure;
use crate::jobs::Hook;
use crate::origins::{self, Setting};
use crate::settings::Settings;
use crate::{compose, output, secret};

/// Checks or shows the configuration.
///
/// # Errors
/// When there is something wrong with it.
pub fn run(settings: &Settings, command: &ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Check => check(settings),
        ConfigCommand::Show { json } => show(settings, *json),
    }
}

/// What is wrong with environment and profile, each as one line.
pub fn complaints(settings: &Settings) -> Vec<String> {
    let environment = origins::settings();
    let mut found: Vec<String> = environment
        .iter()
        .filter_map(|setting| Some(format!("{}: {}", setting.name, setting.error.as_ref()?)))
        .collect();
    let mut test = |name: &str, wrong: &dyn Fn(&str) -> Option<String>| {
        if let Some(problem) = origins::value(&environment, name).and_then(wrong) {
            found.push(format!("{name}: {problem}"));
        }
    };
    test("PUBLIC_URL", &|url| url.parse::<PublicUrl>().err().map(|error| error.to_string()));
    test("TRUSTED_PROXIES", &|list| list.parse::<TrustedProxies>().err().map(|error| error.to_string()));
    for file in ["MODEL_FILE", "CHAT_MODEL"] {
        test(file, &|path| std::fs::File::open(path).err().map(|error| format!("{path}: {error}")));
    }
    test("DATABASE_URL", &|url| {
        let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme));
        (!known).then(|| "is neither sqlite://FILE nor postgres://USER@HOST/NAME".to_owned())
    });
    let given = |name| origins::value(&environment, name);
    let refused = [
        given("JWT_SECRET").and_then(|set| secret::jwt_secret(Some(set)).err()),
        given("AI_SERVICE_SECRET").and_then(|set| secret::service_secret(Some(set)).err()),
        given("DATABASE_URL").and_then(|url| secret::refuse_example("DATABASE_URL", url).err()),
    ];
    found.extend(refused.into_iter().flatten().map(|error| error.to_string()));
    match compose::profile(settings) {
        Err(error) => found.push(error.to_string()),
        Ok(profile) => {
            let hook = profile.webhook.as_ref().map(Hook::from_profile);
            found.extend(hook.and_then(Result::err).map(|error| error.to_string()));
        }
    }
    found
}

fn check(settings: &Settings) -> Result<(), Failure> {
    let complaints = complaints(settings);
    if complaints.is_empty() {
        return output::lines(["Profile and environment are good."]);
    }
    let count = complaints.len();
    output::lines(complaints)?;
    Err(Failure::Usage(format!("{count} thing{} to put right", if count == 1 { "" } else { "s" })))
}

/// A key of the profile.
#[derive(Serialize)]
struct Key {
    name: String,
    value: String,
    from: String,
}

fn show(settings: &Settings, as_json: bool) -> Result<(), Failure> {
    let environment = origins::settings();
    let profile = keys(settings)?;
    if as_json {
        return output::json(&json!({ "settings": environment, "profile": profile }));
    }
    let of_setting = |setting: &Setting| {
        let value = setting.error.as_ref().map(|error| format!("WRONG: {error}"));
        vec![
            setting.name.clone(),
            value.or(setting.value.clone()).unwrap_or_default(),
            setting.from.to_owned(),
        ]
    };
    let rows = environment.iter().map(of_setting).collect();
    output::table(&["SETTING", "VALUE", "FROM"], rows, "No settings.")?;
    output::lines([""])?;
    let rows = profile.into_iter().map(|key| vec![key.name, key.value, key.from]).collect();
    output::table(&["PROFILE", "VALUE", "FROM"], rows, "No keys.")
}

/// Every key of the profile, with the line of the file that gives it.
fn keys(settings: &Settings) -> Result<Vec<Key>, Failure> {
    let profile = compose::profile(settings)?;
    let path = settings.profile_path();
    let text = path.map(std::fs::read_to_string).transpose().map_err(Failure::io("reading the profile"))?;
    let text = text.unwrap_or_default();
    let given: toml::Table =
        text.parse().map_err(|error: toml::de::Error| Failure::Usage(error.to_string()))?;
    let is_given = |name: &str| {
        let mut at = Some(&given);
        let mut parts = name.split('.').peekable();
        while let (Some(part), Some(table)) = (parts.next(), at) {
            let value = table.get(part);
            if parts.peek().is_none() {
                return value.is_some();
            }
            at = value.and_then(toml::Value::as_table);
        }
        false
    };
    let file = path.map(|path| path.display().to_string()).unwrap_or_default();
    let key = |(name, value): (String, String)| {
        // With a table of hours in the file, a missing day is closed because the file says so.
        let given = is_given(&name) || (name.starts_with("hours.") && is_given("hours"));
        Key { name, value, from: if given { file.clone() } else { "default".to_owned() } }
    };
    Ok(values(&profile).into_iter().map(key).collect())
}

fn values(profile: &Profile) -> Vec<(String, String)> {
    use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let locale = match profile.locale {
        calendar::Locale::EnGb => "en-GB",
        calendar::Locale::EnUs => "en-US",
    };
    let mut values = vec![
        ("name", profile.name.clone()),
        ("timezone", profile.timezone.to_string()),
        ("contact", profile.contact.clone().unwrap_or_default()),
        ("locale", locale.to_owned()),
        ("sign_up", profile.sign_up.to_string()),
        ("keep_messages_days", profile.keep_messages_days.to_string()),
        ("closed", list(profile.closed.iter())),
    ];
    let days = [
        ("hours.monday", Mon),
        ("hours.tuesday", Tue),
        ("hours.wednesday", Wed),
        ("hours.thursday", Thu),
        ("hours.friday", Fri),
        ("hours.saturday", Sat),
        ("hours.sunday", Sun),
    ];
    values.extend(days.map(|(name, day)| (name, hours(profile.hours.on(day)))));
    let booking = &profile.booking;
    values.extend([
        ("booking.start_every_minutes", booking.start_every_minutes.to_string()),
        ("booking.min_notice_minutes", booking.min_notice_minutes.to_string()),
        ("booking.horizon_days", booking.horizon_days.to_string()),
        ("booking.resources", list(booking.resources.iter())),
        ("booking.ask_name", booking.ask_name.to_string()),
        ("booking.max_open_per_person", booking.max_open_per_person.to_string()),
        ("services", list(profile.services.iter().map(|service| &service.name))),
        ("facts", profile.facts.len().to_string()),
    ]);
    let webhook = profile.webhook.as_ref();
    values.extend([
        ("webhook.url", webhook.map_or_else(|| "off".to_owned(), |hook| hook.url.clone())),
        ("webhook.secret_env", webhook.map(|hook| hook.secret_env.clone()).unwrap_or_default()),
        (
            "webhook.remind_minutes_before",
            webhook.map(|hook| hook.remind_minutes_before.to_string()).unwrap_or_default(),
        ),
    ]);
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn hours(periods: &[OpenPeriod]) -> String {
    if periods.is_empty() { "closed".to_owned() } else { list(periods.iter()) }
}

fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
