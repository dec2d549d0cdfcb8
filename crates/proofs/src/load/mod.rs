//! How fast the program is, how that changes as its database grows, and what memory it takes.
//!
//! Every turn goes the whole way: HTTP, authentication, the model, the decision, a committed transaction. The people
//! who talk are threads of this process and share the processor with the program; so does the PostgreSQL server.

mod fill;
mod machine;
mod talker;

use std::path::Path;
use std::time::{Duration, Instant};

use comfy_table::{Table, presets};

use crate::program::{Program, Running};
use crate::{Database, ProofError, Result};
use talker::Talker;

const WARM_UP: Duration = Duration::from_secs(1);
const SOAKERS: usize = 8;
/// Turns on one database before it is the other's turn, when two are compared.
const TURNS_IN_A_ROW: usize = 20;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The program, built with optimisation.
    pub binary: &'a Path,
    /// What it runs on.
    pub database: Database,
    /// How many people talk at once, one measurement after the other.
    pub users: &'a [usize],
    /// How long a measurement takes.
    pub seconds: u64,
    /// About how many appointments the grown database has; 0: the growth is left out.
    pub appointments: u64,
    /// How many conversations it has.
    pub sessions: u64,
    /// How long memory is watched; 0: not.
    pub soak_seconds: u64,
}

/// Answers, and what they took.
struct Figures {
    latencies: Vec<Duration>,
    wall: Duration,
    /// Of the program alone.
    processor: Duration,
}

impl Figures {
    fn new(mut latencies: Vec<Duration>, wall: Duration, processor: Duration) -> Result<Self> {
        if latencies.is_empty() {
            return Err(ProofError::Program("answered nothing in time".into()));
        }
        latencies.sort_unstable();
        Ok(Self { latencies, wall, processor })
    }

    /// The latency that this many percent of the turns did not exceed, in milliseconds.
    fn percentile(&self, percent: usize) -> f64 {
        let index = (self.latencies.len() * percent / 100).min(self.latencies.len() - 1);
        self.latencies[index].as_secs_f64() * 1e3
    }

    fn turns_a_second(&self) -> f64 {
        self.latencies.len() as f64 / self.wall.as_secs_f64()
    }

    /// Processor time of the program for one turn, in milliseconds: what other programs do changes it little.
    fn processor_ms(&self) -> f64 {
        self.processor.as_secs_f64() * 1e3 / self.latencies.len() as f64
    }
}

/// Measures, and tells the results as they come, as Markdown.
///
/// # Errors
/// When the program cannot be started, or answers a message with an error.
pub fn measure(plan: &Plan<'_>, tell: &dyn Fn(&str)) -> Result<()> {
    tell(&format!("\n{}: {}\n", plan.database, machine::describe()));
    let program = prepare(plan)?;
    let running = program.start()?;
    let (ready, resident) = (running.ready_after.as_millis(), machine::resident_mb(running.process.id()));
    tell(&format!("Ready after {ready} ms, with {resident:.0} MB of memory.\n"));
    tell(&speed(plan, &running)?.to_string());
    if plan.appointments > 0 {
        drop(running);
        tell(&growth(plan, tell)?.to_string());
    }
    if plan.soak_seconds > 0 {
        soak(plan, &program.start()?, tell)?;
    }
    Ok(())
}

/// A program on an empty database of the kind that keeps what it commits.
fn prepare(plan: &Plan<'_>) -> Result<Program> {
    let url = match plan.database {
        Database::Sqlite => None,
        Database::Postgres => Some(testbed::durable_postgres_database()),
    };
    Program::new(plan.binary, url)?.with_profile(fill::PROFILE)
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(header);
    table
}

/// Turns a second and latencies with more and more people.
fn speed(plan: &Plan<'_>, running: &Running) -> Result<Table> {
    let mut table = table(&[
        "people at once",
        "turns a second",
        "p50 ms",
        "p99 ms",
        "processor ms a turn",
        "load average",
    ]);
    for &users in plan.users {
        let mut talkers = talkers(running, users, &format!("speed{users}"))?;
        together(running, &mut talkers, WARM_UP)?;
        let figures = together(running, &mut talkers, Duration::from_secs(plan.seconds))?;
        table.add_row([
            users.to_string(),
            format!("{:.0}", figures.turns_a_second()),
            format!("{:.1}", figures.percentile(50)),
            format!("{:.1}", figures.percentile(99)),
            format!("{:.2}", figures.processor_ms()),
            machine::load_average(),
        ]);
    }
    Ok(table)
}

fn talkers(running: &Running, count: usize, name: &str) -> Result<Vec<Talker>> {
    (0..count).map(|number| Talker::new(&running.url, &format!("{name}-{number}@example.org"))).collect()
}

/// Everybody talks for so long.
fn together(running: &Running, talkers: &mut [Talker], time: Duration) -> Result<Figures> {
    let process = running.process.id();
    let (begun, used) = (Instant::now(), machine::processor_time(process));
    let mut latencies = Vec::new();
    std::thread::scope(|scope| {
        let talking: Vec<_> = talkers
            .iter_mut()
            .map(|talker| {
                scope.spawn(move || -> Result<Vec<Duration>> {
                    let mut latencies = Vec::new();
                    while begun.elapsed() < time {
                        latencies.push(talker.turn()?);
                    }
                    Ok(latencies)
                })
            })
            .collect();
        for thread in talking {
            let ended = thread.join().map_err(|_| ProofError::Program("a talker panicked".into()))?;
            latencies.extend(ended?);
        }
        Ok::<_, ProofError>(())
    })?;
    Figures::new(latencies, begun.elapsed(), machine::processor_time(process).saturating_sub(used))
}

/// The same conversation on an empty and on a grown database, a few turns here and a few there, so that whatever else
/// the machine does meets both.
fn growth(plan: &Plan<'_>, tell: &dyn Fn(&str)) -> Result<Table> {
    let begun = Instant::now();
    let (empty, grown) = (prepare(plan)?, prepare(plan)?);
    // It makes its tables when it starts.
    drop(grown.start()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(fill::fill(grown.database_url(), plan.appointments, plan.sessions))?;
    let (appointments, sessions) = (plan.appointments, plan.sessions);
    let took = begun.elapsed().as_secs();
    tell(&format!("\n{appointments} appointments and {sessions} conversations were written in {took} s.\n"));

    let databases = [empty.start()?, grown.start()?];
    let mut latencies = [Vec::new(), Vec::new()];
    let mut processor = [Duration::ZERO; 2];
    let mut talkers = Vec::new();
    for running in &databases {
        let mut talker = self::talkers(running, 1, "growth")?;
        together(running, &mut talker, WARM_UP)?;
        talkers.extend(talker);
    }
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(plan.seconds * 4) {
        for (index, talker) in talkers.iter_mut().enumerate() {
            let process = databases[index].process.id();
            let used = machine::processor_time(process);
            for _ in 0..TURNS_IN_A_ROW {
                latencies[index].push(talker.turn()?);
            }
            processor[index] += machine::processor_time(process).saturating_sub(used);
        }
    }
    let wall = begun.elapsed();
    let mut table = table(&["database", "ready ms", "p50 ms", "p99 ms", "processor ms a turn", "memory MB"]);
    let [empty, grown] = latencies;
    let figures = [Figures::new(empty, wall, processor[0])?, Figures::new(grown, wall, processor[1])?];
    for ((name, running), figures) in ["empty", "grown"].iter().zip(&databases).zip(&figures) {
        table.add_row([
            (*name).to_owned(),
            running.ready_after.as_millis().to_string(),
            format!("{:.2}", figures.percentile(50)),
            format!("{:.2}", figures.percentile(99)),
            format!("{:.2}", figures.processor_ms()),
            format!("{:.0}", machine::resident_mb(running.process.id())),
        ]);
    }
    let [empty, grown] = figures;
    table.add_row([
        "grown / empty".to_owned(),
        String::new(),
        format!("{:.2}", grown.percentile(50) / empty.percentile(50)),
        format!("{:.2}", grown.percentile(99) / empty.percentile(99)),
        format!("{:.2}", grown.processor_ms() / empty.processor_ms()),
        String::new(),
    ]);
    Ok(table)
}

/// Memory while people talk without a break.
fn soak(plan: &Plan<'_>, running: &Running, tell: &dyn Fn(&str)) -> Result<()> {
    let process = running.process.id();
    let mut talkers = talkers(running, SOAKERS, "soak")?;
    together(running, &mut talkers, WARM_UP)?;
    let before = machine::resident_mb(process);
    let mut most = before;
    let tenth = Duration::from_secs(plan.soak_seconds).div_f64(10.0);
    let mut turns = 0;
    for _ in 0..10 {
        turns += together(running, &mut talkers, tenth)?.latencies.len();
        most = most.max(machine::resident_mb(process));
    }
    let after = machine::resident_mb(process);
    tell(&format!(
        "\nSoak of {} s, {SOAKERS} people, {turns} turns: {before:.0} MB before, {after:.0} MB after, {most:.0} MB at \
         most.",
        plan.soak_seconds
    ));
    Ok(())
}
