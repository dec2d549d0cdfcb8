//! What may be said about the business, sentence by sentence.

use calendar::Profile;

/// Words that may come and go without changing what a sentence claims. No word that negates, restricts or places.
const LOOSE: [&str; 23] = [
    "a", "also", "an", "and", "are", "can", "has", "have", "is", "it", "its", "of", "our", "please", "so",
    "that", "the", "there", "this", "us", "we", "well", "you",
];

/// The sentences of the profile's facts.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The words of each that carry its meaning, in their order.
    sentences: Vec<Vec<String>>,
    /// The words of each as they are.
    literal: Vec<Vec<String>>,
    /// Names that stand for the business: a sentence with one of them says something about it.
    names: Vec<String>,
}

impl Facts {
    /// The facts and the contact line of a profile, and the names of the business and its services.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let texts = profile.facts.iter().map(|fact| fact.answer.as_str()).chain(profile.contact.as_deref());
        let literal: Vec<Vec<String>> = texts
            .flat_map(sentences)
            .map(|sentence| words(&sentence))
            .filter(|words| !words.is_empty())
            .collect();
        let services = profile
            .services
            .iter()
            .flat_map(|service| std::iter::once(&service.name).chain(&service.synonyms));
        let names = std::iter::once(&profile.name).chain(services).chain(&profile.booking.resources);
        let mut names: Vec<String> =
            names.flat_map(|name| words(name)).filter(|word| word.len() > 2).collect();
        names.sort();
        names.dedup();
        Self { sentences: literal.iter().map(|words| meaning(words)).collect(), literal, names }
    }

    /// Whether the sentence is one of the facts, all of it and nothing else. Words that change nothing may be missing or
    /// added, unless there are figures in it: then only the very words will do.
    pub(super) fn contain(&self, sentence: &str, figures: bool) -> bool {
        let words = words(sentence);
        if figures {
            return self.literal.contains(&words);
        }
        let meaning = meaning(&words);
        !meaning.is_empty() && self.sentences.contains(&meaning)
    }

    pub(super) fn name(&self, word: &str) -> bool {
        let singular = word.strip_suffix('s').unwrap_or(word);
        self.names.iter().any(|name| name == word || name == singular || name.strip_suffix('s') == Some(word))
    }
}

/// The text cut at its marks.
fn sentences(text: &str) -> Vec<String> {
    let mut cut = super::sentences::Sentences::default();
    cut.push(text);
    // A profile's sentence need not end with a mark.
    cut.push("\n");
    std::iter::from_fn(|| cut.next()).collect()
}

fn meaning(words: &[String]) -> Vec<String> {
    words.iter().filter(|word| !LOOSE.contains(&word.as_str())).cloned().collect()
}

/// Words in small letters. Marks between letters or figures belong to the word ("9:30", "don't"), others do not count.
pub(super) fn words(text: &str) -> Vec<String> {
    let text = text.replace(['’', '‘'], "'").to_lowercase();
    let trim =
        |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && !"$€£%@".contains(c)).to_owned();
    text.split(|c: char| c.is_whitespace() || matches!(c, '—' | '…'))
        .map(trim)
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use calendar::{Fact, Profile};

    use super::Facts;

    fn facts() -> Facts {
        let answers = [
            "There is parking behind the building, free for two hours.",
            "Dogs are not allowed inside",
            "We take cards. We do not take cheques.",
        ];
        let facts = answers.map(|answer| Fact { about: Vec::new(), answer: answer.to_owned() }).to_vec();
        Facts::of(&Profile { facts, contact: Some("Call 030 555 0100.".into()), ..Profile::default() })
    }

    #[test]
    fn a_fact_may_be_said_with_other_small_words() {
        let facts = facts();
        for sentence in [
            "We take cards.",
            "We can take cards!",
            "We have parking behind the building, free for two hours.",
            "The dogs are not allowed inside.",
        ] {
            assert!(facts.contain(sentence, false), "{sentence}");
        }
    }

    #[test]
    fn half_a_fact_its_contrary_and_a_mixture_are_none() {
        let facts = facts();
        for sentence in [
            "There is parking behind the building.",
            "There is no parking behind the building, free for two hours.",
            "There is parking in front of the building, free for two hours.",
            "Dogs are allowed inside.",
            "We take cheques.",
            "We do not take cards.",
            "We take dogs.",
            "Sure, we take cards!",
            "Of course, we take cards!",
            "Behind the building there is parking, free for two hours.",
            "Yes.",
            "",
        ] {
            assert!(!facts.contain(sentence, false), "{sentence}");
        }
    }

    #[test]
    fn figures_are_said_to_the_letter() {
        let facts = facts();
        assert!(facts.contain("Call 030 555 0100!", true));
        assert!(!facts.contain("Call us: 030 555 0100", true));
        assert!(!facts.contain("Call 030 555 0101.", true));
    }

    #[test]
    fn names_of_the_business_are_known_in_both_numbers() {
        let facts = facts();
        assert!(facts.name("appointment") && facts.name("appointments") && facts.name("frontdesk"));
        assert!(!facts.name("weather"));
    }
}
