//! What is counted.

use std::iter::Sum;

use nlu::annotated::Annotated;
use protocol::{Intent, Interpretation, Slot, Span};

/// One message with what was expected and what was found.
pub struct Answered {
    pub expected: Annotated,
    pub found: Annotated,
    /// Each intent's probability, and whether the message carries it.
    decisions: Vec<(f32, bool)>,
}

/// Hits and misses.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Answered {
    pub fn new(
        expected: Annotated,
        found: Interpretation,
        names: impl Iterator<Item = Intent>,
        probabilities: Vec<f32>,
    ) -> Self {
        let truth = names.map(|name| expected.intents.contains(&name));
        let decisions = probabilities.into_iter().zip(truth).collect();
        let mut intents: Vec<Intent> = found.intents.iter().map(|scored| scored.name).collect();
        intents.sort_unstable();
        let found = Annotated { intents, spans: found.spans, ..expected.clone() };
        Self { expected, found, decisions }
    }

    pub fn intents_right(&self) -> bool {
        self.expected.intents == self.found.intents
    }

    pub fn all_right(&self) -> bool {
        self.intents_right() && self.expected.spans == self.found.spans
    }

    pub fn intents(&self) -> Counts {
        Counts::of(&self.expected.intents, &self.found.intents)
    }

    /// The counts of one intent.
    pub fn intent(&self, intent: Intent) -> Counts {
        let only = |intents: &[Intent]| intents.iter().copied().filter(|i| *i == intent).collect::<Vec<_>>();
        Counts::of(&only(&self.expected.intents), &only(&self.found.intents))
    }

    /// The counts of exact time spans; with `roles`, the role must be right too.
    pub fn when(&self, roles: bool) -> Counts {
        let whens = |spans: &[Span]| {
            let whens = spans.iter().filter(|span| span.slot == Slot::When).cloned();
            whens.map(|span| Span { role: span.role.filter(|_| roles), ..span }).collect::<Vec<_>>()
        };
        Counts::of(&whens(&self.expected.spans), &whens(&self.found.spans))
    }

    pub fn other_spans(&self) -> Counts {
        let others =
            |spans: &[Span]| spans.iter().filter(|span| span.slot != Slot::When).cloned().collect::<Vec<_>>();
        Counts::of(&others(&self.expected.spans), &others(&self.found.spans))
    }

    /// For every time span found exactly: whether its role is right.
    pub fn roles_right(&self) -> impl Iterator<Item = bool> {
        let same = |a: &Span, b: &Span| (a.slot, a.start, a.end) == (b.slot, b.start, b.end);
        let whens = self.expected.spans.iter().filter(|span| span.slot == Slot::When);
        whens.filter_map(move |expected| {
            let found = self.found.spans.iter().find(|found| same(expected, found));
            found.map(|found| found.role == expected.role)
        })
    }
}

impl Counts {
    fn of<T: PartialEq>(expected: &[T], found: &[T]) -> Self {
        let right = found.iter().filter(|one| expected.contains(one)).count();
        Self { right, wrong: found.len() - right, missed: expected.len() - right }
    }

    pub fn expected(self) -> usize {
        self.right + self.missed
    }

    pub fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    pub fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    pub fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |a, b| Self {
            right: a.right + b.right,
            wrong: a.wrong + b.wrong,
            missed: a.missed + b.missed,
        })
    }
}

/// 1 when there was nothing to get wrong.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The share of truths.
pub fn mean(truths: impl Iterator<Item = bool>) -> f64 {
    let (count, right) = truths.fold((0, 0), |(count, right), truth| (count + 1, right + usize::from(truth)));
    share(right, count)
}

/// Expected calibration error in ten bins, over all decisions about an intent whose probability is at least `from`.
pub fn calibration_error(all: &[Answered], from: f32) -> f64 {
    const BINS: usize = 10;
    let mut bins = [(0_usize, 0.0_f64, 0_usize); BINS];
    for &(probability, truth) in all.iter().flat_map(|one| &one.decisions) {
        if probability >= from {
            let bin = &mut bins[((probability * BINS as f32) as usize).min(BINS - 1)];
            bin.0 += 1;
            bin.1 += f64::from(probability);
            bin.2 += usize::from(truth);
        }
    }
    let total: usize = bins.iter().map(|(count, ..)| count).sum();
    let gaps = bins.iter().map(|&(_, probabilities, truths)| (probabilities - truths as f64).abs());
    gaps.sum::<f64>() / total.max(1) as f64
}
