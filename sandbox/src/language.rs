//! The language in which a visitor reads the pages.

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};

use crate::texts::Texts;

/// The texts in the language that a browser prefers (RFC 9110, section 12.5.4); in English for one that
/// asks for no language that is here.
pub(crate) fn asked_for(headers: &HeaderMap) -> &'static Texts {
    let values = headers.get_all(ACCEPT_LANGUAGE).into_iter();
    let ranges = values.filter_map(|value| value.to_str().ok());
    let mut best = (0.0, Texts::english());
    for range in ranges.flat_map(|value| value.split(',')) {
        let (tag, quality) = match range.split_once(';') {
            Some((tag, parameter)) => {
                let quality = parameter.trim().strip_prefix("q=");
                (tag, quality.and_then(|q| q.parse().ok()).unwrap_or(0.0))
            }
            None => (range, 1.0),
        };
        let primary = tag.trim().split('-').next().unwrap_or_default();
        if let Some(texts) = Texts::of_tag(primary)
            && quality > best.0
        {
            best = (quality, texts);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_the_browser_prefers() {
        for (asked, language) in [
            ("de", "de"),
            ("DE-AT, en;q=0.5", "de"),
            ("en-GB,en;q=0.9,de;q=0.8", "en"),
            ("is, de;q=0.3, en;q=0.2", "de"),
            ("fr-CA, fr;q=0.9, en;q=0.8", "fr"),
            ("is", "en"),
            ("de;q=0", "en"),
            ("den, *", "en"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, asked.parse().unwrap());
            assert_eq!(asked_for(&headers).tag, language, "{asked}");
        }
        assert_eq!(asked_for(&HeaderMap::new()).tag, "en");
    }
}
