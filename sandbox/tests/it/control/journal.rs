//! The sandbox's records of sign-ups.

use std::process::Command;

use serde_json::{Value, json};

use super::api::Api;
use crate::harness::{REDIRECT_URI, SECRET, Stack};

impl Api<'_> {
    /// The newest sign-up, with all that happened in it.
    async fn newest(&self) -> Value {
        let sign_ups = self.get("attempts").await.ok();
        let id = sign_ups[0]["id"].as_str().unwrap();
        self.get(&format!("attempts/{id}")).await.ok()
    }

    /// The latest call of all sign-ups.
    pub(super) async fn last_call(&self) -> Value {
        let mut calls = Vec::new();
        for sign_up in self.get("attempts").await.ok().as_array().unwrap() {
            let id = sign_up["id"].as_str().unwrap();
            let sign_up = self.get(&format!("attempts/{id}")).await.ok();
            let events = sign_up["events"].as_array().unwrap().clone();
            calls.extend(events.into_iter().filter(|event| event["kind"] == "call"));
        }
        calls
            .into_iter()
            .max_by_key(|call| call["number"].as_u64())
            .unwrap()
    }
}

fn stages(sign_up: &Value) -> String {
    let stages = sign_up["stages"].as_array().unwrap().iter();
    let words = stages.map(|stage| {
        let (name, standing) = (&stage["name"], &stage["standing"]);
        format!("{} {}", name.as_str().unwrap(), standing.as_str().unwrap())
    });
    words.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_sign_up_is_one_row_from_the_link_to_the_export() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let token = stack.token("anna").await;
    let row = api.newest().await;
    assert_eq!(
        stages(&row),
        "Authorize done, Return done, Token done, Details open, Export open"
    );
    assert_eq!(
        row["outcome"],
        "There is a token; the details are not fetched yet."
    );
    stack.details(&token).await;
    let id = stack.sandbox.verifications()[0].id.clone();
    stack.export("pdf", &id).await;
    let row = api.newest().await;
    assert_eq!(
        stages(&row),
        "Authorize done, Return done, Token done, Details done, Export done"
    );
    assert_eq!(
        (&row["scenario"], &row["failed"]),
        (&json!("anna"), &json!(false))
    );
    let kinds: Vec<&str> = row["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["step"].as_str().or(event["kind"].as_str()).unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["Authorize", "returned", "Token", "Details", "Export as PDF"]
    );
    assert_eq!(api.get("attempts").await.ok().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn why_a_call_failed_is_said_in_a_sentence() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let code = stack.code("anna").await;
    let form = Stack::token_form(&code);
    let but = |name, value: &str| {
        let mut form = form.clone();
        form.insert(name, value.to_owned());
        form
    };
    for (form, expected) in [
        (
            but("clientSecret", &format!("{SECRET}\n")),
            "without the white space",
        ),
        (but("clientId", "nobody"), "No client has the id nobody"),
        (but("grantType", "password"), "grantType must be"),
        (but("code", "n0ne"), "never issued"),
        (
            but("redirectUri", "http://localhost/"),
            "not the one that the code was sent to",
        ),
        (form.clone(), "came before, and counts once"),
    ] {
        let status = stack.exchange(&form).await.status().as_u16();
        assert!(status >= 400, "{expected}");
        let call = api.last_call().await;
        let failure = call["failure"].as_str().unwrap();
        assert!(failure.contains(expected), "{failure}");
        assert_eq!(call["status"], status);
    }
    // Those that are about the code are in the row of its sign-up.
    let row = api.get("attempts?q=Authorize").await.ok();
    assert_eq!(
        row[0]["outcome"].as_str().unwrap().split(':').next(),
        Some("Token")
    );
    assert_eq!(row[0]["failed"], json!(true));

    stack
        .get(&stack.authorize_path("").replace("code&", "token&"))
        .await;
    let failure = api.last_call().await["failure"].clone();
    assert!(
        failure.as_str().unwrap().contains("response_type"),
        "{failure}"
    );
    let form = Stack::token_form(&stack.code("anna").await);
    let token: Value = stack.exchange(&form).await.json().await.unwrap();
    stack.exchange(&form).await;
    stack.details(token["token"].as_str().unwrap()).await;
    let row = api.newest().await;
    assert!(
        row["outcome"]
            .as_str()
            .unwrap()
            .contains("revoked when its code"),
        "{row}"
    );
    stack.details("n0ne").await;
    let failure = api.last_call().await["failure"].clone();
    assert!(
        failure.as_str().unwrap().contains("never issued"),
        "{failure}"
    );
}

#[tokio::test]
async fn the_journal_distinguishes_an_old_token_from_an_invented_one() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let token = stack.token("anna").await;
    stack
        .sandbox
        .advance_clock(std::time::Duration::from_secs(900));
    stack.details(&token).await;
    let failure = api.last_call().await["failure"].clone();
    assert!(
        failure.as_str().unwrap().contains("fifteen minutes"),
        "{failure}"
    );
}

#[tokio::test]
async fn which_spelling_came_is_remarked() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let link = stack.authorize_path("&back=https://shop.example/&utm_source=mail&state=s");
    let link = link
        .replace("/authorize", "/oauth")
        .replace("&scope=kyc", "");
    stack.get(&format!("{link}&sandbox_scenario=anna")).await;
    let sign_up = api.newest().await;
    let remarks = sign_up["events"][0]["remarks"].to_string();
    for expected in ["/oauth", "as back", "utm_source", "scope is missing"] {
        assert!(remarks.contains(expected), "{expected}: {remarks}");
    }
    let mut form = Stack::token_form(&stack.code("anna").await);
    form.insert("grantType", "authorizationCode".to_owned());
    stack.exchange(&form).await;
    let remarks = api.last_call().await["remarks"].to_string();
    assert!(
        remarks.contains("authorizationCode") && remarks.contains("urlencoded"),
        "{remarks}"
    );

    let request = stack.http.get(stack.at(&format!(
        "/web-idv/verification-url?redirectUrl={REDIRECT_URI}"
    )));
    let request = request
        .header("Authentication", "Basic eDp5")
        .header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(request.send().await.unwrap().status(), 401);
    let call = api.last_call().await;
    assert!(
        call["remarks"]
            .to_string()
            .contains("Content-Type came with a GET")
    );
    assert!(
        call["failure"]
            .as_str()
            .unwrap()
            .contains("called Authentication")
    );
}

#[tokio::test]
async fn secrets_codes_and_tokens_are_shown_on_demand_only() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let code = stack.code("john").await;
    let answer: Value = stack
        .exchange(&Stack::token_form(&code))
        .await
        .json()
        .await
        .unwrap();
    let token = answer["token"].as_str().unwrap();
    stack.details(token).await;
    let id = stack.sandbox.verifications()[0].id.clone();
    stack.export("json", &id).await;
    let sign_ups = api.get("attempts").await.ok();
    let path = format!("attempts/{}", sign_ups[0]["id"].as_str().unwrap());
    let hidden = api.get(&path).await.ok().to_string();
    let shown = api
        .get(&format!("{path}?secrets=shown"))
        .await
        .ok()
        .to_string();
    use base64::Engine;
    let credentials = format!("{}:{SECRET}", crate::harness::CLIENT_ID);
    let basic = base64::engine::general_purpose::STANDARD.encode(credentials);
    for secret in [code.as_str(), token, SECRET, &basic] {
        assert!(!hidden.contains(secret), "{secret} in {hidden}");
        assert!(shown.contains(secret), "{secret} not in {shown}");
    }
    let pictures = stack.sandbox.verifications()[0].details.to_string();
    let picture = &pictures[pictures.find("/9j/").unwrap()..][..64];
    assert!(!shown.contains(picture));
    api.get(&format!("{path}?secrets=yes"))
        .await
        .refused(400, "INVALID_REQUEST");
    api.get("attempts/none").await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn sign_ups_are_found_by_what_is_in_them() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let code = stack.code("anna").await;
    stack.approve("cancelled").await;
    for (query, found) in [
        ("".to_owned(), &["cancelled", "anna"][..]),
        ("?q=ANNA".to_owned(), &["anna"]),
        (format!("?q={code}"), &["anna"]),
        ("?q=anna%20cancelled".to_owned(), &[]),
        ("?failed=true".to_owned(), &["cancelled"]),
        ("?failed=false".to_owned(), &["cancelled", "anna"]),
        ("?q=%22without%20a%20code%22".to_owned(), &["cancelled"]),
        ("?q=%22code%20a%20without%22".to_owned(), &[]),
        ("?clientId=nobody".to_owned(), &[]),
    ] {
        let list = api.get(&format!("attempts{query}")).await.ok();
        let list = list.as_array().unwrap().iter();
        let names: Vec<&str> = list.map(|one| one["scenario"].as_str().unwrap()).collect();
        assert_eq!(names, found, "{query}");
    }
}

#[tokio::test]
async fn a_copied_call_does_the_same_again() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let form = Stack::token_form(&stack.code("anna").await);
    stack
        .sandbox
        .client(crate::harness::CLIENT_ID)
        .unwrap()
        .inject(webkyc_sandbox::Fault {
            at: webkyc_sandbox::Endpoint::Token,
            effect: webkyc_sandbox::Effect::ServerError,
            times: webkyc_sandbox::Times::Once,
        })
        .unwrap();
    stack.exchange(&form).await;
    let sign_ups = api.get("attempts").await.ok();
    let path = format!(
        "attempts/{}?secrets=shown",
        sign_ups[0]["id"].as_str().unwrap()
    );
    let sign_up = api.get(&path).await.ok();
    let call = sign_up["events"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let command = format!("{} -s", call["curl"].as_str().unwrap());
    let run = move || Command::new("sh").args(["-c", &command]).output();
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        answer["errorMessage"],
        "Parameter 'code' is invalid or expired"
    );
}

#[tokio::test]
async fn what_is_secret_is_recognised_in_any_spelling_and_at_any_length() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let long = "L0ng".repeat(3000);
    let form = [
        ("client_secret", "in-the-wrong-field"),
        ("code", "sh0rt"),
        ("client_id", "x"),
    ];
    let request = stack
        .http
        .post(stack.at("/v2/web-kyc/token"))
        .header("Cookie", "session=S3SSIONS3CRET; theme=dark12345")
        .header("Authorization", format!("Bearer {long}"))
        .form(&form);
    assert_eq!(request.send().await.unwrap().status(), 400);
    let call = api.last_call().await.to_string();
    for secret in [
        "in-the-wrong-field",
        "sh0rt",
        "S3SSION",
        "dark1234",
        "L0ngL0ng",
    ] {
        assert!(!call.contains(secret), "{secret} in {call}");
    }
    assert!(call.contains("Bearer \u{2022}"), "{call}");
}

#[tokio::test]
async fn the_address_of_a_web_idv_sign_up_says_nothing_of_what_opens_it() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let url = stack.verification_url(REDIRECT_URI).await;
    let token = crate::harness::parameter(&url, "token").unwrap();
    stack.http.get(url).send().await.unwrap();
    let sign_ups = api.get("attempts").await.ok();
    let record = api.newest().await;
    let page = stack.get("/_sandbox/").await.text().await.unwrap();
    for text in [sign_ups.to_string(), record.to_string(), page] {
        assert!(!text.contains(&token), "{text}");
    }
}

#[tokio::test]
async fn a_call_that_is_never_answered_belongs_to_its_client_all_the_same() {
    let stack = Stack::start().await;
    let controls = stack.sandbox.client(crate::harness::CLIENT_ID).unwrap();
    let form = Stack::token_form(&stack.code("slow-token").await);
    let gone = async {
        while !controls
            .requests()
            .iter()
            .any(|one| one.path.ends_with("/token"))
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = stack.exchange(&form) => panic!("the token was not slow"),
        () = gone => {}
    }
    let calls = controls.requests();
    let token = calls
        .iter()
        .find(|one| one.path.ends_with("/token"))
        .unwrap();
    assert_eq!(token.status, None);
    controls.reset();
    assert!(stack.sandbox.requests().is_empty());
}
