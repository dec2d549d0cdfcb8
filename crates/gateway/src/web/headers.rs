//! Which headers go on, and which stay between two neighbours.

use std::net::IpAddr;

use axum::http::Uri;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::uri::Scheme;

/// Headers that belong to one connection (RFC 9110, 7.6.1), beside those that `Connection` names.
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];
/// What proxies say about the client. Whatever somebody sent, we say it.
const FORWARDED: [HeaderName; 6] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// Takes out what is not for the next connection.
pub(super) fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.iter().chain(&named) {
        headers.remove(name);
    }
}

/// The headers of a request for the gateway.
pub(super) fn of_request(mut headers: HeaderMap, uri: &Uri, client: IpAddr, https: bool) -> HeaderMap {
    drop_hop_by_hop(&mut headers);
    // The body is read before it goes on, and its length is known then.
    headers.remove(header::EXPECT);
    headers.remove(header::CONTENT_LENGTH);
    for name in &FORWARDED {
        headers.remove(name);
    }
    // HTTP/2 says the host in the URI. The gateway compares it with a page's origin.
    if let Some(host) = uri.authority().and_then(|host| host.as_str().parse::<HeaderValue>().ok()) {
        headers.entry(header::HOST).or_insert(host);
    }
    if let Ok(client) = client.to_string().parse() {
        headers.insert("x-forwarded-for", client);
    }
    if let Some(host) = headers.get(header::HOST).cloned() {
        headers.insert("x-forwarded-host", host);
    }
    let scheme = if https { Scheme::HTTPS } else { Scheme::HTTP };
    if let Ok(scheme) = scheme.as_str().parse() {
        headers.insert("x-forwarded-proto", scheme);
    }
    headers
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Uri};

    use super::of_request;

    #[test]
    fn what_others_say_about_the_client_is_replaced() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "gopher"),
            ("forwarded", "for=203.0.113.9"),
            ("x-real-ip", "203.0.113.9"),
            ("connection", "close, X-Odd"),
            ("x-odd", "1"),
            ("upgrade", "h2c"),
            ("host", "book.example.org"),
            ("cookie", "a=b"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        headers.append("x-forwarded-for", "203.0.113.10".parse().unwrap());
        let sent = of_request(headers, &Uri::from_static("/api/chat"), "192.0.2.7".parse().unwrap(), true);
        let mut names: Vec<&str> = sent.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["cookie", "host", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]);
        assert_eq!(sent.get_all("x-forwarded-for").iter().collect::<Vec<_>>(), ["192.0.2.7"]);
        assert_eq!(
            (&sent["host"], &sent["x-forwarded-proto"]),
            (&"book.example.org".parse().unwrap(), &"https".parse().unwrap())
        );
    }

    #[test]
    fn the_host_of_http_2_stands_in_the_uri() {
        let uri = Uri::from_static("http://book.example.org/api/chat");
        let sent = of_request(HeaderMap::new(), &uri, "192.0.2.7".parse().unwrap(), false);
        assert_eq!(sent["host"], "book.example.org");
    }
}
