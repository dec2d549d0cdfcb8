//! What stands beside a number: "pm", or something that it counts.

use super::cursor::Cursor;
use crate::lex::{Kind, W};
use crate::syntax::Meridiem;

impl Cursor<'_> {
    /// "am", "p.m.", "p m", "in the PM"; single letters only right after a number.
    pub(super) fn meridiem(&mut self) -> Option<Meridiem> {
        self.attempt(|c| {
            if c.word(0) == Some(W::In) {
                c.eat_all(&[W::In, W::The])?;
                return match c.eat_any(&[W::Am, W::Pm])? {
                    W::Am => Some(Meridiem::Am),
                    _ => Some(Meridiem::Pm),
                };
            }
            // "9.am"
            if c.kind(0) == Some(Kind::Sign('.')) && matches!(c.word(1), Some(W::Am | W::Pm)) {
                c.at += 1;
            }
            let glued = c.glued(0);
            let (meridiem, whole) = match c.word(0)? {
                W::Am => (Meridiem::Am, true),
                W::Pm => (Meridiem::Pm, true),
                W::AmLetter => (Meridiem::Am, false),
                W::PmLetter => (Meridiem::Pm, false),
                _ => return None,
            };
            c.at += 1;
            if whole {
                return Some(meridiem);
            }
            let mut ahead = *c;
            let _ = ahead.eat_sign('.');
            if ahead.eat(W::M).is_some() {
                let _ = ahead.eat_sign('.');
                c.at = ahead.at;
                return Some(meridiem);
            }
            // "4a" alone is the number of something as often as a time.
            let alone = c.tokens.len() <= 3 && meridiem == Meridiem::Am;
            // "6 p" ends what was said.
            let last = meridiem == Meridiem::Pm && c.is_done();
            if !(glued || last) || (alone && c.at == 2) {
                return None;
            }
            let _ = c.eat_sign('.');
            Some(meridiem)
        })
    }

    pub(super) fn meridiem_follows(&self) -> bool {
        let mut ahead = *self;
        ahead.meridiem().is_some()
    }

    /// Whether what follows a number says that it counts or numbers something: "3 people", "3 %".
    pub(super) fn counts_something(&self) -> bool {
        match self.kind(0) {
            Some(Kind::Word(W::Counted | W::Ordinal(_) | W::Unit(_) | W::H | W::Weekend)) => true,
            Some(Kind::Word(W::Other)) => {
                // An unknown plural: "3 locations".
                let letters = self.letters(0);
                self.glued(0) || (letters.len() > 3 && letters.ends_with('s') && !letters.contains('\''))
            }
            Some(Kind::Sign(sign)) => {
                // A number of a telephone goes on after its dash.
                let goes_on = sign == '-'
                    && self.glued(0)
                    && self.glued(1)
                    && matches!(self.kind(1), Some(Kind::Number { digits: 3.., .. }));
                goes_on
                    || matches!(sign, '%' | '$' | '€' | '£' | '°' | '#' | '*')
                    || (matches!(sign, '.' | ',' | ':' | '/')
                        && self.glued(0)
                        && matches!(self.kind(1), Some(Kind::Number { .. }))
                        && self.glued(1))
            }
            Some(Kind::Number { .. }) => true,
            _ => false,
        }
    }

    /// Whether the number is written onto something before it: "A4", "1:1", "#3".
    pub(super) fn is_part_of_a_code(&self) -> bool {
        self.glued(0)
            && self
                .at
                .checked_sub(1)
                .and_then(|at| self.tokens.get(at))
                .is_some_and(|token| !matches!(token.kind, Kind::Sign('@' | '(' | '-' | ',' | '"' | '~')))
    }
}
