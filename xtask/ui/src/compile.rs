//! The web chat's crate as one module of WebAssembly.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::error::Failure;
use crate::process;
use crate::toolchain::{TARGET, Toolchain};

const PROFILE: &str = "wasm";

/// Compiles it, in a target folder of its own, and gives the module.
pub fn web(workspace: &Path, toolchain: &Toolchain) -> Result<Vec<u8>, Failure> {
    let target = workspace.join("target/wasm");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "build",
        "--locked",
        "--package",
        "web",
        "--profile",
        PROFILE,
        "--target",
        TARGET,
        "--target-dir",
    ]);
    cargo.arg(&target).current_dir(workspace);
    // Leptos then erases the types of components: less code for the same pages.
    let flags = format!("--cfg=erase_components {}", without_paths(workspace));
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
    if let Toolchain::Private(parts) = toolchain {
        cargo.env("RUSTC", &parts.rustc).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &parts.linker);
    }
    process::run(&mut cargo)?;
    let module = target.join(TARGET).join(PROFILE).join("web.wasm");
    fs::read(&module).map_err(Failure::at(&module))
}

/// Flags that keep this machine's paths out of what browsers load, so that every machine builds the same.
fn without_paths(workspace: &Path) -> String {
    let cargo_home =
        std::env::var("CARGO_HOME").ok().or_else(|| Some(format!("{}/.cargo", std::env::var("HOME").ok()?)));
    let workspace = format!("--remap-path-prefix={}=.", workspace.display());
    let cargo_home = cargo_home.map(|home| format!(" --remap-path-prefix={home}=cargo")).unwrap_or_default();
    workspace + &cargo_home
}
