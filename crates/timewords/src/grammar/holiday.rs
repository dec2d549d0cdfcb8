//! Holidays by name.

use chrono::Weekday;

use super::cursor::Cursor;
use crate::lex::{Unit, W};
use crate::resolve::Holiday;
use crate::syntax::DateExpr;

impl Cursor<'_> {
    pub(super) fn holiday_name(&mut self) -> Option<(Holiday, i64)> {
        if let Some(W::Holiday(holiday)) = self.word(0) {
            self.at += 1;
            let eve = self.letters(0).eq_ignore_ascii_case("eve");
            if eve {
                self.at += 1;
                return Some((holiday, -1));
            }
            if matches!(self.word(0), Some(W::Unit(Unit::Day))) {
                self.at += 1;
            } else if holiday == Holiday::Easter
                && let Some(W::Weekday(day, _)) = self.word(0)
                && let Some(offset) = match day {
                    Weekday::Mon => Some(1),
                    Weekday::Sun => Some(0),
                    Weekday::Sat => Some(-1),
                    Weekday::Fri => Some(-2),
                    _ => None,
                }
            {
                self.at += 1;
                return Some((holiday, offset));
            }
            return Some((holiday, 0));
        }
        const NAMES: &[(&[&str], Holiday, i64)] = &[
            (&["new", "year's", "eve"], Holiday::NewYear, -1),
            (&["new", "years", "eve"], Holiday::NewYear, -1),
            (&["new", "year", "eve"], Holiday::NewYear, -1),
            (&["new", "year's", "day"], Holiday::NewYear, 0),
            (&["new", "years", "day"], Holiday::NewYear, 0),
            (&["new", "year's"], Holiday::NewYear, 0),
            (&["new", "years"], Holiday::NewYear, 0),
            (&["new", "year"], Holiday::NewYear, 0),
            (&["boxing", "day"], Holiday::Christmas, 1),
            (&["good", "friday"], Holiday::Easter, -2),
            (&["whit", "monday"], Holiday::Pentecost, 1),
            (&["ascension", "day"], Holiday::Easter, 39),
            (&["ash", "wednesday"], Holiday::Easter, -46),
            (&["palm", "sunday"], Holiday::Easter, -7),
            (&["valentine's", "day"], Holiday::Valentine, 0),
            (&["valentines", "day"], Holiday::Valentine, 0),
            (&["valentine's"], Holiday::Valentine, 0),
            (&["valentines"], Holiday::Valentine, 0),
            (&["st", "patrick's", "day"], Holiday::StPatrick, 0),
            (&["independence", "day"], Holiday::Independence, 0),
            (&["labor", "day"], Holiday::LaborDay, 0),
            (&["memorial", "day"], Holiday::MemorialDay, 0),
            (&["martin", "luther", "king", "day"], Holiday::MartinLutherKing, 0),
            (&["black", "friday"], Holiday::Thanksgiving, 1),
        ];
        if self.word(0) != Some(W::Named) {
            return None;
        }
        let same = |ahead: usize, name: &str| {
            let said = self
                .letters(ahead)
                .chars()
                .map(|c| if c == '\u{2019}' { '\'' } else { c.to_ascii_lowercase() });
            said.eq(name.chars())
        };
        let (words, holiday, offset) = NAMES
            .iter()
            .find(|(words, ..)| words.iter().enumerate().all(|(ahead, word)| same(ahead, word)))?;
        self.at += words.len();
        Some((*holiday, *offset))
    }

    /// "Christmas Eve", "Easter Monday", "New Year's Day".
    pub(super) fn holiday(&mut self) -> Option<DateExpr> {
        let _ = self.the();
        let _ = self.which_this();
        let (holiday, offset) = self.holiday_name()?;
        let year = self.year_tail();
        Some(DateExpr::Holiday { holiday, year, offset })
    }
}
