//! A visitor without a browser: calls the API as a page of the portal does.

use std::collections::BTreeMap;

use reqwest::{Client, header};
use serde_json::{Value, json};
use url::Url;
use webkyc_test_kit::http;

const STATE: &str = "c3RhdGVzdGF0ZXN0YXRlc3RhdGVzdGF0ZXN0YXRlMDA";

pub(crate) struct ProgramVisitor {
    http: Client,
    /// `http://ADDRESS:PORT` of the backend.
    address: String,
    /// Where browsers see it.
    public_url: Url,
    cookies: BTreeMap<String, String>,
}

impl ProgramVisitor {
    pub(crate) fn of(address: &str, public_url: &str) -> Self {
        Self {
            http: http::client(),
            address: address.to_owned(),
            public_url: public_url.parse().unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    /// Opens the sign-up with this handle, begins it, is identified as `person` and exchanges the code;
    /// gives the answer to that.
    pub(crate) async fn sign_up(&mut self, handle: &str, person: &str) -> Value {
        self.post("/api/sign-up", json!({"signUp": handle})).await;
        let begin = json!({"state": STATE, "signUp": handle});
        let begun = self.post("/api/begin", begin).await;
        let mut url: Url = begun["authorizeUrl"].as_str().unwrap().parse().unwrap();
        url.query_pairs_mut()
            .append_pair("sandbox_scenario", person);
        let response = self.http.get(url).send().await.unwrap();
        let location = response.headers()[header::LOCATION].to_str().unwrap();
        let location: Url = location.parse().unwrap();
        let code = location.query_pairs().find(|(name, _)| name == "code");
        let exchange = json!({"state": STATE, "code": code.unwrap().1});
        self.post("/api/exchange", exchange).await
    }

    /// Calls the API, and keeps its cookies.
    async fn post(&mut self, path: &str, body: Value) -> Value {
        let host = &self.public_url[url::Position::BeforeHost..url::Position::AfterPort];
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let request = self
            .http
            .post(format!("{}{path}", self.address))
            .header(header::HOST, host)
            .header(
                header::ORIGIN,
                self.public_url.origin().ascii_serialization(),
            )
            .header(header::COOKIE, cookies.join("; "))
            .header("x-webkyc", "1");
        let answer = request.json(&body).send().await.unwrap();
        let answer = answer.error_for_status().unwrap();
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer.json().await.unwrap()
    }
}
