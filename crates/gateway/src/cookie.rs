//! The cookie that carries a browser's session token.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::CookieJar;

use crate::origin::PublicUrl;
use crate::token::SESSION_LIFETIME;

/// The attributes of the cookie, which depend on whether people reach us over TLS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionCookie {
    https: bool,
}

impl SessionCookie {
    pub(crate) fn new(public_url: Option<&PublicUrl>) -> Self {
        Self { https: public_url.is_some_and(PublicUrl::is_https) }
    }

    /// A browser takes a `__Host-` cookie only over TLS and only for this very host.
    fn name(self) -> &'static str {
        if self.https { "__Host-frontdesk_session" } else { "frontdesk_session" }
    }

    fn with(self, value: &str, seconds: i64) -> Result<HeaderValue, axum::http::header::InvalidHeaderValue> {
        let secure = if self.https { "; Secure" } else { "" };
        let name = self.name();
        format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}").try_into()
    }

    /// The `Set-Cookie` that hands over a token for as long as it counts.
    ///
    /// # Errors
    /// If the token could not stand in a header; ours can.
    pub(crate) fn carrying(self, jwt: &str) -> Result<HeaderValue, axum::http::header::InvalidHeaderValue> {
        self.with(jwt, SESSION_LIFETIME.num_seconds())
    }

    /// The `Set-Cookie` that makes the browser forget it.
    ///
    /// # Errors
    /// Never in practice; see [`Self::carrying`].
    pub(crate) fn cleared(self) -> Result<HeaderValue, axum::http::header::InvalidHeaderValue> {
        self.with("", 0)
    }

    /// The token that a request's cookie carries.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<String> {
        CookieJar::from_headers(headers).get(self.name()).map(|cookie| cookie.value().to_owned())
    }
}
