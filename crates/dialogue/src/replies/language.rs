//! What a language has to bring along. The rest of the crate hands over facts and never builds a sentence.

use std::fmt::Debug;

use calendar::{Locale, Profile};
use chrono::NaiveDate;

use super::english::English;
use super::phrase::{Own, Phrase};
use super::voice::Voice;
use crate::ctx::Ctx;
use crate::state::{Deed, Question};

/// One language of replies: every word that a person reads comes from here.
///
/// To add one: a module beside `english` with a type that implements this, and a line in [`of`]. The compiler then asks for
/// every statement and question there is; `tests/conversations` shows each of them in use. Two things need care. A quick reply
/// is a valid next message, so the interpreter has to understand it (those that answer the open question are matched
/// word for word and need no model). And only [`Language::done`] may say that something was booked, moved or cancelled.
pub(crate) trait Language: Debug + Sync {
    /// A statement: one or more sentences.
    fn say(&self, phrase: &Phrase, voice: &Voice) -> String;

    /// The open question; `label` is what the wanted appointment is called. The only text with a question mark but
    /// [`Phrase::HowCanIHelp`].
    fn ask(&self, question: &Question, label: &str, ctx: &Ctx<'_>, voice: &Voice) -> String;

    /// What was done, to the appointments as they were written; nothing if there are none.
    fn done(&self, deed: Deed, rows: &[Own], voice: &Voice) -> String;

    /// The words on a button.
    fn quick(&self, quick: Quick) -> &'static str;

    /// What an appointment is called whose service needs no name.
    fn appointment(&self) -> &'static str;

    /// "Tuesday 24 November", the year only `with_year`.
    fn day(&self, date: NaiveDate, with_year: bool, locale: Locale) -> String;

    /// The day, said to be today.
    fn today(&self, day: &str) -> String;

    /// The day, said to be tomorrow.
    fn tomorrow(&self, day: &str) -> String;

    /// A day and a time of it: "Tuesday 24 November, 15:00".
    fn at(&self, day: &str, clock: &str) -> String;

    /// Several times of one day: "Tuesday 24 November at 14:00 or 16:00".
    fn times_of(&self, day: &str, clocks: &[String], joint: Joint) -> String;

    /// "a, b or c"; with semicolons where the items are `long` and have commas of their own.
    fn list(&self, items: &[String], long: bool, joint: Joint) -> String;

    /// Opening hours, each from and to; no end is midnight: "09:00 to 12:00 and 13:00 to midnight".
    fn hours(&self, periods: &[(String, Option<String>)]) -> String;

    /// The wall time of a city: "Berlin time".
    fn time_of_city(&self, city: &str) -> String;
}

/// How the last item of a list is joined to the others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Joint {
    And,
    Or,
}

/// What the buttons say that are not choices of a question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Quick {
    Yes,
    No,
    Book,
    Mine,
    Hours,
    Thanks,
}

/// The language of a business's replies. English is the only one so far.
pub(crate) fn of(_profile: &Profile) -> &'static dyn Language {
    &English
}
