//! Reading the GGUF container: sizes, tensors, and what the metadata says.

use std::fs::File as Disk;
use std::io::{BufReader, Read as _};
use std::path::Path;

use candle_core::Device;
use candle_core::quantized::QTensor;
use candle_core::quantized::gguf_file::{Content, Value};
use sha2::{Digest as _, Sha256};

use crate::error::ModelError;

/// An opened container.
pub(crate) struct File {
    content: Content,
    reader: BufReader<Disk>,
    architecture: String,
}

impl File {
    /// Opens the container, after it was compared with the checksum that `frontdesk models pull` notes beside a model
    /// (`FILE.sha256`, as `sha256sum` writes it), if there is one.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        check_against_note(path)?;
        let mut reader = BufReader::new(Disk::open(path)?);
        let content = Content::read(&mut reader)?;
        let architecture = match content.metadata.get("general.architecture") {
            Some(Value::String(name)) => name.clone(),
            _ => return Err(invalid("no `general.architecture` in the file")),
        };
        Ok(Self { content, reader, architecture })
    }

    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    pub fn content(&self) -> &Content {
        &self.content
    }

    pub fn has(&self, tensor: &str) -> bool {
        self.content.tensor_infos.contains_key(tensor)
    }

    /// The tensor as it is stored.
    pub fn tensor(&mut self, name: &str) -> Result<QTensor, ModelError> {
        Ok(self.content.tensor(&mut self.reader, name, &Device::Cpu)?)
    }

    /// The tensor, whose shape must be this.
    pub fn shaped(&mut self, name: &str, shape: &[usize]) -> Result<QTensor, ModelError> {
        let tensor = self.tensor(name)?;
        match tensor.shape().dims() {
            found if found == shape => Ok(tensor),
            found => Err(invalid(format!("tensor `{name}` has shape {found:?} instead of {shape:?}"))),
        }
    }

    /// The values of a small tensor.
    pub fn values(&mut self, name: &str, count: usize) -> Result<Vec<f32>, ModelError> {
        Ok(self.shaped(name, &[count])?.dequantize(&Device::Cpu)?.to_vec1()?)
    }

    /// A size of the network: `KEY` of `ARCHITECTURE.KEY`.
    pub fn size(&self, key: &str) -> Result<usize, ModelError> {
        let name = format!("{}.{key}", self.architecture);
        self.optional_size(key)?.ok_or_else(|| invalid(format!("no `{name}` in the file")))
    }

    pub fn optional_size(&self, key: &str) -> Result<Option<usize>, ModelError> {
        let name = format!("{}.{key}", self.architecture);
        let Some(value) = self.content.metadata.get(&name) else { return Ok(None) };
        let size = usize::try_from(value.to_u32()?).unwrap_or(usize::MAX);
        // Far above any model for one machine, far below where products of sizes overflow.
        if (1..=1 << 20).contains(&size) {
            Ok(Some(size))
        } else {
            Err(invalid(format!("`{name}` is {size}")))
        }
    }

    pub fn float(&self, key: &str) -> Result<Option<f32>, ModelError> {
        let value = self.content.metadata.get(&format!("{}.{key}", self.architecture));
        Ok(value.map(Value::to_f32).transpose()?)
    }

    /// A text of the metadata, by its whole key.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.content.metadata.get(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A token of the metadata, by its whole key.
    pub fn token(&self, key: &str) -> Option<u32> {
        self.content.metadata.get(key).and_then(|value| value.to_u32().ok())
    }
}

pub(crate) fn invalid(problem: impl Into<String>) -> ModelError {
    ModelError::Invalid(problem.into())
}

fn check_against_note(path: &Path) -> Result<(), ModelError> {
    let mut note = path.as_os_str().to_owned();
    note.push(".sha256");
    let Ok(note) = std::fs::read_to_string(note) else { return Ok(()) };
    let Some(expected) = note.split_whitespace().next() else { return Ok(()) };
    let mut file = Disk::open(path)?;
    let (mut sum, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            count => sum.update(&buffer[..count]),
        }
    }
    let found: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if found.eq_ignore_ascii_case(expected) {
        Ok(())
    } else {
        Err(ModelError::Checksum { expected: expected.to_owned(), found })
    }
}
