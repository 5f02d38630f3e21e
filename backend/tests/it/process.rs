//! The program under load and under duress.
#![cfg(unix)]

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use crate::program::{program, send, started};

/// What ends within this time has ended. Much more than anything takes, for slow machines.
const DEADLINE: Duration = Duration::from_secs(20);
/// How long the program says that it goes before it closes its listener.
const LAME_DUCK: Duration = Duration::from_secs(5);

const CONFIG: &[u8] = b"GET /api/config HTTP/1.1\r\nHost: localhost:8080\r\nX-WebKYC: 1\r\n\r\n";
const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost:8080\r\n\r\n";

fn connect(address: &str) -> io::Result<TcpStream> {
    let address: SocketAddr = address.parse().unwrap();
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(DEADLINE))?;
    stream.set_write_timeout(Some(DEADLINE))?;
    Ok(stream)
}

/// One answer, whole, with status 200; and whether the connection goes on after it.
fn read_ok(answers: &mut impl BufRead) -> io::Result<bool> {
    let (mut line, mut length, mut goes_on) = (String::new(), 0, true);
    answers.read_line(&mut line)?;
    if !line.starts_with("HTTP/1.1 200 ") {
        return Err(io::Error::other(format!("not served: {line:?}")));
    }
    while line != "\r\n" {
        line.clear();
        if answers.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let header = line.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        goes_on &= header != "connection: close\r\n";
    }
    let mut body = vec![0; length];
    answers.read_exact(&mut body)?;
    Ok(goes_on)
}

/// Waits for the end; what does not end is killed, which is no success.
fn wait(child: &mut Child) -> ExitStatus {
    let process = child.id().to_string();
    let (ended, has_ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if has_ended.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
                Command::new("kill")
                    .args(["-KILL", &process])
                    .status()
                    .unwrap();
            }
        });
        let status = child.wait().unwrap();
        drop(ended);
        status
    })
}

/// Clients of one program, until some time after it was told to stop.
#[derive(Default)]
struct Load {
    served: AtomicUsize,
    is_signalled: AtomicBool,
}

impl Load {
    /// Asks again and again; gives how many requests failed of those whose sending began before
    /// the signal, and how many were served that began after it.
    fn ask(&self, address: &str, keeps_alive: bool) -> (usize, usize) {
        let (mut failed, mut served_after) = (0, 0);
        let mut kept = None;
        loop {
            let is_before = !self.is_signalled.load(Ordering::SeqCst);
            let outcome = (|| {
                let mut stream = match kept.take() {
                    Some(stream) => stream,
                    None => BufReader::new(connect(address)?),
                };
                stream.get_mut().write_all(CONFIG)?;
                if read_ok(&mut stream)? && keeps_alive {
                    kept = Some(stream);
                }
                io::Result::Ok(())
            })();
            match outcome {
                Ok(()) if is_before => {
                    self.served.fetch_add(1, Ordering::SeqCst);
                }
                Ok(()) => served_after += 1,
                Err(_) if is_before => failed += 1,
                Err(_) => break,
            }
            if served_after == 50 {
                break;
            }
        }
        (failed, served_after)
    }
}

fn stop_under_load(number: usize) {
    let (mut command, _assets) = program();
    command.stderr(Stdio::null());
    let (mut child, _stdout, address) = started(&mut command);
    let load = Load::default();
    thread::scope(|scope| {
        let clients = [true, true, false, false].map(|keeps_alive| {
            let (load, address) = (&load, &address);
            scope.spawn(move || load.ask(address, keeps_alive))
        });
        // Each program at another moment.
        while load.served.load(Ordering::SeqCst) < 20 + 7 * number {
            thread::yield_now();
        }
        load.is_signalled.store(true, Ordering::SeqCst);
        let signalled = Instant::now();
        send("-TERM", &child);
        assert!(wait(&mut child).success(), "program {number}");
        let took = signalled.elapsed();
        assert!(took >= LAME_DUCK, "program {number}: {took:?}");
        for client in clients {
            let (failed, served_after) = client.join().unwrap();
            assert_eq!(failed, 0, "program {number}");
            assert!(served_after > 0, "program {number} served on for a while");
        }
    });
}

#[test]
fn ops_01_twenty_sigterms_under_load_fail_no_request_that_began_before() {
    for ten in 0..2 {
        thread::scope(|scope| {
            for one in 0..10 {
                scope.spawn(move || stop_under_load(ten * 10 + one));
            }
        });
    }
}

#[test]
fn ops_01_a_second_signal_ends_it_at_once() {
    for signals in [["-TERM", "-TERM"], ["-INT", "-INT"], ["-TERM", "-INT"]] {
        let (mut command, _assets) = program();
        let (mut child, _stdout, address) = started(&mut command);
        let mut stuck = connect(&address).unwrap();
        stuck.write_all(&CONFIG[..40]).unwrap();
        let began = Instant::now();
        send(signals[0], &child);
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(log.any(|line| line.unwrap().contains("stopping")));
        send(signals[1], &child);
        assert!(wait(&mut child).success(), "{signals:?}");
        assert!(began.elapsed() < LAME_DUCK, "{signals:?}");
    }
}

/// The program with at most this many open files, as `ulimit` says it.
fn program_with(limit: &str) -> (Command, tempfile::TempDir) {
    let (plain, assets) = program();
    let mut command = Command::new("sh");
    let script = format!(r#"ulimit {limit}; exec "$0" "$@""#);
    command.arg("-c").arg(script);
    command.arg(plain.get_program()).args(plain.get_args());
    command
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap());
    }
    (command, assets)
}

#[test]
fn fe_06_without_file_descriptors_it_waits_and_recovers() {
    let (mut command, _assets) = program_with("-n 64");
    let (mut child, _stdout, address) = started(&mut command);
    let crowd: Vec<_> = (0..100).map(|_| connect(&address).unwrap()).collect();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains("accept error")));
    drop(crowd);
    let mut stream = connect(&address).unwrap();
    stream.write_all(CONFIG).unwrap();
    assert!(read_ok(&mut BufReader::new(stream)).unwrap());
    send("-INT", &child);
    assert!(wait(&mut child).success());
}

/// More lines than a pipe and the program hold together.
const REQUESTS: usize = 20_000;

/// Has all these requests answered, on one connection.
fn have_answered(address: &str) {
    let stream = connect(address).unwrap();
    let mut writing = stream.try_clone().unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            for _ in 0..REQUESTS / 100 {
                writing.write_all(&HEALTH.repeat(100)).unwrap();
            }
        });
        let mut answers = BufReader::new(stream);
        for _ in 0..REQUESTS {
            read_ok(&mut answers).unwrap();
        }
    });
}

#[test]
fn ops_15_a_blocked_log_stops_nobody() {
    let (mut command, _assets) = program();
    let (mut child, _stdout, address) = started(&mut command);
    // Nobody reads standard error.
    have_answered(&address);
    // Somebody reads again, and learns that lines are missing.
    let mut log = child.stderr.take().unwrap();
    let reading = thread::spawn(move || {
        let mut lines = String::new();
        log.read_to_string(&mut lines).unwrap();
        lines
    });
    send("-INT", &child);
    assert!(wait(&mut child).success());
    let lines = reading.join().unwrap();
    assert!(lines.lines().count() < REQUESTS);
    let last = lines.lines().last().unwrap();
    assert!(last.contains("log lines were dropped"), "{last}");
}

#[test]
fn ops_15_a_log_that_stays_blocked_does_not_keep_it_from_ending() {
    let (mut command, _assets) = program();
    let (mut child, stdout, address) = started(&mut command);
    drop(stdout);
    have_answered(&address);
    send("-INT", &child);
    assert!(wait(&mut child).success());
}

#[test]
#[cfg(target_os = "linux")]
fn prv_05_core_dumps_are_off() {
    let (mut command, _assets) = program_with("-S -n 64");
    let (mut child, _stdout, _) = started(&mut command);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name));
        let words = line.unwrap().split_whitespace().take(2);
        words.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(limit("Max core file size"), ["0", "0"]);
    let files = limit("Max open files");
    assert_ne!(files[1], "64");
    assert_eq!(files[0], files[1], "as many as it may have");
    send("-INT", &child);
    assert!(wait(&mut child).success());
}
