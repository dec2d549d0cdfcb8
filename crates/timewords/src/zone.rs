//! Names of time zones.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono_tz::{TZ_VARIANTS, Tz};

/// Abbreviations and what people mean by them: the zone of the place, with its summer time.
#[rustfmt::skip]
const ABBREVIATIONS: &[(&str, Tz)] = &[
    ("utc", Tz::UTC), ("z", Tz::UTC), ("zulu", Tz::UTC), ("gmt", Tz::GMT),
    ("bst", Tz::Europe__London), ("wet", Tz::Europe__Lisbon), ("west", Tz::Europe__Lisbon),
    ("cet", Tz::Europe__Berlin), ("cest", Tz::Europe__Berlin), ("mez", Tz::Europe__Berlin), ("mesz", Tz::Europe__Berlin),
    ("eet", Tz::Europe__Athens), ("eest", Tz::Europe__Athens), ("msk", Tz::Europe__Moscow),
    ("est", Tz::America__New_York), ("edt", Tz::America__New_York), ("et", Tz::America__New_York),
    ("cst", Tz::America__Chicago), ("cdt", Tz::America__Chicago), ("ct", Tz::America__Chicago),
    ("mst", Tz::America__Denver), ("mdt", Tz::America__Denver), ("mt", Tz::America__Denver),
    ("pst", Tz::America__Los_Angeles), ("pdt", Tz::America__Los_Angeles), ("pt", Tz::America__Los_Angeles),
    ("akst", Tz::America__Anchorage), ("akdt", Tz::America__Anchorage), ("hst", Tz::Pacific__Honolulu),
    ("ist", Tz::Asia__Kolkata), ("pkt", Tz::Asia__Karachi), ("gst", Tz::Asia__Dubai), ("sgt", Tz::Asia__Singapore),
    ("hkt", Tz::Asia__Hong_Kong), ("jst", Tz::Asia__Tokyo), ("kst", Tz::Asia__Seoul), ("wib", Tz::Asia__Jakarta),
    ("aest", Tz::Australia__Sydney), ("aedt", Tz::Australia__Sydney), ("aet", Tz::Australia__Sydney),
    ("acst", Tz::Australia__Adelaide), ("acdt", Tz::Australia__Adelaide), ("awst", Tz::Australia__Perth),
    ("nzst", Tz::Pacific__Auckland), ("nzdt", Tz::Pacific__Auckland), ("sast", Tz::Africa__Johannesburg),
    ("cat", Tz::Africa__Maputo), ("eat", Tz::Africa__Nairobi), ("brt", Tz::America__Sao_Paulo), ("npt", Tz::Asia__Kathmandu),
];

/// Places that the tz database does not name, or names otherwise.
#[rustfmt::skip]
const PLACES: &[(&str, Tz)] = &[
    ("eastern", Tz::America__New_York), ("central european", Tz::Europe__Berlin), ("central", Tz::America__Chicago),
    ("mountain", Tz::America__Denver), ("pacific", Tz::America__Los_Angeles), ("greenwich mean", Tz::GMT),
    ("british", Tz::Europe__London), ("uk", Tz::Europe__London), ("england", Tz::Europe__London), ("german", Tz::Europe__Berlin),
    ("germany", Tz::Europe__Berlin), ("munich", Tz::Europe__Berlin), ("hamburg", Tz::Europe__Berlin), ("cologne", Tz::Europe__Berlin),
    ("frankfurt", Tz::Europe__Berlin), ("france", Tz::Europe__Paris), ("french", Tz::Europe__Paris), ("spain", Tz::Europe__Madrid),
    ("barcelona", Tz::Europe__Madrid), ("italy", Tz::Europe__Rome), ("milan", Tz::Europe__Rome), ("geneva", Tz::Europe__Zurich),
    ("edinburgh", Tz::Europe__London), ("manchester", Tz::Europe__London), ("india", Tz::Asia__Kolkata), ("indian", Tz::Asia__Kolkata),
    ("mumbai", Tz::Asia__Kolkata), ("delhi", Tz::Asia__Kolkata), ("new delhi", Tz::Asia__Kolkata), ("bangalore", Tz::Asia__Kolkata),
    ("beijing", Tz::Asia__Shanghai), ("china", Tz::Asia__Shanghai), ("japan", Tz::Asia__Tokyo), ("osaka", Tz::Asia__Tokyo),
    ("abu dhabi", Tz::Asia__Dubai), ("nyc", Tz::America__New_York), ("boston", Tz::America__New_York),
    ("washington", Tz::America__New_York), ("miami", Tz::America__New_York), ("atlanta", Tz::America__New_York),
    ("philadelphia", Tz::America__New_York), ("houston", Tz::America__Chicago), ("dallas", Tz::America__Chicago),
    ("austin", Tz::America__Chicago), ("texas", Tz::America__Chicago), ("california", Tz::America__Los_Angeles),
    ("san francisco", Tz::America__Los_Angeles), ("seattle", Tz::America__Los_Angeles), ("san diego", Tz::America__Los_Angeles),
    ("las vegas", Tz::America__Los_Angeles), ("montreal", Tz::America__Toronto), ("ottawa", Tz::America__Toronto),
    ("rio", Tz::America__Sao_Paulo), ("cape town", Tz::Africa__Johannesburg), ("wellington", Tz::Pacific__Auckland),
    ("canberra", Tz::Australia__Sydney), ("st petersburg", Tz::Europe__Moscow),
];

/// Offsets that no `Etc/GMT` zone has, in minutes, and a place that has kept it.
const ODD_OFFSETS: &[(i32, Tz)] = &[
    (-210, Tz::America__St_Johns),
    (-570, Tz::Pacific__Marquesas),
    (210, Tz::Asia__Tehran),
    (270, Tz::Asia__Kabul),
    (330, Tz::Asia__Kolkata),
    (345, Tz::Asia__Kathmandu),
    (390, Tz::Asia__Yangon),
    (525, Tz::Australia__Eucla),
    (570, Tz::Australia__Darwin),
];

/// The zone that words name: a city, an abbreviation or an offset ("London time", "EST", "UTC+2").
///
/// Abbreviations mean the place's zone with its summer time, as people use them; offsets become `Etc/GMT` zones, or for
/// halves and quarters of an hour a place that keeps that offset.
#[must_use]
pub fn zone(words: &str) -> Option<Tz> {
    if words.len() > 64 {
        return None;
    }
    let lower = words.trim().to_lowercase();
    let name = lower.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '.' | ','));
    let name = name.strip_prefix("the ").unwrap_or(name);
    let name = name.strip_prefix("in ").unwrap_or(name);
    abbreviation(name).or_else(|| offset(name)).or_else(|| iana(name)).or_else(|| place(without_time(name)))
}

/// The same for words that stand right behind a clock time, where "3pm est" is a zone and "3pm may" is not: a place needs its
/// capital or the word "time".
pub(crate) fn beside_a_time(words: &str) -> Option<Tz> {
    let lower = words.to_lowercase();
    let name = lower.as_str();
    let capital = words.chars().next().is_some_and(char::is_uppercase);
    let short = |name: &str| name.len() > 2 || words.chars().all(char::is_uppercase);
    abbreviation(name)
        .filter(|_| short(name) && (capital || !matches!(name, "cat" | "eat" | "west" | "wet")))
        .or_else(|| offset(name))
        .or_else(|| iana(name))
        .or_else(|| {
            let bare = without_time(name);
            // "3pm Central" alone is a place as often as a zone.
            let named = bare.len() < name.len()
                || (capital
                    && !matches!(
                        bare,
                        "central"
                            | "eastern"
                            | "mountain"
                            | "pacific"
                            | "british"
                            | "german"
                            | "french"
                            | "indian"
                    ));
            if named { place(bare) } else { None }
        })
}

fn without_time(name: &str) -> &str {
    let mut name = name;
    for ending in [" zone", " timezone", " time", " standard", " daylight", "'s", "\u{2019}s"] {
        name = name.strip_suffix(ending).unwrap_or(name);
    }
    name
}

fn abbreviation(name: &str) -> Option<Tz> {
    let name = name.strip_suffix(" time").unwrap_or(name);
    ABBREVIATIONS.iter().find(|(short, _)| *short == name).map(|(_, zone)| *zone)
}

/// "utc+2", "gmt-05:30", "utc + 5", "+02:00".
fn offset(name: &str) -> Option<Tz> {
    let rest = name.strip_prefix("utc").or_else(|| name.strip_prefix("gmt")).unwrap_or(name).trim_start();
    let rest = rest.replace('\u{2212}', "-");
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits = rest.get(1..)?.trim();
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours.trim().parse::<i32>().ok()?, minutes.trim().parse::<i32>().ok()?),
        None if digits.len() == 4 => (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?),
        None => (digits.parse().ok()?, 0),
    };
    if !(0..=14).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    let offset = sign * (hours * 60 + minutes);
    if offset == 0 {
        return Some(Tz::UTC);
    }
    if minutes == 0 {
        // The signs of Etc zones are those of POSIX: Etc/GMT-2 is two hours ahead.
        let sign = if sign > 0 { '-' } else { '+' };
        return format!("Etc/GMT{sign}{hours}").parse().ok();
    }
    ODD_OFFSETS.iter().find(|(minutes, _)| *minutes == offset).map(|(_, zone)| *zone)
}

fn iana(name: &str) -> Option<Tz> {
    name.contains('/').then(|| Tz::from_str_insensitive(name).ok()).flatten()
}

/// The cities of the tz database, by name in lower case with spaces.
static CITIES: LazyLock<HashMap<String, Tz>> = LazyLock::new(|| {
    let mut cities = HashMap::new();
    for zone in TZ_VARIANTS {
        if let Some((area, city)) = zone.name().rsplit_once('/')
            && area != "Etc"
        {
            // Old names follow the current ones: the first stands.
            cities.entry(city.replace(['_', '-'], " ").to_lowercase()).or_insert(zone);
        }
    }
    cities
});

/// A city of the tz database, or one of the places above.
fn place(name: &str) -> Option<Tz> {
    let known = PLACES.iter().find(|(place, _)| *place == name).map(|(_, zone)| *zone);
    known.or_else(|| CITIES.get(name).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cities_abbreviations_and_offsets() {
        let cases = [
            ("London time", Tz::Europe__London),
            ("EST", Tz::America__New_York),
            ("UTC+2", Tz::Etc__GMTMinus2),
            ("gmt-5", Tz::Etc__GMTPlus5),
            ("(UTC+05:30)", Tz::Asia__Kolkata),
            ("Berlin", Tz::Europe__Berlin),
            ("new york", Tz::America__New_York),
            ("pacific time", Tz::America__Los_Angeles),
            ("Europe/Berlin", Tz::Europe__Berlin),
            ("UTC", Tz::UTC),
        ];
        for (words, expected) in cases {
            assert_eq!(zone(words), Some(expected), "{words}");
        }
        for words in ["", "tomorrow", "please", "UTC+99", "me"] {
            assert_eq!(zone(words), None, "{words}");
        }
    }

    #[test]
    fn ordinary_words_beside_a_time_are_no_zones() {
        for words in ["may", "eat", "central", "et", "z", "time", "cat"] {
            assert_eq!(beside_a_time(words), None, "{words}");
        }
        assert_eq!(beside_a_time("pst"), Some(Tz::America__Los_Angeles));
        assert_eq!(beside_a_time("London"), Some(Tz::Europe__London));
        assert_eq!(beside_a_time("london time"), Some(Tz::Europe__London));
    }
}
