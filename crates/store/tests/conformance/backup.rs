//! Backups: the same file from both databases, whole or refused, and the same data after a restore.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::json;
use store::{BackupFile, NewAuditEntry, NewBlock, NewLogin, Store, StoreError};
use tempfile::TempDir;

use crate::support::{DESK, ROOM, appointment, at, book_in_a_turn, id, migrated, now, place, user};

/// Something of everything.
async fn furnish(store: &Store) {
    store.want_events(Some(chrono::TimeDelta::days(1))).await.unwrap();
    let (ada, bob) = (user(store, 1).await, user(store, 2).await);
    let new = appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60));
    book_in_a_turn(store, ada, id(90), &new).await.unwrap();
    store.book(bob, &appointment(11, place(ROOM, "2026-11-26T15:00:00Z", 60)), now()).await.unwrap();
    store.cancel(None, id(11), now()).await.unwrap();
    let expires_at = now() + chrono::TimeDelta::hours(24);
    let login = NewLogin { id: id(80), user_id: ada, created_at: now(), expires_at };
    store.log_in(&login).await.unwrap();
    let audit = NewAuditEntry {
        id: id(70),
        ts: now(),
        actor: "tester".to_owned(),
        action: "test",
        subject: "thing".to_owned(),
        detail: json!({ "with": "detail" }),
    };
    let block = NewBlock {
        id: id(50),
        resource: None,
        window: calendar::Window::new(at("2026-11-25T14:00:00Z"), at("2026-11-25T18:00:00Z")),
        reason: Some("Fest 🎉".to_owned()),
    };
    store.add_block(&block, &[DESK.to_owned(), ROOM.to_owned()], &audit).await.unwrap();
}

/// The text of a backup, without its header.
async fn text_of(store: &Store) -> String {
    let mut text = Vec::new();
    store.backup(&mut text, made_at()).await.unwrap();
    String::from_utf8(text).unwrap()
}

fn made_at() -> DateTime<Utc> {
    at("2026-11-23T12:00:00Z")
}

fn in_file(text: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("backup");
    std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
    (directory, path)
}

/// Restores the text into the other kind of database, and then into a third; both must hold the same.
async fn travels(from: &str, to: &str) {
    let store = migrated(from).await;
    furnish(&store).await;
    let text = text_of(&store).await;
    store.close().await;
    let (_directory, path) = in_file(&text);
    let mut backup = BackupFile::open(&path).unwrap();
    assert_eq!(backup.summary().rows["appointments"], 2);
    let restored = Store::restore(to, &mut backup, "before").await.unwrap();
    assert_eq!(restored.aside, None);

    let store = migrated(to).await;
    assert_eq!(text_of(&store).await, text);
    // The claims are there cell by cell: what is taken cannot be booked, what is free can.
    for (start, free) in [("14:00", false), ("15:55", false), ("17:55", false), ("18:00", true)] {
        let new = appointment(30, place(DESK, &format!("2026-11-25T{start}:00Z"), 5));
        let booked = store.book(id(2), &new, now()).await;
        assert_eq!(booked.is_ok(), free, "{start}: {booked:?}");
    }
}

#[tokio::test]
async fn a_backup_of_sqlite_moves_to_postgres() {
    let (_directory, url) = testbed::sqlite_database();
    travels(&url, &testbed::postgres_database()).await;
}

#[tokio::test]
async fn a_backup_of_postgres_moves_to_sqlite() {
    let (_directory, url) = testbed::sqlite_database();
    travels(&testbed::postgres_database(), &url).await;
}

/// Restores over what is there, which is kept.
async fn replaces(url: &str) {
    let store = migrated(url).await;
    furnish(&store).await;
    let text = text_of(&store).await;
    let (_directory, path) = in_file(&text);
    let mut backup = BackupFile::open(&path).unwrap();
    // Not while anybody has it open.
    let refused = Store::restore(url, &mut backup, "before").await;
    assert!(matches!(refused, Err(StoreError::InUse)), "{refused:?}");
    store.delete_user(id(1)).await.unwrap();
    store.close().await;
    drop(store);

    let restored = Store::restore(url, &mut backup, "before").await.unwrap();
    let store = migrated(url).await;
    assert_eq!(text_of(&store).await, text);
    let aside = restored.aside.unwrap();
    assert!(aside.ends_with("before"), "{aside}");
    if url.starts_with("sqlite") {
        assert!(!Path::new(url.trim_start_matches("sqlite://")).with_extension("db.restoring.lock").exists());
        let old = migrated(&format!("sqlite://{aside}")).await;
        assert_eq!(old.users().await.unwrap().len(), 1);
    } else {
        let old = sqlx::PgPool::connect(url).await.unwrap();
        let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM \"{aside}\".users"));
        assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&old).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn what_was_there_is_kept_aside_on_sqlite() {
    let (_directory, url) = testbed::sqlite_database();
    replaces(&url).await;
}

#[tokio::test]
async fn what_was_there_is_kept_aside_on_postgres() {
    replaces(&testbed::postgres_database()).await;
}

#[tokio::test]
async fn what_is_not_whole_is_refused_and_nothing_changes() {
    let (_directory, url) = testbed::sqlite_database();
    let store = migrated(&url).await;
    furnish(&store).await;
    let text = text_of(&store).await;
    let before_end = text.trim_end().rfind('\n').unwrap();
    for (damage, damaged) in [
        ("nothing", String::new()),
        ("no backup", "hello\n".to_owned()),
        ("cut", text[..before_end].to_owned()),
        ("changed", text.replace("Fest", "Rest")),
        ("newer", text.replace("\"frontdesk_backup\":1", "\"frontdesk_backup\":2")),
    ] {
        let (_directory, path) = in_file(&damaged);
        let refused = BackupFile::open(&path);
        assert!(matches!(refused, Err(StoreError::Backup { .. })), "{damage}: {refused:?}");
    }
    store.close().await;
    drop(store);
    // A backup whose rows contradict each other fails while it is put in place; the old data stays where it is.
    let contradiction = text.replace("\"BOOKED\"", "\"MAYBE!\"");
    let sum = sum_of(&contradiction);
    let contradiction = contradiction.replace(&sum_in(&text), &sum);
    let (_directory, path) = in_file(&contradiction);
    let mut backup = BackupFile::open(&path).unwrap();
    assert!(Store::restore(&url, &mut backup, "before").await.is_err());
    assert_eq!(text_of(&migrated(&url).await).await, text);
}

fn sum_in(text: &str) -> String {
    let last = text.trim_end().lines().last().unwrap();
    serde_json::from_str::<serde_json::Value>(last).unwrap()["sha256"].as_str().unwrap().to_owned()
}

fn sum_of(text: &str) -> String {
    use sha2::Digest as _;
    let end = text.trim_end().rfind('\n').unwrap() + 1;
    sha2::Sha256::digest(&text[..end]).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The tables and columns that the migrations made, as `table.column`.
async fn columns(url: &str) -> Vec<String> {
    let pool = sqlx::SqlitePool::connect(url).await.unwrap();
    let sql = "SELECT tables.name || '.' || columns.name
               FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
               WHERE tables.type = 'table' AND tables.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
                 AND tables.name NOT LIKE 'sqlite%'";
    let mut columns: Vec<String> = sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap();
    columns.sort_unstable();
    columns
}

#[tokio::test]
async fn a_backup_holds_every_column_of_every_table() {
    let (_directory, url) = testbed::sqlite_database();
    let store = migrated(&url).await;
    let text = text_of(&store).await;
    let header: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let mut kept: Vec<String> = Vec::new();
    for table in header["tables"].as_array().unwrap() {
        for column in table["columns"].as_array().unwrap() {
            kept.push(format!("{}.{}", table["name"].as_str().unwrap(), column[0].as_str().unwrap()));
        }
    }
    kept.sort_unstable();
    assert_eq!(kept, columns(&url).await);
}
