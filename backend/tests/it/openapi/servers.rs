//! The second listener and its own document.

mod bodies;

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder};
use rstest::rstest;
use serde_json::{Value, json};
use webkyc_shared::problem::ErrorCode;

use super::{
    NO_SERVER,
    contract::{Contract, Route},
    faults::{FAULTS, misbehaving},
};
use crate::{
    harness::{
        Answer, Files, Flow, OPERATOR_KEY, STATE, TestApp, configure_store, configure_webhook,
        eventually, sandbox,
    },
    stub::ID,
};

const EXPORT: &str = "GET /export/{format}";
const LIST: &str = "GET /sign-ups";
const CREATE: &str = "POST /sign-ups";
const GET: &str = "GET /sign-ups/{id}";
const CLAIM: &str = "POST /sign-ups/{id}/claim";
const CANCEL: &str = "POST /sign-ups/{id}/cancel";
const REDACT: &str = "POST /sign-ups/{id}/redact";
const EVENTS: &str = "GET /events";
const RESEND: &str = "POST /events/{id}/resend";
const TRIGGER: &str = "POST /events/trigger";

fn request(app: &TestApp, method: Method, path: &str) -> RequestBuilder {
    let url = format!("{}{path}", app.operator_address);
    app.http.request(method, url)
}

fn example(route: &Route) -> String {
    match route.example() {
        path if path.starts_with("/export/") => format!("{path}?verificationId={ID}"),
        path => path,
    }
}

#[tokio::test]
async fn the_document_for_servers_is_openapi_3_1_and_a_sites_key_reads_it() {
    let files = Files::new();
    let app = TestApp::start_with_store(NO_SERVER, &files).await;
    let document = app.server("shop").get("/openapi.json").await.assert_ok();
    let of_operator = Answer::read(app.operator("/openapi.json"))
        .await
        .assert_ok();
    assert_eq!(document, of_operator);
    let parsed = oas3::from_json(document.to_string()).unwrap();
    assert!(parsed.openapi.starts_with("3.1."), "{}", parsed.openapi);
    let scheme = json!({"type": "http", "scheme": "bearer"});
    assert_eq!(document["components"]["securitySchemes"]["key"], scheme);
    assert_eq!(document["security"], json!([{"key": []}]));
    let contract = Contract::for_servers(&app).await;
    assert_eq!(contract.routes().len(), parsed.operations().count());
    for (_, _, operation) in parsed.operations() {
        assert!(operation.summary.is_some() || operation.description.is_some());
    }
    for schema in contract.schemas() {
        contract.validator(&schema);
    }
    for (name, schema) in &contract.components() {
        assert!(!schema.to_string().contains("\"null\""), "{name}: {schema}");
    }
    let components = contract.components();
    assert_eq!(components["CreateSignUp"]["required"], json!(["reference"]));
    let always = json!(["id", "site", "status", "requested", "livemode", "createdAt"]);
    assert_eq!(components["SignUpView"]["required"], always);
}

#[rstest]
#[tokio::test]
async fn every_success_for_servers_is_as_documented(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with(sandbox.url(), |settings| {
        configure_store(settings, &files);
        configure_webhook(settings, "bank", &files, NO_SERVER);
    });
    let app = app.await;
    let contract = Contract::for_servers(&app).await;
    let bank = app.server("bank");
    let mut visitor = app.visitor();
    let body = json!({
        "reference": "a", "return": "done", "claims": ["age_over_18", "name_match"],
        "expected": {"name": "Anna Schmidt"}, "displayName": "account", "expiresIn": 600,
    });
    let created = bank.post("/sign-ups", body).await;
    contract.check(CREATE, &created);
    let id = created.body["id"].as_str().unwrap();
    let path = format!("/sign-ups/{id}");
    contract.check(GET, &bank.get(&path).await);
    let (_, handle) = created.body["url"]
        .as_str()
        .unwrap()
        .split_once("=")
        .unwrap();
    let code = visitor.identify_for(handle, STATE, "anna").await;
    let session = visitor.exchange(&code, STATE).await.assert_ok();
    let back = session["returnUrl"].as_str().unwrap();
    let (_, return_code) = back.split_once("sign_up_code=").unwrap();
    let claim = json!({"code": return_code});
    contract.check(CLAIM, &bank.post(&format!("{path}/claim"), claim).await);
    bank.sign_up_once(id, "verified").await;
    contract.check(GET, &bank.get(&path).await);
    let (canceled, _) = bank.create("b").await;
    let cancel = format!("/sign-ups/{canceled}/cancel");
    contract.check(CANCEL, &bank.post(&cancel, json!({})).await);
    contract.check(LIST, &bank.get("/sign-ups?limit=1&status=canceled").await);
    contract.check(LIST, &bank.get("/sign-ups?limit=1").await);
    let events = bank.get("/events").await;
    contract.check(EVENTS, &events);
    let event = events.body["events"][0]["id"].as_str().unwrap();
    let resend = format!("/events/{event}/resend");
    contract.check(RESEND, &bank.post(&resend, json!({})).await);
    contract.check(TRIGGER, &bank.post("/events/trigger", valid(TRIGGER)).await);
    let redacted = bank.post(&format!("{path}/redact"), json!({})).await;
    contract.check(REDACT, &redacted);
    contract.check(EVENTS, &bank.get("/events").await);
    contract.check("GET /openapi.json", &bank.get("/openapi.json").await);
    let metrics = Answer::read(app.operator("/metrics")).await;
    // Not JSON, so the text itself is looked at elsewhere.
    assert_eq!(metrics.status, 200);
    let mut succeeded = contract.successes();
    succeeded.insert("GET /metrics".to_owned());
    for format in ["json", "multipart", "pdf"] {
        let verification = &sandbox.verifications()[0].id;
        let path = format!("/export/{format}?verificationId={verification}");
        contract.check(EXPORT, &Answer::read(app.operator(&path)).await);
    }
    succeeded.insert(EXPORT.to_owned());
    let documented: BTreeSet<_> = contract.routes().iter().map(Route::to_string).collect();
    assert_eq!(succeeded, documented);
}

#[tokio::test]
async fn every_failure_for_servers_is_documented_where_it_happens_and_the_other_way_round() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = TestApp::start_with_store(sandbox.url(), &files).await;
    let contract = Contract::for_servers(&app).await;
    for_every_route(&contract, &app).await;
    bodies::failures(&contract).await;
    of_sign_ups(&contract, &app).await;
    of_time(&contract, &app).await;
    for flow in [Flow::WebKyc, Flow::WebIdv] {
        for fault in FAULTS {
            let mut routes = fault.routes(flow).iter();
            if routes.any(|route| route.contains("/export/")) {
                let (bad, _authenteq) = misbehaving(flow, &fault, |_| {}).await;
                let path = format!("/export/{}?verificationId={ID}", fault.format);
                let answer = Answer::read(bad.operator(&path)).await;
                assert_eq!(answer.body["code"], fault.code, "{}", answer.body);
                contract.check(EXPORT, &answer);
            }
        }
    }
    // `middleware/tests.rs` of the backend covers `INTERNAL`, with a route that panics.
    let mut documented = contract.documented();
    documented.retain(|(_, code)| code != ErrorCode::Internal.name());
    assert_eq!(contract.failures(), documented);
}

async fn for_every_route(contract: &Contract, app: &TestApp) {
    let full = TestApp::start_full(NO_SERVER, |_| {}, 0).await;
    let without = TestApp::start(NO_SERVER).await;
    for route in contract.routes() {
        let (method, path, name) = (&route.method, example(&route), route.to_string());
        let ours = |app| request(app, method.clone(), &path).bearer_auth(OPERATOR_KEY);
        let mut requests = vec![
            ("OPERATOR_KEY_INVALID", request(app, method.clone(), &path)),
            ("CROSS_ORIGIN_REJECTED", ours(app).header("origin", "null")),
            ("OVERLOADED", ours(&full)),
        ];
        if is_stored(&name) {
            requests.push(("NOT_FOUND", with_body(ours(&without), &name)));
        } else if name != "GET /openapi.json" {
            let of_site = app.server("shop").request(method.clone(), &path);
            requests.push(("NOT_FOUND", of_site));
        }
        for (code, request) in requests {
            let answer = Answer::read(request).await;
            assert_eq!(
                answer.body["code"], code,
                "{name}: {} {}",
                answer.status, answer.body
            );
            contract.check(&name, &answer);
        }
        if is_stored(&name) {
            app.store_faults.fail(&["*"]);
            let answer = Answer::read(with_body(ours(app), &name)).await;
            app.store_faults.fail(&[]);
            answer.assert_problem(503, "STORE_UNAVAILABLE");
            contract.check(&name, &answer);
        }
    }
}

/// Whether the route needs `[store]`.
fn is_stored(route: &str) -> bool {
    ["/sign-ups", "/events"]
        .iter()
        .any(|part| route.contains(part))
}

/// A GET has none.
fn with_body(request: RequestBuilder, route: &str) -> RequestBuilder {
    if route.starts_with("POST ") {
        return request.json(&valid(route));
    }
    request
}

/// A body that this route takes.
fn valid(route: &str) -> Value {
    match route {
        CREATE => json!({"reference": "a", "site": "shop"}),
        CLAIM => json!({"code": "x"}),
        TRIGGER => json!({"type": "sign_up.failed", "reference": "a", "site": "bank"}),
        _ => json!({}),
    }
}

async fn of_sign_ups(contract: &Contract, app: &TestApp) {
    let bank = app.server("bank");
    let (id, handle) = bank.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    // It waits for its site.
    let path = format!("/sign-ups/{id}");
    let (canceled, _) = bank.create("b").await;
    let cancel = format!("/sign-ups/{canceled}/cancel");
    bank.post(&cancel, json!({})).await.assert_ok();
    let events = bank.get("/events").await.assert_ok();
    let event = events["events"][0]["id"].as_str().unwrap();
    for (route, path, body, status, code) in [
        (LIST, "/sign-ups?limit=0", None, 400, "BAD_REQUEST"),
        (LIST, "/sign-ups?site=shop", None, 400, "UNKNOWN_SITE"),
        (GET, &format!("{path}?wait=21"), None, 400, "BAD_REQUEST"),
        (GET, "/sign-ups/su_1", None, 404, "SIGN_UP_NOT_FOUND"),
        (EVENTS, "/events?after=x", None, 400, "BAD_REQUEST"),
        (CREATE, "/sign-ups", Some(json!({})), 400, "BAD_REQUEST"),
        (
            CREATE,
            "/sign-ups",
            Some(json!({"reference": "a", "site": "shop"})),
            400,
            "UNKNOWN_SITE",
        ),
        (
            CREATE,
            "/sign-ups",
            Some(json!({"reference": "a", "return": "x"})),
            400,
            "UNKNOWN_RETURN",
        ),
        (
            CLAIM,
            &format!("{path}/claim"),
            Some(valid(CLAIM)),
            409,
            "SIGN_UP_CODE_INVALID",
        ),
        (
            CLAIM,
            "/sign-ups/su_1/claim",
            Some(valid(CLAIM)),
            404,
            "SIGN_UP_NOT_FOUND",
        ),
        (
            CANCEL,
            &format!("{path}/cancel"),
            Some(json!({})),
            409,
            "SIGN_UP_ENDED",
        ),
        (
            CANCEL,
            "/sign-ups/su_1/cancel",
            Some(json!({})),
            404,
            "SIGN_UP_NOT_FOUND",
        ),
        (
            REDACT,
            &format!("{path}/redact"),
            Some(json!({})),
            409,
            "SIGN_UP_NOT_ENDED",
        ),
        (
            RESEND,
            "/events/evt_1/resend",
            Some(json!({})),
            404,
            "EVENT_NOT_FOUND",
        ),
        (
            RESEND,
            &format!("/events/{event}/resend"),
            Some(json!({})),
            409,
            "NO_WEBHOOK",
        ),
        (
            TRIGGER,
            "/events/trigger",
            Some(json!({})),
            400,
            "BAD_REQUEST",
        ),
        (
            REDACT,
            "/sign-ups/su_1/redact",
            Some(json!({})),
            404,
            "SIGN_UP_NOT_FOUND",
        ),
    ] {
        let answer = match body {
            Some(body) => bank.post(path, body).await,
            None => bank.get(path).await,
        };
        answer.assert_problem(status, code);
        contract.check(route, &answer);
    }
    for (route, path) in [(GET, "/sign-ups/%ff"), (EXPORT, "/export/%ff")] {
        let answer = Answer::read(app.operator(path)).await;
        answer.assert_problem(404, "NOT_FOUND");
        contract.check(route, &answer);
    }
    let once = |reference| {
        let request = bank.request(Method::POST, "/sign-ups");
        let request = request.header("Idempotency-Key", "k");
        Answer::read(request.json(&json!({"reference": reference})))
    };
    contract.check(CREATE, &once("a").await);
    let reused = once("b").await;
    reused.assert_problem(409, "IDEMPOTENCY_KEY_REUSED");
    contract.check(CREATE, &reused);
    let nowhere = json!({"type": "sign_up.failed", "reference": "a", "site": "x"});
    let nowhere = request(app, Method::POST, "/events/trigger").json(&nowhere);
    let nowhere = Answer::read(nowhere.bearer_auth(OPERATOR_KEY)).await;
    nowhere.assert_problem(400, "UNKNOWN_SITE");
    contract.check(TRIGGER, &nowhere);
    let no_id = Answer::read(app.operator("/export/json")).await;
    no_id.assert_problem(400, "BAD_REQUEST");
    contract.check(EXPORT, &no_id);
}

/// Too many waiting requests, and an old cursor.
async fn of_time(contract: &Contract, app: &TestApp) {
    let shop = app.server("shop");
    let (id, _) = shop.create("a").await;
    for (route, path) in [
        (EVENTS, "/events?wait=1"),
        (GET, &format!("/sign-ups/{id}?wait=1")),
    ] {
        let polls = join_all((0..65).map(|_| shop.get(path))).await;
        let refused = polls.iter().find(|answer| answer.status == 429).unwrap();
        refused.assert_problem(429, "TOO_MANY_POLLS");
        contract.check(route, refused);
    }
    shop.post(&format!("/sign-ups/{id}/cancel"), json!({}))
        .await
        .assert_ok();
    app.advance_clock(31 * 24 * 3600);
    let oldest = async || shop.get("/events?after=AAAAAAAAAAA").await;
    eventually("the event is gone", async || oldest().await.status == 410).await;
    let missed = oldest().await;
    missed.assert_problem(410, "CURSOR_EXPIRED");
    contract.check(EVENTS, &missed);
}
