//! A reply as server-sent events, told while it is made.
//!
//! | event | data | when |
//! |---|---|---|
//! | `delta` | [`Delta`] | a sentence of the reply, already checked; there may be none |
//! | `reply` | [`ChatReply`](crate::ChatReply) | last; it counts, and replaces what the deltas said |
//! | `error` | an object with `code` and `message` | last, if the turn failed after the first delta |

use serde::{Deserialize, Serialize};

/// Whoever accepts this gets events, and this is what they are.
pub const EVENT_STREAM: &str = "text/event-stream";

/// A sentence of a reply.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Delta {
    /// The sentence.
    pub text: String,
}

/// One event.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its data, which is JSON here.
    pub data: String,
}

/// Cuts events out of a stream that comes in pieces. It reads what our servers write: a name and one line of data.
#[derive(Debug, Default)]
pub struct Events {
    bytes: Vec<u8>,
}

impl Events {
    /// Adds a piece, of any length.
    pub fn push(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }

    /// How many bytes wait for the end of their event.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.bytes.len()
    }

    /// The next event that is complete. Comments, which keep a connection alive, are left out.
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            let end = self.bytes.windows(2).position(|pair| pair == b"\n\n")?;
            let rest = self.bytes.split_off(end + 2);
            let text = std::mem::replace(&mut self.bytes, rest);
            let text = String::from_utf8_lossy(&text);
            let field = |name: &str| {
                let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                value.map(|value| value.trim_start().to_owned()).unwrap_or_default()
            };
            let event = Event { name: field("event"), data: field("data") };
            if event != Event::default() {
                return Some(event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Events};

    #[test]
    fn events_come_out_whole_however_the_pieces_fall() {
        let stream = ":\n\nevent: delta\ndata: {\"text\":\"Grüezi 🙂\"}\n\nevent:reply\ndata:{}\n\nevent: de";
        for size in [1, 2, 7, stream.len()] {
            let (mut events, mut found) = (Events::default(), Vec::new());
            for piece in stream.as_bytes().chunks(size) {
                events.push(piece);
                found.extend(std::iter::from_fn(|| events.next_event()));
            }
            let event = |name: &str, data: &str| Event { name: name.into(), data: data.into() };
            assert_eq!(found, [event("delta", "{\"text\":\"Grüezi 🙂\"}"), event("reply", "{}")]);
            assert_eq!(events.pending(), "event: de".len());
        }
    }
}
