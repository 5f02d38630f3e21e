//! Rejected requests, in each documented way.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, header};
use serde_json::json;
use webkyc_backend::Limits;

use super::{
    NO_SERVER, SIBLING,
    contract::Contract,
    people::{People, ask},
    settings,
};
use crate::harness::{Answer, STATE, TestApp, Visitor};

/// The failures that the gate can give to every route.
pub(super) async fn common_failures(contract: &Contract, app: &TestApp) {
    let full = TestApp::start_full(NO_SERVER, settings(NO_SERVER), 0).await;
    for route in contract.routes() {
        let (method, path) = (route.method.clone(), route.example());
        let bare = || app.bare(method.clone(), &path);
        let ours = |app: &TestApp, path: &str| app.visitor().request(method.clone(), path);
        let by_address = app
            .http
            .request(method.clone(), format!("{}{path}", app.address));
        let long = format!("{path}?{}", "x".repeat(4 << 10));
        let requests: [(&str, RequestBuilder); 7] = [
            ("BAD_REQUEST", ours(app, &path).header("x-webkyc", "1")),
            ("CSRF_HEADER_MISSING", bare()),
            (
                "CROSS_ORIGIN_REJECTED",
                bare()
                    .header("x-webkyc", "1")
                    .header("sec-fetch-site", "cross-site"),
            ),
            ("MISDIRECTED", by_address),
            ("URI_TOO_LONG", ours(app, &long)),
            (
                "UNSUPPORTED_MEDIA_TYPE",
                ours(app, &path).header(header::CONTENT_TYPE, "text/plain"),
            ),
            ("OVERLOADED", ours(&full, &path)),
        ];
        for (code, request) in requests {
            let answer = Answer::read(request).await;
            assert_eq!(answer.body["code"], code, "{route}");
            contract.check(&route.to_string(), &answer);
        }
    }
}

/// Bodies that are malformed or refused.
pub(super) async fn body_failures(contract: &Contract) {
    let limits = Limits {
        body_timeout: Duration::from_millis(50),
        ..Limits::default()
    };
    let app = TestApp::start_limited(NO_SERVER, settings(NO_SERVER), limits).await;
    let mut visitor = app.visitor();
    for path in ["/api/begin", "/api/exchange", "/api/sign-up", "/api/report"] {
        let route = format!("POST {path}");
        let large = visitor
            .post(path, json!({"state": "x".repeat(9_000)}))
            .await;
        large.assert_problem(413, "PAYLOAD_TOO_LARGE");
        contract.check(&route, &large);
        let slow = app.cut_off(path).await;
        slow.assert_problem(408, "REQUEST_TIMEOUT");
        contract.check(&route, &slow);
    }
    for (site, return_key, code) in [
        ("nobody", "done", "UNKNOWN_SITE"),
        ("shop", "nowhere", "UNKNOWN_RETURN"),
    ] {
        let body = json!({"state": STATE, "site": site, "return": return_key});
        let answer = visitor.post("/api/begin", body).await;
        answer.assert_problem(400, code);
        contract.check("POST /api/begin", &answer);
    }
    let begin = app
        .bare(Method::POST, "/api/begin")
        .header("x-webkyc", "1")
        .header("origin", SIBLING)
        .header("sec-fetch-site", "same-site");
    let answer = Answer::read(begin.json(&json!({"state": STATE}))).await;
    answer.assert_problem(400, "REDIRECT_ELSEWHERE");
    contract.check("POST /api/begin", &answer);
    let answer = visitor.exchange("code", STATE).await;
    answer.assert_problem(400, "STATE_INVALID");
    contract.check("POST /api/exchange", &answer);
}

/// No session, another session, an expired session.
pub(super) async fn session_failures(contract: &Contract, people: &People<'_>) {
    let app = people.john.app;
    for (route, path) in [
        ("GET /api/session", "/api/session"),
        ("GET /api/details", "/api/details"),
        ("GET /api/export/{format}", "/api/export/pdf"),
    ] {
        let stranger = app.visitor().get(path).await;
        stranger.assert_problem(401, "SESSION_INVALID");
        let request = people.john.request(Method::GET, path);
        let other = Answer::read(request.header("x-webkyc-session", "another")).await;
        other.assert_problem(409, "SESSION_CHANGED");
        app.advance_clock(870);
        let over = people.john.clone().get(path).await;
        app.advance_clock(-870);
        over.assert_problem(401, "SESSION_EXPIRED");
        for answer in [stranger, other, over] {
            contract.check(route, &answer);
        }
    }
    let logout = people.john.request(Method::POST, "/api/logout");
    let other = Answer::read(logout.header("x-webkyc-session", "another")).await;
    other.assert_problem(409, "SESSION_CHANGED");
    contract.check("POST /api/logout", &other);
}

/// One request more than the allowance of a minute. Each fails fast, because no server listens.
pub(super) async fn rate_limits(contract: &Contract, identity_url: &str, people: &People<'_>) {
    let app = TestApp::start_with(NO_SERVER, settings(identity_url)).await;
    for (route, allowance) in [
        ("POST /api/begin", 60),
        ("GET /api/details", 120),
        ("GET /api/export/{format}", 60),
    ] {
        for n in 0..=allowance + 5 {
            let answer = ask(&app, route, "pdf", people).await;
            if answer.status == 429 {
                assert!(n >= allowance, "{route} after {n}");
                contract.check(route, &answer);
                break;
            }
        }
    }
}

pub(super) async fn export_failures(contract: &Contract, app: &TestApp, people: &People<'_>) {
    let route = "GET /api/export/{format}";
    for (visitor, path, status, code) in [
        (&people.john, "/api/export/docx", 404, "NOT_FOUND"),
        (
            &people.signed_in,
            "/api/export/pdf",
            409,
            "EXPORT_NOT_READY",
        ),
        (&people.anna, "/api/export/pdf", 404, "EXPORT_UNAVAILABLE"),
    ] {
        let mut visitor = Visitor {
            app,
            cookies: visitor.cookies.clone(),
            from: None,
        };
        let answer = visitor.get(path).await;
        answer.assert_problem(status, code);
        contract.check(route, &answer);
    }
}
