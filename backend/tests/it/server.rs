//! The listener, over raw sockets: clients that are slow, silent, many, greedy or gone.

mod framing;
mod many_clients;
mod shutdown;
mod slow_readers;
mod unfinished_requests;

use std::{
    future::pending,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Request, State},
    response::IntoResponse,
    routing::{get, post},
};
use futures_util::{StreamExt, stream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use webkyc_backend::listener::{ConnectionLimits, Stop, serve};

/// The longest wait for an end, long enough for slow machines.
const DEADLINE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

/// The size of the largest answers.
const BIG: usize = 16 << 20;

const HELLO: &str = "GET /hello HTTP/1.1\r\nHost: kyc.example\r\n\r\n";

/// Limits that no test reaches.
fn patient() -> ConnectionLimits {
    let never = Duration::from_secs(600);
    ConnectionLimits {
        min_idle: never,
        header_timeout: never,
        keepalive_timeout: never,
        send_timeout: never,
        half_close_timeout: Duration::ZERO,
        shutdown_delay: never,
        drain_timeout: never,
        ..ConnectionLimits::default()
    }
}

/// The requests that reached a handler.
#[derive(Clone, Default)]
struct Seen {
    paths: Arc<Mutex<Vec<String>>>,
    /// Handlers and bodies that are under way.
    under_way: Arc<AtomicUsize>,
}

struct UnderWay(Arc<AtomicUsize>);

impl Seen {
    fn begin(&self) -> UnderWay {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        UnderWay(self.under_way.clone())
    }

    fn under_way(&self) -> usize {
        self.under_way.load(Ordering::SeqCst)
    }

    fn count(&self, path: &str) -> usize {
        let paths = self.paths.lock().unwrap();
        paths.iter().filter(|seen| *seen == path).count()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn app(seen: Seen) -> Router {
    let note = seen.clone();
    Router::new()
        .route("/hello", get(async || "hello\n"))
        .route(
            "/peer",
            get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()),
        )
        .route("/refuses", post(async || "no\n"))
        .route("/reads", post(async |body: Bytes| body.len().to_string()))
        .route("/never", get(never).post(read_and_never))
        .route("/big", get(big))
        .route("/later", get(later))
        .route("/broken", get(broken))
        .fallback(read_soon)
        .layer(axum::middleware::map_request(move |request: Request| {
            let path = request.uri().path().to_owned();
            note.paths.lock().unwrap().push(path);
            async { request }
        }))
        .with_state(seen)
}

/// A handler that reads the body and never answers.
async fn read_and_never(state: State<Seen>, _: Bytes) {
    never(state).await;
}

async fn never(State(seen): State<Seen>) {
    let _under_way = seen.begin();
    pending().await
}

/// An answer that hyper has to wait for.
async fn later() -> &'static str {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    "later\n"
}

/// A body without a length that breaks off in the middle.
async fn broken() -> Body {
    let pieces = [
        Ok(Bytes::from_static(b"half")),
        Err(std::io::Error::other("broken")),
    ];
    Body::from_stream(stream::iter(pieces))
}

async fn big(State(seen): State<Seen>) -> impl IntoResponse {
    let under_way = seen.begin();
    let chunk = Bytes::from(vec![b'.'; 1 << 20]);
    Body::from_stream(stream::iter(0..BIG >> 20).map(move |_| {
        let _ = &under_way;
        Ok::<_, std::io::Error>(chunk.clone())
    }))
}

/// Reads the body, for a while.
async fn read_soon(request: Request) -> impl IntoResponse {
    let body = axum::body::to_bytes(request.into_body(), 1 << 20);
    match timeout(SHORT, body).await {
        Ok(Ok(body)) => body.len().to_string().into_response(),
        Ok(Err(_)) => axum::http::StatusCode::BAD_REQUEST.into_response(),
        Err(_) => axum::http::StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// A listener on a free port.
struct Listening {
    address: SocketAddr,
    seen: Seen,
    stop: Stop,
    serving: JoinHandle<usize>,
}

async fn listen(limits: ConnectionLimits) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (seen, stop) = (Seen::default(), Stop::new());
    let (app, draining) = (app(seen.clone()), stop.draining());
    let serving = tokio::spawn(async move { serve(listener, app, &limits, draining).await });
    Listening {
        address,
        seen,
        stop,
        serving,
    }
}

impl Listening {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Connects and sends this.
    async fn send(&self, bytes: impl AsRef<[u8]>) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.unwrap();
        stream
    }

    /// Waits until no request is under way.
    #[track_caller]
    fn all_end(&self) -> impl Future<Output = ()> {
        self.until(|seen| seen.under_way() == 0)
    }

    #[track_caller]
    fn until(&self, is_so: impl Fn(&Seen) -> bool) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let wait = async {
                while !is_so(&self.seen) {
                    tokio::task::yield_now().await;
                }
            };
            let waited = timeout(DEADLINE, wait).await;
            assert!(waited.is_ok(), "never so: {caller}");
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Asks for `/hello` on this connection and reads the whole answer.
async fn is_served(stream: &mut TcpStream) -> bool {
    stream.write_all(HELLO.as_bytes()).await.is_ok()
        && read_answer(stream).await.ends_with("\r\n\r\nhello\n")
}

/// Reads one answer by its `Content-Length`, or the part of it that came before an early end.
async fn read_answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = async {
        loop {
            let text = String::from_utf8_lossy(&answer).to_ascii_lowercase();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.split_once("content-length: ");
                let length = length.map_or("0", |(_, rest)| rest.lines().next().unwrap());
                if body.len() >= length.parse().unwrap() {
                    break;
                }
            }
            match stream.read_u8().await {
                Ok(byte) => answer.push(byte),
                Err(_) => break,
            }
        }
    };
    timeout(DEADLINE, read).await.expect("an answer in time");
    String::from_utf8(answer).unwrap()
}

/// Reads until the other side ends the connection.
#[track_caller]
fn read_to_end(stream: &mut TcpStream) -> impl Future<Output = String> {
    let caller = std::panic::Location::caller();
    async move {
        let mut all = Vec::new();
        // A reset is an end as well.
        let ended = timeout(DEADLINE, stream.read_to_end(&mut all)).await;
        assert!(ended.is_ok(), "still open: {caller}");
        String::from_utf8(all).unwrap()
    }
}

/// The status of an answer, 0 without an answer.
fn status(answer: &str) -> u16 {
    let status = answer.strip_prefix("HTTP/1.");
    status.map_or(0, |rest| rest[2..5].parse().unwrap())
}
