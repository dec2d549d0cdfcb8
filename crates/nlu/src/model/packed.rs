//! Matrix products with `Q8_0` weights on x86-64 processors that have AVX2 but no byte products (VNNI).
//!
//! candle takes three to five times as long there. Products of 16-bit integers are native: weights are widened from
//! eight bits on the way into a register, and activations are rounded to sixteen, so that nothing is lost beyond the
//! file's own quantisation. In memory weights stay bytes: a short message reads all of them once, and waits for little
//! else. `pulp` stands in for `unsafe`: whoever holds a [`V3`] has checked the processor.

use pulp::NullaryFnOnce;
use pulp::bytemuck::cast;
use pulp::x86::V3;

use super::kernels::highest;

/// Weights that share a scale.
const BLOCK: usize = 32;
/// Outputs per tile: two vectors of eight sums.
const TILE: usize = 16;
/// Rows of activations that pass over a tile together at most, so that each weight is loaded once for all of them: two
/// sums for each row, two weights and an activation fill the sixteen registers.
const ROWS: usize = 6;

/// One block of the weights of sixteen outputs.
#[derive(Clone)]
struct Tile {
    scales: [[f32; 8]; 2],
    /// For each pair of neighbouring inputs, for each half of the outputs: eight outputs' pairs of weights.
    pairs: [[[i8; 16]; 2]; BLOCK / 2],
}

/// The activations of one block: neighbouring inputs share a lane.
type Pairs = [i32; BLOCK / 2];

/// A matrix.
pub(super) struct Packed {
    simd: V3,
    /// The blocks of the first sixteen outputs, of the next sixteen, ….
    tiles: Vec<Tile>,
    blocks: usize,
    input: usize,
    output: usize,
}

impl Packed {
    /// Packs a matrix of `input` columns. Values that were `Q8_0` keep their exact value.
    pub fn new(simd: V3, values: &[f32], input: usize) -> Self {
        let (output, blocks) = (values.len() / input, input.div_ceil(BLOCK));
        let empty = Tile { scales: [[0.0; 8]; 2], pairs: [[[0; 16]; 2]; BLOCK / 2] };
        let mut tiles = vec![empty; output.div_ceil(TILE) * blocks];
        for (row, weights) in values.chunks_exact(input).enumerate() {
            let (half, lane) = (row % TILE / 8, row % 8);
            for (tile, weights) in tiles[row / TILE * blocks..].iter_mut().zip(weights.chunks(BLOCK)) {
                let highest = weights.iter().fold(0.0_f32, |highest, weight| highest.max(weight.abs()));
                let scale = highest / 127.0;
                tile.scales[half][lane] = scale;
                for (i, weight) in weights.iter().enumerate().filter(|_| scale > 0.0) {
                    tile.pairs[i / 2][half][2 * lane + i % 2] = (weight / scale).round() as i8;
                }
            }
        }
        Self { simd, tiles, blocks, input, output }
    }

    /// The product for every row of `x`.
    pub fn forward(&self, x: &[f32]) -> Vec<f32> {
        self.simd.vectorize(Product { matrix: self, x })
    }
}

struct Product<'a> {
    matrix: &'a Packed,
    x: &'a [f32],
}

impl NullaryFnOnce for Product<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn call(self) -> Vec<f32> {
        let &Packed { simd, ref tiles, blocks, input, output } = self.matrix;
        let rows = self.x.len() / input;
        let mut pairs = vec![[0; BLOCK / 2]; rows * blocks];
        let mut scales = Vec::with_capacity(rows);
        for (x, pairs) in self.x.chunks_exact(input).zip(pairs.chunks_exact_mut(blocks)) {
            scales.push(quantise(x, pairs));
        }
        let mut y = vec![0.0; rows * output];
        for (column, tiles) in tiles.chunks_exact(blocks).enumerate() {
            let columns = column * TILE..output.min(column * TILE + TILE);
            let mut store = |row: usize, sums: &[[[f32; 8]; 2]]| {
                for (row, sums) in (row..).zip(sums) {
                    let y = &mut y[row * output..(row + 1) * output][columns.clone()];
                    y.iter_mut().zip(sums.as_flattened()).for_each(|(y, sum)| *y = sum * scales[row]);
                }
            };
            let mut row = 0;
            while row < rows {
                // As many together as in the groups to come: seven rows are four and three, not six and a slow one.
                let together = (rows - row).div_ceil((rows - row).div_ceil(ROWS));
                let pairs = &pairs[row * blocks..];
                match together {
                    1 => store(row, &sums::<1>(simd, tiles, pairs)),
                    2 => store(row, &sums::<2>(simd, tiles, pairs)),
                    3 => store(row, &sums::<3>(simd, tiles, pairs)),
                    4 => store(row, &sums::<4>(simd, tiles, pairs)),
                    5 => store(row, &sums::<5>(simd, tiles, pairs)),
                    _ => store(row, &sums::<ROWS>(simd, tiles, pairs)),
                }
                row += together;
            }
        }
        y
    }
}

/// Sixteen outputs for each of `R` rows of activations, before the rows' scales.
#[inline(always)]
fn sums<const R: usize>(simd: V3, tiles: &[Tile], pairs: &[Pairs]) -> [[[f32; 8]; 2]; R] {
    let rows: [&[Pairs]; R] = std::array::from_fn(|row| &pairs[row * tiles.len()..(row + 1) * tiles.len()]);
    let mut sums = [[simd.avx._mm256_setzero_ps(); 2]; R];
    for (block, tile) in tiles.iter().enumerate() {
        let mut whole = [[simd.avx._mm256_setzero_si256(); 2]; R];
        let acts: [&Pairs; R] = std::array::from_fn(|row| &rows[row][block]);
        for (pair, weights) in tile.pairs.iter().enumerate() {
            let weights = weights.map(|weights| simd.avx2._mm256_cvtepi8_epi16(cast(weights)));
            for row in 0..R {
                let act = simd.avx._mm256_set1_epi32(acts[row][pair]);
                for half in 0..2 {
                    // At most 2 · 127 · 32767 per step and sixteen steps: far from overflow.
                    let product = simd.avx2._mm256_madd_epi16(weights[half], act);
                    whole[row][half] = simd.avx2._mm256_add_epi32(whole[row][half], product);
                }
            }
        }
        for row in 0..R {
            for half in 0..2 {
                let real = simd.avx._mm256_cvtepi32_ps(whole[row][half]);
                sums[row][half] = simd.fma._mm256_fmadd_ps(real, cast(tile.scales[half]), sums[row][half]);
            }
        }
    }
    sums.map(|row| row.map(cast))
}

/// Rounds a row to 16-bit integers and returns their scale.
#[inline(always)]
fn quantise(x: &[f32], pairs: &mut [Pairs]) -> f32 {
    /// Adding 1.5 · 2²³ rounds to an integer, which then stands in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let highest = highest(x, f32::abs).max(f32::MIN_POSITIVE);
    let inverse = 32_767.0 / highest;
    for (pairs, x) in pairs.iter_mut().zip(x.chunks(BLOCK)) {
        // A loop, not a closure handed on: that would be compiled for the oldest processor.
        let mut rounded = [0_i16; BLOCK];
        for (rounded, x) in rounded.iter_mut().zip(x) {
            *rounded = (x * inverse + ROUND).to_bits() as i16;
        }
        *pairs = cast(rounded);
    }
    highest / 32_767.0
}

#[cfg(test)]
mod tests {
    use pulp::x86::V3;

    use super::Packed;

    #[test]
    fn agrees_with_the_product_of_the_same_numbers() {
        let Some(simd) = V3::try_new() else { return };
        for (rows, input, output) in
            [(1, 32, 16), (7, 64, 40), (4, 384, 48), (3, 50, 5), (12, 96, 16), (16, 70, 32)]
        {
            let number = |i: usize| ((i * 7_919 % 255) as f32 - 127.0) / 127.0;
            // Every block holds its extreme, so that eight bits are exact.
            let weights: Vec<f32> =
                (0..input * output).map(|i| if i % input % 32 == 0 { 1.0 } else { number(i) }).collect();
            let x: Vec<f32> = (0..rows * input).map(|i| number(3 * i + 1) * 5.0).collect();
            let y = Packed::new(simd, &weights, input).forward(&x);
            assert_eq!(y.len(), rows * output);
            for row in 0..rows {
                for column in 0..output {
                    let exact: f64 = (0..input)
                        .map(|i| f64::from(x[row * input + i]) * f64::from(weights[column * input + i]))
                        .sum();
                    let found = f64::from(y[row * output + column]);
                    assert!((found - exact).abs() < 5e-3, "{input}×{output} {row},{column}: {found} {exact}");
                }
            }
        }
    }

    #[test]
    fn zeros_stay_zero() {
        let Some(simd) = V3::try_new() else { return };
        assert_eq!(Packed::new(simd, &[0.0; 64 * 16], 64).forward(&[0.0; 64]), [0.0; 16]);
    }
}
