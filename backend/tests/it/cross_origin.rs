//! Pages of other origins: the exact ones in the configuration, and all others.

use reqwest::{Method, header::HeaderValue};
use rstest::rstest;
use serde_json::json;
use webkyc_backend::config::{SiteSettings, settings::Settings};
use wiremock::MockServer;

use crate::harness::{Answer, Flow, STATE, TestApp};

/// A file that any cache may keep forever.
const SCRIPT_PATH: &str = "/portal-123456789abcdef.js";

const LISTED: [&str; 2] = ["https://www.kyc.example", "https://m.kyc.example:8443"];

fn list(settings: &mut Settings) {
    let site = SiteSettings {
        name: "Shop".into(),
        origins: LISTED.map(Into::into).into(),
        ..SiteSettings::default()
    };
    settings.sites = [("shop".into(), site)].into();
}

async fn start() -> TestApp {
    TestApp::start_with("http://127.0.0.1:9", list).await
}

async fn preflight(app: &TestApp, path: &str, origin: HeaderValue) -> Answer {
    let request = app
        .bare(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-webkyc");
    Answer::read(request).await
}

/// A request by a script of this origin, after its preflight.
async fn call(app: &TestApp, origin: HeaderValue, fetch_site: &str) -> Answer {
    let request = app
        .bare(Method::GET, "/api/config")
        .header("x-webkyc", "1")
        .header("origin", origin)
        .header("sec-fetch-site", fetch_site)
        .header("sec-fetch-dest", "empty");
    Answer::read(request).await
}

#[track_caller]
fn assert_no_permission(answer: &Answer, origin: &str) {
    assert!(
        answer.status.is_client_error(),
        "{origin}: {}",
        answer.status
    );
    for name in answer.headers.keys() {
        assert!(
            !name.as_str().starts_with("access-control-"),
            "{origin}: {name}"
        );
    }
}

fn value(origin: &str) -> HeaderValue {
    HeaderValue::from_str(origin).unwrap()
}

#[tokio::test]
async fn xo_03_a_preflight_of_a_listed_origin_is_permitted_to_the_letter() {
    let app = start().await;
    for origin in LISTED {
        let answer = preflight(&app, "/api/begin", value(origin)).await;
        assert_eq!(answer.status, 204);
        for (name, expected) in [
            ("access-control-allow-origin", origin),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "GET, POST"),
            (
                "access-control-allow-headers",
                "content-type, x-webkyc, x-webkyc-session",
            ),
            ("access-control-max-age", "600"),
            ("vary", "Origin"),
        ] {
            assert_eq!(answer.headers[name], expected);
        }
    }
    for origin in [
        "https://evil.example",
        "null",
        "*",
        "",
        "https://kyc.example",
    ] {
        for path in ["/api/begin", "/api/details", "/api/new", "/", "/results"] {
            let answer = preflight(&app, path, value(origin)).await;
            assert_no_permission(&answer, origin);
        }
    }
    // A request without `Access-Control-Request-Method` is no preflight.
    let request = app
        .bare(Method::OPTIONS, "/api/begin")
        .header("origin", LISTED[0]);
    Answer::read(request)
        .await
        .assert_problem(403, "CSRF_HEADER_MISSING");
}

#[tokio::test]
async fn xo_04_a_page_of_a_listed_origin_can_read_that_the_listener_is_full() {
    let app = TestApp::start_full("http://127.0.0.1:9", list, 0).await;
    for origin in LISTED {
        let answer = preflight(&app, "/api/begin", value(origin)).await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        assert_eq!(answer.headers["cache-control"], "no-store");
        let answer = call(&app, value(origin), "same-site").await;
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        assert_eq!(answer.headers["access-control-allow-credentials"], "true");
        let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
        assert_eq!(vary, ["x-webkyc-session", "Origin"]);
        answer.assert_problem(503, "OVERLOADED");
    }
    for answer in [
        preflight(&app, "/api/begin", value("https://evil.example")).await,
        call(&app, value("https://evil.example"), "cross-site").await,
    ] {
        let mut names = answer.headers.keys();
        assert!(!names.any(|name| name.as_str().starts_with("access-control-")));
        answer.assert_problem(503, "OVERLOADED");
    }
}

#[tokio::test]
async fn xo_04_a_listed_origin_of_the_same_site_may_call_and_no_other() {
    let app = start().await;
    for origin in LISTED {
        let answer = call(&app, value(origin), "same-site").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        assert_eq!(answer.headers["access-control-allow-credentials"], "true");
        assert_eq!(
            answer.headers["access-control-expose-headers"],
            "date, retry-after, x-request-id"
        );
        assert_eq!(answer.headers["vary"], "Origin");
        // The browser would not send its cookies, and the configuration does not list it.
        for site in ["cross-site", "none", "Same-Site", ""] {
            let answer = call(&app, value(origin), site).await;
            answer.assert_problem(403, "CROSS_ORIGIN_REJECTED");
        }
        let request = app
            .bare(Method::POST, "/api/begin")
            .header("x-webkyc", "1")
            .header("origin", origin)
            .header("sec-fetch-site", "same-site");
        let answer = Answer::read(request.json(&json!({"state": STATE}))).await;
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        // The visitor would return to our own results page, which has no access to the state.
        answer.assert_problem(400, "REDIRECT_ELSEWHERE");
    }
    for origin in ["https://evil.kyc.example", "https://m.kyc.example", "null"] {
        let answer = call(&app, value(origin), "same-site").await;
        answer.assert_problem(403, "CROSS_ORIGIN_REJECTED");
        assert_no_permission(&answer, origin);
    }
}

#[rstest]
#[tokio::test]
async fn a_sign_up_begins_only_on_the_origin_that_the_visitor_comes_back_to(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    flow.lets_begin(&server).await;
    let app = flow
        .start_with(&server.uri(), |settings| {
            let site = SiteSettings {
                name: "Shop".into(),
                origins: LISTED.map(Into::into).into(),
                ..SiteSettings::default()
            };
            settings.sites = [("shop".into(), site)].into();
            settings.redirect_uri = Some(format!("{}/verified", LISTED[0]));
        })
        .await;
    let begin = async |origin: &str, site: &str| {
        let request = app
            .bare(Method::POST, "/api/begin")
            .header("x-webkyc", "1")
            .header("origin", origin)
            .header("sec-fetch-site", site);
        Answer::read(request.json(&json!({"state": STATE}))).await
    };
    begin(LISTED[0], "same-site").await.assert_ok();
    let elsewhere = begin(LISTED[1], "same-site").await;
    elsewhere.assert_problem(400, "REDIRECT_ELSEWHERE");
    let own = begin(crate::harness::PUBLIC_URL, "same-origin").await;
    own.assert_problem(400, "REDIRECT_ELSEWHERE");
    let title = own.body["title"].to_string();
    assert!(title.contains(&format!("{} ", LISTED[0])), "{title}");
}

/// Every origin one edit away from this one, and some that a careless comparison would accept.
fn near_misses(origin: &str) -> Vec<Vec<u8>> {
    let (_, host) = origin.split_once("://").unwrap();
    let bare = host.split(':').next().unwrap();
    let mut misses: Vec<String> = Vec::new();
    for at in 0..origin.len() {
        let (before, after) = (&origin[..at], &origin[at..]);
        let rest = &after[1..];
        misses.push(format!("{before}{rest}"));
        for inserted in ["a", ".", "-", "%00", "/", "@", ":"] {
            misses.push(format!("{before}{inserted}{after}"));
        }
        misses.push(format!("{before}%{:02x}{rest}", origin.as_bytes()[at]));
        misses.push(format!("{before}{}{rest}", after[..1].to_uppercase()));
    }
    for scheme in [
        "http",
        "ws",
        "wss",
        "file",
        "chrome-extension",
        "HTTPS",
        "",
        "javascript",
    ] {
        misses.push(format!("{scheme}://{host}"));
    }
    for end in [
        ".evil",
        ".",
        "/",
        "/x",
        "?",
        "#",
        ":443",
        ":80",
        ":08443",
        "\\",
        ";",
        ",",
        " ",
        "%20",
        "%00",
        ".evil.example",
        "@evil.example",
        ":x@evil.example",
        "\t.evil",
    ] {
        misses.push(format!("{origin}{end}x"));
        misses.push(format!("{origin}{end}").trim_end().to_owned());
    }
    misses.extend([
        format!("https://evil{bare}"),
        format!("https://evil-{host}"),
        format!("https://evil.{host}"),
        format!("https://evil.example/{origin}"),
        format!("https://evil.example?{origin}"),
        format!("https://user@{host}"),
        format!("{origin}, {origin}"),
        format!("{origin} {origin}"),
        format!("//{host}"),
        host.to_owned(),
        bare.to_owned(),
        format!("https:/{host}"),
        format!("https:///{host}"),
        format!("https:\\\\{host}"),
    ]);
    misses.retain(|miss| miss != origin && miss != "https://kyc.example");
    let mut misses: Vec<Vec<u8>> = misses.into_iter().map(String::into_bytes).collect();
    // Lookalikes: a Cyrillic letter, a full-width dot.
    misses.push(origin.replace('e', "\u{435}").into_bytes());
    misses.push(origin.replace('.', "\u{ff0e}").into_bytes());
    misses
}

#[tokio::test]
async fn red_03_an_origin_that_is_almost_a_listed_one_is_another() {
    let app = start().await;
    let misses = LISTED.iter().flat_map(|origin| near_misses(origin));
    let misses: std::collections::BTreeSet<Vec<u8>> = misses
        .chain(near_misses("https://kyc.example"))
        .filter(|miss| {
            LISTED
                .iter()
                .all(|listed| listed.as_bytes() != miss.as_slice())
        })
        .collect();
    assert!(misses.len() > 600, "{}", misses.len());
    for miss in misses {
        let shown = String::from_utf8_lossy(&miss).into_owned();
        let origin = HeaderValue::from_bytes(&miss).unwrap();
        for answer in [
            call(&app, origin.clone(), "same-site").await,
            call(&app, origin.clone(), "same-origin").await,
            preflight(&app, "/api/begin", origin).await,
        ] {
            assert_eq!(answer.status, 403, "{shown:?}");
            assert_no_permission(&answer, &shown);
        }
    }
}

#[tokio::test]
async fn prv_02_a_cache_keeps_answers_by_origin_and_by_session() {
    let vary = |answer: &Answer| {
        let lines = answer.headers.get_all("vary").iter();
        let lines: Vec<_> = lines.map(|line| line.to_str().unwrap()).collect();
        lines.join(", ").to_ascii_lowercase()
    };
    let listing = start().await;
    let alone = TestApp::start("http://127.0.0.1:9").await;
    for (path, is_api) in [
        ("/api/config", true),
        ("/api/session", true),
        ("/api/details", true),
        ("/api/export/pdf", true),
        ("/", false),
        (SCRIPT_PATH, false),
        ("/nothing", false),
    ] {
        // A file that is kept before an origin is listed is not for that origin.
        for app in [&listing, &alone] {
            // Without `Origin`, like a script of our own page.
            let request = app.bare(Method::GET, path).header("x-webkyc", "1");
            let vary = vary(&Answer::read(request).await);
            assert!(vary.contains("origin"), "{path}: {vary}");
            assert_eq!(vary.contains("x-webkyc-session"), is_api, "{path}: {vary}");
        }
    }
}
