//! From tokens to what was said: small rules, each of which takes what it understands or nothing.

mod beside;
mod clock;
mod cursor;
mod date;
mod end;
mod holiday;
mod joint;
mod moment;
mod month_day;
mod numeric;
mod open;
mod part;
mod period;
mod range;
mod relative;
mod vague;
mod zone;

pub(crate) use clock::with_meridiem;
use cursor::Cursor;
pub(crate) use cursor::Loose;
pub(crate) use moment::join_dates;
pub(crate) use range::pair;

use crate::lex::{self, Kind, Token};
use crate::syntax::Item;

/// Reads a phrase from left to right; words that say nothing about time become [`Joint::Words`].
///
/// Every rule looks only a few tokens ahead, so this is linear in the length of the text.
pub(crate) fn items(text: &str, loose: Loose, asked: bool) -> Vec<Item> {
    let tokens = lex::tokens(text);
    let lone = is_lone_number(&tokens, asked);
    let loose_here = if lone { loose } else { Loose::Neither };
    let mut cursor = Cursor { text, tokens: &tokens, at: 0, loose: loose_here, after_time: false, depth: 0 };
    if !lone && loose == Loose::Day {
        // "5 or 6" after "which day?"
        cursor.loose = Loose::Day;
    }
    let mut items = Vec::new();
    while !cursor.is_done() {
        if let Some(said) = cursor.attempt(Cursor::said) {
            cursor.after_time = said.time.is_some();
            items.push(Item::Said(said));
        } else {
            let number = cursor.at_number();
            let joint = cursor.joint();
            // The second of two numbers side by side is no more a time than the first.
            if number && cursor.at_number() && !cursor.names_a_clock() {
                cursor.joint();
            }
            // One gap is as good as many.
            if items.last() != Some(&Item::Joint(joint)) {
                items.push(Item::Joint(joint));
            }
        }
    }
    items
}

/// Whether the text is a number and perhaps a polite word: then it answers what was asked.
fn is_lone_number(tokens: &[Token], asked: bool) -> bool {
    let mut numbers = 0;
    let joined =
        tokens.iter().any(|token| matches!(token.kind, Kind::Word(lex::W::Or | lex::W::Past | lex::W::To)));
    let calm = tokens.iter().all(|token| match token.kind {
        Kind::Word(_) if token.glued => false,
        Kind::Number { .. } | Kind::Word(lex::W::Number(_)) => {
            numbers += 1;
            true
        }
        Kind::Word(
            lex::W::Please
            | lex::W::At
            | lex::W::Around
            | lex::W::Or
            | lex::W::Half
            | lex::W::Quarter
            | lex::W::Past
            | lex::W::To
            | lex::W::A
            | lex::W::AmLetter
            | lex::W::The
            | lex::W::On
            | lex::W::And,
        ) => true,
        Kind::Sign(sign) => !matches!(sign, '%' | '$' | '€' | '£' | '+' | '#' | '/' | '-' | '*' | '=' | '°'),
        _ => false,
    });
    // Two numbers side by side are a time only where one was asked for.
    calm && (numbers == 1 || (numbers <= 4 && (asked || joined)))
}
