//! Accounts.

use chrono::TimeDelta;
use store::{NewLogin, NewUser, Store, StoreError};
use uuid::Uuid;

use crate::support::{DESK, all_at_once, appointment, at, book_in_a_turn, id, now, place, user};

fn new(number: u128, email: &str) -> NewUser<'_> {
    NewUser { id: id(number), email, password_hash: "$argon2id$v=19$…", created_at: now() }
}

/// A login of 24 hours from now on.
fn login_of(number: u128, user_id: Uuid) -> NewLogin {
    NewLogin { id: id(number), user_id, created_at: now(), expires_at: now() + TimeDelta::hours(24) }
}

on_both! {
    async fn an_account_is_found_by_its_address_in_any_spelling(store: Store) {
        let made = store.create_user(&new(1, "  Ada.Lovelace@Example.ORG ")).await.unwrap();
        assert_eq!((made.id, made.email.as_str()), (id(1), "ada.lovelace@example.org"));
        assert_eq!(store.user_by_email("ADA.lovelace@example.org\t").await.unwrap(), Some(made.clone()));
        assert_eq!(store.user_by_id(id(1)).await.unwrap(), Some(made));
        assert_eq!(store.user_by_email("ada@example.org").await.unwrap(), None);
        assert_eq!(store.user_by_id(id(2)).await.unwrap(), None);
    }

    async fn an_address_belongs_to_one_account(store: Store) {
        store.create_user(&new(1, "ada@example.org")).await.unwrap();
        let again = store.create_user(&new(2, "ADA@example.org")).await;
        assert!(matches!(again, Err(StoreError::EmailTaken)), "{again:?}");
        assert_eq!(store.users().await.unwrap().len(), 1);
    }

    async fn of_many_who_want_one_address_at_once_one_gets_it(store: Store) {
        let tasks = (1..=16).map(|number| {
            let store = store.clone();
            async move { store.create_user(&new(number, "ada@example.org")).await.map(drop) }
        });
        let results = all_at_once(tasks).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert_eq!(
            results.iter().filter(|result| matches!(result, Err(StoreError::EmailTaken))).count(),
            15
        );
    }

    async fn accounts_are_listed_by_address(store: Store) {
        // Where a dictionary and the bytes disagree, the bytes decide, in both databases.
        for (number, email) in [(1, "zoe@x.org"), (2, "émile@x.org"), (3, "a_b@x.org"), (4, "a-b@x.org"), (5, "ab@x.org")] {
            store.create_user(&new(number, email)).await.unwrap();
        }
        let emails: Vec<String> = store.users().await.unwrap().into_iter().map(|user| user.email).collect();
        assert_eq!(emails, ["a-b@x.org", "a_b@x.org", "ab@x.org", "zoe@x.org", "émile@x.org"]);
    }

    async fn a_password_can_be_replaced(store: Store) {
        user(&store, 1).await;
        store.set_password_hash(id(1), "$argon2id$new", None).await.unwrap();
        assert_eq!(store.user_by_id(id(1)).await.unwrap().unwrap().password_hash, "$argon2id$new");
        let nobody = store.set_password_hash(id(2), "$argon2id$new", None).await;
        assert!(matches!(nobody, Err(StoreError::UnknownUser)), "{nobody:?}");
    }

    async fn a_login_stands_until_it_is_ended(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        for (login, user) in [(70, ada), (71, ada), (72, ada), (73, ben)] {
            store.log_in(&login_of(login, user)).await.unwrap();
        }
        let standing = async |user| {
            let mut standing = Vec::new();
            for login in 70..76 {
                if store.is_logged_in(user, id(login)).await.unwrap() {
                    standing.push(login);
                }
            }
            standing
        };
        assert_eq!((standing(ada).await, standing(ben).await), (vec![70, 71, 72], vec![73]));
        // Nobody ends another person's.
        store.log_out(ada, id(73)).await.unwrap();
        store.log_out(ada, id(70)).await.unwrap();
        store.log_out(ada, id(70)).await.unwrap();
        assert_eq!((standing(ada).await, standing(ben).await), (vec![71, 72], vec![73]));
        // A new password ends all others.
        store.set_password_hash(ada, "$argon2id$new", Some(id(72))).await.unwrap();
        assert_eq!((standing(ada).await, standing(ben).await), (vec![72], vec![73]));
        store.set_password_hash(ada, "$argon2id$newer", None).await.unwrap();
        assert_eq!((standing(ada).await, standing(ben).await), (vec![], vec![73]));
        store.delete_user(ben).await.unwrap();
        assert_eq!(standing(ben).await, []);
        assert!(matches!(store.log_in(&login_of(74, ben)).await, Err(StoreError::UnknownUser)));
    }

    async fn logins_that_are_over_are_forgotten_at_the_next(store: Store) {
        let ada = user(&store, 1).await;
        store.log_in(&login_of(70, ada)).await.unwrap();
        let later = NewLogin { created_at: now() + TimeDelta::hours(23), ..login_of(71, ada) };
        store.log_in(&later).await.unwrap();
        assert!(store.is_logged_in(ada, id(70)).await.unwrap());
        let created_at = now() + TimeDelta::hours(24);
        let next = NewLogin { id: id(72), created_at, expires_at: created_at + TimeDelta::hours(24), ..later };
        store.log_in(&next).await.unwrap();
        for (login, stands) in [(70, false), (71, false), (72, true)] {
            assert_eq!(store.is_logged_in(ada, id(login)).await.unwrap(), stands, "{login}");
        }
    }

    async fn deleting_an_account_deletes_what_is_theirs_and_frees_their_times(store: Store) {
        let (ada, ben) = (user(&store, 1).await, user(&store, 2).await);
        let wanted = || place(DESK, "2026-11-25T15:00:00Z", 60);
        book_in_a_turn(&store, ada, id(100), &appointment(10, wanted())).await.unwrap();
        store.delete_user(ada).await.unwrap();
        assert_eq!(store.appointment(id(10)).await.unwrap(), None);
        assert_eq!(store.session_owner(id(100)).await.unwrap(), None);
        assert!(store.turns(id(100)).await.unwrap().is_empty());
        book_in_a_turn(&store, ben, id(101), &appointment(11, wanted())).await.unwrap();
        assert!(matches!(store.delete_user(ada).await, Err(StoreError::UnknownUser)));
        assert!(matches!(store.begin_turn(ada, id(102), now()).await, Err(StoreError::UnknownUser)));
    }

    async fn an_account_made_long_ago_keeps_its_time(store: Store) {
        let created_at = at("1969-07-20T20:17:40.123456Z");
        store.create_user(&NewUser { created_at, ..new(1, "neil@example.org") }).await.unwrap();
        assert_eq!(store.user_by_id(id(1)).await.unwrap().unwrap().created_at, created_at);
    }
}
