//! A proxy that breaks one call in one way at one moment.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use socket2::{Domain, SockRef, Socket, Type};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, sink},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// A way to break a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The rest comes a little later.
    Latency,
    /// The connection ends, and new ones are refused.
    Down,
    /// The rest comes byte by byte.
    Bandwidth,
    /// The rest is lost, and the connection takes its time to end.
    SlowClose,
    /// The rest never comes, nor an end.
    Silence,
    /// The connection is reset (RST).
    Reset,
    /// The rest comes in tiny pieces.
    Slicer,
    /// The connection ends (FIN).
    Cut,
}

/// A moment of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has been passed on.
    Connecting,
    /// The answer has got to the middle of its first lines.
    Headers,
    /// It has got to the end of its headers.
    BodyStart,
    /// Half of the body has come.
    MidBody,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 8] = [
        Self::Latency,
        Self::Down,
        Self::Bandwidth,
        Self::SlowClose,
        Self::Silence,
        Self::Reset,
        Self::Slicer,
        Self::Cut,
    ];

    /// Whether the rest of the answer comes in the end.
    pub fn passes_on(self) -> bool {
        matches!(self, Self::Latency | Self::Bandwidth | Self::Slicer)
    }
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 4] = [
        Self::Connecting,
        Self::Headers,
        Self::BodyStart,
        Self::MidBody,
    ];

    /// How much of an answer has come by then.
    fn point(self, answer: &[u8]) -> usize {
        let head = answer.windows(4).position(|at| at == b"\r\n\r\n");
        let head = head.map_or(answer.len(), |at| at + 4);
        match self {
            Self::Connecting => 0,
            Self::Headers => head / 2,
            Self::BodyStart => head,
            Self::MidBody => head + (answer.len() - head) / 2,
        }
    }
}

const LATE: Duration = Duration::from_millis(100);
const BETWEEN_BYTES: Duration = Duration::from_millis(20);

/// Passes on one call per connection. Its server closes each after the answer.
pub struct FaultProxy(Arc<FaultState>);

struct FaultState {
    address: SocketAddr,
    target: SocketAddr,
    fault: Mutex<Option<(Fault, Phase)>>,
    accepting: Mutex<Option<JoinHandle<()>>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    forwarded: AtomicUsize,
    /// Reserves the port while the proxy does not listen.
    _port: Socket,
}

impl FaultProxy {
    /// Stands before this address, without a fault.
    pub async fn start(target: SocketAddr) -> Self {
        let port = bound("127.0.0.1:0".parse().unwrap());
        let state = Arc::new(FaultState {
            address: port.local_addr().unwrap().as_socket().unwrap(),
            target,
            fault: Mutex::default(),
            accepting: Mutex::default(),
            connections: AtomicUsize::default(),
            open: AtomicUsize::default(),
            forwarded: AtomicUsize::default(),
            _port: port,
        });
        let proxy = Self(state);
        proxy.arm(None).await;
        proxy
    }

    /// `http://ADDRESS:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Breaks all later connections like this, or none.
    pub async fn arm(&self, fault: Option<(Fault, Phase)>) {
        *self.0.fault.lock().unwrap() = fault;
        if fault == Some((Fault::Down, Phase::Connecting)) {
            self.0.go_down().await;
        } else if self.0.accepting.lock().unwrap().is_none() {
            let socket = bound(self.0.address);
            socket.listen(128).unwrap();
            let listener = TcpListener::from_std(socket.into()).unwrap();
            let accepting = tokio::spawn(accept(self.0.clone(), listener));
            *self.0.accepting.lock().unwrap() = Some(accepting);
        }
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.0.connections.load(Ordering::SeqCst)
    }

    /// Connections that have not ended.
    pub fn open(&self) -> usize {
        self.0.open.load(Ordering::SeqCst)
    }

    /// Requests that have been passed on.
    pub fn forwarded(&self) -> usize {
        self.0.forwarded.load(Ordering::SeqCst)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        if let Some(accepting) = self.0.accepting.lock().unwrap().take() {
            accepting.abort();
        }
    }
}

fn bound(address: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    // Two sockets may have the port, as long as one of them only keeps it.
    socket.set_reuse_address(true).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket.bind(&address.into()).unwrap();
    socket
}

async fn accept(state: Arc<FaultState>, listener: TcpListener) {
    while let Ok((client, _)) = listener.accept().await {
        client.set_nodelay(true).unwrap();
        state.connections.fetch_add(1, Ordering::SeqCst);
        state.open.fetch_add(1, Ordering::SeqCst);
        let state = state.clone();
        tokio::spawn(async move {
            // An error is a client that gave up, as a fault intends.
            let _: std::io::Result<()> = state.pass(client).await;
            state.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

impl FaultState {
    async fn go_down(&self) {
        let accepting = self.accepting.lock().unwrap().take();
        if let Some(accepting) = accepting {
            accepting.abort();
            // The listener is closed once this has ended.
            let _ = accepting.await;
        }
    }

    async fn pass(&self, mut client: TcpStream) -> std::io::Result<()> {
        let fault = *self.fault.lock().unwrap();
        if let Some((fault, Phase::Connecting)) = fault
            && !fault.passes_on()
        {
            return self.strike(fault, client, &[]).await;
        }
        let mut answer = Vec::new();
        let mut server = TcpStream::connect(self.target).await?;
        self.forwarded.fetch_add(1, Ordering::SeqCst);
        let (mut from_server, mut to_server) = server.split();
        let (mut from_client, _) = client.split();
        tokio::select! {
            hung_up = copy(&mut from_client, &mut to_server) => return hung_up.map(drop),
            read = from_server.read_to_end(&mut answer) => read?,
        };
        let Some((fault, phase)) = fault else {
            client.write_all(&answer).await?;
            return end(client).await;
        };
        let (before, after) = answer.split_at(phase.point(&answer));
        client.write_all(before).await?;
        self.strike(fault, client, after).await
    }

    async fn strike(
        &self,
        fault: Fault,
        mut client: TcpStream,
        rest: &[u8],
    ) -> std::io::Result<()> {
        match fault {
            Fault::Latency => {
                sleep(LATE).await;
                client.write_all(rest).await?;
            }
            Fault::Slicer => {
                let (mut rest, mut size) = (rest, 0);
                while !rest.is_empty() {
                    size += 1;
                    let (piece, others) = rest.split_at(size.min(rest.len()));
                    client.write_all(piece).await?;
                    tokio::task::yield_now().await;
                    rest = others;
                }
            }
            Fault::Bandwidth => {
                for byte in rest {
                    client.write_all(&[*byte]).await?;
                    sleep(BETWEEN_BYTES).await;
                }
            }
            Fault::Down => self.go_down().await,
            Fault::SlowClose => sleep(LATE).await,
            Fault::Silence => return copy(&mut client, &mut sink()).await.map(drop),
            Fault::Reset => return SockRef::from(&client).set_linger(Some(Duration::ZERO)),
            Fault::Cut => {}
        }
        end(client).await
    }
}

/// Sends the end and reads until the other side ends: with unread bytes, closing would reset the connection.
async fn end(mut client: TcpStream) -> std::io::Result<()> {
    client.shutdown().await?;
    copy(&mut client, &mut sink()).await.map(drop)
}
