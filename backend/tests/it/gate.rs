//! What did not come from our own pages reaches no handler.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::harness::{Answer, PUBLIC_URL, STATE, TestApp, Visitor};

const ROUTES: [(&str, &str); 6] = [
    ("GET", "/api/config"),
    ("POST", "/api/begin"),
    ("POST", "/api/exchange"),
    ("GET", "/api/session"),
    ("GET", "/api/details"),
    ("POST", "/api/logout"),
];

fn method(name: &str) -> Method {
    name.parse().unwrap()
}

#[tokio::test]
async fn xo_02_every_api_path_wants_the_header_even_those_that_do_not_exist() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for (name, path) in ROUTES
        .into_iter()
        .chain([("GET", "/api/"), ("GET", "/api/new")])
    {
        let answer = Answer::read(app.bare(method(name), path)).await;
        answer.assert_problem(403, "CSRF_HEADER_MISSING");
        let request = app.bare(method(name), path).header("x-webkyc", "yes");
        Answer::read(request)
            .await
            .assert_problem(403, "CSRF_HEADER_MISSING");
    }
}

#[tokio::test]
async fn xo_01_requests_of_other_sites_are_refused() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    type Change = fn(RequestBuilder) -> RequestBuilder;
    let table: [(&str, Change); 7] = [
        ("cross-site", |r| r.header("sec-fetch-site", "cross-site")),
        ("xo_04 sibling", |r| r.header("sec-fetch-site", "same-site")),
        ("address bar", |r| r.header("sec-fetch-site", "none")),
        ("xo_10 image", |r| {
            r.header("sec-fetch-site", "same-origin")
                .header("sec-fetch-dest", "image")
        }),
        ("foreign origin", |r| {
            r.header("origin", "https://kyc.example.evil")
        }),
        ("other scheme", |r| r.header("origin", "http://kyc.example")),
        ("null origin", |r| r.header("origin", "null")),
    ];
    for (name, path) in ROUTES {
        for (case, change) in table {
            let request = app.bare(method(name), path).header("x-webkyc", "1");
            let answer = Answer::read(change(request)).await;
            assert_eq!(
                answer.body["code"], "CROSS_ORIGIN_REJECTED",
                "{case} {path}"
            );
            answer.assert_problem(403, "CROSS_ORIGIN_REJECTED");
        }
    }
}

#[tokio::test]
async fn ses_08_a_header_that_comes_twice_is_refused() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("x-webkyc", "2"),
        ("content-type", "text/plain"),
    ] {
        let request = app.visitor().request(Method::POST, "/api/begin");
        let request = request.json(&json!({"state": STATE})).header(name, value);
        Answer::read(request)
            .await
            .assert_problem(400, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn xo_03_a_preflight_gets_no_permission() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for (_, path) in ROUTES {
        let request = app
            .bare(Method::OPTIONS, path)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-webkyc");
        let answer = Answer::read(request).await;
        assert!(answer.status.is_client_error());
        let names = answer.headers.keys();
        assert!(
            names
                .into_iter()
                .all(|n| !n.as_str().starts_with("access-control-"))
        );
    }
}

#[tokio::test]
async fn xo_05_an_old_browser_is_known_by_its_origin() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let begin = || app.bare(Method::POST, "/api/begin").header("x-webkyc", "1");
    let body = json!({"state": STATE});
    let answer = Answer::read(begin().json(&body)).await;
    answer.assert_problem(403, "CROSS_ORIGIN_REJECTED");
    let request = begin().header("origin", PUBLIC_URL).json(&body);
    Answer::read(request).await.assert_ok();
    let request = app.bare(Method::GET, "/api/config").header("x-webkyc", "1");
    Answer::read(request).await.assert_ok();
}

#[tokio::test]
async fn xo_15_another_host_is_not_served() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for path in ["/", "/results", "/api/config", "/nothing"] {
        for host in [
            "evil.example",
            "kyc.example:8080",
            "kyc.example.evil",
            "127.0.0.1",
        ] {
            // The second Host replaces the first.
            let request = app.bare(Method::GET, path).header("x-webkyc", "1");
            let mut request = request.build().unwrap();
            request.headers_mut().insert("host", host.parse().unwrap());
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let response = client.execute(request).await.unwrap();
            assert_eq!(response.status(), 421, "{host} {path}");
        }
    }
    for path in ["/healthz", "/readyz"] {
        let mut request = app.bare(Method::GET, path).build().unwrap();
        request
            .headers_mut()
            .insert("host", "10.0.0.7:8080".parse().unwrap());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        assert_eq!(client.execute(request).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn acc_10_methods_that_a_route_does_not_have_are_refused() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let visitor = app.visitor();
    for (name, path) in ROUTES {
        for other in [
            "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS",
        ] {
            if other == name {
                continue;
            }
            let request = visitor
                .request(method(other), path)
                .header("origin", PUBLIC_URL);
            let request = without_second_origin(&visitor, request, other, path);
            let answer = Answer::read(request).await;
            assert_eq!(answer.status, 405, "{other} {path}");
            assert_eq!(answer.headers["allow"], name, "{other} {path}");
            if other != "HEAD" {
                answer.assert_problem(405, "METHOD_NOT_ALLOWED");
            }
        }
    }
}

/// [`Visitor::request`] names the origin of a POST itself.
fn without_second_origin(
    visitor: &Visitor<'_>,
    request: RequestBuilder,
    name: &str,
    path: &str,
) -> RequestBuilder {
    if name == "POST" {
        visitor.request(Method::POST, path)
    } else {
        request
    }
}

#[tokio::test]
async fn xo_14_a_path_below_a_route_is_not_the_route() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for path in [
        "/api/details/x.css",
        "/api/details;a.js",
        "/api/details%2fx.css",
        "/api/details/",
    ] {
        app.visitor()
            .get(path)
            .await
            .assert_problem(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn prv_02_no_api_answer_is_stored_by_anybody() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for (name, path) in ROUTES {
        let mut visitor = app.visitor();
        let answer = visitor.send(visitor.request(method(name), path)).await;
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        let policy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        assert_eq!(answer.headers["content-security-policy"], policy);
        assert!(!answer.headers.contains_key("server"));
    }
}
