//! Whole sign-ups by Authenteq's own addresses, through the proxy.

use reqwest::Response;
use serde_json::Value;
use url::Url;
use webkyc_sandbox::{Client, Config};

use super::{client_through, start};
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, location, parameter};

const IDENTITY: &str = "https://identity.authenteq.com";
const API: &str = "https://api.authenteq.com/v2/web-kyc";
const APP_API: &str = "https://api.app.authenteq.com";

/// Exchanges a code and fetches the details, as a site's server does.
async fn fetch_details(http: &reqwest::Client, code: &str) -> Value {
    let form = Stack::token_form(code);
    let answer = http.post(format!("{API}/token")).form(&form).send().await;
    let answer: Value = answer.unwrap().json().await.unwrap();
    let details = http.get(format!("{API}/details"));
    let details = details.bearer_auth(answer["token"].as_str().unwrap());
    details.send().await.unwrap().json().await.unwrap()
}

async fn ask(http: &reqwest::Client, address: &str) -> Response {
    let request = http.get(address).basic_auth(CLIENT_ID, Some(SECRET));
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_visitor_signs_up_on_the_pages_of_identity_authenteq_com() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    let http = client_through(stack.sandbox.url(), folder.path());
    let begin = format!("{IDENTITY}{}", stack.authorize_path("&state=s"));
    let mut at = location(&http.get(begin).send().await.unwrap());
    for step in ["introduction", "liveness", "document", "verification"] {
        assert!(
            at.as_str().starts_with(IDENTITY) && at.path().ends_with(step),
            "{at}"
        );
        let page = http
            .get(at.clone())
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(!page.contains("127.0.0.1"), "{page}");
        // As a browser that does not say Sec-Fetch-Site.
        let form = [("person", "anna")];
        let submitted = http.post(at.clone()).header("origin", IDENTITY).form(&form);
        at = location(&submitted.send().await.unwrap());
    }
    assert!(at.as_str().starts_with(REDIRECT_URI), "{at}");
    assert_eq!(parameter(&at, "state").as_deref(), Some("s"));
    let details = fetch_details(&http, &parameter(&at, "code").unwrap()).await;
    assert_eq!(details["details"]["surname"], "SCHMIDT");
    // Another site has no more say than over plain http.
    let stranger = http.post(format!("{IDENTITY}/_sandbox/api/reset"));
    let stranger = stranger
        .header("origin", "https://evil.example")
        .send()
        .await;
    assert_eq!(stranger.unwrap().status(), 403);
}

#[tokio::test]
async fn web_idv_leads_to_authenteqs_own_page_and_the_exports_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    let http = client_through(stack.sandbox.url(), folder.path());
    let url = format!("{APP_API}/web-idv/verification-url?redirectUrl={REDIRECT_URI}");
    let answer: Value = ask(&http, &url).await.json().await.unwrap();
    let page = answer["verificationUrl"].as_str().unwrap();
    assert!(
        page.starts_with("https://web-idv.app.authenteq.com/verify?token="),
        "{page}"
    );
    let opened = http
        .get(format!("{page}&sandbox_scenario=john"))
        .send()
        .await;
    let code = parameter(&location(&opened.unwrap()), "code").unwrap();
    let result =
        format!("{APP_API}/web-idv/verification-result?redirectUrl={REDIRECT_URI}&code={code}");
    let result: Value = ask(&http, &result).await.json().await.unwrap();
    assert_eq!(result["status"], "PASSED");
    for (kind, content_type) in [
        ("json", "application/json"),
        ("multipart", "multipart/mixed"),
        ("pdf", "application/pdf"),
    ] {
        let id = result["id"].as_str().unwrap();
        let export = format!("{APP_API}/export/verification-result-as-{kind}?verificationId={id}");
        let export = ask(&http, &export).await;
        assert_eq!(export.status(), 200);
        let header = export.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(header.starts_with(content_type), "{header}");
        assert!(export.bytes().await.unwrap().len() > 1000);
    }
}

#[tokio::test]
async fn a_public_url_leads_visitors_past_the_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: Some("http://localhost:8090".parse().unwrap()),
        tls: Some(folder.path().to_owned()),
        clients: vec![Client::new(CLIENT_ID, SECRET, REDIRECT_URI).unwrap()],
        ..Config::default()
    })
    .await;
    let proxy = format!("http://{}", stack.sandbox.local_addr());
    let http = client_through(&proxy, folder.path());
    let url = format!("{APP_API}/web-idv/verification-url?redirectUrl={REDIRECT_URI}");
    let answer: Value = ask(&http, &url).await.json().await.unwrap();
    let page: Url = answer["verificationUrl"].as_str().unwrap().parse().unwrap();
    assert_eq!(page.origin().ascii_serialization(), "http://localhost:8090");
}
