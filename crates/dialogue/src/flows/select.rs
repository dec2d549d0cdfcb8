//! Choosing among what was offered: by position, by description or by time.

use chrono::{DateTime, Utc};
use timewords::{Reading, Relation};

use super::reschedule;
use crate::heard::{Heard, fits};
use crate::replies::Phrase;
use crate::state::{About, Choice, Goal};
use crate::turn::Turn;

/// Which of the choices the words mean.
#[derive(Debug, PartialEq)]
pub(crate) enum Resolved {
    One(usize),
    Several(Vec<usize>),
    None,
}

/// They picked one of the choices.
pub(crate) fn pick(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    let Some(question) = turn.question.clone() else {
        if heard.says_when() {
            return super::book::suppose(turn, heard);
        }
        turn.rule("select.nothing_offered");
        turn.at_a_loss = true;
        return turn.say(Phrase::NothingToChoose);
    };
    if question.about.asked() == protocol::Asked::Confirm && question.choices.is_empty() {
        // "that one", of one: a yes, unless it names another time.
        return super::confirm::yes(turn, heard, &[]);
    }
    match resolve(turn, heard) {
        Resolved::One(index) => choose(turn, index),
        Resolved::Several(indices) if !matches!(question.about, About::Date | About::Time) => {
            turn.rule("select.several");
            let choices = indices.iter().filter_map(|index| question.choices.get(*index).cloned()).collect();
            turn.ask(question.about, choices);
        }
        _ if heard.says_when() && question.about != About::Appointment => {
            super::correct::pick_another(turn, heard)
        }
        _ => {
            turn.rule("select.no_such_choice");
            turn.say(Phrase::NoSuchChoice);
        }
    }
}

/// Takes the choice at this position.
pub(crate) fn choose(turn: &mut Turn<'_>, index: usize) {
    let Some(question) = turn.question.clone() else { return };
    let (Some(choice), Some(mut request)) = (question.choices.get(index), turn.request.take()) else {
        return;
    };
    turn.rule("select.choose");
    let zone = turn.ctx.zone_of(&request.wanted);
    match choice {
        Choice::Service(name) => {
            request.wanted.service = Some(name.clone());
            request.wanted.unknown_service = false;
        }
        Choice::Day(date) if question.about == About::MeantDate => {
            settle(&mut request.wanted.when, |reading| reading.date == Some(*date));
        }
        Choice::Day(date) => {
            let reading = Reading { date: Some(*date), grain: timewords::Grain::Day, ..Reading::default() };
            let said = timewords::When { candidates: vec![reading], ..timewords::When::default() };
            request.wanted.when = request.wanted.when.narrow(&said, &turn.ctx.time(zone, None, None));
            (request.wanted.after, request.wanted.before) = (None, None);
        }
        Choice::Time(time) => {
            settle(&mut request.wanted.when, |reading| reading.time.or(reading.end_time) == Some(*time))
        }
        Choice::Start(start) => {
            request.wanted.choose(*start, zone);
            // Choosing from an offer says exactly what is wanted; a move still names both times and asks once.
            if let Goal::Book | Goal::Browse = request.goal {
                request.goal = Goal::Book;
                request.explicit = true;
            }
        }
        Choice::Appointment(id) => match request.goal {
            Goal::Move(_) => reschedule::settle(turn, &mut request, *id),
            _ => request.goal = Goal::Cancel(Some(*id)),
        },
    }
    turn.request = Some(request);
    turn.changed = true;
}

/// Of several meanings, the one that was chosen.
fn settle(when: &mut timewords::Constraint, meant: impl Fn(&Reading) -> bool) {
    when.wanted.retain(meant);
    for reading in &mut when.wanted {
        reading.bare_hour = false;
        reading.why = None;
    }
    when.relation = Relation::Single;
}

/// Which of the open question's choices the words mean.
pub(crate) fn resolve(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Resolved {
    let Some(question) = turn.question.clone() else { return Resolved::None };
    let starts: Vec<_> = question.choices.iter().map(|choice| start_of(turn, choice)).collect();
    if let Some(index) = position(heard, &starts) {
        return if index < starts.len() { Resolved::One(index) } else { Resolved::None };
    }
    let zone = turn.zone();
    let mut fitting: Vec<usize> = (0..question.choices.len()).collect();
    let mut said = false;
    if !heard.phrases.is_empty() {
        let reference = starts.iter().flatten().next().map(|start| (*start, *start));
        let when = heard.when(&turn.ctx.time(zone, Some(question.about.asked()), reference));
        let mut readings = when.candidates.clone();
        if readings.is_empty() {
            readings = when.existing.clone();
        }
        let excluded = when.excluded.clone();
        said = !readings.is_empty() || !excluded.is_empty();
        turn.trace.read(when);
        // A bare "Monday" is the one on offer, even where another Monday comes first.
        let named = |readings: &[Reading]| {
            let matching = |loosely: bool| -> Vec<usize> {
                let choices = question.choices.iter().zip(&starts).enumerate();
                let fits = |(choice, start): (&Choice, &Option<DateTime<Utc>>)| {
                    readings.iter().any(|reading| matches(choice, reading, *start, loosely, turn))
                };
                choices.filter(|(_, choice)| fits(*choice)).map(|(index, _)| index).collect()
            };
            Some(matching(false)).filter(|strictly| !strictly.is_empty()).unwrap_or_else(|| matching(true))
        };
        let (wanted, unwanted) = (named(&readings), named(&excluded));
        fitting.retain(|index| (readings.is_empty() || wanted.contains(index)) && !unwanted.contains(index));
    }
    if let Some(service) = heard.service(turn.ctx.input.profile) {
        said = true;
        let name = service.name.clone();
        fitting.retain(|index| match question.choices.get(*index) {
            Some(Choice::Service(offered)) => *offered == name,
            Some(Choice::Appointment(id)) => {
                turn.ctx.view.booked(*id).is_some_and(|own| own.service_type == name)
            }
            _ => false,
        });
    }
    match fitting.as_slice() {
        _ if !said => Resolved::None,
        [] => Resolved::None,
        [only] => Resolved::One(*only),
        _ => Resolved::Several(fitting),
    }
}

/// Whether the words name the choice; a bare weekday names every such day if `loosely`.
fn matches(
    choice: &Choice,
    reading: &Reading,
    start: Option<DateTime<Utc>>,
    loosely: bool,
    turn: &Turn<'_>,
) -> bool {
    let zone = reading.timezone.unwrap_or_else(|| turn.zone());
    match (choice, start) {
        (_, Some(start)) => fits(reading, start.with_timezone(&zone).naive_local(), loosely),
        (Choice::Day(date), _) => {
            reading.has_date() && !reading.has_time() && reading.is_one_day() && {
                fits(reading, date.and_time(chrono::NaiveTime::MIN), loosely)
            }
        }
        (Choice::Time(time), _) => {
            let day = reading.date.unwrap_or_default();
            reading.has_time() && fits(reading, day.and_time(*time), loosely)
        }
        _ => false,
    }
}

fn start_of(turn: &Turn<'_>, choice: &Choice) -> Option<DateTime<Utc>> {
    match choice {
        Choice::Start(start) => Some(*start),
        Choice::Appointment(id) => turn.ctx.view.booked(*id).map(|own| own.start_time),
        Choice::Service(_) | Choice::Day(_) | Choice::Time(_) => None,
    }
}

/// The position that words such as "the second one" or "the later one" name, from 0; past the end if there are fewer.
pub(crate) fn position(heard: &Heard<'_>, starts: &[Option<DateTime<Utc>>]) -> Option<usize> {
    heard.options.iter().find_map(|words| {
        words.to_lowercase().split(|c: char| !c.is_alphanumeric()).find_map(|word| by_word(word, starts))
    })
}

fn by_word(word: &str, starts: &[Option<DateTime<Utc>>]) -> Option<usize> {
    let last = starts.len().checked_sub(1)?;
    let by_time = |latest: bool| {
        let known = starts.iter().enumerate().filter_map(|(index, start)| start.map(|start| (start, index)));
        if latest { known.max() } else { known.min() }.map(|(_, index)| index)
    };
    Some(match word {
        "first" | "1st" | "one" | "1" | "former" if word != "one" || starts.len() == 1 => 0,
        "second" | "2nd" | "two" | "2" => 1,
        "third" | "3rd" | "three" | "3" => 2,
        "fourth" | "4th" | "four" | "4" => 3,
        "fifth" | "5th" | "five" | "5" => 4,
        "sixth" | "6th" | "six" | "6" => 5,
        "last" | "latter" => last,
        "middle" => last / 2,
        "later" | "latest" => by_time(true).unwrap_or(last),
        "earlier" | "earliest" | "sooner" | "soonest" => by_time(false).unwrap_or(0),
        "either" | "any" | "whichever" => 0,
        _ => return None,
    })
}
