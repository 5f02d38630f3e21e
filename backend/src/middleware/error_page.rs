//! The HTML page for people who open an address where there is nothing for them. Programs get the problem.

use std::sync::LazyLock;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use self::generated::{LANGUAGES, TEXTS};
use crate::{
    config::PublicUrl,
    error::ApiError,
    negotiation::{weight, weighted},
};

const STYLE: &str = include_str!("error_page.css");

/// No scripts and no other resources: only this style, allowed by its hash.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).ok()
});

mod generated {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

/// The page for a browser that opens an address without a page, or one of another host.
pub(crate) struct ErrorPage<'a> {
    language: usize,
    public_url: &'a PublicUrl,
}

impl<'a> ErrorPage<'a> {
    /// `None` for programs, and for paths that cannot be a page's.
    pub(crate) fn for_request(request: &Request, public_url: &'a PublicUrl) -> Option<Self> {
        let below = request
            .uri()
            .path()
            .strip_prefix(public_url.path.as_str())?;
        let is_page = below.starts_with('/') && below != "/api" && !below.starts_with("/api/");
        let headers = request.headers();
        let shown = is_page && request.method() == Method::GET && prefers_html(headers);
        shown.then(|| Self {
            language: language(headers),
            public_url,
        })
    }

    /// The answer with this error; `None` if people get the problem, as programs do.
    pub(crate) fn of(&self, error: &ApiError) -> Option<Response> {
        let texts = &TEXTS[self.language];
        let (texts, address, link) = match error {
            ApiError::NotFound => {
                let home = format!("{}/", self.public_url.path);
                (texts.not_found, home, texts.home)
            }
            ApiError::Misdirected => {
                let public_url = &self.public_url.url;
                (texts.misdirected, format!("{public_url}/"), &**public_url)
            }
            _ => return None,
        };
        let mut response = (error.status(), self.page(texts, &address, link)).into_response();
        if let Some(policy) = &*POLICY {
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        Some(response)
    }

    fn page(&self, [heading, sentence]: [&str; 2], address: &str, link: &str) -> Html<String> {
        let (tag, _) = LANGUAGES[self.language];
        let [address, link] = [address, link].map(|text| text.replace('&', "&amp;"));
        Html(format!(
            r#"<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{heading}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{heading}</h1>
<p>{sentence}</p>
<a href="{address}">{link}</a>
</main>
</body>
</html>
"#
        ))
    }
}

/// Whether `Accept` names HTML and prefers no machine-readable type to it. A client that accepts
/// only `*/*` is not a browser opening a page.
fn prefers_html(headers: &HeaderMap) -> bool {
    let wanted = |kind| weight(headers, &header::ACCEPT, kind);
    let json = wanted("application/json").max(wanted("application/problem+json"));
    let html = wanted("text/html");
    html > 0.0 && html >= json
}

/// The place of the language with the highest weight; the first one if weights are equal.
fn language(headers: &HeaderMap) -> usize {
    let mut best = (0.0, 0);
    for (tag, weight) in weighted(headers, &header::ACCEPT_LANGUAGE) {
        let primary = tag.split('-').next().unwrap_or_default();
        let mut all = LANGUAGES.iter();
        if let Some(place) = all.position(|(tag, _)| tag.eq_ignore_ascii_case(primary))
            && weight > best.0
        {
            best = (weight, place);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_page_is_for_those_who_name_html() {
        for (accept, expected) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                true,
            ),
            ("TEXT/HTML; q=0.5, text/plain", true),
            ("text/html, application/json", true),
            ("*/*", false),
            ("text/html;q=0", false),
            ("text/html;q=lots", false),
            ("application/json, text/html;q=0.9", false),
            ("application/problem+json, text/html;q=0.9", false),
            ("", false),
        ] {
            let headers = headers(header::ACCEPT, accept);
            assert_eq!(prefers_html(&headers), expected, "{accept}");
        }
        assert!(!prefers_html(&HeaderMap::new()));
    }

    #[test]
    fn it_speaks_the_language_that_is_wanted_most() {
        for (accept, expected) in [
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("DE", "de"),
            ("is, de;q=0.2", "de"),
            ("fr-CA, de;q=0.9", "fr"),
            ("de;q=0.5, en", "en"),
            ("en, de", "en"),
            ("de;q=0", "en"),
            ("is", "en"),
        ] {
            let headers = headers(header::ACCEPT_LANGUAGE, accept);
            assert_eq!(LANGUAGES[language(&headers)].0, expected, "{accept}");
        }
        assert_eq!(language(&HeaderMap::new()), 0);
    }
}
