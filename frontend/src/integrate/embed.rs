//! One way to use the button: its site, the return URL, its look and language.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{components::sign_up_button::Variant, texts::locale::Language};

/// Keys of the configuration have only characters that stay as they are.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// One way to use the button, and the deployment it leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Embed {
    /// Without a slash at the end: `https://shop.example/kyc`.
    pub(super) public_url: String,
    /// The origin of the redirect URI, where it is another one: sign-ups begin on its pages alone.
    pub(super) other_origin: Option<String>,
    pub(super) site: Option<String>,
    /// Of that site.
    pub(super) return_key: Option<String>,
    /// The same for a call of the site's server, which must name one if the site has several.
    pub(super) server_return: Option<String>,
    pub(super) variant: Variant,
    pub(super) language: Language,
}

impl Embed {
    /// The page that begins a sign-up.
    pub(super) fn start_url(&self) -> String {
        let mut url = format!("{}/start", self.public_url);
        if let Some(site) = &self.site {
            url += &format!("?site={}", utf8_percent_encode(site, QUERY));
            if let Some(key) = &self.return_key {
                url += &format!("&return={}", utf8_percent_encode(key, QUERY));
            }
        }
        url
    }

    /// The deployment's origin: `https://shop.example`.
    pub(super) fn origin(&self) -> String {
        origin(&self.public_url)
    }

    /// The folder it is mounted under, with a slash at both ends; `None` on a host of its own.
    pub(super) fn folder(&self) -> Option<String> {
        let path = self.public_url.splitn(4, '/').nth(3)?;
        Some(format!("/{path}/"))
    }

    pub(super) fn caption(&self) -> &'static str {
        self.language.button_texts().sign_up
    }
}

/// The scheme, host and port of an http URL.
pub(super) fn origin(url: &str) -> String {
    let parts: Vec<&str> = url.splitn(4, '/').take(3).collect();
    parts.join("/")
}

/// Text as it may stand in HTML, also between quotation marks.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;

    use url::Url;

    use super::*;

    /// No configuration can hold such a key; it must do no harm either way.
    pub(crate) const HOSTILE: &str = "\"><script>alert('1')</script>&amp;+%26#?";

    pub(crate) fn plain() -> Embed {
        Embed {
            public_url: "https://shop.example/kyc".into(),
            other_origin: None,
            site: Some("shop".into()),
            return_key: Some("done".into()),
            server_return: Some("done".into()),
            variant: Variant::Brand,
            language: Language::default(),
        }
    }

    pub(crate) fn hostile() -> Embed {
        Embed {
            site: Some(HOSTILE.into()),
            return_key: Some(HOSTILE.into()),
            server_return: Some(HOSTILE.into()),
            ..plain()
        }
    }

    /// Every combination of choices, and hostile keys.
    pub(crate) fn every_choice() -> Vec<Embed> {
        let mut all = vec![hostile()];
        for variant in [Variant::Brand, Variant::Accessible] {
            for language in Language::all() {
                for keys in [None, Some(("shop", None)), Some(("shop", Some("done")))] {
                    all.push(Embed {
                        public_url: "https://kyc.shop.example".into(),
                        other_origin: None,
                        site: keys.map(|(site, _)| site.into()),
                        return_key: keys.and_then(|(_, key)| key).map(Into::into),
                        server_return: keys.and_then(|(_, key)| key).map(Into::into),
                        variant,
                        language,
                    });
                }
            }
        }
        all
    }

    /// Asserts that an address starts a sign-up with exactly these keys.
    #[track_caller]
    pub(crate) fn assert_starts(address: &str, embed: &Embed) {
        let url = Url::parse(address).unwrap();
        let expected = Url::parse(&format!("{}/start", embed.public_url)).unwrap();
        assert_eq!(url.origin(), expected.origin());
        assert_eq!(url.path(), expected.path());
        assert_eq!(url.fragment(), None);
        let given: HashMap<_, _> = url.query_pairs().into_owned().collect();
        let keys = [("site", &embed.site), ("return", &embed.return_key)];
        let expected: HashMap<_, _> = keys
            .into_iter()
            .filter_map(|(name, key)| Some((name.to_owned(), key.clone()?)))
            .collect();
        assert_eq!(given, expected);
    }

    #[test]
    fn the_start_carries_the_keys_and_nothing_else() {
        for embed in every_choice() {
            assert_starts(&embed.start_url(), &embed);
        }
        assert_eq!(
            plain().start_url(),
            "https://shop.example/kyc/start?site=shop&return=done"
        );
    }

    #[test]
    fn a_return_without_a_site_is_not_named() {
        let embed = Embed {
            site: None,
            ..plain()
        };
        assert_eq!(embed.start_url(), "https://shop.example/kyc/start");
    }

    #[test]
    fn an_address_falls_into_origin_and_folder() {
        let parts = |public_url: &str| {
            let embed = Embed {
                public_url: public_url.into(),
                ..plain()
            };
            (embed.origin(), embed.folder())
        };
        let own = |text: &str| text.to_owned();
        assert_eq!(
            parts("https://shop.example/a/kyc"),
            (own("https://shop.example"), Some(own("/a/kyc/")))
        );
        assert_eq!(
            parts("http://localhost:8080"),
            (own("http://localhost:8080"), None)
        );
    }

    #[test]
    fn no_character_of_markup_survives() {
        let escaped = escaped(HOSTILE);
        assert!(!escaped.contains(['<', '>', '"', '\'']), "{escaped}");
        let document = format!("<a href=\"{escaped}\"/>");
        let document = roxmltree::Document::parse(&document).unwrap();
        assert_eq!(document.root_element().attribute("href"), Some(HOSTILE));
    }
}
