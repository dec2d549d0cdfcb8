//! What `web` keeps from the API behind it, and what it hands on.

use serde_json::json;
use ureq::http::Response;

use crate::stack::Service;

/// `web` before an `api` with SQLite; there is no assistant.
struct Door {
    _directory: tempfile::TempDir,
    _api: Service,
    web: Service,
}

fn door(logins_per_minute: &str) -> Door {
    let directory = tempfile::tempdir().unwrap();
    let api = Service::start(
        "api",
        &[
            ("DATA_DIR", directory.path().to_str().unwrap()),
            ("JWT_SECRET", "a-jwt-secret-for-tests-of-32-bytes-or-more"),
            ("AI_SERVICE_SECRET", "a-service-secret-for-tests-of-32-bytes-or-more"),
            ("AI_SERVICE_URL", "http://127.0.0.1:9"),
            ("RATE_LIMIT_AUTH", logins_per_minute),
            ("TRUSTED_PROXIES", "127.0.0.0/8"),
        ],
    );
    let web = Service::start("web", &[("API_URL", &api.url())]);
    Door { _directory: directory, _api: api, web }
}

fn post(door: &Door, path: &str, headers: &[(&str, &str)]) -> Response<ureq::Body> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.post(format!("{}{path}", door.web.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send_json(json!({"email": "ada@example.org", "password": "correct horse"})).unwrap()
}

#[test]
fn a_browser_is_known_by_its_cookie_and_its_page_by_the_host() {
    let door = door("0");
    let signed_up = post(&door, "/api/auth/signup", &[("origin", &door.web.url())]);
    assert_eq!(signed_up.status(), 201);
    let cookie = signed_up.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let status = |origin: &str| {
        post(&door, "/api/chatbot/token", &[("cookie", &cookie), ("origin", origin)]).status().as_u16()
    };
    assert_eq!(status(&door.web.url()), 200);
    assert_eq!(status("http://evil.example"), 403);
}

#[test]
fn nobody_gets_more_logins_by_naming_another_address() {
    let door = door("3");
    let statuses: Vec<u16> = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"]
        .iter()
        .map(|address| {
            let named =
                [("x-forwarded-for", *address), ("forwarded", "for=203.0.113.9"), ("x-real-ip", address)];
            post(&door, "/api/auth/signup", &named).status().as_u16()
        })
        .collect();
    assert_eq!(statuses, [201, 409, 409, 429]);
}
