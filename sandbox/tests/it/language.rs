//! The language of the pages: the browser's, until the visitor chooses another.

use reqwest::{
    Method,
    header::{ACCEPT_LANGUAGE, COOKIE},
};

use crate::{
    harness::{Stack, location},
    sign_up::SignUp,
};

impl SignUp<'_> {
    /// A page as a browser of this language gets it, with this cookie.
    pub(crate) async fn page_in(&self, path: &str, language: &str, cookie: &str) -> String {
        let request = self.request(Method::GET, path);
        let request = request.header(ACCEPT_LANGUAGE, language);
        let request = request.header(COOKIE, cookie);
        request.send().await.unwrap().text().await.unwrap()
    }
}

#[tokio::test]
async fn pages_are_in_the_language_of_the_browser_until_another_is_chosen() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let first = sign_up.at("introduction");
    for (asked, language) in [("de", "de"), ("fr-CA", "fr"), ("is", "en")] {
        let page = sign_up.page_in(&first, asked, "").await;
        assert!(page.contains(&format!("<html lang=\"{language}\">")));
    }
    let chosen = sign_up.press("language", "language=de").await;
    assert_eq!(location(&chosen).path(), sign_up.address);
    let cookie = chosen.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    sign_up.press("introduction", "person=anna&play=all").await;
    let last = sign_up.at("verification");
    let last = sign_up.page_in(&last, "en", cookie).await;
    assert!(last.contains("Gesichter wurden nicht verglichen"), "{last}");
    sign_up.press("verification", "").await;
    let over = sign_up.page_in(&sign_up.address, "en", cookie).await;
    assert!(over.contains("Diese Registrierung ist beendet"), "{over}");
    assert!(over.contains("href=\"http://localhost:8080/\""), "{over}");
    // In the next sign-up too.
    let next = SignUp::of_web_kyc(&stack, "").await;
    let next = next.page_in(&next.at("introduction"), "en", cookie).await;
    assert!(next.contains("<html lang=\"de\">"), "{next}");
    let nonsense = sign_up.press("language", "language=x").await;
    assert!(nonsense.headers().get("set-cookie").is_none());
}

#[tokio::test]
async fn no_page_has_two_ways_of_the_same_name() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "&back_url=https%3A%2F%2Fshop.example%2F").await;
    let pages = [
        ("introduction", "person=liveness-failed"),
        ("liveness", ""),
        ("unchecked", ""),
        ("introduction", "person=anna&play=all"),
        ("verification", ""),
    ];
    for (path, body) in pages {
        for (language, way) in [("de", "Zurück zu Shop"), ("fr", "Revenir à Shop")] {
            let page = sign_up.page_in(&sign_up.at(path), language, "").await;
            assert_eq!(page.matches(way).count(), 1, "{path}: {page}");
        }
        if !body.is_empty() {
            sign_up.press(path, body).await;
        }
    }
}
