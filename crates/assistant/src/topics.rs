//! What the business can be asked about, as meanings to compare a message with.

use calendar::Profile;
use dialogue::{Meaning, Subject};
use nlu::{InterpretError, Interpreter, Understanding};
use protocol::Slot;

/// Subjects farther away than this are not worth keeping with the turn.
const FAR: f32 = 0.3;
/// How many subjects and services are kept with a turn.
const KEPT: usize = 6;

/// The sentence vectors of what a profile speaks of. Made once, at start.
#[derive(Clone, Debug, Default)]
pub struct Topics {
    subjects: Vec<(Subject, Vec<f32>)>,
    /// A service's name, and the vector of that or of a synonym.
    services: Vec<(String, Vec<f32>)>,
}

impl Topics {
    /// Asks the interpreter for the vector of everything the profile speaks of: some milliseconds for each entry. An
    /// interpreter without sentence vectors leaves questions to be matched by their words.
    ///
    /// # Errors
    /// As [`Interpreter::interpret`].
    pub async fn learn(profile: &Profile, interpreter: &dyn Interpreter) -> Result<Self, InterpretError> {
        let mut topics = Self::default();
        for (subject, text) in Subject::all(profile) {
            topics.subjects.push((subject, interpreter.sentence(text).await?));
        }
        for service in &profile.services {
            for text in std::iter::once(&service.name).chain(&service.synonyms) {
                topics.services.push((service.name.clone(), interpreter.sentence(text).await?));
            }
        }
        Ok(topics)
    }

    /// What the message comes close to. Words pointed at as a service that the profile does not know by name are
    /// embedded by themselves, which takes another pass of the model.
    ///
    /// # Errors
    /// As [`Interpreter::interpret`].
    pub async fn meaning(
        &self,
        profile: &Profile,
        understanding: &Understanding,
        interpreter: &dyn Interpreter,
    ) -> Result<Meaning, InterpretError> {
        let mut meaning =
            Meaning { subjects: nearest(&self.subjects, &understanding.sentence), services: Vec::new() };
        let unknown = |words: &&str| profile.match_service(words).is_none();
        let spans = understanding.interpretation.spans_of(Slot::Service).map(|span| span.text.as_str());
        // Whoever lists more services than this in one message is asked anyway.
        for words in spans.filter(unknown).take(2).filter(|_| profile.services.len() > 1) {
            let near = nearest(&self.services, &interpreter.sentence(words).await?);
            meaning.services.push((words.to_owned(), near));
        }
        Ok(meaning)
    }
}

/// The closest, each once, closest first.
fn nearest<T: Clone + PartialEq>(known: &[(T, Vec<f32>)], sentence: &[f32]) -> Vec<(T, f32)> {
    let mut near: Vec<(T, f32)> = Vec::new();
    for (what, vector) in known.iter().filter(|(_, vector)| vector.len() == sentence.len()) {
        let cosine: f32 = vector.iter().zip(sentence).map(|(a, b)| a * b).sum();
        // As it is written to the log, so that a replay decides by the same number.
        let cosine = (cosine * 1000.0).round() / 1000.0;
        match near.iter_mut().find(|(known, _)| known == what) {
            Some((_, best)) => *best = best.max(cosine),
            None => near.push((what.clone(), cosine)),
        }
    }
    near.retain(|(_, cosine)| *cosine >= FAR);
    near.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    near.truncate(KEPT);
    near
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_closest_entry_of_each_counts() {
        let known =
            [("a", vec![1.0, 0.0]), ("b", vec![0.6, 0.8]), ("a", vec![0.0, 1.0]), ("c", vec![-1.0, 0.0])];
        assert_eq!(nearest(&known, &[0.0, 1.0]), [("a", 1.0), ("b", 0.8)]);
        assert_eq!(nearest(&known, &[]), []);
    }
}
