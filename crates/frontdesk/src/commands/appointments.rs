//! `frontdesk appointments`

use calendar::Profile;
use chrono::{Days, NaiveDate};
use serde::Serialize;
use serde_json::json;
use store::{AppointmentFilter, ListedBooking, StoreError};
use uuid::Uuid;

use super::book;
use crate::cli::{AppointmentsCommand, ListAppointments};
use crate::error::Failure;
use crate::moment::day_start;
use crate::settings::Settings;
use crate::{compose, output};

/// The API's object with what the operator sees besides.
#[derive(Serialize)]
pub struct Row<'a> {
    #[serde(flatten)]
    appointment: &'a protocol::Appointment,
    user_email: &'a str,
    resource: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

impl<'a> Row<'a> {
    /// As it is listed.
    pub fn of(listed: &'a ListedBooking) -> Self {
        Self {
            appointment: &listed.booking.appointment,
            user_email: &listed.user_email,
            resource: &listed.booking.resource,
            name: listed.booking.name.as_deref(),
        }
    }
}

/// Lists, shows, makes and cancels.
///
/// # Errors
/// When there is no such appointment, it cannot be cancelled any more, or the database fails.
pub async fn run(settings: &Settings, command: AppointmentsCommand) -> Result<(), Failure> {
    let profile = compose::profile(settings)?;
    let store = compose::store(settings).await?;
    match command {
        AppointmentsCommand::List(args) => {
            let listed = store.appointments(&filter(&args, &profile)?).await?;
            list(&listed, &profile, args.json)
        }
        AppointmentsCommand::Show { id, json } => show(&existing(&store, id).await?, &profile, json),
        AppointmentsCommand::Create(args) => {
            let now = compose::clock(settings).now();
            let id = book::create(&store, &profile, &args, now).await?;
            show(&existing(&store, id).await?, &profile, args.json)
        }
        AppointmentsCommand::Cancel { id, json } => {
            let now = compose::clock(settings).now();
            store.cancel(None, id, now).await.map_err(|error| match error {
                StoreError::NotFound => unknown(id),
                StoreError::Past => Failure::Refused(format!("appointment {id} is past and stays as it is")),
                error => error.into(),
            })?;
            show(&existing(&store, id).await?, &profile, json)
        }
    }
}

async fn existing(store: &store::Store, id: Uuid) -> Result<ListedBooking, Failure> {
    store.appointment(id).await?.ok_or_else(|| unknown(id))
}

fn unknown(id: Uuid) -> Failure {
    Failure::Refused(format!("there is no appointment {id}; `frontdesk appointments list` shows them"))
}

fn filter(args: &ListAppointments, profile: &Profile) -> Result<AppointmentFilter, Failure> {
    let after = |day: NaiveDate| {
        day.checked_add_days(Days::new(1))
            .ok_or_else(|| Failure::Usage(format!("--to {day} is too far away")))
    };
    Ok(AppointmentFilter {
        user_email: args.user.clone(),
        from: args.from.map(|day| day_start(day, profile)),
        until: args.to.map(after).transpose()?.map(|day| day_start(day, profile)),
        status: args.status,
    })
}

fn list(listed: &[ListedBooking], profile: &Profile, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return output::json(&json!({ "appointments": listed.iter().map(Row::of).collect::<Vec<_>>() }));
    }
    let rows = listed
        .iter()
        .map(|row| {
            let appointment = &row.booking.appointment;
            vec![
                output::wall(appointment.start_time, profile.timezone),
                appointment.status.as_str().to_owned(),
                appointment.service_type.clone(),
                row.booking.resource.clone(),
                row.user_email.clone(),
                appointment.id.to_string(),
            ]
        })
        .collect();
    let start = format!("START ({})", profile.timezone);
    output::table(&[&start, "STATUS", "SERVICE", "RESOURCE", "USER", "ID"], rows, "No appointments.")
}

fn show(listed: &ListedBooking, profile: &Profile, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return output::json(&Row::of(listed));
    }
    let appointment = &listed.booking.appointment;
    let zone = profile.timezone;
    let mut lines = vec![
        format!("id        {}", appointment.id),
        format!("status    {}", appointment.status.as_str()),
        format!("start     {} ({zone})", output::wall(appointment.start_time, zone)),
        format!("end       {} ({zone})", output::wall(appointment.end_time, zone)),
        format!("service   {}", appointment.service_type),
        format!("resource  {}", listed.booking.resource),
        format!("user      {} (zone {})", listed.user_email, appointment.timezone),
        format!("booked    {} ({zone})", output::wall(appointment.created_at, zone)),
    ];
    lines.extend(listed.booking.name.iter().map(|name| format!("name      {name}")));
    output::lines(lines)
}
