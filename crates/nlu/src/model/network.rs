//! The forward pass of a post-norm BERT encoder with three heads: intents, tags, and a sentence vector.

use candle_core::quantized::QTensor;
use candle_core::{Device, Tensor};

use super::ModelError;
use super::file::{File, Labels, invalid};
use super::kernels::{Norm, attention, dot, gelu};
use super::linear::{Kernel, Linear};

/// Sizes of the encoder.
struct Sizes {
    hidden: usize,
    heads: usize,
    ffn: usize,
    positions: usize,
}

/// The states of the tokens of one pass, one after another.
pub(super) struct States(Vec<f32>);

/// The sum of states, over all passes of a text.
#[derive(Default)]
pub(super) struct Mean {
    sums: Vec<f32>,
    count: usize,
}

pub(super) struct Network {
    sizes: Sizes,
    /// Stays quantised: only the rows of a message's tokens are ever expanded.
    words: QTensor,
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    intents: Intents,
    tags: Head,
    sentence: Head,
}

struct Layer {
    qkv: Linear,
    attention_out: Linear,
    attention_norm: Norm,
    up: Linear,
    down: Linear,
    ffn_norm: Norm,
}

/// A small output layer with plain weights.
struct Head {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// What the whole message says of each intent, and what the tokens say that the intent looks at: label-wise attention
/// (Mullenbach et al. 2018), so that one request among several is not lost in the mean.
struct Intents {
    whole: Head,
    /// Per intent, the vector whose product with a token's state tells how much it looks at the token.
    attend: Vec<f32>,
    /// Per intent, the vector whose product with a token's state is that token's evidence.
    evidence: Vec<f32>,
}

impl Network {
    pub fn load(file: &mut File<'_>, labels: &Labels, kernel: Kernel) -> Result<Self, ModelError> {
        let sizes = Sizes {
            hidden: file.size("frontdesk.hidden_size")?,
            heads: file.size("frontdesk.heads")?,
            ffn: file.size("frontdesk.ffn")?,
            positions: file.size("frontdesk.max_positions")?,
        };
        let hidden = sizes.hidden;
        if !hidden.is_multiple_of(sizes.heads) {
            return Err(invalid(format!("width {hidden} for {} heads", sizes.heads)));
        }
        if sizes.positions < super::WINDOW + 3 {
            return Err(invalid(format!("only {} positions", sizes.positions)));
        }
        let eps = file.float("frontdesk.norm_eps")?;
        let norm = |file: &mut File<'_>, name: &str| {
            Ok::<_, ModelError>(Norm {
                weight: file.values(&format!("{name}.weight"), &[hidden])?,
                bias: file.values(&format!("{name}.bias"), &[hidden])?,
                eps,
            })
        };
        let mut layers = Vec::new();
        for index in 0..file.size("frontdesk.layers")? {
            let name = |part: &str| format!("layer.{index}.{part}");
            layers.push(Layer {
                qkv: Linear::load(file, &name("qkv"), (3 * hidden, hidden), kernel)?,
                attention_out: Linear::load(file, &name("attn_out"), (hidden, hidden), kernel)?,
                attention_norm: norm(file, &name("attn_norm"))?,
                up: Linear::load(file, &name("up"), (sizes.ffn, hidden), kernel)?,
                down: Linear::load(file, &name("down"), (hidden, sizes.ffn), kernel)?,
                ffn_norm: norm(file, &name("ffn_norm"))?,
            });
        }
        let (words, _) = file.matrix_shape("embeddings.word")?;
        Ok(Self {
            words: file.tensor("embeddings.word", &[words, hidden])?,
            positions: file.values("embeddings.position", &[sizes.positions, hidden])?,
            norm: norm(file, "embeddings.norm")?,
            layers,
            intents: Intents::load(file, labels.intents.len(), hidden)?,
            tags: Head::load(file, "tags", labels.tags.len(), hidden)?,
            sentence: Head::load(file, "sentence", hidden, hidden)?,
            sizes,
        })
    }

    pub fn describe(&self) -> String {
        format!("{} layers of width {}", self.layers.len(), self.sizes.hidden)
    }

    /// The states of the tokens after the last layer.
    pub fn encode(&self, ids: &[u32]) -> Result<States, ModelError> {
        let words = self.words.embedding(&Tensor::new(ids, &Device::Cpu)?)?;
        let mut x: Vec<f32> = words.flatten_all()?.to_vec1()?;
        x.iter_mut().zip(&self.positions).for_each(|(x, position)| *x += position);
        self.norm.apply(&mut x);
        for layer in &self.layers {
            let attended = attention(&layer.qkv.forward(&x)?, self.sizes.heads, self.sizes.hidden);
            layer.attention_norm.add_and_apply(&mut x, &layer.attention_out.forward(&attended)?);
            let mut wide = layer.up.forward(&x)?;
            gelu(&mut wide);
            layer.ffn_norm.add_and_apply(&mut x, &layer.down.forward(&wide)?);
        }
        Ok(States(x))
    }

    /// Adds the states of a pass to the mean that [`sentence`](Self::sentence) takes.
    pub fn add_to(&self, mean: &mut Mean, states: &States) {
        mean.add(states, self.sizes.hidden);
    }

    /// Logits of the intents.
    pub fn intents(&self, states: &States) -> Vec<f32> {
        self.intents.forward(states, self.sizes.hidden)
    }

    /// Logits of the tags of one token.
    pub fn tags(&self, states: &States, row: usize) -> Vec<f32> {
        self.tags.forward(states.row(row, self.sizes.hidden))
    }

    /// The unit vector of the mean state.
    pub fn sentence(&self, mean: &Mean) -> Vec<f32> {
        let mean: Vec<f32> = mean.sums.iter().map(|sum| sum / mean.count as f32).collect();
        let mut vector = self.sentence.forward(&mean);
        let length = dot(&vector, &vector).sqrt().max(f32::MIN_POSITIVE);
        vector.iter_mut().for_each(|value| *value /= length);
        vector
    }
}

impl States {
    fn row(&self, row: usize, hidden: usize) -> &[f32] {
        &self.0[row * hidden..(row + 1) * hidden]
    }
}

impl Mean {
    fn add(&mut self, states: &States, hidden: usize) {
        self.sums.resize(hidden, 0.0);
        for row in states.0.chunks_exact(hidden) {
            self.sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            self.count += 1;
        }
    }
}

impl Intents {
    fn load(file: &mut File<'_>, intents: usize, hidden: usize) -> Result<Self, ModelError> {
        Ok(Self {
            whole: Head::load(file, "intents", intents, hidden)?,
            attend: file.values("attend.weight", &[intents, hidden])?,
            evidence: file.values("evidence.weight", &[intents, hidden])?,
        })
    }

    fn forward(&self, states: &States, hidden: usize) -> Vec<f32> {
        let mut logits = self.whole.forward(states.row(0, hidden));
        let queries = self.attend.chunks_exact(hidden).zip(self.evidence.chunks_exact(hidden));
        for (logit, (attend, evidence)) in logits.iter_mut().zip(queries) {
            *logit +=
                looked_at(states.0.chunks_exact(hidden).map(|row| (dot(row, attend), dot(row, evidence))));
        }
        logits
    }
}

/// The mean of the second values, weighted by the softmax of the first ones, in one pass (Milakov and Gimelshein 2018).
fn looked_at(pairs: impl Iterator<Item = (f32, f32)>) -> f32 {
    let (mut highest, mut weights, mut sum) = (f32::NEG_INFINITY, 0.0, 0.0);
    for (score, value) in pairs {
        if score > highest {
            let shrink = (highest - score).exp();
            (weights, sum, highest) = (weights * shrink, sum * shrink, score);
        }
        let weight = (score - highest).exp();
        weights += weight;
        sum += weight * value;
    }
    if weights > 0.0 { sum / weights } else { 0.0 }
}

impl Head {
    fn load(file: &mut File<'_>, name: &str, output: usize, input: usize) -> Result<Self, ModelError> {
        Ok(Self {
            weight: file.values(&format!("{name}.weight"), &[output, input])?,
            bias: file.values(&format!("{name}.bias"), &[output])?,
        })
    }

    fn forward(&self, x: &[f32]) -> Vec<f32> {
        self.weight.chunks_exact(x.len()).zip(&self.bias).map(|(row, bias)| dot(row, x) + bias).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::looked_at;

    #[test]
    fn what_is_looked_at_is_a_softmax_mean() {
        let pairs = [(1.0_f32, 2.0_f32), (3.0, -1.0), (-2.0, 10.0), (3.5, 0.25)];
        let total: f32 = pairs.iter().map(|(score, _)| score.exp()).sum();
        let expected: f32 = pairs.iter().map(|(score, value)| score.exp() / total * value).sum();
        assert!((looked_at(pairs.into_iter()) - expected).abs() < 1e-6);
        // Scores whose exponentials overflow, and no tokens at all.
        assert!((looked_at([(500.0, 1.0), (500.0, 3.0)].into_iter()) - 2.0).abs() < 1e-6);
        assert!(looked_at(std::iter::empty()).abs() < f32::EPSILON);
    }
}
