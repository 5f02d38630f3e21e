//! Clients that are slow to read an answer.

use std::time::Instant;

use tokio::{net::TcpSocket, time::interval};

use super::*;

/// Requests the big answer with a small receive buffer.
async fn ask(listening: &Listening) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 << 10).unwrap();
    let mut stream = socket.connect(listening.address).await.unwrap();
    let request = b"GET /big HTTP/1.1\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    listening.until(|seen| seen.count("/big") == 1).await;
    stream
}

/// Reads at most this many bytes at each tick of the clock; returns the number of bytes read, and
/// the last five.
async fn read_at(stream: &mut TcpStream, bytes: usize, each: Duration) -> (usize, Vec<u8>) {
    let (mut read, mut last) = (0, Vec::new());
    let mut buffer = vec![0; bytes];
    let mut ticks = interval(each);
    let reading = async {
        loop {
            ticks.tick().await;
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(some) => {
                    read += some;
                    last.extend_from_slice(&buffer[..some]);
                    last.drain(..last.len().saturating_sub(5));
                }
            }
        }
    };
    timeout(DEADLINE, reading).await.expect("an end");
    (read, last)
}

#[tokio::test]
async fn fe_03_a_reader_that_stalls_is_cut_and_its_answer_let_go() {
    let limits = ConnectionLimits {
        send_timeout: SHORT,
        ..patient()
    };
    let listening = listen(limits).await;
    let asked = Instant::now();
    let mut stream = ask(&listening).await;
    listening.all_end().await;
    assert!(asked.elapsed() >= SHORT);
    // Not even the bytes in the kernel's buffers arrive: those would take memory as well.
    let mut rest = Vec::new();
    let reading = timeout(DEADLINE, stream.read_to_end(&mut rest)).await;
    let error = reading.expect("an end").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(rest.len() < BIG, "{}", rest.len());
}

#[tokio::test]
async fn fe_03_a_reader_that_never_stalls_but_is_too_slow_is_cut() {
    let limits = ConnectionLimits {
        send_timeout: SHORT,
        min_send_rate: 2 << 20,
        ..patient()
    };
    let listening = listen(limits).await;
    let mut stream = ask(&listening).await;
    // 400 KiB per second: progress in each SHORT, but too little.
    let (read, _) = read_at(&mut stream, 4 << 10, Duration::from_millis(10)).await;
    assert!(read > 0 && read < BIG, "{read}");
    listening.all_end().await;
}

#[tokio::test]
async fn fe_03_a_reader_that_is_slow_but_fast_enough_gets_all_of_it() {
    let limits = ConnectionLimits {
        send_timeout: SHORT * 5,
        ..patient()
    };
    let listening = listen(limits).await;
    let asked = Instant::now();
    let mut stream = ask(&listening).await;
    let (read, last) = read_at(&mut stream, 64 << 10, Duration::from_millis(6)).await;
    assert!(read > BIG, "{read}");
    assert_eq!(last, b"0\r\n\r\n");
    // The server waited longer than a client may stall.
    assert!(asked.elapsed() > SHORT * 10, "{:?}", asked.elapsed());
    listening.all_end().await;
}

#[tokio::test]
async fn fe_03_progress_is_seen_before_megabytes_of_it_have_gathered() {
    let limits = ConnectionLimits {
        send_timeout: SHORT * 3,
        ..patient()
    };
    let listening = listen(limits).await;
    let mut stream = listening.send("GET /big HTTP/1.1\r\n\r\n").await;
    // Twenty times the minimum rate; but the kernel's buffers hold three seconds of it.
    let mut buffer = vec![0; 16 << 10];
    let mut ticks = interval(Duration::from_millis(50));
    for _ in 0..60 {
        ticks.tick().await;
        stream.read_exact(&mut buffer).await.unwrap();
    }
    assert_eq!(listening.seen.under_way(), 1, "not cut");
}

#[tokio::test]
async fn fe_03_a_reader_that_keeps_the_floor_is_never_cut_however_long_it_takes() {
    // The whole answer takes several times as long as a client may stall.
    let limits = ConnectionLimits {
        send_timeout: Duration::from_millis(500),
        min_send_rate: 1 << 20,
        ..patient()
    };
    let listening = listen(limits).await;
    let asked = Instant::now();
    let mut stream = ask(&listening).await;
    let (read, last) = read_at(&mut stream, 64 << 10, Duration::from_millis(8)).await;
    assert!(read > BIG, "{read}");
    assert_eq!(last, b"0\r\n\r\n");
    assert!(
        asked.elapsed() > Duration::from_secs(2),
        "{:?}",
        asked.elapsed()
    );
    listening.all_end().await;
}

#[tokio::test]
async fn fe_03_time_that_a_handler_takes_is_not_the_readers() {
    let limits = ConnectionLimits {
        send_timeout: SHORT / 3,
        ..patient()
    };
    let listening = listen(limits).await;
    // The body is delayed for SHORT, and the handler waits for it.
    let mut slow = listening
        .send("POST /slow HTTP/1.1\r\nContent-Length: 1\r\n\r\n")
        .await;
    let answer = read_to_end(&mut slow).await;
    assert_eq!(status(&answer), 408, "{answer}");
}
