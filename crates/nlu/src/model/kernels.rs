//! The loops between the matrix products.
//!
//! candle's own versions of these split even small work over rayon's threads and call the system's scalar `exp` and
//! `erf`; together they took longer than the products. `pulp` compiles each loop for the vector instructions of several
//! processor generations and picks at run time.

use pulp::{Arch, NullaryFnOnce};

/// Layer normalisation.
pub(super) struct Norm {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    pub eps: f32,
}

impl Norm {
    /// Normalises every row of `x`.
    pub fn apply(&self, x: &mut [f32]) {
        Arch::new().dispatch(Normalise { norm: self, x, delta: None });
    }

    /// Adds `delta` to `x`, then normalises every row.
    pub fn add_and_apply(&self, x: &mut [f32], delta: &[f32]) {
        Arch::new().dispatch(Normalise { norm: self, x, delta: Some(delta) });
    }
}

/// Multi-head self-attention. `qkv` holds per token the queries, keys and values of all heads, each `hidden` wide;
/// the answer has `hidden` values per token.
pub(super) fn attention(qkv: &[f32], heads: usize, hidden: usize) -> Vec<f32> {
    Arch::new().dispatch(Attention { qkv, heads, hidden })
}

/// The exact Gaussian error linear unit (with `erf`, not with `tanh`).
pub(super) fn gelu(x: &mut [f32]) {
    Arch::new().dispatch(Gelu(x));
}

/// Scalar product.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    Arch::new().dispatch(Dot(a, b))
}

// Types instead of closures: the call of a closure is not inlined, and then its body is compiled for the oldest
// processor.
struct Normalise<'a> {
    norm: &'a Norm,
    x: &'a mut [f32],
    delta: Option<&'a [f32]>,
}

impl NullaryFnOnce for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Norm { weight, bias, eps } = self.norm;
        if let Some(delta) = self.delta {
            self.x.iter_mut().zip(delta).for_each(|(x, delta)| *x += delta);
        }
        for row in self.x.chunks_exact_mut(weight.len()) {
            let count = row.len() as f32;
            let mean = sum(row, |x| x) / count;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / count;
            let scale = 1.0 / (variance + eps).sqrt();
            for ((x, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
                *x = (*x - mean) * scale * weight + bias;
            }
        }
    }
}

struct Attention<'a> {
    qkv: &'a [f32],
    heads: usize,
    hidden: usize,
}

impl NullaryFnOnce for Attention<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn call(self) -> Vec<f32> {
        let Self { qkv, heads, hidden } = self;
        let tokens = qkv.len() / (3 * hidden);
        let size = hidden / heads;
        let scale = 1.0 / (size as f32).sqrt();
        let rows = || qkv.chunks_exact(3 * hidden);
        let mut out = vec![0.0; tokens * hidden];
        // One head's keys: of the first sixteen tokens, of the next, …; for each dimension the value of each of them.
        let mut keys = vec![[0.0; LANES]; tokens.div_ceil(LANES) * size];
        let mut weights = vec![[0.0; LANES]; tokens.div_ceil(LANES)];
        for head in 0..heads {
            let (q, k, v) = (head * size, hidden + head * size, 2 * hidden + head * size);
            for (token, row) in rows().enumerate() {
                let keys = &mut keys[token / LANES * size..][..size];
                keys.iter_mut().zip(&row[k..k + size]).for_each(|(key, &value)| key[token % LANES] = value);
            }
            for (row, out) in rows().zip(out.chunks_exact_mut(hidden)) {
                for (weights, keys) in weights.iter_mut().zip(keys.chunks_exact(size)) {
                    // A value, not a place: it stays in registers.
                    let mut sums = [0.0; LANES];
                    for (&query, key) in row[q..q + size].iter().zip(keys) {
                        sums = plus_times(sums, query * scale, key);
                    }
                    *weights = sums;
                }
                let weights = &mut weights.as_flattened_mut()[..tokens];
                softmax(weights);
                let (whole, rest) = out[q..q + size].as_chunks_mut::<LANES>();
                let past_whole = v + whole.len() * LANES;
                for (index, out) in whole.iter_mut().enumerate() {
                    let mut sums = [0.0; LANES];
                    for (&weight, other) in weights.iter().zip(rows()) {
                        if let Some(values) = other[v + index * LANES..].first_chunk() {
                            sums = plus_times(sums, weight, values);
                        }
                    }
                    *out = sums;
                }
                for (&weight, other) in weights.iter().zip(rows()) {
                    let values = &other[past_whole..v + size];
                    rest.iter_mut().zip(values).for_each(|(out, value)| *out += weight * value);
                }
            }
        }
        out
    }
}

#[inline(always)]
fn plus_times(mut sums: [f32; LANES], factor: f32, values: &[f32; LANES]) -> [f32; LANES] {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += factor * value;
    }
    sums
}

struct Gelu<'a>(&'a mut [f32]);

impl NullaryFnOnce for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for x in self.0 {
            *x = 0.5 * *x * (1.0 + erf(*x * std::f32::consts::FRAC_1_SQRT_2));
        }
    }
}

struct Dot<'a>(&'a [f32], &'a [f32]);

impl NullaryFnOnce for Dot<'_> {
    type Output = f32;

    #[inline(always)]
    fn call(self) -> f32 {
        let mut sums = [0.0; LANES];
        let (a, a_rest) = self.0.as_chunks::<LANES>();
        let (b, b_rest) = self.1.as_chunks::<LANES>();
        for (a, b) in a.iter().zip(b) {
            for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                *sum += a * b;
            }
        }
        sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
    }
}

/// Independent partial sums, so that a sum becomes vector additions; the order of additions is the same everywhere.
const LANES: usize = 16;

#[inline(always)]
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum += of(x);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|&x| of(x)).sum::<f32>()
}

#[inline(always)]
fn softmax(row: &mut [f32]) {
    let highest = highest(row, |x| x);
    for x in row.iter_mut() {
        *x = exp(*x - highest);
    }
    let scale = 1.0 / sum(row, |x| x);
    row.iter_mut().for_each(|x| *x *= scale);
}

/// The largest value.
#[inline(always)]
pub(super) fn highest(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut highest = [f32::NEG_INFINITY; LANES];
    // Not `f32::max`: what it promises about NaN takes three instructions.
    let larger = |highest: &mut f32, x: f32| *highest = if x > *highest { x } else { *highest };
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        highest.iter_mut().zip(chunk).for_each(|(highest, &x)| larger(highest, of(x)));
    }
    highest.iter_mut().zip(rest).for_each(|(highest, &x)| larger(highest, of(x)));
    highest.into_iter().fold(f32::NEG_INFINITY, f32::max)
}

/// `eˣ` for x ≤ 0, to about two units in the last place: 2ⁿ · eʳ with |r| ≤ ln 2 / 2 and a polynomial for eʳ (Cephes).
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Adding and taking away 1.5 · 2²³ rounds to an integer, which then stands in the low bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.max(-87.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let mut p = 1.987_569_1e-4;
    for coefficient in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_66, 0.5] {
        p = p * r + coefficient;
    }
    let power = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    (p * r * r + r + 1.0) * f32::from_bits(power)
}

/// The error function to about 3e-7: the rational approximation that Eigen and XLA use.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let mut p = -2.726_142_3e-10;
    for coefficient in
        [2.770_681_4e-8, -2.101_024e-6, -5.692_506_5e-5, -7.349_906_3e-4, -2.954_6e-3, -1.609_603_3e-2]
    {
        p = p * square + coefficient;
    }
    let mut q = -1.456_607_2e-5;
    for coefficient in [-2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2] {
        q = q * square + coefficient;
    }
    x * p / q
}

#[cfg(test)]
mod tests {
    use super::{Norm, attention, dot, erf, exp, gelu};

    #[test]
    fn exp_is_the_exponential() {
        for step in 0..=8_700 {
            let x = -f64::from(step) / 100.0;
            let (found, exact) = (f64::from(exp(x as f32)), f64::from(x as f32).exp());
            assert!((found - exact).abs() <= 3e-7 * exact, "exp({x}) = {found}, not {exact}");
        }
        assert!(exp(-1e30) < 1e-37);
    }

    #[test]
    fn erf_is_the_error_function() {
        // Its series, in double precision.
        let exact = |x: f64| {
            let mut term = x;
            let mut sum = x;
            for n in 1..200 {
                term *= -x * x / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            2.0 / std::f64::consts::PI.sqrt() * sum
        };
        for step in -400..=400 {
            let x = f64::from(step) / 100.0;
            assert!((f64::from(erf(x as f32)) - exact(x)).abs() < 5e-7, "erf({x})");
        }
        assert!((erf(100.0) - 1.0).abs() < 5e-7 && (erf(-100.0) + 1.0).abs() < 5e-7);
    }

    #[test]
    fn gelu_of_known_values() {
        let mut x = [-1.0, 0.0, 1.0, 10.0];
        gelu(&mut x);
        for (found, exact) in x.iter().zip([-0.158_655_26, 0.0, 0.841_344_7, 10.0]) {
            assert!((found - exact).abs() < 1e-6, "{found} {exact}");
        }
    }

    #[test]
    fn a_normalised_row_has_mean_zero_and_variance_one() {
        let norm = Norm { weight: vec![1.0; 40], bias: vec![0.0; 40], eps: 1e-12 };
        let mut x: Vec<f32> = (0..80).map(|i| (i * i % 31) as f32).collect();
        norm.apply(&mut x);
        for row in x.chunks_exact(40) {
            assert!(row.iter().sum::<f32>().abs() < 1e-4);
            assert!((dot(row, row) - 40.0).abs() < 1e-3);
        }
    }

    #[test]
    fn attention_agrees_with_the_definition() {
        for (tokens, heads, hidden) in [(5, 2, 6), (16, 1, 16), (37, 2, 40)] {
            agrees_with_the_definition(tokens, heads, hidden);
        }
    }

    fn agrees_with_the_definition(tokens: usize, heads: usize, hidden: usize) {
        let size = hidden / heads;
        let qkv: Vec<f32> = (0..tokens * 3 * hidden).map(|i| ((i * 37 % 19) as f32 - 9.0) / 7.0).collect();
        let at = |token: usize, part: usize, i: usize| f64::from(qkv[token * 3 * hidden + part * hidden + i]);
        let found = attention(&qkv, heads, hidden);
        for token in 0..tokens {
            for i in 0..hidden {
                let head = i / size * size..i / size * size + size;
                let score = |other| {
                    let product: f64 = head.clone().map(|j| at(token, 0, j) * at(other, 1, j)).sum();
                    (product / (size as f64).sqrt()).exp()
                };
                let total: f64 = (0..tokens).map(score).sum();
                let exact: f64 = (0..tokens).map(|other| score(other) / total * at(other, 2, i)).sum();
                assert!((f64::from(found[token * hidden + i]) - exact).abs() < 1e-5);
            }
        }
    }
}
