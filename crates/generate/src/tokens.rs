//! Text to tokens and back, by the tokenizer in the file.

use candle_core::quantized::gguf_file::Content;
use candle_core::quantized::tokenizer::TokenizerFromGguf as _;
use tokenizers::Tokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;

use crate::error::ModelError;
use crate::file::File;

/// Tokens that end a turn, in the models there are.
const ENDS: [&str; 6] = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<|end|>", "</s>"];

pub(crate) struct Tokens {
    tokenizer: Tokenizer,
    ends: Vec<u32>,
    /// What stands for a token of its own wherever it is written: no person's text may contain it.
    special: Vec<String>,
    pub bos: String,
    pub eos: String,
}

impl Tokens {
    pub fn of(file: &File) -> Result<Self, ModelError> {
        let mut tokenizer = Tokenizer::from_gguf(file.content())?;
        if let Some(pre) = words_of(file.content()) {
            tokenizer.with_pre_tokenizer(Some(pre));
        }
        let known = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"];
        let mut ends: Vec<u32> = known.iter().filter_map(|key| file.token(key)).collect();
        ends.extend(ENDS.iter().filter_map(|end| tokenizer.token_to_id(end)));
        let name = |key| {
            let token = file.token(key).and_then(|id| tokenizer.id_to_token(id));
            token.unwrap_or_default()
        };
        let (bos, eos) = (name("tokenizer.ggml.bos_token_id"), name("tokenizer.ggml.eos_token_id"));
        let added = tokenizer.get_added_tokens_decoder();
        let mut special: Vec<String> =
            added.into_values().map(|token| token.content).filter(|token| !token.is_empty()).collect();
        special.sort();
        Ok(Self { tokenizer, ends, special, bos, eos })
    }

    /// The tokens of a text in which special tokens may be written out.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(|error| failed(&*error))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of tokens, special ones left out.
    pub fn decode(&self, ids: &[u32]) -> Result<String, ModelError> {
        self.tokenizer.decode(ids, true).map_err(|error| failed(&*error))
    }

    /// Whether the model ends its turn with this token.
    pub fn ends(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }

    /// The text without anything that would be read as a special token, such as the end of the person's turn.
    pub fn harmless(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // Taking one out may put another together.
        while let Some(found) = self.special.iter().find(|special| text.contains(special.as_str())) {
            text = text.replace(found.as_str(), "");
        }
        text
    }
}

/// How text is cut into words before it becomes tokens, where candle does not know it: it puts a space in front of every
/// text of the kinds that it takes for GPT-2's.
fn words_of(content: &Content) -> Option<Sequence> {
    let pre = content.metadata.get("tokenizer.ggml.pre").and_then(|pre| pre.to_string().ok());
    let bytes = ByteLevel::new(false, true, true).into();
    match pre.map_or("gpt-2", String::as_str) {
        "qwen2" | "llama3" | "smaug-bpe" | "lfm2" => None,
        // Each digit is a token.
        "smollm" | "starcoder" | "refact" => Some(Sequence::new(vec![Digits::new(true).into(), bytes])),
        _ => Some(Sequence::new(vec![bytes])),
    }
}

fn failed(error: &(dyn std::error::Error + Send + Sync)) -> ModelError {
    ModelError::Tokenizer(error.to_string())
}
