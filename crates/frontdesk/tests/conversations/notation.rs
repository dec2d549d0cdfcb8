//! Reads the notation of `README.md`. A script that does not follow it stops the test, naming the line.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::script::{Action, Conversation, Deed, Expectation, Held, Row, Step};

/// Most scripts happen on this Monday.
const NOW: &str = "2026-11-23T10:20:00Z";

/// The conversations of one file.
pub fn read(file: &str, text: &str) -> Vec<Conversation> {
    let mut conversations: Vec<Conversation> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let (number, line) = (index + 1, line.trim_end());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("{file}:{number}");
        let wrong = |what: &str| panic!("{place}: {what}: {line}");
        if let Some(name) = line.strip_prefix("== ") {
            conversations.push(begin(name, &place));
            continue;
        }
        let Some(conversation) = conversations.last_mut() else { wrong("no conversation has begun") };
        if understand(conversation, number, line).is_none() {
            wrong("not in the notation");
        }
    }
    for conversation in &mut conversations {
        finish(conversation);
    }
    conversations
}

fn begin(name: &str, place: &str) -> Conversation {
    Conversation {
        name: name.trim().to_owned(),
        place: place.to_owned(),
        now: NOW.parse().unwrap(),
        zone: None,
        profile: None,
        mine: Vec::new(),
        taken: Vec::new(),
        steps: Vec::new(),
        rows: Vec::new(),
    }
}

fn finish(conversation: &mut Conversation) {
    conversation.rows.sort();
    let says_something =
        conversation.steps.iter().any(|step| matches!(step.action, Action::Say { if_needed: false, .. }));
    assert!(says_something, "{}: nothing is said", conversation.place);
}

/// One line; `None` if it cannot be read.
fn understand(conversation: &mut Conversation, number: usize, line: &str) -> Option<()> {
    let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
    let step = |action| Step { line: number, action };
    let say = |text: &str, times, if_needed| {
        step(Action::Say { text: text.to_owned(), times, if_needed, expected: Vec::new() })
    };
    match keyword {
        "now" => conversation.now = rest.parse().ok()?,
        "zone" => conversation.zone = Some(rest.to_owned()),
        "profile" => conversation.profile = Some(rest.to_owned()),
        "mine" if conversation.steps.is_empty() => conversation.mine.push(held(rest)?),
        "taken" if conversation.steps.is_empty() => conversation.taken.push(held(rest)?),
        "taken" => conversation.steps.push(step(Action::Taken(held(rest)?))),
        "restart" => conversation.steps.push(step(Action::Restart)),
        "session" => conversation.steps.push(step(Action::NewSession)),
        "clock" => conversation.steps.push(step(Action::Advance(duration(rest)?))),
        ">" => conversation.steps.push(say(rest, 1, false)),
        ">?" => conversation.steps.push(say(rest, 1, true)),
        "<" => match &mut conversation.steps.last_mut()?.action {
            Action::Say { expected, .. } => expected.extend(expectations(rest)?),
            _ => return None,
        },
        "=" if rest == "none" => {}
        "=" => conversation.rows.push(row(rest)?),
        _ => {
            let times = keyword.strip_prefix(">*")?.parse().ok()?;
            conversation.steps.push(say(rest, times, false));
        }
    }
    Some(())
}

/// `2026-11-25T15:00Z`
fn instant(text: &str) -> Option<DateTime<Utc>> {
    Some(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ").ok()?.and_utc())
}

/// `+3h`
fn duration(text: &str) -> Option<TimeDelta> {
    let text = text.strip_prefix('+')?;
    let (amount, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let amount = amount.parse().ok()?;
    match unit {
        "m" => Some(TimeDelta::minutes(amount)),
        "h" => Some(TimeDelta::hours(amount)),
        "d" => Some(TimeDelta::days(amount)),
        _ => None,
    }
}

/// `2026-11-25T15:00Z [service]`
fn held(text: &str) -> Option<Held> {
    let (start, service) = text.split_once(' ').unwrap_or((text, ""));
    let service = Some(service.trim()).filter(|service| !service.is_empty());
    Some(Held { start: instant(start)?, service: service.map(str::to_owned) })
}

/// `BOOKED 2026-11-25T15:00Z general name=Anna`
fn row(text: &str) -> Option<Row> {
    let (text, name) = match text.split_once(" name=") {
        Some((text, name)) => (text, Some(name.to_owned())),
        None => (text, None),
    };
    let mut words = text.splitn(3, ' ');
    let status = words.next().filter(|status| ["BOOKED", "CANCELLED"].contains(status))?.to_owned();
    Some(Row { status, start: instant(words.next()?)?, service: words.next()?.to_owned(), name })
}

/// What stands after `<`.
fn expectations(text: &str) -> Option<Vec<Expectation>> {
    if let Some(slots) = text.strip_prefix("slots ") {
        return words(slots)?.iter().map(|word| slot(word)).collect();
    }
    let mut expected = Vec::new();
    let words = words(text)?;
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        expected.push(match word.as_str() {
            "asks" => Expectation::Asks,
            "books" => Expectation::Does(Deed::Books),
            "moves" => Expectation::Does(Deed::Moves),
            "cancels" => Expectation::Does(Deed::Cancels),
            "any" => Expectation::DoesAnything,
            "not" => Expectation::DoesNotSay(quoted(words.next()?)?),
            "quick" => {
                let text = words.next_if(|word| word.starts_with('"'));
                Expectation::Quick(text.map(|text| text.trim_matches('"').to_owned()))
            }
            text => Expectation::Says(quoted(text)?),
        });
    }
    Some(expected)
}

/// `time=15:00`, `time=null`, `service_type="beard trim"`
fn slot(word: &str) -> Option<Expectation> {
    let (key, value) = word.split_once('=')?;
    let known = ["intent", "date", "time", "timezone", "service_type"];
    let key = known.contains(&key).then(|| key.to_owned())?;
    let value = Some(value.trim_matches('"')).filter(|value| *value != "null");
    Some(Expectation::Slot(key, value.map(str::to_owned)))
}

/// `"a|b"`, as the reply is compared: in lower case.
fn quoted(word: &str) -> Option<Vec<String>> {
    let inside = word.strip_prefix('"')?.strip_suffix('"')?;
    Some(inside.split('|').map(str::to_lowercase).collect())
}

/// The words of a line; blanks inside quotation marks do not separate.
fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut inside) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        inside ^= c == '"';
        if c == ' ' && !inside {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        } else {
            word.push(c);
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    (!inside).then_some(words)
}
