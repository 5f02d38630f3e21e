//! The visitor's language, and dates, times and countries written in it by the browser.

use std::{array, cell::RefCell};

use js_sys::{Array, Date, Function, Intl, JsString, Object, Reflect};
use leptos::prelude::use_context;
use wasm_bindgen::{JsCast, JsValue};

use super::{
    ButtonTexts, IntegrateTexts, LANGUAGES, Loaded, PortalTexts, ResultsTexts, Texts, button,
    calendar, country, find, snippet,
};
use crate::browser;

thread_local! {
    static SHOWN: RefCell<Option<Locale>> = const { RefCell::new(None) };
}

/// A language that the pages are written in: its place among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Language(usize);

impl Language {
    /// Every language, English first.
    #[must_use]
    pub fn all() -> [Self; LANGUAGES.len()] {
        array::from_fn(Self)
    }

    /// The language of a tag like `de-AT`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag
            .trim_ascii()
            .split(['-', '_'])
            .next()
            .unwrap_or_default();
        let mut all = LANGUAGES.iter();
        all.position(|(tag, _)| tag.eq_ignore_ascii_case(primary))
            .map(Self)
    }

    /// For the `lang` attribute.
    #[must_use]
    pub fn tag(self) -> &'static str {
        LANGUAGES[self.0].0
    }

    /// In the language itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        LANGUAGES[self.0].1
    }

    /// The words of the button alone, which every program has.
    pub(crate) fn button_texts(self) -> &'static ButtonTexts {
        &button::TEXTS[self.0]
    }

    /// The words in the snippets of `/integrate`.
    pub(crate) fn snippet_texts(self) -> &'static snippet::Texts {
        &snippet::TEXTS[self.0]
    }
}

/// A language, and the region whose form its dates take.
#[derive(Clone)]
pub struct Locale {
    language: Language,
    tag: String,
}

impl Locale {
    pub(crate) fn new(language: Language, tag: &str) -> Self {
        Self {
            language,
            tag: tag.to_owned(),
        }
    }

    /// The context that the application provides, else the last that was shown.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_else(Self::shown)
    }

    /// The last that was shown; without a context, which a panic may have broken. The programs of the kit do not
    /// look for the browser's preference, which a script has done when they start.
    pub(crate) fn shown() -> Self {
        let shown = SHOWN.with(|shown| shown.try_borrow().ok()?.clone());
        shown.unwrap_or_else(|| Self::new(Language::default(), Language::default().tag()))
    }

    /// Makes this the language of the page, or of components without a context.
    pub(crate) fn show(&self) {
        SHOWN.set(Some(self.clone()));
    }

    /// `data-lang` of `<html>` if a deployment sets it; else the first of the browser's languages
    /// that the pages are written in; else English.
    #[must_use]
    pub fn detect() -> Self {
        let forced = web_sys::window().and_then(|window| {
            window
                .document()?
                .document_element()?
                .get_attribute("data-lang")
        });
        let mut tags = browser::languages();
        if let Some(forced) = forced {
            tags = [&forced, ",", &tags].concat();
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
            .unwrap_or((Language::default(), Language::default().tag()));
        Self::new(language, tag)
    }

    /// The sentences that every program shows, as all below: in another language if this one is not loaded.
    pub(crate) fn texts(&self) -> Texts {
        self.find(|loaded| Some(loaded.common()))
    }

    /// The same, if they are loaded.
    pub(crate) fn loaded_texts(&self) -> Option<Texts> {
        find(self.language, |loaded| Some(loaded.common()))
    }

    /// The sentences around the verified data.
    pub(crate) fn results_texts(&self) -> ResultsTexts {
        self.find(Loaded::results)
    }

    /// The sentences of `/` and `/start`.
    pub(crate) fn portal_texts(&self) -> PortalTexts {
        self.find(Loaded::portal)
    }

    /// The sentences of `/integrate`.
    pub(crate) fn integrate_texts(&self) -> IntegrateTexts {
        self.find(Loaded::integrate)
    }

    fn find<T>(&self, pick: impl Fn(&Loaded) -> Option<T>) -> T {
        find(self.language, pick).expect("a program loads its texts before it draws")
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
            (locale.lang(), locale.tag)
        };
        assert_eq!(of(&["is", "de-AT", "en"]), ("de", "de-AT".to_owned()));
        assert_eq!(of(&["en-GB", "de"]), ("en", "en-GB".to_owned()));
        assert_eq!(of(&["fr-CA", "en"]), ("fr", "fr-CA".to_owned()));
        assert_eq!(of(&["is", "it"]), ("en", "en".to_owned()));
        assert_eq!(of(&[]), ("en", "en".to_owned()));
    }

    #[test]
    fn tags_are_read_by_their_first_part() {
        let of_tag = |tag| Language::of_tag(tag).map(Language::tag);
        for tag in ["DE-ch", "de-", " de ", "de_AT"] {
            assert_eq!(of_tag(tag), Some("de"), "{tag}");
        }
        assert_eq!(of_tag("den"), None);
        assert_eq!(of_tag(""), None);
    }

    #[test]
    fn each_language_has_its_own_name() {
        let names = Language::all().map(|language| (language.tag(), language.name()));
        assert_eq!(
            names,
            [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
        );
    }
}
