//! A message that is sent again is answered once.

use serde_json::json;
use store::{Store, StoreError, TurnRecord};

use crate::support::{DESK, all_at_once, appointment, begin, id, now, place, record, user};

const SAID: &str = "Wednesday at 3pm";

fn with_id(message_id: &str, text: &str, reply: &str) -> TurnRecord {
    TurnRecord { message_id: Some(message_id.to_owned()), ..record(id(100), text, reply) }
}

on_both! {
    async fn sent_again_it_gets_the_first_reply(store: Store) {
        let ada = user(&store, 1).await;
        let said = with_id("m1", SAID, "Booked.");
        begin(&store, ada, id(100)).await.commit(&said, &json!({})).await.unwrap();
        let snapshot = store.session_snapshot(ada, id(100), Some(("m1", SAID))).await.unwrap();
        assert_eq!(snapshot.answered.as_ref(), Some(&said.reply));
        let mut turn = begin(&store, ada, id(100)).await;
        assert_eq!(turn.answered("m1", SAID).await.unwrap(), Some(said.reply));
        assert_eq!(turn.answered("m2", SAID).await.unwrap(), None);
        assert_eq!(turn.answered("M1", SAID).await.unwrap(), None);
    }

    async fn the_same_id_for_another_text_is_refused(store: Store) {
        let ada = user(&store, 1).await;
        begin(&store, ada, id(100)).await.commit(&with_id("m1", SAID, "Booked."), &json!({})).await.unwrap();
        let snapshot = store.session_snapshot(ada, id(100), Some(("m1", "Thursday"))).await;
        assert!(matches!(snapshot, Err(StoreError::MessageIdReused)), "{snapshot:?}");
        let mut turn = begin(&store, ada, id(100)).await;
        let answered = turn.answered("m1", "Thursday").await;
        assert!(matches!(answered, Err(StoreError::MessageIdReused)), "{answered:?}");
    }

    async fn an_id_counts_in_its_session_only(store: Store) {
        let ada = user(&store, 1).await;
        begin(&store, ada, id(100)).await.commit(&with_id("m1", SAID, "Booked."), &json!({})).await.unwrap();
        assert_eq!(begin(&store, ada, id(101)).await.answered("m1", "Thursday").await.unwrap(), None);
    }

    async fn messages_without_an_id_never_count_as_sent_again(store: Store) {
        let ada = user(&store, 1).await;
        for _ in 0..3 {
            begin(&store, ada, id(100)).await.commit(&record(id(100), SAID, "?"), &json!({})).await.unwrap();
        }
        assert_eq!(store.turns(id(100)).await.unwrap().len(), 3);
    }

    async fn duplicates_in_flight_book_once_and_get_the_same_reply(store: Store) {
        let ada = user(&store, 1).await;
        let tasks = (0..8).map(|number| {
            let store = store.clone();
            async move {
                // Every copy passed the first check before any of them began.
                let mut turn = begin(&store, ada, id(100)).await;
                if let Some(reply) = turn.answered("m1", SAID).await.unwrap() {
                    return reply;
                }
                turn.book(&appointment(1_000 + number, place(DESK, "2026-11-25T15:00:00Z", 60))).await.unwrap();
                let said = with_id("m1", SAID, &format!("Booked by copy {number}."));
                turn.commit(&said, &json!({})).await.unwrap();
                said.reply
            }
        });
        let replies = all_at_once(tasks).await;
        assert!(replies.iter().all(|reply| reply == &replies[0]), "{replies:?}");
        assert_eq!(store.appointments_of(ada).await.unwrap().len(), 1);
        assert_eq!(store.turns(id(100)).await.unwrap().len(), 1);
    }

    async fn the_schema_itself_refuses_a_second_turn_with_the_id(store: Store) {
        // Even a caller that forgets to ask cannot write the same message twice.
        let ada = user(&store, 1).await;
        begin(&store, ada, id(100)).await.commit(&with_id("m1", SAID, "?"), &json!({})).await.unwrap();
        let again = begin(&store, ada, id(100)).await.commit(&with_id("m1", SAID, "?"), &json!({})).await;
        assert!(matches!(again, Err(StoreError::Database(_))), "{again:?}");
        assert_eq!(store.begin_turn(ada, id(100), now()).await.unwrap().version(), 1);
    }
}
