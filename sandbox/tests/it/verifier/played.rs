//! A verifier that is played: it gives the answers that a test sets, also while it runs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    body::Body,
    http::{StatusCode, Uri, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{delete, post},
};
use tokio::{
    sync::{Notify, Semaphore},
    task::AbortHandle,
    time::timeout,
};

use super::*;

/// Clones share what they answer.
#[derive(Clone)]
pub(super) struct Played {
    answers: Arc<Mutex<HashMap<&'static str, (u16, String)>>>,
    held: Arc<Mutex<HashMap<&'static str, Arc<Held>>>>,
    /// A permit for each challenge that it has forgotten.
    forgotten: Arc<Semaphore>,
    pub(super) address: String,
    serving: Option<AbortHandle>,
}

/// A call whose answer waits.
#[derive(Default)]
pub(super) struct Held {
    pub(super) arrived: Notify,
    pub(super) goes_on: Notify,
}

/// The answer of a call that breaks off.
pub(super) const BREAKS_OFF: u16 = 599;

impl Default for Played {
    /// Every challenge passes with its first frame, and the faces are alike.
    fn default() -> Self {
        let passed = json!({
            "state": "passed",
            "picture": STANDARD.encode(plain(RED, ImageFormat::Jpeg)),
        });
        let answers = [
            ("challenges", 201, json!({ "id": "c1", "prompt": "left" })),
            ("frames", 200, passed),
            ("match", 200, likeness(0.62)),
        ];
        let answers = answers.map(|(call, status, body)| (call, (status, body.to_string())));
        Self {
            answers: Arc::new(Mutex::new(answers.into())),
            held: Arc::default(),
            forgotten: Arc::new(Semaphore::new(0)),
            address: String::new(),
            serving: None,
        }
    }
}

pub(super) fn likeness(similarity: f32) -> Value {
    json!({ "similarity": similarity, "threshold": 0.4, "same": similarity >= 0.4 })
}

impl Played {
    pub(super) async fn start() -> Self {
        let mut played = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        played.address = format!("http://{}", listener.local_addr().unwrap());
        let answer = played.clone();
        let documents = post(async move || answer.say("documents").await);
        let router = played.router().route("/documents", documents);
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        played.serving = Some(serving.abort_handle());
        played
    }

    /// All calls but that for documents.
    pub(super) fn router(&self) -> Router {
        let played = self.clone();
        let answer = async move |uri: Uri| {
            let call = uri.path().rsplit('/').next().unwrap();
            played.say(call).await
        };
        let forgotten = Arc::clone(&self.forgotten);
        let forget = async move || {
            forgotten.add_permits(1);
            StatusCode::NO_CONTENT
        };
        Router::new()
            .route("/challenges", post(answer.clone()))
            .route("/challenges/c1", delete(forget))
            .route("/challenges/c1/frames", post(answer.clone()))
            .route("/challenges/c1/match", post(answer))
    }

    /// From now on.
    pub(super) fn answer(&self, call: &'static str, status: u16, body: impl ToString) {
        let mut answers = self.answers.lock().unwrap();
        answers.insert(call, (status, body.to_string()));
    }

    /// The next call of this kind gets the present answer, and gets it late.
    pub(super) fn hold(&self, call: &'static str) -> Arc<Held> {
        let held = Arc::<Held>::default();
        self.held.lock().unwrap().insert(call, Arc::clone(&held));
        held
    }

    /// Waits until it has forgotten one more challenge.
    pub(super) async fn forgets(&self) {
        let forgotten = self.forgotten.acquire();
        let in_time = timeout(Duration::from_secs(10), forgotten).await;
        in_time
            .expect("the challenge is forgotten")
            .unwrap()
            .forget();
    }

    /// Whether it knows all challenges that began since [`Self::forgets`].
    pub(super) fn knows_all(&self) -> bool {
        self.forgotten.available_permits() == 0
    }

    /// As if it was killed.
    pub(super) async fn end(&self) {
        self.serving.as_ref().unwrap().abort();
        tokio::task::yield_now().await;
    }

    async fn say(&self, call: &str) -> Response {
        let (status, body) = self.answers.lock().unwrap()[call].clone();
        let held = self.held.lock().unwrap().remove(call);
        if let Some(held) = held {
            held.arrived.notify_one();
            held.goes_on.notified().await;
        }
        if status == BREAKS_OFF {
            let broken = futures_util::stream::iter([Err::<String, _>("on purpose")]);
            return Body::from_stream(broken).into_response();
        }
        let status = StatusCode::from_u16(status).unwrap();
        (status, [(CONTENT_TYPE, "application/json")], body).into_response()
    }
}
