//! A front desk in memory: scripted interpretations, a calendar that applies effects, and the promises checked at every turn.

use calendar::{Allowed, Busy, Profile, Window, claims};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use dialogue::{
    CommittedRow, Decision, Effect, Input, Meaning, Outcome, Reply, STATE_MAX_BYTES, State, Trace, View,
    Words, asked, turn,
};
use protocol::{Appointment, AppointmentStatus, Interpretation, ScoredIntent, Slot, Span, SpanRole};
use uuid::Uuid;

/// Monday, as in the issues.
pub const NOW: &str = "2026-11-23T10:20:00Z";

/// An interpretation in the notation of `models/LABELS.md`: `book, thanks | {when:Friday at 3} please`.
pub fn scripted(line: &str) -> (String, Interpretation) {
    let (intents, marked) = line.split_once('|').expect("intents | text");
    let intents = intents
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != "-")
        .map(|name| ScoredIntent { name: name.parse().expect(name), confidence: 0.9 })
        .collect();
    let (mut text, mut spans) = (String::new(), Vec::new());
    let mut rest = marked.trim();
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (span, after) = after.split_once('}').expect("closing brace");
        let (slot, words) = span.split_once(':').expect("slot:words");
        let (slot, role) = match slot {
            "when" => (Slot::When, Some(SpanRole::Wanted)),
            "when-" => (Slot::When, Some(SpanRole::Excluded)),
            "when=" => (Slot::When, Some(SpanRole::Existing)),
            other => (other.parse().expect(other), None),
        };
        let start = text.chars().count();
        text.push_str(words);
        let end = text.chars().count();
        spans.push(Span { slot, start, end, text: words.to_owned(), role });
        rest = after;
    }
    text.push_str(rest);
    (text, Interpretation { intents, spans })
}

/// One row of the calendar.
#[derive(Clone, Debug)]
pub struct Row {
    pub appointment: Appointment,
    pub person: Uuid,
    pub resource: String,
    pub buffer: TimeDelta,
    pub name: Option<String>,
}

impl CommittedRow for Row {
    fn appointment(&self) -> &Appointment {
        &self.appointment
    }
}

/// A conversation of one person with the desk.
pub struct Desk {
    pub profile: Profile,
    pub now: DateTime<Utc>,
    pub zone: Tz,
    pub person: Uuid,
    pub state: serde_json::Value,
    pub rows: Vec<Row>,
    pub trace: Option<Trace>,
    pub meaning: Meaning,
    /// Somebody else's, for what the desk has none for.
    pub words: Option<Words>,
    next_id: u128,
}

impl Desk {
    pub fn new() -> Self {
        Self::of(Profile::default())
    }

    pub fn of(profile: Profile) -> Self {
        Self {
            now: NOW.parse().expect("a time"),
            zone: profile.timezone,
            profile,
            person: Uuid::from_u128(7),
            state: serde_json::Value::Null,
            rows: Vec::new(),
            trace: None,
            meaning: Meaning::default(),
            words: None,
            next_id: 100,
        }
    }

    /// Somebody has this start already: another person, or the one who speaks.
    pub fn taken(mut self, start: &str, by_speaker: bool) -> Self {
        let start: DateTime<Utc> = start.parse().expect("a time");
        let service = self.profile.services[0].clone();
        let person = if by_speaker { self.person } else { Uuid::from_u128(8) };
        let id = self.id();
        self.rows.push(Row {
            appointment: Appointment {
                id,
                start_time: start,
                end_time: start + service.duration(),
                timezone: "UTC".into(),
                service_type: service.name.clone(),
                status: AppointmentStatus::Booked,
                created_at: self.now,
            },
            person,
            resource: self.profile.booking.resources[0].clone(),
            buffer: service.buffer(),
            name: None,
        });
        self
    }

    fn id(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    pub fn view(&self) -> View {
        let booked = self.rows.iter().filter(|row| row.appointment.status == AppointmentStatus::Booked);
        let busy = booked.flat_map(|row| {
            let own = Window::new(row.appointment.start_time, row.appointment.end_time);
            let held = Window::new(own.start, own.end + row.buffer);
            let id = Some(row.appointment.id);
            [
                Busy { key: row.resource.clone(), window: held, appointment: id },
                Busy { key: claims::user_key(row.person), window: own, appointment: id },
            ]
        });
        let own = self.rows.iter().filter(|row| row.person == self.person);
        View {
            busy: busy.collect(),
            appointments: own.map(|row| row.appointment.clone()).collect(),
            seen: vec![Window::new(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC)],
        }
    }

    /// The person's booked starts, in order, `2026-11-25T15:00`.
    pub fn booked(&self) -> Vec<String> {
        let mut starts: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.person == self.person && row.appointment.status == AppointmentStatus::Booked)
            .map(|row| row.appointment.start_time.format("%Y-%m-%dT%H:%M").to_string())
            .collect();
        starts.sort();
        starts
    }

    /// One message, in notation; checks what must hold at every turn.
    pub fn says(&mut self, line: &str) -> Reply {
        let (text, interpretation) = scripted(line);
        self.hears(&text, &interpretation)
    }

    pub fn hears(&mut self, text: &str, interpretation: &Interpretation) -> Reply {
        let state = State::restore(&self.state);
        let view = self.view();
        let profile = self.profile.clone();
        let input = Input {
            text,
            interpretation,
            meaning: &self.meaning,
            now: self.now,
            zone: self.zone,
            profile: &profile,
            person: self.person,
            words: self.words.as_ref(),
        };
        let outcome = turn(&state, &input, &view).expect("all of the calendar is seen");

        let again = seeing_no_more_than_needed(&state, &input, &view);
        assert_eq!(again.state, outcome.state, "the same input gives the same state");
        assert_eq!(
            format!("{:?}", again.decision),
            format!("{:?}", outcome.decision),
            "however much is seen"
        );
        let kept = outcome.state.keep();
        assert!(kept.to_string().len() < STATE_MAX_BYTES, "the state is bounded");
        assert_eq!(State::restore(&kept), outcome.state, "the state survives being kept: {kept}");
        if interpretation.has(protocol::Intent::OutOfScope) {
            assert!(matches!(outcome.decision, Decision::Say(_)), "what is not ours books nothing");
        }

        let said_nothing_to_do = interpretation.intents.is_empty() && asked(&state).is_none();
        let bare_yes = interpretation.spans.is_empty()
            && interpretation.intents.iter().all(|scored| scored.name == protocol::Intent::Affirm);
        let one_thing_pending = state.open.as_ref().is_some_and(|open| {
            open.question.choices.len() == 1 || asked(&state) == Some(protocol::Asked::Confirm)
        });
        let answers = state.open.is_some() && interpretation.intents.is_empty();
        if said_nothing_to_do || (bare_yes && !one_thing_pending && !answers) {
            assert!(matches!(outcome.decision, Decision::Say(_)), "no deed without its trigger: {text}");
        }

        let reply = match outcome.decision {
            Decision::Say(reply) => {
                for word in ["Booked:", "Moved:", "Cancelled:"] {
                    assert!(!reply.text.contains(word), "claims without a row: {}", reply.text);
                }
                reply
            }
            Decision::Do { effect, then } => then.render(&self.apply(&effect, &view)),
        };
        assert!(!reply.text.is_empty(), "never silent");
        assert!(reply.text.matches('?').count() <= 1, "one question at a time: {}", reply.text);
        if asked(&outcome.state).is_some() {
            assert!(reply.text.contains('?'), "an open question is asked: {}", reply.text);
        }
        assert!(!reply.text.contains("  "), "no gaps: {}", reply.text);
        self.trace = Some(outcome.trace);
        self.state = kept;
        reply
    }

    fn apply(&mut self, effect: &Effect, view: &View) -> Vec<Row> {
        let check = |slot: &calendar::FreeSlot, service: &str, moving| {
            let service = self.profile.service(service).expect("a service of the profile");
            let request = calendar::Request {
                profile: &self.profile,
                service,
                person: self.person,
                busy: &view.busy,
                moving,
                now: self.now,
            };
            let free = calendar::free_slots(&request, &[Allowed::At(slot.start)]);
            assert!(free.contains(slot), "{slot:?} is not free");
            service.clone()
        };
        match effect {
            Effect::Book { slot, service, timezone, name } => {
                let service = check(slot, service, None);
                let id = self.id();
                let row = Row {
                    appointment: Appointment {
                        id,
                        start_time: slot.start,
                        end_time: slot.end,
                        timezone: timezone.name().into(),
                        service_type: service.name.clone(),
                        status: AppointmentStatus::Booked,
                        created_at: self.now,
                    },
                    person: self.person,
                    resource: slot.resource.clone(),
                    buffer: service.buffer(),
                    name: name.clone(),
                };
                self.rows.push(row.clone());
                vec![row]
            }
            Effect::Cancel { ids } => {
                assert!(!ids.is_empty(), "a deed is done to something");
                let cancel = |id: &Uuid| {
                    let row = self.own(*id);
                    row.appointment.status = AppointmentStatus::Cancelled;
                    row.clone()
                };
                ids.iter().map(cancel).collect()
            }
            Effect::Move { id, slot, service } => {
                let service = check(slot, service, Some(*id));
                let row = self.own(*id);
                (row.appointment.start_time, row.appointment.end_time) = (slot.start, slot.end);
                row.appointment.service_type = service.name;
                row.resource = slot.resource.clone();
                vec![row.clone()]
            }
        }
    }

    fn own(&mut self, id: Uuid) -> &mut Row {
        let (person, now) = (self.person, self.now);
        let row = self.rows.iter_mut().find(|row| row.appointment.id == id).expect("a row");
        assert_eq!(row.person, person, "only one's own");
        assert_eq!(row.appointment.status, AppointmentStatus::Booked);
        assert!(row.appointment.start_time > now, "not what has begun");
        row
    }
}

/// Decides with nothing of the calendar in sight and adds only what the turn asks to see, as the assistant does.
fn seeing_no_more_than_needed(state: &State, input: &Input<'_>, all: &View) -> Outcome {
    let mut view = View { appointments: all.appointments.clone(), ..View::default() };
    let mut looks = 0;
    loop {
        match turn(state, input, &view) {
            Ok(outcome) => return outcome,
            Err(unseen) => {
                looks += 1;
                assert!(looks < 32, "a turn looks at the calendar again and again: {}", input.text);
                let inside = all.busy.iter().filter(|busy| busy.window.overlaps(&unseen.0)).cloned();
                view.see(unseen.0, inside.collect());
            }
        }
    }
}
