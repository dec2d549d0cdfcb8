//! What wasm-bindgen makes of the compiled module.

use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::error::Failure;

/// A module for browsers and the JavaScript that loads it.
pub struct Bound {
    /// The WebAssembly.
    pub module: Vec<u8>,
    /// An ES module; its default export starts the WebAssembly.
    pub script: String,
}

/// Binds the module.
pub fn bind(compiled: &[u8]) -> Result<Bound, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Bindgen(error.to_string());
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("web", compiled.to_vec())
        .web(true)
        .map_err(|error| failed(&error))?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true);
    let mut output = bindgen.generate_output().map_err(|error| failed(&error))?;
    // They would be more files, with paths that nobody serves.
    let snippets = output.snippets().iter().filter(|(_, scripts)| !scripts.is_empty()).map(|(name, _)| name);
    if let Some(name) = snippets.chain(output.local_modules().keys()).next() {
        return Err(Failure::Bindgen(format!(
            "{name} brings JavaScript of its own, which the bundle does not carry"
        )));
    }
    let script = output.js().to_owned();
    let module = output.wasm_mut().emit_wasm();
    Ok(Bound { module, script })
}

/// The script with the lines that start the module at `path`.
pub fn starting(script: &str, path: &str) -> String {
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
    format!(
        "{script}\n__wbg_init({{ module_or_path: new URL(\"{name}\", import.meta.url) }}).catch((error) => {{\n  \
         console.error(error);\n  document.getElementById(\"boot\")?.classList.add(\"failed\");\n}});\n"
    )
}
