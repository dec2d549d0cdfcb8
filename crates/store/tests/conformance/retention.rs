//! What is not kept for ever.

use serde_json::json;
use store::{Forgotten, Store};

use crate::support::{DESK, appointment, at, id, now, place, record, user};

/// A turn at an instant.
async fn say(store: &Store, person: uuid::Uuid, session: uuid::Uuid, text: &str, when: &str) {
    let turn = store.begin_turn(person, session, at(when)).await.unwrap();
    let said = store::TurnRecord { ts: at(when), ..record(session, text, "Yes.") };
    turn.commit(&said, &json!({ "kept": text })).await.unwrap();
}

on_both! {
    async fn old_messages_are_forgotten_and_appointments_stay(store: Store) {
        let ada = user(&store, 1).await;
        store.book(ada, &appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60)), now()).await.unwrap();
        say(&store, ada, id(90), "long ago", "2026-09-01T10:00:00Z").await;
        say(&store, ada, id(91), "old", "2026-10-01T10:00:00Z").await;
        say(&store, ada, id(91), "young", "2026-11-20T10:00:00Z").await;
        say(&store, ada, id(92), "new", "2026-11-21T10:00:00Z").await;

        let before = at("2026-10-24T00:00:00Z");
        assert_eq!(store.forget_messages(before).await.unwrap(), Forgotten { sessions: 1, turns: 1 });
        assert_eq!(store.forget_messages(before).await.unwrap(), Forgotten::default());

        assert!(store.session(id(90)).await.unwrap().is_none());
        let texts = |turns: Vec<store::LoggedTurn>| turns.into_iter().map(|turn| turn.text).collect::<Vec<_>>();
        assert_eq!(texts(store.turns(id(91)).await.unwrap()), ["young"]);
        assert_eq!(texts(store.turns(id(92)).await.unwrap()), ["new"]);
        assert_eq!(store.appointments_of(ada).await.unwrap().len(), 1);
        let history = store.export_user(ada).await.unwrap();
        assert!(!serde_json::to_string(&history).unwrap().contains("old"), "{history:?}");

        // The conversation goes on where it was.
        say(&store, ada, id(91), "newest", "2026-11-22T10:00:00Z").await;
        assert_eq!(texts(store.turns(id(91)).await.unwrap()), ["young", "newest"]);
    }
}
