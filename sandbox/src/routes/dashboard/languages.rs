//! The choice of another language.

use axum::{
    body::Bytes,
    http::{HeaderMap, header::REFERER},
    response::{IntoResponse, Redirect, Response},
};
use url::Url;

use super::{super::reader::Reader, HOME};

/// For all pages that this browser shows from now on.
pub(super) async fn choose_language(headers: HeaderMap, form: Bytes) -> Response {
    let mut response = Redirect::to(&page_before(&headers)).into_response();
    Reader::keep_choice(&form, &mut response);
    response
}

/// The page of the dashboard on which the choice was made. No other site is led to: its host counts for
/// nothing.
fn page_before(headers: &HeaderMap) -> String {
    let referrer = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let Some(url) = referrer.and_then(|address| Url::parse(address).ok()) else {
        return HOME.to_owned();
    };
    if !url.path().starts_with(HOME) {
        return HOME.to_owned();
    }
    // A refused form stands at its own address, which is below its page's and takes no GET.
    let path = url.path().split('/').take(4).collect::<Vec<_>>().join("/");
    match url.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_leads_back_to_the_page_it_was_made_on_and_nowhere_else() {
        for (referrer, target) in [
            ("http://localhost:8090/_sandbox/", "/_sandbox/"),
            (
                "http://localhost/_sandbox/?q=a%20b&failed=true",
                "/_sandbox/?q=a%20b&failed=true",
            ),
            (
                "http://localhost/_sandbox/clients/shop%2B1",
                "/_sandbox/clients/shop%2B1",
            ),
            (
                "http://localhost/_sandbox/clients/shop/faults",
                "/_sandbox/clients/shop",
            ),
            (
                "https://elsewhere.example/_sandbox/persons",
                "/_sandbox/persons",
            ),
            ("https://elsewhere.example//evil.example/", "/_sandbox/"),
            ("http://localhost/_sandbox/../authorize", "/_sandbox/"),
            ("nonsense", "/_sandbox/"),
        ] {
            let headers = HeaderMap::from_iter([(REFERER, referrer.parse().unwrap())]);
            assert_eq!(page_before(&headers), target, "{referrer}");
        }
        assert_eq!(page_before(&HeaderMap::new()), "/_sandbox/");
    }
}
