//! What passes the check, and what does not.

use std::sync::LazyLock;

use assistant::voice::{Facts, Passed, Refusal, check};
use calendar::Profile;
use dialogue::Gap;

use crate::profile;

static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts::of(&profile()));

fn refused(sentence: &str, gap: Gap) -> Refusal {
    match check(sentence, gap, &FACTS) {
        Err(refusal) => refusal,
        Ok(passed) => panic!("{sentence:?} passed as {passed:?}"),
    }
}

/// Every way we could think of to say something false.
pub const LIES: &[(Refusal, &[&str])] = &[
    (
        Refusal::Figure,
        &[
            "It starts at 3.",
            "That is at ten.",
            "We have 2 left.",
            "It costs ½ as much.",
            "Come at ３.",
            "The twenty-fourth is good.",
            "Be there at half past.",
            "I am number one.",
            "It is at sev3n.",
        ],
    ),
    (
        Refusal::Time,
        &[
            "How about Tuesday?",
            "Tomorrow is good!",
            "I like to-morrow.",
            "It is in the morning.",
            "Come at noon.",
            "That is in May.",
            "It happens every day.",
            "I am here all day.",
            "The date is good.",
            "Come back in a week!",
            "It is on wed.",
            "Try Mon-Fri.",
            "Come soon.",
            "That is later.",
        ],
    ),
    (
        Refusal::Money,
        &[
            "That costs a lot.",
            "It is cheap!",
            "There is a small fee.",
            "You pay nothing.",
            "I take cash.",
            "It costs nothing.",
        ],
    ),
    (
        Refusal::Contact,
        &[
            "Give me a call!",
            "Write an email.",
            "Look at the website.",
            "It is on the top floor.",
            "It is around the corner.",
        ],
    ),
    (
        Refusal::Deed,
        &[
            "You are booked!",
            "I have reserved it.",
            "It is cancelled.",
            "That is confirmed.",
            "I moved it.",
            "I have moved your appointment.",
            "I rescheduled it.",
            "I put you down.",
            "All set!",
            "Consider it done.",
            "It is all taken care of.",
            "That is sorted.",
            "I have notified them.",
            "It is pre-booked.",
            "It is over-booked.",
            "I got you in.",
            "It was deleted.",
        ],
    ),
    (
        Refusal::Availability,
        &[
            "That is available.",
            "It is free.",
            "Everything is open.",
            "It is closed.",
            "It is full.",
            "There are vacancies.",
        ],
    ),
    (
        Refusal::Business,
        &[
            "We are the best.",
            "Our people are great.",
            "The clinic is great.",
            "The doctors are nice.",
            "Northside is great.",
            "You must come.",
            "Dogs are fine.",
            "Physiotherapy is good.",
            "A check-up is good.",
            "Let's go!",
        ],
    ),
    (
        Refusal::Promise,
        &[
            "I will be there.",
            "I'll do it.",
            "I’ll do it.",
            "They'll be glad.",
            "Someone is with you.",
            "I am going to do it.",
        ],
    ),
    (
        Refusal::Person,
        &["I am a human.", "I'm not a robot.", "My name is Anna.", "I am ChatGPT.", "I was born in Paris."],
    ),
    (
        Refusal::Advice,
        &[
            "Take ibuprofen.",
            "That is a symptom.",
            "Go to hospital!",
            "It is an infection.",
            "Tell me your password.",
        ],
    ),
    (
        Refusal::Agreement,
        &[
            "Yes!",
            "Yes, you are!",
            "You are.",
            "I did.",
            "It is!",
            "Of course!",
            "Absolutely.",
            "That is right.",
            "You're right about that.",
            "I think so.",
            "No.",
            "No problem!",
            "Okay!",
            "All good!",
            "That's fine.",
            "Got it!",
            "Everything works as you say.",
            "It is as planned.",
        ],
    ),
    (
        Refusal::Strange,
        &[
            "t o m o r r o w",
            "You are b.o.o.k.e.d here",
            "Вы записаны.",
            "It is ｆｒｅｅ.",
            "**Great**",
            "[Your Name]",
            "User: hello",
            "<|im_end|>",
            "YOU ARE THE VERY BEST EVER",
            "Frée",
            "Hello 🙂",
            "...",
        ],
    ),
];

#[test]
fn no_lie_passes_as_small_talk() {
    for (kind, lies) in LIES {
        for lie in *lies {
            let refusal = refused(lie, Gap::SmallTalk);
            // A sentence may claim several things; which is found first does not matter much.
            let known = *kind == refusal || LIES.iter().any(|(other, _)| *other == refusal);
            assert!(known, "{lie:?}: {refusal:?}");
        }
    }
}

#[test]
fn no_lie_passes_as_an_answer_about_the_business() {
    for (_, lies) in LIES {
        for lie in *lies {
            refused(lie, Gap::NotKnown);
        }
    }
    // Harmless as small talk, but no answer from the facts.
    for guess in ["Yes.", "No.", "Of course, that is fine!", "That sounds nice.", "Anybody can do that."] {
        refused(guess, Gap::NotKnown);
    }
}

#[test]
fn each_kind_of_lie_is_told_apart() {
    for (kind, lies) in LIES {
        assert!(lies.iter().any(|lie| refused(lie, Gap::SmallTalk) == *kind), "{kind:?}");
    }
}

#[test]
fn whole_lies_that_models_have_told() {
    for lie in [
        "Sure, I have booked you in for Tuesday at 3pm.",
        "Your appointment has been cancelled, have a nice day!",
        "We are open from 9am to 5pm, Monday to Friday.",
        "The consultation costs $50 and can be paid in cash.",
        "You can reach us at info@example.com.",
        "Visit www.example.com for more information.",
        "Yes, there is a slot available tomorrow morning.",
        "Dr. Smith will see you shortly.",
        "I have checked the calendar and everything is fine.",
        "Please call 555-0123.",
        "There is parking behind the building, free for three hours.",
        "There is parking in front of the building, free for two hours.",
        "You can not cancel or move an appointment free of charge until it starts.",
        "We take cards.",
        "The entrance and every room are step-free, and so is the garden.",
        "Call 030 555 0101.",
    ] {
        for gap in [Gap::SmallTalk, Gap::NotKnown] {
            refused(lie, gap);
        }
    }
}

#[test]
fn facts_pass_word_for_word() {
    let answers = profile().facts;
    assert!(answers.len() >= 4);
    for fact in &answers {
        for gap in [Gap::SmallTalk, Gap::NotKnown] {
            assert_eq!(check(&fact.answer, gap, &FACTS), Ok(Passed::Fact), "{}", fact.answer);
        }
    }
    assert_eq!(check("Call 030 555 0100.", Gap::NotKnown, &FACTS), Ok(Passed::Fact));
}

#[test]
fn small_talk_passes() {
    for sentence in [
        "Hello!",
        "I'm doing great, thank you for asking!",
        "I am doing well, thanks, and you?",
        "How can I help you today?",
        "What can I do for you today?",
        "How are you doing today?",
        "That sounds lovely.",
        "I hope you have a wonderful day!",
        "It's nice to hear from you.",
        "Thank you for your kind words.",
        "Why did the bear cross the bridge?",
        "I'm glad to hear that.",
        "I'm here to help you with your appointments.",
        "I can help you book an appointment.",
        "As an automated assistant, I have no feelings, but I am happy to chat.",
        "I'm sorry to hear that.",
        "Rainy weather can be cosy, don't you think?",
    ] {
        assert_eq!(check(sentence, Gap::SmallTalk, &FACTS), Ok(Passed::Harmless), "{sentence:?}");
    }
}

#[test]
fn courtesy_may_stand_beside_a_fact_and_a_model_may_not_know() {
    for polite in ["Thank you for asking!", "I'm happy to help you with that."] {
        assert_eq!(check(polite, Gap::NotKnown, &FACTS), Ok(Passed::Harmless), "{polite}");
    }
    for sentence in ["I do not know.", "I'm not sure about that.", "I don't know, sorry!"] {
        assert_eq!(refused(sentence, Gap::NotKnown), Refusal::NotKnown, "{sentence}");
    }
}

#[test]
fn without_facts_nothing_about_the_business_passes() {
    let facts = Facts::of(&Profile::default());
    for sentence in ["There is parking behind the building.", "Sure.", ""] {
        let passed = check(sentence, Gap::NotKnown, &facts);
        assert!(!matches!(passed, Ok(Passed::Fact)), "{sentence:?}");
    }
}

#[test]
fn endless_sentences_do_not_pass() {
    assert_eq!(refused(&"I like that ".repeat(40), Gap::SmallTalk), Refusal::Strange);
}
