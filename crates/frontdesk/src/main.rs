//! Frontdesk: a self-hosted front desk in one program.
#![expect(clippy::print_stderr, reason = "a command line talks on its standard streams")]

mod cli;
mod commands;
mod compose;
mod deed;
mod error;
mod jobs;
mod logging;
mod metrics;
mod models;
mod moment;
mod origins;
mod output;
mod remote;
mod secret;
mod serving;
mod settings;
mod voice;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::error::Failure;

fn main() -> ExitCode {
    let cli = Cli::read();
    let infers = matches!(
        cli.command,
        Command::Serve(_) | Command::Ai(_) | Command::Chat(_) | Command::Understand(_) | Command::Doctor(_)
    );
    if infers {
        nlu::restart_with_single_threaded_candle();
    }
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output has seen enough (`frontdesk … | head`).
        Err(Failure::Io { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("frontdesk: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    // Commands print results; only a service narrates what it does.
    let serves =
        matches!(cli.command, Command::Serve(_) | Command::Api(_) | Command::Ai(_) | Command::Web(_));
    logging::start(&cli.settings, if serves { "info,sqlx=warn" } else { "warn" })?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("starting the runtime"))?;
    let settings = cli.settings;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => commands::serve::run(&settings, *args).await,
            Command::Api(args) => commands::api::run(&settings, *args).await,
            Command::Ai(args) => commands::ai::run(&settings, *args).await,
            Command::Web(args) => commands::web::run(&settings, *args).await,
            Command::Probe(args) => commands::probe::run(&args).await,
            Command::Migrate => commands::migrate::run(&settings).await,
            Command::Seed(args) => commands::seed::run(&settings, args).await,
            Command::Appointments(command) => commands::appointments::run(&settings, command).await,
            Command::Block(command) => commands::block::run(&settings, command).await,
            Command::Audit { json } => commands::audit::run(&settings, json).await,
            Command::Users(command) => commands::users::run(&settings, command).await,
            Command::Export(args) => commands::users::export(&settings, &args).await,
            Command::Backup(args) => commands::backup::backup(&settings, &args).await,
            Command::Restore(args) => commands::backup::restore(&settings, &args).await,
            Command::Sessions(command) => commands::sessions::run(&settings, command).await,
            Command::Chat(args) => commands::chat::run(&settings, args).await,
            Command::Understand(args) => commands::understand::run(&settings, args).await,
            Command::Config(command) => commands::config::run(&settings, &command),
            Command::Doctor(args) => commands::doctor::run(&settings, &args).await,
            Command::Completions { shell } => commands::manual::completions(shell),
            Command::Man { folder } => commands::manual::man(&folder),
            Command::Models(command) => commands::models::run(&settings, command).await,
        }
    })
}
