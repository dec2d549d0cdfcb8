//! Scores the grammar on public corpora of dates and times: `cargo run -p timewords --example score -- FOLDER [-v [WORD]]`.
//!
//! The corpora disagree by convention, so their answers are mapped to ours first (see `gold.rs`). `-v` lists the rows that are not
//! exact, `-v wrong` only those. `--text TEXT` reads one text as JSON. `peers/duckling` prints the same table beside another reader's.
#![expect(clippy::print_stdout, reason = "its output is the table")]

mod compare;
mod corpora;
mod gold;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use calendar::Locale;
use chrono_tz::Tz;
use compare::Verdict;
use corpora::{Counts, brief, ours};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let first = args.next().ok_or("usage: score FOLDER [-v [WORD]] | score --text TEXT [NOW]")?;
    if first == "--text" {
        let text = args.next().unwrap_or_default();
        let now = args.next().unwrap_or_else(|| "2026-11-23T10:20:00Z".to_owned()).parse()?;
        let when = ours(&text, now, Tz::UTC, Locale::default());
        println!("{}\n{when:#?}", serde_json::to_string(&when)?);
        return Ok(());
    }
    let folder = Path::new(&first);
    let verbose = args.next().is_some_and(|flag| flag == "-v");
    let only = args.next().unwrap_or_default();
    let mut table: BTreeMap<(String, String), Counts> = BTreeMap::new();
    for (corpus, row) in corpora::rows(folder)? {
        let when = ours(&row.text, row.now, row.zone, row.locale);
        let verdict = compare::compare(&row, &when);
        for key in row.keys(corpus) {
            table.entry(key).or_default().add(verdict);
        }
        let name = verdict.name();
        let listed = verdict != Verdict::Exact && verdict != Verdict::AskedByRule || name == only;
        if verbose && listed && (only.is_empty() || only == name || only == corpus) {
            println!("{name:8} {corpus:12.12} {:?} => {} <> {:?}", row.text, brief(&when), row.gold);
        }
    }
    let (now, zone) = corpora::negatives_said()?;
    let mut found = 0;
    for text in corpora::negatives(folder)? {
        let when = ours(&text, now, zone, Locale::default());
        found += u32::from(!when.none);
        if verbose && !when.none {
            println!("found    negative     {text:?} => {}", brief(&when));
        }
    }
    println!("{:24} {:28} {:>5} {}", "corpus", "category", "rows", Counts::header());
    for ((corpus, category), counts) in &table {
        println!("{corpus:24} {category:28} {:5} {counts}", counts.rows());
    }
    println!("a time found in {found} texts that have none");
    Ok(())
}
