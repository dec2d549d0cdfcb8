//! What a person takes away, and that nothing of them stays behind.

use protocol::{AppointmentStatus, MessageRole};
use serde_json::json;
use store::{Store, StoreError};

use crate::support::{
    DESK, ROOM, all_at_once, appointment, at, begin, book_in_a_turn, id, now, place, record, user,
};

on_both! {
    async fn an_export_holds_everything_of_the_person_and_nothing_of_others(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        let mut named = appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60));
        named.name = Some("Ada L.".to_owned());
        book_in_a_turn(&store, ada, id(100), &named).await.unwrap();
        store.book(ada, &appointment(11, place(ROOM, "2026-11-24T09:00:00Z", 30)), now()).await.unwrap();
        store.cancel(Some(ada), id(11), at("2026-11-23T11:00:00Z")).await.unwrap();
        book_in_a_turn(&store, ben, id(101), &appointment(12, place(DESK, "2026-11-26T09:00:00Z", 60))).await.unwrap();

        let export = store.export_user(ada).await.unwrap();
        assert_eq!((export.account.id, export.account.email.as_str()), (ada, "person1@example.org"));
        let appointments: Vec<_> = export
            .appointments
            .iter()
            .map(|exported| (exported.appointment.id, exported.appointment.status, exported.name.as_deref()))
            .collect();
        assert_eq!(
            appointments,
            [(id(11), AppointmentStatus::Cancelled, None), (id(10), AppointmentStatus::Booked, Some("Ada L."))]
        );
        assert_eq!(export.appointments[0].updated_at, at("2026-11-23T11:00:00Z"));
        assert_eq!(export.appointments[0].resource, ROOM);
        assert_eq!(export.sessions.len(), 1);
        assert_eq!(export.sessions[0].session_id, id(100));
        let messages: Vec<_> =
            export.sessions[0].messages.iter().map(|message| (message.role, message.content.as_str())).collect();
        assert_eq!(messages, [(MessageRole::User, "book"), (MessageRole::Assistant, "Booked.")]);
        let answered = export.sessions[0].messages[1].ts - export.sessions[0].messages[0].ts;
        assert_eq!(answered.num_milliseconds(), 7);
        assert!(!serde_json::to_string(&export).unwrap().contains("argon2id"));
    }

    async fn an_export_says_what_was_understood_but_not_what_others_have(store: Store) {
        let ada = user(&store, 1).await;
        let mut said = record(id(100), "friday?", "Taken.");
        said.message_id = Some("m-1".to_owned());
        said.trace = json!({"input": {"zone": "UTC", "calendar": {"taken": {"front desk": [[1, 2]]}}}, "decision": {}});
        let state = json!({"slots": {"date": null}});
        begin(&store, ada, id(100)).await.commit(&said, &state).await.unwrap();
        let export = store.export_user(ada).await.unwrap();
        assert_eq!(export.sessions[0].remembered["state"], state);
        let [turn] = export.sessions[0].turns.as_slice() else { panic!("{export:?}") };
        assert_eq!((turn.ts, turn.message_id.as_deref()), (now(), Some("m-1")));
        assert_eq!(turn.trace, json!({"input": {"zone": "UTC"}, "decision": {}}));
    }

    async fn an_export_keeps_nobody_from_writing(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        // While a turn holds the person, and SQLite's only writer.
        let turn = begin(&store, ada, id(100)).await;
        assert!(store.export_user(ada).await.unwrap().sessions.is_empty());
        turn.commit(&record(id(100), "hi", "Hello."), &json!({})).await.unwrap();
        book_in_a_turn(&store, ben, id(101), &appointment(11, place(DESK, "2026-11-26T15:00:00Z", 60))).await.unwrap();
    }

    async fn an_export_holds_what_the_history_no_longer_shows(store: Store) {
        let ada = user(&store, 1).await;
        for turn in 0..101 {
            let said = format!("message {turn}");
            begin(&store, ada, id(100)).await.commit(&record(id(100), &said, "Hm."), &json!({})).await.unwrap();
        }
        assert_eq!(store.history(ada, id(100)).await.unwrap().messages.len(), 200);
        let export = store.export_user(ada).await.unwrap();
        assert_eq!(export.sessions[0].messages.len(), 202);
        assert_eq!(export.sessions[0].messages[0].content, "message 0");
        assert_eq!(export.sessions[0].messages[200].content, "message 100");
    }

    async fn of_a_deleted_account_nothing_is_left(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        book_in_a_turn(&store, ada, id(100), &appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60))).await.unwrap();
        book_in_a_turn(&store, ben, id(101), &appointment(11, place(DESK, "2026-11-26T15:00:00Z", 60))).await.unwrap();
        store.delete_user(ada).await.unwrap();
        assert!(matches!(store.export_user(ada).await, Err(StoreError::UnknownUser)));
        assert_eq!(store.user_by_email("person1@example.org").await.unwrap(), None);
        assert!(store.appointments_of(ada).await.unwrap().is_empty());
        assert!(store.turns(id(100)).await.unwrap().is_empty());
        // The address and the time are free for others; what others have stays.
        user(&store, 1).await;
        store.book(ben, &appointment(12, place(DESK, "2026-11-25T15:00:00Z", 60)), now()).await.unwrap();
        let theirs = store.export_user(ben).await.unwrap();
        assert_eq!((theirs.appointments.len(), theirs.sessions.len()), (2, 1));
    }

    async fn an_account_deleted_in_the_middle_of_turns_leaves_nothing(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        let turns = (0..8_u32).map(|n| {
            let store = store.clone();
            async move {
                if n == 3 {
                    return store.delete_user(ada).await;
                }
                let start = format!("2026-11-25T{:02}:00:00Z", 9 + n);
                let mut turn = store.begin_turn(ada, id(100 + u128::from(n)), now()).await?;
                turn.book(&appointment(10 + u128::from(n), place(DESK, &start, 60))).await?;
                turn.commit(&record(id(100 + u128::from(n)), "book", "Booked."), &json!({})).await
            }
        });
        for result in all_at_once(turns).await {
            assert!(matches!(result, Ok(()) | Err(StoreError::UnknownUser)), "{result:?}");
        }
        assert!(store.sessions(100).await.unwrap().is_empty());
        assert!(store.appointments(&store::AppointmentFilter::default()).await.unwrap().is_empty());
        for n in 0..8 {
            let start = format!("2026-11-25T{:02}:00:00Z", 9 + n);
            store.book(ben, &appointment(50 + n, place(DESK, &start, 60)), now()).await.unwrap();
        }
    }
}
