//! Which site a request of a browser came from.
//!
//! A cookie travels with requests that other sites cause, so unsafe requests that rely on one (and those that set
//! one) must come from our own pages. Browsers say where a request comes from, in `Sec-Fetch-Site` and `Origin`;
//! programs say neither and carry no foreign cookies.

use std::str::FromStr;

use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderMap, HeaderName, Method, header};

use crate::config::ConfigError;
use crate::error::ApiError;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The address that people type: `http://` or `https://`, a host, perhaps a port, and no path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicUrl(Origin);

impl PublicUrl {
    /// Whether people reach the site over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.https
    }
}

impl FromStr for PublicUrl {
    type Err = ConfigError;

    fn from_str(url: &str) -> Result<Self, ConfigError> {
        let wrong = || ConfigError::PublicUrl(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        let origin = Origin::of(&uri).filter(|_| bare).ok_or_else(wrong)?;
        Ok(Self(origin))
    }
}

impl std::fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.0.https { "https" } else { "http" };
        let default_port = if self.0.https { 443 } else { 80 };
        write!(f, "{scheme}://{}", self.0.host)?;
        if self.0.port == default_port { Ok(()) } else { write!(f, ":{}", self.0.port) }
    }
}

/// Scheme, host and port (RFC 6454), with the default port filled in.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Origin {
    https: bool,
    host: String,
    port: u16,
}

impl Origin {
    fn of(uri: &Uri) -> Option<Self> {
        let https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Self::at(https, uri.authority()?)
    }

    fn at(https: bool, authority: &Authority) -> Option<Self> {
        let host = authority.host();
        let port = match authority.port() {
            Some(port) => port.as_u16(),
            // What is neither host nor port (a user's name, a port out of range) belongs to no origin.
            None if host.len() != authority.as_str().len() => return None,
            None if https => 443,
            None => 80,
        };
        let has_user = authority.as_str().contains('@');
        (!host.is_empty() && !has_user).then(|| Self { https, host: host.to_ascii_lowercase(), port })
    }
}

/// Refuses an unsafe request that a page of another site caused.
///
/// # Errors
/// 403, without saying more: its sender is a browser that was tricked.
pub(crate) fn refuse_other_sites(
    method: &Method,
    headers: &HeaderMap,
    public_url: Option<&PublicUrl>,
) -> Result<(), ApiError> {
    let allowed = method.is_safe()
        || match (headers.get(SEC_FETCH_SITE), headers.get(header::ORIGIN)) {
            // `none`: the person's own doing, as typing an address is.
            (Some(site), _) => matches!(site.as_bytes(), b"same-origin" | b"none"),
            (None, Some(origin)) => origin.to_str().is_ok_and(|origin| is_ours(origin, headers, public_url)),
            (None, None) => true,
        };
    if allowed { Ok(()) } else { Err(ApiError::Forbidden("This request came from another site.")) }
}

fn is_ours(origin: &str, headers: &HeaderMap, public_url: Option<&PublicUrl>) -> bool {
    let Some(origin) = origin.parse().ok().as_ref().and_then(Origin::of) else { return false };
    if let Some(PublicUrl(ours)) = public_url {
        return origin == *ours;
    }
    // Without a PUBLIC_URL we do not know our scheme, only the host that was asked for.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host: Option<Authority> = host.and_then(|host| host.parse().ok());
    host.and_then(|host| Origin::at(origin.https, &host)) == Some(origin)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::{PublicUrl, refuse_other_sites};

    fn allowed(headers: &[(&'static str, &'static str)], public_url: Option<&str>) -> bool {
        let url = public_url.map(|url| url.parse::<PublicUrl>().unwrap());
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        assert!(refuse_other_sites(&Method::GET, &headers, url.as_ref()).is_ok());
        refuse_other_sites(&Method::POST, &headers, url.as_ref()).is_ok()
    }

    #[test]
    fn a_public_url_is_a_bare_origin() {
        for right in ["https://book.example.org", "http://localhost:8080/", "https://[::1]:8443"] {
            assert!(right.parse::<PublicUrl>().is_ok(), "{right}");
        }
        for wrong in [
            "book.example.org",
            "ftp://a",
            "https://a/b",
            "https://a?b",
            "https://u@a",
            "",
            "https://a:99999",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
        let url: PublicUrl = "HTTPS://Book.Example.org:443/".parse().unwrap();
        assert_eq!((url.to_string().as_str(), url.is_https()), ("https://book.example.org", true));
    }

    #[test]
    fn browsers_say_where_they_come_from() {
        assert!(allowed(&[("sec-fetch-site", "same-origin")], None));
        assert!(allowed(&[("sec-fetch-site", "none")], None));
        assert!(!allowed(&[("sec-fetch-site", "same-site")], None));
        assert!(!allowed(&[("sec-fetch-site", "cross-site"), ("origin", "http://a"), ("host", "a")], None));
        assert!(allowed(&[("host", "a")], None), "a program");
    }

    #[test]
    fn an_origin_must_be_the_public_one_or_the_host() {
        let public = Some("https://book.example.org");
        assert!(allowed(&[("origin", "https://book.example.org"), ("host", "inside:8080")], public));
        assert!(!allowed(&[("origin", "http://book.example.org")], public));
        assert!(!allowed(&[("origin", "https://book.example.org.evil.example")], public));
        assert!(!allowed(&[("origin", "null")], public));
        assert!(allowed(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")], None));
        assert!(allowed(&[("origin", "https://a"), ("host", "a:443")], None));
        assert!(!allowed(&[("origin", "http://localhost:8081"), ("host", "localhost:8080")], None));
        assert!(!allowed(&[("origin", "http://localhost:8080")], None));
    }
}
