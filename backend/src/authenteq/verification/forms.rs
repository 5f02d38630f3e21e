//! Reads fields in any of the JSON forms in which they may come. An unreadable field counts as
//! absent and never makes the answer unreadable: the data can be fetched for fifteen minutes only.

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

const CLASS_LIMIT: usize = 64;
/// Maximum length of a text, in bytes. The rest is cut off.
const TEXT_LIMIT: usize = 4 << 10;

/// The result of reading an optional field.
#[derive(Default)]
pub(super) enum DetailsMember<T> {
    /// Absent, null, or empty.
    #[default]
    Absent,
    /// Present, in a form that this field cannot have.
    Unreadable,
    Read(T),
}

/// A text field. A number is read as text, with all of its digits as written.
pub(super) struct Text(pub(super) String);

/// A file's base64, bare or as an object's `content`. Borrowed from the answer unless it contains
/// an escape.
pub(super) struct Content<'a>(pub(super) Cow<'a, str>);

/// Like [`Content`], but without the object form: nothing is nested.
struct Bare<'a>(Cow<'a, str>);

/// Names of licence classes, at most [`CLASS_LIMIT`].
pub(super) struct Classes<'a>(pub(super) BTreeMap<String, Class<'a>>);

impl Text {
    fn cut(text: &str) -> Self {
        if text.len() <= TEXT_LIMIT {
            return Self(text.to_owned());
        }
        let end = text.floor_char_boundary(TEXT_LIMIT);
        Self(format!("{}…", &text[..end]))
    }

    /// The text of a JSON value.
    fn of(json: &str) -> DetailsMember<Self> {
        let text = match json.as_bytes() {
            [b'"', .., b'"'] if !json.contains('\\') => Cow::from(&json[1..json.len() - 1]),
            [b'"', ..] => match serde_json::from_str::<String>(json) {
                Ok(text) => text.into(),
                Err(_) => return DetailsMember::Unreadable,
            },
            [b'-' | b'0'..=b'9', ..] => json.into(),
            [b'n', ..] => return DetailsMember::Absent,
            _ => return DetailsMember::Unreadable,
        };
        if text.is_empty() {
            DetailsMember::Absent
        } else {
            DetailsMember::Read(Self::cut(&text))
        }
    }
}

// Read from the source text: serde_json keeps only the digits that fit a machine word or a float.
impl<'de> Deserialize<'de> for DetailsMember<Text> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?;
        Ok(Text::of(json.get()))
    }
}

/// The name of a member.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Converts the JSON forms in which a value may come. By default a form is rejected.
trait Forms<'de>: Sized {
    fn text(_: Cow<'de, str>) -> DetailsMember<Self> {
        DetailsMember::Unreadable
    }

    fn flag(_: bool) -> DetailsMember<Self> {
        DetailsMember::Unreadable
    }

    fn object<A: MapAccess<'de>>(mut members: A) -> Result<DetailsMember<Self>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(DetailsMember::Unreadable)
    }
}

macro_rules! any_form {
    ($type:ty) => {
        impl<'de: 'a, 'a> Deserialize<'de> for DetailsMember<$type> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Form::<$type>(PhantomData))
            }
        }
    };
}

any_form!(Content<'a>);
any_form!(Bare<'a>);
any_form!(Classes<'a>);

impl<'de> Deserialize<'de> for DetailsMember<bool> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Form::<bool>(PhantomData))
    }
}

/// Defines objects whose members are all optional. serde's derive rejects a duplicate member and
/// accepts an array for an object. Here the last readable duplicate wins, as in most JSON parsers
/// (RFC 8259, section 4).
macro_rules! objects {
    ($($(#[$meta:meta])* $object:ident { $($field:ident: $type:ty = $name:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Default)]
        pub(super) struct $object<'a> {
            $(pub(super) $field: DetailsMember<$type>,)*
            /// Duplicate members.
            pub(super) repeated: Vec<&'static str>,
            answer: PhantomData<&'a ()>,
        }

        impl<'de: 'a, 'a> Forms<'de> for $object<'a> {
            fn object<A: MapAccess<'de>>(mut members: A) -> Result<DetailsMember<Self>, A::Error> {
                let mut read = Self::default();
                while let Some(Name(name)) = members.next_key()? {
                    match &*name {
                        $($name => {
                            let value: DetailsMember<$type> = members.next_value()?;
                            let is_first = matches!(read.$field, DetailsMember::Absent);
                            if !is_first && !read.repeated.contains(&$name) {
                                read.repeated.push($name);
                            }
                            // An unreadable duplicate does not replace a readable one.
                            if is_first || matches!(value, DetailsMember::Read(_)) {
                                read.$field = value;
                            }
                        })*
                        _ => drop(members.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(DetailsMember::Read(read))
            }
        }

        any_form!($object<'a>);
    )*};
}

objects! {
    /// The whole answer, in either format.
    DetailsAnswer {
        id: Text = "id",
        platform: Text = "platform",
        start_time: Text = "startTime",
        end_time: Text = "endTime",
        liveness_face_image: Content<'a> = "livenessFaceImage",
        document_data: Data<'a> = "documentData",
        document_data2: Data<'a> = "documentData2",
        document_data3: Data<'a> = "documentData3",
        nfc_verified: bool = "nfcVerified",
        address_proof_document: Content<'a> = "addressProofDocument",
        cropped_docs: CroppedDocs<'a> = "croppedDocs",
        details: Data<'a> = "details",
    }
    /// The images in the Web KYC guide's format.
    CroppedDocs {
        front: Content<'a> = "front",
        back: Content<'a> = "back",
    }
    /// A document.
    Data {
        document_type: Text = "documentType",
        document_number: Text = "documentNumber",
        issuing_country: Text = "issuingCountry",
        jurisdiction: Text = "jurisdiction",
        nationality: Text = "nationality",
        surname_and_given_names: Text = "surnameAndGivenNames",
        surname: Text = "surname",
        given_names: Text = "givenNames",
        name_suffixes: Text = "nameSuffixes",
        name_prefixes: Text = "namePrefixes",
        sex: Text = "sex",
        date_of_birth: Text = "dateOfBirth",
        date_of_issue: Text = "dateOfIssue",
        date_of_expiry: Text = "dateOfExpiry",
        address: Text = "address",
        license_class: Text = "licenseClass",
        license_class_details: Classes<'a> = "licenseClassDetails",
        cropped_front_image: Content<'a> = "croppedFrontImage",
        cropped_back_image: Content<'a> = "croppedBackImage",
        face_image: Content<'a> = "faceImage",
    }
    /// Data of one licence class: `notes` in the Export reference, `note` in the recognition
    /// reference.
    Class {
        from: Text = "from",
        to: Text = "to",
        notes: Text = "notes",
        note: Text = "note",
    }
}

impl<'de: 'a, 'a> Forms<'de> for Content<'a> {
    fn text(text: Cow<'de, str>) -> DetailsMember<Self> {
        if text.is_empty() {
            DetailsMember::Absent
        } else {
            DetailsMember::Read(Self(text))
        }
    }

    fn object<A: MapAccess<'de>>(mut members: A) -> Result<DetailsMember<Self>, A::Error> {
        let mut content = DetailsMember::Unreadable;
        while let Some(Name(name)) = members.next_key()? {
            if name == "content" {
                if let DetailsMember::Read(Bare(text)) = members.next_value()? {
                    content = DetailsMember::Read(Self(text));
                }
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(content)
    }
}

impl<'de: 'a, 'a> Forms<'de> for Bare<'a> {
    fn text(text: Cow<'de, str>) -> DetailsMember<Self> {
        DetailsMember::Read(Self(text))
    }
}

impl Forms<'_> for bool {
    fn flag(flag: bool) -> DetailsMember<Self> {
        DetailsMember::Read(flag)
    }
}

impl<'de: 'a, 'a> Forms<'de> for Classes<'a> {
    fn object<A: MapAccess<'de>>(mut members: A) -> Result<DetailsMember<Self>, A::Error> {
        let mut classes = BTreeMap::new();
        while let Some(Name(name)) = members.next_key()? {
            if classes.len() >= CLASS_LIMIT {
                members.next_value::<IgnoredAny>()?;
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Ok(DetailsMember::Unreadable);
            }
            let Text(name) = Text::cut(&name);
            let class = match members.next_value()? {
                DetailsMember::Read(class) => class,
                DetailsMember::Absent | DetailsMember::Unreadable => Class::default(),
            };
            classes.insert(name, class);
        }
        Ok(DetailsMember::Read(Self(classes)))
    }
}

/// Accepts a value in any form and keeps the part that this type can use.
struct Form<T>(PhantomData<T>);

impl<'de, T: Forms<'de>> Visitor<'de> for Form<T> {
    type Value = DetailsMember<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<DetailsMember<T>, E> {
        Ok(T::text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<DetailsMember<T>, E> {
        Ok(T::text(text.to_owned().into()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<DetailsMember<T>, E> {
        Ok(DetailsMember::Unreadable)
    }

    fn visit_i64<E>(self, _: i64) -> Result<DetailsMember<T>, E> {
        Ok(DetailsMember::Unreadable)
    }

    fn visit_f64<E>(self, _: f64) -> Result<DetailsMember<T>, E> {
        Ok(DetailsMember::Unreadable)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<DetailsMember<T>, E> {
        Ok(T::flag(flag))
    }

    fn visit_unit<E>(self) -> Result<DetailsMember<T>, E> {
        Ok(DetailsMember::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<DetailsMember<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(DetailsMember::Unreadable)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<DetailsMember<T>, A::Error> {
        T::object(members)
    }
}
