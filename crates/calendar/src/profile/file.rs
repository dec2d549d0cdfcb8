//! The layout of a profile's file, and what must hold between its values.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use toml::Spanned;

use super::check::{self, SENTENCE_CHARS};
use super::parse::Fault;
use super::service::normal_term;
use super::{BookingRules, Fact, Locale, Profile, Service, Webhook, WeeklyHours};
use crate::claims::USER_PREFIX;

const DAY: u32 = 24 * 60;
const YEAR: u32 = 366 * DAY;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    name: Option<Spanned<String>>,
    timezone: Option<Spanned<String>>,
    contact: Option<Spanned<String>>,
    locale: Option<Locale>,
    sign_up: Option<bool>,
    keep_messages_days: Option<Spanned<i64>>,
    #[serde(default)]
    closed: Vec<Spanned<String>>,
    hours: Option<Hours>,
    #[serde(default)]
    booking: Booking,
    services: Option<Spanned<Vec<ServiceEntry>>>,
    #[serde(default)]
    facts: Vec<FactEntry>,
    webhook: Option<WebhookEntry>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Hours {
    monday: Vec<Spanned<String>>,
    tuesday: Vec<Spanned<String>>,
    wednesday: Vec<Spanned<String>>,
    thursday: Vec<Spanned<String>>,
    friday: Vec<Spanned<String>>,
    saturday: Vec<Spanned<String>>,
    sunday: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Booking {
    start_every_minutes: Option<Spanned<i64>>,
    min_notice_minutes: Option<Spanned<i64>>,
    horizon_days: Option<Spanned<i64>>,
    resources: Option<Spanned<Vec<Spanned<String>>>>,
    ask_name: Option<bool>,
    max_open_per_person: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceEntry {
    name: Spanned<String>,
    duration_minutes: Option<Spanned<i64>>,
    buffer_minutes: Option<Spanned<i64>>,
    default: Option<Spanned<bool>>,
    #[serde(default)]
    synonyms: Vec<Spanned<String>>,
    price: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactEntry {
    about: Spanned<Vec<Spanned<String>>>,
    answer: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookEntry {
    url: Spanned<String>,
    secret_env: Option<Spanned<String>>,
    remind_minutes_before: Option<Spanned<i64>>,
}

impl File {
    /// The profile that the file means, if every value is sound.
    pub(super) fn check(self) -> Result<Profile, Fault> {
        let usual = Profile::default();
        Ok(Profile {
            name: given(&self.name, check::name)?.unwrap_or(usual.name),
            timezone: given(&self.timezone, check::zone)?.unwrap_or(usual.timezone),
            contact: given(&self.contact, |value| check::text(value, SENTENCE_CHARS))?,
            locale: self.locale.unwrap_or(usual.locale),
            sign_up: self.sign_up.unwrap_or(usual.sign_up),
            keep_messages_days: given(&self.keep_messages_days, |days| check::number(days, 0..=36_500))?
                .unwrap_or(usual.keep_messages_days),
            closed: self.closed.iter().map(check::date).collect::<Result<BTreeSet<_>, _>>()?,
            hours: self.hours.map(Hours::check).transpose()?.unwrap_or(usual.hours),
            booking: self.booking.check()?,
            services: self.services.as_ref().map(services).transpose()?.unwrap_or(usual.services),
            facts: self.facts.into_iter().map(FactEntry::check).collect::<Result<_, _>>()?,
            webhook: self.webhook.map(WebhookEntry::check).transpose()?,
        })
    }
}

impl Hours {
    fn check(self) -> Result<WeeklyHours, Fault> {
        Ok(WeeklyHours::new([
            check::periods(&self.monday)?,
            check::periods(&self.tuesday)?,
            check::periods(&self.wednesday)?,
            check::periods(&self.thursday)?,
            check::periods(&self.friday)?,
            check::periods(&self.saturday)?,
            check::periods(&self.sunday)?,
        ]))
    }
}

impl Booking {
    fn check(self) -> Result<BookingRules, Fault> {
        let usual = BookingRules::default();
        Ok(BookingRules {
            start_every_minutes: given(&self.start_every_minutes, |value| {
                check::cell_minutes(value, 5..=DAY)
            })?
            .unwrap_or(usual.start_every_minutes),
            min_notice_minutes: given(&self.min_notice_minutes, |value| check::number(value, 0..=YEAR))?
                .unwrap_or(usual.min_notice_minutes),
            horizon_days: given(&self.horizon_days, |value| check::number(value, 1..=1_000))?
                .unwrap_or(usual.horizon_days),
            resources: given(&self.resources, resources)?.unwrap_or(usual.resources),
            ask_name: self.ask_name.unwrap_or(usual.ask_name),
            max_open_per_person: given(&self.max_open_per_person, |value| check::number(value, 1..=1_000))?
                .unwrap_or(usual.max_open_per_person),
        })
    }
}

impl FactEntry {
    fn check(self) -> Result<Fact, Fault> {
        if self.about.get_ref().is_empty() {
            return Err(Fault::new(&self.about, "must not be empty"));
        }
        let about = self.about.get_ref().iter().map(check::name).collect::<Result<_, _>>()?;
        Ok(Fact { about, answer: check::text(&self.answer, SENTENCE_CHARS)? })
    }
}

impl WebhookEntry {
    fn check(self) -> Result<Webhook, Fault> {
        Ok(Webhook {
            url: check::web_address(&self.url)?,
            secret_env: given(&self.secret_env, check::variable)?
                .unwrap_or_else(|| "WEBHOOK_SECRET".to_owned()),
            remind_minutes_before: given(&self.remind_minutes_before, |value| {
                check::number(value, 0..=14 * DAY)
            })?
            .unwrap_or(DAY),
        })
    }
}

impl ServiceEntry {
    fn check(&self) -> Result<Service, Fault> {
        let usual = Service::general();
        Ok(Service {
            name: check::name(&self.name)?,
            duration_minutes: given(&self.duration_minutes, |value| check::cell_minutes(value, 5..=DAY))?
                .unwrap_or(usual.duration_minutes),
            buffer_minutes: given(&self.buffer_minutes, |value| check::cell_minutes(value, 0..=DAY))?
                .unwrap_or(usual.buffer_minutes),
            default: self.is_default(),
            synonyms: self.synonyms.iter().map(check::name).collect::<Result<_, _>>()?,
            price: given(&self.price, check::name)?,
        })
    }

    fn is_default(&self) -> bool {
        self.default.as_ref().is_some_and(|default| *default.get_ref())
    }
}

fn services(entries: &Spanned<Vec<ServiceEntry>>) -> Result<Vec<Service>, Fault> {
    if entries.get_ref().is_empty() {
        return Err(Fault::new(entries, "must not be empty"));
    }
    let services = entries.get_ref().iter().map(ServiceEntry::check).collect::<Result<_, _>>()?;
    let mut defaults = entries.get_ref().iter().filter(|entry| entry.is_default());
    if let (Some(first), Some(second)) = (defaults.next(), defaults.next()) {
        let problem = format!("{:?} is already the default", first.name.get_ref());
        return Err(second.default.as_ref().map_or_else(
            || Fault::new(&second.name, problem.as_str()),
            |default| Fault::new(default, problem.as_str()),
        ));
    }
    one_meaning_each(entries.get_ref())?;
    Ok(services)
}

/// No two services may go by the same name or synonym: nobody could tell which is meant.
fn one_meaning_each(entries: &[ServiceEntry]) -> Result<(), Fault> {
    let mut owners = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        for term in std::iter::once(&entry.name).chain(&entry.synonyms) {
            let normal = normal_term(term.get_ref());
            if normal.is_empty() {
                return Err(Fault::new(term, "must contain a letter or a digit"));
            }
            let owner = *owners.entry(normal).or_insert(index);
            if owner != index {
                let term_text = term.get_ref();
                return Err(Fault::new(term, format!("another service already goes by {term_text:?}")));
            }
        }
    }
    Ok(())
}

fn resources(values: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<String>, Fault> {
    if values.get_ref().is_empty() {
        return Err(Fault::new(values, "must not be empty"));
    }
    let mut resources = Vec::new();
    for value in values.get_ref() {
        let name = check::name(value)?;
        if name.to_lowercase().starts_with(USER_PREFIX) {
            return Err(Fault::new(
                value,
                format!("must not begin with {USER_PREFIX:?}, which means a person"),
            ));
        }
        if resources.contains(&name) {
            return Err(Fault::new(value, format!("{name:?} is there twice")));
        }
        resources.push(name);
    }
    Ok(resources)
}

/// The value checked, if there is one.
fn given<S, T>(value: &Option<S>, check: impl FnOnce(&S) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
    value.as_ref().map(check).transpose()
}
