//! `frontdesk seed`: something to look at before the first customer comes.

use assistant::ambient::new_id;
use calendar::{Allowed, Profile, Request, Window, free_slots};
use chrono::{DateTime, TimeDelta, Utc};
use store::{NewAppointment, Place, Store, StoreError, User};

use crate::cli::SeedArgs;
use crate::commands::users;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, output};

/// Sample people, at a domain that never exists (RFC 2606), and on which of the coming days each has an appointment.
const PEOPLE: &[(&str, &[i64])] =
    &[("ada@example.com", &[1, 8]), ("grace@example.com", &[2]), ("linus@example.com", &[1, 3, 10])];
/// How many days after the wished one a sample appointment may be.
const PATIENCE: TimeDelta = TimeDelta::days(14);

/// Makes the sample users that are not there yet, each with appointments in free slots.
///
/// # Errors
/// When the profile is wrong or the database fails.
pub async fn run(settings: &Settings, args: SeedArgs) -> Result<(), Failure> {
    let profile = match args.profile {
        None => compose::profile(settings)?,
        path => compose::profile(&Settings { business_profile: path, ..settings.clone() })?,
    };
    let store = compose::store(settings).await?;
    let now = compose::clock(settings).now();
    for (email, days) in PEOPLE {
        match users::create(&store, email, None, now).await {
            Ok((user, password)) => {
                let booked = book(&store, &profile, &user, days, now).await?;
                let password = password.unwrap_or_default();
                output::lines([format!(
                    "{email}: {booked} appointments, password {password} (shown only this once)"
                )])?;
            }
            Err(Failure::Refused(_)) => output::lines([format!("{email} is there already: left as it is")])?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Books the first free slot from each of the days on; returns how many there were.
async fn book(
    store: &Store,
    profile: &Profile,
    user: &User,
    days: &[i64],
    now: DateTime<Utc>,
) -> Result<usize, Failure> {
    let Some(service) = profile.default_service().or(profile.services.first()) else { return Ok(0) };
    let mut booked = 0;
    for day in days {
        let from = now + TimeDelta::days(*day);
        let window = Window::new(from, from + PATIENCE);
        // Somebody may book beside us: the calendar is read anew for each.
        let busy = store.busy(&profile.booking.resources, user.id, window).await?;
        let request = Request { profile, service, person: user.id, busy: &busy, moving: None, now };
        let Some(slot) = free_slots(&request, &[Allowed::Starting(window)]).into_iter().next() else {
            continue;
        };
        let new = NewAppointment {
            id: new_id().map_err(|error| Failure::Internal(error.into()))?,
            place: Place { slot, buffer: service.buffer() },
            service_type: service.name.clone(),
            timezone: profile.timezone.to_string(),
            name: None,
        };
        match store.book(user.id, &new, now).await {
            Ok(_) => booked += 1,
            Err(StoreError::SlotTaken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(booked)
}
