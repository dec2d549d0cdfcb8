//! Activations, rounded to eight bits for the products of integers.

use std::cell::OnceCell;

/// Weights, and activations, that share a scale.
pub(crate) const BLOCK: usize = 32;

/// Rows of activations; rounded once, however many matrices they meet.
pub(crate) struct Rows<'a> {
    values: &'a [f32],
    width: usize,
    rounded: OnceCell<Rounded>,
}

/// Rows in blocks of [`BLOCK`] integers.
pub(super) struct Rounded {
    pub quants: Vec<[i8; BLOCK]>,
    /// What one step of a block is worth.
    pub scales: Vec<f32>,
    /// The sum of a block's rounded values, times its scale.
    pub sums: Vec<f32>,
}

impl<'a> Rows<'a> {
    /// `width` must be a multiple of [`BLOCK`] that divides the number of values.
    pub fn new(values: &'a [f32], width: usize) -> Self {
        Self { values, width, rounded: OnceCell::new() }
    }

    pub fn values(&self) -> &'a [f32] {
        self.values
    }

    pub fn count(&self) -> usize {
        self.values.len() / self.width
    }

    pub(super) fn rounded(&self) -> &Rounded {
        self.rounded.get_or_init(|| pulp::Arch::new().dispatch(Round(self.values)))
    }
}

struct Round<'a>(&'a [f32]);

impl pulp::NullaryFnOnce for Round<'_> {
    type Output = Rounded;

    #[inline(always)]
    fn call(self) -> Rounded {
        /// Adding 1.5 · 2²³ rounds to an integer, which then stands in the low bits.
        const ROUND: f32 = 12_582_912.0;
        let (blocks, _) = self.0.as_chunks::<BLOCK>();
        let mut rounded = Rounded {
            quants: vec![[0; BLOCK]; blocks.len()],
            scales: vec![0.0; blocks.len()],
            sums: vec![0.0; blocks.len()],
        };
        let places = rounded.quants.iter_mut().zip(&mut rounded.scales).zip(&mut rounded.sums);
        for (block, ((quants, scale), sum)) in blocks.iter().zip(places) {
            let highest = block.iter().fold(f32::MIN_POSITIVE, |highest, x| highest.max(x.abs()));
            let inverse = 127.0 / highest;
            *scale = highest / 127.0;
            let mut total = 0;
            for (quant, x) in quants.iter_mut().zip(block) {
                *quant = (x * inverse + ROUND).to_bits() as i8;
                total += i32::from(*quant);
            }
            *sum = total as f32 * *scale;
        }
        rounded
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Rows};

    #[test]
    fn rounding_keeps_each_value_to_half_a_step() {
        let values: Vec<f32> =
            (0..4 * BLOCK).map(|i| (i as f32 * 0.7).sin() * (1 + i / BLOCK) as f32).collect();
        let rows = Rows::new(&values, 2 * BLOCK);
        assert_eq!(rows.count(), 2);
        let rounded = rows.rounded();
        for (block, values) in values.chunks(BLOCK).enumerate() {
            let scale = rounded.scales[block];
            let back: Vec<f32> =
                rounded.quants[block].iter().map(|&quant| f32::from(quant) * scale).collect();
            assert!(back.iter().zip(values).all(|(back, value)| (back - value).abs() <= scale * 0.501));
            assert!((back.iter().sum::<f32>() - rounded.sums[block]).abs() < 1e-3);
        }
    }

    #[test]
    fn zeros_stay_zero() {
        let rows = Rows::new(&[0.0; BLOCK], BLOCK);
        assert_eq!(rows.rounded().quants, [[0; BLOCK]]);
        assert_eq!(rows.rounded().sums, [0.0]);
    }
}
