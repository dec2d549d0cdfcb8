//! Disk, clock, zone data and secrets.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use calendar::Profile;
use chrono::{DateTime, Datelike, Offset, TimeDelta, TimeZone, Utc};

use super::Finding;
use crate::jobs::SECRET_MIN_BYTES;
use crate::origins::{self, Setting};
use crate::settings::Settings;

/// With less free space than this, in bytes, the database may soon be unable to write.
const SPACE: u64 = 500_000_000;
/// Nothing was released before this year: a clock that shows an earlier one is wrong.
const FIRST_YEAR: i32 = 2026;
/// A secret drawn at random has more different characters than this.
const VARIETY: usize = 8;

pub(super) fn disk(settings: &Settings) -> Vec<Finding> {
    let folder = &settings.data_dir;
    if !folder.exists() {
        return vec![Finding::note(
            "disk",
            format!("{} is not there yet: it is made when needed", folder.display()),
        )];
    }
    let mut found = Vec::new();
    let mode = std::fs::metadata(folder).map(|data| data.permissions().mode() & 0o777);
    if let Some(mode) = mode.ok().filter(|mode| mode & 0o077 != 0) {
        let says = format!("{} can be read by others (mode {mode:o}): chmod 700", folder.display());
        found.push(Finding::note("disk", says));
    }
    found.push(match rustix::fs::statvfs(folder) {
        Err(error) => Finding::bad("disk", format!("{}: {error}", folder.display())),
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let says = format!("{} MB are free in {}", free / 1_000_000, folder.display());
            if free < SPACE { Finding::bad("disk", says) } else { Finding::good("disk", says) }
        }
    });
    found
}

pub(super) fn clock(settings: &Settings, profile: Option<&Profile>, now: DateTime<Utc>) -> Vec<Finding> {
    let shown = now.format("%Y-%m-%d %H:%M:%S UTC");
    let clock = if settings.frontdesk_now.is_some() {
        Finding::note(
            "clock",
            format!("FRONTDESK_NOW is set: the clock shows {shown}, whatever the machine's does"),
        )
    } else if now.year() < FIRST_YEAR {
        Finding::bad("clock", format!("it shows {shown}, which cannot be"))
    } else {
        Finding::good("clock", format!("it shows {shown}"))
    };
    let zone = profile.map_or(chrono_tz::UTC, |profile| profile.timezone);
    let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    let changes = (0..366).map(|day| now + TimeDelta::days(day)).find(|day| offset(*day) != offset(now));
    let next = match changes {
        Some(day) => format!("its clocks change before {}", day.format("%Y-%m-%d")),
        None => "its clocks do not change within a year".to_owned(),
    };
    let data = chrono_tz::IANA_TZDB_VERSION;
    vec![clock, Finding::good("zone data", format!("{data} (inside the program); {zone}: {next}"))]
}

/// Who makes an account may choose any password, unless the operator wants otherwise.
pub(super) fn passwords(environment: &[Setting], profile: Option<&Profile>) -> Option<Finding> {
    let refused = origins::value(environment, "REFUSE_COMMON_PASSWORDS") == Some("true");
    let says =
        "people may choose passwords that are easily guessed: REFUSE_COMMON_PASSWORDS=true refuses them";
    (!refused && profile.is_some_and(|profile| profile.sign_up))
        .then(|| Finding::note("passwords", says.to_owned()))
}

pub(super) fn secrets(
    settings: &Settings,
    environment: &[Setting],
    profile: Option<&Profile>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in ["JWT_SECRET", "AI_SERVICE_SECRET"] {
        found.extend(origins::value(environment, name).and_then(|secret| weak(name, secret)));
    }
    if let Some(webhook) = profile.and_then(|profile| profile.webhook.as_ref()) {
        let secret = std::env::var(&webhook.secret_env).unwrap_or_default();
        found.extend(weak(&webhook.secret_env, &secret).filter(|_| secret.len() >= SECRET_MIN_BYTES));
    }
    let kept = settings.data_dir.join("jwt-secret");
    if origins::value(environment, "JWT_SECRET").is_none() && kept.exists() {
        found.extend(readable_by_others(&kept));
    }
    if found.is_empty() {
        found
            .push(Finding::good("secrets", "those that are set look drawn at random, and no file shows one"));
    }
    found
}

fn weak(name: &str, secret: &str) -> Option<Finding> {
    let variety = secret.bytes().collect::<BTreeSet<u8>>().len();
    (variety <= VARIETY).then(|| {
        Finding::bad("secrets", format!("{name} can be guessed: make another with openssl rand -hex 32"))
    })
}

fn readable_by_others(path: &Path) -> Option<Finding> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        Finding::bad(
            "secrets",
            format!("{} can be read by others (mode {mode:o}): chmod 600", path.display()),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::weak;

    #[test]
    fn a_secret_of_few_characters_is_weak() {
        assert!(weak("JWT_SECRET", &"a".repeat(40)).is_some());
        assert!(weak("JWT_SECRET", &"12345678".repeat(5)).is_some());
        assert!(weak("JWT_SECRET", "3f9a1c07e5d2b84660a7fe31c98d5b24").is_none());
    }
}
