//! What an e-mail address looks like, for both sides of the wire.

use crate::limits::EMAIL_MAX_CHARS;

/// Whether this looks like an e-mail address, already trimmed: the rule of browsers (WHATWG HTML), with letters of
/// every script. Whether somebody reads it, only a message could tell.
#[must_use]
pub fn is_well_formed(email: &str) -> bool {
    email.chars().count() <= EMAIL_MAX_CHARS
        && email
            .rsplit_once('@')
            .is_some_and(|(local, domain)| is_local_part(local) && domain.split('.').all(is_label))
}

fn is_local_part(local: &str) -> bool {
    const SIGNS: &str = ".!#$%&'*+/=?^_`{|}~-";
    !local.is_empty()
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || SIGNS.contains(c))
}

fn is_label(label: &str) -> bool {
    // 63: RFC 1035, 2.3.4.
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::is_well_formed;

    #[test]
    fn addresses_are_told_from_other_things() {
        for right in [
            "a@example.org",
            "a.b+c@sub.example.org",
            "o'hara@localhost",
            "zoë@exämple.org",
            "x_@a-b.example",
        ] {
            assert!(is_well_formed(right), "{right}");
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for wrong in [
            "",
            "a",
            "@",
            "a@",
            "@a",
            "a@b@c",
            "a b@example.org",
            "a@exa mple.org",
            ".a@b",
            "a.@b",
            "a..b@c",
            "a@-b",
            "a@b-",
            "a@b..c",
            "a@.b",
            "a@b.",
            "a\n@b",
            "a@b\u{0}",
            "<a@b>",
            &long,
        ] {
            assert!(!is_well_formed(wrong), "{wrong:?}");
        }
    }
}
