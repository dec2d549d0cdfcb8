//! How long finding the free slots of a busy month takes.

#![expect(clippy::unwrap_used, reason = "a benchmark fails where its set-up does")]

use std::hint::black_box;

use calendar::{Allowed, Busy, Profile, Request, Window, claims, free_slots};
use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use uuid::Uuid;

const RESOURCES: usize = 10;
const BUSY: usize = 1_000;

fn month(criterion: &mut Criterion) {
    let rooms: Vec<String> = (0..RESOURCES).map(|room| format!("\"Room {room}\"")).collect();
    let text = format!(
        "timezone = \"Europe/Berlin\"\n[booking]\nstart_every_minutes = 15\nresources = [{}]",
        rooms.join(", ")
    );
    let profile = Profile::from_toml(&text).unwrap();
    let now: DateTime<Utc> = "2026-10-12T06:00:00Z".parse().unwrap();
    let person = Uuid::from_u128(7);
    // Spread over the month and out of order; every tenth is the person's own.
    let busy: Vec<Busy> = (0..BUSY)
        .map(|index| {
            let start = now + TimeDelta::minutes(5 * ((index as i64 * 7_919) % 8_640));
            let key = if index % RESOURCES == 0 {
                claims::user_key(person)
            } else {
                format!("Room {}", index % RESOURCES)
            };
            Busy { key, window: Window::new(start, start + TimeDelta::minutes(45)), appointment: None }
        })
        .collect();
    let request =
        Request { profile: &profile, service: &profile.services[0], person, busy: &busy, moving: None, now };
    let wanted = [Allowed::Within(Window::new(now, now + TimeDelta::days(30)))];
    criterion.bench_function("a month with 1,000 busy windows", |bencher| {
        bencher.iter(|| free_slots(black_box(&request), black_box(&wanted)));
    });
    let year = [Allowed::Within(Window::new(now, now + TimeDelta::days(365)))];
    criterion.bench_function("a year with 1,000 busy windows", |bencher| {
        bencher.iter(|| free_slots(black_box(&request), black_box(&year)));
    });
    let instant = [Allowed::At(now + TimeDelta::days(3))];
    criterion.bench_function("one start with 1,000 busy windows", |bencher| {
        bencher.iter(|| free_slots(black_box(&request), black_box(&instant)));
    });
}

criterion_group!(benches, month);
criterion_main!(benches);
