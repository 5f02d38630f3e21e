//! A site's server that receives webhooks.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::{
    net::TcpListener,
    sync::{Mutex as AsyncMutex, OwnedMutexGuard},
    task::JoinHandle,
};

use crate::harness::{TestApp, eventually};

/// A site's endpoint that answers as it was last set to.
pub(super) struct Receiver {
    url: String,
    state: Arc<Mutex<Received>>,
    serving: JoinHandle<()>,
}

struct Received {
    answer: (u16, Option<String>),
    /// Headers and bodies, in the order they came.
    messages: Vec<(HeaderMap, Bytes)>,
    /// Held while no answer may go out.
    answering: Arc<AsyncMutex<()>>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks/webkyc", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(Received {
            answer: (204, None),
            messages: Vec::new(),
            answering: Arc::default(),
        }));
        let router = Router::new()
            .route("/hooks/webkyc", post(receive))
            .with_state(state.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            state,
            serving,
        }
    }

    pub(super) fn answer(&self, status: u16, retry_after: Option<&str>) {
        self.state.lock().unwrap().answer = (status, retry_after.map(str::to_owned));
    }

    /// Answers no message until this is dropped.
    pub(super) async fn hold_answers(&self) -> OwnedMutexGuard<()> {
        let answering = self.state.lock().unwrap().answering.clone();
        answering.lock_owned().await
    }

    pub(super) fn count(&self) -> usize {
        self.state.lock().unwrap().messages.len()
    }

    /// Waits until so many messages came.
    pub(super) async fn wait_for(&self, count: usize) {
        eventually(&format!("{count} messages"), async || self.count() >= count).await;
        assert_eq!(self.count(), count);
    }

    /// Waits until the backend has sent so many messages and has written down what became of each:
    /// a clock that moves before that moves the next try as well.
    pub(super) async fn wait_for_tries(&self, app: &TestApp, count: usize) {
        self.wait_for(count).await;
        let written = async || outcomes(app) == count;
        eventually("the outcomes are written down", written).await;
        assert_eq!(self.count(), count);
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Checks the signature of a message.
    pub(super) fn assert_signed(&self, number: usize, secret: &str) {
        let (headers, _, body) = self.message(number);
        let signer = Webhook::new(secret).unwrap();
        signer.verify(&body, &headers).unwrap();
    }

    pub(super) fn message(&self, number: usize) -> (HeaderMap, Value, Bytes) {
        let (headers, body) = self.state.lock().unwrap().messages[number].clone();
        let json = serde_json::from_slice(&body).unwrap();
        (headers, json, body)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(
    State(state): State<Arc<Mutex<Received>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (answering, (status, value)) = {
        let mut state = state.lock().unwrap();
        state.messages.push((headers, body));
        (state.answering.clone(), state.answer.clone())
    };
    drop(answering.lock().await);
    let status = StatusCode::from_u16(status).unwrap();
    match value {
        Some(value) if status.is_redirection() => {
            (status, [(header::LOCATION, value)]).into_response()
        }
        Some(value) => (status, [(header::RETRY_AFTER, value)]).into_response(),
        None => status.into_response(),
    }
}

/// Of how many messages the backend has written down what became of them.
pub(super) fn outcomes(app: &TestApp) -> usize {
    let calls = ["reply of delivered", "reply of not_delivered"];
    calls.map(|call| app.store_faults.count(call)).iter().sum()
}
