//! What `read` returns, and how it is written in JSON.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::{Open, Part, Reading};

/// How several readings belong together.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// There is one, or none.
    #[default]
    Single,
    /// Possible meanings of the same words: ask which.
    Ambiguous,
    /// Choices the person gave: "Tuesday or Wednesday".
    Alternatives,
}

/// A time that was said and cannot be.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Problem {
    /// "30 February", "the 32nd". `words` are the speaker's.
    ImpossibleDate {
        /// What was said.
        words: String,
    },
    /// "25:00". `words` are the speaker's.
    ImpossibleTime {
        /// What was said.
        words: String,
    },
    /// It is over, where the speaker is.
    Past {
        /// The day.
        date: NaiveDate,
        /// The time of day, if said.
        time: Option<NaiveTime>,
    },
    /// The clocks are put forward over this wall time: it does not exist on that day.
    Skipped {
        /// The day.
        date: NaiveDate,
        /// The wall time.
        time: NaiveTime,
        /// Where.
        zone: Tz,
    },
}

/// What the words of a message say about time. Serialises as `when` of `frontdesk understand`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct When {
    /// No time was said.
    pub none: bool,
    /// Whether the candidates are meanings or choices.
    pub relation: Relation,
    /// Every reading of the wanted time, best first.
    pub candidates: Vec<Reading>,
    /// Times ruled out or withdrawn.
    pub excluded: Vec<Reading>,
    /// Times of bookings that are spoken of.
    pub existing: Vec<Reading>,
    /// What was said and cannot be.
    pub problems: Vec<Problem>,
}

impl When {
    /// The best reading of the wanted time.
    #[must_use]
    pub fn top(&self) -> Option<&Reading> {
        self.candidates.first()
    }

    /// Whether the wanted time has several meanings.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.relation == Relation::Ambiguous
    }
}

/// The fields of a reading that the contract names, in its order.
#[derive(Serialize)]
struct Fields {
    date: Option<NaiveDate>,
    #[serde(serialize_with = "hours_and_minutes")]
    time: Option<NaiveTime>,
    end_date: Option<NaiveDate>,
    #[serde(serialize_with = "hours_and_minutes")]
    end_time: Option<NaiveTime>,
    part: Option<Part>,
    open: Option<Open>,
    timezone: Option<Tz>,
}

impl From<&Reading> for Fields {
    fn from(reading: &Reading) -> Self {
        Self {
            date: reading.date,
            time: reading.time,
            end_date: reading.end_date,
            end_time: reading.end_time,
            part: reading.part,
            open: reading.open,
            timezone: reading.timezone,
        }
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = |readings: &[Reading]| readings.iter().map(Fields::from).collect::<Vec<_>>();
        let top = self.top().map_or_else(|| Fields::from(&Reading::default()), Fields::from);
        let mut out = serializer.serialize_struct("When", 12)?;
        out.serialize_field("none", &self.none)?;
        out.serialize_field("date", &top.date)?;
        out.serialize_field("time", &top.time.map(clock))?;
        out.serialize_field("end_date", &top.end_date)?;
        out.serialize_field("end_time", &top.end_time.map(clock))?;
        out.serialize_field("part", &top.part)?;
        out.serialize_field("open", &top.open)?;
        out.serialize_field("timezone", &top.timezone)?;
        out.serialize_field("relation", &self.relation)?;
        out.serialize_field("candidates", &all(&self.candidates))?;
        out.serialize_field("excluded", &all(&self.excluded))?;
        out.serialize_field("existing", &all(&self.existing))?;
        out.end()
    }
}

/// `HH:MM`.
fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

fn hours_and_minutes<S: Serializer>(time: &Option<NaiveTime>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(clock).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_contract() {
        let reading = Reading {
            date: NaiveDate::from_ymd_opt(2026, 11, 24),
            time: NaiveTime::from_hms_opt(15, 0, 0),
            ..Reading::default()
        };
        let fields = serde_json::json!({
            "date": "2026-11-24", "time": "15:00", "end_date": null, "end_time": null,
            "part": null, "open": null, "timezone": null,
        });
        let mut expected = fields.clone();
        expected["none"] = false.into();
        expected["relation"] = "single".into();
        expected["candidates"] = serde_json::json!([fields]);
        expected["excluded"] = serde_json::json!([]);
        expected["existing"] = serde_json::json!([]);
        let when = When { candidates: vec![reading], ..When::default() };
        assert_eq!(serde_json::to_value(&when).unwrap(), expected);
    }
}
