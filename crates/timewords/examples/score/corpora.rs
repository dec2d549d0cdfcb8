//! The rows of the corpora, what our grammar says to them, and a line of the table.

use std::error::Error;
use std::fmt;
use std::path::Path;

use calendar::{Locale, Profile};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use protocol::SpanRole;
use serde_json::Value;
use timewords::{Context, Phrase, Reading, When, read};

use crate::compare::Verdict;
use crate::gold::{self, Gold};

const CORPORA: [&str; 4] = ["duckling_en", "rustling_en", "ctparse_rulecorpus_en", "recognizers_en_dev"];

/// One line of a corpus, with its conventions mapped.
pub struct Row {
    pub text: String,
    pub now: DateTime<Utc>,
    pub zone: Tz,
    pub locale: Locale,
    pub category: String,
    pub gold: Gold,
}

impl Row {
    /// The lines of the table that it counts for.
    pub fn keys(&self, corpus: &str) -> [(String, String); 3] {
        let kind = if self.gold.is_range() { "ranges" } else { "points" };
        [("all", kind), (corpus, kind), (corpus, self.category.as_str())]
            .map(|(corpus, category)| (corpus.to_owned(), category.to_owned()))
    }
}

/// Every row that bookings need, with the name of its corpus.
pub fn rows(folder: &Path) -> Result<Vec<(&'static str, Row)>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for corpus in CORPORA {
        for value in lines(folder, corpus)? {
            rows.extend(gold::row(corpus, &value).map(|row| (corpus, row)));
        }
    }
    Ok(rows)
}

/// Texts in which no time is said.
pub fn negatives(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let texts = lines(folder, "duckling_en_negative")?.into_iter();
    Ok(texts.map(|value| value["text"].as_str().unwrap_or_default().to_owned()).collect())
}

/// When and where the negatives are said: their corpus's reference.
pub fn negatives_said() -> Result<(DateTime<Utc>, Tz), chrono::ParseError> {
    Ok(("2013-02-12T06:30:00Z".parse()?, Tz::Etc__GMTPlus2))
}

fn lines(folder: &Path, corpus: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let path = folder.join(format!("datetime_{corpus}.jsonl"));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// What our grammar reads.
pub fn ours(text: &str, now: DateTime<Utc>, zone: Tz, locale: Locale) -> When {
    let profile = Profile { locale, ..Profile::default() };
    let ctx = Context { now, zone, profile: &profile, asked: None, existing: None };
    read(&[Phrase { text, role: SpanRole::Wanted }], &[], &ctx)
}

/// The fields that were said, on one line.
pub fn brief(when: &When) -> String {
    let one = |reading: &Reading| {
        let json = serde_json::to_value(reading).unwrap_or_default();
        let fields = json.as_object().map(|fields| {
            fields
                .iter()
                .filter(|(_, value)| !value.is_null() && **value != Value::Bool(false))
                .map(|(key, value)| {
                    format!("{key}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                })
                .collect::<Vec<_>>()
                .join(" ")
        });
        fields.unwrap_or_default()
    };
    let all: Vec<String> = when.candidates.iter().map(one).collect();
    let problems = if when.problems.is_empty() { String::new() } else { format!(" !{:?}", when.problems) };
    format!("{}{problems}", all.join(" | "))
}

/// How many rows got which verdict.
#[derive(Default)]
pub struct Counts {
    exact: u32,
    by_rule: u32,
    asked: u32,
    missing: u32,
    wrong: u32,
}

impl Counts {
    /// The names of its columns.
    pub fn header() -> String {
        format!("{:>7} {:>6} {:>6} {:>8} {:>6}", "exact%", "exact", "asked", "missing", "wrong")
    }

    pub fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Exact => &mut self.exact,
            Verdict::AskedByRule => &mut self.by_rule,
            Verdict::Asked => &mut self.asked,
            Verdict::Missing => &mut self.missing,
            Verdict::Wrong => &mut self.wrong,
        } += 1;
    }

    pub fn rows(&self) -> u32 {
        self.exact + self.by_rule + self.asked + self.missing + self.wrong
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { exact, by_rule, asked, missing, wrong } = self;
        // What our rules ask about, with the corpus's answer among the choices, is as exact as the rules allow.
        let share = f64::from(exact + by_rule) / f64::from(self.rows().max(1)) * 100.0;
        write!(f, "{share:7.1} {exact:6} {:>6} {missing:8} {wrong:6}", format!("{by_rule}+{asked}"))
    }
}
