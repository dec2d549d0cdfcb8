//! Products with four- and eight-bit weights on x86-64 processors that have AVX2.
//!
//! candle's fast kernels take only some of GGUF's formats, in widths that are multiples of 256; small models are neither
//! (`SmolLM2`: `Q4_1`, width 576), and its other kernels are plain loops. These take the weights as they are in the
//! file, in any width that is a multiple of 32: a block of weights times a block of rounded activations is a product of
//! bytes. `pulp` stands in for `unsafe`: whoever holds a [`V3`] has checked the processor.

use pulp::NullaryFnOnce;
use pulp::bytemuck::cast;
use pulp::x86::V3;

use super::rows::{BLOCK, Rounded};

/// Rows of activations that meet a block of weights together, so that it is unpacked once for all of them.
const ROWS: usize = 4;

/// A matrix of four-bit weights: `quant · scale + low`.
pub(super) struct FourBits {
    /// For each block its first sixteen weights in the low halves, the others in the high ones.
    pub quants: Vec<[u8; BLOCK / 2]>,
    pub scales: Vec<f32>,
    pub lows: Vec<f32>,
}

/// A matrix of eight-bit weights: `quant · scale`.
pub(super) struct EightBits {
    pub quants: Vec<[i8; BLOCK]>,
    pub scales: Vec<f32>,
}

/// `y = W x` for each of `count` rows of activations; `width` in blocks.
pub(super) fn multiply(simd: V3, weights: &impl Weights, width: usize, x: &Rounded) -> Vec<f32> {
    simd.vectorize(Product { simd, weights, width, x })
}

/// What the two formats do differently.
pub(super) trait Weights {
    /// How many blocks there are.
    fn blocks(&self) -> usize;
    /// Adds to `sums` the products of the blocks in `range` with as many blocks of each row.
    fn add<const R: usize>(
        &self,
        simd: V3,
        range: std::ops::Range<usize>,
        x: [Row<'_>; R],
        sums: &mut [[f32; 8]; R],
    );
    /// The weights of a block.
    fn values(&self, block: usize) -> [f32; BLOCK];
}

/// One row of rounded activations.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    quants: &'a [[i8; BLOCK]],
    scales: &'a [f32],
    sums: &'a [f32],
}

struct Product<'a, W> {
    simd: V3,
    weights: &'a W,
    width: usize,
    x: &'a Rounded,
}

impl<W: Weights> NullaryFnOnce for Product<'_, W> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn call(self) -> Vec<f32> {
        let Self { simd, weights, width, x } = self;
        let (rows, output) = (x.quants.len() / width, weights.blocks() / width);
        let row = |row: usize| {
            let range = row * width..(row + 1) * width;
            Row { quants: &x.quants[range.clone()], scales: &x.scales[range.clone()], sums: &x.sums[range] }
        };
        let mut y = vec![0.0; rows * output];
        for column in 0..output {
            let range = column * width..(column + 1) * width;
            let mut at = 0;
            while at + ROWS <= rows {
                let mut sums = [[0.0; 8]; ROWS];
                weights.add::<ROWS>(simd, range.clone(), std::array::from_fn(|i| row(at + i)), &mut sums);
                for (i, sums) in sums.into_iter().enumerate() {
                    y[(at + i) * output + column] = total(sums);
                }
                at += ROWS;
            }
            while at < rows {
                let mut sums = [[0.0; 8]];
                weights.add::<1>(simd, range.clone(), [row(at)], &mut sums);
                y[at * output + column] = total(sums[0]);
                at += 1;
            }
        }
        y
    }
}

impl Weights for FourBits {
    fn blocks(&self) -> usize {
        self.quants.len()
    }

    #[inline(always)]
    fn add<const R: usize>(
        &self,
        simd: V3,
        range: std::ops::Range<usize>,
        x: [Row<'_>; R],
        sums: &mut [[f32; 8]; R],
    ) {
        let (ones, low_half) = (simd.avx._mm256_set1_epi16(1), simd.avx._mm256_set1_epi8(15));
        let mut totals = sums.map(cast);
        let blocks = self.quants[range.clone()].iter().zip(&self.scales[range.clone()]);
        for (block, (quants, &scale)) in blocks.enumerate() {
            let low = cast(*quants);
            let both = simd.avx._mm256_set_m128i(simd.sse2._mm_srli_epi16::<4>(low), low);
            let weights = simd.avx2._mm256_and_si256(both, low_half);
            for (x, total) in x.iter().zip(&mut totals) {
                // At most 2 · 15 · 127 in sixteen bits.
                let pairs = simd.avx2._mm256_maddubs_epi16(weights, cast(x.quants[block]));
                let whole = simd.avx._mm256_cvtepi32_ps(simd.avx2._mm256_madd_epi16(pairs, ones));
                let scale = simd.avx._mm256_set1_ps(scale * x.scales[block]);
                *total = simd.fma._mm256_fmadd_ps(whole, scale, *total);
            }
        }
        let (lows, rest) = self.lows[range].as_chunks::<8>();
        for (x, total) in x.iter().zip(&mut totals) {
            let (x_sums, x_rest) = x.sums.as_chunks::<8>();
            for (&lows, &sums) in lows.iter().zip(x_sums) {
                *total = simd.fma._mm256_fmadd_ps(cast(lows), cast(sums), *total);
            }
            let mut lanes: [f32; 8] = cast(*total);
            lanes[0] += rest.iter().zip(x_rest).map(|(low, sum)| low * sum).sum::<f32>();
            *total = cast(lanes);
        }
        *sums = totals.map(cast);
    }

    fn values(&self, block: usize) -> [f32; BLOCK] {
        let (quants, scale, low) = (self.quants[block], self.scales[block], self.lows[block]);
        std::array::from_fn(|i| {
            let byte = quants[i % (BLOCK / 2)];
            let quant = if i < BLOCK / 2 { byte & 15 } else { byte >> 4 };
            f32::from(quant) * scale + low
        })
    }
}

impl Weights for EightBits {
    fn blocks(&self) -> usize {
        self.quants.len()
    }

    #[inline(always)]
    fn add<const R: usize>(
        &self,
        simd: V3,
        range: std::ops::Range<usize>,
        x: [Row<'_>; R],
        sums: &mut [[f32; 8]; R],
    ) {
        let ones = simd.avx._mm256_set1_epi16(1);
        let mut totals = sums.map(cast);
        let blocks = self.quants[range.clone()].iter().zip(&self.scales[range]);
        for (block, (quants, &scale)) in blocks.enumerate() {
            let weights = cast(*quants);
            let sizes = simd.avx2._mm256_abs_epi8(weights);
            for (x, total) in x.iter().zip(&mut totals) {
                // The product of bytes wants one side without signs; at most 2 · 128 · 127 in sixteen bits.
                let signed = simd.avx2._mm256_sign_epi8(cast(x.quants[block]), weights);
                let pairs = simd.avx2._mm256_maddubs_epi16(sizes, signed);
                let whole = simd.avx._mm256_cvtepi32_ps(simd.avx2._mm256_madd_epi16(pairs, ones));
                let scale = simd.avx._mm256_set1_ps(scale * x.scales[block]);
                *total = simd.fma._mm256_fmadd_ps(whole, scale, *total);
            }
        }
        *sums = totals.map(cast);
    }

    fn values(&self, block: usize) -> [f32; BLOCK] {
        self.quants[block].map(|quant| f32::from(quant) * self.scales[block])
    }
}

/// The sum of eight lanes, as a tree.
#[inline(always)]
fn total([a, b, c, d, e, f, g, h]: [f32; 8]) -> f32 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
