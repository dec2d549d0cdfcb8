//! Cancelling and moving.

use protocol::AppointmentStatus;
use serde_json::json;
use store::{Clash, Store, StoreError};

use crate::support::{
    DESK, ROOM, Tally, all_at_once, appointment, at, begin, book_in_a_turn, id, now, place, record, user,
};

const THREE: &str = "2026-11-25T15:00:00Z";
const FOUR: &str = "2026-11-25T16:00:00Z";

on_both! {
    async fn cancelling_frees_the_time_in_the_same_transaction(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        let mut turn = begin(&store, ada, id(100)).await;
        let receipt = turn.cancel(id(10)).await.unwrap();
        assert_eq!(receipt.booking().appointment.status, AppointmentStatus::Cancelled);
        // The same turn may take the time again.
        turn.book(&appointment(11, place(DESK, THREE, 60))).await.unwrap();
        drop(turn);
        // It was dropped: nothing is free.
        let refused = store.book(ben, &appointment(12, place(DESK, THREE, 60)), now()).await;
        assert!(matches!(refused, Err(StoreError::SlotTaken(Clash::Resource))), "{refused:?}");

        let mut turn = begin(&store, ada, id(100)).await;
        turn.cancel(id(10)).await.unwrap();
        turn.commit(&record(id(100), "cancel it", "Cancelled."), &json!({})).await.unwrap();
        store.book(ben, &appointment(12, place(DESK, THREE, 60)), now()).await.unwrap();
        let kept = store.appointment_of(ada, id(10)).await.unwrap().unwrap();
        assert_eq!(kept.appointment.status, AppointmentStatus::Cancelled);
    }

    async fn cancelling_again_changes_nothing(store: Store) {
        let ada = user(&store, 1).await;
        store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        let cancelled = store.cancel(Some(ada), id(10), now()).await.unwrap();
        let again = store.cancel(Some(ada), id(10), at("2027-01-01T00:00:00Z")).await.unwrap();
        assert_eq!(cancelled, again);
    }

    async fn only_the_owner_and_the_operator_cancel(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        for owner in [Some(ben), Some(id(77))] {
            let refused = store.cancel(owner, id(10), now()).await;
            assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
        }
        let unknown = store.cancel(None, id(11), now()).await;
        assert!(matches!(unknown, Err(StoreError::NotFound)), "{unknown:?}");
        let cancelled = store.cancel(None, id(10), now()).await.unwrap();
        assert_eq!(cancelled.appointment.status, AppointmentStatus::Cancelled);
    }

    async fn what_has_begun_is_neither_cancelled_nor_moved(store: Store) {
        let ada = user(&store, 1).await;
        store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        for late in [at(THREE), at("2026-11-26T00:00:00Z")] {
            assert!(matches!(store.cancel(Some(ada), id(10), late).await, Err(StoreError::Past)));
            assert!(matches!(store.cancel(None, id(10), late).await, Err(StoreError::Past)));
            let mut turn = store.begin_turn(ada, id(100), late).await.unwrap();
            let moved = turn.move_to(id(10), &place(DESK, "2026-12-01T15:00:00Z", 60), "general").await;
            assert!(matches!(moved, Err(StoreError::Past)), "{moved:?}");
        }
        store.cancel(Some(ada), id(10), at("2026-11-25T14:59:59Z")).await.unwrap();
    }

    async fn moving_keeps_the_id_frees_the_old_time_and_takes_the_new(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        let booked = store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        let later = at("2026-11-23T11:00:00Z");
        let mut turn = store.begin_turn(ada, id(100), later).await.unwrap();
        // Half an hour later: the new time overlaps the old one, which is no clash with itself.
        let receipt = turn.move_to(id(10), &place(DESK, "2026-11-25T15:30:00Z", 60), "check-up").await.unwrap();
        assert_eq!(receipt.booking().appointment.service_type, "check-up");
        turn.commit(&record(id(100), "move it", "Moved."), &json!({})).await.unwrap();
        let moved = store.appointment_of(ada, id(10)).await.unwrap().unwrap();
        assert_eq!(receipt.booking(), &moved);
        assert_eq!((moved.appointment.start_time, moved.updated_at), (at("2026-11-25T15:30:00Z"), later));
        assert_eq!(moved.appointment.created_at, booked.booking().appointment.created_at);
        store.book(ben, &appointment(11, place(DESK, THREE, 30)), now()).await.unwrap();
        let refused = store.book(ben, &appointment(12, place(DESK, FOUR, 30)), now()).await;
        assert!(matches!(refused, Err(StoreError::SlotTaken(Clash::Resource))), "{refused:?}");
    }

    async fn a_move_that_is_refused_leaves_the_appointment_where_it_was(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        let booked = store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        store.book(ben, &appointment(11, place(DESK, FOUR, 60)), now()).await.unwrap();
        let mut turn = begin(&store, ada, id(100)).await;
        let refused = turn.move_to(id(10), &place(DESK, FOUR, 60), "general").await;
        assert!(matches!(refused, Err(StoreError::SlotTaken(Clash::Resource))), "{refused:?}");
        drop(turn);
        assert_eq!(&store.appointment_of(ada, id(10)).await.unwrap().unwrap(), booked.booking());
        let still_held = store.book(ben, &appointment(12, place(DESK, THREE, 60)), now()).await;
        assert!(matches!(still_held, Err(StoreError::SlotTaken(Clash::Resource))), "{still_held:?}");
    }

    async fn somebody_elses_or_a_cancelled_appointment_is_not_moved(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        let theirs = begin(&store, ben, id(100)).await.move_to(id(10), &place(DESK, FOUR, 60), "general").await;
        assert!(matches!(theirs, Err(StoreError::NotFound)), "{theirs:?}");
        store.cancel(Some(ada), id(10), now()).await.unwrap();
        let cancelled = begin(&store, ada, id(101)).await.move_to(id(10), &place(DESK, FOUR, 60), "general").await;
        assert!(matches!(cancelled, Err(StoreError::Cancelled)), "{cancelled:?}");
    }

    async fn many_who_move_to_one_slot_at_once_and_back_never_share_it(store: Store) {
        let mut tasks = Vec::new();
        for number in 1..=8_u128 {
            let person = user(&store, number).await;
            let start = format!("2026-11-26T{:02}:00:00Z", 8 + number);
            let mine = appointment(1_000 + number, place(ROOM, &start, 60));
            book_in_a_turn(&store, person, id(100 + number), &mine).await.unwrap();
            let store = store.clone();
            tasks.push(async move {
                loop {
                    let mut turn = begin(&store, person, id(100 + number)).await;
                    match turn.move_to(id(1_000 + number), &place(DESK, THREE, 60), "general").await {
                        Err(StoreError::Retry) => {}
                        Err(error) => return Err(error),
                        Ok(_) => return turn.commit(&record(id(100 + number), "", ""), &json!({})).await,
                    }
                }
            });
        }
        let tally = Tally::of(all_at_once(tasks).await);
        assert_eq!(tally, Tally { booked: 1, resource_taken: 7, person_taken: 0 });
    }

    async fn two_who_swap_places_at_once_both_get_an_answer(store: Store) {
        // Each wants what the other has: PostgreSQL may see a deadlock, which must come out as "try again".
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        store.book(ben, &appointment(11, place(DESK, FOUR, 60)), now()).await.unwrap();
        let tasks = [(ada, 10, FOUR), (ben, 11, THREE)].map(|(person, number, wanted)| {
            let store = store.clone();
            async move {
                loop {
                    let mut turn = begin(&store, person, id(100 + number)).await;
                    match turn.move_to(id(number), &place(DESK, wanted, 60), "general").await {
                        Err(StoreError::Retry) => {}
                        Err(error) => return Err(error),
                        Ok(_) => return turn.commit(&record(id(100 + number), "", ""), &json!({})).await,
                    }
                }
            }
        });
        let tally = Tally::of(all_at_once(tasks).await);
        assert_eq!(tally, Tally { booked: 0, resource_taken: 2, person_taken: 0 });
    }
}
