//! The listener: HTTP/1.1 on a socket, with a limit on every resource that a client can hold, and a
//! graceful shutdown.
//!
//! The web server in front terminates TLS and HTTP/2.

mod framing;
mod header_timeout;
mod min_send_rate;
mod room;
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
    task::JoinSet,
    time::sleep,
};
use tower::ServiceExt;
use tracing::warn;

use crate::{
    listener::{
        header_timeout::HeaderTimeout,
        min_send_rate::MinSendRate,
        room::{Place, Room},
    },
    middleware::{client_ip::ClientIp, load_shed},
    per_holder::PerHolder,
};

/// Bytes that hyper reads ahead of a handler, and buffers for a slow reader.
const BUFFER: usize = 64 << 10;

/// Bytes of the kernel's send buffer. Unlimited, it grows to megabytes and then reports progress
/// only once per megabyte: too rarely to tell a slow client from a stalled one.
const SEND_BUFFER: usize = 128 << 10;

/// The limits of the connections of one listener.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// Concurrent connections.
    pub connections: usize,
    /// Connections beyond them. A probe of health is answered. Any other request gets the place of the
    /// connection that has been idle the longest, or is refused at once. Further connections wait in the
    /// kernel.
    pub probe_connections: usize,
    /// How long a connection must have been idle before its place may go to another: until then its client
    /// is likely to ask.
    pub min_idle: Duration,
    /// Concurrent connections of one address (IPv6: of one /64). Further ones are reset.
    pub connections_per_client: usize,
    /// Web servers in front, which may use all connections, because each serves many clients.
    pub proxies: Vec<IpNet>,
    /// Maximum bytes of request line and headers; at most 64 KiB.
    pub header_bytes: usize,
    /// Maximum number of headers in one request.
    pub header_count: usize,
    /// Time from the first byte of a request, or from the start of the connection, until its
    /// headers are complete.
    pub header_timeout: Duration,
    /// Time from an answer to the first byte of the next request.
    pub keepalive_timeout: Duration,
    /// Bytes per second that a client must read, measured over each [`Self::send_timeout`] in which
    /// we wait for it. The kernel reports progress in steps, so a client slightly below the rate
    /// may pass.
    pub min_send_rate: usize,
    /// How long we wait for a client that reads nothing.
    pub send_timeout: Duration,
    /// How long we keep preparing an answer for a client that has closed its half of the connection
    /// and reads nothing: it may be waiting for the answer, or gone.
    pub half_close_timeout: Duration,
    /// How long new connections are still accepted after [`Stop::announce`].
    pub shutdown_delay: Duration,
    /// How long requests under way may take after the listener is closed.
    pub drain_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 2048,
            probe_connections: 64,
            min_idle: Duration::from_secs(1),
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

/// Serves `app` until [`Stop`] ends it, then waits for the requests under way. Returns the number
/// of connections that were cut because they outlasted [`ConnectionLimits::drain_timeout`].
///
/// Every request carries the client's [`ConnectInfo<SocketAddr>`].
pub async fn serve(
    mut listener: TcpListener,
    app: Router,
    limits: &ConnectionLimits,
    draining: Draining,
) -> usize {
    let room = Room::new(limits);
    let shares = PerHolder::new(limits.connections_per_client);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut is_refusal_logged = false;
    let closing = draining.closing(limits.shutdown_delay);
    tokio::pin!(closing);
    loop {
        let accept = async {
            // Acquired before accepting the next connection, not after.
            let permit = room.may_open().await;
            // Waits a second when no file descriptors are left.
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
                    if !is_refusal_logged {
                        is_refusal_logged = true;
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
        let place = room.enter();
        let state = (room.clone(), place, draining.clone());
        let connection = connection(stream, peer, app.clone(), limits, state);
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            // A connection's errors are caused by its client, and are not logged.
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

/// How long a connection beyond the limit may take to send its request: probes send it at once.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// Makes this connection end with a reset. The kernel drops its buffers, and the client sees an
/// error in every HTTP version.
fn reset(stream: &TcpStream) {
    // A failure means that the socket is already gone.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// State shared by the parts that monitor one connection.
#[derive(Default)]
struct Traffic {
    received: AtomicU64,
    requests: AtomicU64,
    /// Requests whose answer was sent or abandoned.
    answered: AtomicU64,
    /// An answer broke off after its head had been sent.
    is_aborted: AtomicBool,
}

/// Serves one client's connection from its first byte to its last.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    limits: &ConnectionLimits,
    (room, place, draining): (Arc<Room>, Arc<Place>, Draining),
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + use<> {
    // Both calls fail only on a dead socket, which is detected soon after.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
    let traffic = Arc::new(Traffic::default());
    let paced = MinSendRate::new(stream, limits, traffic.clone());
    let header_timeout = if place.is_held() {
        limits.header_timeout
    } else {
        limits.header_timeout.min(PROBE_TIMEOUT)
    };
    let timer = HeaderTimeout::new(header_timeout, traffic.clone(), place.clone());
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (app, draining, traffic) = (app.clone(), draining.clone(), traffic.clone());
        let room = room.clone();
        traffic.requests.fetch_add(1, Ordering::Relaxed);
        let is_probe = load_shed::is_probe(&request);
        let has_place = if is_probe {
            place.is_held()
        } else {
            place.take()
        };
        if !has_place && !is_probe {
            request.extensions_mut().insert(load_shed::BeyondLimit);
        }
        async move {
            // Also runs when hyper drops this future because the client is gone.
            let answering = Answering(traffic);
            let mut response = answer(request, peer, app).await;
            // While we stop, so that the client sends its next request to another process.
            if !has_place || draining.is_draining() || room.is_wanted() {
                close(&mut response);
            }
            Ok::<_, Infallible>(response.map(|body| TrackedBody { body, answering }))
        }
    });
    http1::Builder::new()
        .timer(timer)
        // With our timer this is the time to the first byte; `header_timeout.rs` handles the rest.
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

/// A request under way, until its answer ends.
struct Answering(Arc<Traffic>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// The body of an answer. If it breaks off, hyper closes the connection without giving the reason.
struct TrackedBody {
    body: Body,
    answering: Answering,
}

impl HttpBody for TrackedBody {
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

/// Makes hyper announce the close of the connection and close it after this answer.
fn close(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
}
