//! What a browser loads comes compressed; what Authenteq answers comes as Authenteq sends it.

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};

use crate::{
    harness::{Stack, location},
    sign_up::SignUp,
};

#[tokio::test]
async fn pages_styles_and_fonts_come_compressed_and_pictures_as_they_are() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    for (path, compressed) in [
        (sign_up.at("introduction"), true),
        ("/_sandbox/".to_owned(), true),
        ("/_sandbox/assets/capture.css".to_owned(), true),
        ("/_sandbox/assets/roboto-regular.ttf".to_owned(), true),
        ("/_sandbox/thumbnails/complete.jpeg".to_owned(), false),
    ] {
        let request = stack.http.get(stack.at(&path));
        let answer = request.header(ACCEPT_ENCODING, "gzip, br").send().await;
        let answer = answer.unwrap();
        let encoding = answer.headers().get(CONTENT_ENCODING);
        assert_eq!(encoding.is_some_and(|name| name == "gzip"), compressed);
        let varies = answer.headers().get(VARY);
        let varies = varies.is_some_and(|names| names == "accept-encoding");
        assert_eq!(varies, compressed, "{path}");
        let bytes = answer.bytes().await.unwrap();
        // A gzip file begins with these bytes (RFC 1952, section 2.3.1).
        assert_eq!(bytes.starts_with(&[0x1f, 0x8b]), compressed, "{path}");
        let plain = stack.get(&path).await;
        assert!(plain.headers().get(CONTENT_ENCODING).is_none(), "{path}");
        let plain = plain.bytes().await.unwrap();
        assert_eq!(bytes.len() < plain.len(), compressed, "{path}");
    }
}

#[tokio::test]
async fn what_authenteq_answers_is_never_compressed() {
    let stack = Stack::start().await;
    let token = stack.token("anna").await;
    let calls = [
        (stack.authorize_path("&state=s"), None),
        ("/v2/web-kyc/details".to_owned(), Some(token)),
        ("/v2/web-kyc/details".to_owned(), None),
    ];
    for (path, token) in calls {
        let mut request = stack.http.get(stack.at(&path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.header(ACCEPT_ENCODING, "gzip").send().await;
        let answer = answer.unwrap();
        assert!(answer.headers().get(CONTENT_ENCODING).is_none(), "{path}");
        if answer.status().is_redirection() {
            assert!(location(&answer).path().ends_with("/introduction"));
        }
    }
}
