//! Visitors with cookies.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use reqwest::{Method, RequestBuilder, Url, header};
use serde_json::{Value, json};

use super::{Answer, PUBLIC_URL, TestApp};

/// A browser on one of our pages.
#[derive(Clone)]
pub(crate) struct Visitor<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) cookies: BTreeMap<String, String>,
    /// The client's address in `X-Forwarded-For`.
    pub(crate) from: Option<String>,
}

impl Visitor<'_> {
    /// The number of cookies that open something: for a minute a spent flow has one that does not.
    pub(crate) fn open_cookies(&self) -> usize {
        let opens = |name: &&String| !name.ends_with("spent");
        self.cookies.keys().filter(opens).count()
    }

    /// A request as a page of ours makes it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self
            .app
            .bare(method.clone(), path)
            .header("x-webkyc", "1")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-dest", "empty");
        if method == Method::POST {
            request = request.header(header::ORIGIN, PUBLIC_URL);
        }
        if let Some(from) = &self.from {
            request = request.header("x-forwarded-for", from);
        }
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request
    }

    /// Sends it and keeps the cookies that come back.
    pub(crate) async fn send(&mut self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    /// Over a connection that may break.
    pub(crate) async fn try_send(&mut self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let answer = Answer::try_read(request).await?;
        for line in answer.set_cookies() {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body))
            .await
    }

    /// Posts over a connection that may break.
    pub(crate) async fn try_post(&mut self, path: &str, body: &Value) -> Option<Answer> {
        let request = self.request(Method::POST, path).json(body);
        self.try_send(request).await.ok()
    }

    /// Begins a sign-up and gives the authorize URL.
    pub(crate) async fn begin(&mut self, state: &str) -> Url {
        self.begin_as(json!({"state": state})).await
    }

    async fn begin_as(&mut self, request: Value) -> Url {
        let answer = self.post("/api/begin", request).await.assert_ok();
        answer["authorizeUrl"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) async fn exchange(&mut self, code: &str, state: &str) -> Answer {
        self.post("/api/exchange", json!({"code": code, "state": state}))
            .await
    }

    /// Exchanges, and asks again for as long as the backend says that it may be asked again.
    pub(crate) async fn exchange_patiently(&mut self, code: &str, state: &str) -> Answer {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let answer = self.exchange(code, state).await;
            if answer.body["retryable"] != true {
                return answer;
            }
            assert!(Instant::now() < deadline, "{}", answer.body);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Begins and is identified as `person`; gives the code that came back.
    pub(crate) async fn identify(&mut self, state: &str, person: &str) -> String {
        self.identify_as(json!({"state": state}), person).await
    }

    /// The same with all that a page says when it begins.
    pub(crate) async fn identify_as(&mut self, request: Value, person: &str) -> String {
        let state = request["state"].clone();
        let url = self.begin_as(request).await;
        let returned = self.come_back(url, person).await;
        assert_eq!(returned["state"], state);
        returned["code"].clone()
    }

    /// Is identified as `person` at this authorize URL; gives what came back.
    pub(crate) async fn come_back(&self, mut url: Url, person: &str) -> BTreeMap<String, String> {
        url.query_pairs_mut()
            .append_pair("sandbox_scenario", person);
        let response = self.app.http.get(url).send().await.unwrap();
        let location = response.headers()[header::LOCATION].to_str().unwrap();
        let location: Url = location.parse().unwrap();
        location.query_pairs().into_owned().collect()
    }
}
