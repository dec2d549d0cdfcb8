//! Times of day.

use super::cursor::{Cursor, Loose};
use crate::lex::{Kind, Unit, W};
use crate::syntax::{Clock, Meridiem, TimeExpr};

/// A time of day that was said, or one that cannot be.
pub(super) enum Heard {
    Clock(Clock),
    Impossible,
}

impl Heard {
    pub(super) const fn time(self) -> TimeExpr {
        match self {
            Self::Clock(clock) => TimeExpr::At(clock),
            Self::Impossible => TimeExpr::Impossible,
        }
    }
}

const NOON: u32 = 12 * 60;

impl Clock {
    /// From an hour and minute as said. Hours from 13, and an hour of two digits that begins with 0, read only one way.
    pub(super) fn new(
        hour: u32,
        minute: u32,
        meridiem: Option<Meridiem>,
        leading_zero: bool,
    ) -> Option<Self> {
        if hour > 24 || minute > 59 || (hour == 24 && minute > 0) {
            return None;
        }
        let certain = hour == 0 || hour > 12 || leading_zero;
        let (minute, meridiem) = match meridiem {
            _ if certain && meridiem != Some(Meridiem::Pm) => (hour * 60 + minute, Meridiem::Certain),
            Some(Meridiem::Pm) if hour < 12 => ((hour + 12) * 60 + minute, Meridiem::Pm),
            Some(Meridiem::Am) if hour == 12 => (minute, Meridiem::Am),
            Some(said) => (hour * 60 + minute, said),
            None => ((hour % 12) * 60 + minute, Meridiem::Bare),
        };
        Some(Self { minute, meridiem, approximate: false, written: false, hour_only: false })
    }

    const fn noon() -> Self {
        Self {
            minute: NOON,
            meridiem: Meridiem::Certain,
            approximate: false,
            written: false,
            hour_only: true,
        }
    }

    const fn midnight() -> Self {
        Self {
            minute: 24 * 60,
            meridiem: Meridiem::Certain,
            approximate: false,
            written: false,
            hour_only: true,
        }
    }

    /// So many minutes later.
    fn shifted(self, minutes: i32) -> Self {
        let day = if self.meridiem == Meridiem::Bare { 12 * 60 } else { 24 * 60 };
        let minute = (i64::from(self.minute) + i64::from(minutes)).rem_euclid(day);
        Self { minute: u32::try_from(minute).unwrap_or(0), hour_only: false, ..self }
    }
}

impl Cursor<'_> {
    /// A time of day that says so itself: "3pm", "15:30", "half past two", "noon". Around it may stand "around" and "sharp".
    pub(super) fn clock(&mut self) -> Option<Heard> {
        self.attempt(|c| {
            let _ = c.eat(W::Sharp);
            let around = c.around();
            let heard = c
                .attempt(Self::named_clock)
                .or_else(|| c.attempt(Self::past_or_to).map(Heard::Clock))
                .or_else(|| c.attempt(Self::colon_clock))
                .or_else(|| c.attempt(Self::spelled_clock).map(Heard::Clock))?;
            Some(c.clock_tail(heard, around))
        })
    }

    /// A number that is an hour only because of what surrounds it.
    pub(super) fn bare_hour(&mut self) -> Option<Heard> {
        self.attempt(|c| {
            let around = c.around();
            // "at 5 August", "18 and 19 June" are days.
            if c.is_part_of_a_code() || (c.loose != Loose::Day && c.clone().names_a_month_day()) {
                return None;
            }
            let (hour, minute, zero) = c.attempt(Self::hour_digits)?;
            if c.counts_something() {
                return None;
            }
            let clock = Clock::new(hour, minute, None, zero)?;
            let clock = Clock { hour_only: minute == 0, ..clock };
            Some(c.clock_tail(Heard::Clock(clock), around))
        })
    }

    /// "around", "at about".
    pub(super) fn around(&mut self) -> bool {
        let around = self.eat(W::Around).is_some();
        if around {
            let _ = self.eat(W::At);
        }
        around || self.attempt(|c| c.eat_sign('~')).is_some()
    }

    /// What may follow a clock time: "ish", "approximately", "sharp".
    pub(super) fn clock_tail(&mut self, heard: Heard, mut approximate: bool) -> Heard {
        loop {
            let dash = usize::from(self.kind(0) == Some(Kind::Sign('-')) && self.word(1) == Some(W::Ish));
            if self.word(dash) == Some(W::Ish) {
                self.at += dash + 1;
                approximate = true;
            } else if self.word(0) == Some(W::Around) && self.is_end(1) {
                self.at += 1;
                approximate = true;
            } else if self.eat(W::Sharp).is_none() {
                break;
            }
        }
        match heard {
            Heard::Clock(mut clock) => {
                // "3ish pm"
                if approximate
                    && clock.meridiem == Meridiem::Bare
                    && let Some(meridiem) = self.meridiem()
                {
                    clock = with_meridiem(clock, meridiem);
                }
                clock.approximate |= approximate;
                Heard::Clock(clock)
            }
            Heard::Impossible => heard,
        }
    }

    pub(super) fn is_end(&self, ahead: usize) -> bool {
        matches!(self.kind(ahead), None | Some(Kind::Sign(_)))
    }

    /// "noon", "12 midnight", "mid day".
    pub(super) fn named_clock(&mut self) -> Option<Heard> {
        let _ = self.the();
        if let Some((12, _)) = self.attempt(Self::digits) {
            let _ = self.oclock();
        }
        let clock = match self.word(0)? {
            W::Noon => Clock::noon(),
            W::Midnight => Clock::midnight(),
            W::Mid if matches!(self.word(1), Some(W::Unit(Unit::Day))) => {
                self.at += 1;
                Clock::noon()
            }
            W::Mid if self.word(1) == Some(W::Part(crate::Part::Night)) => {
                self.at += 1;
                Clock::midnight()
            }
            _ => return None,
        };
        self.at += 1;
        Some(Heard::Clock(clock))
    }

    /// "half past two", "quarter to five", "20 minutes past 3pm", "half three".
    pub(super) fn past_or_to(&mut self) -> Option<Clock> {
        let before = self.word_before();
        let after_at = before == Some(W::At);
        self.article();
        if self.eat(W::Half).is_some() {
            let _ = self.eat_sign('-');
            let _ = self.eat_any(&[W::Past, W::After]);
            return Some(self.hour()?.shifted(30));
        }
        let quarter = self.eat(W::Quarter).is_some();
        let minutes = if quarter { 15 } else { self.cardinal().filter(|n| (1..60).contains(n))? };
        let unit = self.word(0) == Some(W::Unit(Unit::Minute));
        if unit {
            self.at += 1;
        }
        let forward = match self.word(0)? {
            W::Past => true,
            W::After => quarter || unit || minutes % 5 == 0,
            W::From if unit => true,
            W::To | W::Before => false,
            W::Of if quarter || unit => false,
            _ => return None,
        };
        let plain_to = self.word(0) == Some(W::To) && !quarter && !unit;
        if plain_to && matches!(before, Some(W::From | W::Between)) {
            return None;
        }
        self.at += 1;
        let hour = self.hour()?;
        // "5 to 7" is a range; "ten to three" after "at", and "20 to 2", are not.
        let said = !matches!(hour.meridiem, Meridiem::Bare) || matches!(self.word(0), Some(W::In));
        if plain_to
            && !after_at
            && !(minutes.is_multiple_of(5)
                && (minutes > 12 || (minutes == 10 && said && minutes > hour.minute / 60 % 12)))
        {
            return None;
        }
        let minutes = i32::try_from(minutes).ok()?;
        Some(hour.shifted(if forward { minutes } else { -minutes }))
    }

    /// The hour after "past" and "to".
    pub(super) fn hour(&mut self) -> Option<Clock> {
        if let Some(Heard::Clock(clock)) = self.attempt(Self::named_clock) {
            return Some(clock);
        }
        let (hour, digits) = self.small_number()?;
        if hour == 0 || hour > 24 {
            return None;
        }
        let _ = self.oclock() || self.eat(W::H).is_some();
        let meridiem = self.meridiem();
        Clock::new(hour, 0, meridiem, digits == 2 && hour < 10)
    }

    /// A number below a hundred with its count of digits (words have none).
    pub(super) fn small_number(&mut self) -> Option<(u32, usize)> {
        match self.attempt(Self::digits) {
            Some((value, digits)) => (digits <= 2).then_some((value, digits)),
            None => self.cardinal().map(|value| (value, 0)),
        }
    }

    /// "15:30", "3:30 pm", "9.30", "15h", "3 o'clock", "1430 pm", "3pm".
    pub(super) fn colon_clock(&mut self) -> Option<Heard> {
        if let Some(clock) = self.attempt(Self::colon_digits) {
            return Some(clock);
        }
        if let Some(clock) = self.attempt(Self::h_clock) {
            return Some(Heard::Clock(clock));
        }
        let (hour, minute, zero) = self.attempt(Self::hour_digits)?;
        let oclock = self.oclock();
        let meridiem = self.meridiem();
        if meridiem.is_none() && !oclock {
            return None;
        }
        let clock = Clock::new(hour, minute, meridiem, zero && meridiem.is_none())?;
        Some(Heard::Clock(Clock { hour_only: minute == 0, ..clock }))
    }

    /// "15:30", "3.30 pm", "8:00:31am".
    pub(super) fn colon_digits(&mut self) -> Option<Heard> {
        let (hour, hour_len) = self.digits()?;
        let colon = match self.kind(0)? {
            Kind::Sign(':') => true,
            Kind::Sign('.') if self.glued(0) && self.glued(1) => false,
            _ => return None,
        };
        self.at += 1;
        let (minute, minute_len) = self.digits()?;
        if hour_len > 2 || minute_len != 2 {
            return None;
        }
        if self.kind(0) == Some(Kind::Sign(':')) && self.glued(1) {
            let mut ahead = *self;
            ahead.at += 1;
            if matches!(ahead.digits(), Some((0..=59, 2))) {
                self.at = ahead.at;
            }
        }
        // "10.12" is a date, "10.30" is not; and neither is the beginning of "1.2.2027".
        let more = self.kind(0) == Some(Kind::Sign('.')) && matches!(self.kind(1), Some(Kind::Number { .. }));
        let meridiem = self.meridiem();
        if !colon && meridiem.is_none() {
            let date_like = (1..=12).contains(&minute) && (1..=31).contains(&hour) && minute % 15 != 0;
            if more || (date_like && !matches!(self.loose, Loose::Hour)) || hour > 24 || minute > 59 {
                return None;
            }
        }
        Some(match Clock::new(hour, minute, meridiem, hour_len == 2 && hour < 10 && meridiem.is_none()) {
            Some(clock) => Heard::Clock(Clock { written: colon && hour_len == 2, ..clock }),
            None if colon => Heard::Impossible,
            None => return None,
        })
    }

    /// "15h", "15h30".
    pub(super) fn h_clock(&mut self) -> Option<Clock> {
        let (hour, digits) = self.digits()?;
        // "14hr" can only be a time, "2hr" is how long.
        let hr = hour > 12 && self.word(0) == Some(W::Unit(Unit::Hour));
        if digits > 2 || !(hr || self.word(0) == Some(W::H)) || !self.glued(0) {
            return None;
        }
        self.at += 1;
        let mut minute = 0;
        if self.glued(0)
            && let Some(Kind::Number { value, digits: 2 }) = self.kind(0)
        {
            minute = value;
            self.at += 1;
        }
        let meridiem = self.meridiem();
        Clock::new(hour, minute, meridiem, digits == 2 && hour < 10)
    }

    /// An hour with or without minutes in digits or words: "3", "330", "1430", "three", "ten thirty".
    pub(super) fn hour_digits(&mut self) -> Option<(u32, u32, bool)> {
        let in_digits = matches!(self.kind(0), Some(Kind::Number { .. }));
        if !in_digits {
            let hour = self.cardinal()?;
            return (hour <= 24).then_some((hour, 0, false));
        }
        let (value, digits) = self.digits()?;
        match digits {
            1 | 2 if value <= 24 => Some((value, 0, digits == 2 && value < 10)),
            // 2018 is a year, 2010 could be a time.
            4 if (1900..2200).contains(&value) && !value.is_multiple_of(5) && !self.meridiem_follows() => {
                None
            }
            3 | 4 if value / 100 <= 24 && value % 100 < 60 => {
                Some((value / 100, value % 100, digits == 4 && value < 1000))
            }
            _ => None,
        }
    }

    /// "o'clock", "o clock".
    fn oclock(&mut self) -> bool {
        let spaced = self.attempt(|c| {
            c.eat(W::O)?;
            let _ = c.eat_sign('\'');
            c.eat(W::OClock)
        });
        spaced.is_some() || self.eat(W::OClock).is_some()
    }

    /// Whether digits stand here.
    pub(super) fn at_number(&self) -> bool {
        matches!(self.kind(0), Some(Kind::Number { .. }))
    }

    /// Whether a time stands here that says so itself.
    pub(super) fn names_a_clock(&self) -> bool {
        { *self }.clock().is_some()
    }

    /// "ten thirty", "twelve oh three", "at 3 15", "seven-thirty pm", "one thirty p m".
    pub(super) fn spelled_clock(&mut self) -> Option<Clock> {
        let digits = matches!(self.kind(0), Some(Kind::Number { .. }));
        let hour = self.cardinal().filter(|hour| (1..=24).contains(hour))?;
        let dash = !digits && self.kind(0) == Some(Kind::Sign('-')) && self.glued(0);
        if dash {
            self.at += 1;
        }
        let zero = self.eat_any(&[W::Number(0), W::O]).is_some();
        if dash && zero {
            let _ = self.eat_sign('-');
        }
        // "3 15", "3 thirty", and not "3 1"
        let two = matches!(self.kind(0), Some(Kind::Number { digits: 2, .. } | Kind::Word(W::Number(10..))));
        if digits && !two {
            return None;
        }
        let digits = digits && self.at_number();
        let minute = self.cardinal().filter(|minute| *minute < 60)?;
        // "2 05" has its zero in the figures.
        if (!digits && zero != (minute < 10)) || self.kind(0) == Some(Kind::Sign(':')) {
            return None;
        }
        let meridiem = self.meridiem();
        let part = self.clone().part().is_some();
        // Two numbers in a row are a time only where one is expected, or where they look like one.
        let quarter = !digits && matches!(minute, 15 | 30 | 45);
        let expected = self.loose == Loose::Hour || meridiem.is_some() || part || zero || quarter;
        (expected && !self.counts_something()).then_some(())?;
        Clock::new(hour, minute, meridiem, false)
    }
}

/// A bare clock time with the half of the day that was said for it.
pub(crate) fn with_meridiem(clock: Clock, meridiem: Meridiem) -> Clock {
    if clock.meridiem != Meridiem::Bare {
        return clock;
    }
    let minute = if meridiem == Meridiem::Pm { clock.minute % 720 + 720 } else { clock.minute % 720 };
    Clock { minute, meridiem, ..clock }
}
