//! The table of timewords' `score`, with the same rows read by the duckling crate alone beside it: `cargo run --release -- FOLDER [-v]`.
//!
//! Both are held against the same answers by the same comparison. duckling is not blamed for its conventions: a day that it fills in
//! beside a time, and am or pm of a bare hour, never count against it. `-v` lists the rows that it reads otherwise.

#[path = "../../../crates/timewords/examples/score/compare.rs"]
mod compare;
#[path = "../../../crates/timewords/examples/score/corpora.rs"]
mod corpora;
#[path = "../../../crates/timewords/examples/score/gold.rs"]
mod gold;
mod theirs;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use calendar::Locale;
use compare::{Verdict, compare};
use corpora::{Counts, Row, brief, ours};
use timewords::When;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("usage: duckling-peer FOLDER [-v]")?;
    let folder = Path::new(&folder);
    let verbose = args.next().is_some_and(|flag| flag == "-v");
    let mut table: BTreeMap<(String, String), [Counts; 2]> = BTreeMap::new();
    let mut spent: [Vec<Duration>; 2] = Default::default();
    let rows = corpora::rows(folder)?;
    // What either prepares at its first text is no part of its speed.
    if let Some((_, row)) = rows.first() {
        (
            ours(&row.text, row.now, row.zone, row.locale),
            theirs::read(&row.text, row.now, row.zone, row.locale),
        );
    }
    for (corpus, row) in &rows {
        let (our_when, our_time) = timed(|| ours(&row.text, row.now, row.zone, row.locale));
        let (their_when, their_time) = timed(|| theirs::read(&row.text, row.now, row.zone, row.locale));
        spent[0].push(our_time);
        spent[1].push(their_time);
        let verdicts = [compare(row, &our_when), with_their_day(row, &their_when)];
        for key in row.keys(corpus) {
            for (counts, verdict) in table.entry(key).or_default().iter_mut().zip(verdicts) {
                counts.add(verdict);
            }
        }
        if verbose && verdicts[1] != Verdict::Exact {
            let (name, text) = (verdicts[1].name(), &row.text);
            println!("{name:8} {corpus:12.12} {text:?} => {} <> {:?}", brief(&their_when), row.gold);
        }
    }
    let negatives = corpora::negatives(folder)?;
    let (now, zone) = corpora::negatives_said()?;
    let found = [ours, theirs::read]
        .map(|read| negatives.iter().filter(|text| !read(text, now, zone, Locale::default()).none).count());
    println!("{:59} {:37} | {:37}", "", "timewords", "duckling alone");
    let header = Counts::header();
    println!("{:24} {:28} {:>5} {header} | {header}", "corpus", "category", "rows");
    for ((corpus, category), [ours, theirs]) in &table {
        println!("{corpus:24} {category:28} {:5} {ours} | {theirs}", ours.rows());
    }
    println!(
        "a time found in {} | {} of {} texts that have none; a text takes {} | {} microseconds (median)",
        found[0],
        found[1],
        negatives.len(),
        median(&mut spent[0]),
        median(&mut spent[1]),
    );
    Ok(())
}

/// The better of two verdicts: as it is, and without the day that duckling always gives beside a time.
fn with_their_day(row: &Row, when: &When) -> Verdict {
    let mut undated = when.clone();
    for reading in &mut undated.candidates {
        if reading.has_time() {
            reading.date = None;
        }
    }
    match compare(row, &undated) {
        Verdict::Exact => Verdict::Exact,
        _ => compare(row, when),
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = Instant::now();
    let done = work();
    (done, before.elapsed())
}

/// In microseconds: a machine that is busy with something else moves the mean.
fn median(spent: &mut [Duration]) -> u128 {
    spent.sort_unstable();
    spent.get(spent.len() / 2).map_or(0, Duration::as_micros)
}
