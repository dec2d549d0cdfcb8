//! Turns the folder that `cargo xtask ui` fills into a table of embedded files. Without a bundle the table is empty.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_json::Value;

const DIST: &str = "../web/dist";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The folder is always there, so that a missing bundle does not mean building again and again.
    println!("cargo:rerun-if-changed={DIST}");
    let dist = fs::canonicalize(Path::new(&env::var("CARGO_MANIFEST_DIR")?).join(DIST))?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("bundle.rs");
    fs::write(out, table(&dist)?)?;
    Ok(())
}

fn table(dist: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let manifest = match fs::read_to_string(dist.join("manifest.json")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok("&[]".to_owned()),
        text => serde_json::from_str::<Value>(&text?)?,
    };
    let files = manifest["files"].as_array().ok_or("the bundle's manifest lists no files; run `make ui`")?;
    let mut table = "&[\n".to_owned();
    for file in files {
        let field = |name: &str| file[name].as_str().ok_or_else(|| format!("manifest.json: no {name}"));
        let (path, kind, hash) = (field("path")?, field("type")?, field("hash")?);
        let at = |ending: &str| dist.join(format!("{path}{ending}"));
        let compressed = |ending: &str| {
            let path = at(ending);
            if path.is_file() { format!("Some(include_bytes!({path:?}))") } else { "None".to_owned() }
        };
        writeln!(
            table,
            "File {{ path: {path:?}, kind: {kind:?}, hash: {hash:?}, plain: include_bytes!({:?}), \
             brotli: {}, gzip: {} }},",
            at(""),
            compressed(".br"),
            compressed(".gz"),
        )?;
    }
    table.push(']');
    Ok(table)
}
