//! A proxy that strikes at one byte of one call: once it has passed the byte on, it runs a function, such
//! as one that kills a program, and drops the connection.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};

use crate::TIMEOUT;

/// A message of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From the caller.
    Request,
    /// From the called.
    Answer,
}

/// A byte of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Byte {
    /// The first.
    First,
    /// The one in the middle of the body.
    Middle,
    /// The last of the body.
    Last,
}

/// The byte at which the proxy strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// How the request begins, such as `POST /api/exchange`.
    pub call: &'static str,
    /// Of the request or of its answer.
    pub side: Side,
    /// Which.
    pub byte: Byte,
}

type Strike = Box<dyn FnOnce() + Send>;

/// Listens until it is dropped.
pub struct TrapProxy {
    address: SocketAddr,
    state: Arc<TrapState>,
    accepting: JoinHandle<()>,
}

struct TrapState {
    target: Mutex<Option<SocketAddr>>,
    trap: Mutex<Option<(Moment, Strike)>>,
    struck: watch::Sender<bool>,
}

impl TrapProxy {
    /// Takes a free port. Calls before [`Self::pass_to`] are hung up.
    pub async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(TrapState {
            target: Mutex::default(),
            trap: Mutex::default(),
            struck: watch::Sender::new(false),
        });
        let accepted = state.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let state = accepted.clone();
                tokio::spawn(async move {
                    // An error is one side that has gone, as a strike intends.
                    let _: io::Result<()> = state.pass(caller).await;
                });
            }
        });
        Self {
            address,
            state,
            accepting,
        }
    }

    /// `http://ADDRESS:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, passes calls to `http://ADDRESS:PORT`.
    #[track_caller]
    pub fn pass_to(&self, url: &str) {
        let address = url.strip_prefix("http://").unwrap().parse().unwrap();
        *self.state.target.lock().unwrap() = Some(address);
    }

    /// Strikes once, at this moment.
    pub fn arm(&self, moment: Moment, strike: impl FnOnce() + Send + 'static) {
        self.state.struck.send_replace(false);
        *self.state.trap.lock().unwrap() = Some((moment, Box::new(strike)));
    }

    /// Strikes no more.
    pub fn disarm(&self) {
        *self.state.trap.lock().unwrap() = None;
    }

    /// Waits until it has struck.
    #[track_caller]
    pub fn struck(&self) -> impl Future<Output = ()> {
        let mut struck = self.state.struck.subscribe();
        let waiting_for = self.state.trap.lock().unwrap().as_ref().map(|trap| trap.0);
        async move {
            let is_so = timeout(TIMEOUT, struck.wait_for(|struck| *struck)).await;
            assert!(is_so.is_ok(), "never came to {waiting_for:?}");
        }
    }
}

impl Drop for TrapProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl TrapState {
    async fn pass(&self, mut caller: TcpStream) -> io::Result<()> {
        let target = *self.target.lock().unwrap();
        let mut called = TcpStream::connect(target.ok_or(io::ErrorKind::NotConnected)?).await?;
        caller.set_nodelay(true)?;
        called.set_nodelay(true)?;
        let (mut from_caller, mut to_caller) = caller.split();
        let (mut from_called, mut to_called) = called.split();
        let (mut request, mut answer) = (Vec::new(), Vec::new());
        let (mut up, mut down) = (vec![0; 64 << 10], vec![0; 64 << 10]);
        loop {
            let (side, read) = tokio::select! {
                read = from_caller.read(&mut up) => (Side::Request, read?),
                read = from_called.read(&mut down) => (Side::Answer, read?),
            };
            if read == 0 {
                return Ok(());
            }
            let (message, bytes) = match side {
                Side::Request => {
                    // A call after an answer is the next one of this connection.
                    if !answer.is_empty() {
                        request.clear();
                        answer.clear();
                    }
                    (&mut request, &up[..read])
                }
                Side::Answer => (&mut answer, &down[..read]),
            };
            let passed = message.len();
            message.extend_from_slice(bytes);
            let message = message.clone();
            let strike = self.strike(side, &request, &message);
            let bytes = match &strike {
                Some((point, _)) => &bytes[..point.saturating_sub(passed).min(bytes.len())],
                None => bytes,
            };
            match side {
                Side::Request => to_called.write_all(bytes).await?,
                Side::Answer => to_caller.write_all(bytes).await?,
            }
            if let Some((_, strike)) = strike {
                strike();
                self.struck.send_replace(true);
                return Ok(());
            }
        }
    }

    /// The strike that is due now, if any, after the number of bytes of the message that still pass.
    fn strike(&self, side: Side, request: &[u8], message: &[u8]) -> Option<(usize, Strike)> {
        let mut trap = self.trap.lock().unwrap();
        let (moment, _) = trap.as_ref()?;
        if moment.side != side || !request.starts_with(moment.call.as_bytes()) {
            return None;
        }
        let point = moment.byte.position(message)?;
        if message.len() < point {
            return None;
        }
        trap.take().map(|(_, strike)| (point, strike))
    }
}

impl Byte {
    /// How many bytes of this message are passed on with it, once that is known.
    fn position(self, message: &[u8]) -> Option<usize> {
        if self == Self::First {
            return Some(1);
        }
        let head = message.windows(4).position(|at| at == b"\r\n\r\n")? + 4;
        let lines = String::from_utf8_lossy(&message[..head]).to_ascii_lowercase();
        let body: usize = match lines.split("content-length: ").nth(1) {
            Some(rest) => rest.split("\r\n").next()?.parse().ok()?,
            // Chunks, whose end alone is known.
            None if lines.contains("transfer-encoding: chunked") => {
                let is_whole = message.ends_with(b"0\r\n\r\n");
                is_whole.then_some(message.len() - head)?
            }
            None => 0,
        };
        Some(match self {
            Self::First => 1,
            Self::Middle => head + body / 2,
            Self::Last => head + body,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_message_are_counted_with_its_head() {
        let message = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234";
        let head = message.len() - 5;
        assert_eq!(Byte::First.position(&message[..1]), Some(1));
        assert_eq!(Byte::Middle.position(message), Some(head + 5));
        assert_eq!(Byte::Last.position(message), Some(head + 10));
        assert_eq!(Byte::Last.position(&message[..20]), None);
        let chunked = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
        assert_eq!(Byte::Last.position(chunked), Some(chunked.len()));
        assert_eq!(Byte::Last.position(&chunked[..chunked.len() - 1]), None);
        let bare = b"GET / HTTP/1.1\r\n\r\n";
        assert_eq!(Byte::Last.position(bare), Some(bare.len()));
    }
}
