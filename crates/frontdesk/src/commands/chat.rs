//! `frontdesk chat`: the same conversation as in the browser, in a terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use assistant::ambient::new_id;
use assistant::{Assistant as _, AssistantError, FrontDesk};
use protocol::{ChatReply, ChatRequest, ForwardedChat};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use store::{Store, User};
use uuid::Uuid;

use crate::cli::ChatArgs;
use crate::commands::users;
use crate::compose;
use crate::error::Failure;
use crate::settings::Settings;

/// Who talks when nobody is named: an account that nobody can log in to.
const GUEST: &str = "guest@localhost";
const PROMPT: &str = "you> ";

/// Talks until the end of input: with a line editor in a terminal, else with one message a line.
///
/// # Errors
/// When the account does not exist, or the database or the model fails.
pub async fn run(settings: &Settings, args: ChatArgs) -> Result<(), Failure> {
    let profile = Arc::new(compose::profile(settings)?);
    let store = compose::store(settings).await?;
    let clock = compose::clock(settings);
    let person = match &args.user {
        Some(email) => users::existing(&store, email).await?,
        None => guest(&store, clock.now()).await?,
    };
    let understanding = compose::understanding(&args.model, 1)?;
    let topics = compose::topics(&profile, &*understanding.local).await?;
    let desk = FrontDesk::new(store, understanding.interpreter, Arc::clone(&profile), topics, clock);
    let desk = match compose::voice(&args.voice, &profile)? {
        Some(voice) => desk.with_voice(voice),
        None => desk,
    };
    let session = match args.session {
        Some(session) => session,
        None => new_id().map_err(|error| Failure::Internal(error.into()))?,
    };
    let timezone = args.timezone.map(|zone| zone.name().to_owned());
    let talk = Talk { desk, person: person.id, session, timezone };
    if !std::io::stdin().is_terminal() {
        return talk.lines().await;
    }
    let hint = Style::new().dimmed();
    crate::output::lines([format!(
        "{hint}You are {}, talking to {}. A number takes one of the choices; Ctrl-D ends.{hint:#}",
        person.email, profile.name
    )])?;
    talk.by_hand().await
}

/// The account for those who just try it.
async fn guest(store: &Store, now: chrono::DateTime<chrono::Utc>) -> Result<User, Failure> {
    if let Some(user) = store.user_by_email(GUEST).await? {
        return Ok(user);
    }
    // Its random password is forgotten at once.
    users::create(store, GUEST, None, now).await.map(|(user, _)| user)
}

/// One conversation.
struct Talk {
    desk: FrontDesk,
    person: Uuid,
    session: Uuid,
    /// As a browser sends it; `None` for the business's.
    timezone: Option<String>,
}

impl Talk {
    /// Each line of standard input is a message.
    async fn lines(&self) -> Result<(), Failure> {
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(Failure::io("reading standard input"))?;
            if !line.trim().is_empty() {
                say(&self.answer(line).await?)?;
            }
        }
        Ok(())
    }

    /// With a line editor that remembers what was typed. Nothing of it is written to a file.
    async fn by_hand(&self) -> Result<(), Failure> {
        let failed = |error: ReadlineError| Failure::Internal(error.into());
        let mut editor = DefaultEditor::new().map_err(failed)?;
        let mut choices: Vec<String> = Vec::new();
        loop {
            let line = match tokio::task::block_in_place(|| editor.readline(PROMPT)) {
                Ok(line) => line,
                Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(()),
                Err(error) => return Err(failed(error)),
            };
            if line.trim().is_empty() {
                continue;
            }
            editor.add_history_entry(&line).map_err(failed)?;
            let answer = self.answer(chosen(&choices, &line)).await?;
            say(&answer)?;
            choices = match answer {
                Answer::Reply(reply) => reply.quick_replies.unwrap_or_default(),
                Answer::Refused(_) => choices,
            };
        }
    }

    async fn answer(&self, message: String) -> Result<Answer, Failure> {
        let chat = ChatRequest {
            session_id: self.session,
            message,
            timezone: self.timezone.clone(),
            message_id: None,
        };
        match self.desk.chat(ForwardedChat { user_id: self.person, chat }).await {
            Ok(reply) => Ok(Answer::Reply(Box::new(reply))),
            Err(AssistantError::Invalid { message, .. }) => Ok(Answer::Refused(message)),
            Err(AssistantError::Unavailable { .. }) => {
                Ok(Answer::Refused("too busy just now; say it again in a moment".to_owned()))
            }
            Err(error) => Err(Failure::Internal(error.into())),
        }
    }
}

enum Answer {
    Reply(Box<ChatReply>),
    /// The message cannot be answered: why.
    Refused(String),
}

/// The quick reply with this number, or what was typed.
fn chosen(choices: &[String], line: &str) -> String {
    let number = line.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    number.and_then(|index| choices.get(index)).cloned().unwrap_or_else(|| line.to_owned())
}

/// The reply, and its choices with their numbers; in colour where standard output is a terminal.
fn say(answer: &Answer) -> Result<(), Failure> {
    let (desk, hint) = (AnsiColor::Cyan.on_default(), Style::new().dimmed());
    let mut out = anstream::stdout().lock();
    let written = match answer {
        Answer::Refused(why) => writeln!(out, "({why})"),
        Answer::Reply(reply) => {
            let choices = reply.quick_replies.iter().flatten().enumerate();
            let choices: Vec<_> = choices.map(|(index, text)| format!("[{}] {text}", index + 1)).collect();
            writeln!(out, "{desk}{}{desk:#}", reply.reply).and_then(|()| {
                if choices.is_empty() {
                    return Ok(());
                }
                writeln!(out, "{hint}{}{hint:#}", choices.join("  "))
            })
        }
    };
    written.map_err(Failure::io("writing to standard output"))
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn a_number_takes_a_choice_only_if_there_is_one() {
        let choices = ["09:00", "10:00"].map(str::to_owned);
        assert_eq!(chosen(&choices, " 2 "), "10:00");
        for typed in ["3", "0", "10:00", "2 please"] {
            assert_eq!(chosen(&choices, typed), typed);
        }
    }
}
