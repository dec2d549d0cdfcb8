//! `cargo xtask ui`: the web chat as files that the program embeds.
//!
//! Compiles `crates/web` to WebAssembly, makes the JavaScript that loads it, gives every file a name with its hash,
//! compresses each twice and writes all of it with a manifest to `crates/web/dist`. Fails when what a browser loads
//! outgrows its budget.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks on its standard streams"
)]

mod bundle;
mod compile;
mod debian;
mod error;
mod process;
mod toolchain;
mod wasm;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use error::Failure;

/// What a browser loads at most before the web chat runs: WebAssembly, JavaScript and CSS after brotli, in bytes.
const BUDGET: usize = 150_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let begun = Instant::now();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
    let web = workspace.join("crates/web");
    let dist = web.join("dist");

    let toolchain = toolchain::find(&workspace.join("target"))?;
    step("compiling the web chat to WebAssembly");
    let compiled = compile::web(workspace, &toolchain)?;
    let sources = bundle::Sources::read(&web, compiled)?;
    if bundle::is_current(&dist, &sources) {
        step("the bundle is up to date");
    } else {
        step("binding, hashing and compressing");
        let files = bundle::make(&sources)?;
        bundle::write(&dist, &sources, &files)?;
    }
    let size = bundle::loaded_bytes(&dist)?;
    let kilobytes = |bytes: usize| format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100);
    if size > BUDGET {
        return Err(Failure::Budget { size: kilobytes(size), budget: kilobytes(BUDGET) });
    }
    let (size, budget) = (kilobytes(size), kilobytes(BUDGET));
    step(&format!("a browser loads {size} of at most {budget}; done in {} s", begun.elapsed().as_secs()));
    Ok(())
}

fn step(what: &str) {
    println!("ui: {what}");
}
