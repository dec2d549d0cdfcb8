//! Messages with their right answers, in the notation of `models/LABELS.md`:
//! `intents | asked | text with {when:marked} words`.

use std::fmt::{self, Write as _};

use protocol::{Asked, Intent, Slot, Span, SpanRole};

/// A message and what is to be seen in it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Annotated {
    /// The `#: group` it stands under; empty before the first.
    pub group: String,
    /// In the order of the vocabulary, each once.
    pub intents: Vec<Intent>,
    /// What the assistant had asked for.
    pub asked: Option<Asked>,
    /// The message without marks.
    pub text: String,
    /// In the order of the message, never overlapping.
    pub spans: Vec<Span>,
}

/// Where a text departs from the notation.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct NotationError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
}

impl Annotated {
    /// Reads one line; `Err` says what is wrong with it.
    ///
    /// # Errors
    /// A description of the first departure from the notation.
    pub fn parse(line: &str) -> Result<Self, String> {
        let mut fields = split_at_bars(line);
        let (Some(names), Some(asked), Some(marked)) = (fields.next(), fields.next(), fields.next()) else {
            return Err("expected `intents | asked | text`".into());
        };
        let mut intents = match names.trim() {
            "-" => Vec::new(),
            names => names
                .split(',')
                .map(|name| name.trim().parse().map_err(|_| format!("unknown intent `{}`", name.trim())))
                .collect::<Result<Vec<Intent>, _>>()?,
        };
        intents.sort_unstable();
        intents.dedup();
        let asked = match asked.trim() {
            "-" => None,
            asked => Some(asked.parse().map_err(|_| format!("unknown slot `{asked}`"))?),
        };
        let (text, spans) = parse_marked(marked.trim())?;
        Ok(Self { group: String::new(), intents, asked, text, spans })
    }

    /// Reads a document: one message per line, empty lines and `#` comments skipped, `#: name` starts a group.
    ///
    /// # Errors
    /// The first line that departs from the notation.
    pub fn parse_document(document: &str) -> Result<Vec<Self>, NotationError> {
        let mut messages = Vec::new();
        let mut group = "";
        for (index, line) in document.lines().enumerate() {
            let line = line.trim();
            if let Some(name) = line.strip_prefix("#:") {
                group = name.trim();
            } else if !line.is_empty() && !line.starts_with('#') {
                let message =
                    Self::parse(line).map_err(|problem| NotationError { line: index + 1, problem })?;
                messages.push(Self { group: group.to_owned(), ..message });
            }
        }
        Ok(messages)
    }
}

/// The line in the notation; reading it gives the message again.
impl fmt::Display for Annotated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.intents.iter().map(|intent| intent.as_str()).collect();
        let names = if names.is_empty() { "-".to_owned() } else { names.join(",") };
        let asked = self.asked.map_or("-", Asked::as_str);
        write!(f, "{names} | {asked} | ")?;
        for (at, c) in self.text.chars().enumerate() {
            if self.spans.iter().any(|span| span.end == at) {
                f.write_char('}')?;
            }
            if let Some(span) = self.spans.iter().find(|span| span.start == at) {
                write!(f, "{{{}{}:", span.slot, role_mark(span.role))?;
            }
            if matches!(c, '{' | '}' | '|' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        let length = self.text.chars().count();
        if self.spans.iter().any(|span| span.end == length) {
            f.write_char('}')?;
        }
        Ok(())
    }
}

const fn role_mark(role: Option<SpanRole>) -> &'static str {
    match role {
        None | Some(SpanRole::Wanted) => "",
        Some(SpanRole::Excluded) => "-",
        Some(SpanRole::Existing) => "=",
    }
}

/// The three fields; a bar after a backslash is text, and so is every bar of the last field.
fn split_at_bars(line: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    line.splitn(3, move |c| {
        let splits = c == '|' && !escaped;
        escaped = c == '\\' && !escaped;
        splits
    })
}

fn parse_marked(marked: &str) -> Result<(String, Vec<Span>), String> {
    let mut text = String::new();
    let mut length = 0;
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Option<Span> = None;
    let mut chars = marked.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            '\\' => chars.next().filter(|c| matches!(c, '{' | '}' | '|' | '\\')).ok_or("stray backslash")?,
            '{' if open.is_some() => return Err("a span inside a span".into()),
            '{' => {
                let (label, rest) = chars.as_str().split_once(':').ok_or("a span without `:`")?;
                let (slot, role) = parse_label(label)?;
                open = Some(Span { slot, start: length, end: length, text: String::new(), role });
                chars = rest.chars();
                continue;
            }
            '}' => {
                let span = open.take().ok_or("`}` without a span")?;
                if span.text.is_empty() {
                    return Err("an empty span".into());
                }
                spans.push(Span { end: length, ..span });
                continue;
            }
            c => c,
        };
        text.push(literal);
        length += 1;
        if let Some(span) = &mut open {
            span.text.push(literal);
        }
    }
    match open {
        Some(_) => Err("a span that is not closed".into()),
        None => Ok((text, spans)),
    }
}

fn parse_label(label: &str) -> Result<(Slot, Option<SpanRole>), String> {
    match label {
        "when" => Ok((Slot::When, Some(SpanRole::Wanted))),
        "when-" => Ok((Slot::When, Some(SpanRole::Excluded))),
        "when=" => Ok((Slot::When, Some(SpanRole::Existing))),
        other => Ok((other.parse().map_err(|_| format!("unknown label `{other}`"))?, None)),
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Asked, Intent, Slot, SpanRole};

    use super::Annotated;

    const MIXED: &str = "reschedule,deny | - | no not {when-:tuesday}, could you move my {when=:friday 10am} to {when:wednesday}?";

    #[test]
    fn marks_become_offsets_in_characters() {
        let message = Annotated::parse("book | date | Zoë’s {service:Maniküre} {when:morgen}").unwrap();
        assert_eq!(message.text, "Zoë’s Maniküre morgen");
        assert_eq!((message.intents, message.asked), (vec![Intent::Book], Some(Asked::Date)));
        let spans: Vec<_> = message.spans.iter().map(|s| (s.slot, s.start, s.end, s.text.as_str())).collect();
        assert_eq!(spans, [(Slot::Service, 6, 14, "Maniküre"), (Slot::When, 15, 21, "morgen")]);
    }

    #[test]
    fn roles_are_read_and_intents_come_in_a_fixed_order() {
        let message = Annotated::parse(MIXED).unwrap();
        assert_eq!(message.intents, [Intent::Reschedule, Intent::Deny]);
        let roles: Vec<_> = message.spans.iter().map(|s| s.role.unwrap()).collect();
        assert_eq!(roles, [SpanRole::Excluded, SpanRole::Existing, SpanRole::Wanted]);
    }

    #[test]
    fn what_is_written_reads_back() {
        for line in
            [MIXED, "- | - | a \\{b\\} \\| c \\\\ {option:2}", "- | which | {option:second one} please"]
        {
            let message = Annotated::parse(line).unwrap();
            assert_eq!(message.to_string(), line);
            assert_eq!(Annotated::parse(&message.to_string()), Ok(message));
        }
    }

    #[test]
    fn departures_are_named() {
        for (line, problem) in [
            ("book | when", "expected `intents"),
            ("buy | - | x", "unknown intent `buy`"),
            ("- | colour | x", "unknown slot"),
            ("- | - | {when:x", "not closed"),
            ("- | - | x}", "`}` without"),
            ("- | - | {when:}", "empty span"),
            ("- | - | {when:{name:x}}", "inside a span"),
            ("- | - | {colour:x}", "unknown label"),
            ("- | - | a\\b", "stray backslash"),
        ] {
            let said = Annotated::parse(line).unwrap_err();
            assert!(said.contains(problem), "{line}: {said}");
        }
        let error = Annotated::parse_document("# fine\n\n#: group\nbook | - | x\nbook | x").unwrap_err();
        assert_eq!(error.line, 5);
    }

    #[test]
    fn groups_are_kept() {
        let messages = Annotated::parse_document("- | - | a\n#: second\n- | - | b").unwrap();
        assert_eq!(messages.iter().map(|m| m.group.as_str()).collect::<Vec<_>>(), ["", "second"]);
    }
}
