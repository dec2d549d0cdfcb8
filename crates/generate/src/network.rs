//! The forward pass of a decoder of the llama family, and what it remembers.

use crate::error::ModelError;
use crate::file::{File, invalid};
use crate::loops::{add, attend, normalise, swiglu};
use crate::matrix::{Kernel, Matrix, Rows};

/// Tokens that pass through the network together: enough to use each weight often while it is near.
const CHUNK: usize = 64;

/// What the families of architectures do differently.
struct Family {
    /// Which dimensions of a head turn together: neighbours, or those half a head apart.
    neighbours: bool,
    /// Queries and keys are normalised, each head for itself.
    head_norms: bool,
}

struct Sizes {
    hidden: usize,
    heads: usize,
    kv_heads: usize,
    head: usize,
    words: usize,
}

pub(crate) struct Network {
    family: Family,
    sizes: Sizes,
    eps: f32,
    /// How far a pair of dimensions turns from one position to the next, in radians.
    turns: Vec<f32>,
    context: usize,
    embeddings: Matrix,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    /// None if the embeddings are used backwards.
    head: Option<Matrix>,
}

struct Layer {
    attention_norm: Vec<f32>,
    query: Projection,
    key: Projection,
    value: Projection,
    attention_out: Matrix,
    /// Of queries and of keys.
    head_norms: Option<(Vec<f32>, Vec<f32>)>,
    ffn_norm: Vec<f32>,
    gate: Matrix,
    up: Matrix,
    down: Matrix,
}

/// A matrix that may have a bias.
struct Projection {
    weight: Matrix,
    bias: Option<Vec<f32>>,
}

/// Keys and values of the tokens read so far.
pub(crate) struct Memory {
    tokens: Vec<u32>,
    /// For each layer, for each head of keys and values, one token after another.
    layers: Vec<Vec<KeysValues>>,
    head: usize,
}

#[derive(Clone, Default)]
struct KeysValues {
    keys: Vec<f32>,
    values: Vec<f32>,
}

impl Network {
    /// Reads the network. `limit` is how many tokens will be asked of it at most, if it can hold so many.
    pub fn load(file: &mut File, kernel: Kernel, limit: usize) -> Result<Self, ModelError> {
        let family = match file.architecture() {
            "llama" => Family { neighbours: true, head_norms: false },
            "qwen2" => Family { neighbours: false, head_norms: false },
            "qwen3" => Family { neighbours: false, head_norms: true },
            other => {
                return Err(invalid(format!(
                    "its architecture is `{other}`; this program runs llama, qwen2 and qwen3"
                )));
            }
        };
        if file.optional_size("expert_count")?.is_some() {
            return Err(invalid("it is a mixture of experts, which this program does not run"));
        }
        let (hidden, heads) = (file.size("embedding_length")?, file.size("attention.head_count")?);
        let embeddings = file.tensor("token_embd.weight")?;
        let sizes = Sizes {
            hidden,
            heads,
            kv_heads: file.optional_size("attention.head_count_kv")?.unwrap_or(heads),
            head: file.optional_size("attention.key_length")?.unwrap_or(hidden / heads),
            words: embeddings.shape().dims2()?.0,
        };
        let shape = [sizes.words, hidden];
        if embeddings.shape().dims() != shape {
            return Err(invalid(format!("the embeddings are not {hidden} wide")));
        }
        let odd = !sizes.head.is_multiple_of(2) || sizes.head == 0;
        if odd || sizes.kv_heads == 0 || !heads.is_multiple_of(sizes.kv_heads) {
            let Sizes { kv_heads, head, .. } = sizes;
            return Err(invalid(format!("{heads} heads over {kv_heads}, {head} wide")));
        }
        let eps = file.float("attention.layer_norm_rms_epsilon")?.unwrap_or(1e-5);
        let count = file.size("block_count")?;
        let layers = (0..count).map(|index| Layer::load(file, index, &sizes, &family, kernel));
        let layers = layers.collect::<Result<_, _>>()?;
        let head = if file.has("output.weight") {
            Some(Matrix::new(file.shaped("output.weight", &shape)?, kernel)?)
        } else {
            None
        };
        Ok(Self {
            turns: turns(file, sizes.head)?,
            context: file.size("context_length")?.min(limit),
            embeddings: Matrix::new(embeddings, kernel)?,
            norm: file.values("output_norm.weight", hidden)?,
            family,
            sizes,
            eps,
            layers,
            head,
        })
    }

    /// How many tokens it holds.
    pub fn context(&self) -> usize {
        self.context
    }

    pub fn describe(&self) -> String {
        format!("{} layers of width {}", self.layers.len(), self.sizes.hidden)
    }

    /// What the weights take in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let layers = self.layers.iter().flat_map(|layer| {
            let Layer { query, key, value, attention_out, gate, up, down, .. } = layer;
            [&query.weight, &key.weight, &value.weight, attention_out, gate, up, down]
        });
        layers.chain([&self.embeddings]).chain(&self.head).map(Matrix::bytes).sum()
    }

    /// A memory of nothing.
    pub fn memory(&self) -> Memory {
        let layer = vec![KeysValues::default(); self.sizes.kv_heads];
        Memory { tokens: Vec::new(), layers: vec![layer; self.layers.len()], head: self.sizes.head }
    }

    /// Reads tokens, some at a time, and returns the logits of the one that follows; nothing if `go_on` said no between
    /// two parts. `memory` then still holds the parts that were read.
    pub fn read(
        &self,
        memory: &mut Memory,
        tokens: &[u32],
        mut go_on: impl FnMut() -> bool,
    ) -> Result<Option<Vec<f32>>, ModelError> {
        if memory.tokens.len() + tokens.len() > self.context {
            let tokens = memory.tokens.len() + tokens.len();
            return Err(ModelError::TooLong { tokens, limit: self.context });
        }
        if let Some(unknown) = tokens.iter().find(|&&token| token as usize >= self.sizes.words) {
            return Err(invalid(format!("token {unknown} has no embedding")));
        }
        let mut last = Vec::new();
        for chunk in tokens.chunks(CHUNK) {
            if !go_on() {
                return Ok(None);
            }
            last = self.pass(memory, chunk)?;
        }
        let hidden = self.sizes.hidden;
        let last = last.get(last.len().saturating_sub(hidden)..).filter(|last| last.len() == hidden);
        let last = last.ok_or_else(|| invalid("nothing to read"))?;
        let last = normalise(last, &self.norm, self.eps);
        let head = self.head.as_ref().unwrap_or(&self.embeddings);
        head.forward(&Rows::new(&last, hidden)).map(Some)
    }

    /// The states of the tokens after the last layer.
    fn pass(&self, memory: &mut Memory, tokens: &[u32]) -> Result<Vec<f32>, ModelError> {
        let hidden = self.sizes.hidden;
        let first = memory.tokens.len();
        let mut x = self.embeddings.rows(tokens)?;
        for (layer, memory) in self.layers.iter().zip(&mut memory.layers) {
            let normed = normalise(&x, &layer.attention_norm, self.eps);
            let attended = self.attention(layer, memory, &Rows::new(&normed, hidden), first)?;
            let width = self.sizes.heads * self.sizes.head;
            add(&mut x, &layer.attention_out.forward(&Rows::new(&attended, width))?);

            let normed = normalise(&x, &layer.ffn_norm, self.eps);
            let normed = Rows::new(&normed, hidden);
            let mut wide = layer.gate.forward(&normed)?;
            swiglu(&mut wide, &layer.up.forward(&normed)?);
            add(&mut x, &layer.down.forward(&Rows::new(&wide, layer.gate.output()))?);
        }
        memory.tokens.extend(tokens);
        Ok(x)
    }

    fn attention(
        &self,
        layer: &Layer,
        memory: &mut [KeysValues],
        x: &Rows<'_>,
        first: usize,
    ) -> Result<Vec<f32>, ModelError> {
        let Sizes { heads, kv_heads, head, .. } = self.sizes;
        let mut queries = layer.query.forward(x)?;
        let mut keys = layer.key.forward(x)?;
        let values = layer.value.forward(x)?;
        if let Some((of_queries, of_keys)) = &layer.head_norms {
            queries = normalise(&queries, of_queries, self.eps);
            keys = normalise(&keys, of_keys, self.eps);
        }
        let mut out = vec![0.0; queries.len()];
        let mut scores = Vec::new();
        let rows = queries
            .chunks_exact_mut(heads * head)
            .zip(keys.chunks_exact_mut(kv_heads * head))
            .zip(values.chunks_exact(kv_heads * head))
            .zip(out.chunks_exact_mut(heads * head));
        for (token, (((queries, keys), values), out)) in rows.enumerate() {
            let turn = self.turn_at(first + token);
            queries.chunks_exact_mut(head).for_each(|query| self.turn(query, &turn));
            let groups = keys.chunks_exact_mut(head).zip(values.chunks_exact(head)).zip(memory.iter_mut());
            for ((key, value), memory) in groups {
                self.turn(key, &turn);
                memory.keys.extend_from_slice(key);
                memory.values.extend_from_slice(value);
            }
            // Several heads of queries share one of keys and values.
            let shared = heads / kv_heads;
            for (index, (query, out)) in
                queries.chunks_exact(head).zip(out.chunks_exact_mut(head)).enumerate()
            {
                if let Some(memory) = memory.get(index / shared) {
                    attend(query, &memory.keys, &memory.values, &mut scores, out);
                }
            }
        }
        Ok(out)
    }

    /// Sine and cosine of each pair of dimensions at a position.
    fn turn_at(&self, position: usize) -> Vec<(f32, f32)> {
        self.turns.iter().map(|turn| (turn * position as f32).sin_cos()).collect()
    }

    fn turn(&self, head: &mut [f32], turn: &[(f32, f32)]) {
        let half = head.len() / 2;
        for (i, &(sin, cos)) in turn.iter().enumerate() {
            let (a, b) = if self.family.neighbours { (2 * i, 2 * i + 1) } else { (i, i + half) };
            (head[a], head[b]) = (head[a] * cos - head[b] * sin, head[a] * sin + head[b] * cos);
        }
    }
}

impl Layer {
    fn load(
        file: &mut File,
        index: usize,
        sizes: &Sizes,
        family: &Family,
        kernel: Kernel,
    ) -> Result<Self, ModelError> {
        let &Sizes { hidden, heads, kv_heads, head, .. } = sizes;
        let name = |part: &str| format!("blk.{index}.{part}");
        let ffn = file.size("feed_forward_length")?;
        let matrix = |file: &mut File, part: &str, output, input| {
            let stored = file.shaped(&name(&format!("{part}.weight")), &[output, input])?;
            Matrix::new(stored, kernel)
        };
        let projection = |file: &mut File, part: &str, output| {
            let bias = name(&format!("{part}.bias"));
            Ok::<_, ModelError>(Projection {
                weight: matrix(file, part, output, hidden)?,
                bias: if file.has(&bias) { Some(file.values(&bias, output)?) } else { None },
            })
        };
        let head_norms = if family.head_norms {
            let of = |file: &mut File, part| file.values(&name(part), head);
            Some((of(file, "attn_q_norm.weight")?, of(file, "attn_k_norm.weight")?))
        } else {
            None
        };
        Ok(Self {
            attention_norm: file.values(&name("attn_norm.weight"), hidden)?,
            query: projection(file, "attn_q", heads * head)?,
            key: projection(file, "attn_k", kv_heads * head)?,
            value: projection(file, "attn_v", kv_heads * head)?,
            attention_out: matrix(file, "attn_output", hidden, heads * head)?,
            head_norms,
            ffn_norm: file.values(&name("ffn_norm.weight"), hidden)?,
            gate: matrix(file, "ffn_gate", ffn, hidden)?,
            up: matrix(file, "ffn_up", ffn, hidden)?,
            down: matrix(file, "ffn_down", hidden, ffn)?,
        })
    }
}

impl Projection {
    fn forward(&self, x: &Rows<'_>) -> Result<Vec<f32>, ModelError> {
        let mut y = self.weight.forward(x)?;
        if let Some(bias) = &self.bias {
            y.chunks_exact_mut(bias.len()).for_each(|row| add(row, bias));
        }
        Ok(y)
    }
}

impl Memory {
    /// What it takes now, in bytes.
    pub fn bytes(&self) -> usize {
        let numbers =
            self.layers.iter().flatten().map(|heads| heads.keys.capacity() + heads.values.capacity());
        numbers.sum::<usize>() * size_of::<f32>()
    }

    /// Forgets all but what it has in common with the beginning of `tokens`, and returns how many those are. At least
    /// the last of `tokens` is never among them: what follows it has to be computed. Also tidies up after a pass that failed.
    pub fn keep_common(&mut self, tokens: &[u32]) -> usize {
        let common = self.tokens.iter().zip(tokens).take_while(|(one, other)| one == other).count();
        let common = common.min(tokens.len().saturating_sub(1));
        self.tokens.truncate(common);
        for heads in self.layers.iter_mut().flatten() {
            heads.keys.truncate(common * self.head);
            heads.values.truncate(common * self.head);
        }
        common
    }
}

fn turns(file: &mut File, head: usize) -> Result<Vec<f32>, ModelError> {
    let base = file.float("rope.freq_base")?.unwrap_or(10_000.0);
    if file.optional_size("rope.dimension_count")?.is_some_and(|turning| turning != head) {
        return Err(invalid("only a part of each head has a position, which this program does not run"));
    }
    let mut turns: Vec<f32> = (0..head / 2).map(|i| base.powf(-2.0 * i as f32 / head as f32)).collect();
    // Llama 3 slows some of them down.
    if file.has("rope_freqs.weight") {
        let slower = file.values("rope_freqs.weight", head / 2)?;
        turns.iter_mut().zip(slower).for_each(|(turn, slower)| *turn /= slower);
    }
    Ok(turns)
}
