//! Products with four- and eight-bit weights on x86-64 processors that have AVX2.
//!
//! candle's fast kernels take only some of GGUF's formats, in widths that are multiples of 256; small models are neither
//! (`SmolLM2`: `Q4_1`, width 576), and its other kernels are plain loops. These take the weights as they are in the
//! file, in any width that is a multiple of 32: a block of weights times a block of rounded activations is a product of
//! bytes. `pulp` stands in for `unsafe`: whoever holds a [`V3`] has checked the processor.

use std::arch::x86_64::{__m256, __m256i};
use std::ops::Range;

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

/// What the formats do differently.
pub(super) trait Weights {
    /// A block as it is kept.
    type Packed;
    /// A block as it is multiplied.
    type Unpacked: Copy;

    /// The blocks and their scales.
    fn blocks(&self) -> (&[Self::Packed], &[f32]);
    /// Gets a block ready.
    fn unpack(simd: V3, packed: &Self::Packed) -> Self::Unpacked;
    /// The products of a block with as many bytes of activations, each added to its neighbour's in sixteen bits.
    fn pairs(simd: V3, weights: Self::Unpacked, x: __m256i) -> __m256i;
    /// Adds the part that the weights of a block have in common, if the format has one, for the blocks in `range`.
    #[inline(always)]
    fn add_lows<const R: usize>(
        &self,
        _simd: V3,
        _range: Range<usize>,
        _x: &[Row<'_>; R],
        _totals: &mut [__m256; R],
    ) {
    }
    /// The weights of a block.
    fn values(&self, block: usize) -> [f32; BLOCK];
    /// What all of them take in memory, in bytes.
    fn bytes(&self) -> usize;
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
        let (rows, output) = (x.quants.len() / width, weights.blocks().0.len() / width);
        let row = |row: usize| {
            let range = row * width..(row + 1) * width;
            Row { quants: &x.quants[range.clone()], scales: &x.scales[range.clone()], sums: &x.sums[range] }
        };
        let mut y = vec![0.0; rows * output];
        for column in 0..output {
            let range = column * width..(column + 1) * width;
            let mut at = 0;
            while at + ROWS <= rows {
                let rows: [Row<'_>; ROWS] = std::array::from_fn(|i| row(at + i));
                for (i, sums) in sums(simd, weights, range.clone(), rows).into_iter().enumerate() {
                    y[(at + i) * output + column] = total(sums);
                }
                at += ROWS;
            }
            while at < rows {
                let [sums] = sums(simd, weights, range.clone(), [row(at)]);
                y[at * output + column] = total(sums);
                at += 1;
            }
        }
        y
    }
}

/// The products of the blocks in `range` with as many blocks of each row, in eight sums.
#[inline(always)]
fn sums<W: Weights, const R: usize>(
    simd: V3,
    weights: &W,
    range: Range<usize>,
    x: [Row<'_>; R],
) -> [[f32; 8]; R] {
    let ones = simd.avx._mm256_set1_epi16(1);
    let mut totals = [simd.avx._mm256_setzero_ps(); R];
    let (blocks, scales) = weights.blocks();
    let blocks = blocks[range.clone()].iter().zip(&scales[range.clone()]);
    for (block, (packed, &scale)) in blocks.enumerate() {
        let unpacked = W::unpack(simd, packed);
        for (x, total) in x.iter().zip(&mut totals) {
            let pairs = W::pairs(simd, unpacked, cast(x.quants[block]));
            let whole = simd.avx._mm256_cvtepi32_ps(simd.avx2._mm256_madd_epi16(pairs, ones));
            let scale = simd.avx._mm256_set1_ps(scale * x.scales[block]);
            *total = simd.fma._mm256_fmadd_ps(whole, scale, *total);
        }
    }
    weights.add_lows(simd, range, &x, &mut totals);
    totals.map(cast)
}

impl Weights for FourBits {
    type Packed = [u8; BLOCK / 2];
    type Unpacked = __m256i;

    fn blocks(&self) -> (&[Self::Packed], &[f32]) {
        (&self.quants, &self.scales)
    }

    #[inline(always)]
    fn unpack(simd: V3, packed: &Self::Packed) -> __m256i {
        let low = cast(*packed);
        let both = simd.avx._mm256_set_m128i(simd.sse2._mm_srli_epi16::<4>(low), low);
        simd.avx2._mm256_and_si256(both, simd.avx._mm256_set1_epi8(15))
    }

    #[inline(always)]
    fn pairs(simd: V3, weights: __m256i, x: __m256i) -> __m256i {
        // At most 2 · 15 · 127.
        simd.avx2._mm256_maddubs_epi16(weights, x)
    }

    #[inline(always)]
    fn add_lows<const R: usize>(
        &self,
        simd: V3,
        range: Range<usize>,
        x: &[Row<'_>; R],
        totals: &mut [__m256; R],
    ) {
        let (lows, rest) = self.lows[range].as_chunks::<8>();
        for (x, total) in x.iter().zip(totals) {
            let (x_sums, x_rest) = x.sums.as_chunks::<8>();
            for (&lows, &sums) in lows.iter().zip(x_sums) {
                *total = simd.fma._mm256_fmadd_ps(cast(lows), cast(sums), *total);
            }
            let mut lanes: [f32; 8] = cast(*total);
            lanes[0] += rest.iter().zip(x_rest).map(|(low, sum)| low * sum).sum::<f32>();
            *total = cast(lanes);
        }
    }

    fn values(&self, block: usize) -> [f32; BLOCK] {
        let (quants, scale, low) = (self.quants[block], self.scales[block], self.lows[block]);
        std::array::from_fn(|i| {
            let byte = quants[i % (BLOCK / 2)];
            let quant = if i < BLOCK / 2 { byte & 15 } else { byte >> 4 };
            f32::from(quant) * scale + low
        })
    }

    fn bytes(&self) -> usize {
        size_of_val(&*self.quants) + size_of_val(&*self.scales) + size_of_val(&*self.lows)
    }
}

impl Weights for EightBits {
    type Packed = [i8; BLOCK];
    /// The weights, and their sizes without the signs.
    type Unpacked = (__m256i, __m256i);

    fn blocks(&self) -> (&[Self::Packed], &[f32]) {
        (&self.quants, &self.scales)
    }

    #[inline(always)]
    fn unpack(simd: V3, packed: &Self::Packed) -> Self::Unpacked {
        let weights = cast(*packed);
        (weights, simd.avx2._mm256_abs_epi8(weights))
    }

    #[inline(always)]
    fn pairs(simd: V3, (weights, sizes): Self::Unpacked, x: __m256i) -> __m256i {
        // The product of bytes wants one side without signs; at most 2 · 128 · 127.
        simd.avx2._mm256_maddubs_epi16(sizes, simd.avx2._mm256_sign_epi8(x, weights))
    }

    fn values(&self, block: usize) -> [f32; BLOCK] {
        self.quants[block].map(|quant| f32::from(quant) * self.scales[block])
    }

    fn bytes(&self) -> usize {
        size_of_val(&*self.quants) + size_of_val(&*self.scales)
    }
}

/// The sum of eight lanes, as a tree.
#[inline(always)]
fn total([a, b, c, d, e, f, g, h]: [f32; 8]) -> f32 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
