//! The program `webkyc` while it runs: all that it wrote, and all that it said to Authenteq.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::harness::{CLIENT_ID, CLIENT_SECRET, OPERATOR_KEY, PUBLIC_URL, TestApp, write_pages};

/// What replicas share.
pub(crate) const COOKIE_KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

/// How to start it in front of this Authenteq, and a folder of pages to be kept meanwhile.
pub(crate) fn webkyc(identity_url: &str, api_url: &str, log: &str) -> (Command, TempDir) {
    let assets = tempfile::tempdir().unwrap();
    write_pages(assets.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc"));
    command.env_clear().envs([
        ("WEBKYC_CLIENT_ID", CLIENT_ID),
        ("WEBKYC_CLIENT_SECRET", CLIENT_SECRET),
        ("WEBKYC_PUBLIC_URL", PUBLIC_URL),
        ("WEBKYC_IDENTITY_URL", identity_url),
        ("WEBKYC_API_URL", api_url),
        ("WEBKYC_EXPORT_URL", api_url),
        ("WEBKYC_LISTEN", "127.0.0.1:0"),
        ("WEBKYC_OPERATOR_LISTEN", "127.0.0.1:0"),
        ("WEBKYC_OPERATOR_KEY", OPERATOR_KEY),
        ("WEBKYC_COOKIE_KEYS", COOKIE_KEY),
        ("WEBKYC_LOG", log),
    ]);
    command.env("WEBKYC_ASSETS", assets.path());
    (command, assets)
}

pub(crate) struct Running {
    child: Child,
    pub(crate) app: TestApp,
    written: Option<[JoinHandle<String>; 2]>,
    _assets: Option<TempDir>,
}

/// Reads to the end, on a thread of its own so that no pipe fills up.
fn read_all(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut all = Vec::new();
        from.read_to_end(&mut all).unwrap();
        String::from_utf8(all).unwrap()
    })
}

impl Running {
    /// Starts it and waits until it serves.
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let written = read_all(child.stderr.take().unwrap());
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut address = |ready: &str| {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            let address = line.strip_prefix(ready).map(str::trim);
            address.unwrap_or_else(|| panic!("{line:?}")).to_owned()
        };
        let public = address("webkyc listening on ");
        let operator = address("webkyc listening for operators on ");
        Self {
            child,
            app: TestApp::at(public, operator),
            written: Some([read_all(stdout), written]),
            _assets: None,
        }
    }

    /// In front of this Authenteq, with these changes.
    pub(crate) fn before(authenteq: &str, change: impl FnOnce(&mut Command)) -> Self {
        let (mut command, assets) = webkyc(authenteq, authenteq, "info");
        change(&mut command);
        let mut running = Self::start(command);
        running._assets = Some(assets);
        running
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it without a word.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Stops it in good order; gives all that it wrote.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-INT", &id]).status();
        assert!(kill.unwrap().success());
        let ended = self.child.wait().unwrap();
        let written = self.written.take().unwrap();
        let written = written.map(|written| written.join().unwrap());
        assert!(ended.success(), "{ended} {written:?}");
        written.concat()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Passes on to another address and remembers what went there and what came back.
pub(crate) struct Wire {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Wire {
    pub(crate) async fn to(url: &str) -> Self {
        let there = url
            .strip_prefix("http://")
            .unwrap()
            .trim_end_matches('/')
            .to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<u8>>>::default();
        let keep = seen.clone();
        tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                let there = TcpStream::connect(&there).await.unwrap();
                let (from_here, to_here) = here.into_split();
                let (from_there, to_there) = there.into_split();
                tokio::spawn(pass_on(from_here, to_there, keep.clone()));
                tokio::spawn(pass_on(from_there, to_here, keep.clone()));
            }
        });
        Self { url, seen }
    }

    /// Both directions, in the order of arrival.
    pub(crate) fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }
}

async fn pass_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    keep: Arc<Mutex<Vec<u8>>>,
) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        keep.lock().unwrap().extend_from_slice(&piece[..length]);
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
