//! JSON. The browser parses it, which costs no bytes; a deserializer turns the result into our types. Its
//! errors have no text, because no code would show it.
//!
//! serde-wasm-bindgen in its place makes a first visit 15 KiB heavier (118.7 instead of 103.1 KiB,
//! brotli), which is over the ceiling.

use std::fmt;

use js_sys::{Array, Object, Reflect};
use serde::{
    de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor},
    forward_to_deserialize_any,
};
use wasm_bindgen::{JsCast, JsValue};

/// The value does not fit the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unexpected JSON")
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// The text of an object with these members; those without a value are left out.
pub(crate) fn object(members: &[(&str, Option<&str>)]) -> Option<String> {
    let object = Object::new();
    for (name, value) in members {
        // Cannot fail: a plain object takes every key.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from(*value));
    }
    js_sys::JSON::stringify(&object).ok().map(String::from)
}

/// The text in a member of a value that the browser parsed.
pub(crate) fn member(parsed: &JsValue, name: &str) -> Option<String> {
    let value = Reflect::get(parsed, &JsValue::from_str(name)).ok()?;
    value.as_string()
}

/// Deserializes a value that the browser parsed.
pub(crate) fn from_parsed<T: DeserializeOwned>(parsed: JsValue) -> Result<T, Mismatch> {
    T::deserialize(Parsed(parsed))
}

struct Parsed(JsValue);

impl<'de> de::Deserializer<'de> for Parsed {
    type Error = Mismatch;

    /// No type of ours needs a value of unknown type.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Mismatch> {
        Err(Mismatch)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_string(self.0.as_string().ok_or(Mismatch)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_bool(self.0.as_bool().ok_or(Mismatch)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let number = self.0.as_f64().filter(|number| number.trunc() == *number);
        visitor.visit_i64(number.ok_or(Mismatch)? as i64)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_seq(Items(self.0.dyn_into().map_err(|_| Mismatch)?, 0))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Self(value) = self;
        if !value.is_object() || Array::is_array(&value) {
            return Err(Mismatch);
        }
        visitor.visit_map(Members {
            entries: Object::entries(&value.unchecked_into()),
            next: 0,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        // No enum of ours has data.
        visitor.visit_enum(self.0.as_string().ok_or(Mismatch)?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u32 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct
    }
}

struct Items(Array, u32);

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Self(items, next) = self;
        if *next == items.length() {
            return Ok(None);
        }
        let item = items.get(*next);
        *next += 1;
        seed.deserialize(Parsed(item)).map(Some)
    }
}

struct Members {
    entries: Array,
    next: u32,
}

impl Members {
    fn part(&self, part: u32) -> Parsed {
        Parsed(
            self.entries
                .get(self.next)
                .unchecked_into::<Array>()
                .get(part),
        )
    }
}

impl<'de> de::MapAccess<'de> for Members {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        if self.next == self.entries.length() {
            return Ok(None);
        }
        seed.deserialize(self.part(0)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let value = self.part(1);
        self.next += 1;
        seed.deserialize(value)
    }
}
