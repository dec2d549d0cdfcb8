//! Matrix products with `Q8_0` weights on x86-64 processors that have AVX2 but no byte products (VNNI).
//!
//! candle takes three to five times as long there. Products of 16-bit integers are native: weights are widened from
//! eight bits once, at load, and activations are rounded to sixteen, so that nothing is lost beyond the file's own
//! quantisation. `pulp` stands in for `unsafe`: whoever holds a [`V3`] has checked the processor.

use pulp::NullaryFnOnce;
use pulp::bytemuck::cast;
use pulp::x86::V3;

/// Weights that share a scale.
const BLOCK: usize = 32;
/// Outputs per tile: two vectors of eight sums.
const TILE: usize = 16;
/// Rows of activations that pass over a tile together, so that each weight is loaded once for all of them.
const ROWS: usize = 4;

/// One block of the weights of sixteen outputs.
#[derive(Clone)]
struct Tile {
    scales: [[f32; 8]; 2],
    /// For each pair of neighbouring inputs, for each half of the outputs: eight outputs' pairs of weights.
    pairs: [[[i16; 16]; 2]; BLOCK / 2],
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
                    tile.pairs[i / 2][half][2 * lane + i % 2] = (weight / scale).round() as i16;
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
            let mut store = |row: usize, sums: [[f32; 8]; 2]| {
                let y = &mut y[row * output..(row + 1) * output][columns.clone()];
                y.iter_mut().zip(sums.as_flattened()).for_each(|(y, sum)| *y = sum * scales[row]);
            };
            let mut row = 0;
            while row + ROWS <= rows {
                let group: [_; ROWS] = sums(simd, tiles, &pairs[row * blocks..]);
                group.into_iter().enumerate().for_each(|(i, sums)| store(row + i, sums));
                row += ROWS;
            }
            while row < rows {
                let [one] = sums(simd, tiles, &pairs[row * blocks..]);
                store(row, one);
                row += 1;
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
            for row in 0..R {
                let act = simd.avx._mm256_set1_epi32(acts[row][pair]);
                for half in 0..2 {
                    // At most 2 · 127 · 32767 per step and sixteen steps: far from overflow.
                    let product = simd.avx2._mm256_madd_epi16(cast(weights[half]), act);
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
    let highest = x.iter().fold(f32::MIN_POSITIVE, |highest, x| highest.max(x.abs()));
    let inverse = 32_767.0 / highest;
    let round = |x: f32| (x * inverse + ROUND).to_bits() & 0xffff;
    for (pairs, x) in pairs.iter_mut().zip(x.chunks(BLOCK)) {
        for (pair, x) in pairs.iter_mut().zip(x.chunks(2)) {
            let second = x.get(1).map_or(0, |&x| round(x));
            *pair = (round(x[0]) | second << 16).cast_signed();
        }
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
        for (rows, input, output) in [(1, 32, 16), (7, 64, 40), (4, 384, 48), (3, 50, 5)] {
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
