//! `kill -9` under load: whatever was acknowledged is there, once.
//!
//! Several people chat at once (book, move, cancel, tap on what is offered) and compete for few times. The program is
//! killed at a random moment. Then the database is compared with what everybody was told; the program is started
//! again, and what got no answer is sent again under the same `message_id`: it must be answered as the database says
//! it was, or for the first time.

mod ledger;
mod person;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use comfy_table::{Table, presets};
use protocol::AppointmentStatus;

use crate::program::{Client, NOW, Program, Running};
use crate::{Database, ProofError, Result};
use person::Person;

/// It is killed at some moment after at most so many messages were answered: on a slow machine it lives longer.
const ANSWERS_MAX: u64 = 60;
const MOMENT_MAX_MS: u64 = 50;
/// Longer than so many answers take.
const LIFE_MAX: Duration = Duration::from_secs(60);
/// One in so many lives ends while the program starts.
const KILLED_STARTING_ONE_IN: u32 = 10;
const STARTING_MAX_MS: u64 = 400;
/// Progress is told after so many kills.
const TELL_EVERY: u32 = 10;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The program.
    pub binary: &'a Path,
    /// What it runs on.
    pub database: Database,
    /// How often it is killed while people talk to it.
    pub kills: u32,
    /// How many people talk at once.
    pub people: u32,
    /// What is said and when it is killed follow from this; how far the program had got then does not.
    pub seed: u64,
}

/// What happened. That it exists means that nothing was lost and nothing is there twice.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it ran on.
    pub database: Database,
    /// Kills while people were talking.
    pub kills: u32,
    /// Kills while it started.
    pub kills_starting: u32,
    /// Messages answered.
    pub turns: u64,
    /// Messages that were under way when it was killed and had been written all the same.
    pub unanswered_written: u64,
    /// Messages that were under way and had left nothing.
    pub unanswered_gone: u64,
    /// Messages sent again after their turn was written, and given the first reply.
    pub resent: u64,
    /// Appointments in the end.
    pub booked: usize,
    /// Cancelled ones.
    pub cancelled: usize,
    /// How long it took.
    pub took: Duration,
}

/// Kills the program as often as planned, comparing after each time. `tell` is told of the progress.
///
/// # Errors
/// [`ProofError::Broken`] if anything acknowledged is missing, there twice or different, and where the data are kept
/// for a closer look; others if the proof could not be carried out.
pub fn prove(plan: Plan<'_>, tell: &dyn Fn(&str)) -> Result<Report> {
    let url = match plan.database {
        Database::Sqlite => None,
        Database::Postgres => Some(testbed::postgres_database()),
    };
    let program = Program::new(plan.binary, url)?;
    let result = kill_and_compare(plan, &program, tell);
    if let Err(ProofError::Broken(what)) = result {
        let kept = program.keep();
        let what =
            format!("{} (seed {}): {what}; the data are in {}", plan.database, plan.seed, kept.display());
        return Err(ProofError::Broken(what));
    }
    result
}

fn kill_and_compare(plan: Plan<'_>, program: &Program, tell: &dyn Fn(&str)) -> Result<Report> {
    let begun = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rng = fastrand::Rng::with_seed(plan.seed);
    let mut people = sign_up(plan, program, &mut rng)?;
    let mut report = Report {
        database: plan.database,
        kills: 0,
        kills_starting: 0,
        turns: 0,
        unanswered_written: 0,
        unanswered_gone: 0,
        resent: 0,
        booked: 0,
        cancelled: 0,
        took: Duration::ZERO,
    };
    while report.kills < plan.kills {
        if rng.u32(..KILLED_STARTING_ONE_IN) == 0 {
            let starting = program.spawn()?;
            std::thread::sleep(Duration::from_millis(rng.u64(..STARTING_MAX_MS)));
            starting.kill()?;
            report.kills_starting += 1;
        }
        let moment = Duration::from_millis(rng.u64(..MOMENT_MAX_MS));
        one_life(program.start()?, &mut people, rng.u64(..ANSWERS_MAX), moment)?;
        report.kills += 1;
        let last = report.kills == plan.kills;
        let found = runtime.block_on(ledger::compare(program.database_url(), &mut people, last))?;
        report.unanswered_written += found.written;
        report.unanswered_gone += found.gone;
        if last || report.kills.is_multiple_of(TELL_EVERY) {
            let (kills, all, turns) = (report.kills, plan.kills, turns(&people));
            tell(&format!(
                "{}: {kills} of {all} kills, {turns} messages answered, nothing lost",
                plan.database
            ));
        }
    }
    let told = || people.iter().flat_map(|person| person.appointments.values());
    report.turns = turns(&people);
    report.resent = people.iter().map(|person| person.resent).sum();
    report.booked = told().filter(|told| told.status == AppointmentStatus::Booked).count();
    report.cancelled = told().filter(|told| told.status == AppointmentStatus::Cancelled).count();
    report.took = begun.elapsed();
    Ok(report)
}

fn turns(people: &[Person]) -> u64 {
    people.iter().flat_map(|person| person.log.values()).map(|said| said.len() as u64).sum()
}

fn sign_up(plan: Plan<'_>, program: &Program, rng: &mut fastrand::Rng) -> Result<Vec<Person>> {
    let running = program.start()?;
    let now: DateTime<Utc> = NOW.parse().unwrap_or_default();
    let client = Client::new(&running.url);
    (0..plan.people)
        .map(|number| {
            let email = format!("person{number}@example.org");
            let token = client.sign_up(&email)?;
            Ok(Person::new(email, token, rng.u64(..), now))
        })
        .collect()
}

/// Everybody talks; some moment after so many answers the program is killed, and everybody notices.
fn one_life(running: Running, people: &mut [Person], answers: u64, moment: Duration) -> Result<()> {
    let Running { process, url, .. } = running;
    let begun = Instant::now();
    let answered = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let talking: Vec<_> = people
            .iter_mut()
            .map(|person| {
                let (url, answered) = (&url, &answered);
                scope.spawn(move || person.talk(url, answered))
            })
            .collect();
        let over = || talking.iter().any(ScopedJoinHandle::is_finished);
        while answered.load(Ordering::Relaxed) < answers && !over() && begun.elapsed() < LIFE_MAX {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(moment);
        let killed = process.kill();
        let ended: Result<Vec<()>> = talking
            .into_iter()
            .map(|thread| thread.join().map_err(|_| ProofError::Program("a person panicked".into()))?)
            .collect();
        ended?;
        killed
    })
}

/// The reports, a line each.
#[must_use]
pub fn table(reports: &[Report]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header([
        "database",
        "kills under load",
        "while starting",
        "messages answered",
        "written, not answered",
        "gone with the kill",
        "sent again, same reply",
        "booked",
        "cancelled",
        "seconds",
    ]);
    table.add_rows(reports.iter().map(|report| {
        [
            report.database.to_string(),
            report.kills.to_string(),
            report.kills_starting.to_string(),
            report.turns.to_string(),
            report.unanswered_written.to_string(),
            report.unanswered_gone.to_string(),
            report.resent.to_string(),
            report.booked.to_string(),
            report.cancelled.to_string(),
            report.took.as_secs().to_string(),
        ]
    }));
    table
}
