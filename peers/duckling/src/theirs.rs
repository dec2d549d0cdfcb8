//! What duckling reads, as our readings.

use chrono::{DateTime, Months, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use duckling::{
    Context, DimensionKind, DimensionValue, Grain, Lang, Options, Region, TimePoint, TimeValue, parse,
};
use timewords::{Open, Part, Reading, Relation, When};

/// Texts shorter than this are read with duckling's less certain rules too, if the certain ones find nothing: "at 3".
const SHORT: usize = 16;

/// Reads a text with duckling alone. Several times in it are choices: duckling gives one meaning of each.
pub fn read(text: &str, now: DateTime<Utc>, zone: Tz, locale: calendar::Locale) -> When {
    // Its own American English is what it calls no region.
    let region = (locale == calendar::Locale::EnGb).then_some(Region::GB);
    let locale = duckling::Locale::new(Lang::EN, region);
    let ctx = Context::new(now.with_timezone(&zone).fixed_offset(), locale);
    let parsed = |with_latent| parse(text, &locale, &[DimensionKind::Time], &ctx, &Options { with_latent });
    let mut entities = parsed(false);
    if entities.is_empty() && (text.len() < SHORT || !text.contains(' ')) {
        entities = parsed(true);
    }
    let said_half = ["am", "pm", "a.m", "p.m", "noon", "midnight"];
    let bare_hour = !said_half.iter().any(|word| text.to_lowercase().contains(word));
    let mut when = When { none: entities.is_empty(), ..When::default() };
    for entity in &entities {
        let DimensionValue::Time(value) = &entity.value else { continue };
        let reading = match value {
            TimeValue::Single { value, .. } => point(local(value, zone)),
            TimeValue::Interval { from, to, .. } => {
                let side = |point: &Option<TimePoint>| point.as_ref().map(|point| local(point, zone));
                range(side(from), side(to), &entity.body.to_lowercase())
            }
        };
        when.candidates.push(Reading { bare_hour, ..reading });
    }
    if when.candidates.len() > 1 {
        when.relation = Relation::Alternatives;
    }
    when
}

fn local(point: &TimePoint, zone: Tz) -> (NaiveDateTime, Grain) {
    match point {
        TimePoint::Naive { value, grain } => (*value, *grain),
        TimePoint::Instant { value, grain } => (value.with_timezone(&zone).naive_local(), *grain),
    }
}

fn is_timed(grain: Grain) -> bool {
    matches!(grain, Grain::Hour | Grain::Minute | Grain::Second)
}

fn point((at, grain): (NaiveDateTime, Grain)) -> Reading {
    let date = at.date();
    let day = TimeDelta::days(1);
    Reading {
        date: Some(date),
        time: is_timed(grain).then(|| at.time()),
        end_date: match grain {
            Grain::Week => Some(date + day * 6),
            Grain::Month => date.checked_add_months(Months::new(1)).map(|next| next - day),
            _ => None,
        },
        grain: if is_timed(grain) { timewords::Grain::Hour } else { timewords::Grain::Day },
        ..Reading::default()
    }
}

/// `words` in lower case: a part of the day without figures is that part, not its hours.
fn range(from: Option<(NaiveDateTime, Grain)>, to: Option<(NaiveDateTime, Grain)>, words: &str) -> Reading {
    let parts = [
        ("morning", Part::Morning),
        ("afternoon", Part::Afternoon),
        ("evening", Part::Evening),
        ("night", Part::Night),
        ("lunch", Part::Afternoon),
    ];
    let part = parts.iter().find(|(word, _)| words.contains(word)).map(|(_, part)| *part);
    if let Some(part) = part.filter(|_| !words.contains(char::is_numeric)) {
        return Reading { part: Some(part), date: from.map(|(at, _)| at.date()), ..Reading::default() };
    }
    let mut reading = Reading::default();
    if let Some((at, grain)) = from {
        reading.date = Some(at.date());
        reading.time = is_timed(grain).then(|| at.time());
    }
    if let Some((at, grain)) = to {
        // Its ends lie one grain after the last that was said.
        let last = if from.is_some() { at - length(grain) } else { at };
        if is_timed(grain) {
            reading.end_time = Some(last.time());
        }
        if !is_timed(grain) || from.is_none_or(|(first, _)| first.date() != last.date()) {
            reading.end_date = Some(last.date());
        }
    }
    reading.open = match (from, to) {
        (Some(_), None) => Some(Open::After),
        (None, Some(_)) => Some(Open::Before),
        _ => None,
    };
    if from.is_none() && reading.end_time.is_some() {
        reading.date = reading.end_date.take();
    }
    reading
}

fn length(grain: Grain) -> TimeDelta {
    match grain {
        Grain::Hour => TimeDelta::hours(1),
        Grain::Minute => TimeDelta::minutes(1),
        Grain::Second => TimeDelta::seconds(1),
        _ => TimeDelta::days(1),
    }
}
