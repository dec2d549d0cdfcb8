//! What a request brings along for the logs and traces of the next service. It decides nothing, so it travels beside
//! the message and not in it.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACE_STATE: HeaderName = HeaderName::from_static("tracestate");

tokio::task_local! {
    static CURRENT: PassedOn;
}

/// The headers of a request that calls to other services repeat: its identifier, and the caller's trace context
/// (W3C), if there is one.
#[derive(Clone, Debug, Default)]
pub struct PassedOn(HeaderMap);

impl PassedOn {
    /// What this request brings along, under the identifier that it goes by here.
    #[must_use]
    pub fn of(headers: &HeaderMap, request_id: HeaderValue) -> Self {
        let mut passed_on = HeaderMap::with_capacity(3);
        passed_on.insert(REQUEST_ID, request_id);
        if let Some(parent) = headers.get(TRACE_PARENT).filter(|parent| is_trace_parent(parent)) {
            passed_on.insert(TRACE_PARENT, parent.clone());
            if let Some(state) = headers.get(TRACE_STATE) {
                passed_on.insert(TRACE_STATE, state.clone());
            }
        }
        Self(passed_on)
    }

    /// Does `work` with this at hand for the calls that it makes.
    pub async fn during<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// What the request that is being worked on brought along; nothing outside of one.
    pub(super) fn current() -> HeaderMap {
        CURRENT.try_with(|passed_on| passed_on.0.clone()).unwrap_or_default()
    }
}

/// Version 00: `00-<trace id>-<parent id>-<flags>` in lower-case hexadecimal digits.
fn is_trace_parent(value: &HeaderValue) -> bool {
    let mut parts = value.as_bytes().split(|&byte| byte == b'-');
    let mut hex = |length: usize| {
        parts.next().is_some_and(|part| {
            part.len() == length && part.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
    };
    value.as_bytes().starts_with(b"00-") && hex(2) && hex(32) && hex(16) && hex(2) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::PassedOn;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn passed_on(parent: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", HeaderValue::from_static(parent));
        headers.insert("tracestate", HeaderValue::from_static("vendor=1"));
        headers.insert("cookie", HeaderValue::from_static("secret"));
        PassedOn::of(&headers, HeaderValue::from_static("r-1")).0
    }

    #[test]
    fn identifier_and_trace_go_on_and_nothing_else() {
        let headers = passed_on(PARENT);
        assert_eq!(headers.len(), 3);
        assert_eq!(
            (&headers["x-request-id"], &headers["traceparent"]),
            (&"r-1".parse().unwrap(), &PARENT.parse().unwrap())
        );
    }

    #[test]
    fn what_is_no_trace_context_stays_behind() {
        for wrong in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-x-y-01",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert_eq!(passed_on(wrong).len(), 1, "{wrong}");
        }
    }

    #[tokio::test]
    async fn it_is_at_hand_during_the_work_only() {
        let context = PassedOn::of(&HeaderMap::new(), HeaderValue::from_static("r-1"));
        assert_eq!(context.during(async { PassedOn::current().len() }).await, 1);
        assert!(PassedOn::current().is_empty());
    }
}
