//! Debian's way to WebAssembly, for machines where rustup can download nothing.
//!
//! Debian ships a compiler that can emit it and the sources of the standard library, but no compiled one. It is built
//! once and laid into a private sysroot under `target/`, beside a link to the host's.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Failure;
use crate::process::{output, run, rustc};
use crate::step;
use crate::toolchain::{Private, TARGET, has_std};

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const SOURCES: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

/// The toolchain, with its standard library built when it is not there yet.
pub fn toolchain(target: &Path) -> Result<Private, Failure> {
    if !is_installed() {
        install(PACKAGES)?;
    }
    let version = output(Command::new(RUSTC).arg("--version"))?;
    // Compiler and library must be of one version: another compiler gets another sysroot.
    let version = version.split(' ').nth(1).unwrap_or("unknown").to_owned();
    let home = target.join(format!("wasm-toolchain-{version}"));
    let linker = linker()?;
    let library = home.join("sysroot/lib/rustlib").join(TARGET).join("lib");
    if !has_std(&library) {
        step(&format!("building the standard library of Rust {version} for browsers (once, about a minute)"));
        build_std(&home, &library)?;
    }
    Ok(Private { rustc: wrapper(&home)?, linker })
}

/// Whether compiler, cargo and sources are there, of one version and able to emit WebAssembly.
fn is_installed() -> bool {
    let version = |program: &str| {
        let said = output(Command::new(program).arg("--version")).ok()?;
        said.split(' ')
            .nth(1)
            .map(|version| version.rsplit_once('.').map_or(version, |(minor, _)| minor).to_owned())
    };
    Path::new(SOURCES).is_file() && version(RUSTC).is_some() && version(RUSTC) == version(CARGO)
}

fn install(packages: &[&str]) -> Result<(), Failure> {
    step(&format!("installing Debian's {} with apt-get (once)", packages.join(", ")));
    let apt = |words: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-q", "-y", "-o", "DPkg::Lock::Timeout=300"]).args(words);
        run(command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let wanted = [&["install", "--no-install-recommends"], packages].concat();
    // Without fresh package lists the version they name may be gone; with no lists at all there is nothing to name.
    apt(&wanted).or_else(|_| apt(&["update"]).and_then(|()| apt(&wanted))).map_err(|_| {
        Failure::NoToolchain(format!(
            "no compiler for {TARGET}: run `rustup target add {TARGET}`, or as root `apt-get install {}`",
            packages.join(" ")
        ))
    })
}

/// A linker of WebAssembly: the one inside the installed toolchain, else LLVM's own.
fn linker() -> Result<PathBuf, Failure> {
    let candidates = || {
        let sysroot = output(Command::new(rustc()).args(["--print", "sysroot"])).ok();
        let host = output(Command::new(RUSTC).args(["--print", "host-tuple"])).ok();
        let own = sysroot
            .zip(host)
            .map(|(sysroot, host)| Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld"));
        own.into_iter().chain(["/usr/bin/rust-lld", "/usr/bin/wasm-ld"].map(PathBuf::from))
    };
    if let Some(found) = candidates().find(|path| path.is_file()) {
        return Ok(found);
    }
    install(&["lld"])?;
    candidates()
        .find(|path| path.is_file())
        .ok_or_else(|| Failure::NoToolchain("no linker for WebAssembly".into()))
}

/// Builds an empty library together with the standard one, and keeps the latter's parts.
fn build_std(home: &Path, library: &Path) -> Result<(), Failure> {
    let empty = home.join("empty");
    let sources = empty.join("src");
    fs::create_dir_all(&sources).map_err(Failure::at(&sources))?;
    let manifest = empty.join("Cargo.toml");
    let text = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
                [profile.release]\npanic = \"abort\"\n";
    fs::write(&manifest, text).map_err(Failure::at(&manifest))?;
    let code = sources.join("lib.rs");
    fs::write(&code, "#![no_std]\n").map_err(Failure::at(&code))?;

    let mut cargo = Command::new(CARGO);
    cargo.args(["build", "--release", "--quiet", "-Z", "build-std=std,panic_abort", "--target", TARGET]);
    cargo.current_dir(&empty).env("CARGO_TARGET_DIR", empty.join("target"));
    cargo.env("RUSTC", RUSTC).env("RUSTC_BOOTSTRAP", "1");
    // With bitcode, so that the standard library takes part in link-time optimisation.
    cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes").env_remove("RUSTUP_TOOLCHAIN");
    run(&mut cargo)?;

    fs::create_dir_all(library).map_err(Failure::at(library))?;
    let built = empty.join("target").join(TARGET).join("release/deps");
    for entry in fs::read_dir(&built).map_err(Failure::at(&built))?.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let is_ours = name.to_string_lossy().starts_with("libempty");
        if path.extension().is_some_and(|kind| kind == "rlib") && !is_ours {
            fs::copy(&path, library.join(name)).map_err(Failure::at(&path))?;
        }
    }
    Ok(())
}

/// A compiler that looks into our sysroot, which has the host's libraries too (for macros and build scripts).
fn wrapper(home: &Path) -> Result<PathBuf, Failure> {
    let sysroot = home.join("sysroot");
    let host = output(Command::new(RUSTC).args(["--print", "host-tuple"]))?;
    let link = sysroot.join("lib/rustlib").join(&host);
    if !link.exists() {
        let theirs = Path::new("/usr/lib/rustlib").join(&host);
        symlink(&theirs, &link).map_err(Failure::at(&link))?;
    }
    let path = home.join("rustc");
    let script = format!("#!/bin/sh\nexec {RUSTC} --sysroot '{}' \"$@\"\n", sysroot.display());
    fs::write(&path, script).map_err(Failure::at(&path))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(Failure::at(&path))?;
    Ok(path)
}
