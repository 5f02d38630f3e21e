//! A listener that passes bytes on and keeps a copy of them.
//!
//! It stands before the backend, so that the public URL is known before the backend runs, and
//! before the sandbox, so that a test sees both directions of their calls.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

type Tape = Arc<Mutex<Vec<u8>>>;
/// The call whose answers are lost.
type Lost = Arc<Mutex<Option<&'static str>>>;

/// Listens until it is dropped.
pub struct Relay {
    listener: Option<TcpListener>,
    address: SocketAddr,
    requests: Tape,
    responses: Tape,
    lost: Lost,
    running: Option<JoinHandle<()>>,
}

impl Relay {
    /// Takes a free port, and keeps callers waiting until [`Self::pass_to`].
    pub async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            listener: Some(listener),
            requests: Tape::default(),
            responses: Tape::default(),
            lost: Lost::default(),
            running: None,
        }
    }

    /// `http://ADDRESS:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `ADDRESS:PORT`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// The same by a name of this machine, such as `www.shop.localhost`.
    pub fn url_at(&self, host: &str) -> String {
        format!("http://{host}:{}", self.address.port())
    }

    /// From now on, passes everything to `target`.
    pub fn pass_to(&mut self, target: impl Into<Target>) {
        let target = target.into();
        let listener = self.listener.take().unwrap();
        let (requests, responses) = (self.requests.clone(), self.responses.clone());
        let lost = self.lost.clone();
        self.running = Some(tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let (requests, responses) = (requests.clone(), responses.clone());
                let (target, lost) = (target.clone(), lost.clone());
                tokio::spawn(async move {
                    let Ok((from_called, to_called)) = target.connect().await else {
                        return;
                    };
                    let (from_caller, to_caller) = caller.into_split();
                    let asked = Tape::default();
                    let asking = asked.clone();
                    let is_lost = move || {
                        let lost = lost.lock().unwrap_or_else(PoisonError::into_inner);
                        let asked = played(&asking);
                        let asked = String::from_utf8_lossy(&asked);
                        lost.is_some_and(|call| asked.contains(call))
                    };
                    tokio::join!(
                        copy(from_caller, to_called, vec![requests, asked], || false),
                        copy(from_called, to_caller, vec![responses], is_lost),
                    );
                });
            }
        }));
    }

    /// From now on, passes such calls (`POST /api/begin`) on, and ends the connection in place of their
    /// answers; `None` ends that.
    pub fn lose_answers(&self, call: Option<&'static str>) {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = call;
    }

    /// The bytes of all callers so far.
    pub fn requests(&self) -> Vec<u8> {
        played(&self.requests)
    }

    /// The bytes of all answers so far.
    pub fn responses(&self) -> Vec<u8> {
        played(&self.responses)
    }
}

/// The other end of a relay.
#[derive(Clone)]
pub enum Target {
    /// An address.
    Tcp(SocketAddr),
    /// A socket in the file system.
    #[cfg(unix)]
    Unix(std::path::PathBuf),
}

impl From<SocketAddr> for Target {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

#[cfg(unix)]
impl From<std::path::PathBuf> for Target {
    fn from(socket: std::path::PathBuf) -> Self {
        Self::Unix(socket)
    }
}

type Reader = Box<dyn AsyncRead + Send + Unpin>;
type Writer = Box<dyn AsyncWrite + Send + Unpin>;

impl Target {
    async fn connect(&self) -> io::Result<(Reader, Writer)> {
        Ok(match self {
            Self::Tcp(address) => {
                let (from, to) = TcpStream::connect(address).await?.into_split();
                (Box::new(from), Box::new(to))
            }
            #[cfg(unix)]
            Self::Unix(socket) => {
                let (from, to) = tokio::net::UnixStream::connect(socket).await?.into_split();
                (Box::new(from), Box::new(to))
            }
        })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.abort();
        }
    }
}

fn played(tape: &Tape) -> Vec<u8> {
    tape.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    tapes: Vec<Tape>,
    is_lost: impl Fn() -> bool,
) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = from.read(&mut buffer).await.unwrap_or(0);
        if read == 0 || is_lost() {
            break;
        }
        for tape in &tapes {
            let mut tape = tape.lock().unwrap_or_else(PoisonError::into_inner);
            tape.extend_from_slice(&buffer[..read]);
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}
