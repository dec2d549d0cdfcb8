//! Questions about the business, answered by the fact that they mean, whatever the words: `meaning/questions.txt`.

use chrono::DateTime;

use crate::desk::{Desk, Models, profile};
use crate::script::{Conversation, directory};

/// A question, and the fact that answers it.
struct Question {
    profile: String,
    text: String,
    /// The first entry of the fact's `about`; none if no fact answers it.
    about: Option<String>,
}

/// How a reply did.
#[derive(Debug, Eq, PartialEq)]
enum Verdict {
    /// The right fact, or none where there is none.
    Right,
    /// No fact, where one would have answered: it sends people to the contact.
    Missed,
    /// A fact that does not answer.
    Wrong,
}

fn questions() -> Vec<Question> {
    let text = std::fs::read_to_string(directory().join("meaning/questions.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let [profile, text, about] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
            let about = Some(about.to_owned()).filter(|about| about != "-");
            Question { profile: profile.to_owned(), text: text.to_owned(), about }
        })
        .collect()
}

async fn ask(question: &Question, models: &Models, failed: &mut Vec<String>) -> Verdict {
    let conversation = Conversation {
        name: question.text.clone(),
        place: String::new(),
        now: DateTime::from_timestamp(1_795_429_200, 0).unwrap(),
        zone: None,
        profile: Some(question.profile.clone()),
        mine: Vec::new(),
        taken: Vec::new(),
        steps: Vec::new(),
        rows: Vec::new(),
    };
    let reply = Desk::open(&conversation, models).await.say(&question.text).await.unwrap().reply;
    let said: Vec<String> = profile(Some(&question.profile))
        .facts
        .iter()
        .filter(|fact| reply.contains(fact.answer.trim_end_matches('.')))
        .map(|fact| fact.about[0].clone())
        .collect();
    let verdict = match (&question.about, said.as_slice()) {
        (Some(about), [said]) if said == about => Verdict::Right,
        (None, []) => Verdict::Right,
        (Some(_), []) => Verdict::Missed,
        _ => Verdict::Wrong,
    };
    if verdict != Verdict::Right {
        failed.push(format!("{verdict:?}: {} ({:?}): {reply}", question.text, question.about));
    }
    verdict
}

/// How many must be right depends a little on the weights, so it is less than what is reached; that nothing is answered by a fact
/// that does not answer it matters most.
#[tokio::test]
async fn questions_find_their_facts_by_meaning() {
    let models = Models::of(crate::desk::interpreter());
    let (answered, unanswered): (Vec<_>, Vec<_>) =
        questions().into_iter().partition(|question| question.about.is_some());
    assert!(answered.len() >= 40 && unanswered.len() >= 20);
    let (mut right, mut wrong, mut made_up, mut failed) = (0, 0, 0, Vec::new());
    for question in &answered {
        match ask(question, &models, &mut failed).await {
            Verdict::Right => right += 1,
            Verdict::Wrong => wrong += 1,
            Verdict::Missed => {}
        }
    }
    for question in &unanswered {
        made_up += usize::from(ask(question, &models, &mut failed).await != Verdict::Right);
    }
    let failed = failed.join("\n");
    assert!(
        right * 100 >= 75 * answered.len(),
        "{right} of {} are answered by their fact\n{failed}",
        answered.len()
    );
    assert!(
        wrong * 100 <= 14 * answered.len(),
        "{wrong} of {} are answered by another fact\n{failed}",
        answered.len()
    );
    assert!(made_up <= 2, "{made_up} of {} that no fact answers get one\n{failed}", unanswered.len());
}
