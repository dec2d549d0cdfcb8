//! The command line: what can be said to the program, with its help.

mod calendar;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::builder::Resettable;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use uuid::Uuid;

pub use calendar::{AddBlock, AppointmentsCommand, BlockCommand, CreateAppointment, ListAppointments};

use crate::settings::{
    ApiSettings, ListenSettings, ModelSettings, PublicSettings, Settings, SharedSecret, VoiceSettings,
};

/// A self-hosted front desk: people book, move and cancel appointments by chatting, and no message leaves the building.
#[derive(Debug, Parser)]
#[command(
    name = "frontdesk",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "Start with `frontdesk serve` and open http://127.0.0.1:8080. Every option can be given as an \
                  environment variable; `.env.example` lists them all."
)]
pub struct Cli {
    #[command(flatten)]
    pub settings: Settings,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What was said on the command line and in the environment; ends the program with help or an explanation otherwise.
    pub fn read() -> Self {
        let said = without_empty(Self::command()).get_matches();
        Self::from_arg_matches(&said).unwrap_or_else(|error| error.exit())
    }
}

/// The command without the environment variables that are empty: set to nothing, as compose files and unit files easily
/// do, counts as not set.
pub fn without_empty(command: clap::Command) -> clap::Command {
    let empty =
        |arg: &clap::Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    command
        .mut_args(|arg| if empty(&arg) { arg.env(Resettable::Reset) } else { arg })
        .mut_subcommands(without_empty)
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve everything from this one process: the API, the assistant and its model
    Serve(Box<ServeArgs>),
    /// Serve the public API alone; the assistant is at AI_SERVICE_URL
    Api(Box<ApiArgs>),
    /// Serve the assistant and its model alone, to those who know AI_SERVICE_SECRET
    Ai(Box<AiArgs>),
    /// Serve the pages alone, and hand /api on to API_URL
    Web(Box<WebArgs>),
    /// Ask the service at LISTEN_ADDR whether it is alive (for the health checks of containers)
    Probe(ProbeArgs),
    /// Bring the database to this program's schema (`serve` does it by itself)
    Migrate,
    /// Make sample users and appointments to try things with; safe to run twice
    Seed(SeedArgs),
    /// Look at appointments, make and cancel them
    #[command(subcommand)]
    Appointments(AppointmentsCommand),
    /// Times when nobody can book: holidays, repairs
    #[command(subcommand)]
    Block(BlockCommand),
    /// List what operators did that others may ask about, the latest first
    Audit {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Look at accounts, make and delete them, and set passwords
    #[command(subcommand)]
    Users(UsersCommand),
    /// Print everything that is kept about a person, as one JSON document
    Export(ExportArgs),
    /// Write everything that is kept into one file, while others go on; the same file for both databases
    Backup(BackupArgs),
    /// Replace everything that is kept by what a backup holds; what there was is kept aside
    Restore(RestoreArgs),
    /// Read conversations
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Talk to the assistant in the terminal, by the same model and database; one message a line where input is piped
    Chat(ChatArgs),
    /// Show what the model sees in a message, and how the words about time are read
    Understand(UnderstandArgs),
    /// Check the configuration, or show every value and where it comes from
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look whether everything is as it should be on this box; changes nothing
    Doctor(Box<DoctorArgs>),
    /// List models, pull optional ones, and check that they are what they should be
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Print the script that teaches a shell these commands
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Write man pages, one for each command
    Man {
        /// The folder to write them to
        folder: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Read profile and environment and say what is wrong, with line numbers
    Check,
    /// Show every value and where it comes from; secrets are masked
    Show {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub listen: ListenSettings,
    #[command(flatten)]
    pub model: ModelSettings,
    #[command(flatten)]
    pub voice: VoiceSettings,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct ServeArgs {
    #[command(flatten)]
    pub listen: ListenSettings,
    #[command(flatten)]
    pub public: PublicSettings,
    #[command(flatten)]
    pub api: ApiSettings,
    #[command(flatten)]
    pub model: ModelSettings,
    #[command(flatten)]
    pub voice: VoiceSettings,
}

#[derive(Args, Debug)]
pub struct ApiArgs {
    #[command(flatten)]
    pub listen: ListenSettings,
    #[command(flatten)]
    pub public: PublicSettings,
    #[command(flatten)]
    pub api: ApiSettings,
    /// Where the AI service is, such as http://ai:8080; several instances: separated by commas
    #[arg(long, env = "AI_SERVICE_URL", value_name = "URL", help_heading = "Split services")]
    pub ai_service_url: Option<String>,
    #[command(flatten)]
    pub secret: SharedSecret,
}

#[derive(Args, Debug)]
pub struct AiArgs {
    #[command(flatten)]
    pub listen: ListenSettings,
    #[command(flatten)]
    pub secret: SharedSecret,
    #[command(flatten)]
    pub model: ModelSettings,
    #[command(flatten)]
    pub voice: VoiceSettings,
}

#[derive(Args, Debug)]
pub struct WebArgs {
    #[command(flatten)]
    pub listen: ListenSettings,
    #[command(flatten)]
    pub public: PublicSettings,
    /// Where the API is, such as http://api:8080; several instances: separated by commas
    #[arg(long, env = "API_URL", value_name = "URL", help_heading = "Split services")]
    pub api_url: Option<String>,
}

#[derive(Args, Debug)]
pub struct ProbeArgs {
    #[command(flatten)]
    pub listen: ListenSettings,
    /// Ask whether it is ready for work, too
    #[arg(long)]
    pub ready: bool,
}

#[derive(Args, Debug)]
pub struct SeedArgs {
    /// The business profile to book by, instead of BUSINESS_PROFILE's
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// List accounts
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Make an account; without --password-stdin a random password is made and printed once
    Create {
        /// The e-mail address
        email: String,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Give an account another password
    SetPassword {
        /// The account's e-mail address
        email: String,
        /// Read the password from the first line of standard input; without it a random one is made and printed once
        #[arg(long)]
        password_stdin: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Delete an account with its conversations and all its appointments, past ones too; future times are free again
    Delete {
        /// The account's e-mail address
        email: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
pub struct BackupArgs {
    /// The file to write, which must not be there yet; `-` is standard output
    pub file: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct RestoreArgs {
    /// A file that `backup` made, with either database and this or an older program
    pub file: PathBuf,
    /// Only read it through and say whether it is whole
    #[arg(long)]
    pub check: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct ExportArgs {
    /// Whose data, by e-mail address
    #[arg(long, value_name = "EMAIL")]
    pub user: String,
}

#[derive(Debug, Subcommand)]
pub enum SessionsCommand {
    /// List conversations, the latest first
    List {
        /// Only those that a person should look at, handed off last first
        #[arg(long)]
        handed_off: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Show one conversation
    Show {
        /// The session's id
        id: Uuid,
        /// Say for each turn what was understood and why the reply was given
        #[arg(long)]
        trace: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Decide every turn of a conversation again from its log, and report replies that come out differently
    #[command(
        after_help = "Uses the business profile that is set now. Exit code 0: every reply came out as it was."
    )]
    Replay {
        /// The session's id
        id: Uuid,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
pub struct ChatArgs {
    /// Whose conversation it is, an account's address (default: a guest's, made for the purpose)
    #[arg(long, value_name = "EMAIL")]
    pub user: Option<String>,
    /// The speaker's zone (default: the business's)
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<Tz>,
    /// Go on with this conversation instead of beginning one (`sessions list` names them)
    #[arg(long, value_name = "ID")]
    pub session: Option<Uuid>,
    #[command(flatten)]
    pub model: ModelSettings,
    #[command(flatten)]
    pub voice: VoiceSettings,
}

#[derive(Args, Debug)]
pub struct UnderstandArgs {
    /// The message; without it, each line of standard input is one
    pub text: Option<String>,
    /// The instant to read it at, RFC 3339 (default: now)
    #[arg(long, value_name = "T")]
    pub now: Option<DateTime<Utc>>,
    /// The speaker's zone (default: the business's)
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<Tz>,
    /// What the assistant had asked for: service, date, time, timezone, which, confirm or name
    #[arg(long, value_name = "SLOT", value_parser = asked)]
    pub asked: Option<protocol::Asked>,
    /// Read JSON lines {"id", "text", "now", "timezone", "asked"} and write one JSON line for each
    #[arg(long, conflicts_with = "text")]
    pub jsonl: bool,
    #[command(flatten)]
    pub model: ModelSettings,
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the model inside the program, those that can be pulled, and what is on disk
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Fetch an optional chat model into DATA_DIR/models; goes on where an earlier download broke off
    Pull {
        /// A name of `models list`
        name: String,
        /// Copy it from this file instead of the network
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// Another hub of the same interface (default: https://huggingface.co)
        #[arg(long, env = "HF_ENDPOINT", value_name = "URL")]
        hf_endpoint: Option<String>,
    },
    /// Compute the checksums of the model inside the program and of those on disk anew
    Verify {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

fn asked(name: &str) -> Result<protocol::Asked, String> {
    name.parse().map_err(|_| {
        let names: Vec<&str> = protocol::Asked::ALL.iter().map(|asked| asked.as_str()).collect();
        format!("one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
