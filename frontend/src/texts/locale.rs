//! The visitor's language, and dates, times and countries written in it by the browser.

use js_sys::{Array, Date, Function, Intl, JsString, Object, Reflect};
use leptos::prelude::use_context;
use wasm_bindgen::{JsCast, JsValue};

use crate::texts::{ButtonTexts, ENGLISH, ENGLISH_BUTTON, GERMAN, GERMAN_BUTTON, Texts, country};

/// A language that the pages are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// `en`
    English,
    /// `de`
    German,
}

impl Language {
    /// The language of a tag like `de-AT`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else if primary.eq_ignore_ascii_case("de") {
            Some(Self::German)
        } else {
            None
        }
    }

    /// For the `lang` attribute.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The sentences of this language.
    #[must_use]
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }

    /// The words of the button alone.
    #[must_use]
    pub fn button_texts(self) -> &'static ButtonTexts {
        match self {
            Self::English => &ENGLISH_BUTTON,
            Self::German => &GERMAN_BUTTON,
        }
    }
}

/// A language, and the region whose habits its dates follow.
#[derive(Clone)]
pub struct Locale {
    language: Language,
    tag: String,
}

impl Locale {
    /// What the page around a component provides, else what the browser prefers.
    #[must_use]
    pub fn current() -> Self {
        use_context().unwrap_or_else(Self::detect)
    }

    /// `data-lang` of `<html>` if a deployment sets it; else the first of the browser's languages
    /// that the pages are written in; else English.
    #[must_use]
    pub fn detect() -> Self {
        Self::detect_with(None)
    }

    /// The same, with a tag that comes before all others.
    #[must_use]
    pub fn detect_with(first: Option<String>) -> Self {
        let Some(window) = web_sys::window() else {
            return Self::from_tags(first.into_iter());
        };
        let forced = window
            .document()
            .and_then(|document| document.document_element())
            .and_then(|html| html.get_attribute("data-lang"));
        let preferred = window.navigator().languages();
        Self::from_tags(
            first
                .into_iter()
                .chain(forced)
                .chain(preferred.iter().filter_map(|tag| tag.as_string())),
        )
    }

    /// The first tag whose language the pages are written in.
    #[must_use]
    pub fn from_tags(mut tags: impl Iterator<Item = String>) -> Self {
        tags.find_map(|tag| {
            Some(Self {
                language: Language::of_tag(&tag)?,
                tag,
            })
        })
        .unwrap_or(Self {
            language: Language::English,
            tag: "en".to_owned(),
        })
    }

    /// The sentences of this language.
    #[must_use]
    pub fn texts(&self) -> &'static Texts {
        self.language.texts()
    }

    /// Which language that is.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The words of the button alone.
    #[must_use]
    pub fn button_texts(&self) -> &'static ButtonTexts {
        self.language.button_texts()
    }

    /// For the `lang` attribute.
    #[must_use]
    pub fn lang(&self) -> &'static str {
        self.language.tag()
    }

    /// A `YYYY-MM-DD` in words; `None` if it is not a date. A calendar date has no time zone, so it
    /// is both made and written in UTC.
    #[must_use]
    pub fn date(&self, date: &str) -> Option<String> {
        let (year, month, day) = calendar_date(date)?;
        let midnight = Date::utc(f64::from(year), f64::from(month - 1));
        let date = midnight + f64::from(day - 1) * 86_400_000.0;
        Some(self.format(date, &[("dateStyle", "long"), ("timeZone", "UTC")]))
    }

    /// An RFC 3339 instant in words, in the visitor's own time zone; `None` if it is not one.
    #[must_use]
    pub fn instant(&self, instant: &str) -> Option<String> {
        let (date, _) = instant.split_once('T')?;
        calendar_date(date)?;
        let time = Date::parse(instant);
        let options = [
            ("year", "numeric"),
            ("month", "long"),
            ("day", "numeric"),
            ("hour", "numeric"),
            ("minute", "2-digit"),
            ("second", "2-digit"),
            ("timeZoneName", "short"),
        ];
        time.is_finite().then(|| self.format(time, &options))
    }

    /// The name of the country with this ISO 3166-1 alpha-3 code; `None` if there is none.
    #[must_use]
    pub fn country(&self, alpha3: &str) -> Option<String> {
        let alpha2 = country::alpha2(alpha3)?;
        let names = Intl::DisplayNames::new(&self.tags(), &options(&[("type", "region")]));
        names.of(alpha2).map(String::from)
    }

    fn format(&self, time: f64, how: &[(&str, &str)]) -> String {
        let format = Intl::DateTimeFormat::new(&self.tags(), &options(how));
        let format: Function = format.format();
        format
            .call1(&JsValue::UNDEFINED, &JsValue::from_f64(time))
            .ok()
            .and_then(|text| text.dyn_into::<JsString>().ok())
            .map(String::from)
            .unwrap_or_default()
    }

    fn tags(&self) -> Array {
        Array::of1(&JsValue::from_str(&self.tag))
    }
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        // A plain object takes every key.
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object
}

/// A day of the calendar: year, month, day.
pub type Day = (u16, u8, u8);

/// The day it is where the visitor is.
#[must_use]
pub fn today() -> Day {
    let now = Date::new_0();
    let (month, day) = (now.get_month() + 1, now.get_date());
    (now.get_full_year() as u16, month as u8, day as u8)
}

/// Whether a `YYYY-MM-DD` was a day before this one; what is no date is never over.
#[must_use]
pub fn is_over(date: &str, today: Day) -> bool {
    calendar_date(date).is_some_and(|date| date < today)
}

fn calendar_date(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse::<u16>().ok())?
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    // Below 100 the browser would read a year of the twentieth century.
    let possible = year >= 100 && (1..=days).contains(&day);
    possible.then(|| Some((year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn con_10_only_dates_that_exist_are_rewritten() {
        assert_eq!(calendar_date("1987-01-12"), Some((1987, 1, 12)));
        assert_eq!(calendar_date("2000-02-29"), Some((2000, 2, 29)));
        for text in [
            "2021-02-29",
            "1900-02-29",
            "2021-13-01",
            "2021-00-10",
            "2021-01-32",
            "0021-01-01",
        ] {
            assert_eq!(calendar_date(text), None, "{text}");
        }
    }

    #[test]
    fn con_10_what_is_not_a_date_is_left_alone() {
        for text in [
            "",
            "12.01.1987",
            "1987-1-12",
            "1987-01-12T00:00",
            "+987-01-12",
            "198é-01-1",
            "19é7-01-1",
        ] {
            assert_eq!(calendar_date(text), None, "{text}");
        }
    }

    #[test]
    fn con_10_a_date_is_over_the_day_after() {
        let today = (2022, 12, 30);
        for (date, over) in [
            ("2022-12-29", true),
            ("2022-12-30", false),
            ("2022-12-31", false),
            ("2021-12-31", true),
            ("2023-01-01", false),
            ("2022-11-31", false),
            ("never", false),
        ] {
            assert_eq!(is_over(date, today), over, "{date}");
        }
    }

    #[test]
    fn the_first_language_that_is_written_wins() {
        let of = |tags: &[&str]| {
            let locale = Locale::from_tags(tags.iter().map(|&tag| tag.to_owned()));
            (locale.language, locale.tag)
        };
        assert_eq!(
            of(&["fr-FR", "de-AT", "en"]),
            (Language::German, "de-AT".to_owned())
        );
        assert_eq!(
            of(&["en-GB", "de"]),
            (Language::English, "en-GB".to_owned())
        );
        assert_eq!(of(&["is", "fr"]), (Language::English, "en".to_owned()));
        assert_eq!(of(&[]), (Language::English, "en".to_owned()));
    }

    #[test]
    fn tags_are_read_by_their_first_part() {
        assert_eq!(Language::of_tag("DE-ch"), Some(Language::German));
        assert_eq!(Language::of_tag("den"), None);
        assert_eq!(Language::of_tag(""), None);
    }
}
