//! The files of the bundle: names with hashes, compressed forms, the page that starts it, the manifest.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::error::Failure;
use crate::wasm;

/// Counts up when this program makes something else of the same sources.
const FORMAT: &str = "1";
const MANIFEST: &str = "manifest.json";

/// Everything that a bundle is made from.
pub struct Sources {
    compiled: Vec<u8>,
    page: String,
    style: Vec<u8>,
    icon: Vec<u8>,
}

impl Sources {
    /// The compiled module, with the files beside it in `web`.
    pub fn read(web: &Path, compiled: Vec<u8>) -> Result<Self, Failure> {
        let read = |name: &str| {
            let path = web.join(name);
            fs::read(&path).map_err(Failure::at(&path))
        };
        let page =
            String::from_utf8(read("index.html")?).map_err(|error| Failure::Unexpected(error.to_string()))?;
        Ok(Self { compiled, page, style: read("style.css")?, icon: read("icon.svg")? })
    }

    fn hash(&self) -> String {
        hash(&[FORMAT.as_bytes(), &self.compiled, self.page.as_bytes(), &self.style, &self.icon])
    }
}

/// A file as browsers get it.
pub struct File {
    path: String,
    kind: &'static str,
    hash: String,
    bytes: Vec<u8>,
}

impl File {
    fn new(path: impl Into<String>, kind: &'static str, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), kind, hash: hash(&[&bytes]), bytes }
    }

    /// A file with its hash in its name.
    fn asset(stem: &str, ending: &str, kind: &'static str, bytes: Vec<u8>) -> Self {
        let file = Self::new("", kind, bytes);
        Self { path: format!("assets/{stem}-{}.{ending}", &file.hash[..16]), ..file }
    }
}

fn hash(parts: &[&[u8]]) -> String {
    let mut sum = Sha256::new();
    for part in parts {
        sum.update(part.len().to_le_bytes());
        sum.update(part);
    }
    sum.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether the folder holds the bundle of these sources.
pub fn is_current(dist: &Path, sources: &Sources) -> bool {
    manifest(dist).is_ok_and(|manifest| {
        let files = manifest["files"].as_array().map(Vec::as_slice).unwrap_or_default();
        manifest["sources"] == sources.hash()
            && files.iter().all(|file| dist.join(file["path"].as_str().unwrap_or("?")).is_file())
    })
}

/// Makes the files.
pub fn make(sources: &Sources) -> Result<Vec<File>, Failure> {
    let bound = wasm::bind(&sources.compiled)?;
    let module = File::asset("web", "wasm", "application/wasm", bound.module);
    let script = wasm::starting(&bound.script, &module.path).into_bytes();
    let script = File::asset("web", "js", "text/javascript; charset=utf-8", script);
    let style = File::asset("style", "css", "text/css; charset=utf-8", sources.style.clone());
    let icon = File::asset("icon", "svg", "image/svg+xml", sources.icon.clone());

    let mut page = sources.page.clone();
    for (place, file) in
        [("{module}", &module), ("{script}", &script), ("{style}", &style), ("{icon}", &icon)]
    {
        if !page.contains(place) {
            return Err(Failure::Unexpected(format!("crates/web/index.html has no {place}")));
        }
        page = page.replace(place, &format!("/{}", file.path));
    }
    let page = File::new("index.html", "text/html; charset=utf-8", page.into_bytes());
    Ok(vec![page, module, script, style, icon])
}

/// Writes the files with their compressed forms, and the manifest last.
pub fn write(dist: &Path, sources: &Sources, files: &[File]) -> Result<(), Failure> {
    let assets = dist.join("assets");
    if assets.exists() {
        fs::remove_dir_all(&assets).map_err(Failure::at(&assets))?;
    }
    fs::create_dir_all(&assets).map_err(Failure::at(&assets))?;
    let mut listed = Vec::new();
    for file in files {
        let (brotli, gzip) = (brotli(&file.bytes), gzip(&file.bytes));
        let (brotli, gzip) = (brotli.map_err(Failure::at(dist))?, gzip.map_err(Failure::at(dist))?);
        for (ending, bytes) in [("", &file.bytes), (".br", &brotli), (".gz", &gzip)] {
            let path = dist.join(format!("{}{ending}", file.path));
            fs::write(&path, bytes).map_err(Failure::at(&path))?;
        }
        listed.push(json!({
            "path": file.path,
            "type": file.kind,
            "hash": file.hash,
            "bytes": file.bytes.len(),
            "brotli_bytes": brotli.len(),
            "gzip_bytes": gzip.len(),
        }));
    }
    let manifest = json!({ "sources": sources.hash(), "files": listed });
    let path = dist.join(MANIFEST);
    fs::write(&path, format!("{manifest:#}\n")).map_err(Failure::at(&path))
}

/// What a browser loads before the web chat runs, after brotli: WebAssembly, JavaScript and CSS.
pub fn loaded_bytes(dist: &Path) -> Result<usize, Failure> {
    let manifest = manifest(dist)?;
    let files = manifest["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let loaded = files.iter().filter(|file| {
        let path = file["path"].as_str().unwrap_or_default();
        [".wasm", ".js", ".css"].iter().any(|ending| path.ends_with(ending))
    });
    loaded
        .map(|file| file["brotli_bytes"].as_u64().and_then(|bytes| usize::try_from(bytes).ok()))
        .sum::<Option<usize>>()
        .ok_or_else(|| Failure::Unexpected("the bundle's manifest says no sizes".into()))
}

fn manifest(dist: &Path) -> Result<Value, Failure> {
    let path = dist.join(MANIFEST);
    let text = fs::read(&path).map_err(Failure::at(&path))?;
    serde_json::from_slice(&text).map_err(|error| Failure::Unexpected(error.to_string()))
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    // The highest quality, with the largest window that every browser takes.
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 4096, 11, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}
