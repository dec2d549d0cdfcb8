//! Zones beside a clock time.

use chrono_tz::Tz;

use super::cursor::Cursor;
use crate::lex::{Kind, W};

impl Cursor<'_> {
    /// "London time", "EST", "(UTC+2)", "GMT-5", "Europe/Berlin".
    pub(super) fn zone(&mut self) -> Option<Tz> {
        let _ = self.eat_sign('(');
        let first = self.token(0)?;
        if !matches!(first.kind, Kind::Word(W::Other | W::Z | W::Cannot)) && !first.capital {
            return None;
        }
        // The longest run of tokens that names a zone: at most "New York time zone", "UTC + 05 : 30".
        let mut best = None;
        for length in 1..=5 {
            let Some(last) = self.token(length - 1) else { break };
            if last.kind == Kind::Sign(',') {
                break;
            }
            let words = self.text.get(first.start..last.end).unwrap_or_default();
            if let Some(zone) = crate::zone::beside_a_time(words) {
                best = Some((length, zone));
            }
        }
        let (length, zone) = best?;
        self.at += length;
        // "time", "timezone" were part of the name if it needed them.
        let _ = self.eat(W::Time);
        let _ = self.eat_sign(')');
        Some(zone)
    }
}
