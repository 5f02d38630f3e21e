//! Fields in whatever form they come.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt::{self, Display},
    marker::PhantomData,
};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

const CLASS_LIMIT: usize = 64;
/// Bytes of a text. What is over is cut off.
const TEXT_LIMIT: usize = 4 << 10;

/// A text field. A number is as good; anything else is a field that did not come, not an answer
/// that cannot be read: it can be fetched for a quarter of an hour only.
///
/// Read piece by piece, like the two below: serde's own way to accept several forms first keeps
/// all of a value in a form many times its size.
#[derive(Default)]
pub(super) struct Text(pub(super) String);

/// A file's base64, bare or as an object's `content`, borrowed from the answer unless something in
/// it is escaped. Anything else is a file we cannot show, not an answer we cannot read.
#[derive(Default)]
pub(super) struct Content<'a>(pub(super) Cow<'a, str>);

/// The same where an object is none of its forms: nothing is nested.
#[derive(Default)]
struct Bare<'a>(Cow<'a, str>);

/// Licence classes by name, no more than [`CLASS_LIMIT`].
#[derive(Default)]
pub(super) struct Classes(pub(super) BTreeMap<String, Option<Class>>);

/// What is said of one class.
#[derive(Deserialize)]
pub(super) struct Class {
    pub(super) from: Option<Text>,
    pub(super) to: Option<Text>,
    /// In the Export reference.
    pub(super) notes: Option<Text>,
    /// In the recognition one.
    pub(super) note: Option<Text>,
}

macro_rules! any_form {
    ($type:ty) => {
        impl<'de: 'a, 'a> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Form::<$type>(PhantomData))
            }
        }
    };
}

any_form!(Text);
any_form!(Content<'a>);
any_form!(Bare<'a>);
any_form!(Classes);

/// Takes whatever form a value has, and keeps what this type makes of it.
struct Form<T>(PhantomData<T>);

trait Forms<'de>: Default {
    fn text(_: Cow<'de, str>) -> Self {
        Self::default()
    }

    fn number(_: impl Display) -> Self {
        Self::default()
    }

    /// What does not mean anything is as good as nothing.
    fn object<A: MapAccess<'de>>(mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

impl<'de> Forms<'de> for Text {
    fn text(text: Cow<'de, str>) -> Self {
        if text.len() <= TEXT_LIMIT {
            return Self(text.into_owned());
        }
        let end = text.floor_char_boundary(TEXT_LIMIT);
        Self(format!("{}…", &text[..end]))
    }

    fn number(number: impl Display) -> Self {
        Self(number.to_string())
    }
}

impl<'de: 'a, 'a> Forms<'de> for Content<'a> {
    fn text(text: Cow<'de, str>) -> Self {
        Self(text)
    }

    fn object<A: MapAccess<'de>>(members: A) -> Result<Self, A::Error> {
        #[derive(Deserialize)]
        struct Object<'a> {
            #[serde(default, borrow)]
            content: Bare<'a>,
        }
        let object = Object::deserialize(MapAccessDeserializer::new(members))?;
        Ok(Self(object.content.0))
    }
}

impl<'de: 'a, 'a> Forms<'de> for Bare<'a> {
    fn text(text: Cow<'de, str>) -> Self {
        Self(text)
    }
}

impl<'de> Forms<'de> for Classes {
    fn object<A: MapAccess<'de>>(mut members: A) -> Result<Self, A::Error> {
        let mut classes = BTreeMap::new();
        while let Some((Text(name), class)) = members.next_entry()? {
            classes.insert(name, class);
            if classes.len() > CLASS_LIMIT {
                return Err(A::Error::custom("more than 64 licence classes"));
            }
        }
        Ok(Self(classes))
    }
}

impl<'de, T: Forms<'de>> Visitor<'de> for Form<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T, E> {
        Ok(T::text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::text(text.to_owned().into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::number(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok(T::number(number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(T::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::object(members)
    }
}
