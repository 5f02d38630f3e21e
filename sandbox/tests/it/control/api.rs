//! Calls to the control API, each held to the API's own description.

use reqwest::Method;
use serde_json::Value;

use super::contract::Contract;
use crate::harness::Stack;

/// The control API of one sandbox.
pub(super) struct Api<'a> {
    stack: &'a Stack,
    contract: Contract,
}

/// An answer of the control API.
pub(super) struct ApiAnswer {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl<'a> Api<'a> {
    pub(super) async fn of(stack: &'a Stack) -> Self {
        let document = stack.get("/_sandbox/api/openapi.json").await;
        let contract = Contract::read(&document.text().await.unwrap());
        Self { stack, contract }
    }

    #[track_caller]
    pub(super) fn get(&self, path: &str) -> impl Future<Output = ApiAnswer> {
        self.send(Method::GET, path, None)
    }

    #[track_caller]
    pub(super) fn post(&self, path: &str, body: Value) -> impl Future<Output = ApiAnswer> {
        self.send(Method::POST, path, Some(body))
    }

    #[track_caller]
    pub(super) fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> impl Future<Output = ApiAnswer> {
        let caller = std::panic::Location::caller();
        let path = format!("/_sandbox/api/{path}");
        async move {
            let request = self
                .stack
                .http
                .request(method.clone(), self.stack.at(&path));
            let request = match &body {
                Some(body) => request.json(body),
                None => request,
            };
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let text = response.text().await.unwrap();
            let body = match text.as_str() {
                "" => Value::Null,
                text => serde_json::from_str(text).unwrap(),
            };
            let path = path.split('?').next().unwrap();
            if let Err(wrong) = self.contract.check(method.as_str(), path, status, &body) {
                panic!("{caller}: {method} {path}: {wrong}");
            }
            ApiAnswer { status, body }
        }
    }
}

impl ApiAnswer {
    #[track_caller]
    pub(super) fn ok(self) -> Value {
        assert!(self.status < 300, "{} {}", self.status, self.body);
        self.body
    }

    /// The text of a refusal.
    #[track_caller]
    pub(super) fn refused(self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.body["errorCode"], code);
        self.body["errorMessage"].as_str().unwrap().to_owned()
    }
}
