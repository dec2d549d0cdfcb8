//! What a message comes close to in meaning. The caller measures it, since only it has the model; the turn decides.

use calendar::Profile;
use serde::{Deserialize, Serialize};

/// How close a question about the business must come to a fact to be answered by it. Measured on the questions in
/// `crates/frontdesk/tests/conversations/meaning`: all that no fact answers stay below.
pub(crate) const ANSWERS: f32 = 0.45;
/// How close a message that was not taken for a question must come to a fact.
pub(crate) const SURELY_ANSWERS: f32 = 0.6;
/// How close words must come to a service's name to be taken for it, and how much closer than to any other.
pub(crate) const SERVICE: f32 = 0.72;
const SERVICE_LEAD: f32 = 0.05;

/// Something that a question about the business can be about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// One of the profile's facts, by its position.
    Fact(usize),
    /// What things cost.
    Prices,
    /// When the business is open.
    Hours,
    /// How long an appointment takes.
    Length,
    /// What is on offer.
    Services,
    /// How to reach a person.
    Contact,
}

impl Subject {
    /// Every subject of a business, each with the texts that say what it is.
    pub fn all(profile: &Profile) -> impl Iterator<Item = (Self, &str)> {
        const COMMON: [(Subject, &str); 8] = [
            (Subject::Prices, "how much does it cost"),
            (Subject::Prices, "what are your prices"),
            (Subject::Hours, "what are your opening hours"),
            (Subject::Hours, "when are you open"),
            (Subject::Length, "how long does an appointment take"),
            (Subject::Services, "what services do you offer"),
            (Subject::Contact, "what is your phone number"),
            (Subject::Contact, "how can I contact you by phone"),
        ];
        let facts = profile.facts.iter().enumerate().flat_map(|(index, fact)| {
            fact.about.iter().map(move |about| (Self::Fact(index), about.as_str()))
        });
        facts.chain(COMMON)
    }
}

/// What one message comes close to. With nothing in it, words alone decide.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Meaning {
    /// How close it comes to each subject: the cosine of their sentence vectors, 1 for the same. The far ones may be
    /// left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<(Subject, f32)>,
    /// The same for words that were pointed at as a service and name none: the words, and how close each service is,
    /// closest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<(String, Vec<(String, f32)>)>,
}

impl Meaning {
    pub(crate) fn of(&self, subject: Subject) -> f32 {
        self.subjects.iter().find(|(near, _)| *near == subject).map_or(0.0, |(_, cosine)| *cosine)
    }

    /// The service that the words mean, by its name, if one is close and clearly closer than the others.
    pub(crate) fn service(&self, words: &str) -> Option<&str> {
        let (_, near) = self.services.iter().find(|(said, _)| said == words)?;
        let (name, cosine) = near.first()?;
        let next = near.get(1).map_or(0.0, |(_, cosine)| *cosine);
        (*cosine >= SERVICE && *cosine - next >= SERVICE_LEAD).then_some(name.as_str())
    }
}
