//! An appointment as a file for calendars.

use uuid::Uuid;

use crate::support::Server;

const ONE: Uuid = Uuid::from_u128(1);

fn line<'t>(text: &'t str, name: &str) -> &'t str {
    text.split("\r\n").find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}: {text}"))
}

#[tokio::test]
async fn an_own_appointment_is_a_file() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    // An hour before Berlin's clocks go back: 02:30 comes twice that night, UTC once.
    server.book("ada@example.org", ONE, "2027-10-31T00:30:00Z".parse().unwrap()).await;
    let path = format!("/api/appointments/{ONE}.ics");
    let answer = server.get(&path).bearer(&jwt).send().await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    let file_name = format!("attachment; filename=\"appointment-{ONE}.ics\"");
    assert_eq!(answer.header("content-disposition"), Some(file_name.as_str()));
    assert_eq!(line(&answer.body, "DTSTART:"), "20271031T003000Z");
    assert_eq!(line(&answer.body, "DTEND:"), "20271031T013000Z");
    assert_eq!(line(&answer.body, "UID:"), ONE.to_string());
    assert_eq!(line(&answer.body, "STATUS:"), "CONFIRMED");
    let again = server.get(&path).bearer(&jwt).send().await.expect(200);
    assert_eq!(again.body, answer.body);

    let later = server.at(crate::support::now() + chrono::TimeDelta::seconds(90));
    later.delete(&format!("/api/appointments/{ONE}")).bearer(&jwt).send().await.expect(200);
    let cancelled = server.get(&path).bearer(&jwt).send().await.expect(200);
    assert_eq!(line(&cancelled.body, "UID:"), ONE.to_string());
    assert_eq!(line(&cancelled.body, "STATUS:"), "CANCELLED");
    assert_eq!((line(&answer.body, "SEQUENCE:"), line(&cancelled.body, "SEQUENCE:")), ("0", "90"));
}

#[tokio::test]
async fn others_have_no_such_file() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let eve = server.person("eve@example.org").await;
    server.book("ada@example.org", ONE, "2026-11-25T15:00:00Z".parse().unwrap()).await;
    let path = format!("/api/appointments/{ONE}.ics");
    server.get(&path).bearer(&eve).send().await.expect_error(404, "not_found", None);
    server.get(&path).send().await.expect_error(401, "unauthorized", None);
    for unknown in [format!("{}.ics", Uuid::from_u128(2)), "one.ics".to_owned(), ".ics".to_owned()] {
        let answer = server.get(&format!("/api/appointments/{unknown}")).bearer(&jwt).send().await;
        answer.expect_error(404, "not_found", None);
    }
    let bare = server.get(&format!("/api/appointments/{ONE}")).bearer(&jwt).send().await;
    assert_eq!(bare.expect_error(405, "method_not_allowed", None).header("allow"), Some("DELETE"));
}
