//! `GET /api/openapi.json` and the routes agree, both ways.

mod contract;
mod faults;
mod people;
mod refusals;
mod servers;
mod sign_ups;

use std::collections::BTreeSet;

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use webkyc_backend::config::{SiteSettings, settings::Settings};
use webkyc_shared::problem::ErrorCode;

use self::{
    contract::{Contract, Route},
    faults::{FAULTS, misbehaving},
    people::{People, ask},
    refusals::{body_failures, common_failures, export_failures, rate_limits, session_failures},
};
use crate::harness::{Answer, Files, Flow, PUBLIC_URL, STATE, TestApp, sandbox};

/// The cookie keys that all backends of this test share.
const KEYS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
/// An address where no server listens.
const NO_SERVER: &str = "http://127.0.0.1:9";

/// May call the API, but visitors do not return to it.
const SIBLING: &str = "https://www.kyc.example";

fn settings(identity_url: &str) -> impl Fn(&mut Settings) {
    move |settings| {
        settings.identity_url = Some(identity_url.into());
        settings.cookie_keys = Some(KEYS.into());
        let site = SiteSettings {
            name: "Shop".into(),
            returns: [("done".into(), "https://shop.example/done".into())].into(),
            origins: vec![SIBLING.into()],
            ..SiteSettings::default()
        };
        settings.sites = [("shop".into(), site)].into();
    }
}

async fn start(authenteq: &str) -> TestApp {
    TestApp::start_with(authenteq, settings(authenteq)).await
}

#[tokio::test]
async fn the_document_is_openapi_3_1_and_every_schema_in_it_is_one() {
    let app = start(NO_SERVER).await;
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
async fn optional_fields_of_an_answer_are_never_null() {
    let contract = Contract::of(&start(NO_SERVER).await).await;
    for (name, schema) in &contract.components() {
        let may_be_null = schema.to_string().contains("\"null\"");
        // Requests of a page may hold null.
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

#[rstest]
#[tokio::test]
async fn every_success_is_as_documented(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let sandbox = sandbox().await;
    let app = flow
        .start_with(sandbox.url(), settings(sandbox.url()))
        .await;
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
            // Web KYC's first shape, which anna's details have, names no verification.
            let is_named = person == "john" || flow == Flow::WebIdv;
            let expected = if is_named { 200 } else { 404 };
            assert_eq!(answer.status, expected, "{person} {format}");
            contract.check("GET /api/export/{format}", &answer);
        }
        let answer = visitor.post("/api/logout", json!({})).await;
        contract.check("POST /api/logout", &answer);
    }
    let files = Files::new();
    let with_store = flow.start_with_store(sandbox.url(), &files).await;
    sign_ups::successes(&contract, &with_store).await;
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
    sign_ups::failures(&contract, sandbox.url()).await;
    let of_web_idv = Flow::WebIdv.start_with(sandbox.url(), settings(sandbox.url()));
    let of_web_idv = of_web_idv.await;
    let others = People::sign_up(&of_web_idv).await;
    for (flow, people) in [(Flow::WebKyc, &people), (Flow::WebIdv, &others)] {
        for fault in FAULTS {
            let (bad, _authenteq) = misbehaving(flow, &fault, settings(sandbox.url())).await;
            for route in fault.routes(flow) {
                let answer = ask(&bad, route, fault.format, people).await;
                assert_eq!(answer.body["code"], fault.code, "{route}: {}", answer.body);
                contract.check(route, &answer);
            }
        }
    }

    // `middleware/tests.rs` of the backend covers `INTERNAL`, with a route that panics.
    let mut documented = contract.documented();
    documented.retain(|(_, code)| code != ErrorCode::Internal.name());
    assert_eq!(contract.failures(), documented);

    // Failures of no operation: another path, another method, the other listener.
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
    // `openapi/servers.rs` has these happen.
    let for_servers = Contract::for_servers(&app).await.documented();
    codes.extend(for_servers.into_iter().map(|(_, code)| code));
    assert_eq!(codes, contract.error_codes());
}
