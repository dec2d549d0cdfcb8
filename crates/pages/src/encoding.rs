//! Which of the stored encodings a client gets (RFC 9110, 12.5.3).

use axum::http::{HeaderMap, header};

use crate::bundle::File;

/// A stored form of a file.
pub(crate) struct Variant {
    /// Its `Content-Encoding`; `None` for the plain bytes.
    pub(crate) name: Option<&'static str>,
    pub(crate) bytes: &'static [u8],
}

/// The smallest form that the client takes.
pub(crate) fn choose(file: &'static File, headers: &HeaderMap) -> Variant {
    let stored = [("br", file.brotli), ("gzip", file.gzip)];
    stored
        .into_iter()
        .find_map(|(name, bytes)| {
            let bytes = bytes.filter(|_| accepts(headers, name))?;
            Some(Variant { name: Some(name), bytes })
        })
        .unwrap_or(Variant { name: None, bytes: file.plain })
}

/// Whether `Accept-Encoding` names it with a weight above zero; `*` stands for what is not named.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let mut any = false;
    for item in lines.flat_map(|line| line.split(',')) {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let name = name.trim();
        if name.eq_ignore_ascii_case(encoding) {
            return wanted(parameters);
        }
        any |= name == "*" && wanted(parameters);
    }
    any
}

fn wanted(parameters: &str) -> bool {
    let weight = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
    weight.is_none_or(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};

    use super::{accepts, choose};
    use crate::bundle::File;

    fn asking(accepted: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, accepted.parse().unwrap())])
    }

    #[test]
    fn an_encoding_is_taken_when_it_is_named_with_a_weight() {
        for (accepted, brotli) in [
            ("gzip, deflate, br", true),
            ("BR;q=0.5", true),
            ("br;q=0", false),
            ("br;q=0.000, *", false),
            ("*", true),
            ("*;q=0", false),
            ("gzip", false),
            ("br;q=lots", false),
            ("", false),
        ] {
            assert_eq!(accepts(&asking(accepted), "br"), brotli, "{accepted:?}");
        }
        assert!(!accepts(&HeaderMap::new(), "br"));
    }

    #[test]
    fn the_smallest_form_that_is_stored_and_taken_is_sent() {
        static FILE: File = File {
            path: "assets/app.js",
            kind: "text/javascript",
            hash: "0",
            plain: b"plain",
            brotli: Some(b"b"),
            gzip: Some(b"gz"),
        };
        static PLAIN: File =
            File { path: "x", kind: "x", hash: "0", plain: b"plain", brotli: None, gzip: None };
        for (accepted, name) in
            [("gzip, br", Some("br")), ("gzip", Some("gzip")), ("identity", None), ("zstd", None)]
        {
            assert_eq!(choose(&FILE, &asking(accepted)).name, name, "{accepted:?}");
        }
        assert_eq!(choose(&PLAIN, &asking("br, gzip")).bytes, b"plain");
    }
}
