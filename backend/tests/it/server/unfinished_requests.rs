//! Requests that never reach a handler.

use std::time::Instant;

use futures_util::future::join_all;
use tokio::{select, time::interval};

use super::*;

/// Sends an `a` now and then until it is stopped.
async fn drip(stream: TcpStream) {
    let (mut reading, mut writing) = stream.into_split();
    let mut ticks = interval(SHORT / 10);
    let dripping = async {
        while writing.write_all(b"a").await.is_ok() {
            ticks.tick().await;
        }
    };
    let mut rest = Vec::new();
    let ended = async {
        select! {
            () = dripping => {}
            _ = reading.read_to_end(&mut rest) => {}
        }
    };
    timeout(DEADLINE, ended).await.expect("an end");
}

#[tokio::test]
async fn fe_01_two_hundred_that_drip_are_closed_in_time_while_another_is_served() {
    let limits = ConnectionLimits {
        header_timeout: SHORT,
        ..patient()
    };
    let listening = listen(limits).await;
    let begun = async |number: usize| {
        let started = Instant::now();
        // In the request line, or in a header that does not end.
        let begun = ["", "GET /hello HTTP/1.1\r\nX-Long: "][number % 2];
        drip(listening.send(begun).await).await;
        started.elapsed()
    };
    let all = join_all((0..200).map(begun));
    let mut healthy = listening.connect().await;
    let mut served = 0;
    let serve = async {
        loop {
            assert!(is_served(&mut healthy).await);
            served += 1;
        }
    };
    let closed_after = select! {
        closed_after = all => closed_after,
        () = serve => unreachable!(),
    };
    assert!(served > 0);
    // Only the header timeout ends it, and no timer that restarts with each byte.
    let soonest = closed_after.iter().min().unwrap();
    assert!(*soonest >= SHORT, "{soonest:?}");
}

#[tokio::test]
async fn fe_01_who_says_nothing_at_all_is_closed_like_who_drips() {
    let limits = ConnectionLimits {
        header_timeout: SHORT,
        ..patient()
    };
    let listening = listen(limits).await;
    let mut silent = listening.connect().await;
    assert_eq!(read_to_end(&mut silent).await, "");
}

#[tokio::test]
async fn fe_01_the_second_request_of_a_connection_has_no_more_time_than_the_first() {
    let limits = ConnectionLimits {
        header_timeout: SHORT,
        ..patient()
    };
    let listening = listen(limits).await;
    let mut stream = listening.connect().await;
    assert!(is_served(&mut stream).await);
    drip(stream).await;
}

#[tokio::test]
async fn fe_04_an_idle_connection_is_closed_later_than_one_that_began_a_request() {
    let limits = ConnectionLimits {
        header_timeout: SHORT / 3,
        keepalive_timeout: SHORT * 3,
        ..patient()
    };
    let listening = listen(limits).await;
    let mut idle = listening.connect().await;
    assert!(is_served(&mut idle).await);
    let answered = Instant::now();
    assert_eq!(read_to_end(&mut idle).await, "");
    assert!(answered.elapsed() >= SHORT * 2);
}

fn head(headers: usize, size: usize) -> String {
    let mut head = "GET /hello HTTP/1.1\r\nHost: kyc.example\r\nX-Fill: ".to_owned();
    let others = "A: b\r\n".repeat(headers - 2);
    let fill = size.saturating_sub(head.len() + "\r\n\r\n".len() + others.len());
    head.extend(std::iter::repeat_n('a', fill));
    head + "\r\n" + &others + "\r\n"
}

#[tokio::test]
async fn fe_07_a_head_at_the_limit_is_served_and_one_beyond_is_refused() {
    let listening = listen(patient()).await;
    let largest = 32 << 10;
    for (headers, size) in [(3, largest), (64, 0)] {
        let mut stream = listening.send(head(headers, size)).await;
        assert_eq!(status(&read_answer(&mut stream).await), 200);
        assert!(is_served(&mut stream).await, "the connection goes on");
    }
    let served = listening.seen.count("/hello");
    // The last client keeps sending long after the error, and still receives it.
    for (headers, size) in [(3, largest + 1), (65, 0), (3, 8 << 20)] {
        let mut stream = listening.send(head(headers, size)).await;
        let answer = read_to_end(&mut stream).await;
        assert_eq!(status(&answer), 431, "{headers} {size}: {answer}");
    }
    assert_eq!(listening.seen.count("/hello"), served);
}

#[tokio::test]
async fn every_request_knows_who_asks() {
    let listening = listen(patient()).await;
    let mut stream = listening.send("GET /peer HTTP/1.1\r\n\r\n").await;
    let answer = read_answer(&mut stream).await;
    let own = stream.local_addr().unwrap().to_string();
    assert!(answer.ends_with(&own), "{answer}");
}
