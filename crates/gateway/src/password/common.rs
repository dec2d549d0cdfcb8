//! Passwords that whoever guesses tries first.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The 5,000 most used passwords of at least eight characters, in lower case: from the list of zxcvbn (MIT licence).
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Words shorter than this are part of too many good passwords.
const WORD_MIN_CHARS: usize = 4;

/// Whether a password is among the most used ones, in any case, or is nothing but a word of its surroundings: `context` is
/// what belongs to it, such as an address or the name of a business. Digits and signs around do not count.
#[must_use]
pub fn is_easily_guessed(password: &str, context: &[&str]) -> bool {
    let password = password.to_lowercase();
    if COMMON.contains(password.as_str()) {
        return true;
    }
    let core = password.trim_matches(|c: char| !c.is_alphabetic());
    let letters =
        |text: &str| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let wholes = context.iter().map(|text| letters(text));
    let names = context.iter().filter_map(|text| text.split_once('@')).map(|(local, _)| letters(local));
    let words = context.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).map(letters);
    wholes
        .chain(names)
        .chain(words)
        .chain(["frontdesk".to_owned()])
        .filter(|word| word.chars().count() >= WORD_MIN_CHARS)
        .any(|word| core == word || letters(core) == word || letters(&password) == word)
}

#[cfg(test)]
mod tests {
    use super::{COMMON, is_easily_guessed};

    #[test]
    fn the_list_is_in_order() {
        assert_eq!(COMMON.len(), 5_000);
        assert!(COMMON.iter().all(|word| word.chars().count() >= 8 && word.to_lowercase() == **word));
    }

    #[test]
    fn what_many_use_and_what_lies_near_is_easily_guessed() {
        let context = ["ada.lovelace@example.org", "Northside Clinic"];
        for guessed in [
            "password",
            "12345678",
            "Password123",
            "QWERTYUIOP",
            "frontdesk1",
            "Frontdesk2026!",
            "lovelace1815",
            "ada.lovelace",
            "ada.lovelace@example.org",
            "northside!",
            "NorthsideClinic",
            "northside-clinic-1",
        ] {
            assert!(is_easily_guessed(guessed, &context), "{guessed}");
        }
        for fine in
            ["correct horse", "my clinic is northside", "adagio-lovelace", "93 orange Wagen", "ööööööööö"]
        {
            assert!(!is_easily_guessed(fine, &context), "{fine}");
        }
    }
}
