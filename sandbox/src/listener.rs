//! Connections of every kind, made into one: plain ones, TLS on the same port, and TLS within a
//! tunnel that a client asked a proxy for.

use std::{io, net::SocketAddr, time::Duration};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// How long a client may take to its first byte, and then to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The first byte of a TLS connection (RFC 8446, section 5.1). No HTTP method begins with it.
const CLIENT_HELLO: u8 = 0x16;
/// Tunnels that wait for the listener; more are refused. It takes them up at once, and gives each
/// [`HANDSHAKE`].
const MOST_WAITING: usize = 64;

/// The bytes of one connection, through TLS or not.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    Plain,
    Tls,
}

impl Connected<IncomingStream<'_, Doorway>> for Arrival {
    fn connect_info(stream: IncomingStream<'_, Doorway>) -> Self {
        *stream.remote_addr()
    }
}

type Guest = (Box<dyn Stream>, Arrival);

/// Listens on one port.
pub(crate) struct Doorway {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    tunnels: mpsc::Receiver<OnUpgrade>,
    /// Connections that are not ready for a request yet. They end with the listener.
    arriving: JoinSet<Option<Guest>>,
}

/// Takes connections that a client asks to be led on through.
#[derive(Clone)]
pub(crate) struct Tunnels(mpsc::Sender<OnUpgrade>);

impl Tunnels {
    /// Whether there was room for one more.
    pub(crate) fn take_up(&self, tunnel: OnUpgrade) -> bool {
        self.0.try_send(tunnel).is_ok()
    }
}

impl Doorway {
    /// The tunnels lead to where TLS ends; without it, there are none.
    pub(crate) fn new(listener: TcpListener, tls: Option<TlsAcceptor>) -> (Self, Option<Tunnels>) {
        let (sender, tunnels) = mpsc::channel(MOST_WAITING);
        let ends_tls = tls.is_some();
        let doorway = Self {
            listener,
            tls,
            tunnels,
            arriving: JoinSet::new(),
        };
        (doorway, ends_tls.then_some(Tunnels(sender)))
    }
}

impl Listener for Doorway {
    type Io = Box<dyn Stream>;
    type Addr = Arrival;

    async fn accept(&mut self) -> Guest {
        loop {
            tokio::select! {
                // Waits a second when no file descriptors are left.
                (stream, _) = Listener::accept(&mut self.listener) => match &self.tls {
                    Some(tls) => {
                        self.arriving.spawn(arrive(stream, tls.clone()));
                    }
                    None => return (Box::new(stream), Arrival::Plain),
                },
                Some(tunnel) = self.tunnels.recv() => {
                    if let Some(tls) = &self.tls {
                        self.arriving.spawn(come_through(tunnel, tls.clone()));
                    }
                }
                // A pattern that took guests only would stop looking after a failed connection.
                Some(arrived) = self.arriving.join_next() => if let Ok(Some(guest)) = arrived {
                    return guest;
                },
            }
        }
    }

    fn local_addr(&self) -> io::Result<Arrival> {
        Ok(Arrival::Plain)
    }
}

/// Tells TLS from plain HTTP by the first byte.
async fn arrive(stream: TcpStream, tls: TlsAcceptor) -> Option<Guest> {
    let mut first = [0];
    timeout(HANDSHAKE, stream.peek(&mut first))
        .await
        .ok()?
        .ok()?;
    if first == [CLIENT_HELLO] {
        agree(stream, tls).await
    } else {
        Some((Box::new(stream), Arrival::Plain))
    }
}

async fn come_through(tunnel: OnUpgrade, tls: TlsAcceptor) -> Option<Guest> {
    let stream = timeout(HANDSHAKE, tunnel).await.ok()?.ok()?;
    agree(TokioIo::new(stream), tls).await
}

async fn agree(stream: impl Stream + 'static, tls: TlsAcceptor) -> Option<Guest> {
    let stream = timeout(HANDSHAKE, tls.accept(stream)).await.ok()?.ok()?;
    Some((Box::new(stream), Arrival::Tls))
}

/// The address that other programs of this machine reach it at.
pub(crate) fn url_of(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}
