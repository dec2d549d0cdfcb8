//! Phrases in, readings out.

use chrono::{NaiveDate, TimeDelta};
use protocol::{Asked, SpanRole};

use crate::assemble::{self, Group};
use crate::context::{Context, Phrase};
use crate::grammar::{self, Loose};
use crate::resolve::{on_or_after, resolve};
use crate::when::{Problem, Relation, When};
use crate::zone::zone;
use crate::{Anchor, Reading, Vague, windows};

/// No more readings are kept than anybody would be asked about.
const MOST_READINGS: usize = 24;

/// Reads words about time. `zone_words` are words that name a time zone and stand elsewhere in the message; zones inside the
/// phrases are found as well.
///
/// Works with the exact words that a model pointed at and with whole messages; of those it passes over what is not about time.
/// Takes time linear in the length of the words.
#[must_use]
pub fn read(phrases: &[Phrase<'_>], zone_words: &[&str], ctx: &Context<'_>) -> When {
    let elsewhere = zone_words.iter().find_map(|words| zone(words));
    // What a bare number means, and whether that was asked for.
    let loose = match ctx.asked {
        Some(Asked::Date) => (Loose::Day, true),
        Some(Asked::Time) => (Loose::Hour, true),
        _ => (Loose::Hour, false),
    };
    let mut when = When::default();
    let mut choices = 0;
    let phrases: Vec<Phrase<'_>> = phrases.iter().flat_map(|phrase| wish_behind(*phrase)).collect();
    let said = |role| phrases.iter().filter(move |phrase| phrase.role == role);
    // What is wanted first: it gives the days in which exclusions are meant.
    let mut ruled_out: Vec<(Group, &str)> = Vec::new();
    let wanted = chain(said(SpanRole::Wanted).map(|phrase| phrase.text), loose);
    let ctx_of = |group: &mut Group| {
        if group.said.zone.is_none() && (group.said.time.is_some() || group.said.part.is_some()) {
            group.said.zone = elsewhere;
        }
    };
    for (mut group, text) in wanted {
        if group.excluded {
            ruled_out.push((group, text));
            continue;
        }
        ctx_of(&mut group);
        match resolve(&group.said, text, ctx) {
            Ok(readings) => {
                choices += 1;
                when.candidates.extend(readings);
            }
            Err(problem) => when.problems.push(problem),
        }
    }
    for phrase in said(SpanRole::Excluded) {
        ruled_out.extend(chain(std::iter::once(phrase.text), loose));
    }
    let days = wanted_days(&when.candidates);
    for (mut group, text) in ruled_out {
        ctx_of(&mut group);
        if let Ok(readings) = resolve(&group.said, text, ctx) {
            let said = readings.into_iter().filter(|reading| reading.has_date() || reading.has_time());
            when.excluded.extend(said.map(|reading| inside(reading, days)));
        }
    }
    for phrase in said(SpanRole::Existing) {
        for (mut group, text) in chain(std::iter::once(phrase.text), loose) {
            ctx_of(&mut group);
            if let Ok(readings) = resolve(&group.said, text, ctx) {
                when.existing.extend(readings);
            }
        }
    }
    let said_something =
        !when.candidates.is_empty() || !when.excluded.is_empty() || !when.existing.is_empty();
    when.none = !said_something && when.problems.is_empty();
    tidy(&mut when, choices, ctx);
    when
}

/// "(except) Tuesday and Wednesday, at 9am": after the comma begins what is wanted, even if the words were pointed at as one.
fn wish_behind(phrase: Phrase<'_>) -> impl Iterator<Item = Phrase<'_>> {
    let split = phrase.text.split_once(", at ").filter(|_| phrase.role == SpanRole::Excluded);
    let (text, wanted) = split.map_or((phrase.text, None), |(ruled_out, wanted)| (ruled_out, Some(wanted)));
    let wanted = wanted.map(|text| Phrase { text, role: SpanRole::Wanted });
    std::iter::once(Phrase { text, ..phrase }).chain(wanted)
}

/// The groups of several phrases, as if other words stood between them.
fn chain<'a>(texts: impl Iterator<Item = &'a str>, loose: (Loose, bool)) -> Vec<(Group, &'a str)> {
    let mut groups: Vec<(Group, &'a str)> = Vec::new();
    for text in texts {
        let mut next = assemble::groups(grammar::items(text, loose.0, loose.1)).into_iter().peekable();
        // "tomorrow" … "at 3" are two phrases of one moment.
        if let (Some((last, _)), Some(group)) = (groups.last_mut(), next.peek())
            && assemble::joins(last, group)
            && let Some(group) = next.next()
        {
            assemble::join(last, group);
            groups.extend(next.map(|group| (group, text)));
            // "10 or 11" … "on Thursday", "Thursday" … "10 or 11": the day goes for both.
            assemble::share_day(groups.iter_mut().map(|(group, _)| group).collect());
        } else {
            groups.extend(next.map(|group| (group, text)));
        }
    }
    groups
}

/// First and last day of what is wanted, if it is a range.
fn wanted_days(candidates: &[Reading]) -> Option<(NaiveDate, NaiveDate)> {
    let first = candidates.first()?;
    first.date.zip(first.end_date)
}

/// "except Thursday" means the Thursday of the days that are wanted.
fn inside(reading: Reading, days: Option<(NaiveDate, NaiveDate)>) -> Reading {
    let (Some((first, last)), Some(Anchor::Weekday(day))) = (days, reading.anchor) else { return reading };
    let date = on_or_after(first, day);
    if date <= last { Reading { date: Some(date), ..reading } } else { reading }
}

fn tidy(when: &mut When, choices: usize, ctx: &Context<'_>) {
    let mut kept: Vec<Reading> = Vec::new();
    for reading in when.candidates.drain(..) {
        if !kept.iter().any(|known| known.allows_the_same_as(&reading)) {
            kept.push(reading);
        }
    }
    // "any time" beside a real time adds nothing.
    if kept.iter().any(|reading| reading.has_date() || reading.has_time()) {
        kept.retain(|reading| {
            reading.has_date()
                || reading.has_time()
                || !matches!(reading.vague, Some(Vague::Any | Vague::Soon))
        });
    }
    kept.truncate(MOST_READINGS);
    when.candidates = kept;
    when.excluded.truncate(MOST_READINGS);
    when.existing.truncate(MOST_READINGS);
    let asked = when.candidates.iter().any(|reading| reading.why.is_some());
    when.relation = match when.candidates.len() {
        0 | 1 => Relation::Single,
        _ if choices <= 1 && asked => Relation::Ambiguous,
        _ => Relation::Alternatives,
    };
    for reading in when.candidates.iter().filter(|reading| reading.is_exact()) {
        let zone = reading.timezone.unwrap_or(ctx.zone);
        if let (Some(date), Some(time)) = (reading.date, reading.time)
            && windows::instant(date, time, zone) == windows::Instant::Skipped
        {
            when.problems.push(Problem::Skipped { date, time, zone });
        }
    }
    let over: Vec<Problem> = when.candidates.iter().filter_map(|reading| past(reading, ctx)).collect();
    if !over.is_empty() && over.len() == when.candidates.len() {
        when.problems.extend(over.into_iter().take(1));
    }
}

/// Whether all of a reading lies before now.
fn past(reading: &Reading, ctx: &Context<'_>) -> Option<Problem> {
    let now = ctx.now.with_timezone(&reading.timezone.unwrap_or(ctx.zone)).naive_local();
    let last = reading.end_date.or(reading.date)?;
    if reading.open == Some(crate::Open::After) && reading.end_date.is_none() && reading.time.is_none() {
        return None;
    }
    let time = match (reading.open, reading.time, reading.end_time) {
        (None, Some(time), None) => Some(time),
        (_, _, end) => end.filter(|end| *end != chrono::NaiveTime::MIN),
    };
    let end = match (time, reading.part) {
        (Some(time), _) => last.and_time(time) + TimeDelta::minutes(i64::from(reading.end_time.is_none())),
        (None, Some(part)) => {
            last.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(i64::from(part.hours().1))
        }
        (None, None) => last.succ_opt()?.and_time(chrono::NaiveTime::MIN),
    };
    (end <= now).then_some(Problem::Past { date: reading.date.unwrap_or(last), time: reading.time })
}
