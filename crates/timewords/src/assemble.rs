//! From things said and what joins them to wanted, excluded and alternative times.

use crate::grammar::{join_dates, with_meridiem};
use crate::syntax::{Clock, DateExpr, Item, Joint, Meridiem, MonthExpr, Said, TimeExpr};

/// Things said together, with what is ruled out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    pub(crate) said: Said,
    pub(crate) excluded: bool,
    /// It was joined to the group before by "or", "and" or a comma.
    listed: bool,
}

/// Groups what belongs together and shares what was said once for several: "Tuesday or Wednesday at 4".
pub(crate) fn groups(items: Vec<Item>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut joint = Joint::Words;
    let mut negation: Option<Joint> = None;
    for item in items {
        match item {
            Item::Joint(new) => {
                match new {
                    Joint::Not | Joint::Except => negation = Some(new),
                    Joint::But | Joint::Stop => negation = None,
                    // "not Tuesday, Wednesday": a comma ends what "not" rules out, once something was.
                    Joint::Comma if negation == Some(Joint::Not) => {
                        negation = None;
                    }
                    Joint::Fails | Joint::Withdrawn => {
                        negation = None;
                        if let Some(last) = groups.last_mut() {
                            last.excluded = true;
                        }
                    }
                    _ => {}
                }
                joint = stronger(joint, new);
            }
            Item::Said(said) => {
                let excluded = negation.is_some();
                add(&mut groups, said, joint, excluded);
                joint = Joint::Glue;
            }
        }
    }
    // How long or where, without when, says nothing here.
    groups.retain(|group| group.said.says_when());
    share(&mut groups);
    groups
}

/// Of several joints in a row the one that says most.
const fn stronger(a: Joint, b: Joint) -> Joint {
    const fn weight(joint: Joint) -> u8 {
        match joint {
            Joint::Glue => 0,
            Joint::Comma | Joint::Words => 1,
            Joint::Stop => 2,
            Joint::And => 3,
            Joint::Or => 4,
            Joint::But => 5,
            Joint::Not | Joint::Except | Joint::Fails | Joint::Withdrawn => 6,
        }
    }
    if weight(b) >= weight(a) { b } else { a }
}

fn add(groups: &mut Vec<Group>, said: Said, joint: Joint, excluded: bool) {
    let listed = matches!(joint, Joint::Or | Joint::And | Joint::Comma | Joint::Glue);
    let apart = matches!(joint, Joint::Or | Joint::But | Joint::Fails | Joint::Withdrawn);
    if let Some(last) = groups.last_mut()
        && last.excluded == excluded
        && !apart
        && !(excluded && joint == Joint::And)
        && let Some(merged) = merge(&last.said, &said)
    {
        last.said = merged;
        return;
    }
    groups.push(Group { said, excluded, listed });
}

/// Both as one, if neither says what the other says.
fn merge(a: &Said, b: &Said) -> Option<Said> {
    let date = match (&a.date, &b.date) {
        (Some(x), Some(y)) if x == y => Some(x.clone()),
        (Some(x), Some(y)) => Some(join_dates(x, y)?),
        (x, y) => x.clone().or_else(|| y.clone()),
    };
    let time = match (a.time, b.time) {
        (Some(x), Some(y)) if x == y => Some(x),
        (Some(TimeExpr::After(from)), Some(TimeExpr::Before(to))) => {
            let (from, to) = crate::grammar::pair(from, to);
            Some(TimeExpr::Between(from, to))
        }
        (Some(_), Some(_)) => return None,
        (x, y) => x.or(y),
    };
    let part = match (a.part, b.part) {
        (Some(x), Some(y)) if x != y => return None,
        (x, y) => x.or(y),
    };
    Some(Said {
        date,
        time,
        part,
        half: a.half.or(b.half),
        zone: a.zone.or(b.zone),
        vague: match (a.vague, b.vague) {
            (Some(crate::Vague::Any | crate::Vague::Soon), more @ Some(_)) => more,
            (some, more) => some.or(more),
        },
        duration_minutes: a.duration_minutes.or(b.duration_minutes),
        approximate: a.approximate || b.approximate,
        start: a.start.min(b.start),
        end: a.end.max(b.end),
    })
}

/// What was said once for several choices goes for each of them.
fn share(groups: &mut [Group]) {
    // From the back: "Tuesday or Wednesday at 4", "2 or 3pm", "the 18th or 19th of June".
    for at in (1..groups.len()).rev() {
        let [.., before, group] = groups.get_mut(..=at).unwrap_or_default() else { continue };
        if !group.listed || before.excluded != group.excluded {
            continue;
        }
        if before.said.date.is_some()
            && before.said.time.is_none()
            && before.said.part.is_none()
            && group.said.date.is_some()
        {
            before.said.time = group.said.time;
            before.said.part = group.said.part;
            before.said.half = group.said.half;
        }
        if before.said.date.is_none() && before.said.vague.is_none() && group.said.date.is_some() {
            before.said.date.clone_from(&group.said.date);
        }
        if let (Some(TimeExpr::At(first)), Some(TimeExpr::At(second))) = (before.said.time, group.said.time) {
            before.said.time = Some(TimeExpr::At(same_half(first, second)));
        }
        if let (
            Some(DateExpr::MonthDay { month: month @ MonthExpr::Unsaid, .. }),
            Some(DateExpr::MonthDay { month: said, .. }),
        ) = (&mut before.said.date, &group.said.date)
        {
            *month = *said;
        }
        before.said.zone = before.said.zone.or(group.said.zone);
    }
    // From the front: "Tuesday at 3 or 4", "next week Monday or Tuesday".
    for at in 1..groups.len() {
        let [.., before, group] = groups.get_mut(..=at).unwrap_or_default() else { continue };
        if before.excluded != group.excluded {
            // "make it 4 instead of 3 on Friday" shares no day: what is ruled out stands for itself.
            continue;
        }
        if group.listed && group.said.date.is_none() && group.said.vague.is_none() {
            group.said.date.clone_from(&before.said.date);
        }
        if let (
            Some(DateExpr::InWeek { weeks, .. }),
            Some(DateExpr::Weekday { day, which: crate::syntax::Which::Bare }),
        ) = (&before.said.date, &group.said.date)
        {
            group.said.date = Some(DateExpr::InWeek { day: *day, weeks: *weeks });
        }
    }
}

/// Gives the day that was said for one of several listed groups to those that have none.
pub(crate) fn share_day(mut groups: Vec<&mut Group>) {
    let lacks = |group: &Group| group.said.date.is_none() && group.said.vague.is_none();
    for pair in (1..groups.len()).rev().chain(1..groups.len()) {
        let [.., before, group] = groups.get_mut(..=pair).unwrap_or_default() else { continue };
        if group.listed && before.excluded == group.excluded {
            if lacks(before) {
                before.said.date.clone_from(&group.said.date);
            } else if lacks(group) {
                group.said.date.clone_from(&before.said.date);
            }
        }
    }
}

/// "2 or 3pm": both in the afternoon, if the first then comes before the second.
fn same_half(first: Clock, second: Clock) -> Clock {
    match second.meridiem {
        Meridiem::Am | Meridiem::Pm => with_meridiem(first, second.meridiem),
        _ => first,
    }
}

/// Whether a phrase's first group goes on with what another phrase began.
pub(crate) fn joins(last: &Group, next: &Group) -> bool {
    last.excluded == next.excluded && merge(&last.said, &next.said).is_some()
}

/// Joins them.
pub(crate) fn join(last: &mut Group, next: Group) {
    if let Some(merged) = merge(&last.said, &next.said) {
        last.said = merged;
    }
}
