//! English.

mod days;
mod questions;
mod statements;

use calendar::Locale;
use chrono::NaiveDate;

use super::language::{Joint, Language, Quick};
use super::phrase::{Own, Phrase};
use super::voice::Voice;
use crate::ctx::Ctx;
use crate::state::{Deed, Question};

/// English, with days and clocks as the profile's locale has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct English;

impl Language for English {
    fn say(&self, phrase: &Phrase, voice: &Voice) -> String {
        statements::say(phrase, voice)
    }

    fn ask(&self, question: &Question, label: &str, ctx: &Ctx<'_>, voice: &Voice) -> String {
        questions::ask(question, label, ctx, voice)
    }

    fn done(&self, deed: Deed, rows: &[Own], voice: &Voice) -> String {
        statements::done(deed, rows, voice)
    }

    fn quick(&self, quick: Quick) -> &'static str {
        match quick {
            Quick::Yes => "Yes",
            Quick::No => "No",
            Quick::Book => "Book an appointment",
            Quick::Mine => "What did I book?",
            Quick::Hours => "When are you open?",
            Quick::Thanks => "Thank you",
        }
    }

    fn appointment(&self) -> &'static str {
        "appointment"
    }

    fn day(&self, date: NaiveDate, with_year: bool, locale: Locale) -> String {
        days::day(date, with_year, locale)
    }

    fn today(&self, day: &str) -> String {
        format!("today, {day}")
    }

    fn tomorrow(&self, day: &str) -> String {
        format!("tomorrow, {day}")
    }

    fn at(&self, day: &str, clock: &str) -> String {
        format!("{day}, {clock}")
    }

    fn times_of(&self, day: &str, clocks: &[String], joint: Joint) -> String {
        format!("{day} at {}", days::list(clocks, false, joint))
    }

    fn list(&self, items: &[String], long: bool, joint: Joint) -> String {
        days::list(items, long, joint)
    }

    fn hours(&self, periods: &[(String, Option<String>)]) -> String {
        days::hours(periods)
    }

    fn time_of_city(&self, city: &str) -> String {
        format!("{city} time")
    }
}
