//! From text to tokens that know where they stand.

use tokenizers::Tokenizer as WordPieces;

use super::ModelError;
use super::file::invalid;

/// The tokens of a text, without those that frame it.
pub(super) struct Tokens {
    pub ids: Vec<u32>,
    /// Where each token stands in the text, in characters, half-open.
    pub offsets: Vec<(usize, usize)>,
    unknown: u32,
}

impl Tokens {
    /// Whether any token is in the vocabulary.
    pub fn any_known(&self) -> bool {
        self.ids.iter().any(|&id| id != self.unknown)
    }
}

pub(super) struct Tokenizer {
    pieces: WordPieces,
    start: u32,
    end: u32,
    unknown: u32,
}

impl Tokenizer {
    /// From a `tokenizer.json`.
    pub fn new(json: &str) -> Result<Self, ModelError> {
        let broken = |error| invalid(format!("tokenizer: {error}"));
        let mut pieces: WordPieces = json.parse().map_err(broken)?;
        pieces.with_truncation(None).map_err(broken)?;
        pieces.with_padding(None);
        // A person who writes "[SEP]" writes five characters, not a command to the network.
        pieces.set_encode_special_tokens(true);
        let id =
            |token| pieces.token_to_id(token).ok_or_else(|| invalid(format!("tokenizer without {token}")));
        let (start, end, unknown) = (id("[CLS]")?, id("[SEP]")?, id("[UNK]")?);
        Ok(Self { pieces, start, end, unknown })
    }

    pub fn encode(&self, text: &str) -> Result<Tokens, ModelError> {
        let encoding = self
            .pieces
            .encode_char_offsets(text, false)
            .map_err(|error| invalid(format!("tokenizer: {error}")))?;
        Ok(Tokens {
            ids: encoding.get_ids().to_vec(),
            offsets: encoding.get_offsets().to_vec(),
            unknown: self.unknown,
        })
    }

    /// What the network reads: start, what was asked for, the text, end.
    pub fn frame(&self, asked: u32, text: &[u32]) -> Vec<u32> {
        let mut ids = Vec::with_capacity(text.len() + 3);
        ids.extend([self.start, asked]);
        ids.extend_from_slice(text);
        ids.push(self.end);
        ids
    }
}
