//! Probes of health beside a load.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};

/// Between the end of a probe and the next.
const PAUSE: Duration = Duration::from_millis(10);
/// How long an orchestrator waits, as a rule, before it takes a process for dead.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A probe again and again, each over a connection of its own.
pub(crate) struct Probes {
    is_over: Arc<AtomicBool>,
    probing: JoinHandle<io::Result<Vec<f64>>>,
}

impl Probes {
    /// Sends them to this `HOST:PORT`, from a thread of its own.
    pub(crate) fn start(address: &str) -> Result<Self> {
        let address: SocketAddr = address.parse()?;
        let is_over = Arc::new(AtomicBool::new(false));
        let until = is_over.clone();
        let probing = thread::spawn(move || {
            let mut milliseconds = Vec::new();
            while !until.load(Ordering::Relaxed) {
                let began = Instant::now();
                probe(address)?;
                milliseconds.push(began.elapsed().as_secs_f64() * 1000.0);
                thread::sleep(PAUSE);
            }
            Ok(milliseconds)
        });
        Ok(Self { is_over, probing })
    }

    /// The milliseconds of each.
    ///
    /// # Errors
    /// When one was not answered.
    pub(crate) fn stop(self) -> Result<Vec<f64>> {
        self.is_over.store(true, Ordering::Relaxed);
        let probed = self.probing.join();
        let probed = probed.map_err(|_| anyhow!("the probes stopped"))?;
        probed.context("a probe of health failed")
    }
}

fn probe(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if answer.starts_with(b"HTTP/1.1 200 ") {
        return Ok(());
    }
    let answer = String::from_utf8_lossy(&answer);
    Err(io::Error::other(format!("not healthy: {answer}")))
}
