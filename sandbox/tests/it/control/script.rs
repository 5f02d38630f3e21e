//! The script of a client.

use reqwest::Method;
use serde_json::{Value, json};
use webkyc_sandbox::{Effect, Endpoint, Fault, Times};

use super::api::Api;
use crate::harness::{CLIENT_ID, REDIRECT_URI, Stack, assert_refused, location, parameter};

const SCRIPT: &str = "clients/client!%2BID/script";

fn fault(at: Endpoint, effect: Effect, times: Times) -> Fault {
    Fault { at, effect, times }
}

impl Stack {
    /// Begins a sign-up as a browser does, without naming a scenario.
    async fn begin(&self) -> url::Url {
        location(&self.get(&self.authorize_path("&state=s")).await)
    }
}

#[tokio::test]
async fn the_next_sign_ups_play_what_was_asked_and_then_come_the_pages_again() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let script = api
        .post(&format!("{SCRIPT}/next"), json!(["john", "cancelled"]))
        .await
        .ok();
    assert_eq!(
        script,
        json!({ "next": ["john", "cancelled"], "always": null, "faults": [] })
    );
    assert!(parameter(&stack.begin().await, "code").is_some());
    assert_eq!(stack.sandbox.verifications()[0].scenario, "john");
    assert_eq!(
        stack.begin().await.as_str(),
        format!("{REDIRECT_URI}?state=s")
    );
    assert!(stack.begin().await.path().starts_with("/identification/"));

    let always = json!({ "next": ["anna"], "always": "no-code" });
    api.send(Method::PUT, SCRIPT, Some(always)).await.ok();
    // A scenario in the link comes first, and leaves the script as it is.
    assert!(parameter(&stack.approve("john").await, "code").is_some());
    assert!(parameter(&stack.begin().await, "code").is_some());
    for _ in 0..2 {
        assert_eq!(
            stack.begin().await.as_str(),
            format!("{REDIRECT_URI}?state=s")
        );
    }
    api.send(Method::DELETE, SCRIPT, None).await.ok();
    assert!(stack.begin().await.path().starts_with("/identification/"));
}

#[tokio::test]
async fn the_address_of_web_idv_plays_them_too() {
    let stack = Stack::start().await;
    let controls = stack.sandbox.client(CLIENT_ID).unwrap();
    controls.play_next(["john"]).unwrap();
    let url = stack.verification_url(REDIRECT_URI).await;
    let back = location(&stack.http.get(url).send().await.unwrap());
    let code = parameter(&back, "code").unwrap();
    assert_eq!(stack.result(REDIRECT_URI, &code).await.status(), 200);
}

#[tokio::test]
async fn sbx_04_a_fault_for_once_is_played_once_and_one_for_always_until_it_is_taken_back() {
    let stack = Stack::start().await;
    let controls = stack.sandbox.client(CLIENT_ID).unwrap();
    controls
        .inject(fault(Endpoint::Details, Effect::ServerError, Times::Once))
        .unwrap();
    let token = stack.token("anna").await;
    assert_eq!(stack.details(&token).await.status(), 500);
    assert_eq!(stack.details(&token).await.status(), 200);

    controls
        .inject(fault(Endpoint::Token, Effect::CodeRefused, Times::Always))
        .unwrap();
    for _ in 0..2 {
        let form = Stack::token_form(&stack.code("anna").await);
        let message = "Parameter 'code' is invalid or expired";
        let answer = stack.exchange(&form).await;
        assert_refused(answer, 400, "INVALID_REQUEST_PARAMETER", message).await;
    }
    controls.clear_script();
    stack.token("anna").await;
}

#[tokio::test]
async fn an_answer_can_be_put_into_the_sandboxs_mouth() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let answer = json!({
        "at": "token",
        "effect": { "respond": {
            "status": 418, "contentType": "text/plain; charset=utf-8", "body": "t\u{e9}apot",
        } },
    });
    api.post(&format!("{SCRIPT}/faults"), answer).await.ok();
    // Even with an invented code: the program under test decides which code it sends.
    let answer = stack.exchange(&Stack::token_form("n0ne")).await;
    assert_eq!(answer.status(), 418);
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(answer.text().await.unwrap(), "t\u{e9}apot");
    assert_eq!(api.get(SCRIPT).await.ok()["faults"], json!([]));
}

#[tokio::test]
async fn the_way_back_can_be_spoilt() {
    let stack = Stack::start().await;
    let controls = stack.sandbox.client(CLIENT_ID).unwrap();
    let mut backs = Vec::new();
    for effect in [Effect::NoCode, Effect::StateChanged, Effect::ErrorResponse] {
        controls
            .inject(fault(Endpoint::Return, effect, Times::Once))
            .unwrap();
        backs.push(stack.approve("anna").await);
    }
    assert_eq!(backs[0].as_str(), format!("{REDIRECT_URI}?state=s"));
    assert!(parameter(&backs[1], "code").is_some());
    assert_eq!(
        parameter(&backs[1], "state").unwrap(),
        "changed-by-the-sandbox"
    );
    assert_eq!(parameter(&backs[2], "error").unwrap(), "access_denied");
    assert_eq!(parameter(&backs[2], "state").unwrap(), "s");
    assert_eq!(parameter(&backs[2], "code"), None);
}

#[tokio::test]
async fn every_endpoint_plays_its_faults() {
    let stack = Stack::start().await;
    let controls = stack.sandbox.client(CLIENT_ID).unwrap();
    let id = stack.verified("anna").await;
    for at in [
        Endpoint::Authorize,
        Endpoint::VerificationUrl,
        Endpoint::Result,
        Endpoint::ExportJson,
        Endpoint::ExportMultipart,
        Endpoint::ExportPdf,
    ] {
        let always = fault(at, Effect::ServerError, Times::Always);
        controls.inject(always).unwrap();
    }
    for format in ["json", "multipart", "pdf"] {
        assert_eq!(stack.export(format, &id).await.status(), 500);
    }
    let path = format!("/web-idv/verification-url?redirectUrl={REDIRECT_URI}");
    assert_eq!(stack.ask(&path).await.status(), 500);
    assert_eq!(stack.result(REDIRECT_URI, "n0ne").await.status(), 500);
    assert_eq!(stack.get(&stack.authorize_path("")).await.status(), 500);
    assert_eq!(controls.faults().len(), 6);
}

#[tokio::test]
async fn an_effect_is_taken_only_where_it_means_something() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let (images, codes) = (
        ["details", "result", "export-json", "export-multipart"],
        ["token", "result"],
    );
    let everywhere = [
        "authorize",
        "return",
        "token",
        "details",
        "verification-url",
        "result",
        "export-json",
        "export-multipart",
        "export-pdf",
    ];
    for (effect, places) in [
        (json!("no-code"), &["return"][..]),
        (json!("state-changed"), &["return"]),
        (json!("error-response"), &["return"]),
        (json!("code-refused"), &codes),
        (json!("token-expired"), &["details"]),
        (json!("corrupt-image"), &images),
        (json!("lying-image"), &images),
        (json!("endless"), &["export-multipart"]),
        (json!("false-pdf"), &["export-pdf"]),
    ] {
        for at in everywhere {
            let fault = json!({ "at": at, "effect": effect });
            let answer = api.post(&format!("{SCRIPT}/faults"), fault).await;
            let expected = if places.contains(&at) { 200 } else { 400 };
            assert_eq!(answer.status, expected, "{effect} at {at}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_not_cut_short() {
    let stack = Stack::start().await;
    let controls = stack.sandbox.client(CLIENT_ID).unwrap();
    controls
        .inject(fault(Endpoint::Token, Effect::Truncated, Times::Always))
        .unwrap();
    let answer = stack.exchange(&Stack::token_form("n0ne")).await;
    let message = "Parameter 'code' is invalid or expired";
    assert_refused(answer, 400, "INVALID_REQUEST_PARAMETER", message).await;
    let cut = stack
        .exchange(&Stack::token_form(&stack.code("anna").await))
        .await;
    assert_eq!(cut.status(), 200);
    assert!(cut.bytes().await.is_err());
}

#[tokio::test]
async fn what_cannot_be_played_is_refused_and_changes_nothing() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let before = api.get(SCRIPT).await.ok();
    let respond = |respond: Value| json!({ "at": "token", "effect": { "respond": respond } });
    for (path, wrong, expected) in [
        (
            "next",
            json!(["anna", "nobody"]),
            "no scenario `nobody`: choose one of anna, john",
        ),
        (
            "faults",
            json!({ "at": "tokens", "effect": "server-error" }),
            "unknown variant",
        ),
        (
            "faults",
            respond(json!({ "status": 99 })),
            "between 200 and 599",
        ),
        (
            "faults",
            respond(json!({ "status": 200, "contentType": "a\nb" })),
            "header",
        ),
    ] {
        let refused = api.post(&format!("{SCRIPT}/{path}"), wrong).await;
        let message = refused.refused(400, "INVALID_REQUEST");
        assert!(message.contains(expected), "{message}");
    }
    api.post("clients/nobody/script/next", json!(["anna"]))
        .await
        .refused(404, "NOT_FOUND");
    assert_eq!(api.get(SCRIPT).await.ok(), before);
    let names = api.get("scenarios").await.ok();
    assert_eq!(names[0]["name"], "anna");
}
