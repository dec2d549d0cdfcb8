//! `frontdesk block`: times when nobody can book.

use assistant::ambient::new_id;
use calendar::{Profile, Window};
use chrono::TimeDelta;
use protocol::AppointmentStatus;
use serde_json::{Value, json};
use store::{AppointmentFilter, Block, ListedBooking, NewBlock, Store, StoreError};

use super::appointments::Row;
use crate::cli::{AddBlock, BlockCommand};
use crate::deed::deed;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, moment, output};

/// How long before a block an appointment in it may begin: none lasts longer than a day.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// Adds, lists and removes blocks.
///
/// # Errors
/// When a time or a resource cannot be, there is no such block, or the database fails.
pub async fn run(settings: &Settings, command: BlockCommand) -> Result<(), Failure> {
    let profile = compose::profile(settings)?;
    let store = compose::store(settings).await?;
    let now = compose::clock(settings).now();
    match command {
        BlockCommand::Add(args) => {
            let new = NewBlock {
                id: new_id().map_err(|error| Failure::Internal(error.into()))?,
                window: window(&args, &profile)?,
                resource: args.resource.map(|name| resource(name, &profile)).transpose()?,
                reason: args.reason,
            };
            let audit = deed("block.added", new.id, json!({}), now)?;
            let resources = &profile.booking.resources;
            let block = compose::retried(|| store.add_block(&new, resources, &audit)).await?;
            let booked = booked_in(&store, &block).await?;
            added(&block, &booked, &profile, args.json)
        }
        BlockCommand::List { all, json } => {
            let since = if all { chrono::DateTime::UNIX_EPOCH } else { now };
            list(&store.blocks(since).await?, &profile, json)
        }
        BlockCommand::Remove { id, json } => {
            let audit = deed("block.removed", id, json!({}), now)?;
            let removed = compose::retried(|| store.remove_block(id, &audit)).await;
            let block = removed.map_err(|error| match error {
                StoreError::NotFound => {
                    Failure::Refused(format!("there is no block {id}; `frontdesk block list` shows them"))
                }
                error => error.into(),
            })?;
            if json {
                output::json(&document(&block))
            } else {
                output::lines([format!("{} can be booked again.", in_words(&block, &profile))])
            }
        }
    }
}

fn window(args: &AddBlock, profile: &Profile) -> Result<Window, Failure> {
    let from = edges(&args.from, profile)?;
    let window = match &args.to {
        None => from,
        Some(to) => Window::new(from.start, edges(to, profile)?.end),
    };
    if window.is_empty() {
        return Err(Failure::Usage(match &args.to {
            None => format!("{} is a moment: say --to as well", args.from),
            Some(to) => format!("--to {to} must be after --from {}", args.from),
        }));
    }
    Ok(window)
}

/// A whole day, or a moment.
fn edges(text: &str, profile: &Profile) -> Result<Window, Failure> {
    if let Some(day) = text.parse().ok().and_then(|day| moment::whole_day(day, profile)) {
        return Ok(day);
    }
    let at = moment::instant(text, profile)?;
    at.map(|at| Window::new(at, at)).ok_or_else(|| {
        Failure::Usage(format!("{text:?} is neither a day (2026-12-24) nor a time (\"2026-12-24 14:00\")"))
    })
}

fn resource(name: String, profile: &Profile) -> Result<String, Failure> {
    let resources = &profile.booking.resources;
    if resources.contains(&name) {
        return Ok(name);
    }
    Err(Failure::Usage(format!("there is no resource {name:?}; the profile has {}", resources.join(", "))))
}

/// What is booked inside the block already, in order.
async fn booked_in(store: &Store, block: &Block) -> Result<Vec<ListedBooking>, Failure> {
    let filter = AppointmentFilter {
        from: Some(block.window.start - LONGEST),
        until: Some(block.window.end),
        status: Some(AppointmentStatus::Booked),
        ..AppointmentFilter::default()
    };
    let mut booked = store.appointments(&filter).await?;
    booked.retain(|listed| {
        let appointment = &listed.booking.appointment;
        let resource = &listed.booking.resource;
        Window::new(appointment.start_time, appointment.end_time).overlaps(&block.window)
            && block.resource.as_ref().is_none_or(|blocked| blocked == resource)
    });
    Ok(booked)
}

fn document(block: &Block) -> Value {
    json!({
        "id": block.id,
        "resource": block.resource,
        "start_time": block.window.start,
        "end_time": block.window.end,
        "reason": block.reason,
        "created_at": block.created_at,
    })
}

fn in_words(block: &Block, profile: &Profile) -> String {
    let zone = profile.timezone;
    let what = block.resource.as_deref().unwrap_or("Everything");
    let (from, to) = (output::wall(block.window.start, zone), output::wall(block.window.end, zone));
    format!("{what} from {from} to {to} ({zone})")
}

fn added(block: &Block, booked: &[ListedBooking], profile: &Profile, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let booked: Vec<Row<'_>> = booked.iter().map(Row::of).collect();
        return output::json(&json!({ "block": document(block), "booked": booked }));
    }
    let mut lines = vec![format!("{} cannot be booked any more. Id {}", in_words(block, profile), block.id)];
    if !booked.is_empty() {
        lines.push("Booked in it already, and still booked:".to_owned());
    }
    lines.extend(booked.iter().map(|listed| {
        let appointment = &listed.booking.appointment;
        let start = output::wall(appointment.start_time, profile.timezone);
        format!("  {start}  {}  {}  {}", listed.booking.resource, listed.user_email, appointment.id)
    }));
    output::lines(lines)
}

fn list(blocks: &[Block], profile: &Profile, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return output::json(&json!({ "blocks": blocks.iter().map(document).collect::<Vec<_>>() }));
    }
    let zone = profile.timezone;
    let rows = blocks.iter().map(|block| {
        vec![
            output::wall(block.window.start, zone),
            output::wall(block.window.end, zone),
            block.resource.clone().unwrap_or_else(|| "(all)".to_owned()),
            block.reason.clone().unwrap_or_default(),
            block.id.to_string(),
        ]
    });
    let start = format!("FROM ({zone})");
    output::table(&[&start, "TO", "RESOURCE", "REASON", "ID"], rows.collect(), "No blocks.")
}
