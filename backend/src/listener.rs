//! The listener: HTTP/1.1 on a socket, with a limit on everything that a stranger can hold on to,
//! and an end in good order.
//!
//! TLS and HTTP/2 end at the web server in front.

mod framing;
mod header_timeout;
mod min_send_rate;
mod shutdown;

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::ConnectInfo,
    http::{HeaderValue, Request, header},
    response::Response,
    serve::Listener,
};
use bytes::Bytes;
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use ipnet::IpNet;
pub use shutdown::{Draining, Stop};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::sleep,
};
use tower::ServiceExt;
use tracing::warn;

use crate::{
    listener::{header_timeout::HeaderTimeout, min_send_rate::MinSendRate},
    middleware::client_ip::ClientIp,
    per_holder::PerHolder,
};

/// How much hyper reads ahead of a handler, and keeps for a client that is slow to read.
const BUFFER: usize = 64 << 10;

/// The kernel's share of the same. It grows to megabytes if we let it, and then says only at every
/// megabyte that the client reads on: too rarely to tell a slow client from one that stalls.
const SEND_BUFFER: usize = 128 << 10;

/// The limits of the connections of one listener.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// Connections at the same time. The kernel keeps further ones waiting.
    pub connections: usize,
    /// Connections of one address at the same time (IPv6: of one /64). Further ones are reset.
    pub connections_per_client: usize,
    /// Web servers in front, which may have all the connections: each speaks for many clients.
    pub proxies: Vec<IpNet>,
    /// Bytes of request line and headers; at most 64 KiB.
    pub header_bytes: usize,
    /// Headers of one request.
    pub header_count: usize,
    /// From the first byte of a request, or from the beginning of the connection, until its
    /// headers are complete.
    pub header_timeout: Duration,
    /// From an answer to the first byte of the next request.
    pub keepalive_timeout: Duration,
    /// Bytes per second that a client must read, in each [`Self::send_timeout`] in which we wait for it.
    /// The kernel reports progress in steps, so a client slightly below the rate may pass.
    pub min_send_rate: usize,
    /// How long we wait for a client that reads nothing.
    pub send_timeout: Duration,
    /// How long an answer is still prepared for a client that has closed its own half of the connection
    /// and reads nothing: it may wait for the answer, or be gone.
    pub half_close_timeout: Duration,
    /// How long new connections are still accepted after [`Stop::announce`].
    pub shutdown_delay: Duration,
    /// How long requests under way may last once the listener is closed.
    pub drain_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 2048,
            connections_per_client: 256,
            proxies: Vec::new(),
            header_bytes: 32 << 10,
            header_count: 64,
            header_timeout: Duration::from_secs(10),
            keepalive_timeout: Duration::from_secs(30),
            min_send_rate: 16 << 10,
            send_timeout: Duration::from_secs(10),
            half_close_timeout: Duration::from_secs(30),
            shutdown_delay: Duration::from_secs(5),
            drain_timeout: Duration::from_secs(30),
        }
    }
}

/// Serves `app` until [`Stop`] ends it, then waits for the requests under way. Returns the number of
/// connections that were cut because they outlasted [`ConnectionLimits::drain_timeout`].
///
/// Every request carries the client's [`ConnectInfo<SocketAddr>`].
pub async fn serve(
    mut listener: TcpListener,
    app: Router,
    limits: &ConnectionLimits,
    draining: Draining,
) -> usize {
    let room = Arc::new(Semaphore::new(limits.connections));
    let shares = PerHolder::new(limits.connections_per_client);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut is_refusal_told = false;
    let closing = draining.closing(limits.shutdown_delay);
    tokio::pin!(closing);
    loop {
        let accept = async {
            // Before the next connection is taken from the kernel, not after. Never closed.
            let permit = room.clone().acquire_owned().await;
            // Waits a second when there are no file descriptors left.
            (permit, Listener::accept(&mut listener).await)
        };
        let (permit, (stream, peer)) = tokio::select! {
            accepted = accept => accepted,
            () = &mut closing => break,
        };
        while connections.try_join_next().is_some() {}
        let is_proxy = limits
            .proxies
            .iter()
            .any(|it| it.contains(&peer.ip().to_canonical()));
        let share = if is_proxy {
            None
        } else {
            match shares.of(ClientIp::of(peer.ip())).try_acquire_owned() {
                Ok(share) => Some(share),
                Err(_) => {
                    if !is_refusal_told {
                        is_refusal_told = true;
                        warn!(
                            "an address has its share of the connections, and more are reset: \
                         WEBKYC_TRUSTED_PROXIES names those that speak for many"
                        );
                    }
                    reset(&stream);
                    continue;
                }
            }
        };
        let connection = connection(stream, peer, app.clone(), limits, draining.clone());
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            // What is wrong with a connection is its client's business, and nothing to log.
            let _: Result<(), hyper::Error> = connection.await;
            drop((permit, share));
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(limits.drain_timeout) => {}
        () = draining.at_once() => {}
    }
    while connections.try_join_next().is_some() {}
    let cut = connections.len();
    if cut > 0 {
        warn!(connections = cut, "stopped with connections still open");
    }
    cut
}

/// Makes the end of this connection a reset. The kernel lets go of what it still holds, and the client
/// sees an error, whatever its HTTP version says of the end of a connection.
fn reset(stream: &TcpStream) {
    // It fails on a socket that is gone, which is as good.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// What the parts that watch over one connection tell each other.
#[derive(Default)]
struct Traffic {
    received: AtomicU64,
    requests: AtomicU64,
    /// Requests whose answer was sent, or given up.
    answered: AtomicU64,
    /// An answer broke off after its head had been sent.
    is_aborted: AtomicBool,
}

/// One client's connection, from its first byte to its last.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    limits: &ConnectionLimits,
    draining: Draining,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + use<> {
    // Neither can fail on a socket that lives, and one that does not is found out soon.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
    let traffic = Arc::new(Traffic::default());
    let paced = MinSendRate::new(stream, limits, traffic.clone());
    let patience = HeaderTimeout::new(limits, traffic.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (app, draining, traffic) = (app.clone(), draining.clone(), traffic.clone());
        traffic.requests.fetch_add(1, Ordering::Relaxed);
        async move {
            // Also when hyper lets go of this future, because the client is gone.
            let answering = Answering(traffic);
            let mut response = answer(request, peer, app).await;
            if draining.is_draining() {
                // So that the client's next request goes to somebody who stays.
                close(&mut response);
            }
            Ok::<_, Infallible>(response.map(|body| Watched { body, answering }))
        }
    });
    http1::Builder::new()
        .timer(patience)
        // With this patience it is the time to the first byte; the rest is in `patience.rs`.
        .header_read_timeout(limits.keepalive_timeout)
        .max_header_size(limits.header_bytes)
        .max_headers(limits.header_count)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(paced), service)
}

async fn answer(mut request: Request<Incoming>, peer: SocketAddr, app: Router) -> Response {
    if let Some(refusal) = framing::refusal(&request) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = refusal;
        close(&mut response);
        return response;
    }
    request.extensions_mut().insert(ConnectInfo(peer));
    match app.oneshot(request.map(Body::new)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// A request under way, until its answer is over.
struct Answering(Arc<Traffic>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// The body of an answer. hyper ends the connection where it breaks off, and does not say why.
struct Watched {
    body: Body,
    answering: Answering,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(Some(Err(_)))) {
            let Answering(traffic) = &self.answering;
            traffic.is_aborted.store(true, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Makes hyper close the connection after this answer, and tells the client so.
fn close(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
}
