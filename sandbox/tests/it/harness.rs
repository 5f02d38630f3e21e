//! A sandbox on a free port and a browser-like client that follows no redirect by itself.

use std::collections::HashMap;

use reqwest::{Response, StatusCode};
use serde_json::Value;
use url::Url;
use webkyc_sandbox::{Client, Config, Sandbox};
use webkyc_test_kit::{
    http,
    wire::{self, Answer},
};

pub(crate) const CLIENT_ID: &str = "client!+ID";
pub(crate) const SECRET: &str = "s,e c&r=e%t+";
pub(crate) const REDIRECT_URI: &str = "http://localhost:8080/results";

pub(crate) struct Stack {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
}

impl Stack {
    /// With the client of the constants above, and the demo client beside it.
    pub(crate) async fn start() -> Self {
        let client: Client = format!("{CLIENT_ID},{SECRET},{REDIRECT_URI}")
            .parse()
            .unwrap();
        Self::of(vec![client.named("Shop <&> Co"), Client::demo()]).await
    }

    /// With these clients and no others.
    pub(crate) async fn of(clients: Vec<Client>) -> Self {
        Self::with(Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            clients,
            ..Config::default()
        })
        .await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let sandbox = Sandbox::start_with(config).await.unwrap();
        Self {
            sandbox,
            http: http::client(),
        }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    /// Sends a request to the letter, which must make the sandbox close the connection.
    pub(crate) async fn say(&self, request: impl AsRef<[u8]>) -> Answer {
        let answer = wire::ask(self.sandbox.url(), request).await;
        if let Some(length) = answer.header("content-length") {
            assert_eq!(length, answer.body.len().to_string());
        }
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(self.at(path)).send().await.unwrap()
    }

    /// An authorize URL with everything right, and more parameters after it.
    pub(crate) fn authorize_path(&self, more: &str) -> String {
        format!(
            "/authorize?response_type=code&client_id=client!%2BID&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fresults&scope=kyc{more}"
        )
    }

    /// Signs up without pages and returns the address the visitor is sent to.
    pub(crate) async fn approve(&self, scenario: &str) -> Url {
        let path = self.authorize_path(&format!("&state=s&sandbox_scenario={scenario}"));
        location(&self.get(&path).await)
    }

    pub(crate) async fn code(&self, scenario: &str) -> String {
        parameter(&self.approve(scenario).await, "code").unwrap()
    }

    /// The five fields of a token call, all of them right.
    pub(crate) fn token_form(code: &str) -> HashMap<&'static str, String> {
        HashMap::from([
            ("grantType", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirectUri", REDIRECT_URI.to_owned()),
            ("clientId", CLIENT_ID.to_owned()),
            ("clientSecret", SECRET.to_owned()),
        ])
    }

    pub(crate) async fn exchange(&self, form: &HashMap<&'static str, String>) -> Response {
        let request = self.http.post(self.at("/v2/web-kyc/token")).form(form);
        request.send().await.unwrap()
    }

    pub(crate) async fn token(&self, scenario: &str) -> String {
        let form = Self::token_form(&self.code(scenario).await);
        let answer: Value = self.exchange(&form).await.json().await.unwrap();
        answer["token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn details(&self, token: &str) -> Response {
        let request = self
            .http
            .get(self.at("/v2/web-kyc/details"))
            .bearer_auth(token);
        request.send().await.unwrap()
    }
}

/// Where an answer redirects to.
#[track_caller]
pub(crate) fn location(response: &Response) -> Url {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let target = response.headers()["location"].to_str().unwrap();
    response.url().join(target).unwrap()
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(n, _)| n == name)
        .map(|(_, value)| value.into_owned())
}

/// Checks the envelope of a refusal in full.
pub(crate) async fn assert_refused(response: Response, status: u16, code: &str, message: &str) {
    assert_eq!(response.status().as_u16(), status);
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body,
        serde_json::json!({ "errorCode": code, "errorMessage": message })
    );
}

/// Checks that an authorize URL ends at a page that names the parameter, with no way out of it,
/// and returns the page.
pub(crate) async fn assert_refused_on_a_page(stack: &Stack, path: &str, name: &str) -> String {
    let response = stack.get(path).await;
    assert_eq!(response.status().as_u16(), 400, "{path}");
    assert!(response.headers().get("location").is_none(), "{path}");
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("form-action 'self' ;"), "{policy}");
    let page = response.text().await.unwrap();
    assert!(
        page.contains(&format!("data-step=\"error\" data-parameter=\"{name}\"")),
        "{path}\n{page}"
    );
    assert!(!page.contains("href=\"http"), "{page}");
    page
}
