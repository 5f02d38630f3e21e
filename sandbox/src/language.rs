//! The language in which a visitor reads the pages.

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};
use serde::Deserialize;

/// A language that the pages have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "de")]
    German,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::German];

    /// As in the `lang` attribute (BCP 47).
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// In the language itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The one that a browser prefers (RFC 9110, section 12.5.4); English for one that asks for none
    /// of them.
    pub(crate) fn asked_for(headers: &HeaderMap) -> Self {
        let values = headers.get_all(ACCEPT_LANGUAGE).into_iter();
        let ranges = values.filter_map(|value| value.to_str().ok());
        let mut best = (0.0, Self::default());
        for range in ranges.flat_map(|value| value.split(',')) {
            let (tag, quality) = match range.split_once(';') {
                Some((tag, parameter)) => {
                    let quality = parameter.trim().strip_prefix("q=");
                    (tag, quality.and_then(|q| q.parse().ok()).unwrap_or(0.0))
                }
                None => (range, 1.0),
            };
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let language = Self::ALL
                .into_iter()
                .find(|language| language.tag().eq_ignore_ascii_case(primary));
            if let Some(language) = language
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_the_browser_prefers() {
        for (asked, language) in [
            ("de", Language::German),
            ("DE-AT, en;q=0.5", Language::German),
            ("en-GB,en;q=0.9,de;q=0.8", Language::English),
            ("fr, de;q=0.3, en;q=0.2", Language::German),
            ("fr", Language::English),
            ("de;q=0", Language::English),
            ("den, *", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, asked.parse().unwrap());
            assert_eq!(Language::asked_for(&headers), language, "{asked}");
        }
        assert_eq!(Language::asked_for(&HeaderMap::new()), Language::English);
    }
}
