//! The visitor's language, and dates, times and countries written in it by the browser.

use js_sys::{Array, Date, Function, Intl, JsString, Object, Reflect};
use leptos::prelude::use_context;
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    browser,
    texts::{
        ButtonTexts, ENGLISH, ENGLISH_BUTTON, ENGLISH_PORTAL, GERMAN, GERMAN_BUTTON, GERMAN_PORTAL,
        Texts, calendar, country, portal::PortalTexts,
    },
};

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
        let primary = tag
            .trim_ascii()
            .split(['-', '_'])
            .next()
            .unwrap_or_default();
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
    pub(crate) fn texts(self) -> &'static Texts {
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

/// A language, and the region whose form its dates take.
#[derive(Clone)]
pub struct Locale {
    language: Language,
    tag: String,
}

impl Locale {
    /// The context that the application provides, else the browser's preference.
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
        let forced = web_sys::window().and_then(|window| {
            window
                .document()?
                .document_element()?
                .get_attribute("data-lang")
        });
        let mut tags = browser::languages();
        for preferred in [forced, first].into_iter().flatten() {
            tags = [&preferred, ",", &tags].concat();
        }
        Self::from_tags(&tags)
    }

    /// The first of these tags, between commas, whose language the pages are written in.
    #[must_use]
    pub fn from_tags(tags: &str) -> Self {
        let written = |tag| Some((Language::of_tag(tag)?, tag));
        let (language, tag) = tags
            .split(',')
            .find_map(written)
            .unwrap_or((Language::English, "en"));
        Self {
            language,
            tag: tag.to_owned(),
        }
    }

    /// The sentences of this language.
    pub(crate) fn texts(&self) -> &'static Texts {
        self.language.texts()
    }

    /// The sentences of `/` and `/start`.
    pub(crate) fn portal_texts(&self) -> &'static PortalTexts {
        match self.language {
            Language::English => &ENGLISH_PORTAL,
            Language::German => &GERMAN_PORTAL,
        }
    }

    /// Which language that is.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The words of the button alone.
    pub(crate) fn button_texts(&self) -> &'static ButtonTexts {
        self.language.button_texts()
    }

    /// For the `lang` attribute.
    #[must_use]
    pub fn lang(&self) -> &'static str {
        self.language.tag()
    }

    /// A `YYYY-MM-DD` in words; `None` if it is not a date. A calendar date has no time zone, so it
    /// is both made and written in UTC.
    pub(crate) fn date(&self, date: &str) -> Option<String> {
        let (year, month, day) = calendar::calendar_date(date)?;
        let midnight = Date::utc(f64::from(year), f64::from(month - 1));
        let date = midnight + f64::from(day - 1) * 86_400_000.0;
        Some(self.format(date, &[("dateStyle", "long"), ("timeZone", "UTC")]))
    }

    /// An RFC 3339 instant in words, in the visitor's own time zone; `None` if it is not one.
    pub(crate) fn instant(&self, instant: &str) -> Option<String> {
        let (date, _) = instant.split_once('T')?;
        calendar::calendar_date(date)?;
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
    pub(crate) fn country(&self, alpha3: &str) -> Option<String> {
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
        let tag = if browser::is_language_tag(&self.tag) {
            &self.tag
        } else {
            self.lang()
        };
        Array::of1(&JsValue::from_str(tag))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_written_wins() {
        let of = |tags: &[&str]| {
            let locale = Locale::from_tags(&tags.join(","));
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
        assert_eq!(Language::of_tag("de-"), Some(Language::German));
        assert_eq!(Language::of_tag(" de "), Some(Language::German));
        assert_eq!(Language::of_tag("de_AT"), Some(Language::German));
        assert_eq!(Language::of_tag("den"), None);
        assert_eq!(Language::of_tag(""), None);
    }
}
