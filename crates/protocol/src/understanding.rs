//! What a message means: intents, and pointers to words; never values.

use serde::{Deserialize, Serialize};

/// Gives an enum its wire names once: for serde, for `as_str` and for `FromStr`.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $wire:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        // utoipa does not see through the macro's `$wire`; a test of the gateway compares.
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(rename_all = "snake_case"))]
        pub enum $name { $($(#[$variant_meta])* #[serde(rename = $wire)] $variant,)+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                match name { $($wire => Ok(Self::$variant),)+ _ => Err(UnknownName) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

/// A name that the vocabulary does not have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UnknownName;

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unknown name")
    }
}

impl std::error::Error for UnknownName {}

named! {
    /// What a person wants; `models/LABELS.md` defines each with examples.
    Intent {
        /// A new appointment.
        Book = "book",
        /// Another time for an existing one.
        Reschedule = "reschedule",
        /// No more of an existing one.
        Cancel = "cancel",
        /// To hear what they have booked.
        ListBookings = "list_bookings",
        /// To hear what is free.
        CheckAvailability = "check_availability",
        /// Yes.
        Affirm = "affirm",
        /// No.
        Deny = "deny",
        /// One of the choices offered.
        SelectOption = "select_option",
        /// Other choices than those offered.
        RequestAlternatives = "request_alternatives",
        /// Something said before to be different.
        Correct = "correct",
        /// A greeting.
        Greet = "greet",
        /// Thanks.
        Thanks = "thanks",
        /// Leave-taking.
        Goodbye = "goodbye",
        /// To know what the assistant can do.
        Help = "help",
        /// Something about the business.
        BusinessQuestion = "business_question",
        /// A chat.
        SmallTalk = "small_talk",
        /// A person instead of a program.
        HumanHandoff = "human_handoff",
        /// What is not ours to do.
        OutOfScope = "out_of_scope",
        /// To drop what is being done.
        Stop = "stop",
        /// To begin again.
        StartOver = "start_over",
    }
}

named! {
    /// What kind of thing a span names.
    Slot {
        /// Words about time.
        When = "when",
        /// A kind of service.
        Service = "service",
        /// A person's name.
        Name = "name",
        /// A time zone.
        Timezone = "timezone",
        /// How long.
        Duration = "duration",
        /// One of the choices offered, by position or description.
        Option = "option",
    }
}

named! {
    /// What words about time are said of.
    SpanRole {
        /// When it should or could be.
        Wanted = "wanted",
        /// What is ruled out or withdrawn.
        Excluded = "excluded",
        /// The booking being spoken of.
        Existing = "existing",
    }
}

named! {
    /// What the assistant asked for last.
    Asked {
        /// Which service.
        Service = "service",
        /// Which day.
        Date = "date",
        /// Which time of day.
        Time = "time",
        /// Which time zone.
        Timezone = "timezone",
        /// Which of the choices offered.
        Which = "which",
        /// Yes or no.
        Confirm = "confirm",
        /// The person's name.
        Name = "name",
    }
}

/// An intent with how sure the model is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct ScoredIntent {
    /// The intent.
    pub name: Intent,
    /// Calibrated probability, 0 to 1.
    pub confidence: f32,
}

/// Words of the message, by where they stand.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Span {
    /// What they name.
    pub slot: Slot,
    /// Offset of the first character, in Unicode scalar values.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
    /// The words themselves: always `message[start..end]`.
    pub text: String,
    /// Only for [`Slot::When`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<SpanRole>,
}

/// What an interpreter saw in one message.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Interpretation {
    /// The intents above their thresholds, surest first; often none.
    pub intents: Vec<ScoredIntent>,
    /// In the order of the message, never overlapping.
    pub spans: Vec<Span>,
}

impl Interpretation {
    /// Whether the message carries this intent.
    #[must_use]
    pub fn has(&self, intent: Intent) -> bool {
        self.intents.iter().any(|scored| scored.name == intent)
    }

    /// The spans that name this kind of thing.
    pub fn spans_of(&self, slot: Slot) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(move |span| span.slot == slot)
    }
}

#[cfg(test)]
mod tests {
    use super::{Intent, Slot, Span, SpanRole};

    #[test]
    fn names_survive_the_wire() {
        for intent in Intent::ALL {
            let wire = serde_json::to_value(intent).unwrap();
            assert_eq!(wire, intent.as_str());
            assert_eq!(intent.as_str().parse(), Ok(*intent));
        }
        assert!("booking".parse::<Intent>().is_err());
    }

    #[test]
    fn a_span_is_written_as_the_contract_says() {
        let span = Span {
            slot: Slot::When,
            start: 0,
            end: 12,
            text: "next Tuesday".into(),
            role: Some(SpanRole::Wanted),
        };
        assert_eq!(
            serde_json::to_value(&span).unwrap(),
            serde_json::json!({"slot": "when", "start": 0, "end": 12, "text": "next Tuesday", "role": "wanted"})
        );
    }
}
