//! The two kinds of token: JSON Web Tokens (HS256) that name a person.
//!
//! A session token stands for the person; a chat token can chat in one session and nothing else. They differ in
//! `aud` and `typ`, so that one can never pass for the other. Both name the login that they come from (`sid`): with it
//! they end, whatever else they say.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::config::JwtSecret;

/// How long a session token counts.
pub(crate) const SESSION_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// How long a chat token counts.
pub(crate) const CHAT_LIFETIME: TimeDelta = TimeDelta::minutes(10);

const SESSION_AUDIENCE: &str = "frontdesk";
const CHAT_AUDIENCE: &str = "frontdesk-chat";

/// What a token allows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Grant {
    /// Everything the person may do.
    Session,
    /// To chat in this session.
    Chat { session_id: Uuid },
}

/// A token that counts: whose it is, and for what.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Bearer {
    pub(crate) user_id: Uuid,
    /// The login that it comes from.
    pub(crate) login: Uuid,
    pub(crate) grant: Grant,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum TokenType {
    Session,
    Chat,
}

#[derive(Deserialize, Serialize)]
struct Claims {
    sub: Uuid,
    aud: String,
    typ: TokenType,
    jti: Uuid,
    /// The login.
    sid: Uuid,
    /// Seconds since the epoch, as is `exp`.
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_id: Option<Uuid>,
}

/// Makes and reads tokens.
pub(crate) struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
    validation: Validation,
}

impl Tokens {
    pub(crate) fn new(secret: &JwtSecret) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[SESSION_AUDIENCE, CHAT_AUDIENCE]);
        validation.set_required_spec_claims(&["aud", "exp", "sub"]);
        // The library reads the machine's clock; ours may be another, so `read` compares.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            signing: EncodingKey::from_secret(secret.bytes()),
            checking: DecodingKey::from_secret(secret.bytes()),
            validation,
        }
    }

    /// A token for `bearer` that counts from `now`. `id` sets it apart from all others.
    ///
    /// # Errors
    /// If the library cannot sign.
    pub(crate) fn issue(
        &self,
        bearer: Bearer,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let (aud, typ, lifetime, scope, session_id) = match bearer.grant {
            Grant::Session => (SESSION_AUDIENCE, TokenType::Session, SESSION_LIFETIME, None, None),
            Grant::Chat { session_id } => {
                (CHAT_AUDIENCE, TokenType::Chat, CHAT_LIFETIME, Some("chat".to_owned()), Some(session_id))
            }
        };
        let iat = now.timestamp();
        let exp = iat.saturating_add(lifetime.num_seconds());
        let (sub, sid, aud) = (bearer.user_id, bearer.login, aud.to_owned());
        let claims = Claims { sub, aud, typ, jti: id, sid, iat, exp, scope, session_id };
        encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
    }

    /// Reads a token, if it counts at `now`. A time of issue in the future is no fault: the clock may have been set
    /// back, and the signature says that the token is ours.
    pub(crate) fn read(&self, token: &str, now: DateTime<Utc>) -> Option<Bearer> {
        let claims = decode::<Claims>(token, &self.checking, &self.validation).ok()?.claims;
        let grant = match (claims.typ, claims.aud.as_str(), claims.scope.as_deref(), claims.session_id) {
            (TokenType::Session, SESSION_AUDIENCE, None, None) => Grant::Session,
            (TokenType::Chat, CHAT_AUDIENCE, Some("chat"), Some(session_id)) => Grant::Chat { session_id },
            _ => return None,
        };
        let bearer = Bearer { user_id: claims.sub, login: claims.sid, grant };
        (now.timestamp() < claims.exp).then_some(bearer)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::{Bearer, CHAT_LIFETIME, Grant, SESSION_LIFETIME, Tokens};
    use crate::config::JwtSecret;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn tokens(secret: &[u8]) -> Tokens {
        Tokens::new(&JwtSecret::new(secret).unwrap())
    }

    fn now() -> DateTime<Utc> {
        "2026-11-23T10:20:00Z".parse().unwrap()
    }

    fn signed(algorithm: Algorithm, claims: &Value) -> String {
        encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(SECRET)).unwrap()
    }

    fn session_claims() -> Value {
        json!({"sub": Uuid::nil(), "aud": "frontdesk", "typ": "session", "jti": Uuid::nil(),
               "sid": Uuid::max(), "iat": now().timestamp(), "exp": now().timestamp() + 60})
    }

    #[test]
    fn both_kinds_come_back_until_they_expire() {
        for (grant, lifetime) in
            [(Grant::Session, SESSION_LIFETIME), (Grant::Chat { session_id: Uuid::max() }, CHAT_LIFETIME)]
        {
            let bearer = Bearer { user_id: Uuid::nil(), login: Uuid::max(), grant };
            let token = tokens(SECRET).issue(bearer, Uuid::nil(), now()).unwrap();
            let read = |at| tokens(SECRET).read(&token, at);
            assert_eq!(read(now()), Some(bearer));
            assert_eq!(read(now() + lifetime - TimeDelta::seconds(1)), Some(bearer));
            assert_eq!(read(now() + lifetime), None);
            // Issued in the future: the clock was set back.
            assert_eq!(read(now() - TimeDelta::days(3)), Some(bearer));
            assert_eq!(tokens(b"another secret of thirty-two bytes").read(&token, now()), None);
        }
    }

    #[test]
    fn the_claims_are_all_there() {
        let bearer = Bearer { user_id: Uuid::nil(), login: Uuid::max(), grant: Grant::Session };
        let token = tokens(SECRET).issue(bearer, Uuid::max(), now()).unwrap();
        let data = jsonwebtoken::dangerous::insecure_decode::<Value>(&token).unwrap();
        assert_eq!(data.header.alg, Algorithm::HS256);
        for claim in ["sub", "aud", "typ", "jti", "sid", "iat", "exp"] {
            assert!(data.claims.get(claim).is_some(), "{claim}");
        }
    }

    #[test]
    fn what_is_not_exactly_ours_does_not_count() {
        let read = |token: &str| tokens(SECRET).read(token, now());
        assert!(read(&signed(Algorithm::HS256, &session_claims())).is_some());
        assert_eq!(read(&signed(Algorithm::HS384, &session_claims())), None, "another algorithm");
        for (claim, value) in [
            ("aud", json!("frontdesk-chat")),
            ("aud", json!("another")),
            ("aud", json!(["frontdesk", "another"])),
            ("typ", json!("chat")),
            ("scope", json!("chat")),
            ("exp", json!(null)),
            ("exp", json!("tomorrow")),
            ("sub", json!("me")),
        ] {
            let mut claims = session_claims();
            claims[claim] = value.clone();
            assert_eq!(read(&signed(Algorithm::HS256, &claims)), None, "{claim}: {value}");
        }
        for claim in ["sub", "aud", "typ", "jti", "sid", "iat", "exp"] {
            let mut claims = session_claims();
            claims.as_object_mut().unwrap().remove(claim);
            assert_eq!(read(&signed(Algorithm::HS256, &claims)), None, "without {claim}");
        }
    }

    #[test]
    fn an_unsigned_token_does_not_count() {
        let good = signed(Algorithm::HS256, &session_claims());
        let payload = good.split('.').nth(1).unwrap();
        // {"alg":"none","typ":"JWT"} and {"alg":"None"}
        for header in ["eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "eyJhbGciOiJOb25lIn0"] {
            for forged in [format!("{header}.{payload}."), format!("{header}.{payload}")] {
                assert_eq!(tokens(SECRET).read(&forged, now()), None);
            }
        }
        let mut forged = good.clone();
        forged.replace_range(good.len() - 4.., "AAAA");
        for garbage in [forged.as_str(), "", ".", "..", "a.b.c", "é.é.é"] {
            assert_eq!(tokens(SECRET).read(garbage, now()), None, "{garbage}");
        }
    }
}
