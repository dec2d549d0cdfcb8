//! Dates in figures.

use super::cursor::Cursor;
use crate::lex::{Kind, W};
use crate::syntax::DateExpr;

impl Cursor<'_> {
    /// "2026-11-24", "24.11.2026", "3/4", "24.11.", "20261124"; after "next" the following year's.
    pub(super) fn numeric_date(&mut self) -> Option<DateExpr> {
        let next = self.word(0) == Some(W::Next) && matches!(self.kind(1), Some(Kind::Number { .. }));
        if next {
            self.at += 1;
        }
        let (first, first_len) = self.digits()?;
        if first_len == 8 {
            return compact(first);
        }
        if first_len == 4 {
            return self.year_first(first);
        }
        let (separator, spaced) = self.separator()?;
        let (second, second_len) = self.digits()?;
        if first_len > 2 || second_len > 2 || first == 0 || second == 0 {
            return None;
        }
        let dotted = separator == '.';
        let year = self.attempt(|c| {
            let (again, _) = c.separator()?;
            if again != separator {
                return None;
            }
            match c.digits()? {
                (year, 4) => i32::try_from(year).ok(),
                (year, 2) => i32::try_from(2000 + year).ok(),
                _ => None,
            }
        });
        if year.is_none() {
            self.plain_pair(first, second, second_len, separator, spaced)?;
        }
        Some(DateExpr::Numeric { first, second, year, dotted, next })
    }

    /// Whether two numbers without a year are a date rather than a time, a fraction or a range of hours.
    fn plain_pair(
        &mut self,
        first: u32,
        second: u32,
        second_len: usize,
        separator: char,
        spaced: bool,
    ) -> Option<()> {
        let possible = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
        if !possible(first, second) && !possible(second, first) {
            // "30/13": a date that cannot be; other pairs are something else.
            return (separator == '/' && first <= 31 && second <= 31 && second_len == 2 && self.ends_here())
                .then_some(());
        }
        if self.meridiem_ahead() {
            return None;
        }
        match separator {
            '/' => self.ends_here().then_some(()),
            '.' => {
                // "8.5." and "13.01"; "3.30" was taken as a time before.
                let closed = self.glued(0) && self.eat_sign('.').is_some();
                let two = second_len == 2;
                (possible(first, second) && (closed || two || first > 12)).then_some(())
            }
            // "9-17" is a range of hours and "2-4" could be; "15-2" and "2-15" are dates.
            _ => {
                let hours = first < second && (6..=12).contains(&first) && second <= 22;
                let both_small = first <= 12 && second <= 12;
                (!hours && !both_small && !self.counts_something() && (!spaced || first.max(second) > 12))
                    .then_some(())
            }
        }
    }

    /// Whether the number is not part of something longer.
    pub(super) fn ends_here(&self) -> bool {
        !self.glued(0)
            || !matches!(
                self.kind(0),
                Some(Kind::Sign('/' | '%' | ':' | '$') | Kind::Word(_) | Kind::Number { .. })
            )
    }

    pub(super) fn meridiem_ahead(&self) -> bool {
        let mut ahead = *self;
        ahead.meridiem().is_some() || ahead.word(0) == Some(W::H)
    }

    /// "2026-11-24", "2022/30/11".
    pub(super) fn year_first(&mut self, year: u32) -> Option<DateExpr> {
        let (separator, _) = self.separator()?;
        let (month, month_len) = self.digits()?;
        let (again, _) = self.separator()?;
        let (day, day_len) = self.digits()?;
        if separator != again || month_len > 2 || day_len > 2 || !(1900..=2199).contains(&year) {
            return None;
        }
        // "2026-11-24T15:00"
        if self.word(0) == Some(W::T) && self.glued(0) {
            self.at += 1;
        }
        let (month, day) = if month > 12 && day <= 12 { (day, month) } else { (month, day) };
        Some(DateExpr::Ymd { year: i32::try_from(year).ok()?, month, day })
    }

    /// The sign between two numbers, and whether spaces stand around it.
    pub(super) fn separator(&mut self) -> Option<(char, bool)> {
        let Some(Kind::Sign(sign @ ('/' | '-' | '.'))) = self.kind(0) else { return None };
        let spaced = !self.glued(0) || !self.glued(1);
        if sign == '.' && spaced {
            return None;
        }
        self.at += 1;
        Some((sign, spaced))
    }
}

/// "20261124".
fn compact(value: u32) -> Option<DateExpr> {
    let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
    let plausible = (1900..=2199).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    plausible.then_some(DateExpr::Ymd { year: i32::try_from(year).ok()?, month, day })
}
