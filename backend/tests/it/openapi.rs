//! `GET /api/openapi.json` says what the routes answer, and the routes answer what it says.

mod contract;
mod faults;
mod people;

use std::{collections::BTreeSet, time::Duration};

use reqwest::{Method, RequestBuilder, header};
use serde_json::json;
use webkyc_backend::{
    Limits,
    config::settings::{Settings, Site},
};
use webkyc_shared::problem::ErrorCode;

use self::{
    contract::{Contract, Route},
    faults::{FAULTS, misbehaving},
    people::{People, ask},
};
use crate::{
    harness::{Answer, PUBLIC_URL, STATE, TestApp, Visitor, sandbox},
    raw::cut_off,
};

/// What one backend sealed, the others of this test open.
const KEYS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";

/// Backends of one deployment, whatever they have for Authenteq's API.
/// May call, and is not where a visitor comes back to.
const SIBLING: &str = "https://www.kyc.example";

fn settings(identity_url: &str) -> impl Fn(&mut Settings) {
    move |settings| {
        settings.identity_url = Some(identity_url.into());
        settings.cookie_keys = Some(KEYS.into());
        let site = Site {
            name: "Shop".into(),
            returns: [("done".into(), "https://shop.example/done".into())].into(),
            origins: vec![SIBLING.into()],
        };
        settings.sites = [("shop".into(), site)].into();
    }
}

async fn start(authenteq: &str) -> TestApp {
    TestApp::start_with(authenteq, settings(authenteq)).await
}

#[tokio::test]
async fn the_document_is_openapi_3_1_and_every_schema_in_it_is_one() {
    let app = start(NOBODY).await;
    let document = app.visitor().get("/api/openapi.json").await.assert_ok();
    let parsed = oas3::from_json(document.to_string()).unwrap();
    assert!(parsed.openapi.starts_with("3.1."), "{}", parsed.openapi);
    assert_eq!(document["servers"], json!([{"url": PUBLIC_URL}]));
    let contract = Contract::of(&app).await;
    assert_eq!(contract.routes().len(), parsed.operations().count());
    for (_, _, operation) in parsed.operations() {
        assert!(operation.summary.is_some() || operation.description.is_some());
    }
    // Building a validator checks the schema against JSON Schema's own and resolves its references.
    for schema in contract.schemas() {
        contract.validator(&schema);
    }
}

#[tokio::test]
async fn what_an_answer_may_leave_out_is_optional_and_never_null() {
    let contract = Contract::of(&start(NOBODY).await).await;
    for (name, schema) in &contract.components() {
        let may_be_null = schema.to_string().contains("\"null\"");
        // What a page sends may say null.
        assert_eq!(may_be_null, name == "BeginRequest", "{name}: {schema}");
    }
    let components = contract.components();
    assert_eq!(
        components["Session"]["required"],
        json!(["sessionId", "expiresAt"])
    );
    assert_eq!(components["Verification"]["required"], json!(["documents"]));
    assert_eq!(components["Document"].get("required"), None);
    assert_eq!(components["BeginRequest"]["required"], json!(["state"]));
}

#[tokio::test]
async fn every_success_is_as_documented() {
    let sandbox = sandbox().await;
    let app = start(sandbox.url()).await;
    let contract = Contract::of(&app).await;
    for person in ["anna", "john"] {
        let mut visitor = app.visitor();
        let body = json!({"state": STATE, "site": "shop", "return": "done"});
        let begun = visitor.post("/api/begin", body).await;
        contract.check("POST /api/begin", &begun);
        let code = visitor.identify(STATE, person).await;
        let exchanged = visitor.exchange(&code, STATE).await;
        contract.check("POST /api/exchange", &exchanged);
        for path in ["config", "openapi.json", "session", "details"] {
            let path = format!("/api/{path}");
            let answer = visitor.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            contract.check(&format!("GET {path}"), &answer);
        }
        for format in ["json", "multipart", "pdf"] {
            let answer = visitor.get(&format!("/api/export/{format}")).await;
            // The guide's shape, which anna's has, names no verification.
            let expected = if person == "john" { 200 } else { 404 };
            assert_eq!(answer.status, expected, "{person} {format}");
            contract.check("GET /api/export/{format}", &answer);
        }
        let answer = visitor.post("/api/logout", json!({})).await;
        contract.check("POST /api/logout", &answer);
    }
    let succeeded: BTreeSet<_> = contract.successes();
    let documented: BTreeSet<_> = contract.routes().iter().map(Route::to_string).collect();
    assert_eq!(succeeded, documented);
}

#[tokio::test]
async fn every_failure_is_documented_where_it_happens_and_happens_where_it_is_documented() {
    let sandbox = sandbox().await;
    let app = start(sandbox.url()).await;
    let contract = Contract::of(&app).await;
    let people = People::sign_up(&app).await;
    common_failures(&contract, &app).await;
    body_failures(&contract).await;
    session_failures(&contract, &people).await;
    export_failures(&contract, &app, &people).await;
    rate_limits(&contract, sandbox.url(), &people).await;
    for fault in FAULTS {
        let (bad, _authenteq) = misbehaving(&fault, settings(sandbox.url())).await;
        for route in fault.routes {
            let answer = ask(&bad, route, fault.format, &people).await;
            assert_eq!(answer.body["code"], fault.code, "{route}: {}", answer.body);
            contract.check(route, &answer);
        }
    }

    // Of our own fault there is a test beside `guarded`, with a route that has one.
    let mut documented = contract.documented();
    documented.retain(|(_, code)| code != ErrorCode::Internal.name());
    assert_eq!(contract.failures(), documented);

    // What is no operation's: another path, another method, the other listener.
    let mut codes: BTreeSet<_> = documented.into_iter().map(|(_, code)| code).collect();
    let elsewhere = [
        Answer::read(app.visitor().request(Method::PUT, "/api/begin")).await,
        app.visitor().get("/api/nothing").await,
        Answer::read(app.http.get(format!("{}/metrics", app.operator_address))).await,
    ];
    for answer in elsewhere {
        contract.check_problem(&answer);
        codes.insert(answer.body["code"].as_str().unwrap().to_owned());
    }
    codes.insert(ErrorCode::Internal.name().to_owned());
    assert_eq!(codes, contract.error_codes());
}

/// What the gate says to all.
async fn common_failures(contract: &Contract, app: &TestApp) {
    let limits = Limits {
        requests: 0,
        ..Limits::default()
    };
    let full = TestApp::start_limited(NOBODY, settings(NOBODY), limits).await;
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

/// What is wrong with a body, or with what it says.
async fn body_failures(contract: &Contract) {
    let limits = Limits {
        body_timeout: Duration::from_millis(50),
        ..Limits::default()
    };
    let app = TestApp::start_limited(NOBODY, settings(NOBODY), limits).await;
    let mut visitor = app.visitor();
    for path in ["/api/begin", "/api/exchange"] {
        let route = format!("POST {path}");
        let large = visitor
            .post(path, json!({"state": "x".repeat(9_000)}))
            .await;
        large.assert_problem(413, "PAYLOAD_TOO_LARGE");
        contract.check(&route, &large);
        let slow = cut_off(&app, path).await;
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

/// No session, another one, one that is over.
async fn session_failures(contract: &Contract, people: &People<'_>) {
    let app = people.john.app;
    for (route, path) in [
        ("GET /api/session", "/api/session"),
        ("GET /api/details", "/api/details"),
        ("GET /api/export/{format}", "/api/export/pdf"),
    ] {
        let nobody = app.visitor().get(path).await;
        nobody.assert_problem(401, "SESSION_INVALID");
        let request = people.john.request(Method::GET, path);
        let other = Answer::read(request.header("x-webkyc-session", "another")).await;
        other.assert_problem(409, "SESSION_CHANGED");
        app.advance_clock(870);
        let over = people.john.clone().get(path).await;
        app.advance_clock(-870);
        over.assert_problem(401, "SESSION_EXPIRED");
        for answer in [nobody, other, over] {
            contract.check(route, &answer);
        }
    }
    let logout = people.john.request(Method::POST, "/api/logout");
    let other = Answer::read(logout.header("x-webkyc-session", "another")).await;
    other.assert_problem(409, "SESSION_CHANGED");
    contract.check("POST /api/logout", &other);
}

/// One request more than the allowance of a minute. Each fails fast, for nobody is there.
async fn rate_limits(contract: &Contract, identity_url: &str, people: &People<'_>) {
    let nobody = TestApp::start_with(NOBODY, settings(identity_url)).await;
    for (route, allowance) in [
        ("POST /api/begin", 60),
        ("GET /api/details", 120),
        ("GET /api/export/{format}", 60),
    ] {
        for n in 0..=allowance + 5 {
            let answer = ask(&nobody, route, "pdf", people).await;
            if answer.status == 429 {
                assert!(n >= allowance, "{route} after {n}");
                contract.check(route, &answer);
                break;
            }
        }
    }
}

async fn export_failures(contract: &Contract, app: &TestApp, people: &People<'_>) {
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
