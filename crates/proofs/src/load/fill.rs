//! A business with years behind it, written straight into the tables.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::Result;

/// What the business of the load proofs is: ten desks, six days a week, a quarter of an hour each.
pub(super) const PROFILE: &str = r#"
name = "Ten Desks"
[hours]
monday    = ["08:00-20:00"]
tuesday   = ["08:00-20:00"]
wednesday = ["08:00-20:00"]
thursday  = ["08:00-20:00"]
friday    = ["08:00-20:00"]
saturday  = ["08:00-20:00"]
[booking]
start_every_minutes = 15
resources = ["desk 0", "desk 1", "desk 2", "desk 3", "desk 4", "desk 5", "desk 6", "desk 7", "desk 8", "desk 9"]
[[services]]
name = "general"
duration_minutes = 15
default = true
"#;

const DESKS: u64 = 10;
/// Quarters of an hour in twelve hours.
const SLOTS_A_DAY: u64 = 48;
/// How many days ahead times are taken, and at how many of the ten desks.
const DAYS_AHEAD: u64 = 40;
const DESKS_AHEAD: u64 = 6;
/// Monday 23 November 2026, 08:00 UTC: the days of the history end before it.
const TODAY: u64 = 1_795_420_800;
const PEOPLE: u64 = 20_000;

/// What the two databases write differently.
struct Dialect {
    /// An id from a number for its kind and the text of a number.
    id: fn(u32, &str) -> String,
    /// An instant from the text of seconds since the epoch.
    instant: fn(&str) -> String,
}

const SQLITE: Dialect = Dialect {
    id: |kind, number| format!("printf('%08x-0000-4000-8000-%012x', {kind}, {number})"),
    instant: |seconds| format!("strftime('%Y-%m-%dT%H:%M:%S.000000Z', {seconds}, 'unixepoch')"),
};
const POSTGRES: Dialect = Dialect {
    id: |kind, number| format!("('{kind:08x}-0000-4000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"),
    instant: |seconds| format!("to_timestamp({seconds})"),
};

/// Fills a migrated database with about so many appointments (most of them past) and exactly so many conversations of
/// two turns. Nobody else may be using it.
pub(super) async fn fill(url: &str, appointments: u64, sessions: u64) -> Result<()> {
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await?;
        // If this is interrupted, the file is thrown away.
        let fast = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;
                    PRAGMA wal_autocheckpoint = 100000;";
        sqlx::raw_sql(fast).execute(&mut connection).await?;
        for statement in statements(&SQLITE, appointments, sessions) {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        }
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await?;
        connection.close().await?;
    } else {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::raw_sql("SET synchronous_commit = off").execute(&mut connection).await?;
        for statement in statements(&POSTGRES, appointments, sessions) {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        }
        // As autovacuum would have done long ago in a database that has grown by itself.
        sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await?;
        connection.close().await?;
    }
    Ok(())
}

/// The history first: desk by desk, slot by slot, up to yesterday evening; then the days ahead.
fn statements(dialect: &Dialect, appointments: u64, sessions: u64) -> Vec<String> {
    let Dialect { id, instant } = dialect;
    let ahead = (DAYS_AHEAD * SLOTS_A_DAY * DESKS_AHEAD).min(appointments);
    let past = appointments - ahead;
    let days_past = past.div_ceil(SLOTS_A_DAY * DESKS);
    let first_day = TODAY - days_past * 86_400;
    let people = PEOPLE.min(appointments.max(sessions)).max(1);
    let numbers = |until: u64| {
        format!("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {until})")
    };
    // Neighbours in time belong to different people, so that nobody is at two desks at once.
    let slots = |count: u64, offset: u64, desks: u64, first_day: u64| {
        format!(
            "SELECT i + {offset} AS number, i % {people} AS person, i % {desks} AS desk,
                    {first_day} + ((i / {desks}) / {SLOTS_A_DAY}) * 86400 + ((i / {desks}) % {SLOTS_A_DAY}) * 900 AS start
             FROM n WHERE i < {count}"
        )
    };
    let parts = [(past, 0, DESKS, first_day), (ahead, past, DESKS_AHEAD, TODAY + 86_400)];
    let mut all = vec![format!(
        "{} INSERT INTO users (id, email, password_hash, created_at)
         SELECT {}, 'person' || i || '@example.com', 'none', {} FROM n",
        numbers(people),
        id(1, "i"),
        instant("1500000000"),
    )];
    for (count, offset, desks, first_day) in parts.into_iter().filter(|part| part.0 > 0) {
        let (numbers, slots) = (numbers(count), slots(count, offset, desks, first_day));
        let appointment = id(2, "number");
        all.push(format!(
            "{numbers} INSERT INTO appointments
                 (id, user_id, start_time, end_time, service_type, status, timezone, resource, name, created_at, updated_at)
             SELECT {appointment}, {}, {}, {}, 'general', 'BOOKED', 'UTC', 'desk ' || desk, NULL, {}, {} FROM ({slots}) s",
            id(1, "person"),
            instant("start"),
            instant("start + 900"),
            instant("start - 86400"),
            instant("start - 86400"),
        ));
        // The desk's cells, then the person's; each in the order of the key.
        for holder in ["'desk ' || desk".to_owned(), format!("'user:' || {}", id(1, "person"))] {
            all.push(format!(
                "{numbers} INSERT INTO booking_claims (resource, cell, first_cell, past_cell, appointment_id)
                 SELECT {holder}, start / 300 + k, start / 300, start / 300 + 3, {appointment}
                 FROM ({slots}) s CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2) cells
                 ORDER BY 1, 2"
            ));
        }
    }
    if sessions > 0 {
        let message =
            |role: &str| format!(r#"{{"role":"{role}","content":"Which day?","ts":"2026-01-01T00:00:00Z"}}"#);
        let (user, assistant) = (message("user"), message("assistant"));
        let (session, owner, then) = (id(3, "i"), id(1, &format!("i % {people}")), instant("1790000000"));
        all.push(format!(
            "{} INSERT INTO chat_sessions (id, user_id, messages, metadata, version, created_at, updated_at)
             SELECT {session}, {owner}, '[{user},{assistant},{user},{assistant}]', '{{}}', 2, {then}, {then} FROM n",
            numbers(sessions),
        ));
        let reply = r#"{"reply":"Which day?","session_id":"00000000-0000-4000-8000-000000000000"}"#;
        all.push(format!(
            "{} INSERT INTO chat_turns (session_id, seq, message_id, text, reply, trace, latency_ms, ts)
             SELECT {session}, seq, 'm-' || seq, 'hello', '{reply}', '{{}}', 5, {then}
             FROM n CROSS JOIN (SELECT 1 AS seq UNION ALL SELECT 2) turns ORDER BY i, seq",
            numbers(sessions),
        ));
    }
    all
}

#[cfg(test)]
mod tests {
    use store::{AppointmentFilter, Store};

    use super::fill;

    async fn what_is_written_is_a_calendar(url: &str) {
        let store = Store::connect(url).await.unwrap();
        store.migrate().await.unwrap();
        // More than lie ahead, so that there is a history too.
        fill(url, 12_000, 7).await.unwrap();
        let appointments = store.appointments(&AppointmentFilter::default()).await.unwrap();
        assert_eq!(appointments.len(), 12_000);
        let now: chrono::DateTime<chrono::Utc> = crate::program::NOW.parse().unwrap();
        let past = appointments.iter().filter(|listed| listed.booking.appointment.end_time < now).count();
        assert_eq!(past, 12_000 - 40 * 48 * 6);
        assert_eq!(store.disagreements().await.unwrap(), []);
        let sessions = store.sessions(100).await.unwrap();
        assert_eq!(sessions.len(), 7);
        assert_eq!(store.turns(sessions[0].id).await.unwrap().len(), 2);
        store.history(sessions[0].user_id, sessions[0].id).await.unwrap();
    }

    #[tokio::test]
    async fn on_sqlite() {
        let (_directory, url) = testbed::sqlite_database();
        what_is_written_is_a_calendar(&url).await;
    }

    #[tokio::test]
    async fn on_postgres() {
        what_is_written_is_a_calendar(&testbed::postgres_database()).await;
    }
}
