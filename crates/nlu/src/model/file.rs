//! Reading the GGUF container and checking that it holds what the network needs.

use std::fmt::Write as _;
use std::io::Cursor;

use candle_core::Device;
use candle_core::quantized::QTensor;
use candle_core::quantized::gguf_file::{Content, Value};
use protocol::{Asked, Intent};
use sha2::{Digest, Sha256};

use super::ModelError;

const ARCHITECTURE: &str = "frontdesk-bert";
/// What stands in `frontdesk.asked` for a message that answers nothing.
const NOTHING_ASKED: &str = "none";

/// Compares the bytes with the checksum that a manifest names (hexadecimal). To be done before anything is parsed: the
/// container's reader trusts the sizes in it.
///
/// # Errors
/// [`ModelError::Checksum`] with both sums.
pub fn verify_sha256(bytes: &[u8], expected: &str) -> Result<(), ModelError> {
    let found = Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    if found.eq_ignore_ascii_case(expected.trim()) {
        Ok(())
    } else {
        Err(ModelError::Checksum { expected: expected.to_owned(), found })
    }
}

/// An intent with its calibration.
pub(super) struct IntentLabel {
    pub name: Intent,
    temperature: f32,
    bias: f32,
    /// The probability from which on the message carries the intent.
    pub threshold: f32,
}

impl IntentLabel {
    /// Calibrated probability of a logit.
    pub fn probability(&self, logit: f32) -> f32 {
        1.0 / (1.0 + (-(logit / self.temperature + self.bias)).exp())
    }
}

/// What the outputs mean.
pub(super) struct Labels {
    pub version: String,
    pub intents: Vec<IntentLabel>,
    pub tags: Vec<String>,
    pub tag_temperature: f32,
    /// The token that tells the network what was asked for, per slot.
    asked: Vec<(Option<Asked>, u32)>,
}

impl Labels {
    pub fn asked_token(&self, asked: Option<Asked>) -> Result<u32, ModelError> {
        let token = self.asked.iter().find(|(slot, _)| *slot == asked).map(|(_, token)| *token);
        token.ok_or_else(|| invalid(format!("no token for the asked slot {asked:?}")))
    }
}

/// An opened container.
pub(super) struct File<'a> {
    content: Content,
    reader: Cursor<&'a [u8]>,
}

impl<'a> File<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let mut reader = Cursor::new(bytes);
        let content = Content::read(&mut reader)?;
        let file = Self { content, reader };
        match file.string("general.architecture")? {
            name if name == ARCHITECTURE => Ok(file),
            name => Err(invalid(format!("architecture `{name}` instead of `{ARCHITECTURE}`"))),
        }
    }

    /// The tensor as it is stored, its shape checked.
    pub fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<QTensor, ModelError> {
        let tensor = self.content.tensor(&mut self.reader, name, &Device::Cpu)?;
        match tensor.shape().dims() {
            found if found == shape => Ok(tensor),
            found => Err(invalid(format!("tensor `{name}` has shape {found:?} instead of {shape:?}"))),
        }
    }

    /// The values of a tensor, row by row.
    pub fn values(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        Ok(self.tensor(name, shape)?.dequantize(&Device::Cpu)?.flatten_all()?.to_vec1()?)
    }

    /// The shape of a matrix.
    pub fn matrix_shape(&self, name: &str) -> Result<(usize, usize), ModelError> {
        let tensor = self.content.tensor_infos.get(name);
        Ok(tensor.ok_or_else(|| invalid(format!("no tensor `{name}`")))?.shape.dims2()?)
    }

    pub fn string(&self, key: &str) -> Result<String, ModelError> {
        Ok(self.value(key)?.to_string()?.clone())
    }

    pub fn size(&self, key: &str) -> Result<usize, ModelError> {
        let size = usize::try_from(self.value(key)?.to_u32()?).unwrap_or(usize::MAX);
        // Far above any encoder, far below where products of sizes overflow.
        if (1..=1 << 16).contains(&size) { Ok(size) } else { Err(invalid(format!("`{key}` is {size}"))) }
    }

    pub fn float(&self, key: &str) -> Result<f32, ModelError> {
        finite(key, self.value(key)?)
    }

    pub fn labels(&self) -> Result<Labels, ModelError> {
        let names = self.strings("frontdesk.intents")?;
        let calibration = |key| self.list(key, finite, Some(names.len()));
        let temperature = calibration("frontdesk.intent_temperature")?;
        let bias = calibration("frontdesk.intent_bias")?;
        let thresholds = calibration("frontdesk.intent_thresholds")?;
        let mut intents = Vec::with_capacity(names.len());
        for (((name, temperature), bias), threshold) in
            names.iter().zip(temperature).zip(bias).zip(thresholds)
        {
            let name = name.parse().map_err(|_| invalid(format!("unknown intent `{name}`")))?;
            intents.push(IntentLabel { name, temperature: positive(temperature)?, bias, threshold });
        }
        let names = self.strings("frontdesk.asked")?;
        let tokens = self.list("frontdesk.asked_tokens", token, Some(names.len()))?;
        let mut asked = Vec::with_capacity(names.len());
        for (name, token) in names.iter().zip(tokens) {
            let slot = match name.as_str() {
                NOTHING_ASKED => None,
                name => Some(name.parse().map_err(|_| invalid(format!("unknown slot `{name}`")))?),
            };
            asked.push((slot, token));
        }
        Ok(Labels {
            version: self.string("frontdesk.version")?,
            intents,
            tags: self.strings("frontdesk.tags")?,
            tag_temperature: positive(self.float("frontdesk.tag_temperature")?)?,
            asked,
        })
    }

    fn value(&self, key: &str) -> Result<&Value, ModelError> {
        self.content.metadata.get(key).ok_or_else(|| invalid(format!("no `{key}`")))
    }

    fn strings(&self, key: &str) -> Result<Vec<String>, ModelError> {
        self.list(key, |_, value| Ok(value.to_string()?.clone()), None)
    }

    fn list<T>(
        &self,
        key: &str,
        read: impl Fn(&str, &Value) -> Result<T, ModelError>,
        length: Option<usize>,
    ) -> Result<Vec<T>, ModelError> {
        let values = self.value(key)?.to_vec()?;
        if length.is_some_and(|length| length != values.len()) {
            return Err(invalid(format!("`{key}` has {} entries", values.len())));
        }
        values.iter().map(|value| read(key, value)).collect()
    }
}

pub(super) fn invalid(problem: impl Into<String>) -> ModelError {
    ModelError::Invalid(problem.into())
}

fn finite(key: &str, value: &Value) -> Result<f32, ModelError> {
    let value = value.to_f32()?;
    if value.is_finite() { Ok(value) } else { Err(invalid(format!("`{key}` holds {value}"))) }
}

fn positive(temperature: f32) -> Result<f32, ModelError> {
    if temperature > 0.0 { Ok(temperature) } else { Err(invalid(format!("temperature {temperature}"))) }
}

fn token(key: &str, value: &Value) -> Result<u32, ModelError> {
    // The writer chooses the integer's type by the values.
    let value = match *value {
        Value::I32(id) => i64::from(id),
        Value::I64(id) => id,
        ref value => i64::try_from(value.to_u64()?).unwrap_or(-1),
    };
    u32::try_from(value).map_err(|_| invalid(format!("`{key}` holds the token {value}")))
}

#[cfg(test)]
mod tests {
    use super::verify_sha256;

    #[test]
    fn a_checksum_is_compared_whatever_its_case() {
        let empty = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
        assert!(verify_sha256(b"", empty).is_ok());
        assert!(verify_sha256(b"x", empty).is_err());
    }
}
