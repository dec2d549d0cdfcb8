//! What the owner and the operator see.

use protocol::AppointmentStatus;
use serde_json::json;
use store::{AppointmentFilter, Store};

use crate::support::{DESK, ROOM, appointment, at, begin, id, now, place, record, user};

async fn three_appointments(store: &Store) {
    let (ada, ben) = (user(store, 1).await, user(store, 2).await);
    for (person, number, resource, start) in [
        (ada, 10, DESK, "2026-11-25T15:00:00Z"),
        (ben, 11, ROOM, "2026-11-24T09:00:00Z"),
        (ada, 12, ROOM, "2026-12-01T09:00:00Z"),
    ] {
        store.book(person, &appointment(number, place(resource, start, 60)), now()).await.unwrap();
    }
    store.cancel(Some(ada), id(12), now()).await.unwrap();
}

async fn found(store: &Store, filter: AppointmentFilter) -> Vec<u128> {
    let list = store.appointments(&filter).await.unwrap();
    list.into_iter().map(|listed| listed.booking.appointment.id.as_u128()).collect()
}

on_both! {
    async fn a_person_sees_their_own_in_order_cancelled_ones_too(store: Store) {
        three_appointments(&store).await;
        let own = store.appointments_of(id(1)).await.unwrap();
        let ids: Vec<_> = own.iter().map(|booking| booking.appointment.id).collect();
        assert_eq!(ids, [id(10), id(12)]);
        assert_eq!(own[1].appointment.status, AppointmentStatus::Cancelled);
        assert_eq!(store.appointment_of(id(2), id(10)).await.unwrap(), None);
        assert!(store.appointment_of(id(1), id(10)).await.unwrap().is_some());
        assert!(store.appointments_of(id(3)).await.unwrap().is_empty());
    }

    async fn the_operator_filters(store: Store) {
        three_appointments(&store).await;
        let all = AppointmentFilter::default;
        let wednesday = at("2026-11-25T15:00:00Z");
        assert_eq!(found(&store, all()).await, [11, 10, 12]);
        let ada = Some(" Person1@Example.org".to_owned());
        assert_eq!(found(&store, AppointmentFilter { user_email: ada.clone(), ..all() }).await, [10, 12]);
        assert_eq!(found(&store, AppointmentFilter { from: Some(wednesday), ..all() }).await, [10, 12]);
        assert_eq!(found(&store, AppointmentFilter { until: Some(wednesday), ..all() }).await, [11]);
        let booked = Some(AppointmentStatus::Booked);
        assert_eq!(found(&store, AppointmentFilter { status: booked, ..all() }).await, [11, 10]);
        let everything = AppointmentFilter { user_email: ada, from: Some(wednesday), until: None, status: booked };
        assert_eq!(found(&store, everything).await, [10]);
        let nobody = Some("nobody@example.org".to_owned());
        assert_eq!(found(&store, AppointmentFilter { user_email: nobody, ..all() }).await, []);
    }

    async fn the_operator_sees_whose_it_is(store: Store) {
        three_appointments(&store).await;
        let listed = store.appointment(id(11)).await.unwrap().unwrap();
        assert_eq!((listed.user_email.as_str(), listed.booking.resource.as_str()), ("person2@example.org", ROOM));
        assert_eq!(store.appointment(id(99)).await.unwrap(), None);
    }

    async fn sessions_are_listed_latest_first(store: Store) {
        let ada = user(&store, 1).await;
        for (session, when) in [(100, "2026-11-23T08:00:00Z"), (101, "2026-11-23T10:00:00Z"), (102, "2026-11-23T09:00:00Z")] {
            let turn = store.begin_turn(ada, id(session), at(when)).await.unwrap();
            turn.commit(&record(id(session), "hi", "Hello."), &json!({})).await.unwrap();
        }
        let list = store.sessions(10).await.unwrap();
        assert_eq!(list.iter().map(|session| session.id).collect::<Vec<_>>(), [id(101), id(102), id(100)]);
        assert_eq!(store.sessions(1).await.unwrap().len(), 1);
        assert!(store.sessions_handed_off(10).await.unwrap().is_empty());
        drop(begin(&store, ada, id(103)).await);
        assert_eq!(store.sessions(10).await.unwrap().len(), 3);
    }
}
