//! Nobody is booked twice, whoever is quick.

use std::time::Duration;

use calendar::claims::user_key;
use calendar::{Busy, Window};
use chrono::TimeDelta;
use protocol::AppointmentStatus;
use serde_json::json;
use store::{Clash, Place, Store, StoreError};
use tokio::time::timeout;

use crate::support::{
    DESK, ROOM, Tally, all_at_once, appointment, at, begin, book_in_a_turn, id, now, place, record, user,
};

const THREE: &str = "2026-11-25T15:00:00Z";

/// Everybody's claims around the time that these tests fight for.
async fn claims(store: &Store) -> Vec<Busy> {
    let watcher = user(store, 9_999).await;
    let mut turn = begin(store, watcher, id(9_999)).await;
    let day = Window::new(at("2026-11-25T00:00:00Z"), at("2026-11-26T00:00:00Z"));
    turn.busy(&[DESK.to_owned(), ROOM.to_owned()], day).await.unwrap()
}

on_both! {
    async fn a_booking_is_what_was_asked_for(store: Store) {
        let ada = user(&store, 1).await;
        let mut wanted = appointment(10, place(DESK, THREE, 45));
        wanted.name = Some("Ada 😀".to_owned());
        let mut turn = begin(&store, ada, id(100)).await;
        let receipt = turn.book(&wanted).await.unwrap();
        turn.commit(&record(id(100), "book", "Booked."), &json!({})).await.unwrap();
        let stored = store.appointment_of(ada, id(10)).await.unwrap().unwrap();
        assert_eq!(receipt.booking(), &stored);
        assert_eq!((stored.user_id, stored.resource.as_str(), stored.name.as_deref()), (ada, DESK, Some("Ada 😀")));
        let appointment = stored.appointment;
        assert_eq!((appointment.start_time, appointment.end_time), (at(THREE), at("2026-11-25T15:45:00Z")));
        assert_eq!((appointment.service_type.as_str(), appointment.timezone.as_str()), ("general", "Europe/Berlin"));
        assert_eq!((appointment.status, appointment.created_at), (AppointmentStatus::Booked, now()));
    }

    async fn of_32_who_want_one_slot_at_once_one_gets_it(store: Store) {
        let mut tasks = Vec::new();
        for number in 1..=32 {
            let person = user(&store, number).await;
            let store = store.clone();
            tasks.push(async move {
                let wanted = appointment(1_000 + number, place(DESK, THREE, 60));
                book_in_a_turn(&store, person, id(100 + number), &wanted).await
            });
        }
        let tally = Tally::of(all_at_once(tasks).await);
        assert_eq!(tally, Tally { booked: 1, resource_taken: 31, person_taken: 0 });
        assert_eq!(store.appointments(&Default::default()).await.unwrap().len(), 1);
        assert_eq!(claims(&store).await.len(), 1);
    }

    async fn of_overlapping_slots_of_different_lengths_one_is_booked(store: Store) {
        // All of them hold 15:00 to 15:05, however early they begin and late they end.
        let mut tasks = Vec::new();
        for number in 1..=32_i64 {
            let person = user(&store, number.unsigned_abs().into()).await;
            let store = store.clone();
            tasks.push(async move {
                let early = TimeDelta::minutes(5 * (number % 8));
                let mut wanted = place(DESK, THREE, 5 * (1 + number % 5));
                wanted.slot.start -= early;
                let number = u128::from(number.unsigned_abs());
                book_in_a_turn(&store, person, id(100 + number), &appointment(1_000 + number, wanted)).await
            });
        }
        let tally = Tally::of(all_at_once(tasks).await);
        assert_eq!(tally, Tally { booked: 1, resource_taken: 31, person_taken: 0 });
    }

    async fn one_person_is_not_booked_on_two_resources_at_once(store: Store) {
        let ada = user(&store, 1).await;
        let tasks = (0..8).map(|number| {
            let store = store.clone();
            async move {
                let resource = if number % 2 == 0 { DESK } else { ROOM };
                // In different conversations, since turns of one conversation wait for each other anyway.
                let wanted = appointment(1_000 + number, place(resource, THREE, 60));
                book_in_a_turn(&store, ada, id(100 + number), &wanted).await
            }
        });
        let tally = Tally::of(all_at_once(tasks).await);
        assert_eq!(tally, Tally { booked: 1, resource_taken: 0, person_taken: 7 });
        assert_eq!(store.appointments_of(ada).await.unwrap().len(), 1);
    }

    async fn without_conversations_the_same_holds(store: Store) {
        let mut tasks = Vec::new();
        for number in 1..=16 {
            let person = user(&store, number).await;
            let store = store.clone();
            tasks.push(async move {
                let wanted = appointment(1_000 + number, place(DESK, THREE, 60));
                store.book(person, &wanted, now()).await.map(drop)
            });
        }
        let tally = Tally::of(all_at_once(tasks).await);
        assert_eq!(tally, Tally { booked: 1, resource_taken: 15, person_taken: 0 });
        let nobody = store.book(id(77), &appointment(77, place(DESK, THREE, 60)), now()).await;
        assert!(matches!(nobody, Err(StoreError::UnknownUser)), "{nobody:?}");
    }

    async fn appointments_may_touch(store: Store) {
        let ada = user(&store, 1).await;
        for (number, start) in [(10, "2026-11-25T14:00:00Z"), (11, THREE), (12, "2026-11-25T16:00:00Z")] {
            store.book(ada, &appointment(number, place(DESK, start, 60)), now()).await.unwrap();
        }
    }

    async fn a_buffer_holds_the_resource_and_not_the_person(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        let buffered = Place { buffer: TimeDelta::minutes(30), ..place(DESK, THREE, 60) };
        store.book(ada, &appointment(10, buffered), now()).await.unwrap();
        let in_the_buffer = |resource| place(resource, "2026-11-25T16:15:00Z", 60);
        let refused = store.book(ben, &appointment(11, in_the_buffer(DESK)), now()).await;
        assert!(matches!(refused, Err(StoreError::SlotTaken(Clash::Resource))), "{refused:?}");
        store.book(ada, &appointment(12, in_the_buffer(ROOM)), now()).await.unwrap();
        let found = claims(&store).await;
        let desk: Vec<_> = found.iter().filter(|busy| busy.key == DESK).collect();
        let [busy] = desk.as_slice() else { panic!("{found:?}") };
        assert_eq!(busy.window, Window::new(at(THREE), at("2026-11-25T16:30:00Z")));
        assert_eq!(busy.appointment, Some(id(10)));
    }

    async fn a_person_sees_their_own_claims_and_no_others(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        store.book(ben, &appointment(11, place(ROOM, THREE, 60)), now()).await.unwrap();
        let mut turn = begin(&store, ada, id(100)).await;
        let hour = Window::new(at(THREE), at("2026-11-25T16:00:00Z"));
        let keys = |found: Vec<Busy>| found.into_iter().map(|busy| busy.key).collect::<Vec<_>>();
        assert_eq!(keys(turn.busy(&[DESK.to_owned()], hour).await.unwrap()), [DESK.to_owned(), user_key(ada)]);
        assert_eq!(keys(turn.busy(&[], hour).await.unwrap()), [user_key(ada)]);
        // What reaches into the window from before counts, and is given as a whole.
        let half = Window::new(at("2026-11-25T15:30:00Z"), at("2026-11-25T23:00:00Z"));
        let reaching_in = turn.busy(&[], half).await.unwrap();
        assert_eq!((reaching_in.len(), reaching_in[0].window), (1, hour));
        let before = Window::new(at("2026-11-25T09:00:00Z"), at("2026-11-25T15:05:00Z"));
        assert_eq!(turn.busy(&[], before).await.unwrap(), reaching_in);
        let empty = Window::new(at("2026-11-25T15:30:00Z"), at("2026-11-25T15:30:00Z"));
        assert_eq!(turn.busy(&[DESK.to_owned()], empty).await.unwrap(), []);
        let later = Window::new(at("2026-11-25T16:00:00Z"), at("2026-11-25T23:00:00Z"));
        assert_eq!(turn.busy(&[DESK.to_owned()], later).await.unwrap(), []);
    }

    async fn a_lost_race_leaves_nothing_and_ends_the_turn(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        store.book(ada, &appointment(10, place(DESK, THREE, 60)), now()).await.unwrap();
        let mut turn = begin(&store, ben, id(100)).await;
        let refused = turn.book(&appointment(11, place(DESK, "2026-11-25T14:30:00Z", 60))).await;
        assert!(matches!(refused, Err(StoreError::SlotTaken(Clash::Resource))), "{refused:?}");
        let commit = turn.commit(&record(id(100), "book", "Booked."), &json!({})).await;
        assert!(matches!(commit, Err(StoreError::Over)), "{commit:?}");
        assert!(store.appointments_of(ben).await.unwrap().is_empty());
        assert_eq!(store.session_owner(id(100)).await.unwrap(), None);
        // Not even the half hour that was free is held.
        store.book(ben, &appointment(12, place(DESK, "2026-11-25T14:30:00Z", 30)), now()).await.unwrap();
    }

    async fn a_turn_that_is_dropped_leaves_nothing(store: Store) {
        let ada = user(&store, 1).await;
        let mut turn = begin(&store, ada, id(100)).await;
        turn.book(&appointment(10, place(DESK, THREE, 60))).await.unwrap();
        drop(turn);
        book_in_a_turn(&store, ada, id(101), &appointment(11, place(DESK, THREE, 60))).await.unwrap();
        assert_eq!(store.appointments_of(ada).await.unwrap().len(), 1);
        assert_eq!(store.session_owner(id(100)).await.unwrap(), None);
    }

    async fn a_turn_given_up_midway_holds_nothing_up(store: Store) {
        // A client that hangs up drops the turn wherever it happens to be.
        let ada = user(&store, 1).await;
        for number in 0..16 {
            let wanted = appointment(1_000 + number, place(DESK, THREE, 60));
            let patience = Duration::from_micros(400 * u64::try_from(number).unwrap());
            let given_up = timeout(patience, book_in_a_turn(&store, ada, id(100), &wanted)).await.is_err();
            // What was given up may still be committing: the next turn begins when that is over.
            drop(begin(&store, ada, id(101)).await);
            let written = store.appointments_of(ada).await.unwrap();
            let turns = store.turns(id(100)).await.unwrap();
            assert_eq!(written.len(), turns.len());
            if !given_up {
                break;
            }
        }
        let free = appointment(2_000, place(DESK, "2026-11-25T16:00:00Z", 60));
        book_in_a_turn(&store, ada, id(100), &free).await.unwrap();
    }
}
