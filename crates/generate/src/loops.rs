//! The loops between the matrix products.
//!
//! `pulp` compiles each for the vector instructions of several processor generations and picks at run time. Types instead
//! of closures: the call of a closure is not inlined, and then its body is compiled for the oldest processor.

use pulp::{Arch, NullaryFnOnce};

/// Every row of `x` divided by its root mean square, times `weight`.
pub(crate) fn normalise(x: &[f32], weight: &[f32], eps: f32) -> Vec<f32> {
    Arch::new().dispatch(Normalise { x, weight, eps })
}

/// `gate · sigmoid(gate) · up`, into `gate`.
pub(crate) fn swiglu(gate: &mut [f32], up: &[f32]) {
    Arch::new().dispatch(Swiglu { gate, up });
}

/// Adds `delta` to `x`.
pub(crate) fn add(x: &mut [f32], delta: &[f32]) {
    x.iter_mut().zip(delta).for_each(|(x, delta)| *x += delta);
}

/// One head's attention for one token: `query` against all `keys`, which are as wide as it, the mean of `values` by
/// what they score into `out`. `scores` is room to work in.
pub(crate) fn attend(query: &[f32], keys: &[f32], values: &[f32], scores: &mut Vec<f32>, out: &mut [f32]) {
    Arch::new().dispatch(Attend { query, keys, values, scores, out });
}

struct Normalise<'a> {
    x: &'a [f32],
    weight: &'a [f32],
    eps: f32,
}

impl NullaryFnOnce for Normalise<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn call(self) -> Vec<f32> {
        let Self { x, weight, eps } = self;
        let mut y = Vec::with_capacity(x.len());
        for row in x.chunks_exact(weight.len()) {
            let scale = 1.0 / (dot(row, row) / row.len() as f32 + eps).sqrt();
            y.extend(row.iter().zip(weight).map(|(x, weight)| x * scale * weight));
        }
        y
    }
}

struct Swiglu<'a> {
    gate: &'a mut [f32],
    up: &'a [f32],
}

impl NullaryFnOnce for Swiglu<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (gate, up) in self.gate.iter_mut().zip(self.up) {
            *gate = *gate / (1.0 + (-*gate).exp()) * up;
        }
    }
}

struct Attend<'a> {
    query: &'a [f32],
    keys: &'a [f32],
    values: &'a [f32],
    scores: &'a mut Vec<f32>,
    out: &'a mut [f32],
}

impl NullaryFnOnce for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { query, keys, values, scores, out } = self;
        let scale = 1.0 / (query.len() as f32).sqrt();
        scores.clear();
        scores.extend(keys.chunks_exact(query.len()).map(|key| dot(query, key) * scale));
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut total = 0.0;
        for score in scores.iter_mut() {
            *score = (*score - highest).exp();
            total += *score;
        }
        out.fill(0.0);
        for (score, value) in scores.iter().zip(values.chunks_exact(out.len())) {
            let share = score / total;
            out.iter_mut().zip(value).for_each(|(out, value)| *out += share * value);
        }
    }
}

/// Independent partial sums, so that a sum becomes vector additions.
const LANES: usize = 16;

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    // As a tree: one after another they would wait for each other.
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            sums[i] += sums[i + width];
        }
        width /= 2;
    }
    sums[0] + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::{attend, normalise, swiglu};

    #[test]
    fn a_normalised_row_has_mean_square_one() {
        let x: Vec<f32> = (0..80).map(|i| (i * i % 31) as f32 - 9.0).collect();
        for row in normalise(&x, &[1.0; 40], 1e-9).chunks(40) {
            let square: f32 = row.iter().map(|x| x * x).sum();
            assert!((square - 40.0).abs() < 1e-2, "{square}");
        }
        assert_eq!(normalise(&[3.0, 3.0], &[2.0, 0.5], 0.0), [2.0, 0.5]);
    }

    #[test]
    fn swiglu_of_known_values() {
        let mut gate = [0.0, 1.0, -1.0];
        swiglu(&mut gate, &[5.0, 2.0, 1.0]);
        for (found, exact) in gate.iter().zip([0.0, 1.462_117, -0.268_941]) {
            assert!((found - exact).abs() < 1e-5, "{found} {exact}");
        }
    }

    #[test]
    fn attention_agrees_with_the_definition() {
        let number = |i: usize| ((i * 37 % 19) as f32 - 9.0) / 7.0;
        let (query, keys, values): (Vec<f32>, Vec<f32>, Vec<f32>) = (
            (0..6).map(number).collect(),
            (0..30).map(|i| number(i + 3)).collect(),
            (0..30).map(|i| number(i * i)).collect(),
        );
        let mut out = [0.0; 6];
        attend(&query, &keys, &values, &mut Vec::new(), &mut out);
        let weights: Vec<f64> = keys
            .chunks(6)
            .map(|key| {
                let product: f64 = query.iter().zip(key).map(|(q, k)| f64::from(q * k)).sum();
                (product / 6.0_f64.sqrt()).exp()
            })
            .collect();
        let total: f64 = weights.iter().sum();
        for (i, found) in out.iter().enumerate() {
            let exact: f64 =
                weights.iter().zip(values.chunks(6)).map(|(w, value)| w / total * f64::from(value[i])).sum();
            assert!((f64::from(*found) - exact).abs() < 1e-5);
        }
    }
}
