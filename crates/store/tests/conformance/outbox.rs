//! Events for the operator's webhook: written with what they tell of, taken by one, tried until they arrive.

use chrono::TimeDelta;
use serde_json::json;
use store::Store;

use crate::support::{DESK, appointment, at, begin, id, now, place, record, user};

/// The events due at an instant, as their names, without taking them for longer than an instant.
async fn due(store: &Store, when: &str) -> Vec<String> {
    let taken = store.take_due_events(100, TimeDelta::zero(), at(when)).await.unwrap();
    taken.into_iter().map(|event| event.event).collect()
}

on_both! {
    async fn nothing_is_written_unless_it_is_wanted(store: Store) {
        let ada = user(&store, 1).await;
        store.book(ada, &appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60)), now()).await.unwrap();
        assert!(due(&store, "2027-01-01T00:00:00Z").await.is_empty());
    }

    async fn events_tell_what_happened(store: Store) {
        let ada = user(&store, 1).await;
        store.want_events(Some(TimeDelta::days(1))).await.unwrap();
        store.book(ada, &appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60)), now()).await.unwrap();
        let booked = store.take_due_events(100, TimeDelta::minutes(1), now()).await.unwrap();
        assert_eq!(booked.len(), 1, "{booked:?}");
        assert_eq!(booked[0].payload["appointment"]["start_time"], "2026-11-25T15:00:00Z");
        assert_eq!(booked[0].payload["user_email"], "person1@example.org");
        assert_eq!((booked[0].event.as_str(), booked[0].tries), ("booked", 1));
        // Taken by one, it is nobody else's for a while; not answered for, it is due again.
        assert!(store.take_due_events(100, TimeDelta::minutes(1), now()).await.unwrap().is_empty());
        let again = store.take_due_events(100, TimeDelta::minutes(1), now() + TimeDelta::minutes(1)).await.unwrap();
        assert_eq!((again[0].id.as_str(), again[0].tries), (booked[0].id.as_str(), 2));
        store.event_delivered(&again[0].id, now()).await.unwrap();

        // The reminder follows the appointment.
        let mut turn = begin(&store, ada, id(90)).await;
        turn.move_to(id(10), &place(DESK, "2026-11-27T15:00:00Z", 60), "general").await.unwrap();
        turn.commit(&record(id(90), "move", "Moved."), &json!({})).await.unwrap();
        assert_eq!(due(&store, "2026-11-26T14:59:00Z").await, ["moved"]);
        assert_eq!(due(&store, "2026-11-26T15:00:00Z").await, ["moved", "reminder_due"]);
        store.cancel(None, id(10), now()).await.unwrap();
        assert_eq!(due(&store, "2026-11-28T15:00:00Z").await, ["cancelled", "moved"]);
    }

    async fn what_fails_is_tried_later_or_given_up(store: Store) {
        let ada = user(&store, 1).await;
        store.want_events(Some(TimeDelta::zero())).await.unwrap();
        store.book(ada, &appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60)), now()).await.unwrap();
        let event = store.take_due_events(100, TimeDelta::minutes(1), now()).await.unwrap().remove(0);
        store.event_failed(&event.id, "status 500", Some(at("2026-11-23T11:00:00Z"))).await.unwrap();
        let state = store.outbox_state().await.unwrap();
        assert_eq!((state.waiting, state.given_up, state.last_error.as_deref()), (1, 0, Some("status 500")));
        assert!(due(&store, "2026-11-23T10:59:59Z").await.is_empty());
        assert_eq!(due(&store, "2026-11-23T11:00:00Z").await, ["booked"]);
        store.event_failed(&event.id, "status 410", None).await.unwrap();
        assert!(due(&store, "2027-01-01T00:00:00Z").await.is_empty());
        assert_eq!(store.outbox_state().await.unwrap().given_up, 1);
        assert_eq!(store.forget_events(now()).await.unwrap(), 0);
        assert_eq!(store.forget_events(at("2026-12-01T00:00:00Z")).await.unwrap(), 1);
    }

    async fn switched_off_what_waits_is_dropped(store: Store) {
        let ada = user(&store, 1).await;
        store.want_events(Some(TimeDelta::days(1))).await.unwrap();
        store.book(ada, &appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60)), now()).await.unwrap();
        store.want_events(None).await.unwrap();
        store.book(ada, &appointment(11, place(DESK, "2026-11-26T15:00:00Z", 60)), now()).await.unwrap();
        assert!(due(&store, "2027-01-01T00:00:00Z").await.is_empty());
    }
}
