//! What joins the things said: "or", "not", "except", "doesn't work".

use super::cursor::Cursor;
use crate::lex::{Kind, W};
use crate::syntax::Joint;

impl Cursor<'_> {
    /// Takes at least one token that says nothing about time itself.
    pub(super) fn joint(&mut self) -> Joint {
        if let Some(joint) = self.attempt(Self::negation) {
            return joint;
        }
        let joint = match self.kind(0) {
            Some(Kind::Sign(',' | ';')) => Joint::Comma,
            Some(Kind::Sign('.' | '!' | '?')) => Joint::Stop,
            Some(Kind::Sign('/')) | Some(Kind::Word(W::Or)) => Joint::Or,
            Some(Kind::Sign('&')) | Some(Kind::Word(W::And)) => Joint::And,
            Some(Kind::Word(W::But)) => Joint::But,
            // These hold together what they stand between.
            Some(Kind::Word(
                W::At
                | W::On
                | W::In
                | W::The
                | W::Of
                | W::For
                | W::Around
                | W::Preferably
                | W::Please
                | W::A
                | W::AmLetter,
            )) => Joint::Glue,
            Some(Kind::Sign('@' | '(' | ')' | '-' | '"' | ':')) => Joint::Glue,
            _ => Joint::Words,
        };
        self.at += 1;
        joint
    }

    pub(super) fn negation(&mut self) -> Option<Joint> {
        let word = self.word(0)?;
        self.at += 1;
        match word {
            W::Except | W::Besides => {
                let _ = self.eat(W::For);
                let _ = self.eat_any(&[W::On, W::In, W::At]);
                Some(Joint::Except)
            }
            // "other than", "apart from", "anything but"
            W::Other_ => self.eat_any(&[W::Than, W::From]).map(|_| Joint::Except),
            W::But => {
                let anything = self.tokens.get(self.at.checked_sub(2)?).is_some_and(|token| {
                    self.text.get(token.start..token.end).is_some_and(|word| {
                        ["anything", "day", "time", "anytime", "anyday", "days"]
                            .iter()
                            .any(|w| word.eq_ignore_ascii_case(w))
                    })
                });
                if self.eat(W::Not).is_some() {
                    let _ = self.eat_any(&[W::On, W::In, W::At]);
                    return Some(Joint::Except);
                }
                anything.then_some(Joint::Except)
            }
            W::Instead => self.eat(W::Of).map(|()| Joint::Except),
            W::Rather => self.eat(W::Than).map(|()| Joint::Except),
            W::Not => {
                // "doesn't work", "don't want"
                if self.is_fit_verb(0) {
                    self.at += 1;
                    return Some(Joint::Fails);
                }
                // "I'm not sure", "I don't know": says nothing about what follows.
                let unsure = [
                    "sure", "know", "remember", "mind", "care", "think", "matter", "forget", "only",
                    "certain", "just",
                ];
                if unsure.iter().any(|word| self.letters(0).eq_ignore_ascii_case(word)) {
                    return Some(Joint::Words);
                }
                Some(Joint::Not)
            }
            W::Fails => {
                if self.is_fit_verb(0) || self.word(0) == Some(W::Possible) {
                    self.at += 1;
                }
                Some(Joint::Fails)
            }
            W::Cannot => {
                let question =
                    self.letters(0).eq_ignore_ascii_case("you") || self.letters(0).eq_ignore_ascii_case("we");
                (!question).then_some(Joint::Not)
            }
            W::Verb => {
                // "is no good", "is not possible", "does not work"
                if self.word(0) == Some(W::No)
                    && (self.letters(1).eq_ignore_ascii_case("good")
                        || self.letters(1).eq_ignore_ascii_case("use"))
                {
                    self.at += 2;
                    return Some(Joint::Fails);
                }
                if self.letters(0).eq_ignore_ascii_case("bad") || self.letters(0).eq_ignore_ascii_case("out")
                {
                    self.at += 1;
                    return Some(Joint::Fails);
                }
                if self.word(0) == Some(W::Not)
                    && !matches!(
                        self.kind(1),
                        Some(Kind::Number { .. } | Kind::Word(W::Weekday(..) | W::Before | W::After))
                    )
                {
                    self.at += 2;
                    return Some(Joint::Fails);
                }
                None
            }
            W::No => {
                // "no, make it 4" withdraws what stands before; "no mornings" rules out what follows.
                let comma = matches!(self.kind(0), Some(Kind::Sign(_)));
                if self.at == 1 && comma {
                    return Some(Joint::Words);
                }
                if comma || self.word(0) == Some(W::Actually) {
                    return Some(Joint::Withdrawn);
                }
                matches!(self.word(0), Some(W::Weekday(..) | W::Part(_) | W::Weekend)).then_some(Joint::Not)
            }
            W::Actually => Some(if self.at == 1 { Joint::Words } else { Joint::Withdrawn }),
            _ => None,
        }
    }

    pub(super) fn is_fit_verb(&self, ahead: usize) -> bool {
        ["work", "suit", "fit", "do", "good", "great", "ideal", "possible", "convenient", "available"]
            .iter()
            .any(|verb| self.letters(ahead).eq_ignore_ascii_case(verb))
            && !matches!(self.word(ahead + 1), Some(W::Weekday(..) | W::Part(_)))
    }
}
