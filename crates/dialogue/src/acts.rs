//! From an interpretation to what the person does with the message, as a list in the order in which it is dealt with.

use std::borrow::Cow;

use protocol::{Asked, Intent, Interpretation, SpanRole};
use timewords::Phrase;

use crate::heard::Heard;
use crate::state::{About, Question};

/// One thing that a person does with a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Act {
    StartOver,
    Stop,
    /// Asks for what is not ours; whatever else the message says, nothing is booked.
    NotOurs,
    Greet,
    Thank,
    Leave,
    Chat,
    AskHelp,
    AskPerson,
    AskBusiness,
    List,
    Yes,
    No,
    Pick,
    /// Means all of the appointments that they were asked to choose from.
    All,
    /// Took one of the choices by sending exactly the quick reply for it.
    Tap(usize),
    Correct,
    Alternatives,
    Request(Wish),
    /// Answers the open question, or just says a time or a service.
    Answer,
    Unclear,
    /// Is not in English.
    Foreign,
}

/// Something to be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wish {
    Cancel,
    Move,
    Book,
    Browse,
}

/// What the person does. `tapped` is the quick reply that the message repeats word for word, by its position.
pub(crate) fn derive(
    text: &str,
    interpretation: &Interpretation,
    heard: &Heard<'_>,
    question: Option<&Question>,
    tapped: Option<usize>,
    foreign: bool,
) -> Vec<Act> {
    if let Some(tapped) = tapped.and_then(|index| tap(index, question)) {
        return vec![tapped];
    }
    // What the interpreter makes of another language is chance.
    if foreign {
        return vec![Act::Foreign];
    }
    let has = |intent| interpretation.has(intent);
    let which = question.is_some_and(|question| question.about == About::Appointment);
    if which && says_all(text) && !has(Intent::Deny) && !has(Intent::OutOfScope) {
        return vec![Act::All];
    }
    let mut acts = Vec::new();
    let mut add = |condition: bool, act| {
        if condition {
            acts.push(act);
        }
    };
    add(has(Intent::StartOver), Act::StartOver);
    add(has(Intent::Stop), Act::Stop);
    add(has(Intent::Greet), Act::Greet);
    if has(Intent::OutOfScope) {
        add(true, Act::NotOurs);
        add(has(Intent::HumanHandoff), Act::AskPerson);
        return acts;
    }
    add(has(Intent::Thanks), Act::Thank);
    add(has(Intent::SmallTalk), Act::Chat);
    add(has(Intent::Help), Act::AskHelp);
    add(has(Intent::BusinessQuestion), Act::AskBusiness);
    add(has(Intent::HumanHandoff), Act::AskPerson);
    add(has(Intent::ListBookings), Act::List);

    let wishes = wishes(text, interpretation, heard, question);
    let other_wish = !wishes.is_empty();
    // "yes, move it instead" is no yes to cancelling; "yes, and move the other one" is.
    let cancelling =
        matches!(question.map(|question| question.about), Some(About::Cancelling(_) | About::CancellingAll));
    let instead = cancelling && other_wish && !says_more(text);
    add(has(Intent::Affirm) && !has(Intent::Deny) && !instead, Act::Yes);
    // A new wish, another time or "stop" says more than the "no" before it.
    let replaced =
        other_wish || has(Intent::Correct) || has(Intent::RequestAlternatives) || has(Intent::Stop);
    add(has(Intent::Deny) && !replaced, Act::No);
    add(has(Intent::SelectOption), Act::Pick);
    add(has(Intent::Correct) && !other_wish, Act::Correct);
    add(has(Intent::RequestAlternatives) && !has(Intent::Correct) && !other_wish, Act::Alternatives);
    wishes.into_iter().for_each(|wish| add(true, Act::Request(wish)));
    add(has(Intent::Goodbye), Act::Leave);

    // Polite words beside an answer: "hi, Tuesday at 3".
    let only_polite = acts.iter().all(|act| matches!(act, Act::Greet | Act::Thank | Act::Leave));
    let only_no = acts.contains(&Act::No) && !heard.is_empty();
    if only_polite && !heard.is_empty() || only_no && !other_wish && !has(Intent::SelectOption) {
        acts.push(Act::Answer);
    }
    if acts.is_empty() {
        acts.push(if question.is_some() { Act::Answer } else { Act::Unclear });
    }
    acts
}

/// What is to be done, in the order of the message as far as its words about time tell.
fn wishes(
    text: &str,
    interpretation: &Interpretation,
    heard: &Heard<'_>,
    question: Option<&Question>,
) -> Vec<Wish> {
    let has = |intent| interpretation.has(intent);
    // "yes, book me in", "yes, move it to Thursday" wish for nothing but what was asked.
    let confirms = |wish| {
        let about = question.map(|question| question.about);
        let same = match wish {
            Wish::Book => matches!(about, Some(About::Booking(_))),
            Wish::Move => matches!(about, Some(About::Moving(..))),
            Wish::Cancel => {
                matches!(about, Some(About::Cancelling(_) | About::CancellingAll)) && heard.is_empty()
            }
            Wish::Browse => false,
        };
        has(Intent::Affirm) && same && (heard.is_empty() || !says_more(text))
    };
    let mut wishes = Vec::new();
    if has(Intent::Cancel) && !confirms(Wish::Cancel) {
        wishes.push(Wish::Cancel);
    }
    // "for my appointment" is no wish to move one: of the two the surer, unless one that exists is spoken of.
    let sure = |intent| {
        interpretation.intents.iter().find(|scored| scored.name == intent).map(|scored| scored.confidence)
    };
    let one_of_them = has(Intent::Book) && has(Intent::Reschedule) && !heard.says_existing();
    let rather_book = one_of_them && sure(Intent::Book) >= sure(Intent::Reschedule);
    let rather_move = one_of_them && !rather_book;
    if has(Intent::Reschedule) && !rather_book && !confirms(Wish::Move) {
        wishes.push(Wish::Move);
    }
    if has(Intent::Book) && !rather_move && !confirms(Wish::Book) {
        wishes.push(Wish::Book);
    }
    // "are you free on Friday? then book it" is a booking.
    if has(Intent::CheckAvailability) && wishes.is_empty() {
        wishes.push(Wish::Browse);
    }
    let booked_first = interpretation.spans.iter().find_map(|span| span.role);
    if booked_first == Some(SpanRole::Wanted) && heard.says_existing() {
        wishes.sort_by_key(|wish| matches!(wish, Wish::Cancel | Wish::Move));
    }
    wishes
}

/// Whether the message speaks of all there are: "both", "everything", "all of them"; not "that's all".
pub(crate) fn says_all(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().any(|(index, word)| {
        let before = index.checked_sub(1).and_then(|before| words.get(before)).copied();
        match *word {
            "both" | "everything" => true,
            "all" => !matches!(before, Some("that" | "s" | "thats" | "is" | "at" | "after" | "it" | "for")),
            "every" => {
                words.get(index + 1).is_some_and(|next| next.starts_with("appointment") || *next == "one")
            }
            _ => false,
        }
    })
}

/// Whether the message adds something to what it agrees to.
fn says_more(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "and" | "also" | "another" | "plus" | "then"))
}

fn tap(index: usize, question: Option<&Question>) -> Option<Act> {
    match (question?.about, index) {
        (about, 0) if about.asked() == Asked::Confirm => Some(Act::Yes),
        (about, _) if about.asked() == Asked::Confirm => Some(Act::No),
        _ => Some(Act::Tap(index)),
    }
}

/// The details that belong to this wish, where a message has several wishes.
pub(crate) fn part_for<'h, 'a>(wish: Wish, heard: &'h Heard<'a>, all: &[Act]) -> Cow<'h, Heard<'a>> {
    let wishes = all.iter().filter(|act| matches!(act, Act::Request(_))).count();
    let moves = all.contains(&Act::Request(Wish::Move));
    if wishes < 2 {
        return Cow::Borrowed(heard);
    }
    // With two services the first is of the appointment that exists: "cancel my haircut and book a massage".
    let (first, rest) = match heard.services.as_slice() {
        [first, rest @ ..] if !rest.is_empty() => (std::slice::from_ref(first), rest),
        services => (&[][..], services),
    };
    // "from … to": the existing time next to the wanted one belongs to the move, the others are cancelled.
    let moved = if moves { moved_phrases(&heard.phrases) } else { Vec::new() };
    let of = |phrases: Vec<usize>, services: &[&'a str]| {
        let phrases = phrases.into_iter().filter_map(|index| heard.phrases.get(index).copied()).collect();
        Cow::Owned(Heard { phrases, services: services.to_vec(), ..heard.clone() })
    };
    let others = |existing: bool| {
        let fits = |(index, phrase): &(usize, &Phrase<'_>)| {
            (phrase.role == SpanRole::Existing) == existing && !moved.contains(index)
        };
        heard.phrases.iter().enumerate().filter(fits).map(|(index, _)| index).collect::<Vec<_>>()
    };
    match wish {
        Wish::Move => of(moved.clone(), first),
        Wish::Cancel => of(others(true), first),
        Wish::Book | Wish::Browse => match of(others(false), rest) {
            Cow::Owned(part) => Cow::Owned(Heard { options: Vec::new(), ..part }),
            part @ Cow::Borrowed(_) => part,
        },
    }
}

/// The first wanted time and the existing one next to it.
fn moved_phrases(phrases: &[Phrase<'_>]) -> Vec<usize> {
    let existing = |index: usize| phrases.get(index).is_some_and(|phrase| phrase.role == SpanRole::Existing);
    let Some(wanted) = phrases.iter().position(|phrase| phrase.role == SpanRole::Wanted) else {
        return phrases.iter().position(|phrase| phrase.role == SpanRole::Existing).into_iter().collect();
    };
    let next_to = [wanted.checked_sub(1), wanted.checked_add(1)];
    let from = next_to.into_iter().flatten().find(|index| existing(*index));
    from.into_iter().chain([wanted]).collect()
}
