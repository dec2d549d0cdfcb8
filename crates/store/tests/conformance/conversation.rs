//! Turns: whole or not at all, one after the other.

use protocol::limits::HISTORY_MESSAGES;
use protocol::{ExtractedSlots, MessageRole};
use serde_json::json;
use store::{Store, StoreError};

use crate::support::{DESK, all_at_once, appointment, at, begin, id, now, place, record, user};

on_both! {
    async fn a_turn_is_remembered(store: Store) {
        let ada = user(&store, 1).await;
        let turn = begin(&store, ada, id(100)).await;
        assert_eq!((turn.state(), turn.version()), (None, 0));
        let state = json!({ "asked": "time", "date": "2026-11-25" });
        let mut said = record(id(100), "on Wednesday", "At what time?");
        let slots = ExtractedSlots { service_type: Some("general".to_owned()), ..Default::default() };
        said.reply.extracted_slots = Some(slots.clone());
        said.reply.quick_replies = Some(vec!["at 3pm".to_owned()]);
        said.message_id = Some("m1".to_owned());
        turn.commit(&said, &state).await.unwrap();

        let turn = begin(&store, ada, id(100)).await;
        assert_eq!((turn.state(), turn.version()), (Some(&state), 1));
        drop(turn);
        let snapshot = store.session_snapshot(ada, id(100), None).await.unwrap();
        assert_eq!((snapshot.state, snapshot.version, snapshot.answered), (Some(state), 1, None));

        let [turn] = store.turns(id(100)).await.unwrap().try_into().unwrap();
        assert_eq!((turn.seq, turn.message_id.as_deref(), turn.text.as_str()), (1, Some("m1"), "on Wednesday"));
        assert_eq!((turn.reply, turn.trace, turn.latency_ms, turn.ts), (said.reply, said.trace, 7, now()));

        let history = store.history(ada, id(100)).await.unwrap().messages;
        assert_eq!(history.len(), 2);
        assert_eq!((history[0].role, history[0].content.as_str()), (MessageRole::User, "on Wednesday"));
        assert_eq!((history[1].role, history[1].content.as_str()), (MessageRole::Assistant, "At what time?"));
        assert_eq!((history[0].ts, history[1].ts), (now(), at("2026-11-23T10:20:00.007Z")));

        let session = store.session(id(100)).await.unwrap().unwrap();
        assert_eq!((session.user_id, session.user_email.as_str()), (ada, "person1@example.org"));
        assert_eq!((session.turns, session.slots), (1, Some(slots)));
        assert_eq!((session.created_at, session.updated_at), (now(), now()));
    }

    async fn a_session_that_was_handed_off_stays_so(store: Store) {
        let ada = user(&store, 1).await;
        for session in [id(100), id(101)] {
            let said = store::TurnRecord { hand_off: session == id(101), ..record(session, "a person!", "Call.") };
            begin(&store, ada, session).await.commit(&said, &json!({})).await.unwrap();
        }
        let more = record(id(101), "thanks", "You are welcome.");
        begin(&store, ada, id(101)).await.commit(&more, &json!({})).await.unwrap();
        let [handed_off] = store.sessions_handed_off(10).await.unwrap().try_into().unwrap();
        assert_eq!((handed_off.id, handed_off.handed_off_at), (id(101), Some(now())));
        assert_eq!(store.session(id(100)).await.unwrap().unwrap().handed_off_at, None);
    }

    async fn a_session_nobody_used_is_empty_and_leaves_nothing_when_looked_at(store: Store) {
        let ada = user(&store, 1).await;
        let snapshot = store.session_snapshot(ada, id(100), Some(("m1", "hello"))).await.unwrap();
        assert_eq!((snapshot.state, snapshot.version, snapshot.answered), (None, 0, None));
        assert!(matches!(store.history(ada, id(100)).await, Err(StoreError::NotFound)));
        assert_eq!(store.session_owner(id(100)).await.unwrap(), None);
        assert!(store.session(id(100)).await.unwrap().is_none());
    }

    async fn a_session_belongs_to_whoever_used_it_first(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        begin(&store, ada, id(100)).await.commit(&record(id(100), "hi", "Hello."), &json!({})).await.unwrap();
        assert_eq!(store.session_owner(id(100)).await.unwrap(), Some(ada));
        assert!(matches!(store.begin_turn(ben, id(100), now()).await, Err(StoreError::NotYours)));
        assert!(matches!(store.session_snapshot(ben, id(100), None).await, Err(StoreError::NotYours)));
        assert!(matches!(store.history(ben, id(100)).await, Err(StoreError::NotYours)));
    }

    async fn of_two_who_use_a_new_session_at_once_one_gets_it(store: Store) {
        let mut tasks = Vec::new();
        for number in 1..=8 {
            let person = user(&store, number).await;
            let store = store.clone();
            tasks.push(async move {
                store.begin_turn(person, id(100), now()).await?.commit(&record(id(100), "", ""), &json!({})).await
            });
        }
        let results = all_at_once(tasks).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let refused = results.iter().filter(|result| matches!(result, Err(StoreError::NotYours))).count();
        assert_eq!(refused, 7, "{results:?}");
    }

    async fn turns_of_one_session_at_once_lose_no_message(store: Store) {
        let ada = user(&store, 1).await;
        let tasks = (0..24).map(|number| {
            let store = store.clone();
            async move {
                let turn = begin(&store, ada, id(100)).await;
                let seen = turn.state().map_or(0, |state| state["turns"].as_u64().unwrap());
                let said = record(id(100), &format!("message {number}"), &format!("reply {number}"));
                turn.commit(&said, &json!({ "turns": seen + 1 })).await.unwrap();
            }
        });
        all_at_once(tasks).await;
        let state = store.session_snapshot(ada, id(100), None).await.unwrap().state;
        assert_eq!(state, Some(json!({ "turns": 24 })));
        let turns = store.turns(id(100)).await.unwrap();
        assert!(turns.iter().map(|turn| turn.seq).eq(1..=24));
        let history = store.history(ada, id(100)).await.unwrap().messages;
        let expected: Vec<_> = turns.iter().flat_map(|turn| [turn.text.clone(), turn.reply.reply.clone()]).collect();
        assert_eq!(history.into_iter().map(|message| message.content).collect::<Vec<_>>(), expected);
        let mut said: Vec<_> = turns.into_iter().map(|turn| turn.text).collect();
        said.sort();
        said.dedup();
        assert_eq!(said.len(), 24);
    }

    async fn the_history_holds_the_latest_messages_and_the_log_all(store: Store) {
        let ada = user(&store, 1).await;
        let turns = HISTORY_MESSAGES / 2 + 3;
        for number in 1..=turns {
            let said = record(id(100), &format!("message {number}"), &format!("reply {number}"));
            begin(&store, ada, id(100)).await.commit(&said, &json!({})).await.unwrap();
        }
        let history = store.history(ada, id(100)).await.unwrap().messages;
        assert_eq!(history.len(), HISTORY_MESSAGES);
        assert_eq!(history[0].content, "message 4");
        assert_eq!(history[HISTORY_MESSAGES - 1].content, format!("reply {turns}"));
        assert_eq!(store.turns(id(100)).await.unwrap().len(), turns);
    }

    async fn a_turn_sees_the_persons_booked_appointments(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        for (person, number, start) in [
            (ada, 10, "2026-11-27T09:00:00Z"),
            (ada, 11, "2026-11-25T15:00:00Z"),
            (ada, 12, "2026-11-24T09:00:00Z"),
            (ada, 13, "2026-11-20T09:00:00Z"),
            (ben, 14, "2026-11-26T09:00:00Z"),
        ] {
            let booked_at = at("2026-11-01T00:00:00Z");
            store.book(person, &appointment(number, place(DESK, start, 60)), booked_at).await.unwrap();
        }
        store.cancel(Some(ada), id(12), now()).await.unwrap();
        let mut turn = begin(&store, ada, id(100)).await;
        let ids = |found: Vec<store::Booking>| found.into_iter().map(|b| b.appointment.id).collect::<Vec<_>>();
        assert_eq!(ids(turn.appointments(at("2026-11-22T10:20:00Z")).await.unwrap()), [id(11), id(10)]);
        assert_eq!(ids(turn.appointments(at("2026-11-20T09:30:00Z")).await.unwrap()), [id(13), id(11), id(10)]);
    }
}
