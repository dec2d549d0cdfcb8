//! `frontdesk appointments create`: a booking by phone, by the rules of the chat.

use assistant::ambient::new_id;
use calendar::claims::CELL_MINUTES;
use calendar::{FreeSlot, Profile, Service};
use chrono::{DateTime, Utc};
use dialogue::{Refusal, Unseen, View, Wanted};
use protocol::SpanRole;
use serde_json::json;
use store::{Clash, NewAppointment, Place, Store, StoreError, User};
use timewords::{Constraint, Context, Phrase, State};
use uuid::Uuid;

use super::users;
use crate::cli::CreateAppointment;
use crate::deed::deed;
use crate::error::Failure;
use crate::{moment, output};

/// How often a slot is looked for again when somebody else was quicker.
const ROUNDS: u32 = 5;

/// Who books what.
struct Desk<'a> {
    store: &'a Store,
    profile: &'a Profile,
    user: User,
    service: &'a Service,
    name: Option<&'a str>,
    now: DateTime<Utc>,
}

/// Books for somebody; returns the id of the appointment.
///
/// # Errors
/// When there is no such person or service, or the time cannot be had; the error says why and what is free instead.
pub async fn create(
    store: &Store,
    profile: &Profile,
    args: &CreateAppointment,
    now: DateTime<Utc>,
) -> Result<Uuid, Failure> {
    let user = users::existing(store, &args.user).await?;
    let service = service(profile, args.service.as_deref())?;
    let name = args.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    if profile.booking.ask_name && name.is_none() {
        return Err(Failure::Usage("this business asks for a name: say --name".to_owned()));
    }
    let desk = Desk { store, profile, user, service, name, now };
    let wanted = desk.wanted(&args.at)?;
    let refusal = match desk.by_the_rules(&wanted).await? {
        Ok(id) => return Ok(id),
        Err(refusal) => refusal,
    };
    match desk.exact(&wanted).filter(|_| args.force) {
        Some(start) => desk.despite_the_rules(start, &refusal).await,
        None => Err(desk.refused(&refusal)),
    }
}

fn service<'a>(profile: &'a Profile, words: Option<&str>) -> Result<&'a Service, Failure> {
    let found = match words {
        Some(words) => profile.service(words).or_else(|| profile.match_service(words)),
        None => profile.default_service(),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = profile.services.iter().map(|service| service.name.as_str()).collect();
        Failure::Usage(format!("say --service, one of: {}", names.join(", ")))
    })
}

impl Desk<'_> {
    fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            zone: self.profile.timezone,
            profile: self.profile,
            asked: None,
            existing: None,
        }
    }

    /// What the words of `--at` mean.
    fn wanted(&self, words: &str) -> Result<Wanted, Failure> {
        if let Some(start) = moment::instant(words, self.profile)? {
            return Ok(Wanted { chosen: Some(start), ..Wanted::default() });
        }
        let when = timewords::read(&[Phrase { text: words, role: SpanRole::Wanted }], &[], &self.context());
        if when.none {
            return Err(Failure::Usage(format!(
                "{words:?} is no time: write \"wednesday 3pm\" or \"2026-11-25 15:00\""
            )));
        }
        Ok(Wanted { when: Constraint::from_when(&when), ..Wanted::default() })
    }

    /// The one start that is wanted, if it is one.
    fn exact(&self, wanted: &Wanted) -> Option<DateTime<Utc>> {
        wanted.chosen.or_else(|| match wanted.when.state(&self.context()) {
            State::Exact { at, .. } => Some(at),
            _ => None,
        })
    }

    async fn by_the_rules(&self, wanted: &Wanted) -> Result<Result<Uuid, Refusal>, Failure> {
        for _ in 0..ROUNDS {
            let own = self.store.appointments_of(self.user.id).await?;
            let appointments = own.into_iter().map(|booking| booking.appointment).collect();
            let mut view = View { appointments, ..View::default() };
            let slot = loop {
                match dialogue::place(wanted, self.service, self.profile, self.user.id, &view, self.now) {
                    Ok(Ok(slot)) => break slot,
                    Ok(Err(refusal)) => return Ok(Err(refusal)),
                    Err(Unseen(window)) => {
                        let resources = &self.profile.booking.resources;
                        view.see(window, self.store.busy(resources, self.user.id, window).await?);
                    }
                }
            };
            let new = self.appointment(slot)?;
            match self.store.book(self.user.id, &new, self.now).await {
                Ok(_) => return Ok(Ok(new.id)),
                // Somebody was quicker: look again.
                Err(StoreError::SlotTaken(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::Refused("others were quicker each time; try again".to_owned()))
    }

    /// Outside hours, notice, horizon, limits and over blocks; never over another appointment, and never in the past.
    async fn despite_the_rules(&self, start: DateTime<Utc>, refusal: &Refusal) -> Result<Uuid, Failure> {
        if start <= self.now {
            return Err(Failure::Refused("what is past cannot be booked, not even with --force".to_owned()));
        }
        if start.timestamp() % (CELL_MINUTES * 60) != 0 {
            let every = format!("an appointment starts on a multiple of {CELL_MINUTES} minutes");
            return Err(Failure::Usage(every));
        }
        for resource in &self.profile.booking.resources {
            let end = start + self.service.duration();
            let new = self.appointment(FreeSlot { start, end, resource: resource.clone() })?;
            let detail = json!({ "start": start, "resource": resource, "rule": refusal.reason });
            let audit = deed("appointment.forced", new.id, detail, self.now)?;
            match self.store.book_despite_blocks(self.user.id, &new, &audit).await {
                Ok(_) => return Ok(new.id),
                Err(StoreError::SlotTaken(Clash::Resource)) => {}
                Err(StoreError::SlotTaken(Clash::Person)) => {
                    let email = &self.user.email;
                    return Err(Failure::Refused(format!("{email} has another appointment then")));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::Refused(
            "every resource has an appointment then; not even --force books over one".to_owned(),
        ))
    }

    fn appointment(&self, slot: FreeSlot) -> Result<NewAppointment, Failure> {
        Ok(NewAppointment {
            id: new_id().map_err(|error| Failure::Internal(error.into()))?,
            place: Place { slot, buffer: self.service.buffer() },
            service_type: self.service.name.clone(),
            timezone: self.profile.timezone.to_string(),
            name: self.name.map(str::to_owned),
        })
    }

    fn refused(&self, refusal: &Refusal) -> Failure {
        let zone = self.profile.timezone;
        let free: Vec<String> = refusal.alternatives.iter().map(|start| output::wall(*start, zone)).collect();
        let instead = match free.as_slice() {
            [] => String::new(),
            free => format!(" Free instead: {} ({zone}).", free.join(" or ")),
        };
        Failure::Refused(format!("{}{instead}", refusal.reason))
    }
}
