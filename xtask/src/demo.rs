//! `cargo xtask demo`: the portal and the sandbox, built and running.

use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{pages, processes::{Interrupted, Process, cargo, executable, in_own_group, pause}, programs_folder, root, steps::{self, Step}, tools::Tools};

/// What the sandbox is told to accept, and the backend to send. Neither opens anything.
const CLIENT_ID: &str = "com.authenteq.demo";
const CLIENT_SECRET: &str = "sandbox-secret";

/// Where the sandbox listens, unless something else does.
const SANDBOX_PORT: u16 = 8090;

/// How long a program may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Opens the portal in a browser.
    #[arg(long)]
    open: bool,
    /// The portal's port on this machine.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    ensure_free(options.port)?;
    let tools = Tools::install()?;
    let pages = pages::build(&tools)?;
    Step {
        doing: "Building backend and sandbox",
        takes: "3 to 7 minutes the first time",
        log: "programs",
    }
    .run(
        cargo()
            .args(["build", "-p", "webkyc-backend", "-p", "webkyc-sandbox"])
            .current_dir(root()),
    )?;

    let portal = format!("http://localhost:{}", options.port);
    let mut sandbox = Server::start("webkyc-sandbox", |command| {
        command
            .arg("--listen")
            .arg(format!("127.0.0.1:{}", sandbox_port()))
            .arg("--client")
            .arg(format!("{CLIENT_ID},{CLIENT_SECRET},{portal}/results"));
    })?;
    let sandbox_url = sandbox.wait_for_address()?;
    sandbox.wait_until_it_answers(&sandbox_url, "/_sandbox/api/health")?;

    let mut backend = Server::start("webkyc", |command| {
        command
            .env("WEBKYC_CLIENT_ID", CLIENT_ID)
            .env("WEBKYC_CLIENT_SECRET", CLIENT_SECRET)
            .env("WEBKYC_PUBLIC_URL", &portal)
            .env("WEBKYC_BACK_URL", format!("{portal}/"))
            .env("WEBKYC_IDENTITY_URL", &sandbox_url)
            .env("WEBKYC_API_URL", &sandbox_url)
            .env("WEBKYC_EXPORT_URL", &sandbox_url)
            .env("WEBKYC_LISTEN", format!("127.0.0.1:{}", options.port))
            .env("WEBKYC_ASSETS", &pages);
    })?;
    backend.wait_for_address()?;
    backend.wait_until_it_answers(&portal, "/readyz")?;

    println!();
    println!("  The portal   {portal}/");
    println!("  The sandbox  {sandbox_url}/  (plays Authenteq; shows every sign-up)");
    println!(
        "  Logs         {}",
        steps::shown(&steps::folder()?).display()
    );
    println!();
    println!("Ctrl-C stops both.");
    if options.open {
        open(&format!("{portal}/"));
    }
    let ended = watch(&mut [backend, sandbox]);
    match ended {
        Err(error) if error.is::<Interrupted>() => {
            println!("Stopped.");
            Ok(())
        }
        other => other,
    }
}

/// Returns when a server has ended by itself, or somebody wants all of them to.
fn watch(servers: &mut [Server]) -> Result<()> {
    loop {
        for server in &mut *servers {
            server.ensure_running()?;
        }
        pause()?;
    }
}

/// A browser tries both addresses of `localhost`, so nobody else may answer on either.
fn ensure_free(port: u16) -> Result<()> {
    let taken = |address: SocketAddr| {
        TcpListener::bind(address).is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
    };
    ensure!(
        !taken((Ipv4Addr::LOCALHOST, port).into()) && !taken((Ipv6Addr::LOCALHOST, port).into()),
        "port {port} is taken by another program: end that one, or choose another port with --port"
    );
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("cannot listen on port {port}"))?;
    Ok(())
}

fn sandbox_port() -> u16 {
    match ensure_free(SANDBOX_PORT) {
        Ok(()) => SANDBOX_PORT,
        // Any free one.
        Err(_) => 0,
    }
}

/// A program that serves HTTP and says where, in one line on standard output.
struct Server {
    name: &'static str,
    process: Process,
    lines: Receiver<String>,
    log: PathBuf,
}

impl Server {
    fn start(name: &'static str, set_up: impl FnOnce(&mut Command)) -> Result<Self> {
        let log = steps::log_file(name)?;
        let errors = std::fs::File::create(&log)
            .with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(executable(&programs_folder()?, name));
        command.stdout(Stdio::piped()).stderr(errors);
        // The demo shows the same whatever the developer has set for another occasion.
        for (variable, _) in env::vars_os() {
            let is_ours = variable.as_encoded_bytes().starts_with(b"WEBKYC_");
            if is_ours && variable != "WEBKYC_LOG" {
                command.env_remove(variable);
            }
        }
        set_up(&mut command);
        let mut process = Process::start(&mut command)?;
        let (sender, lines) = mpsc::channel();
        let stdout = process.take_stdout().context("standard output was piped")?;
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Read on when nobody listens: a full pipe would stop the program.
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

    /// The URL in the line the program writes once it listens.
    fn wait_for_address(&mut self) -> Result<String> {
        self.wait_for("listens", |server| {
            let line = server.lines.try_recv().ok()?;
            announced_url(&line).map(str::to_owned)
        })
    }

    fn wait_until_it_answers(&mut self, url: &str, path: &str) -> Result<()> {
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
            if started.elapsed() > PATIENCE {
                steps::show_tail(&self.log);
                bail!(
                    "{} was started, but {what} not even after {} s",
                    self.name,
                    PATIENCE.as_secs()
                );
            }
            pause()?;
        }
    }

    fn ensure_running(&mut self) -> Result<()> {
        if let Some(status) = self.process.ended()? {
            steps::show_tail(&self.log);
            bail!(
                "{} ended by itself ({status}); everything it said is in {}",
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

/// Opens the default browser; where that fails, the URL on the terminal is enough.
fn open(url: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut start = Command::new("cmd");
        start.args(["/C", "start", ""]);
        start
    } else {
        Command::new("xdg-open")
    };
    // Not to be closed by the Ctrl-C that ends the demo.
    let quiet = in_own_group(&mut command)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if quiet.spawn().is_err() {
        println!("No browser could be opened: please open the portal's address yourself.");
    }
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
            format!(
                "port {port} is taken by another program: end that one, or choose another port with --port"
            )
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
