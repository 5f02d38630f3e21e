//! Answers of the backend.

use reqwest::{RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use webkyc_test_kit::wire;

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn read(request: RequestBuilder) -> Self {
        Self::try_read(request).await.unwrap()
    }

    /// Over a connection that may break.
    pub(crate) async fn try_read(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await?;
        Ok(Self {
            status,
            headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }

    /// Sends a request to the letter, on a connection that ends with the answer.
    pub(crate) async fn ask(address: &str, request: &str) -> Self {
        let answer = wire::ask(address, request).await;
        Self {
            status: answer.status.try_into().unwrap(),
            body: serde_json::from_slice(&answer.body).unwrap_or_default(),
            headers: answer.headers,
        }
    }

    #[track_caller]
    pub(crate) fn assert_ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// A problem with exactly these, and nothing that is not a problem's.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), &self.body["code"]),
            (status, &json!(code))
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.headers["cache-control"], "no-store");
        assert_eq!(self.body["status"], status);
        assert_eq!(
            self.body["requestId"],
            self.headers["x-request-id"].to_str().unwrap()
        );
        let members: Vec<_> = self.body.as_object().unwrap().keys().collect();
        assert_eq!(
            members,
            ["code", "requestId", "retryable", "status", "title"]
        );
    }

    /// The `Set-Cookie` lines.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines.map(|line| line.to_str().unwrap()).collect()
    }
}
