//! What `/metrics` and `/readyz` tell strangers.

use serde_json::json;

use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn requests_are_counted_by_route_and_nothing_personal_is_shown() {
    let server = Server::start().await;
    let body = json!({"email": "anna@example.org", "password": PASSWORD});
    server.post("/api/auth/signup", &body).send().await.expect(201);
    server.get("/api/secret-of-anna").send().await.expect(404);
    server.get("/api/appointments/7d9f0f5e-0000-4000-8000-000000000000").send().await.expect(401);

    let answer = server.get("/metrics").send().await.expect(200);
    let text = answer.body;
    for line in [
        "frontdesk_http_requests_total{method=\"POST\",route=\"/api/auth/signup\",status=\"201\"} 1",
        "frontdesk_http_requests_total{method=\"GET\",route=\"-\",status=\"404\"} 1",
        "frontdesk_http_requests_total{method=\"GET\",route=\"/api/appointments/{id}\",status=\"401\"} 1",
        "frontdesk_http_request_seconds_count{route=\"/api/auth/signup\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    for personal in ["anna", "7d9f0f5e"] {
        assert!(!text.contains(personal), "{personal} is in\n{text}");
    }
}

#[tokio::test]
async fn who_is_not_ready_says_which_part() {
    let server = Server::start().await;
    assert_eq!(server.get("/readyz").send().await.expect(200).body, "ready\n");
    server.store.close().await;
    let unready = server.get("/readyz").send().await.expect(503);
    assert_eq!(unready.body, "not ready\ndatabase: not ready\nassistant: ready\n");
    assert_eq!(unready.header("retry-after"), Some("1"));
}
