//! Sandbox and backend, running on this machine with settings that fit each other.

use std::{
    env,
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    processes::{Process, cargo, executable, pause},
    programs_folder, root,
    steps::{self, Step},
};

/// The client that the sandbox accepts. Its secret opens nothing else.
pub(crate) const CLIENT_ID: &str = "com.authenteq.demo";
pub(crate) const CLIENT_SECRET: &str = "sandbox-secret";

/// The sandbox's port, unless another program has it.
pub(crate) const SANDBOX_PORT: u16 = 8090;

/// How long a program may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// The packages of the portal's programs.
pub(crate) const PORTAL: [&str; 2] = [BACKEND, "webkyc-sandbox"];
pub(crate) const BACKEND: &str = "webkyc-backend";

/// Builds programs for development.
pub(crate) fn build(packages: &[&str]) -> Result<()> {
    let packages = packages.iter().flat_map(|package| ["-p", package]);
    Step {
        doing: "Building the programs",
        takes: "3 to 7 minutes the first time",
        log: "programs",
    }
    .run(cargo().arg("build").args(packages).current_dir(root()))
}

/// The programs, and where the sandbox listens.
pub(crate) struct Servers {
    running: Vec<Server>,
    pub(crate) sandbox_url: String,
}

impl Servers {
    /// Starts the sandbox and then the backend, which browsers see at `portal` and which listens on
    /// `port`.
    pub(crate) fn start(portal: &str, port: u16, pages: &Path) -> Result<Self> {
        let sandbox_port = free_port(SANDBOX_PORT)?;
        let register = |sandbox: &mut Command| {
            register_client(sandbox, &format!("{portal}/results"));
        };
        Self::start_with(portal, port, sandbox_port, pages, register, |_| {})
    }

    /// The same, with further settings of both: the sandbox's must register the client.
    pub(crate) fn start_with(
        portal: &str,
        port: u16,
        sandbox_port: u16,
        pages: &Path,
        set_up_sandbox: impl FnOnce(&mut Command),
        set_up_backend: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let mut sandbox = Server::start("webkyc-sandbox", |command| {
            command
                .arg("--listen")
                .arg(format!("127.0.0.1:{sandbox_port}"));
            set_up_sandbox(command);
        })?;
        let sandbox_url = sandbox.wait_for_address()?;
        sandbox.wait_until_it_answers(&sandbox_url, "/_sandbox/api/health")?;

        let mut backend = Server::start("webkyc", |command| {
            command
                .env("WEBKYC_CLIENT_ID", CLIENT_ID)
                .env("WEBKYC_CLIENT_SECRET", CLIENT_SECRET)
                .env("WEBKYC_PUBLIC_URL", portal)
                .env("WEBKYC_BACK_URL", format!("{portal}/"))
                .env("WEBKYC_IDENTITY_URL", &sandbox_url)
                .env("WEBKYC_API_URL", &sandbox_url)
                .env("WEBKYC_EXPORT_URL", &sandbox_url)
                .env("WEBKYC_LISTEN", format!("127.0.0.1:{port}"))
                .env("WEBKYC_ASSETS", pages);
            set_up_backend(command);
        })?;
        let backend_url = backend.wait_for_address()?;
        backend.wait_until_it_answers(&backend_url, "/readyz")?;
        Ok(Self {
            running: vec![backend, sandbox],
            sandbox_url,
        })
    }

    /// Starts another program, which shows a page at `/`.
    pub(crate) fn add(
        &mut self,
        name: &'static str,
        set_up: impl FnOnce(&mut Command),
    ) -> Result<()> {
        let mut program = Server::start(name, set_up)?;
        let url = program.wait_for_address()?;
        program.wait_until_it_answers(&url, "/")?;
        self.running.push(program);
        Ok(())
    }

    /// Fails when one of them has ended by itself.
    pub(crate) fn ensure_running(&mut self) -> Result<()> {
        self.running.iter_mut().try_for_each(Server::ensure_running)
    }
}

/// The client with which the backend signs up visitors.
pub(crate) fn register_client(sandbox: &mut Command, redirect_uri: &str) {
    let client = format!("{CLIENT_ID},{CLIENT_SECRET},{redirect_uri}");
    sandbox.args(["--client", &client]);
}

/// Fails when another program listens on this port of either address of `localhost`, because browsers
/// try both.
pub(crate) fn ensure_free(port: u16) -> Result<()> {
    let taken = |address: SocketAddr| {
        TcpListener::bind(address).is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
    };
    ensure!(
        !taken((Ipv4Addr::LOCALHOST, port).into()) && !taken((Ipv6Addr::LOCALHOST, port).into()),
        "port {port} is taken by another program"
    );
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("cannot listen on port {port}"))?;
    Ok(())
}

/// A port that is free now: this one, if it is.
pub(crate) fn free_port(preferred: u16) -> Result<u16> {
    if preferred != 0 && ensure_free(preferred).is_ok() {
        return Ok(preferred);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}

/// A program that serves HTTP and writes its address to standard output.
pub(crate) struct Server {
    name: &'static str,
    process: Process,
    lines: Receiver<String>,
    log: PathBuf,
}

impl Server {
    pub(crate) fn start(name: &'static str, set_up: impl FnOnce(&mut Command)) -> Result<Self> {
        let log = steps::log_file(name)?;
        let errors =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(executable(&programs_folder()?, name));
        command.stdout(Stdio::piped()).stderr(errors);
        // Without the settings of the developer's own environment.
        for (variable, _) in env::vars_os() {
            let is_setting = variable.as_encoded_bytes().starts_with(b"WEBKYC_");
            if is_setting && variable != "WEBKYC_LOG" {
                command.env_remove(variable);
            }
        }
        set_up(&mut command);
        let mut process = Process::start(&mut command)?;
        let (sender, lines) = mpsc::channel();
        let stdout = process.take_stdout().context("standard output was piped")?;
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Read on without a receiver: a full pipe would stop the program.
                let _ = sender.send(line);
            }
        });
        Ok(Self {
            name,
            process,
            lines,
            log,
        })
    }

    /// Waits for the line that the program writes once it listens, and returns the URL in it.
    pub(crate) fn wait_for_address(&mut self) -> Result<String> {
        self.wait_for("listens", |server| {
            let line = server.lines.try_recv().ok()?;
            announced_url(&line).map(str::to_owned)
        })
    }

    pub(crate) fn wait_until_it_answers(&mut self, url: &str, path: &str) -> Result<()> {
        self.wait_for("answers", |_| {
            answers(url, path).ok().filter(|ok| *ok).map(drop)
        })
    }

    fn wait_for<T>(
        &mut self,
        what: &str,
        mut look: impl FnMut(&mut Self) -> Option<T>,
    ) -> Result<T> {
        let started = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return Ok(found);
            }
            self.ensure_running()?;
            if started.elapsed() > START_TIMEOUT {
                steps::show_tail(&self.log);
                bail!(
                    "{} was started, but {what} not even after {} s",
                    self.name,
                    START_TIMEOUT.as_secs()
                );
            }
            pause()?;
        }
    }

    /// How it ended, unless it runs.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.process.ended()
    }

    fn ensure_running(&mut self) -> Result<()> {
        if let Some(status) = self.ended()? {
            steps::show_tail(&self.log);
            bail!(
                "{} ended by itself ({status}); its log is {}",
                self.name,
                steps::shown(&self.log).display()
            );
        }
        Ok(())
    }
}

fn announced_url(line: &str) -> Option<&str> {
    let (_, url) = line.split_once(" listening on ")?;
    url.starts_with("http://")
        .then_some(url.trim_end_matches('/'))
}

/// Whether a GET is answered with 200.
fn answers(url: &str, path: &str) -> Result<bool> {
    let host = url.strip_prefix("http://").context("not an http URL")?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    stream.write_all(
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes(),
    )?;
    let mut status_line = [0; 12];
    stream.read_exact(&mut status_line)?;
    Ok(status_line.ends_with(b" 200"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_in_one_line() {
        let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = other.local_addr().unwrap().port();
        assert_eq!(
            ensure_free(port).unwrap_err().to_string(),
            format!("port {port} is taken by another program")
        );
    }

    #[test]
    fn the_address_is_read_from_the_line_a_server_writes() {
        let line = "webkyc-sandbox listening on http://127.0.0.1:8090";
        assert_eq!(announced_url(line), Some("http://127.0.0.1:8090"));
        assert_eq!(announced_url("something else"), None);
    }

    #[test]
    fn only_200_counts_as_an_answer() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\n\r\n", true),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", false),
        ] {
            let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let url = format!("http://{}", server.local_addr().unwrap());
            let served = thread::spawn(move || {
                let (mut stream, _) = server.accept().unwrap();
                let mut request = String::new();
                BufReader::new(&stream).read_line(&mut request).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                request
            });
            assert_eq!(answers(&url, "/readyz").unwrap(), expected);
            assert_eq!(served.join().unwrap(), "GET /readyz HTTP/1.1\r\n");
        }
    }
}
