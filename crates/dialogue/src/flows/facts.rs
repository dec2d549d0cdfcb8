//! What the business profile says, found by words.

use calendar::Service;
use chrono::Weekday;

use crate::heard::Heard;
use crate::replies::Phrase;
use crate::turn::Turn;

const PRICE: [&str; 11] =
    ["much", "price", "prices", "cost", "costs", "charge", "fee", "fees", "expensive", "cheap", "rates"];
const HOURS: [&str; 9] =
    ["open", "opening", "hours", "close", "closed", "closing", "opens", "closes", "lunch"];
const SERVICES: [&str; 6] = ["offer", "services", "service", "treatments", "kinds", "menu"];
const CONTACT: [&str; 7] = ["phone", "telephone", "contact", "call", "email", "mail", "reach"];
const LENGTH: [&str; 4] = ["long", "duration", "minutes", "take"];

/// What the profile says to the question; that it does not say, if it does not.
pub(crate) fn answer(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Vec<Phrase> {
    let profile = turn.ctx.input.profile;
    let words = words(turn.ctx.input.text);
    let asks = |about: &[&str]| words.iter().any(|word| about.contains(&word.as_str()));
    if let Some(fact) = known(turn) {
        return vec![fact];
    }
    let spoken_of = turn.request.as_ref().and_then(|request| request.wanted.service.as_deref());
    let spoken_of = spoken_of.and_then(|name| profile.service(name)).filter(|_| heard.services.is_empty());
    let service = heard
        .service(profile)
        .or(spoken_of)
        .or_else(|| if heard.services.is_empty() { profile.default_service() } else { None });
    if asks(&PRICE) {
        return prices(turn, heard, spoken_of);
    }
    if asks(&HOURS) {
        return hours(turn, heard);
    }
    if let Some(service) = service.filter(|_| asks(&LENGTH) && asks(&["how"])) {
        let name = turn.ctx.label(&service.name);
        return vec![Phrase::Duration { service: article(&name), minutes: service.duration_minutes }];
    }
    if asks(&SERVICES) || !heard.services.is_empty() {
        let named = heard.services.iter().any(|words| profile.match_service(words).is_none());
        let unknown = heard.services.first().filter(|_| named);
        let unknown = unknown.map(|words| Phrase::UnknownService { words: words.chars().take(40).collect() });
        let names = profile
            .services
            .iter()
            .take(12)
            .map(|service| turn.ctx.label(&service.name))
            .map(plural)
            .collect();
        return unknown.into_iter().chain([Phrase::Services(names)]).collect();
    }
    match &profile.contact {
        Some(line) if asks(&CONTACT) => vec![Phrase::Fact(line.clone())],
        contact => vec![Phrase::NotKnown { contact: contact.clone() }],
    }
}

/// What the profile's facts say to the message, if it is about one of them.
pub(crate) fn known(turn: &Turn<'_>) -> Option<Phrase> {
    fact(turn, &words(turn.ctx.input.text)).map(Phrase::Fact)
}

/// The fact that the question is about: it has every word of one of the fact's entries, or the word that all of several
/// entries share ("cancellation" of "cancellation policy" and "cancellation fee"). Of several the one with most letters found, since long words say more.
fn fact(turn: &Turn<'_>, words: &[String]) -> Option<String> {
    let facts = turn.ctx.input.profile.facts.iter();
    let scored = facts.filter_map(|fact| {
        let entries: Vec<_> = fact.about.iter().map(|about| content(&self::words(about))).collect();
        let whole =
            entries.iter().filter(|entry| !entry.is_empty() && entry.iter().all(|word| has(words, word)));
        let shared = entries.first().into_iter().flatten().filter(|word| {
            entries.len() > 1 && has(words, word) && entries.iter().all(|entry| has(entry, word))
        });
        let letters = |entry: &Vec<String>| entry.iter().map(String::len).sum::<usize>();
        let score = whole.map(letters).chain(shared.map(String::len)).max()?;
        Some((score, fact))
    });
    // Of equals the first in the profile.
    let best = scored.rev().max_by_key(|(score, _)| *score)?;
    Some(best.1.answer.clone())
}

/// The words that carry meaning; all of them if none does.
fn content(words: &[String]) -> Vec<String> {
    const EMPTY: [&str; 24] = [
        "a", "an", "and", "are", "can", "do", "does", "for", "how", "i", "in", "is", "it", "my", "of", "on",
        "the", "there", "to", "what", "when", "where", "you", "your",
    ];
    let content: Vec<_> = words.iter().filter(|word| !EMPTY.contains(&word.as_str())).cloned().collect();
    if content.is_empty() { words.to_vec() } else { content }
}

fn prices(turn: &Turn<'_>, heard: &Heard<'_>, spoken_of: Option<&Service>) -> Vec<Phrase> {
    let profile = turn.ctx.input.profile;
    let unknown = || vec![Phrase::NotKnown { contact: turn.ctx.contact() }];
    let named = heard
        .service(profile)
        .or(spoken_of)
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
            Some(Phrase::Price { service: article(&turn.ctx.label(&service.name)), price })
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
        turn.trace.when.push(when);
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

/// "an appointment", "a haircut".
fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

fn plural(name: String) -> String {
    if name == "appointment" { "appointments".into() } else { name }
}
