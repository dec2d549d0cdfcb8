//! A chat model of a few thousand random weights, written as a GGUF file.

use std::fs::File;
use std::path::Path;

use candle_core::quantized::gguf_file::{Value, write};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

/// What differs between the tiny models.
#[derive(Clone, Copy)]
pub struct Tiny {
    pub architecture: &'static str,
    pub format: GgmlDType,
    /// Whether queries, keys and values have a bias.
    pub biases: bool,
    /// Whether queries and keys are normalised.
    pub head_norms: bool,
    /// Whether the output has weights of its own.
    pub own_output: bool,
}

pub const LLAMA: Tiny = Tiny {
    architecture: "llama",
    format: GgmlDType::Q4_1,
    biases: false,
    head_norms: false,
    own_output: false,
};
pub const QWEN2: Tiny = Tiny {
    architecture: "qwen2",
    format: GgmlDType::Q8_0,
    biases: true,
    head_norms: false,
    own_output: true,
};
pub const QWEN3: Tiny = Tiny { architecture: "qwen3", biases: false, head_norms: true, ..QWEN2 };

const HIDDEN: usize = 64;
const HEADS: usize = 4;
const KV_HEADS: usize = 2;
const FFN: usize = 96;
const LAYERS: usize = 2;
pub const CONTEXT: u32 = 256;

impl Tiny {
    /// Writes the model.
    pub fn write(self, path: &Path) {
        let words = words();
        let mut noise = Noise(1);
        let mut tensors = vec![
            ("token_embd.weight".to_owned(), noise.matrix(self.format, words.len(), HIDDEN, 1.0)),
            ("output_norm.weight".to_owned(), noise.vector(HIDDEN)),
        ];
        if self.own_output {
            tensors.push(("output.weight".into(), noise.matrix(self.format, words.len(), HIDDEN, 1.0)));
        }
        let head = HIDDEN / HEADS;
        for layer in 0..LAYERS {
            let mut add = |part: &str, tensor| tensors.push((format!("blk.{layer}.{part}"), tensor));
            for (part, output, input) in [
                ("attn_q", HIDDEN, HIDDEN),
                ("attn_k", KV_HEADS * head, HIDDEN),
                ("attn_v", KV_HEADS * head, HIDDEN),
                ("attn_output", HIDDEN, HIDDEN),
                ("ffn_gate", FFN, HIDDEN),
                ("ffn_up", FFN, HIDDEN),
                ("ffn_down", HIDDEN, FFN),
            ] {
                add(&format!("{part}.weight"), noise.matrix(self.format, output, input, 0.3));
                if self.biases && ["attn_q", "attn_k", "attn_v"].contains(&part) {
                    add(&format!("{part}.bias"), noise.vector(output));
                }
            }
            for part in ["attn_norm.weight", "ffn_norm.weight"] {
                add(part, noise.vector(HIDDEN));
            }
            if self.head_norms {
                add("attn_q_norm.weight", noise.vector(head));
                add("attn_k_norm.weight", noise.vector(head));
            }
        }
        let size = |key: &str, value: usize| {
            (format!("{}.{key}", self.architecture), Value::U32(u32::try_from(value).unwrap()))
        };
        let text = |value: &str| Value::String(value.to_owned());
        let special = |word: &String| Value::I32(if word.starts_with("<|") { 3 } else { 1 });
        let metadata = [
            ("general.architecture".to_owned(), text(self.architecture)),
            ("general.name".to_owned(), text("Tiny")),
            size("embedding_length", HIDDEN),
            size("attention.head_count", HEADS),
            size("attention.head_count_kv", KV_HEADS),
            size("feed_forward_length", FFN),
            size("block_count", LAYERS),
            size("context_length", CONTEXT as usize),
            ("tokenizer.ggml.model".to_owned(), text("gpt2")),
            ("tokenizer.ggml.pre".to_owned(), text("smollm")),
            ("tokenizer.ggml.token_type".to_owned(), Value::Array(words.iter().map(special).collect())),
            ("tokenizer.ggml.tokens".to_owned(), Value::Array(words.iter().map(|word| text(word)).collect())),
            ("tokenizer.ggml.merges".to_owned(), Value::Array(vec![text("h e"), text("l l")])),
            ("tokenizer.ggml.eos_token_id".to_owned(), Value::U32(2)),
        ];
        let metadata: Vec<_> = metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
        let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        write(&mut File::create(path).unwrap(), &metadata, &tensors).unwrap();
    }
}

/// The special tokens, one token for every byte, and two merged ones.
fn words() -> Vec<String> {
    let mut words: Vec<String> = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map(Into::into).to_vec();
    // Bytes that are no printable character stand for themselves, moved up by 256, as GPT-2 began it.
    let mut moved = 256;
    for byte in 0..=255_u32 {
        let printable = (33..=126).contains(&byte) || (161..=172).contains(&byte) || byte >= 174;
        let character = if printable {
            byte
        } else {
            moved += 1;
            moved - 1
        };
        words.push(char::from_u32(character).unwrap().to_string());
    }
    words.extend(["he", "ll"].map(Into::into));
    words
}

struct Noise(u64);

impl Noise {
    fn values(&mut self, count: usize, size: f32) -> Vec<f32> {
        let mut next = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0) * size
        };
        (0..count).map(|_| next()).collect()
    }

    fn matrix(&mut self, format: GgmlDType, output: usize, input: usize, size: f32) -> QTensor {
        let values =
            Tensor::from_vec(self.values(output * input, size), (output, input), &Device::Cpu).unwrap();
        QTensor::quantize(&values, format).unwrap()
    }

    /// Around one, as norms are.
    fn vector(&mut self, count: usize) -> QTensor {
        let values: Vec<f32> = self.values(count, 0.2).iter().map(|value| value + 1.0).collect();
        let values = Tensor::from_vec(values, count, &Device::Cpu).unwrap();
        QTensor::quantize(&values, GgmlDType::F32).unwrap()
    }
}
