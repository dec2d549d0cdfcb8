//! Pulled models on disk: `models/NAME.gguf` in the data directory, each with `NAME.gguf.sha256` beside it.

use std::path::{Path, PathBuf};

use super::{Entry, sha256_of_file};
use crate::error::Failure;

/// The folder of pulled models.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
}

/// A model on disk.
#[derive(Debug)]
pub struct Stored {
    /// Its file's name without `.gguf`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
}

impl Shelf {
    /// The folder in this data directory; it is made when something is put there.
    pub fn in_data_dir(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("models") }
    }

    /// Where downloads that are not complete are kept.
    pub fn unfinished(&self) -> PathBuf {
        self.folder.join("unfinished")
    }

    /// Where a model is or would be.
    pub fn path_of(&self, entry: &Entry) -> PathBuf {
        self.folder.join(format!("{}.gguf", entry.name))
    }

    /// What is there, by name.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn stored(&self) -> Result<Vec<Stored>, Failure> {
        let io = |error| Failure::io(format!("reading {}", self.folder.display()))(error);
        let files = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            files => files.map_err(io)?,
        };
        let mut stored = Vec::new();
        for file in files {
            let path = file.map_err(io)?.path();
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            if let Some(name) = name.filter(|_| path.extension().is_some_and(|end| end == "gguf")) {
                let size = path.metadata().map_err(io)?.len();
                stored.push(Stored { name, path, size });
            }
        }
        stored.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(stored)
    }

    /// Makes the folder, and where downloads go.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn prepare(&self) -> Result<(), Failure> {
        let unfinished = self.unfinished();
        std::fs::create_dir_all(&unfinished).map_err(Failure::io(format!("making {}", unfinished.display())))
    }

    /// Puts a complete file in its place and notes its sum. `file` is moved and must be on the same disk.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn keep(&self, entry: &Entry, file: &Path, sha256: &str) -> Result<PathBuf, Failure> {
        let path = self.path_of(entry);
        let write = |error| Failure::io(format!("keeping {}", path.display()))(error);
        // As `sha256sum --check` reads it.
        let note = format!("{sha256}  {}.gguf\n", entry.name);
        std::fs::write(note_of(&path), note).map_err(write)?;
        std::fs::rename(file, &path).map_err(write)?;
        Ok(path)
    }

    /// The sum that a stored model should have: the catalogue's, else the one noted when it was pulled.
    pub fn expected(&self, stored: &Stored, catalogue: &[Entry]) -> Option<String> {
        let known = catalogue.iter().find(|entry| entry.name == stored.name);
        known.and_then(|entry| entry.sha256.clone()).or_else(|| {
            let note = std::fs::read_to_string(note_of(&stored.path)).ok()?;
            note.split_whitespace().next().map(str::to_owned)
        })
    }
}

impl Stored {
    /// The sum of the file as it is now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn sha256(&self) -> Result<String, Failure> {
        sha256_of_file(&self.path).map_err(Failure::io(format!("reading {}", self.path.display())))
    }
}

fn note_of(model: &Path) -> PathBuf {
    model.with_extension("gguf.sha256")
}
