//! A verifier that is played: it gives the answers that a test sets, also while it runs.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    extract::Path,
    http::{StatusCode, Uri, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{delete, post},
};
use tokio::{
    sync::{Notify, watch},
    task::AbortHandle,
    time::timeout,
};

use super::*;

/// Clones share what they answer.
#[derive(Clone)]
pub(super) struct Played {
    answers: Arc<Mutex<HashMap<&'static str, (u16, String)>>>,
    held: Arc<Mutex<HashMap<&'static str, Arc<Held>>>>,
    /// How many challenges have begun: their ids are `c1`, `c2` and so on.
    begun: Arc<AtomicUsize>,
    /// The challenges that it was told to forget.
    forgotten: watch::Sender<Vec<String>>,
    pub(super) address: String,
    serving: Option<AbortHandle>,
}

/// A call whose answer waits.
#[derive(Default)]
pub(super) struct Held {
    pub(super) arrived: Notify,
    pub(super) goes_on: Notify,
}

/// Stands for the id of a challenge.
const ID: &str = "THEID";

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
            ("challenges", 201, json!({ "id": ID, "prompt": "left" })),
            ("frames", 200, passed),
            ("match", 200, likeness(0.62)),
        ];
        let answers = answers.map(|(call, status, body)| (call, (status, body.to_string())));
        Self {
            answers: Arc::new(Mutex::new(answers.into())),
            held: Arc::default(),
            begun: Arc::default(),
            forgotten: watch::Sender::default(),
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
        let forgotten = self.forgotten.clone();
        let forget = async move |Path(id): Path<String>| {
            forgotten.send_modify(|all| all.push(id));
            StatusCode::NO_CONTENT
        };
        Router::new()
            .route("/challenges", post(answer.clone()))
            .route("/challenges/{id}", delete(forget))
            .route("/challenges/{id}/frames", post(answer.clone()))
            .route("/challenges/{id}/match", post(answer))
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

    /// Waits until it was told to forget these challenges, in this order, and no other.
    pub(super) async fn forgets(&self, ids: &[&str]) {
        let mut forgotten = self.forgotten.subscribe();
        let all = forgotten.wait_for(|all| all.len() >= ids.len());
        let all = timeout(Duration::from_secs(10), all).await;
        assert_eq!(*all.expect("it is told to forget").unwrap(), ids);
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
        let mut body = body;
        if call == "challenges" {
            let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            body = body.replace(ID, &format!("c{number}"));
        }
        let status = StatusCode::from_u16(status).unwrap();
        (status, [(CONTENT_TYPE, "application/json")], body).into_response()
    }
}
