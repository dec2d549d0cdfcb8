//! The calendar is checked against the appointments.

use sqlx::AssertSqlSafe;
use store::{Disagreement, Fault, Store};

use crate::support::{DESK, ROOM, appointment, id, migrated, now, place, user};

/// Two booked appointments and a cancelled one.
async fn three_appointments(store: &Store) {
    let person = user(store, 1).await;
    for (number, resource, start) in [
        (10, DESK, "2026-11-25T15:00:00Z"),
        (11, ROOM, "2026-11-24T09:00:00Z"),
        (12, ROOM, "2026-12-01T09:00:00Z"),
    ] {
        store.book(person, &appointment(number, place(resource, start, 60)), now()).await.unwrap();
    }
    store.cancel(Some(person), id(12), now()).await.unwrap();
}

async fn run(url: &str, sql: String) {
    if url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        pool.close().await;
    } else {
        let pool = sqlx::PgPool::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

async fn what_disagrees_is_found(url: &str) {
    let store = migrated(url).await;
    three_appointments(&store).await;
    assert_eq!(store.disagreements().await.unwrap(), []);

    let [desk, cancelled] = [id(10), id(12)];
    let a_cell_of = |key: &str| {
        format!(
            "(resource, cell) IN (SELECT resource, MAX(cell) FROM booking_claims
             WHERE appointment_id = '{desk}' AND resource LIKE '{key}%' GROUP BY resource)"
        )
    };
    let claim = |holder, key: &str, first: i64| {
        format!(
            "INSERT INTO booking_claims (resource, cell, first_cell, past_cell, appointment_id)
             VALUES ('{key}', {first}, {first}, {}, '{holder}')",
            first + 1
        )
    };
    for (damage, repair, appointment, fault) in [
        (
            format!("UPDATE booking_claims SET resource = 'elsewhere' WHERE {}", a_cell_of(DESK)),
            format!("UPDATE booking_claims SET resource = '{DESK}' WHERE resource = 'elsewhere'"),
            desk,
            Fault::Stranger,
        ),
        (
            claim(desk, DESK, 1),
            format!("DELETE FROM booking_claims WHERE cell = 1 AND appointment_id = '{desk}'"),
            desk,
            Fault::Resource,
        ),
        (
            claim(cancelled, DESK, 1),
            format!("DELETE FROM booking_claims WHERE appointment_id = '{cancelled}'"),
            cancelled,
            Fault::HoldsThoughCancelled,
        ),
        (
            format!("DELETE FROM booking_claims WHERE {}", a_cell_of("user:")),
            String::new(),
            desk,
            Fault::Person,
        ),
    ] {
        run(url, damage.clone()).await;
        assert_eq!(store.disagreements().await.unwrap(), [Disagreement { appointment, fault }], "{damage}");
        run(url, repair).await;
    }
}

#[tokio::test]
async fn on_sqlite() {
    let (_directory, url) = testbed::sqlite_database();
    what_disagrees_is_found(&url).await;
}

#[tokio::test]
async fn on_postgres() {
    what_disagrees_is_found(&testbed::postgres_database()).await;
}
