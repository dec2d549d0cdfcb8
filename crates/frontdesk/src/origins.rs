//! Every setting of the program with its value and where that comes from, read off the command line's own definition.

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory as _};
use serde::Serialize;

use crate::cli::{Cli, without_empty};

/// What stands in place of a secret.
const MASK: &str = "***";

/// A setting that an environment variable can give.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// The environment variable.
    pub name: String,
    /// As it is; secrets are masked.
    pub value: Option<String>,
    /// `default`, `environment`, `flag` or `not set`.
    pub from: &'static str,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What it is for.
    pub about: String,
    #[serde(skip)]
    clear: Option<String>,
}

impl Setting {
    /// The value itself, never to be shown.
    pub fn clear(&self) -> Option<&str> {
        self.clear.as_deref()
    }
}

/// All settings, in alphabetical order.
pub fn settings() -> Vec<Setting> {
    let cli = Cli::command();
    // What was said on this command line wins; it was read without an error, or we would not be here.
    let said = without_empty(cli.clone()).try_get_matches_from(std::env::args_os()).ok();
    let mut found: Vec<Setting> = Vec::new();
    let mut waiting = vec![&cli];
    while let Some(command) = waiting.pop() {
        waiting.extend(command.get_subcommands());
        for arg in command.get_arguments() {
            let Some(name) = arg.get_env().map(|name| name.to_string_lossy().into_owned()) else { continue };
            if !found.iter().any(|known| known.name == name) {
                found.push(setting(name, arg, said.as_ref()));
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The value of one of them, if it is set or has a default.
pub fn value<'a>(settings: &'a [Setting], name: &str) -> Option<&'a str> {
    settings.iter().find(|setting| setting.name == name)?.clear().filter(|value| !value.is_empty())
}

fn setting(name: String, arg: &Arg, said: Option<&ArgMatches>) -> Setting {
    let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let id = arg.get_id().as_str();
    let from_here = said.and_then(|said| read(said, id));
    let (value, from, error) = match from_here {
        Some((value, from)) => (value, from, None),
        // An argument of another command: read it alone, as that command would.
        None => {
            match without_empty(Command::new("settings").arg(alone(arg))).try_get_matches_from(["settings"]) {
                Ok(matches) => {
                    let (value, from) = read(&matches, id).unwrap_or((None, "not set"));
                    (value, from, None)
                }
                Err(error) => {
                    let said = error.to_string();
                    let first = said.lines().next().unwrap_or_default();
                    let problem = first.trim_start_matches("error: ").to_owned();
                    (std::env::var(&name).ok(), "environment", Some(problem))
                }
            }
        }
    };
    let secret = arg.is_hide_env_values_set();
    let shown = value.as_deref().map(|value| if secret { masked(value) } else { value.to_owned() });
    let error = if secret { error.map(|_| "is not what it should be".to_owned()) } else { error };
    Setting { name, value: shown, from, error, about, clear: value }
}

/// The argument without what it has to do with others.
fn alone(arg: &Arg) -> Arg {
    arg.clone().requires(Resettable::Reset).conflicts_with(Resettable::Reset).required(false)
}

/// The value and its origin; `None` if these matches do not know the argument.
fn read(matches: &ArgMatches, id: &str) -> Option<(Option<String>, &'static str)> {
    let raw = matches.try_get_raw(id).ok()?;
    let value = raw
        .map(|values| values.map(|value| value.to_string_lossy().into_owned()).collect::<Vec<_>>().join(","));
    let from = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => "flag",
        Some(ValueSource::EnvVariable) => "environment",
        Some(_) => "default",
        None => "not set",
    };
    Some((value, from))
}

/// A secret, or the address of a database without its password.
fn masked(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let Some((scheme, rest)) = value.split_once("://") else { return MASK.to_owned() };
    match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:{MASK}@{}", without_parameters(place))
        }
        None => format!("{scheme}://{}", without_parameters(rest)),
    }
}

/// Parameters can hold a password too.
fn without_parameters(place: &str) -> String {
    place.split_once('?').map_or_else(|| place.to_owned(), |(place, _)| format!("{place}?{MASK}"))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn no_part_of_a_secret_is_shown() {
        for (secret, shown) in [
            ("hunter2", "***"),
            ("postgres://desk:p@ss:word@db/x", "postgres://desk:***@db/x"),
            ("postgres://db/x?user=desk&password=hunter2", "postgres://db/x?***"),
            ("sqlite:///var/lib/frontdesk.db", "sqlite:///var/lib/frontdesk.db"),
            ("", ""),
        ] {
            assert_eq!(masked(secret), shown);
        }
    }
}
