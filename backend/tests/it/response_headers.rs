//! The headers of every answer: each path, method and listener, with valid and invalid requests.

use reqwest::{Method, RequestBuilder, header};
use serde_json::json;
use tokio::sync::OnceCell;

use crate::harness::{Answer, OPERATOR_KEY, PUBLIC_URL, SCRIPT, STATE, TestApp, sandbox};

const PATHS: [&str; 15] = [
    "/",
    "/start",
    "/start?site=shop&return=done",
    "/results?code=a&state=b",
    "/plain.css",
    "/nothing",
    "/api/config",
    "/api/begin",
    "/api/exchange",
    "/api/session",
    "/api/details",
    "/api/export/pdf",
    "/api/logout",
    "/api/openapi.json",
    "/api/new",
];

struct Sample {
    what: String,
    path: String,
    answer: Answer,
}

/// The answers for each path with each method, by a bare client, a page and another site; for the probes; for
/// the operators' listener with and without the key; and for a whole sign-up.
async fn every_answer(mount: &'static str) -> &'static [Sample] {
    static AT_ROOT: OnceCell<Vec<Sample>> = OnceCell::const_new();
    static BELOW: OnceCell<Vec<Sample>> = OnceCell::const_new();
    let all = if mount.is_empty() { &AT_ROOT } else { &BELOW };
    all.get_or_init(|| ask(mount)).await
}

async fn ask(mount: &str) -> Vec<Sample> {
    let sandbox = sandbox().await;
    let app = TestApp::start_with(sandbox.url(), |settings| {
        settings.public_url = Some(format!("{PUBLIC_URL}{mount}"));
        settings.redirect_uri = Some(crate::harness::REDIRECT_URI.into());
    })
    .await;
    let mut requests: Vec<(String, String, RequestBuilder)> = Vec::new();
    for name in ["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE"] {
        let method: Method = name.parse().unwrap();
        let script = format!("/{SCRIPT}");
        let paths = PATHS.iter().copied().chain([script.as_str()]);
        let paths = paths.map(|path| format!("{mount}{path}"));
        for path in paths.chain(["/healthz", "/readyz", mount].map(Into::into)) {
            let bare = || app.bare(method.clone(), &path);
            let page = bare().header("x-webkyc", "1").header("origin", PUBLIC_URL);
            let stranger = bare().header("origin", "https://evil.example");
            for (who, request) in [("nobody", bare()), ("page", page), ("stranger", stranger)] {
                requests.push((format!("{name} {path} by a {who}"), path.clone(), request));
            }
        }
        for path in [
            "/metrics",
            "/export/json",
            "/export/json?verificationId=x",
            "/",
        ] {
            let url = format!("{}{path}", app.operator_address);
            let request = app.http.request(method.clone(), url);
            let operator = request.try_clone().unwrap().bearer_auth(OPERATOR_KEY);
            for (who, request) in [("nobody", request), ("operator", operator)] {
                let what = format!("operators' {name} {path} by {who}");
                requests.push((what, "operator".into(), request));
            }
        }
    }
    let mut samples = Vec::new();
    for (what, path, request) in requests {
        let answer = Answer::read(request).await;
        samples.push(Sample { what, path, answer });
    }
    let mut visitor = app.visitor();
    if mount.is_empty() {
        let code = visitor.identify(STATE, "john").await;
        let answer = visitor.exchange(&code, STATE).await;
        samples.push(Sample {
            what: "an exchange".into(),
            path: "/api/exchange".into(),
            answer,
        });
        for path in ["details", "export/json", "export/multipart", "export/pdf"] {
            let path = format!("/api/{path}");
            let answer = visitor.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            let what = format!("a visitor's {path}");
            samples.push(Sample { what, path, answer });
        }
        let answer = visitor.post("/api/logout", json!({})).await;
        samples.push(Sample {
            what: "a logout".into(),
            path: "/api/logout".into(),
            answer,
        });
    }
    samples
}

#[tokio::test]
async fn prv_02_only_files_may_be_cached() {
    for mount in ["", "/kyc"] {
        for Sample { what, path, answer } in every_answer(mount).await {
            let is_kept = answer.status == 200
                && ["GET", "HEAD"]
                    .iter()
                    .any(|method| what.starts_with(method))
                && (path.ends_with(".css") || path.ends_with(".js"));
            let caching = answer.headers["cache-control"].to_str().unwrap();
            let expected = match path.ends_with(".js") {
                _ if !is_kept => "no-store",
                true => "public, max-age=31536000, immutable",
                false => "no-cache",
            };
            assert_eq!(caching, expected, "{what}");
        }
    }
}

#[tokio::test]
async fn ops_17_no_answer_names_the_software() {
    let words = [
        "axum",
        "hyper",
        "rust",
        "webkyc/",
        "tokio",
        env!("CARGO_PKG_VERSION"),
    ];
    for Sample { what, path, answer } in every_answer("").await {
        for name in ["server", "x-powered-by", "via", "x-runtime"] {
            assert!(!answer.headers.contains_key(name), "{what}: {name}");
        }
        // The visitor's own data, and the document that names this version.
        if answer.status.is_success() && path.starts_with("/api/") {
            continue;
        }
        let text = format!("{:?} {}", answer.headers, answer.body).to_lowercase();
        for word in words {
            // HSTS has no version either, but a request's number may look like anything.
            assert!(!text.replace(SCRIPT, "").contains(word), "{what}: {word}");
        }
        assert!(!what.starts_with("GET /metrics") || answer.status == 404);
    }
}

#[tokio::test]
async fn red_05_no_redirect_makes_a_browser_post_again() {
    let mut redirects = Vec::new();
    for mount in ["", "/kyc"] {
        for Sample { what, answer, .. } in every_answer(mount).await {
            let location = answer.headers.get(header::LOCATION);
            assert_eq!(answer.status.is_redirection(), location.is_some(), "{what}");
            if let Some(location) = location {
                assert_eq!(answer.status, 303, "{what}");
                assert_eq!(location, "/kyc/", "{what}");
                redirects.push(what);
            }
        }
    }
    assert_eq!(redirects.len(), 6, "{redirects:?}");
}

#[tokio::test]
async fn xo_06_no_page_may_be_framed_or_run_anything_but_its_own() {
    for mount in ["", "/kyc"] {
        for Sample { what, path, answer } in every_answer(mount).await {
            let policy = answer.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("default-src 'none'"), "{what}");
            assert!(policy.contains("frame-ancestors 'none'"), "{what}");
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("http"),
                "{what}"
            );
            assert_eq!(
                answer.headers["cross-origin-resource-policy"], "same-origin",
                "{what}"
            );
            assert_eq!(
                answer.headers["x-content-type-options"], "nosniff",
                "{what}"
            );
            assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{what}");
            if path != "operator" && !path.contains("/api/") {
                assert_eq!(answer.headers["x-frame-options"], "DENY", "{what}");
                assert_eq!(
                    answer.headers["cross-origin-opener-policy"], "same-origin",
                    "{what}"
                );
            }
        }
    }
}

#[tokio::test]
async fn xo_18_a_host_of_our_own_asks_for_https_in_every_answer() {
    for (mount, expected) in [
        ("", Some("max-age=31536000; includeSubDomains")),
        ("/kyc", None),
    ] {
        for Sample { what, answer, .. } in every_answer(mount).await {
            let asked = answer.headers.get(header::STRICT_TRANSPORT_SECURITY);
            assert_eq!(
                asked.map(|value| value.to_str().unwrap()),
                expected,
                "{what}"
            );
        }
    }
}

/// Spellings that some programs read as a file and others as the path before it.
#[tokio::test]
async fn xo_14_no_ending_makes_an_answer_one_that_may_be_kept() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let mut asked = 0;
    for path in [
        "/",
        "/start",
        "/results",
        "/api/config",
        "/api/details",
        "/api/session",
    ] {
        for ending in [
            ".css",
            "/x.css",
            "/.css",
            ";a.js",
            ";.js",
            "%2fx.css",
            "%2Fx.css",
            "/..%2fx.js",
            "%2e",
            "%2e%2e",
            "/%2e",
            "/%2e%2e/x.css",
            "/.",
            "/..",
            "//",
            "//x.css",
            "/x%00.css",
            "%00.css",
            "%0a.css",
            "%0d%0a.css",
            "%23.css",
            "%3f.css",
            "%3bx.css",
            "\\x.css",
            "%5cx.css",
            "!.css",
            ",x.css",
            "@x.css",
            "%20.css",
            "%c0%ae.css",
            "%252f.css",
            "/portal-0123456789abcdef.js",
            "?x.css",
            "?/x.css",
            "?portal-0123456789abcdef.js",
        ] {
            let request = format!(
                "GET {path}{ending} HTTP/1.1\r\nHost: kyc.example\r\nX-WebKYC: 1\r\n\
                 Connection: close\r\n\r\n"
            );
            let answer = Answer::ask(&app.address, &request).await;
            let may_be_found = ending.starts_with('?');
            assert!(
                may_be_found || answer.status.is_client_error(),
                "{path}{ending}"
            );
            let caching = answer.headers.get("cache-control");
            // hyper itself refuses malformed addresses.
            let is_refused = answer.status == 400 && answer.headers.len() <= 3;
            assert!(
                is_refused || caching.is_some_and(|c| c == "no-store"),
                "{path}{ending}: {} {caching:?}",
                answer.status
            );
            asked += 1;
        }
    }
    assert!(asked > 200);
}
