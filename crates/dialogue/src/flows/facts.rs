//! What the business profile says, found by meaning and by words.

use calendar::{Profile, Service};
use chrono::Weekday;

use crate::heard::Heard;
use crate::input::Input;
use crate::meaning::{ANSWERS, SURELY_ANSWERS, Subject};
use crate::replies::Phrase;
use crate::turn::Turn;

const PRICE: [&str; 11] =
    ["much", "price", "prices", "cost", "costs", "charge", "fee", "fees", "expensive", "cheap", "rates"];
const HOURS: [&str; 9] =
    ["open", "opening", "hours", "close", "closed", "closing", "opens", "closes", "lunch"];
const SERVICES: [&str; 6] = ["offer", "services", "service", "treatments", "kinds", "menu"];
const CONTACT: [&str; 7] = ["phone", "telephone", "contact", "call", "email", "mail", "reach"];
const LENGTH: [&str; 4] = ["long", "duration", "minutes", "take"];

/// How much nearer the words bring a subject that meaning alone leaves open.
const BY_WORDS: f32 = 0.12;

/// What the profile says to the question; that it does not say, if it does not.
pub(crate) fn answer(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Vec<Phrase> {
    let unknown = Phrase::NotKnown { contact: turn.ctx.contact() };
    match subject(turn, heard) {
        Some(Subject::Fact(index)) => fact(turn, index).into_iter().collect(),
        Some(Subject::Prices) => prices(turn, heard),
        Some(Subject::Hours) => hours(turn, heard),
        Some(Subject::Length) => vec![length(turn, heard).unwrap_or(unknown)],
        Some(Subject::Services) => services(turn, heard),
        Some(Subject::Contact) => vec![turn.ctx.contact().map_or(unknown, Phrase::Fact)],
        None => vec![unknown],
    }
}

/// The fact that a message is about which the interpreter did not take for a question: it has the fact's words, or comes very
/// close to its meaning.
pub(crate) fn known(turn: &Turn<'_>) -> Option<Phrase> {
    let Input { text, profile, .. } = turn.ctx.input;
    named_fact(profile, &words(text)).and_then(|index| fact(turn, index)).or_else(|| close(turn))
}

/// The fact that the message comes very close to in meaning.
pub(crate) fn close(turn: &Turn<'_>) -> Option<Phrase> {
    let Input { profile, meaning, .. } = turn.ctx.input;
    let facts = (0..profile.facts.len()).map(|index| (index, meaning.of(Subject::Fact(index))));
    let close = facts.filter(|(_, cosine)| *cosine >= SURELY_ANSWERS);
    let (index, _) = close.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    fact(turn, index)
}

fn fact(turn: &Turn<'_>, index: usize) -> Option<Phrase> {
    turn.ctx.input.profile.facts.get(index).map(|fact| Phrase::Fact(fact.answer.clone()))
}

/// What the question is about: the closest in meaning, where the words give the lead to what they name. Facts are taken by
/// their meaning alone if it is close; the rest, which is about any business, needs its words or has to be very close.
fn subject(turn: &Turn<'_>, heard: &Heard<'_>) -> Option<Subject> {
    let Input { text, profile, meaning, .. } = turn.ctx.input;
    let words = words(text);
    let asks = |about: &[&str]| words.iter().any(|word| about.contains(&word.as_str()));
    let named_fact = named_fact(profile, &words);
    let named = |subject| match subject {
        Subject::Fact(index) => named_fact == Some(index),
        Subject::Prices => asks(&PRICE),
        Subject::Hours => asks(&HOURS),
        Subject::Length => asks(&LENGTH) && asks(&["how"]),
        Subject::Services => asks(&SERVICES),
        Subject::Contact => asks(&CONTACT),
    };
    let facts = (0..profile.facts.len()).map(Subject::Fact);
    let rest = [Subject::Prices, Subject::Hours, Subject::Length, Subject::Services, Subject::Contact];
    let scored = |subject| {
        let cosine = meaning.of(subject);
        (if named(subject) { cosine + BY_WORDS } else { cosine }, subject)
    };
    // Of equals the first: a fact says more than a list.
    let best = |subjects: &mut dyn Iterator<Item = Subject>| {
        let best = subjects.map(scored).reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map(|(_, subject)| subject)
    };
    let enough = |subject: &Subject| {
        let enough = if let Subject::Fact(_) = subject { ANSWERS } else { SURELY_ANSWERS };
        named(*subject) || meaning.of(*subject) >= enough
    };
    let subjects = || facts.clone().chain(rest);
    let found =
        best(&mut subjects()).filter(enough).or_else(|| best(&mut subjects().filter(|it| named(*it))));
    // "Do you do perms?" is about the services, whatever it is called.
    found.or((!heard.services.is_empty()).then_some(Subject::Services))
}

/// The fact whose words the question has: every word of one of its entries, or the word that all of several entries share
/// ("cancellation" of "cancellation policy" and "cancellation fee"). Of several the one with most letters found, since long
/// words say more.
fn named_fact(profile: &Profile, words: &[String]) -> Option<usize> {
    let scored = profile.facts.iter().enumerate().filter_map(|(index, fact)| {
        let entries: Vec<_> = fact.about.iter().map(|about| content(&self::words(about))).collect();
        let whole =
            entries.iter().filter(|entry| !entry.is_empty() && entry.iter().all(|word| has(words, word)));
        let shared = entries.first().into_iter().flatten().filter(|word| {
            entries.len() > 1 && has(words, word) && entries.iter().all(|entry| has(entry, word))
        });
        let letters = |entry: &Vec<String>| entry.iter().map(String::len).sum::<usize>();
        let score = whole.map(letters).chain(shared.map(String::len)).max()?;
        Some((score, index))
    });
    // Of equals the first in the profile.
    let best = scored.max_by_key(|(score, index)| (*score, std::cmp::Reverse(*index)))?;
    Some(best.1)
}

/// The service that is being booked, unless the question names one.
fn spoken_of<'a>(turn: &Turn<'a>, heard: &Heard<'_>) -> Option<&'a Service> {
    let name = turn.request.as_ref().and_then(|request| request.wanted.service.as_deref())?;
    turn.ctx.input.profile.service(name).filter(|_| heard.services.is_empty())
}

fn length(turn: &Turn<'_>, heard: &Heard<'_>) -> Option<Phrase> {
    let profile = turn.ctx.input.profile;
    let named = heard.service(profile).or_else(|| spoken_of(turn, heard));
    let service = named.or_else(|| profile.default_service().filter(|_| heard.services.is_empty()))?;
    let name = turn.ctx.label(&service.name);
    Some(Phrase::Duration { service: name, minutes: service.duration_minutes })
}

fn services(turn: &Turn<'_>, heard: &Heard<'_>) -> Vec<Phrase> {
    let profile = turn.ctx.input.profile;
    let named = heard.services.iter().any(|words| profile.match_service(words).is_none());
    let unknown = heard.services.first().filter(|_| named);
    let unknown = unknown.map(|words| Phrase::UnknownService { words: words.chars().take(40).collect() });
    let names = profile.services.iter().take(12).map(|service| turn.ctx.label(&service.name));
    unknown.into_iter().chain([Phrase::Services(names.collect())]).collect()
}

/// The words that carry meaning; all of them if none does.
fn content(words: &[String]) -> Vec<String> {
    const EMPTY: [&str; 32] = [
        "a", "an", "and", "are", "be", "by", "can", "do", "does", "for", "get", "have", "how", "i", "if",
        "in", "is", "it", "my", "not", "of", "on", "the", "there", "to", "we", "what", "when", "where",
        "which", "you", "your",
    ];
    let content: Vec<_> = words.iter().filter(|word| !EMPTY.contains(&word.as_str())).cloned().collect();
    if content.is_empty() { words.to_vec() } else { content }
}

fn prices(turn: &Turn<'_>, heard: &Heard<'_>) -> Vec<Phrase> {
    let profile = turn.ctx.input.profile;
    let unknown = || vec![Phrase::NotKnown { contact: turn.ctx.contact() }];
    let named = heard
        .service(profile)
        .or_else(|| spoken_of(turn, heard))
        .or_else(|| profile.match_service(turn.ctx.input.text).filter(|service| !service.default));
    if named.is_none() && !heard.services.is_empty() {
        return unknown();
    }
    let services: Vec<_> =
        match named.or_else(|| if turn.ctx.one_service() { profile.default_service() } else { None }) {
            Some(service) => vec![service],
            None => profile.services.iter().take(12).collect(),
        };
    let prices: Vec<_> = services
        .into_iter()
        .filter_map(|service| {
            let price = service.price.clone()?;
            Some(Phrase::Price { service: turn.ctx.label(&service.name), price })
        })
        .collect();
    if prices.is_empty() { unknown() } else { prices }
}

fn hours(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Vec<Phrase> {
    const WEEK: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let profile = turn.ctx.input.profile;
    let voice = turn.ctx.voice(turn.ctx.zone);
    if heard.says_when() {
        // A day that is asked about is the business's day.
        let when = heard.when(&turn.ctx.time(profile.timezone, None, None));
        let day = when.top().filter(|top| top.is_one_day()).and_then(|top| top.date);
        turn.trace.read(when);
        if let Some(date) = day {
            return vec![Phrase::HoursOn { date, hours: turn.ctx.hours(profile.hours_on(date), &voice) }];
        }
    }
    let days: Vec<_> = WEEK.map(|day| (day, turn.ctx.hours(profile.hours.on(day), &voice))).to_vec();
    let today = turn.ctx.now().with_timezone(&profile.timezone).date_naive();
    let closed = profile.closed.range(today..).next().filter(|date| (**date - today).num_days() <= 14);
    let closed = closed.map(|date| Phrase::HoursOn { date: *date, hours: None });
    [Phrase::Week(days)].into_iter().chain(closed).collect()
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether the word is among them, whatever its ending: "dog" and "dogs", "cancel" and "cancellation".
fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|other| {
        let (short, long) =
            if other.len() < word.len() { (other.as_str(), word) } else { (word, other.as_str()) };
        long.strip_prefix(short).is_some_and(|ending| {
            matches!(ending, "" | "s" | "es" | "ing" | "ed") || (short.len() >= 5 && ending.len() <= 6)
        })
    })
}
