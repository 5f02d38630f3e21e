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
use strum::VariantArray;
use wasm_bindgen::{JsCast, JsValue};
use webkyc_shared::{
    api::{Session, SignUpResponse},
    problem::{ErrorCode, Problem},
    sign_up::SignUpStatus,
};

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

/// Whether a member of a value that the browser parsed is `true`.
pub(crate) fn flag(parsed: &JsValue, name: &str) -> bool {
    Reflect::get(parsed, &JsValue::from_str(name)).is_ok_and(|value| value.as_bool() == Some(true))
}

/// The whole number in a member.
fn number(parsed: &JsValue, name: &str) -> Option<i64> {
    let number = Reflect::get(parsed, &JsValue::from_str(name))
        .ok()?
        .as_f64()?;
    (number.trunc() == number).then_some(number as i64)
}

/// The texts in a member that is a list.
fn list(parsed: &JsValue, name: &str) -> Option<Vec<String>> {
    let list = Reflect::get(parsed, &JsValue::from_str(name)).ok()?;
    let list: Array = list.dyn_into().ok()?;
    list.iter().map(|item| item.as_string()).collect()
}

/// Read by hand, as the next ones: a deserializer for each of them weighs more than a kilobyte, compressed.
pub(crate) fn sign_up(parsed: &JsValue) -> Option<SignUpResponse> {
    let status = match member(parsed, "status")?.as_str() {
        "created" => SignUpStatus::Created,
        "started" => SignUpStatus::Started,
        "returned" => SignUpStatus::Returned,
        "verified" => SignUpStatus::Verified,
        "failed" => SignUpStatus::Failed,
        "expired" => SignUpStatus::Expired,
        "canceled" => SignUpStatus::Canceled,
        _ => return None,
    };
    Some(SignUpResponse {
        site: member(parsed, "site")?,
        display_name: member(parsed, "displayName"),
        claims: list(parsed, "claims")?,
        status,
        return_url: member(parsed, "returnUrl"),
        test: flag(parsed, "test"),
    })
}

pub(crate) fn problem(parsed: &JsValue) -> Option<Problem> {
    let code = member(parsed, "code")?;
    let code = ErrorCode::VARIANTS.iter().find(|it| it.name() == code)?;
    Some(Problem {
        title: member(parsed, "title")?,
        status: number(parsed, "status")? as u16,
        code: *code,
        request_id: member(parsed, "requestId")?,
        retryable: flag(parsed, "retryable"),
    })
}

pub(crate) fn session(parsed: &JsValue) -> Option<Session> {
    Some(Session {
        session_id: member(parsed, "sessionId")?,
        expires_at: number(parsed, "expiresAt")?,
        return_url: member(parsed, "returnUrl"),
        site: member(parsed, "site"),
        return_key: member(parsed, "return"),
        sign_up: member(parsed, "signUp"),
        return_now: flag(parsed, "returnNow"),
        test: flag(parsed, "test"),
    })
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
