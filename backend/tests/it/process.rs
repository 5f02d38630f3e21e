//! The program under load and under adverse conditions.
#![cfg(unix)]

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::ChildStderr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use webkyc_test_kit::{
    http,
    program::{Program, Signal},
    stack::start_backend,
};

use crate::{
    harness::OPERATOR_KEY,
    program::{NOWHERE, READY, after, command, replica},
};

/// The time limit for any read or write, long enough for slow machines.
const DEADLINE: Duration = Duration::from_secs(20);
/// The time between the program's announcement of its end and the closing of its listener.
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

/// One complete answer with status 200; returns whether the connection stays open.
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

/// Clients of one program, until some time after the signal to stop.
#[derive(Default)]
struct Load {
    served: AtomicUsize,
    is_signalled: AtomicBool,
}

impl Load {
    /// Sends requests in a loop; returns how many of those begun before the signal failed, and how
    /// many of those begun after it were served.
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
    let (command, _assets) = command(NOWHERE);
    let (mut program, address) = start_backend(command);
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
        program.signal(Signal::SIGTERM);
        assert!(program.wait().success(), "program {number}");
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
    let (term, int) = (Signal::SIGTERM, Signal::SIGINT);
    for signals in [[term, term], [int, int], [term, int]] {
        let (command, _assets) = command(NOWHERE);
        let (mut program, address) = start_backend(command);
        let mut stuck = connect(&address).unwrap();
        stuck.write_all(&CONFIG[..40]).unwrap();
        let began = Instant::now();
        program.signal(signals[0]);
        program.next_log_line("stopping");
        program.signal(signals[1]);
        assert!(program.wait().success(), "{signals:?}");
        assert!(began.elapsed() < LAME_DUCK, "{signals:?}");
    }
}

#[test]
fn fe_06_without_file_descriptors_it_waits_and_recovers() {
    let (command, _assets) = command(NOWHERE);
    let (mut program, address) = start_backend(after("ulimit -n 64", &command));
    let crowd: Vec<_> = (0..100).map(|_| connect(&address).unwrap()).collect();
    program.next_log_line("accept error");
    drop(crowd);
    let mut stream = connect(&address).unwrap();
    stream.write_all(CONFIG).unwrap();
    assert!(read_ok(&mut BufReader::new(stream)).unwrap());
    program.stop();
}

/// More lines than the pipe and the program can buffer.
const REQUESTS: usize = 20_000;

/// Sends all these requests on one connection, and expects an answer to each.
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

/// Starts it with an unread pipe as its log, and sends more requests than the pipe can hold lines.
fn start_blocked() -> (Program, ChildStderr, TempDir) {
    let (command, assets) = command(NOWHERE);
    let (program, [address], log) =
        Program::start_with_pipe(command, ["webkyc listening on http://"]);
    have_answered(&address);
    (program, log, assets)
}

#[test]
fn ops_15_a_blocked_log_stops_no_request() {
    let (mut program, mut log, _assets) = start_blocked();
    // From here on the log is read, and reports the dropped lines.
    let reading = thread::spawn(move || {
        let mut lines = String::new();
        log.read_to_string(&mut lines).unwrap();
        lines
    });
    program.signal(Signal::SIGINT);
    assert!(program.wait().success());
    let lines = reading.join().unwrap();
    assert!(lines.lines().count() < REQUESTS);
    let last = lines.lines().last().unwrap();
    assert!(last.contains("log lines were dropped"), "{last}");
}

#[test]
fn ops_15_a_log_that_stays_blocked_does_not_keep_it_from_ending() {
    let (mut program, _log, _assets) = start_blocked();
    program.signal(Signal::SIGINT);
    assert!(program.wait().success());
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn ops_15_lines_that_a_full_disk_does_not_take_are_in_the_metrics() {
    let (command, _assets) = replica(NOWHERE);
    let command = after("exec 2>/dev/full", &command);
    let (_program, [_, operator]) = Program::start(command, READY);
    let metrics = http::client().get(format!("{operator}/metrics"));
    let metrics = metrics.bearer_auth(OPERATOR_KEY);
    let began = Instant::now();
    loop {
        let text = metrics.try_clone().unwrap().send().await.unwrap();
        let text = text.text().await.unwrap();
        if !text.contains("webkyc_log_lines_lost 0") {
            break;
        }
        assert!(began.elapsed() < DEADLINE, "{text}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn prv_05_core_dumps_are_off() {
    let (command, _assets) = command(NOWHERE);
    let (program, _) = start_backend(after("ulimit -S -n 64", &command));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.id())).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name));
        let words = line.unwrap().split_whitespace().take(2);
        words.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(limit("Max core file size"), ["0", "0"]);
    let files = limit("Max open files");
    assert_ne!(files[1], "64");
    assert_eq!(files[0], files[1], "as many as it may have");
    program.stop();
}

#[test]
fn ops_01_a_signal_right_after_the_line_stops_it_cleanly() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let (command, _assets) = command(NOWHERE);
        let (mut program, _) = start_backend(command);
        program.signal(signal);
        assert!(program.wait().success(), "{signal}");
        assert_eq!(program.stdout(), "");
    }
}

#[test]
fn ops_02_a_half_sent_request_does_not_keep_it_from_stopping() {
    let (command, _assets) = command(NOWHERE);
    let (mut program, address) = start_backend(command);
    let mut stuck = connect(&address).unwrap();
    stuck
        .write_all(b"POST /api/exchange HTTP/1.1\r\nHost: localhost:8080\r\n")
        .unwrap();
    // SIGHUP does not end the program; the first SIGTERM waits for the request, the second does
    // not.
    program.signal(Signal::SIGHUP);
    program.signal(Signal::SIGTERM);
    program.next_log_line("stopping");
    program.signal(Signal::SIGTERM);
    assert!(program.wait().success());
}
