//! Times that nobody can book: by schema, whatever is booked, given up or forced meanwhile.

use calendar::Window;
use serde_json::json;
use store::{Clash, NewAuditEntry, NewBlock, Store, StoreError};
use uuid::Uuid;

use crate::support::{DESK, ROOM, appointment, at, id, now, place, user};

fn day(from: &str, to: &str) -> Window {
    Window::new(at(&format!("2026-11-25T{from}:00Z")), at(&format!("2026-11-25T{to}:00Z")))
}

fn entry(number: u128) -> NewAuditEntry {
    NewAuditEntry {
        id: id(number),
        ts: now(),
        actor: "tester".to_owned(),
        action: "test",
        subject: id(number).to_string(),
        detail: json!({}),
    }
}

async fn block(store: &Store, number: u128, resource: Option<&str>, window: Window) -> Uuid {
    let new = NewBlock { id: id(number), resource: resource.map(str::to_owned), window, reason: None };
    let resources = [DESK.to_owned(), ROOM.to_owned()];
    store.add_block(&new, &resources, &entry(number)).await.unwrap().id
}

async fn book(
    store: &Store,
    person: Uuid,
    number: u128,
    resource: &str,
    from: &str,
) -> Result<(), StoreError> {
    let new = appointment(number, place(resource, &format!("2026-11-25T{from}:00Z"), 60));
    store.book(person, &new, now()).await.map(drop)
}

fn is_taken(result: &Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::SlotTaken(Clash::Resource)))
}

/// What is taken of the resource on the day, joined.
async fn taken(store: &Store, resource: &str) -> Vec<Window> {
    let busy = store.busy(&[resource.to_owned()], Uuid::max(), day("00:00", "23:00")).await.unwrap();
    Window::union(busy.into_iter().map(|busy| busy.window).collect())
}

on_both! {
    async fn a_blocked_time_cannot_be_booked(store: Store) {
        let ada = user(&store, 1).await;
        block(&store, 50, Some(DESK), day("09:00", "12:00")).await;
        assert!(is_taken(&book(&store, ada, 10, DESK, "10:00").await));
        assert!(is_taken(&book(&store, ada, 10, DESK, "08:05").await));
        book(&store, ada, 10, ROOM, "10:00").await.unwrap();
        book(&store, ada, 11, DESK, "12:00").await.unwrap();
        let busy = store.busy(&[DESK.to_owned()], Uuid::max(), day("09:00", "10:00")).await.unwrap();
        assert_eq!(busy.len(), 1);
        assert_eq!((busy[0].window, busy[0].appointment), (day("09:00", "12:00"), None));
        assert_eq!(store.audit(10).await.unwrap()[0].subject, id(50).to_string());
    }

    async fn what_an_appointment_gives_up_is_blocked(store: Store) {
        let (ada, bob, eve) = (user(&store, 1).await, user(&store, 2).await, user(&store, 3).await);
        book(&store, ada, 10, DESK, "09:00").await.unwrap();
        book(&store, bob, 11, DESK, "10:00").await.unwrap();
        book(&store, eve, 12, DESK, "11:00").await.unwrap();
        let blocked = block(&store, 50, None, day("08:00", "13:00")).await;
        assert_eq!(store.appointments_of(ada).await.unwrap()[0].resource, DESK);

        store.cancel(None, id(10), now()).await.unwrap();
        let mut turn = crate::support::begin(&store, bob, id(90)).await;
        let later = place(DESK, "2026-11-25T15:00:00Z", 60);
        turn.move_to(id(11), &later, "general").await.unwrap();
        turn.commit(&crate::support::record(id(90), "move", "Moved."), &json!({})).await.unwrap();
        store.delete_user(eve).await.unwrap();

        for from in ["08:00", "09:00", "10:00", "11:00", "12:00"] {
            assert!(is_taken(&book(&store, ada, 20, DESK, from).await), "{from}");
        }
        assert_eq!(taken(&store, DESK).await, [day("08:00", "13:00"), day("15:00", "16:00")]);
        store.remove_block(blocked, &entry(60)).await.unwrap();
        book(&store, ada, 20, DESK, "10:00").await.unwrap();
        assert_eq!(taken(&store, DESK).await, [day("10:00", "11:00"), day("15:00", "16:00")]);
        assert!(matches!(store.remove_block(blocked, &entry(61)).await, Err(StoreError::NotFound)));
    }

    async fn an_appointment_in_a_block_may_become_shorter(store: Store) {
        let ada = user(&store, 1).await;
        book(&store, ada, 10, DESK, "10:00").await.unwrap();
        block(&store, 50, Some(DESK), day("09:00", "12:00")).await;
        let mut turn = crate::support::begin(&store, ada, id(90)).await;
        turn.move_to(id(10), &place(DESK, "2026-11-25T10:00:00Z", 30), "short").await.unwrap();
        turn.commit(&crate::support::record(id(90), "move", "Moved."), &json!({})).await.unwrap();
        assert_eq!(taken(&store, DESK).await, [day("09:00", "12:00")]);
        store.cancel(None, id(10), now()).await.unwrap();
        assert_eq!(taken(&store, DESK).await, [day("09:00", "12:00")]);
    }

    async fn where_two_blocks_lie_one_remains(store: Store) {
        let ada = user(&store, 1).await;
        let first = block(&store, 50, Some(DESK), day("09:00", "12:00")).await;
        block(&store, 51, None, day("11:00", "14:00")).await;
        assert_eq!(taken(&store, DESK).await, [day("09:00", "14:00")]);
        store.remove_block(first, &entry(60)).await.unwrap();
        assert_eq!(taken(&store, DESK).await, [day("11:00", "14:00")]);
        assert_eq!(taken(&store, ROOM).await, [day("11:00", "14:00")]);
        book(&store, ada, 10, DESK, "10:00").await.unwrap();
        let listed = store.blocks(at("2026-11-25T14:00:00Z")).await.unwrap();
        assert!(listed.is_empty(), "{listed:?}");
        assert_eq!(store.blocks(now()).await.unwrap().len(), 1);
    }

    async fn the_operator_may_book_in_a_block_but_not_over_an_appointment(store: Store) {
        let (ada, bob) = (user(&store, 1).await, user(&store, 2).await);
        block(&store, 50, Some(DESK), day("09:00", "12:00")).await;
        let new = appointment(10, place(DESK, "2026-11-25T10:00:00Z", 60));
        store.book_despite_blocks(ada, &new, &entry(60)).await.unwrap();
        let over = appointment(11, place(DESK, "2026-11-25T10:30:00Z", 60));
        let refused = store.book_despite_blocks(bob, &over, &entry(61)).await.map(drop);
        assert!(is_taken(&refused), "{refused:?}");
        assert!(is_taken(&book(&store, bob, 12, DESK, "09:00").await));
        assert!(is_taken(&book(&store, bob, 12, DESK, "11:00").await));
        // What was refused was not noted.
        let noted: Vec<_> = store.audit(10).await.unwrap().into_iter().map(|entry| entry.subject).collect();
        assert_eq!(noted.len(), 2, "{noted:?}");
        store.cancel(None, id(10), now()).await.unwrap();
        assert!(is_taken(&book(&store, bob, 12, DESK, "10:00").await));
    }

    async fn a_block_of_everything_holds_for_new_resources(store: Store) {
        let ada = user(&store, 1).await;
        block(&store, 50, None, day("09:00", "12:00")).await;
        block(&store, 51, Some(DESK), day("13:00", "14:00")).await;
        let grown = [DESK.to_owned(), "annex".to_owned()];
        book(&store, ada, 9, "annex", "11:00").await.unwrap();
        for _ in 0..2 {
            store.extend_blocks(&grown, now()).await.unwrap();
        }
        assert!(is_taken(&book(&store, ada, 10, "annex", "09:00").await));
        book(&store, ada, 11, "annex", "13:00").await.unwrap();
        store.cancel(None, id(9), now()).await.unwrap();
        assert!(is_taken(&book(&store, ada, 12, "annex", "11:00").await));
    }

    async fn no_cell_of_a_block_is_lost_in_a_race(store: Store) {
        for round in 0..8_u128 {
            let base = 1_000 * (round + 1);
            let person = user(&store, base).await;
            let resource = format!("room {round}");
            book(&store, person, base, &resource, "10:00").await.unwrap();
            let new = NewBlock {
                id: id(base + 1),
                resource: Some(resource.clone()),
                window: day("09:00", "12:00"),
                reason: None,
            };
            let (one, other) = (store.clone(), store.clone());
            let cancel = tokio::spawn(async move { one.cancel(None, id(base), now()).await.map(drop) });
            let block = tokio::spawn(async move { other.add_block(&new, &[], &entry(base + 2)).await.map(drop) });
            let (cancelled, blocked) = (cancel.await.unwrap(), block.await.unwrap());
            assert!(cancelled.is_ok() && blocked.is_ok(), "{cancelled:?} {blocked:?}");
            assert_eq!(taken(&store, &resource).await, [day("09:00", "12:00")], "round {round}");
        }
    }
}
