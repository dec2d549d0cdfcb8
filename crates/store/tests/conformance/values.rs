//! What goes in comes out, and what cannot be kept is refused by name.

use protocol::AppointmentStatus;
use protocol::limits::MESSAGE_MAX_CHARS;
use serde_json::json;
use store::{AppointmentFilter, NewUser, Store, StoreError};

use crate::support::{DESK, appointment, at, begin, id, now, place, record, user};

on_both! {
    async fn long_past_and_far_future_times_are_kept_and_sorted(store: Store) {
        let ada = user(&store, 1).await;
        let starts = [
            "0001-01-01T00:00:00Z",
            "0999-12-31T22:00:00Z",
            "1582-10-10T12:00:00Z",
            "1900-02-28T23:30:00Z",
            "1969-12-31T23:30:00Z",
            "1970-01-01T01:00:00Z",
            "2026-11-25T15:00:00.123456Z",
            "2100-02-28T23:30:00Z",
            "2101-01-01T00:00:00Z",
            "9999-12-31T22:00:00Z",
        ];
        // Not in their order, so that the database has something to sort.
        for index in [3, 9, 0, 7, 5, 1, 8, 4, 2, 6] {
            let wanted = appointment(1_000 + index as u128, place(DESK, starts[index], 60));
            store.book(ada, &wanted, at("0000-01-01T00:00:00Z")).await.unwrap();
        }
        let own = store.appointments_of(ada).await.unwrap();
        assert_eq!(own.iter().map(|b| b.appointment.start_time).collect::<Vec<_>>(), starts.map(at));
        let filter = AppointmentFilter {
            from: Some(at("1582-10-10T12:00:00Z")),
            until: Some(at("1970-01-01T01:00:00Z")),
            status: Some(AppointmentStatus::Booked),
            ..AppointmentFilter::default()
        };
        let found = store.appointments(&filter).await.unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].booking.appointment.created_at, at("0000-01-01T00:00:00Z"));
    }

    async fn instants_lose_what_is_finer_than_a_microsecond(store: Store) {
        for (number, fine, kept) in [
            (1, "2026-11-23T10:20:00.123456789Z", "2026-11-23T10:20:00.123456Z"),
            (2, "1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999Z"),
        ] {
            let email = format!("{number}@example.org");
            let user = NewUser { id: id(number), email: &email, password_hash: "", created_at: at(fine) };
            assert_eq!(store.create_user(&user).await.unwrap().created_at, at(kept));
            assert_eq!(store.user_by_id(id(number)).await.unwrap().unwrap().created_at, at(kept));
        }
    }

    async fn instants_without_a_four_digit_year_are_refused(store: Store) {
        for year in ["-0001-06-01T00:00:00Z", "+10000-01-01T00:00:00Z"] {
            let user = NewUser { id: id(1), email: "a@x.org", password_hash: "", created_at: at(year) };
            let refused = store.create_user(&user).await;
            assert!(matches!(refused, Err(StoreError::OutOfRange { field: "created_at" })), "{refused:?}");
        }
    }

    async fn every_character_survives(store: Store) {
        let ada = user(&store, 1).await;
        let texts = [
            "👩‍👩‍👧‍👦 at 3pm 🇩🇪, naïve café, Ω, 漢字, עברית, \u{1F9FF}".to_owned(),
            "'; DROP TABLE appointments; -- \" \\ % _ $1 ? {} \t\r\n \u{1} \u{7f} \u{feff} \u{202e}".to_owned(),
            "😀".repeat(MESSAGE_MAX_CHARS),
        ];
        for text in &texts {
            let mut said = record(id(100), text, text);
            said.reply.quick_replies = Some(vec![text.clone()]);
            said.trace = json!({ text.as_str(): [text, 0.1, -1e300, 18_446_744_073_709_551_615_u64, null, true] });
            let state = json!({ "said": text });
            begin(&store, ada, id(100)).await.commit(&said, &state).await.unwrap();
            let turn = store.turns(id(100)).await.unwrap().pop().unwrap();
            assert_eq!((&turn.text, turn.reply, turn.trace), (text, said.reply, said.trace));
            let snapshot = store.session_snapshot(ada, id(100), None).await.unwrap();
            assert_eq!(snapshot.state, Some(state));
        }
        let history = store.history(ada, id(100)).await.unwrap().messages;
        let kept: Vec<_> = history.into_iter().map(|message| message.content).collect();
        assert_eq!(kept, texts.iter().flat_map(|text| [text.clone(), text.clone()]).collect::<Vec<_>>());
    }

    async fn nul_is_refused_and_named(store: Store) {
        let ada = user(&store, 1).await;
        let named = |error: Result<(), StoreError>| match error {
            Err(StoreError::NulCharacter { field }) => field,
            other => panic!("{other:?}"),
        };
        let user = NewUser { id: id(2), email: "a\0@x.org", password_hash: "", created_at: now() };
        assert_eq!(named(store.create_user(&user).await.map(drop)), "email");
        assert_eq!(named(store.user_by_email("\0").await.map(drop)), "email");
        let mut wanted = appointment(10, place(DESK, "2026-11-25T15:00:00Z", 60));
        wanted.name = Some("A\0".to_owned());
        assert_eq!(named(store.book(ada, &wanted, now()).await.map(drop)), "name");
        let snapshot = store.session_snapshot(ada, id(100), Some(("m\0", ""))).await;
        assert_eq!(named(snapshot.map(drop)), "message_id");

        let good = record(id(100), "hi", "Hello.");
        for (field, said, state) in [
            ("message", store::TurnRecord { text: "a\0b".to_owned(), ..good.clone() }, json!({})),
            ("message_id", store::TurnRecord { message_id: Some("\0".to_owned()), ..good.clone() }, json!({})),
            ("trace", store::TurnRecord { trace: json!({ "why": ["\0"] }), ..good.clone() }, json!({})),
            ("reply", record(id(100), "hi", "\0"), json!({})),
            ("metadata", good.clone(), json!({ "name": "\0" })),
        ] {
            let turn = begin(&store, ada, id(100)).await;
            assert_eq!(named(turn.commit(&said, &state).await), field);
        }
        assert_eq!(store.session_owner(id(100)).await.unwrap(), None);
        assert!(store.appointments_of(ada).await.unwrap().is_empty());
    }
}
