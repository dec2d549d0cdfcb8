//! JSON by the browser's own reader, as a source for serde.
//!
//! What cannot be read is nothing to us, so its errors carry no message. Every message that serde could make would be
//! loaded by every browser, down to the way that floating point numbers are written.

use std::fmt::{self, Display};

use js_sys::{Array, JSON, Object};
use serde::Serialize;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use wasm_bindgen::{JsCast as _, JsValue};

/// What a text says, if it is JSON of this form.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Value(JSON::parse(text).ok()?)).ok()
}

/// A value as text.
pub fn write(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// A value that `JSON.parse` gave.
struct Value(JsValue);

impl<'de> Deserializer<'de> for Value {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let Self(value) = self;
        if let Some(text) = value.as_string() {
            visitor.visit_string(text)
        } else if let Some(number) = value.as_f64() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "what is sent to us are whole numbers of this size"
            )]
            visitor.visit_i64(number as i64)
        } else if let Some(truth) = value.as_bool() {
            visitor.visit_bool(truth)
        } else if value.is_null() {
            visitor.visit_unit()
        } else if let Some(list) = value.dyn_ref::<Array>() {
            visitor.visit_seq(SeqDeserializer::new(list.iter().map(Value)))
        } else {
            let entries = Object::entries(value.unchecked_ref());
            visitor.visit_map(MapDeserializer::new(entries.iter().map(|entry| {
                let entry: Array = entry.unchecked_into();
                (Value(entry.get(0)), Value(entry.get(1)))
            })))
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    /// Variants without content, as all of ours are.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.0.as_string().ok_or(Unreadable)?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier
    }
}

impl IntoDeserializer<'_, Unreadable> for Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// It is not what was expected.
#[derive(Debug)]
struct Unreadable;

impl Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: Display>(_message: T) -> Self {
        Self
    }

    // What these would do by themselves names the value that was found.
    fn invalid_type(_found: Unexpected<'_>, _expected: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_found: Unexpected<'_>, _expected: &dyn Expected) -> Self {
        Self
    }
}
