//! Reads millions of made-up texts: `cargo run --release -p timewords --example soak -- FOLDER [COUNT] [SEED]`.
//!
//! The texts are those of the corpora in FOLDER, cut, glued and overwritten by a generator that the seed starts. Ends with
//! a summary; a panic, or a text that takes far longer than its length allows, ends it early with that text.
#![expect(clippy::print_stdout, reason = "its output is the summary")]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use calendar::Profile;
use chrono_tz::Tz;
use protocol::{Asked, SpanRole};
use serde_json::Value;
use timewords::{Constraint, Context, Phrase, When, read};

/// Marsaglia's xorshift64: as random as this needs, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}

const FILES: [&str; 4] = ["duckling_en", "rustling_en", "ctparse_rulecorpus_en", "recognizers_en_dev"];
const ODD: &[char] = &[
    '-',
    '/',
    '.',
    ':',
    ',',
    '\u{2019}',
    '(',
    '@',
    '0',
    '9',
    '\u{1F600}',
    '\u{130}',
    '\u{301}',
    ' ',
    'a',
    'p',
    '\n',
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("usage: soak FOLDER [COUNT] [SEED]")?;
    let count: u64 = args.next().map_or(Ok(10_000_000), |n| n.parse())?;
    let mut random = Random(args.next().map_or(Ok(20_261_123), |n| n.parse::<u64>())?.max(1));
    let mut seeds: Vec<String> = Vec::new();
    for file in FILES {
        let path = Path::new(&folder).join(format!("datetime_{file}.jsonl"));
        for line in std::fs::read_to_string(path)?.lines() {
            let value: Value = serde_json::from_str(line)?;
            let text = value["text"].as_str().or_else(|| value["input"].as_str());
            seeds.extend(text.map(str::to_owned));
        }
    }
    let profile = Profile::default();
    let ctx = Context {
        now: "2026-11-23T10:20:00Z".parse()?,
        zone: Tz::Europe__Berlin,
        profile: &profile,
        asked: None,
        existing: None,
    };
    let (started, mut slowest, mut heard, mut letters) = (Instant::now(), (0.0, String::new()), 0u64, 0u64);
    for turn in 0..count {
        let text = make(&seeds, &mut random);
        let asked = [None, Some(Asked::Time), Some(Asked::Date)].get(random.below(3)).copied().flatten();
        let ctx = Context { asked, ..ctx };
        let (when, taken) = timed(&text, &ctx);
        // A busy machine stops everybody now and then: what is slow is slow three times.
        let again = |first: Duration| {
            if first > SLOW { (0..2).map(|_| timed(&text, &ctx).1).min().unwrap_or(first) } else { first }
        };
        let taken = again(taken).min(taken);
        heard += u64::from(!when.none);
        letters += u64::try_from(text.len()).unwrap_or(0);
        if turn % 64 == 0 {
            let known = Constraint::from_when(&when);
            let _ = (known.state(&ctx), known.narrow(&when, &ctx).allowed(&ctx).len());
        }
        let per_byte = taken.as_secs_f64() * 1e6 / f64::from(u32::try_from(text.len().max(20))?);
        if taken > UNBEARABLE {
            return Err(format!("{taken:?} for {text:?}").into());
        }
        if per_byte > slowest.0 {
            slowest = (per_byte, text);
        }
    }
    let seconds = started.elapsed().as_secs();
    println!(
        "{count} texts made from {} in {seconds} s, {letters} bytes, a time found in {heard}; no panic",
        seeds.len()
    );
    println!("slowest: {:.1} microseconds a byte, {:?}", slowest.0, slowest.1);
    Ok(())
}

/// Slower than this, a text is read again.
const SLOW: Duration = Duration::from_millis(1);
/// Slower than this, it ends the run.
const UNBEARABLE: Duration = Duration::from_millis(100);

fn timed(text: &str, ctx: &Context<'_>) -> (When, Duration) {
    let before = Instant::now();
    let when = read(&[Phrase { text, role: SpanRole::Wanted }], &[], ctx);
    (when, before.elapsed())
}

/// One to four pieces of the seeds, with some letters changed; now and then one piece many times over.
fn make(seeds: &[String], random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(4) {
        let seed = seeds.get(random.below(seeds.len())).map_or("", String::as_str);
        let words: Vec<&str> = seed.split(' ').collect();
        let from = random.below(words.len());
        let to = from + 1 + random.below(words.len() - from);
        text += &words.get(from..to).unwrap_or_default().join(" ");
        text.push(' ');
    }
    for _ in 0..random.below(4) {
        let at = random.below(text.len());
        let odd = ODD.get(random.below(ODD.len())).copied().unwrap_or(' ');
        if text.is_char_boundary(at) {
            text.insert(at, odd);
        }
    }
    if random.below(500) == 0 {
        text = text.repeat(1 + random.below(20));
    }
    text
}
