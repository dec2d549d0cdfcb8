//! From an interpretation to what the person does with the message, as a list in the order in which it is dealt with.

use protocol::{Intent, Interpretation};

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
    /// Took one of the choices by sending exactly the quick reply for it.
    Tap(usize),
    Correct,
    Alternatives,
    Request(Wish),
    /// Answers the open question, or just says a time or a service.
    Answer,
    Unclear,
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
    interpretation: &Interpretation,
    heard: &Heard<'_>,
    question: Option<&Question>,
    tapped: Option<usize>,
) -> Vec<Act> {
    if let Some(tapped) = tapped.and_then(|index| tap(index, question)) {
        return vec![tapped];
    }
    let has = |intent| interpretation.has(intent);
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

    let wishes = wishes(interpretation, heard, question);
    let other_wish = !wishes.is_empty();
    // "yes, Tuesday at 3" is a yes to Tuesday at 3 only; `Turn::yes` compares.
    add(has(Intent::Affirm), Act::Yes);
    // A new wish, another time or "stop" says more than the "no" before it.
    let replaced = has(Intent::Correct) || has(Intent::RequestAlternatives) || has(Intent::Stop);
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
fn wishes(interpretation: &Interpretation, heard: &Heard<'_>, question: Option<&Question>) -> Vec<Wish> {
    let has = |intent| interpretation.has(intent);
    let mut wishes = Vec::new();
    if has(Intent::Cancel) {
        wishes.push(Wish::Cancel);
    }
    if has(Intent::Reschedule) {
        wishes.push(Wish::Move);
    }
    // "yes, book me in" says nothing but yes.
    let confirming = question.is_some_and(|question| question.about.asked() == protocol::Asked::Confirm);
    if has(Intent::Book) && !(has(Intent::Affirm) && confirming && heard.is_empty()) {
        wishes.push(Wish::Book);
    }
    // "are you free on Friday? then book it" is a booking.
    if has(Intent::CheckAvailability) && wishes.is_empty() {
        wishes.push(Wish::Browse);
    }
    let booked_first = interpretation.spans.iter().find_map(|span| span.role);
    if booked_first == Some(protocol::SpanRole::Wanted) && heard.says_existing() {
        wishes.sort_by_key(|wish| matches!(wish, Wish::Cancel | Wish::Move));
    }
    wishes
}

fn tap(index: usize, question: Option<&Question>) -> Option<Act> {
    match (question?.about, index) {
        (About::Booking(_) | About::Moving(..) | About::Cancelling(_), 0) => Some(Act::Yes),
        (About::Booking(_) | About::Moving(..) | About::Cancelling(_), _) => Some(Act::No),
        _ => Some(Act::Tap(index)),
    }
}
