//! Databases of every schema that was released, brought forward and read. A migration that was changed after its release
//! fails here, because the fixtures hold the checksums of theirs.

use std::path::{Path, PathBuf};

use store::{Clash, Store, StoreError};

use crate::support::{DESK, appointment, at, begin, id, migrated, now, place};

/// The fixtures of a kind of database, oldest schema first.
fn fixtures(database: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.to_str().unwrap().ends_with(&format!(".{database}.sql")));
    found.sort();
    assert!(!found.is_empty());
    found
}

async fn is_read(url: &str) {
    let store = Store::connect(url).await.unwrap();
    assert!(matches!(store.check_schema().await, Err(StoreError::OlderSchema)));
    store.close().await;
    let store = migrated(url).await;
    store.check_schema().await.unwrap();

    let [ada, grace] = store.users().await.unwrap().try_into().unwrap();
    assert_eq!((ada.email.as_str(), grace.email.as_str()), ("ada@example.org", "grace@example.org"));
    let [booked] = store.appointments_of(ada.id).await.unwrap().try_into().unwrap();
    assert_eq!(booked.appointment.start_time, at("2026-11-25T15:00:00Z"));
    let [cancelled] = store.appointments_of(grace.id).await.unwrap().try_into().unwrap();
    assert_eq!(cancelled.name.as_deref(), Some("Grace H."));
    assert_eq!(store.turns(id(0x90)).await.unwrap()[0].text, "Book wednesday at 3pm");
    assert_eq!(store.disagreements().await.unwrap(), []);
    assert_eq!(store.export_user(ada.id).await.unwrap().sessions[0].messages.len(), 2);

    // And it goes on: what is claimed is taken, the conversation has its state, and cancelling frees the time.
    let same = appointment(30, place(DESK, "2026-11-25T15:30:00Z", 30));
    let refused = store.book(grace.id, &same, now()).await.map(drop);
    assert!(matches!(refused, Err(StoreError::SlotTaken(Clash::Resource))), "{refused:?}");
    let turn = begin(&store, ada.id, id(0x90)).await;
    assert_eq!((turn.version(), turn.state().is_some()), (1, true));
    drop(turn);
    store.cancel(None, booked.appointment.id, now()).await.unwrap();
    store.book(grace.id, &same, now()).await.unwrap();
    let mut text = Vec::new();
    assert_eq!(store.backup(&mut text, now()).await.unwrap().rows["appointments"], 3);
}

#[tokio::test]
async fn sqlite_databases_of_every_schema_are_read() {
    for fixture in fixtures("sqlite") {
        let (_directory, url) = testbed::sqlite_database();
        // A dump has its tables in any order.
        let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
        let options = options.create_if_missing(true).foreign_keys(false);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let sql = sqlx::AssertSqlSafe(std::fs::read_to_string(&fixture).unwrap());
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        pool.close().await;
        is_read(&url).await;
    }
}

#[tokio::test]
async fn postgres_databases_of_every_schema_are_read() {
    for fixture in fixtures("postgres") {
        let url = testbed::postgres_database();
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        let sql = sqlx::AssertSqlSafe(std::fs::read_to_string(&fixture).unwrap());
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        pool.close().await;
        is_read(&url).await;
    }
}
