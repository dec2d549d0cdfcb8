//! Connecting, migrating, and refusing what a newer program wrote.

use std::collections::BTreeSet;
use std::path::Path;

use store::{Store, StoreError};

use crate::support::{DESK, all_at_once, appointment, id, migrated, now, place, user};

fn names(database: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

/// What a database holds, in words that both share: each column with what it holds and whether it must be there, the keys,
/// what refers to what, and the indexes.
async fn described(url: &str) -> BTreeSet<String> {
    migrated(url).await.close().await;
    let is_own = |line: &String| !line.contains("_sqlx_migrations");
    if url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(url).await.unwrap();
        let sql = "WITH own AS (SELECT name FROM sqlite_schema WHERE type = 'table')
            SELECT own.name || '.' || c.name || ' ' || lower(c.type)
                   || CASE WHEN c.\"notnull\" OR c.pk > 0 THEN ' required' ELSE '' END
              FROM own, pragma_table_info(own.name) AS c
            UNION ALL SELECT own.name || '.' || c.name || ' key' FROM own, pragma_table_info(own.name) AS c WHERE c.pk > 0
            UNION ALL SELECT own.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' '
                   || lower(f.on_delete) FROM own, pragma_foreign_key_list(own.name) AS f
            UNION ALL SELECT 'index ' || name || ' on ' || tbl_name FROM sqlite_schema
             WHERE type = 'index' AND name NOT LIKE 'sqlite_autoindex%'";
        sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap().into_iter().filter(is_own).collect()
    } else {
        let pool = sqlx::PgPool::connect(url).await.unwrap();
        let sql = "SELECT table_name || '.' || column_name || ' '
                   || CASE WHEN data_type IN ('bigint', 'integer') THEN 'integer' ELSE 'text' END
                   || CASE WHEN is_nullable = 'NO' THEN ' required' ELSE '' END
              FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT k.table_name || '.' || k.column_name || ' key'
              FROM information_schema.key_column_usage k JOIN information_schema.table_constraints c USING (constraint_name)
             WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = 'public'
            UNION ALL SELECT k.table_name || '.' || k.column_name || ' -> ' || u.table_name || '.' || u.column_name || ' '
                   || lower(r.delete_rule)
              FROM information_schema.referential_constraints r
              JOIN information_schema.key_column_usage k USING (constraint_name)
              JOIN information_schema.constraint_column_usage u USING (constraint_name)
             WHERE k.table_schema = 'public'
            UNION ALL SELECT 'index ' || indexname || ' on ' || tablename FROM pg_indexes
             WHERE schemaname = 'public' AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key'";
        sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap().into_iter().filter(is_own).collect()
    }
}

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let (_directory, sqlite) = testbed::sqlite_database();
    let (sqlite, postgres) = (described(&sqlite).await, described(&testbed::postgres_database()).await);
    assert!(sqlite.contains("logins.user_id -> users.id cascade"), "{sqlite:?}");
    assert!(sqlite.contains("index appointments_by_user on appointments"), "{sqlite:?}");
    let only = |these: &BTreeSet<String>, others: &BTreeSet<String>| {
        these.difference(others).cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        (only(&sqlite, &postgres), only(&postgres, &sqlite)),
        (vec![], vec![]),
        "only in SQLite, only in PostgreSQL"
    );
}

/// What a newer program would leave behind.
async fn pretend_newer(url: &str) {
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
               VALUES (9999, 'of the future', true, $1, 0)";
    if url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(url).await.unwrap();
        sqlx::query(sql).bind(vec![0_u8]).execute(&pool).await.unwrap();
        pool.close().await;
    } else {
        let pool = sqlx::PgPool::connect(url).await.unwrap();
        sqlx::query(sql).bind(vec![0_u8]).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

async fn a_newer_schema_is_refused(url: &str) {
    let store = Store::connect(url).await.unwrap();
    assert!(matches!(store.check_schema().await, Err(StoreError::OlderSchema)));
    store.migrate().await.unwrap();
    store.check_schema().await.unwrap();
    pretend_newer(url).await;
    for refused in [store.migrate().await, store.check_schema().await] {
        let Err(StoreError::NewerSchema { found, known }) = refused else { panic!("{refused:?}") };
        assert!(found == 9999 && known < 9999);
    }
}

#[tokio::test]
async fn sqlite_refuses_a_newer_schema() {
    let (_directory, url) = testbed::sqlite_database();
    a_newer_schema_is_refused(&url).await;
}

#[tokio::test]
async fn postgres_refuses_a_newer_schema() {
    a_newer_schema_is_refused(&testbed::postgres_database()).await;
}

/// Several processes start at once on a fresh database, each with connections of its own.
async fn many_migrate_at_once(url: String) {
    let tasks = (0..4).map(|_| {
        let url = url.clone();
        async move { Store::connect(&url).await.unwrap().migrate().await }
    });
    for result in all_at_once(tasks).await {
        result.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_is_migrated_by_many_at_once() {
    let (_directory, url) = testbed::sqlite_database();
    many_migrate_at_once(url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_migrated_by_many_at_once() {
    many_migrate_at_once(testbed::postgres_database()).await;
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let (_directory, url) = testbed::sqlite_database();
    let store = migrated(&url).await;
    let ada = user(&store, 1).await;
    store.book(ada, &appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60)), now()).await.unwrap();
    store.close().await;
    let store = migrated(&url).await;
    assert!(store.appointment_of(ada, id(10)).await.unwrap().is_some());
}

#[tokio::test]
async fn other_addresses_are_refused() {
    for url in ["", "mysql://localhost/x", "frontdesk.db", "/tmp/frontdesk.db"] {
        let refused = Store::connect(url).await;
        assert!(matches!(refused, Err(StoreError::Address)), "{url}: {refused:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let (directory, _) = testbed::sqlite_database();
    let url = format!("postgres://nobody@localhost/none?host={}", directory.path().display());
    let refused = Store::connect(&url).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

on_both! {
    async fn migrating_again_changes_nothing(store: Store) {
        user(&store, 1).await;
        store.migrate().await.unwrap();
        store.check_schema().await.unwrap();
        assert_eq!(store.users().await.unwrap().len(), 1);
    }

    async fn a_healthy_database_answers(store: Store) {
        store.ping().await.unwrap();
        store.close().await;
        assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    }
}
