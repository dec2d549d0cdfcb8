//! What can be said about appointments and blocks.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use protocol::AppointmentStatus;
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub enum AppointmentsCommand {
    /// List appointments in order of their start
    List(ListAppointments),
    /// Show one appointment
    Show {
        /// The appointment's id
        id: Uuid,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Book for somebody, by the rules of the chat: a call on the phone
    Create(CreateAppointment),
    /// Cancel an appointment and free its time
    Cancel {
        /// The appointment's id
        id: Uuid,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
pub struct ListAppointments {
    /// Only this person's
    #[arg(long, value_name = "EMAIL")]
    pub user: Option<String>,
    /// From this day on (YYYY-MM-DD, in the business's zone)
    #[arg(long, value_name = "DATE")]
    pub from: Option<NaiveDate>,
    /// Up to and including this day (YYYY-MM-DD, in the business's zone)
    #[arg(long, value_name = "DATE")]
    pub to: Option<NaiveDate>,
    /// Only BOOKED or only CANCELLED ones
    #[arg(long, value_parser = status)]
    pub status: Option<AppointmentStatus>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct CreateAppointment {
    /// Whose appointment, by e-mail address
    #[arg(long, value_name = "EMAIL")]
    pub user: String,
    /// When, in the business's zone: "wednesday 3pm", "2026-11-25 15:00"; or RFC 3339
    #[arg(long, value_name = "TIME")]
    pub at: String,
    /// Which service (default: the profile's)
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// The name it is made in, where the business asks for one
    #[arg(long)]
    pub name: Option<String>,
    /// Book outside hours, notice, horizon and limits, and over blocks; noted in the audit. Never over another appointment
    #[arg(long)]
    pub force: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum BlockCommand {
    /// Block a time; what is booked in it already stays booked, and is listed
    Add(AddBlock),
    /// List blocks that are not over yet, in order of their start
    List {
        /// Past ones too
        #[arg(long)]
        all: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Take a block away
    Remove {
        /// The block's id
        id: Uuid,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
pub struct AddBlock {
    /// From when, in the business's zone: a day (2026-12-24), a time ("2026-12-24 14:00"), or RFC 3339
    #[arg(long, value_name = "WHEN")]
    pub from: String,
    /// Until when; a day is blocked to its end (default: the day of --from)
    #[arg(long, value_name = "WHEN")]
    pub to: Option<String>,
    /// Only this resource (default: all of them, also those that the profile gains later)
    #[arg(long, value_name = "NAME")]
    pub resource: Option<String>,
    /// Why, for yourself
    #[arg(long)]
    pub reason: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

fn status(name: &str) -> Result<AppointmentStatus, String> {
    name.to_ascii_uppercase().parse().map_err(|()| "BOOKED or CANCELLED".to_owned())
}
