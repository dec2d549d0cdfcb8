//! What is shown of a conversation, and in which groups.

use protocol::{ChatMessage, ChatReply, MessageRole};
use uuid::Uuid;

/// Lines of one speaker within this time stand together.
const GROUP_MS: i64 = 5 * 60 * 1000;

/// One line of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub role: MessageRole,
    pub text: String,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// The appointment it is about.
    pub appointment: Option<Uuid>,
    /// What it offers.
    pub choices: Vec<String>,
    /// It came while the person was looking.
    pub is_new: bool,
}

impl Line {
    /// What the person has just said; they saw it since they sent it.
    pub fn said(text: String, at_ms: i64) -> Self {
        Self { role: MessageRole::User, text, at_ms, appointment: None, choices: Vec::new(), is_new: false }
    }

    /// What they were just answered.
    pub fn answered(reply: ChatReply, at_ms: i64) -> Self {
        Self {
            role: MessageRole::Assistant,
            text: reply.reply,
            at_ms,
            appointment: reply.appointment_id,
            choices: reply.quick_replies.unwrap_or_default(),
            is_new: true,
        }
    }
}

impl From<ChatMessage> for Line {
    fn from(message: ChatMessage) -> Self {
        Self {
            role: message.role,
            text: message.content,
            at_ms: message.ts.timestamp_millis(),
            appointment: message.appointment_id,
            choices: message.quick_replies.unwrap_or_default(),
            is_new: false,
        }
    }
}

/// Where a line stands among the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    pub index: usize,
    pub line: Line,
    /// The first of its day.
    pub begins_day: bool,
    /// The first of its group.
    pub begins_group: bool,
}

/// Places the lines; `day` numbers the days of the person's zone.
pub fn place(lines: &[Line], day: impl Fn(i64) -> i64) -> Vec<Placed> {
    let before = std::iter::once(None).chain(lines.iter().map(Some));
    lines
        .iter()
        .zip(before)
        .enumerate()
        .map(|(index, (line, before))| {
            let begins_day = before.is_none_or(|before| day(before.at_ms) != day(line.at_ms));
            let goes_on =
                before.is_some_and(|before| before.role == line.role && line.at_ms - before.at_ms < GROUP_MS);
            Placed { index, line: line.clone(), begins_day, begins_group: begins_day || !goes_on }
        })
        .collect()
}

/// The last line that speaks of each appointment shows it; the ones before do not repeat it.
pub fn shows_appointment(lines: &[Line], index: usize) -> Option<Uuid> {
    let id = lines.get(index)?.appointment?;
    let later = lines.iter().skip(index + 1).any(|line| line.appointment == Some(id));
    (!later).then_some(id)
}

/// What the last line offers, if nothing was said since.
pub fn choices(lines: &[Line]) -> &[String] {
    lines.last().map_or(&[], |line| &line.choices)
}

#[cfg(test)]
mod tests {
    use protocol::MessageRole;
    use uuid::Uuid;

    use super::{Line, choices, place, shows_appointment};

    const MINUTE: i64 = 60_000;
    const DAY: i64 = 24 * 60 * MINUTE;

    fn line(role: MessageRole, at_ms: i64) -> Line {
        Line { role, ..Line::said("hello".into(), at_ms) }
    }

    #[test]
    fn a_speaker_s_lines_stand_together_for_a_while() {
        let (user, desk) = (MessageRole::User, MessageRole::Assistant);
        let lines = [
            line(user, 0),
            line(desk, MINUTE),
            line(desk, 2 * MINUTE),
            line(desk, 8 * MINUTE),
            line(desk, DAY + MINUTE),
        ];
        let placed = place(&lines, |at| at.div_euclid(DAY));
        let groups: Vec<bool> = placed.iter().map(|placed| placed.begins_group).collect();
        assert_eq!(groups, [true, true, false, true, true]);
        let days: Vec<bool> = placed.iter().map(|placed| placed.begins_day).collect();
        assert_eq!(days, [true, false, false, false, true]);
    }

    #[test]
    fn the_day_is_the_person_s() {
        let lines = [line(MessageRole::User, DAY - MINUTE), line(MessageRole::User, DAY + MINUTE)];
        assert!(place(&lines, |at| at.div_euclid(DAY))[1].begins_day);
        // Two hours ahead of UTC both are of the same day.
        assert!(!place(&lines, |at| (at + 120 * MINUTE).div_euclid(DAY))[1].begins_group);
    }

    #[test]
    fn only_the_last_line_about_an_appointment_shows_it() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let about = |id| Line { appointment: Some(id), ..line(MessageRole::Assistant, 0) };
        let lines = [about(one), about(other), about(one), line(MessageRole::User, 0)];
        let shown: Vec<_> = (0..5).map(|index| shows_appointment(&lines, index)).collect();
        assert_eq!(shown, [None, Some(other), Some(one), None, None]);
    }

    #[test]
    fn an_offer_counts_until_something_is_said() {
        let offer = Line { choices: vec!["15:00".into()], ..line(MessageRole::Assistant, 0) };
        assert_eq!(choices(std::slice::from_ref(&offer)), ["15:00"]);
        assert!(choices(&[offer, line(MessageRole::User, 0)]).is_empty());
        assert!(choices(&[]).is_empty());
    }
}
