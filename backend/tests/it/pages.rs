//! The built pages and their headers.

use std::time::{Duration, SystemTime};

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::Method;
use sha2::{Digest, Sha256};
use webkyc_backend::assets::{Assets, Inside};

use crate::harness::{Answer, PAGE, SCRIPT, TestApp};

/// One backend that serves a folder, and one that serves the same files from inside the program.
async fn both() -> [TestApp; 2] {
    let built = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let twin = format!("{SCRIPT}.br");
    let files = [
        ("index.html", PAGE),
        ("results.html", PAGE),
        ("integrate.html", PAGE),
        (SCRIPT, "export {}"),
        (&twin, "brotli"),
        ("plain.css", ""),
    ];
    let inside = Inside::new(files.map(|(name, content)| (name, content.to_owned(), built)));
    [
        TestApp::start("http://127.0.0.1:9").await,
        TestApp::start_with_pages(Assets::Inside(inside)).await,
    ]
}

#[tokio::test]
async fn each_page_is_the_one_document_under_a_strict_policy() {
    for app in both().await {
        for path in [
            "/",
            "/start?site=shop",
            "/results?code=a&state=b",
            "/integrate",
        ] {
            let response = app.bare(Method::GET, path).send().await.unwrap();
            let headers = response.headers().clone();
            assert_eq!(response.text().await.unwrap(), PAGE);
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"));
            assert!(policy.contains("frame-ancestors 'none'"));
            assert!(!policy.contains("unsafe-inline"));
            for (name, value) in [
                ("content-type", "text/html"),
                ("cache-control", "no-store"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "no-referrer"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("x-content-type-options", "nosniff"),
                (
                    "strict-transport-security",
                    "max-age=31536000; includeSubDomains",
                ),
            ] {
                assert_eq!(headers[name], value, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn prv_02_only_files_named_by_their_content_are_cached_for_ever() {
    for app in both().await {
        let request = app.bare(Method::GET, &format!("/{SCRIPT}"));
        let answer = Answer::read(request.header("accept-encoding", "gzip, br")).await;
        assert_eq!(
            answer.headers["cache-control"],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.headers["content-encoding"], "br");
        assert_eq!(answer.headers["content-type"], "text/javascript");
        let since = answer.headers["last-modified"].clone();
        let request = app.bare(Method::GET, &format!("/{SCRIPT}"));
        let again = Answer::read(request.header("if-modified-since", since)).await;
        assert_eq!(again.status, 304);
        assert_eq!(
            again.headers["cache-control"],
            answer.headers["cache-control"]
        );
        let answer = Answer::read(app.bare(Method::GET, "/plain.css")).await;
        assert_eq!(answer.headers["cache-control"], "no-cache");
    }
}

#[tokio::test]
async fn xo_14_no_odd_spelling_makes_the_page_cacheable() {
    for app in both().await {
        for path in [
            "/%2F%3F-0123456789abcdef",
            "/index.html%3Fx",
            "/.%2Findex.html",
            "/%2Findex.html",
            "/index.html",
            "/%2F.",
            "/.hidden",
        ] {
            let answer = Answer::read(app.bare(Method::GET, path)).await;
            answer.assert_problem(404, "NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn any_other_path_is_not_found() {
    for app in both().await {
        for path in [
            "/nothing",
            "/nothing.js",
            "/..%2fCargo.toml",
            "/a/b",
            "/results/x",
            "/%00",
        ] {
            let answer = Answer::read(app.bare(Method::GET, path)).await;
            answer.assert_problem(404, "NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn mounted_under_a_path_everything_is_there_and_nothing_beside_it() {
    let app = TestApp::start_with("http://127.0.0.1:9", |settings| {
        settings.public_url = Some("https://kyc.example/kyc".into());
    })
    .await;
    for path in [
        "/kyc/",
        "/kyc/results",
        "/kyc/integrate",
        &format!("/kyc/{SCRIPT}"),
        "/healthz",
    ] {
        let answer = Answer::read(app.bare(Method::GET, path)).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let config = app.visitor().get("/kyc/api/config").await.assert_ok();
    assert_eq!(config["redirectUri"], "https://kyc.example/kyc/results");
    let answer = Answer::read(app.bare(Method::GET, "/kyc")).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["location"]),
        (303, &"/kyc/".parse().unwrap())
    );
    // Both would reach the rest of the host: its other paths, its subdomains.
    assert!(!answer.headers.contains_key("strict-transport-security"));
    for path in ["/", "/results", "/api/config"] {
        let answer = Answer::read(app.bare(Method::GET, path)).await;
        answer.assert_problem(404, "NOT_FOUND");
    }
    let answer = Answer::read(app.bare(Method::GET, "/kyc/api/config")).await;
    answer.assert_problem(403, "CSRF_HEADER_MISSING");
}

/// The headers of a browser in which a person opens an address.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn xo_14_a_person_at_an_address_without_a_page_sees_the_way_home() {
    let app = TestApp::start_with("http://127.0.0.1:9", |settings| {
        settings.public_url = Some("https://kyc.example/kyc".into());
    })
    .await;
    for path in [
        "/kyc/nothing",
        "/kyc/results/",
        "/kyc/results/x.css",
        "/kyc/index.html%3Fx",
        "/kyc/%2F%3F-0123456789abcdef",
        "/kyc/api%2Fdetails/x.css",
        "/kyc/<script>",
    ] {
        for (wanted, language) in [("de-AT, en;q=0.5", "de"), ("fr", "fr"), ("is", "en")] {
            let request = app.bare(Method::GET, path).header("accept", BROWSER);
            let response = request.header("accept-language", wanted).send().await;
            let response = response.unwrap();
            assert_eq!(response.status(), 404, "{path}");
            let headers = response.headers().clone();
            assert_eq!(headers["content-type"], "text/html; charset=utf-8");
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(headers["x-frame-options"], "DENY");
            assert_eq!(headers.get_all("content-security-policy").iter().count(), 1);
            assert!(headers.contains_key("x-request-id"));
            let page = response.text().await.unwrap();
            let style = page.split("<style>").nth(1).unwrap();
            let style = style.split("</style>").next().unwrap();
            let hash = BASE64_STANDARD.encode(Sha256::digest(style));
            assert_eq!(
                headers["content-security-policy"],
                format!(
                    "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; \
                     form-action 'none'; frame-ancestors 'none'"
                )
            );
            assert!(page.contains(&format!("<html lang=\"{language}\">")));
            assert_eq!(page.matches("href=").count(), 1);
            assert!(page.contains("href=\"/kyc/\""));
            assert!(
                !page.contains("<script") && !page.contains("nothing"),
                "{page}"
            );
        }
    }
}

#[tokio::test]
async fn programs_and_other_places_get_the_problem() {
    let app = TestApp::start_with("http://127.0.0.1:9", |settings| {
        settings.public_url = Some("https://kyc.example/kyc".into());
    })
    .await;
    for (method, path, accept, status, code) in [
        (Method::GET, "/kyc/nothing", "*/*", 404, "NOT_FOUND"),
        (
            Method::GET,
            "/kyc/nothing",
            "application/json",
            404,
            "NOT_FOUND",
        ),
        (Method::GET, "/nothing", BROWSER, 404, "NOT_FOUND"),
        (Method::GET, "/kycx/nothing", BROWSER, 404, "NOT_FOUND"),
        (Method::GET, "/kyc/api", BROWSER, 404, "NOT_FOUND"),
        (
            Method::GET,
            "/kyc/api/nothing",
            BROWSER,
            403,
            "CSRF_HEADER_MISSING",
        ),
        (
            Method::POST,
            "/kyc/nothing",
            BROWSER,
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (Method::POST, "/kyc/nothing/x", BROWSER, 404, "NOT_FOUND"),
    ] {
        let request = app.bare(method, path).header("accept", accept);
        Answer::read(request).await.assert_problem(status, code);
    }
    let mut visitor = app.visitor();
    let request = visitor.request(Method::GET, "/kyc/api/nothing");
    let answer = visitor.send(request.header("accept", BROWSER)).await;
    answer.assert_problem(404, "NOT_FOUND");
}
