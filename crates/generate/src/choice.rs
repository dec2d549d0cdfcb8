//! Which token comes next.

/// Only so many of the likeliest are drawn from.
const CANDIDATES: usize = 40;

/// How the next token is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// 0 takes the likeliest; 1 draws as the model says; in between prefers the likely.
    pub temperature: f32,
    /// The same seed draws the same.
    pub seed: u64,
}

impl Sampling {
    /// Always the likeliest.
    pub const GREEDY: Self = Self { temperature: 0.0, seed: 0 };
}

/// Draws tokens, each time other ones.
pub(crate) struct Chooser {
    temperature: f32,
    state: u64,
}

impl Chooser {
    pub fn new(sampling: Sampling) -> Self {
        Self { temperature: sampling.temperature, state: sampling.seed }
    }

    /// The next token, by its logits; nothing if there are none, or none is a number.
    pub fn choose(&mut self, logits: &[f32]) -> Option<u32> {
        let numbers = || logits.iter().enumerate().filter(|(_, logit)| !logit.is_nan());
        if self.temperature <= 0.0 {
            return numbers()
                .max_by(|(_, one), (_, other)| one.total_cmp(other))
                .and_then(|(id, _)| u32::try_from(id).ok());
        }
        let mut likely: Vec<(usize, f32)> = numbers().map(|(id, logit)| (id, *logit)).collect();
        let count = CANDIDATES.min(likely.len());
        if count < likely.len() {
            likely.select_nth_unstable_by(count, |(_, one), (_, other)| other.total_cmp(one));
            likely.truncate(count);
        }
        likely.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        let highest = likely.first()?.1;
        let temperature = self.temperature;
        let weight = |logit: f32| ((logit - highest) / temperature).exp();
        let total: f32 = likely.iter().map(|(_, logit)| weight(*logit)).sum();
        let mut left = total * self.draw();
        for (id, logit) in &likely {
            left -= weight(*logit);
            if left <= 0.0 {
                return u32::try_from(*id).ok();
            }
        }
        likely.last().and_then(|(id, _)| u32::try_from(*id).ok())
    }

    /// A number from 0 to below 1 (`SplitMix64`).
    fn draw(&mut self) -> f32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::{Chooser, Sampling};

    #[test]
    fn without_temperature_the_likeliest_is_taken() {
        let mut chooser = Chooser::new(Sampling::GREEDY);
        assert_eq!(chooser.choose(&[0.1, f32::NAN, 3.0, 2.9]), Some(2));
        assert_eq!(chooser.choose(&[]), None);
        assert_eq!(chooser.choose(&[f32::NAN]), None);
    }

    #[test]
    fn draws_follow_the_model_and_the_seed() {
        let logits: Vec<f32> = (0..200).map(|id| if id < 2 { 5.0 } else { -20.0 }).collect();
        let drawn = |seed| {
            let mut chooser = Chooser::new(Sampling { temperature: 1.0, seed });
            (0..400).map(|_| chooser.choose(&logits).unwrap()).collect::<Vec<_>>()
        };
        let first = drawn(7);
        assert_eq!(first, drawn(7));
        assert_ne!(first, drawn(8));
        let ones = first.iter().filter(|&&id| id == 1).count();
        assert!(first.iter().all(|&id| id < 2) && (140..260).contains(&ones), "{ones} of 400");
    }

    #[test]
    fn low_temperatures_prefer_the_likely() {
        let mut chooser = Chooser::new(Sampling { temperature: 0.1, seed: 1 });
        assert!((0..100).all(|_| chooser.choose(&[0.0, 2.0, 0.0]) == Some(1)));
    }
}
