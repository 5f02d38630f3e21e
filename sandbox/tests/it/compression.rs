//! What a browser loads comes compressed; what Authenteq answers comes as Authenteq sends it.

use image::ImageFormat;
use reqwest::{
    Method,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY},
};

use crate::{
    harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack},
    pictures::{FACE, RED, plain},
    sign_up::SignUp,
};

#[tokio::test]
async fn pages_styles_and_fonts_come_compressed_and_pictures_as_they_are() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    let picture = plain(RED, ImageFormat::Jpeg);
    sign_up.upload(FACE, "me.jpg", picture).await;
    for (path, compressed) in [
        (sign_up.at("liveness"), true),
        ("/_sandbox/".to_owned(), true),
        ("/_sandbox/assets/capture.css".to_owned(), true),
        ("/_sandbox/assets/roboto-regular.ttf".to_owned(), true),
        (sign_up.at("picture/face"), false),
    ] {
        let request = || sign_up.request(Method::GET, &path);
        let zipped = request().header(ACCEPT_ENCODING, "gzip, br");
        let answer = zipped.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let encoding = answer.headers().get(CONTENT_ENCODING);
        assert_eq!(encoding.is_some_and(|name| name == "gzip"), compressed);
        let varies = answer.headers().get(VARY);
        let varies = varies.is_some_and(|names| names == "accept-encoding");
        assert_eq!(varies, compressed, "{path}");
        let bytes = answer.bytes().await.unwrap();
        // A gzip file begins with these bytes (RFC 1952, section 2.3.1).
        assert_eq!(bytes.starts_with(&[0x1f, 0x8b]), compressed, "{path}");
        let plain = request().send().await.unwrap();
        assert!(plain.headers().get(CONTENT_ENCODING).is_none(), "{path}");
        let plain = plain.bytes().await.unwrap();
        assert_eq!(bytes.len() < plain.len(), compressed, "{path}");
    }
}

#[tokio::test]
async fn events_come_at_once_and_not_when_a_block_is_full() {
    let stack = Stack::start().await;
    let request = stack.http.get(stack.at("/_sandbox/api/events"));
    let answer = request.header(ACCEPT_ENCODING, "gzip").send().await;
    let mut answer = answer.unwrap();
    assert!(answer.headers().get(CONTENT_ENCODING).is_none());
    let first = answer.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: {\"change\":"), "{first:?}");
}

#[tokio::test]
async fn what_authenteq_answers_is_never_compressed() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    let token = stack.token("anna").await;
    let export = |call: &str| format!("/export/verification-result-as-{call}?verificationId={id}");
    let calls = [
        (export("json"), 200),
        (export("multipart"), 200),
        (export("pdf"), 200),
        (
            format!("/web-idv/verification-url?redirectUrl={REDIRECT_URI}"),
            200,
        ),
        ("/v2/web-kyc/details".to_owned(), 200),
        ("/v2/web-kyc/token".to_owned(), 405),
        // A page for the visitor, where Authenteq has its own.
        ("/authorize?client_id=unknown".to_owned(), 400),
    ];
    for (path, status) in calls {
        let request = stack.http.get(stack.at(&path));
        let request = if path.ends_with("/details") {
            request.bearer_auth(&token)
        } else {
            request.basic_auth(CLIENT_ID, Some(SECRET))
        };
        let answer = request.header(ACCEPT_ENCODING, "gzip").send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert!(answer.headers().get(CONTENT_ENCODING).is_none(), "{path}");
        assert!(answer.bytes().await.unwrap().len() > 32, "{path}");
    }
}
