//! Who compiles for browsers: the installed toolchain with its wasm target, or else Debian's.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Failure;
use crate::{debian, process, step};

/// The target that browsers run.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// `debian` leaves the installed toolchain's own wasm target aside, to try the other way.
const CHOICE: &str = "FRONTDESK_WASM_TOOLCHAIN";

/// A compiler with a standard library for browsers.
pub enum Toolchain {
    /// The one that built this program.
    Installed,
    /// Debian's compiler with a standard library that we built.
    Private(Private),
}

/// Where the parts of such a toolchain are.
pub struct Private {
    /// Wraps the compiler.
    pub rustc: PathBuf,
    /// Links WebAssembly.
    pub linker: PathBuf,
}

/// Finds a toolchain, and installs or builds what is missing. `target` is where what we build may lie.
pub fn find(target: &Path) -> Result<Toolchain, Failure> {
    if std::env::var_os(CHOICE).is_none_or(|choice| choice != "debian") {
        if has_target() {
            return Ok(Toolchain::Installed);
        }
        step("asking rustup for the target of browsers");
        let add = Command::new("rustup").args(["target", "add", TARGET]).stderr(Stdio::null()).status();
        if add.is_ok_and(|status| status.success()) && has_target() {
            return Ok(Toolchain::Installed);
        }
        step("rustup cannot give it; using Debian's compiler");
    }
    debian::toolchain(target).map(Toolchain::Private)
}

/// Whether the compiler has a standard library for browsers.
fn has_target() -> bool {
    let mut ask = Command::new(process::rustc());
    ask.args(["--print", "target-libdir", "--target", TARGET]);
    process::output(&mut ask).is_ok_and(|folder| has_std(Path::new(&folder)))
}

/// Whether a folder holds a built standard library.
pub fn has_std(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}
