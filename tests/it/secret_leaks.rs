//! The secret and the token stay between the backend and Authenteq.

use base64::{Engine, prelude::BASE64_STANDARD};
use rstest::rstest;
use webkyc_test_kit::built;

use crate::{
    pages::signed_up,
    setup::{test, test_over},
    stack::{CLIENT_SECRET, Flow},
};

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

/// As it is, as it stands in a URL, and as Basic credentials have it at each of the three offsets.
fn spellings(secret: &str) -> Vec<String> {
    let mut spellings = vec![
        secret.to_owned(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
    ];
    for offset in 0..3 {
        let padded = format!("{}{secret}", "x".repeat(offset));
        let encoded = BASE64_STANDARD.encode(padded);
        // The first and last groups depend on the neighbours.
        spellings.push(encoded[4..encoded.len() - 4].to_owned());
    }
    spellings
}

/// A leak in that spelling, made in another way.
fn planted(secret: &str, spelling: usize) -> Vec<u8> {
    match spelling {
        0 => format!("secret={secret};").into_bytes(),
        1 => {
            let mut url = url::Url::parse("https://leak.example/").unwrap();
            url.query_pairs_mut().append_pair("secret", secret);
            url.to_string().into_bytes()
        }
        offset => {
            let user = &"abc"[..offset - 2];
            BASE64_STANDARD
                .encode(format!("{user}{secret}:"))
                .into_bytes()
        }
    }
}

/// The answer to the token call, read off the wire.
pub(crate) fn token(wire: &[u8]) -> String {
    let wire = String::from_utf8_lossy(wire);
    let start = wire.find("{\"token\":\"").expect("a token answer") + "{\"token\":\"".len();
    wire[start..].split('"').next().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn oa_22_the_secret_and_the_token_are_in_no_page_answer_bundle_or_log(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        signed_up(stack, browser, "john").await;
        let mut secrets = vec![CLIENT_SECRET.to_owned()];
        // The id that Web IDV gives in its place is part of the data.
        if flow == Flow::WebKyc {
            let token = token(&stack.upstream.responses());
            assert!(token.len() > 20);
            secrets.push(token);
        }

        let page = browser
            .run(
                "return [document.documentElement.outerHTML, document.cookie,
                    JSON.stringify(sessionStorage), JSON.stringify(localStorage),
                    JSON.stringify(performance.getEntries()), location.href].join()",
            )
            .await;
        let mut places = vec![
            (
                "the page".to_owned(),
                page.as_str().unwrap().as_bytes().to_vec(),
            ),
            ("what the browser sent".to_owned(), stack.public.requests()),
            ("what the browser got".to_owned(), stack.public.responses()),
            (
                "the backend's log".to_owned(),
                stack.backend.log().into_bytes(),
            ),
            (
                "the sandbox's log".to_owned(),
                stack.sandbox.log().into_bytes(),
            ),
        ];
        for file in std::fs::read_dir(built::pages()).unwrap() {
            let path = file.unwrap().path();
            places.push((path.display().to_string(), std::fs::read(path).unwrap()));
        }
        for secret in &secrets {
            for (n, spelling) in spellings(secret).into_iter().enumerate() {
                assert!(
                    contains(&planted(secret, n), &spelling),
                    "spelling {n} finds nothing"
                );
                for (place, content) in &places {
                    assert!(!contains(content, &spelling), "{spelling} is in {place}");
                }
            }
        }

        // The scan finds both where they belong, and the data that is meant to be seen.
        let sent = stack.upstream.requests();
        for secret in &secrets {
            let mut spellings = spellings(secret).into_iter();
            assert!(spellings.any(|spelling| contains(&sent, &spelling)));
        }
        assert!(contains(&stack.public.responses(), "430-985 ELEIFEND"));
        assert!(contains(stack.backend.log().as_bytes(), "/api/exchange"));
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn ops_10_nothing_about_a_person_is_logged(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    test_over(flow, async |stack, browser| {
        signed_up(stack, browser, "john").await;
        let mut canaries = Vec::from(stack.returned());
        canaries.extend(stack.personal_data().await);
        let log = stack.backend.log();
        for canary in &canaries {
            assert!(!log.contains(canary), "{canary} is in the log");
        }
        assert!(log.contains("/api/details"));
    })
    .await;
}

#[tokio::test]
async fn up_26_a_proxy_in_the_environment_gets_nothing() {
    test(async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        // Asked directly: a proxy is asked with the whole URL.
        let asked = stack.upstream.requests();
        assert!(contains(&asked, "POST /v2/web-kyc/token HTTP/1.1"));
        assert!(!contains(&asked, "POST http"));
    })
    .await;
}
