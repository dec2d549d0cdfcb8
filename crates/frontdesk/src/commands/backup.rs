//! `frontdesk backup` and `frontdesk restore`

use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde_json::json;
use store::{BackupFile, BackupSummary, Store};

use crate::cli::{BackupArgs, RestoreArgs};
use crate::deed::deed;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, output};

/// Writes everything that is kept into one file, while others go on.
///
/// # Errors
/// When the file is there already or cannot be written, or the database fails.
pub async fn backup(settings: &Settings, args: &BackupArgs) -> Result<(), Failure> {
    let store = compose::store(settings).await?;
    let path = &args.file;
    if path == Path::new("-") {
        let now = compose::clock(settings).now();
        store.backup(BufWriter::new(std::io::stdout()), now).await?;
        return Ok(());
    }
    if path.exists() {
        return Err(Failure::Refused(format!("{} is there already and stays as it is", path.display())));
    }
    let mut unfinished = path.clone().into_os_string();
    unfinished.push(".unfinished");
    let made = write(&store, Path::new(&unfinished), settings).await;
    let finished = made.and_then(|summary| {
        std::fs::rename(&unfinished, path).map_err(Failure::io(format!("writing {}", path.display())))?;
        Ok(summary)
    });
    if finished.is_err() {
        // Half a backup is worth nothing, and an older failure than this one is told.
        let _ = std::fs::remove_file(&unfinished);
    }
    let summary = finished?;
    if args.json {
        return output::json(&json!({ "file": path, "backup": summary }));
    }
    output::lines([
        format!("Backed up {} into {}", in_words(&summary), path.display()),
        "It holds the hashes of passwords and all that people wrote: keep it as you keep the database."
            .to_owned(),
    ])
}

async fn write(store: &Store, path: &Path, settings: &Settings) -> Result<BackupSummary, Failure> {
    let writing = || Failure::io(format!("writing {}", path.display()));
    // For its owner only, from the first byte on.
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let file = file.map_err(writing())?;
    let now = compose::clock(settings).now();
    let summary = store.backup(BufWriter::new(&file), now).await?;
    file.sync_all().map_err(writing())?;
    Ok(summary)
}

/// Replaces everything that is kept by what a backup holds; what there was is kept aside.
///
/// # Errors
/// When the backup is not whole, the database is in use, or it fails.
pub async fn restore(settings: &Settings, args: &RestoreArgs) -> Result<(), Failure> {
    let reading = || Failure::io(format!("reading {}", args.file.display()));
    File::open(&args.file).map_err(reading())?;
    let mut backup = BackupFile::open(&args.file)?;
    let summary = backup.summary().clone();
    if args.check {
        return if args.json {
            output::json(&json!({ "file": args.file, "backup": summary }))
        } else {
            output::lines([format!("Whole: {}", in_words(&summary))])
        };
    }
    if settings.keeps_database_in_data_dir() {
        compose::data_dir(settings)?;
    }
    let now = compose::clock(settings).now();
    let suffix = now.format("before_restore_%Y%m%d_%H%M%S").to_string();
    let restored = Store::restore(&settings.database_url(), &mut backup, &suffix).await?;
    let store = compose::store(settings).await?;
    let detail = json!({ "made_at": summary.made_at, "sha256": summary.sha256, "aside": restored.aside });
    store.note(&deed("database.restored", "database", detail, now)?).await?;
    if args.json {
        return output::json(&json!({ "file": args.file, "backup": summary, "aside": restored.aside }));
    }
    let aside = match restored.aside {
        Some(aside) => format!("What there was before is kept as {aside}"),
        None => "There was nothing before".to_owned(),
    };
    output::lines([format!("Restored {}", in_words(&summary)), aside])
}

fn in_words(summary: &BackupSummary) -> String {
    let rows = |table: &str| summary.rows.get(table).copied().unwrap_or(0);
    format!(
        "{} users, {} appointments, {} conversations (made {}, schema {})",
        rows("users"),
        rows("appointments"),
        rows("chat_sessions"),
        summary.made_at.format("%Y-%m-%d %H:%M UTC"),
        summary.schema
    )
}
