//! Clients that come, change and go; and that do not meet.

use reqwest::Method;
use serde_json::{Value, json};
use webkyc_sandbox::Client;

use super::api::Api;
use crate::harness::{CLIENT_ID, Stack, location, parameter};

const SHOP: &str = "http://localhost:3000/r";

impl Stack {
    /// Signs up with a client of this id, which redirects to [`SHOP`].
    async fn sign_up_with(&self, id: &str) -> Option<String> {
        let path = format!(
            "/authorize?response_type=code&client_id={id}&redirect_uri={SHOP}&scope=kyc&state=s\
             &sandbox_scenario=anna"
        );
        parameter(&location(&self.get(&path).await), "code")
    }

    async fn token_with(&self, id: &str, secret: &str, code: &str) -> reqwest::Response {
        let form = [
            ("grantType", "authorization_code"),
            ("code", code),
            ("redirectUri", SHOP),
            ("clientId", id),
            ("clientSecret", secret),
        ];
        let request = self.http.post(self.at("/v2/web-kyc/token")).form(&form);
        request.send().await.unwrap()
    }
}

#[tokio::test]
async fn a_client_is_made_changed_and_removed() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let made = api
        .post("clients", json!({ "redirectUris": [SHOP] }))
        .await
        .ok();
    let (id, secret) = (
        made["id"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
    );
    assert_eq!(secret.len(), 40);
    assert_eq!(made["name"], *id);

    let code = stack.sign_up_with(id).await.unwrap();
    assert_eq!(stack.token_with(id, secret, &code).await.status(), 200);

    let changed = json!({ "secret": "n+w", "name": "Shop", "deactivated": true });
    let path = format!("clients/{id}");
    let view = api.send(Method::PATCH, &path, Some(changed)).await.ok();
    assert_eq!(
        view,
        json!({ "id": id, "name": "Shop", "redirectUris": [SHOP], "deactivated": true,
            "webhookUrl": null, "webhookSignature": "sha256",
            "afterFailure": "return" })
    );
    assert_eq!(api.get(&path).await.ok(), view);
    assert_eq!(
        api.get(&format!("{path}/secret")).await.ok(),
        json!({ "secret": "n+w" })
    );
    let code = stack.sign_up_with(id).await.unwrap();
    assert_eq!(stack.token_with(id, secret, &code).await.status(), 401);
    assert_eq!(stack.token_with(id, "n+w", &code).await.status(), 200);

    api.send(Method::DELETE, &path, None).await.ok();
    api.get(&path).await.refused(404, "NOT_FOUND");
    let page = stack
        .get(&format!(
            "/authorize?response_type=code&client_id={id}&redirect_uri={SHOP}"
        ))
        .await;
    assert_eq!(page.status(), 400);
    let of_client = format!("requests?clientId={id}");
    assert_eq!(api.get(&of_client).await.ok(), json!([]));
}

#[tokio::test]
async fn null_brings_a_setting_back_to_what_a_new_client_has() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let settings = json!({ "id": "shop", "secret": "s", "name": "Shop", "redirectUris": [SHOP],
        "deactivated": true, "webhookUrl": "http://localhost:1/", "webhookSignature": "hmac",
        "afterFailure": "stay" });
    let mut expected = api.post("clients", settings).await.ok();
    expected.as_object_mut().unwrap().remove("secret");
    for (member, default) in [
        ("name", json!("shop")),
        ("redirectUris", json!([])),
        ("deactivated", json!(false)),
        ("webhookUrl", Value::Null),
        ("webhookSignature", json!("sha256")),
        ("afterFailure", json!("return")),
    ] {
        let patch = json!({ member: null });
        let view = api.send(Method::PATCH, "clients/shop", Some(patch)).await;
        expected[member] = default;
        assert_eq!(view.ok(), expected, "{member}");
    }
    let secret = async || api.get("clients/shop/secret").await.ok()["secret"].take();
    assert_eq!(secret().await, "s");
    let patch = Some(json!({ "secret": null }));
    api.send(Method::PATCH, "clients/shop", patch).await.ok();
    assert_eq!(secret().await.as_str().unwrap().len(), 40);
    let nameless = Some(json!({ "id": null, "name": "Other" }));
    let refused = api.send(Method::PATCH, "clients/shop", nameless).await;
    refused.refused(400, "INVALID_REQUEST");
    assert_eq!(api.get("clients/shop").await.ok(), expected);
    // In a new client, null stands for the default too.
    let nothing = json!({ "id": null, "secret": null, "name": null, "redirectUris": null });
    let made = api.post("clients", nothing).await.ok();
    assert_eq!(made["name"], made["id"]);
    assert_eq!(made["secret"].as_str().unwrap().len(), 40);
}

#[tokio::test]
async fn a_client_that_cannot_be_is_refused_in_words() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let taken = json!({ "id": CLIENT_ID });
    assert!(
        api.post("clients", taken)
            .await
            .refused(409, "CONFLICT")
            .contains(CLIENT_ID)
    );
    for (wrong, expected) in [
        (json!({ "redirectUris": ["/x"] }), "/x is not an absolute"),
        (json!({ "id": "" }), "id is empty"),
        (json!({ "secret": "" }), "secret is empty"),
        (json!({ "redirect_uris": [] }), "unknown field"),
        (json!({ "secret": 4711 }), "expected a string"),
    ] {
        let message = api
            .post("clients", wrong)
            .await
            .refused(400, "INVALID_REQUEST");
        assert!(
            message.contains(expected) && !message.contains("4711"),
            "{message}"
        );
    }
    let other = json!({ "id": "other" });
    let path = format!("clients/{}", CLIENT_ID.replace('+', "%2B"));
    let refused = api.send(Method::PATCH, &path, Some(other)).await;
    assert!(
        refused
            .refused(400, "INVALID_REQUEST")
            .contains("whose id stays")
    );
    let listed = api.get("clients").await.ok();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains("secret"));
}

#[tokio::test]
async fn web_idv_refuses_a_client_without_redirect_uris() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let made = api.post("clients", json!({ "id": "bare" })).await.ok();
    let request = stack
        .http
        .get(stack.at("/web-idv/verification-url?redirectUrl=http://localhost/"))
        .basic_auth("bare", made["secret"].as_str());
    crate::harness::assert_refused(
        request.send().await.unwrap(),
        400,
        "NO_REDIRECT_URLS",
        "No registered redirect URLs. Please specify at least one in Customer Dashboard",
    )
    .await;
}

#[tokio::test]
async fn tests_that_have_a_client_each_do_not_meet() {
    let stack = Stack::start().await;
    let add = |id| {
        let client = Client::new(id, "s", SHOP).unwrap();
        stack.sandbox.add_client(client).unwrap()
    };
    let (one, other) = (add("one"), add("other"));
    let code_of_one = stack.sign_up_with("one").await.unwrap();
    let code_of_other = stack.sign_up_with("other").await.unwrap();

    one.advance_clock(std::time::Duration::from_secs(3600));
    assert_eq!(
        stack.token_with("one", "s", &code_of_one).await.status(),
        400
    );
    assert_eq!(
        stack
            .token_with("other", "s", &code_of_other)
            .await
            .status(),
        200
    );

    let paths = |requests: Vec<webkyc_sandbox::ReceivedRequest>| {
        requests.into_iter().map(|one| one.path).collect::<Vec<_>>()
    };
    assert_eq!(paths(one.requests()), ["/authorize", "/v2/web-kyc/token"]);
    one.play_next(["john"]).unwrap();
    one.reset();
    assert!(one.requests().is_empty() && one.verifications().is_empty());
    assert_eq!(paths(other.requests()), ["/authorize", "/v2/web-kyc/token"]);
    assert_eq!(other.verifications().len(), 1);
    // As if it had just been added: the same codes in the same order.
    assert_eq!(stack.sign_up_with("one").await.unwrap(), code_of_one);
    one.remove();
    assert!(stack.sandbox.client("one").is_none());
}

#[tokio::test]
async fn a_reset_makes_the_sandbox_as_it_was_at_its_start() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let first = stack.code("anna").await;
    api.post("clients", json!({ "id": "extra" })).await.ok();
    api.post("clock", json!({ "advanceSeconds": 86_400 }))
        .await
        .ok();
    api.post("reset", Value::Null).await.ok();
    assert_eq!(api.get("clients").await.ok().as_array().unwrap().len(), 2);
    assert_eq!(api.get("verifications").await.ok(), json!([]));
    assert_eq!(stack.code("anna").await, first);
}

#[tokio::test]
async fn the_same_seed_has_the_same_codes_ids_and_tokens() {
    let run = |seed| async move {
        let config = webkyc_sandbox::Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            clients: vec![
                format!(
                    "{CLIENT_ID},{},{}",
                    crate::harness::SECRET,
                    crate::harness::REDIRECT_URI
                )
                .parse()
                .unwrap(),
            ],
            seed,
            now: Some("2026-01-01T12:00:00Z".parse().unwrap()),
            ..webkyc_sandbox::Config::default()
        };
        let stack = Stack::with(config).await;
        let token = stack.token("anna").await;
        let verified = serde_json::to_string(&stack.sandbox.verifications()).unwrap();
        (token, verified)
    };
    let first = run(Some(7)).await;
    assert_eq!(first, run(Some(7)).await);
    assert_ne!(first, run(Some(8)).await);
}

#[tokio::test]
async fn a_logo_is_put_shown_and_taken_back() {
    let stack = Stack::start().await;
    let logo = "/_sandbox/logo/com.authenteq.demo";
    let first = stack.get(logo).await.bytes().await.unwrap();
    let address = stack.at("/_sandbox/api/clients/com.authenteq.demo/logo");
    let put = |content: Vec<u8>| stack.http.put(&address).body(content).send();
    let own = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
    assert_eq!(put(own.clone()).await.unwrap().status(), 204);
    let shown = stack.get(logo).await;
    assert_eq!(shown.headers()["content-type"], "image/svg+xml");
    assert_eq!(shown.bytes().await.unwrap(), own);
    for (wrong, expected) in [
        (b"MZ".to_vec(), "neither SVG"),
        ([own, vec![b' '; 256 * 1024]].concat(), "256 KiB"),
        (vec![b' '; 2 * 1024 * 1024], "256 KiB"),
    ] {
        let refused = put(wrong).await.unwrap();
        assert_eq!(refused.status(), 400);
        let body: Value = refused.json().await.unwrap();
        assert!(
            body["errorMessage"].as_str().unwrap().contains(expected),
            "{body}"
        );
    }
    assert_eq!(
        stack.http.delete(&address).send().await.unwrap().status(),
        204
    );
    assert_eq!(stack.get(logo).await.bytes().await.unwrap(), first);
}

#[tokio::test]
async fn changes_at_the_same_time_are_all_made() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    for round in 0..50 {
        let patch = |change: Value| {
            let path = "clients/com.authenteq.demo";
            api.send(Method::PATCH, path, Some(change))
        };
        let (name, url) = (
            format!("Shop {round}"),
            format!("http://localhost:{}/", round + 1),
        );
        tokio::join!(
            patch(json!({ "name": name })),
            patch(json!({ "webhookUrl": url }))
        );
        let client = api.get("clients/com.authenteq.demo").await.ok();
        assert_eq!(
            (&client["name"], &client["webhookUrl"]),
            (&json!(name), &json!(url))
        );
    }
}
