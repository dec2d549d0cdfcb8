//! What can be booked.

use chrono::TimeDelta;

/// Something that can be booked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    /// Its name, unique in the profile.
    pub name: String,
    /// How long an appointment lasts, in minutes; a multiple of five.
    pub duration_minutes: u32,
    /// How long its resource stays taken afterwards, in minutes; a multiple of five.
    pub buffer_minutes: u32,
    /// Whether it is meant when no service is said.
    pub default: bool,
    /// What else people call it.
    pub synonyms: Vec<String>,
    /// What it costs, said only when asked.
    pub price: Option<String>,
}

impl Service {
    /// The service of a profile that names none.
    pub(super) fn general() -> Self {
        Self {
            name: "general".to_owned(),
            duration_minutes: 60,
            buffer_minutes: 0,
            default: true,
            synonyms: ["appointment", "meeting", "visit"].map(str::to_owned).to_vec(),
            price: None,
        }
    }

    /// How long an appointment lasts.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.duration_minutes))
    }

    /// How long its resource stays taken afterwards.
    #[must_use]
    pub fn buffer(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.buffer_minutes))
    }
}

/// The service that the words name best, see [`crate::Profile::match_service`].
pub(super) fn best_match<'a>(services: &'a [Service], words: &str) -> Option<&'a Service> {
    let said = normal_words(words);
    let ranked = services.iter().flat_map(|service| {
        let terms =
            std::iter::once((&service.name, true)).chain(service.synonyms.iter().map(|term| (term, false)));
        let said = &said;
        terms.filter_map(move |(term, is_name)| {
            let named_by = words_naming(said, &normal_term(term))?;
            Some(((named_by, is_name, !service.default), service))
        })
    });
    // Of equals the first in the profile, which `max_by_key` would not give.
    ranked.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, service)| service)
}

/// A term without what makes no difference: case, plural, spaces and hyphens.
pub(super) fn normal_term(term: &str) -> String {
    normal_words(term).concat()
}

/// How many of the words in a row spell the term, with or without spaces ("check up" is "checkup").
fn words_naming(said: &[String], term: &str) -> Option<usize> {
    (0..said.len()).find_map(|first| {
        let mut rest = term;
        for (count, word) in said.iter().skip(first).enumerate() {
            rest = rest.strip_prefix(word.as_str())?;
            if rest.is_empty() {
                return Some(count + 1);
            }
        }
        None
    })
}

/// The words in lower case and singular.
fn normal_words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '\'' && letter != '’');
    words.filter(|word| !word.is_empty()).map(|word| singular(word.to_lowercase())).collect()
}

/// The word without its plural ending. Rough ("glasses" and "glass" are one), which is enough to compare.
fn singular(word: String) -> String {
    let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(&word);
    if let Some(stem) = stem.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    if ["sses", "shes", "ches", "xes", "zes"].iter().any(|ending| stem.ends_with(ending)) {
        return stem.strip_suffix("es").unwrap_or(stem).to_owned();
    }
    match stem.strip_suffix('s') {
        Some(singular) if singular.len() > 1 && !singular.ends_with(['s', 'u', 'i']) => singular.to_owned(),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str, synonyms: &[&str], default: bool) -> Service {
        let synonyms = synonyms.iter().map(|&term| term.to_owned()).collect();
        Service { name: name.to_owned(), synonyms, default, ..Service::general() }
    }

    #[test]
    fn names_the_service_meant() {
        let services = [
            service("general", &["appointment", "meeting", "visit"], true),
            service("Check-up", &["dental exam", "exam"], false),
            service("Cleaning", &["hygiene visit", "cleanings at home"], false),
            service("Physio", &[], false),
        ];
        for (words, meant) in [
            ("an appointment", Some("general")),
            ("two MEETINGS, please", Some("general")),
            ("a checkup", Some("Check-up")),
            ("check ups", Some("Check-up")),
            ("check-up appointment", Some("Check-up")),
            ("an appointment for an exam", Some("Check-up")),
            ("a hygiene visit", Some("Cleaning")),
            ("a visit", Some("general")),
            ("physio", Some("Physio")),
            ("physiotherapy", None),
            ("examination", None),
            ("revisit", None),
            ("a haircut", None),
            ("", None),
            ("?!", None),
        ] {
            assert_eq!(best_match(&services, words).map(|found| found.name.as_str()), meant, "{words:?}");
        }
    }

    #[test]
    fn number_makes_no_difference() {
        for (one, many) in [
            ("massage", "massages"),
            ("therapy", "therapies"),
            ("glass", "glasses"),
            ("box", "boxes"),
            ("doctor", "doctor's"),
            ("virus check", "virus checks"),
        ] {
            assert_eq!(normal_term(one), normal_term(many), "{one} {many}");
        }
    }
}
