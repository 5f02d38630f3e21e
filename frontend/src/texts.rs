//! Every sentence that a visitor reads, from `languages/`. A program carries none of them but those of the button:
//! it loads the file of one language, and `Locale` finds its texts here.

pub(crate) mod calendar;
mod claims;
pub(crate) mod country;
pub(crate) mod locale;
pub(crate) mod page;
pub(crate) mod visible_text;

use std::cell::RefCell;

use webkyc_shared::{problem::ErrorCode, sign_up::FailureReason};

pub(crate) use self::generated::{
    LANGUAGES,
    button::{self, Texts as ButtonTexts},
    common::Texts,
    integrate::{self, Texts as IntegrateTexts},
    portal::{self, Texts as PortalTexts},
    results::{self, Texts as ResultsTexts},
    snippet,
};
use self::{
    generated::files,
    locale::{Language, Locale},
};

pub(crate) mod generated {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

thread_local! {
    static LOADED: RefCell<Vec<Loaded>> = const { RefCell::new(Vec::new()) };
}

/// The content of a file.
#[derive(Clone, Copy)]
pub(crate) struct Loaded {
    language: Language,
    common: Texts,
    own: Own,
}

/// The texts that not every program shows.
#[derive(Clone, Copy)]
pub(crate) enum Own {
    Portal(PortalTexts),
    Results(ResultsTexts),
    Integrate(IntegrateTexts),
}

/// Reads the texts of one kind from the lines after those that every program shows.
pub(crate) type ReadOwn = fn(&'static [&'static str]) -> Option<Own>;

impl Own {
    /// Of `/` and `/start`.
    pub(crate) fn portal(lines: &'static [&'static str]) -> Option<Self> {
        let (texts, _) = PortalTexts::of(lines)?;
        Some(Self::Portal(texts))
    }

    /// Of the verified data.
    pub(crate) fn results(lines: &'static [&'static str]) -> Option<Self> {
        let (texts, _) = ResultsTexts::of(lines)?;
        Some(Self::Results(texts))
    }

    /// Of `/integrate`.
    pub(crate) fn integrate(lines: &'static [&'static str]) -> Option<Self> {
        let (texts, _) = IntegrateTexts::of(lines)?;
        Some(Self::Integrate(texts))
    }
}

/// Reads a file of texts, which stay for as long as the page does. Nothing if it is of another release with other
/// texts.
pub(crate) fn read(file: &'static str, own: ReadOwn) -> Option<Language> {
    let lines: &[&str] = Vec::leak(file.split('\n').collect());
    let (tag, lines) = lines.split_first()?;
    let language = Language::of_tag(tag)?;
    let (common, lines) = Texts::of(lines)?;
    let loaded = Loaded {
        language,
        common,
        own: own(lines)?,
    };
    LOADED.with_borrow_mut(|all| all.push(loaded));
    Some(language)
}

/// The same, unless the language is loaded already.
pub(crate) fn read_once(file: &str, own: ReadOwn) -> Option<Language> {
    let language = Language::of_tag(file.lines().next()?)?;
    let is_loaded = LOADED.with_borrow(|all| all.iter().any(|it| it.language == language));
    if is_loaded {
        Some(language)
    } else {
        read(Box::leak(file.into()), own)
    }
}

/// Reads the texts of the components in every language, for an application that loads none. They become part of its
/// program.
pub(crate) fn read_all() {
    if LOADED.with_borrow(Vec::is_empty) {
        for file in files::AUTHENTEQ_RESULTS {
            read(file, Own::results);
        }
    }
}

/// The texts that `pick` takes, in this language if they are there in it, else in another.
pub(crate) fn find<T>(language: Language, pick: impl Fn(&Loaded) -> Option<T>) -> Option<T> {
    LOADED.with_borrow(|all| {
        let of_language = all.iter().filter(|loaded| loaded.language == language);
        of_language.chain(all).find_map(pick)
    })
}

impl Loaded {
    pub(crate) fn common(&self) -> Texts {
        self.common
    }

    pub(crate) fn portal(&self) -> Option<PortalTexts> {
        match self.own {
            Own::Portal(texts) => Some(texts),
            _ => None,
        }
    }

    pub(crate) fn results(&self) -> Option<ResultsTexts> {
        match self.own {
            Own::Results(texts) => Some(texts),
            _ => None,
        }
    }

    pub(crate) fn integrate(&self) -> Option<IntegrateTexts> {
        match self.own {
            Own::Integrate(texts) => Some(texts),
            _ => None,
        }
    }
}

/// The caption of a button; with the code of a failure, the sentence for it. `tags` are language tags between
/// commas, the preferred first.
#[must_use]
pub fn button_text(tags: &str, code: Option<&str>) -> &'static str {
    let language = tags.split(',').find_map(Language::of_tag);
    let texts = language.unwrap_or_default().button_texts();
    match code {
        None => texts.sign_up,
        Some(code) if code == FailureReason::StorageBlocked.code() => texts.storage_blocked,
        Some(code) if code == FailureReason::Offline.code() => texts.offline,
        Some(code) if code == ErrorCode::UnknownSite.name() => texts.misconfigured,
        Some(code) if code == ErrorCode::UnknownReturn.name() => texts.misconfigured,
        Some(_) => texts.failed,
    }
}

/// The language of an element with results, after its file of texts is read; `None` if that is of another release.
/// `tag` is the tag that the page or browser has for it.
#[must_use]
pub fn results_locale(tag: &str, file: &str) -> Option<Locale> {
    let locale = Locale::new(read_once(file, Own::results)?, tag);
    // For the card of a crash.
    locale.show();
    Some(locale)
}

/// A failure: its heading, and a way on.
pub(crate) struct FailureText {
    /// A few words.
    pub(crate) title: &'static str,
    /// A sentence or three.
    pub(crate) sentence: &'static str,
}

impl From<[&'static str; 2]> for FailureText {
    fn from([title, sentence]: [&'static str; 2]) -> Self {
        Self { title, sentence }
    }
}

/// The text with this name or number in the place of its braces.
pub(crate) fn filled(text: &str, value: &str) -> String {
    let parts = text.split_once('{');
    let parts = parts.and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
    match parts {
        Some((before, after)) => [before, value, after].concat(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Reads every file of every program.
    pub(crate) fn read_every_file() {
        if LOADED.with_borrow(Vec::is_empty) {
            for (files, own) in [
                (files::PORTAL, Own::portal as ReadOwn),
                (files::AUTHENTEQ_RESULTS, Own::results),
                (files::INTEGRATE, Own::integrate),
            ] {
                for file in files {
                    assert!(read(file, own).is_some());
                }
            }
        }
    }

    #[test]
    fn a_file_of_another_release_is_refused() {
        let file = files::PORTAL[0];
        let (tag, texts) = file.split_once('\n').unwrap();
        let (_, after_mark) = texts.split_once('\n').unwrap();
        for other in [
            "",
            tag,
            &format!("{tag}\n0123456789abcdef\n{after_mark}"),
            &format!("is\n{texts}"),
            files::INTEGRATE[0],
        ] {
            let other = Box::leak(other.to_owned().into_boxed_str());
            assert!(read(other, Own::portal).is_none(), "{other:.40}");
        }
        assert!(LOADED.with_borrow(Vec::is_empty));
        assert!(read(file, Own::portal).is_some());
    }

    #[test]
    fn texts_that_are_not_there_in_a_language_are_found_in_another() {
        let [english, german, _] = Language::all();
        assert!(find(german, Loaded::portal).is_none());
        read(files::PORTAL[0], Own::portal);
        let texts = |language| find(language, |it| Some(it.common().brand())).unwrap();
        assert_eq!(texts(german), texts(english));
        assert!(find(german, Loaded::results).is_none());
        read(files::PORTAL[1], Own::portal);
        assert_ne!(texts(german), texts(english));
    }

    #[test]
    fn a_name_stands_in_the_place_of_the_braces() {
        assert_eq!(filled("Back to {site}", "{Shop}"), "Back to {Shop}");
        assert_eq!(filled("{site} asks", "Shop"), "Shop asks");
        assert_eq!(filled("Nothing", "Shop"), "Nothing");
    }
}
