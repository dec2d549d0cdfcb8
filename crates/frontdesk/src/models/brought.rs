//! Weights that the operator brought: are they the file that was meant? The reader of such files trusts what they say about
//! themselves, so this is asked first.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::checksum::sha256_of;
use super::embedded;
use crate::error::Failure;

/// Who says that a file is whole.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum VouchedBy {
    /// The program: it has the checksum of weights that ship with it.
    Program,
    /// The file with the ending `.sha256` beside it.
    Checksum,
    /// Nobody: there is no such file.
    Nobody,
}

/// Reads weights, after comparing their SHA-256 with what is known: that of the shipped ones, or the one in `FILE.sha256` as
/// `sha256sum FILE > FILE.sha256` writes it.
///
/// # Errors
/// When a file cannot be read, or the weights are others than their checksum says.
pub fn read(path: &Path) -> Result<(Vec<u8>, VouchedBy), Failure> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(Failure::io(format!("reading the weights {name}")))?;
    let sum = sha256_of(&bytes);
    if embedded()?.into_iter().any(|model| model.sha256 == sum) {
        return Ok((bytes, VouchedBy::Program));
    }
    let beside = beside(path);
    let wanted = match std::fs::read_to_string(&beside) {
        Ok(text) => text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((bytes, VouchedBy::Nobody)),
        Err(error) => return Err(Failure::io(format!("reading {}", beside.display()))(error)),
    };
    if wanted == sum {
        return Ok((bytes, VouchedBy::Checksum));
    }
    Err(Failure::Refused(format!(
        "{name} is not the file that {} is about: its SHA-256 is {sum}. Bring the file again, or its checksum if the \
         file is right",
        beside.display()
    )))
}

/// Where the checksum of a file is.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".sha256");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::{VouchedBy, beside, read};

    #[test]
    fn weights_are_what_their_checksum_says() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("own.gguf");
        std::fs::write(&path, b"own weights").unwrap();
        assert_eq!(read(&path).unwrap(), (b"own weights".to_vec(), VouchedBy::Nobody));
        let sum = super::sha256_of(b"own weights");
        std::fs::write(beside(&path), format!("{sum}  own.gguf\n")).unwrap();
        assert_eq!(read(&path).unwrap().1, VouchedBy::Checksum);
        std::fs::write(&path, b"0wn weights").unwrap();
        let refused = read(&path).unwrap_err().to_string();
        assert!(refused.contains("own.gguf.sha256"), "{refused}");
        std::fs::write(beside(&path), "").unwrap();
        assert!(read(&path).is_err());
        // Those that ship with the program need no file beside them.
        std::fs::write(&path, weights::UNDERSTANDING).unwrap();
        assert_eq!(read(&path).unwrap().1, VouchedBy::Program);
        assert!(read(&directory.path().join("none.gguf")).is_err());
    }
}
