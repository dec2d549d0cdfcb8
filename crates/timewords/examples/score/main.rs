//! Scores the grammar on public corpora of dates and times: `cargo run -p timewords --example score -- FOLDER [-v [WORD]]`.
//!
//! The corpora disagree by convention, so their answers are mapped to ours first (see `gold.rs`). `-v` lists the rows that are not
//! exact, `-v wrong` only those. `--text TEXT` reads one text as JSON.
#![expect(clippy::print_stdout, reason = "its output is the table")]

mod compare;
mod gold;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use calendar::{Locale, Profile};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use compare::Verdict;
use protocol::SpanRole;
use serde_json::Value;
use timewords::{Context, Phrase, When, read};

/// One line of a corpus, with its conventions mapped.
pub struct Row {
    text: String,
    now: DateTime<Utc>,
    zone: Tz,
    locale: Locale,
    category: String,
    gold: gold::Gold,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let first = args.next().ok_or("usage: score FOLDER [-v [WORD]] | score --text TEXT [NOW]")?;
    if first == "--text" {
        let text = args.next().unwrap_or_default();
        let now = args.next().unwrap_or_else(|| "2026-11-23T10:20:00Z".to_owned()).parse()?;
        let when = interpret(&text, now, Tz::UTC, &Profile::default());
        println!("{}\n{when:#?}", serde_json::to_string(&when)?);
        return Ok(());
    }
    let verbose = args.next().is_some_and(|flag| flag == "-v");
    let only = args.next().unwrap_or_default();
    let mut table: BTreeMap<(String, String), Counts> = BTreeMap::new();
    for file in ["duckling_en", "rustling_en", "ctparse_rulecorpus_en", "recognizers_en_dev"] {
        let path = Path::new(&first).join(format!("datetime_{file}.jsonl"));
        for line in std::fs::read_to_string(path)?.lines() {
            let value: Value = serde_json::from_str(line)?;
            let Some(row) = gold::row(file, &value) else { continue };
            let profile = Profile { locale: row.locale, ..Profile::default() };
            let when = interpret(&row.text, row.now, row.zone, &profile);
            let verdict = compare::compare(&row, &when);
            let kind = if row.gold.is_range() { "ranges" } else { "points" };
            for key in [("all", kind), (file, kind), (file, row.category.as_str())] {
                table.entry((key.0.to_owned(), key.1.to_owned())).or_default().add(verdict);
            }
            let listed =
                verdict != Verdict::Exact && verdict != Verdict::AskedByRule || verdict.name() == only;
            if verbose && listed && (only.is_empty() || only == verdict.name() || only == file) {
                println!(
                    "{:8} {file:12.12} {:?} => {} <> {:?}",
                    verdict.name(),
                    row.text,
                    brief(&when),
                    row.gold
                );
            }
        }
    }
    let found = negatives(&Path::new(&first).join("datetime_duckling_en_negative.jsonl"), verbose)?;
    println!(
        "{:24} {:28} {:>5} {:>7} {:>6} {:>6} {:>8} {:>6}",
        "corpus", "category", "rows", "exact%", "exact", "asked", "missing", "wrong"
    );
    for ((corpus, category), counts) in &table {
        println!("{corpus:24} {category:28} {counts}");
    }
    println!("a time found in {found} texts that have none");
    Ok(())
}

fn interpret(text: &str, now: DateTime<Utc>, zone: Tz, profile: &Profile) -> When {
    let ctx = Context { now, zone, profile, asked: None, existing: None };
    read(&[Phrase { text, role: SpanRole::Wanted }], &[], &ctx)
}

fn negatives(path: &Path, verbose: bool) -> Result<usize, Box<dyn Error>> {
    let mut found = 0;
    for line in std::fs::read_to_string(path)?.lines() {
        let value: Value = serde_json::from_str(line)?;
        let text = value["text"].as_str().unwrap_or_default();
        let when = interpret(text, "2013-02-12T06:30:00Z".parse()?, Tz::Etc__GMTPlus2, &Profile::default());
        if !when.none {
            found += 1;
            if verbose {
                println!("found    negative     {text:?} => {}", brief(&when));
            }
        }
    }
    Ok(found)
}

fn brief(when: &When) -> String {
    let one = |r: &timewords::Reading| {
        let json = serde_json::to_value(r).unwrap_or_default();
        let fields = json.as_object().map(|o| {
            o.iter()
                .filter(|(_, v)| !v.is_null() && **v != Value::Bool(false))
                .map(|(k, v)| format!("{k}={}", v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
                .collect::<Vec<_>>()
                .join(" ")
        });
        fields.unwrap_or_default()
    };
    let all: Vec<String> = when.candidates.iter().map(one).collect();
    format!(
        "{}{}",
        all.join(" | "),
        if when.problems.is_empty() { String::new() } else { format!(" !{:?}", when.problems) }
    )
}

#[derive(Default)]
struct Counts {
    exact: u32,
    by_rule: u32,
    asked: u32,
    missing: u32,
    wrong: u32,
}

impl Counts {
    fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Exact => &mut self.exact,
            Verdict::AskedByRule => &mut self.by_rule,
            Verdict::Asked => &mut self.asked,
            Verdict::Missing => &mut self.missing,
            Verdict::Wrong => &mut self.wrong,
        } += 1;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { exact, by_rule, asked, missing, wrong } = self;
        let rows = exact + by_rule + asked + missing + wrong;
        // What our rules ask about, with the corpus's answer among the choices, is as exact as the rules allow.
        let share = f64::from(exact + by_rule) / f64::from(rows.max(1)) * 100.0;
        write!(f, "{rows:5} {share:7.1} {exact:6} {:>6} {missing:8} {wrong:6}", format!("{by_rule}+{asked}"))
    }
}
