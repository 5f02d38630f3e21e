//! A client's server, on a free port.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::JoinHandle,
};

/// How long anything that will happen may take on a busy machine.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Message {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

#[derive(Clone, Copy)]
pub(crate) enum WebhookAnswer {
    Status(u16),
    /// To itself, so that a sender that follows it is caught.
    Redirect,
    Never,
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    messages: watch::Receiver<Vec<Message>>,
    serving: JoinHandle<()>,
}

struct Desk {
    messages: watch::Sender<Vec<Message>>,
    answers: Mutex<VecDeque<WebhookAnswer>>,
}

impl Receiver {
    /// Gives these answers one after another, and 200 from then on.
    pub(crate) async fn answering(answers: &[WebhookAnswer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::listening(listener, answers)
    }

    fn listening(listener: TcpListener, answers: &[WebhookAnswer]) -> Self {
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, messages) = watch::channel(Vec::new());
        let desk = Arc::new(Desk {
            messages: sender,
            answers: Mutex::new(answers.iter().copied().collect()),
        });
        let router = Router::new()
            .fallback(receive)
            .layer(DefaultBodyLimit::disable())
            .with_state(desk);
        let serving = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            messages,
            serving,
        }
    }

    /// The messages, once this many have come.
    pub(crate) async fn messages(&mut self, number: usize) -> Vec<Message> {
        let enough = self.messages.wait_for(|all| all.len() >= number);
        let there = tokio::time::timeout(MAX_WAIT, enough).await.unwrap();
        there.unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    desk.messages
        .send_modify(|all| all.push(Message { headers, body }));
    let answer = desk.answers.lock().unwrap().pop_front();
    match answer.unwrap_or(WebhookAnswer::Status(200)) {
        WebhookAnswer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        WebhookAnswer::Redirect => Redirect::temporary("/elsewhere").into_response(),
        WebhookAnswer::Never => std::future::pending().await,
    }
}

/// A port without a listener, which no other program can take.
pub(super) struct Closed {
    pub(super) url: String,
    socket: TcpSocket,
}

impl Closed {
    pub(super) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let url = format!("http://{}/hook", socket.local_addr().unwrap());
        Self { url, socket }
    }

    /// Begins to listen.
    pub(super) fn open(self) -> Receiver {
        Receiver::listening(self.socket.listen(16).unwrap(), &[])
    }
}
