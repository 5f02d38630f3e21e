//! The reader of an answer, a person or a program, and the language.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{
        HeaderMap, HeaderValue,
        header::{COOKIE, SET_COOKIE},
        request::Parts,
    },
    response::Response,
};

use crate::{language, texts::Texts};

/// Keeps the language that was chosen, in this browser and for a year. It says nothing else.
const CHOICE: &str = "sandbox-language";

/// The language that was chosen on a page before, or else the one that the browser asks for.
#[derive(Clone, Copy)]
pub(super) struct Reader(&'static Texts);

impl Reader {
    pub(super) fn texts(self) -> &'static Texts {
        self.0
    }

    /// Lets a browser keep the language that was chosen in a form.
    pub(super) fn keep_choice(form: &[u8], response: &mut Response) {
        let chosen = url::form_urlencoded::parse(form)
            .find_map(|(name, value)| (name == "language").then(|| Texts::of_tag(&value))?);
        if let Some(Texts { tag, .. }) = chosen {
            let cookie = HeaderValue::try_from(format!(
                "{CHOICE}={tag}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
            ));
            let cookie = cookie.expect("the tag of a language is plain ASCII");
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
    }
}

fn chosen(headers: &HeaderMap) -> Option<&'static Texts> {
    Texts::of_tag(cookie(headers, CHOICE)?)
}

/// The value of the first cookie of this name.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(COOKIE).into_iter();
    let mut cookies = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='));
    let (_, value) = cookies.find(|(other, _)| *other == name)?;
    Some(value)
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let headers = &parts.headers;
        let texts = chosen(headers).unwrap_or_else(|| language::asked_for(headers));
        Ok(Self(texts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_is_found_among_other_cookies() {
        for (cookies, language) in [
            ("a=b; sandbox-language=fr", Some("fr")),
            ("sandbox-language=DE;c=d", Some("de")),
            ("sandbox-language=is", None),
            ("other-sandbox-language=fr", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, cookies.parse().unwrap());
            let found = chosen(&headers).map(|texts| texts.tag);
            assert_eq!(found, language, "{cookies}");
        }
    }
}
