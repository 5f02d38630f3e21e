//! HTTP below the calls: connections to one of Authenteq's hosts, and their failures.
//!
//! Built with hyper-util and not with reqwest, which lets a connection's read buffer grow to 400 KiB:
//! fifty exports at a time took a third more memory.

use std::{
    error, io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Response, Uri,
    body::Incoming,
    header::{self, HeaderName, HeaderValue},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::{
    client::legacy::{
        self,
        connect::{HttpConnector, dns::GaiResolver},
    },
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use rustls::{ClientConfig, crypto::aws_lc_rs};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::{net::TcpStream, time::error::Elapsed};
use tower::{
    Service, ServiceExt,
    retry::budget::{Budget, TpsBudget},
    util::MapErr,
};
use url::Url;
use uuid::Uuid;

use super::{Call, CallLimits, Error, Step};

const USER_AGENT: &str = concat!("webkyc/", env!("CARGO_PKG_VERSION"));
/// Bytes that a connection reads at once; the head of an answer must fit.
const BUFFER: usize = 64 << 10;
/// Connections idle for longer are closed.
const IDLE: Duration = Duration::from_secs(90);
/// As usual for clients: a peer that vanished is noticed within a minute.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Connections to one host, pooled or not. It follows no redirects and ignores proxies from the
/// environment.
#[derive(Clone)]
pub(super) struct Http {
    connections: legacy::Client<Connector, Full<Bytes>>,
    /// At most a tenth more calls.
    retries: Option<Arc<TpsBudget>>,
}

impl Http {
    /// With pooled connections. A call is tried once more if the connection failed before the head
    /// of an answer: the server may have closed that connection while it was idle.
    pub(super) fn repeating(limits: &CallLimits) -> Result<Self, rustls::Error> {
        let budget = TpsBudget::new(Duration::from_secs(10), 10, 0.1);
        Ok(Self {
            connections: connections(usize::MAX, limits)?,
            retries: Some(Arc::new(budget)),
        })
    }

    /// For calls that spend a code. No second try, and no idle connections: if the server has just
    /// closed one, it stays unknown whether the code was spent.
    pub(super) fn single_shot(limits: &CallLimits) -> Result<Self, rustls::Error> {
        Ok(Self {
            connections: connections(0, limits)?,
            retries: None,
        })
    }

    pub(super) async fn send(
        &self,
        call: Call,
        request: RequestBuilder,
    ) -> Result<Response<Incoming>, Error> {
        let request = request.build()?;
        let Some(retries) = &self.retries else {
            return self.connections.request(request).await.map_err(of(call));
        };
        let again = request.clone();
        match self.connections.request(request).await {
            Err(error) if is_lost_connection(&error) && retries.withdraw() => {
                self.connections.request(again).await.map_err(of(call))
            }
            answer => {
                retries.deposit();
                answer.map_err(of(call))
            }
        }
    }
}

fn connections(
    idle: usize,
    limits: &CallLimits,
) -> Result<legacy::Client<Connector, Full<Bytes>>, rustls::Error> {
    let mut http = HttpConnector::new_with_resolver(GaiResolver::new().map_err(NoAddress as _));
    http.enforce_http(false);
    http.set_nodelay(true);
    // Shared among the host's addresses: one that does not answer leaves time for the next.
    http.set_connect_timeout(Some(limits.connect));
    http.set_keepalive(Some(KEEPALIVE));
    http.set_keepalive_interval(Some(KEEPALIVE));
    http.set_keepalive_retries(Some(3));
    let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let tls = tls.with_safe_default_protocol_versions()?;
    let tls = tls.with_platform_verifier()?.with_no_client_auth();
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(http);
    let connector = Connector {
        https,
        timeout: limits.connect,
    };
    Ok(legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(idle)
        .retry_canceled_requests(idle > 0)
        .http1_max_buf_size(BUFFER)
        .build(connector))
}

type Resolver = MapErr<GaiResolver, fn(io::Error) -> NoAddress>;
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type BoxError = Box<dyn error::Error + Send + Sync>;

/// Opens connections, each within a time limit.
#[derive(Clone)]
struct Connector {
    https: HttpsConnector<HttpConnector<Resolver>>,
    timeout: Duration,
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.timeout, self.https.clone().oneshot(to));
        Box::pin(async { connecting.await? })
    }
}

/// The host's name has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address")]
struct NoAddress(#[source] io::Error);

/// A request to be sent.
pub(super) struct RequestBuilder {
    request: hyper::http::request::Builder,
    body: Bytes,
}

impl RequestBuilder {
    pub(super) fn get(url: &Url) -> Self {
        Self::new(Request::get(url.as_str()))
    }

    pub(super) fn post(url: &Url) -> Self {
        Self::new(Request::post(url.as_str()))
    }

    fn new(request: hyper::http::request::Builder) -> Self {
        Self {
            request: request
                .header(header::USER_AGENT, USER_AGENT)
                .header(header::ACCEPT_ENCODING, "identity"),
            body: Bytes::new(),
        }
    }

    pub(super) fn header<V>(self, name: impl Into<HeaderName>, value: V) -> Self
    where
        HeaderValue: TryFrom<V>,
        <HeaderValue as TryFrom<V>>::Error: Into<hyper::http::Error>,
    {
        Self {
            request: self.request.header(name.into(), value),
            ..self
        }
    }

    /// `Authorization: Bearer`.
    pub(super) fn bearer_auth(self, token: &str) -> Self {
        self.header(header::AUTHORIZATION, format!("Bearer {token}"))
    }

    /// `Authorization: Basic` (RFC 7617).
    pub(super) fn basic_auth(self, user: &str, password: &str) -> Self {
        let pair = BASE64_STANDARD.encode(format!("{user}:{password}"));
        self.header(header::AUTHORIZATION, format!("Basic {pair}"))
    }

    /// `multipart/form-data` (RFC 7578), for fields whose names need no escaping.
    pub(super) fn form(self, fields: &[(&str, &str)]) -> Self {
        // No value contains a boundary that is made after it.
        let boundary = Uuid::new_v4().simple();
        let mut body = String::new();
        for (name, value) in fields {
            body.push_str(&format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&format!("--{boundary}--\r\n"));
        let media_type = format!("multipart/form-data; boundary={boundary}");
        Self {
            body: body.into(),
            ..self.header(header::CONTENT_TYPE, media_type)
        }
    }

    fn build(self) -> Result<Request<Full<Bytes>>, Error> {
        let request = self.request.body(Full::new(self.body));
        request.map_err(|error| Error::Unreachable {
            step: Step::Connect,
            source: Arc::new(error),
        })
    }
}

/// Whether the connection was lost, as opposed to a timeout, a rejected certificate or a malformed
/// answer.
fn is_lost_connection(error: &legacy::Error) -> bool {
    let is_connect = error.is_connect() && !is_caused_by::<rustls::Error>(error, |_| true);
    let is_closed = is_caused_by(error, hyper::Error::is_incomplete_message)
        || is_caused_by(error, |error: &io::Error| {
            use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
            [BrokenPipe, ConnectionAborted, ConnectionReset].contains(&error.kind())
        });
    !is_timeout(error) && (is_connect || is_closed)
}

fn is_timeout(error: &(dyn error::Error + 'static)) -> bool {
    is_caused_by::<Elapsed>(error, |_| true)
        || is_caused_by(error, |error: &io::Error| {
            error.kind() == io::ErrorKind::TimedOut
        })
}

/// The error of a call whose answer did not begin.
fn of(call: Call) -> impl FnOnce(legacy::Error) -> Error {
    move |error| {
        if !error.is_connect() {
            return broken(call, error);
        }
        let step = if is_caused_by::<NoAddress>(&error, |_| true) {
            Step::Dns
        } else if is_caused_by::<rustls::Error>(&error, |_| true) {
            Step::Tls
        } else {
            Step::Connect
        };
        let source = Arc::new(error);
        Error::Unreachable { step, source }
    }
}

/// The error of a call that failed after the connection was made.
pub(super) fn broken(call: Call, error: impl error::Error + Send + Sync + 'static) -> Error {
    if is_timeout(&error) {
        return Error::Timeout { call };
    }
    let source = Arc::new(error);
    Error::Broken { call, source }
}

/// Whether the chain of causes contains such an error; `io::Error` hides its inner error from
/// `source`.
fn is_caused_by<E: error::Error + 'static>(
    error: &(dyn error::Error + 'static),
    is_meant: impl Fn(&E) -> bool,
) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<E>().is_some_and(&is_meant) {
            return true;
        }
        let hidden = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        cause = match hidden {
            Some(hidden) => Some(hidden),
            None => error.source(),
        };
    }
    false
}
