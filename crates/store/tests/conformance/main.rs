//! What the store promises, checked on both databases with the same tests.

// Lets clippy see that all of this is tests, the helpers too.
#![cfg(test)]

/// Makes two tests of each case: one on a fresh SQLite file, one on a fresh PostgreSQL database.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($store:ident: Store) $body:block)*) => { $(
        $(#[$attribute])*
        mod $name {
            use super::*;

            async fn case($store: Store) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let (_directory, url) = testbed::sqlite_database();
                case(crate::support::migrated(&url).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let url = testbed::postgres_database();
                case(crate::support::migrated(&url).await).await;
            }
        }
    )* };
}

mod accounts;
mod backup;
mod blocks;
mod booking;
mod changing;
mod consistency;
mod conversation;
mod duplicates;
mod export;
mod forward;
mod lists;
mod outbox;
mod retention;
mod schema;
mod support;
mod values;
