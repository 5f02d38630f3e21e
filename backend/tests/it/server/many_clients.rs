//! Many clients, and clients that leave.

use std::io;

use socket2::SockRef;
use tokio::net::TcpSocket;

use super::*;

#[tokio::test]
async fn fe_05_beyond_the_cap_no_client_is_harmed_and_all_are_served_in_turn() {
    let limits = ConnectionLimits {
        connections: 4,
        probe_connections: 0,
        ..patient()
    };
    let listening = listen(limits).await;
    let mut inside = Vec::new();
    for _ in 0..4 {
        let mut stream = listening.connect().await;
        assert!(is_served(&mut stream).await);
        inside.push(stream);
    }
    let mut outside = Vec::new();
    for _ in 0..20 {
        outside.push(listening.send(HELLO).await);
    }
    for _ in 0..10 {
        for stream in &mut inside {
            assert!(is_served(stream).await);
        }
    }
    for stream in &outside {
        let nothing = stream.try_read(&mut [0]).unwrap_err();
        assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
    }
    drop(inside.pop());
    for mut stream in outside {
        assert_eq!(status(&read_answer(&mut stream).await), 200);
    }
    for stream in &mut inside {
        assert!(is_served(stream).await);
    }
}

#[tokio::test]
async fn fe_05_a_connection_beyond_the_cap_that_says_nothing_makes_room_soon() {
    let limits = ConnectionLimits {
        connections: 1,
        probe_connections: 1,
        ..patient()
    };
    let listening = listen(limits).await;
    let mut inside = listening.connect().await;
    assert!(is_served(&mut inside).await);
    let _silent = listening.connect().await;
    let mut next = listening.send(HELLO).await;
    let answer = read_to_end(&mut next).await;
    assert_eq!(status(&answer), 200);
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    assert!(is_served(&mut inside).await);
}

#[tokio::test]
async fn fe_05_a_newcomer_gets_the_place_of_the_connection_that_has_been_idle_the_longest() {
    let limits = ConnectionLimits {
        connections: 3,
        min_idle: Duration::ZERO,
        ..patient()
    };
    let listening = listen(limits).await;
    let (mut first, mut second) = (listening.connect().await, listening.connect().await);
    let _busy = listening.send("GET /never HTTP/1.1\r\n\r\n").await;
    assert!(is_served(&mut first).await && is_served(&mut second).await);
    assert!(is_served(&mut first).await);
    listening.until(|seen| seen.under_way() == 1).await;

    // A probe ends no connection of others.
    let mut probe = listening.send("GET /healthz HTTP/1.1\r\n\r\n").await;
    assert_eq!(status(&read_to_end(&mut probe).await), 200);
    let mut newcomer = listening.connect().await;
    assert!(is_served(&mut newcomer).await && is_served(&mut newcomer).await);
    assert_eq!(read_to_end(&mut second).await, "", "ended");
    assert!(is_served(&mut first).await && is_served(&mut newcomer).await);
    assert_eq!(listening.seen.under_way(), 1);
}

#[tokio::test]
async fn fe_05_a_newcomer_that_finds_no_place_makes_the_next_answer_end_its_connection() {
    let limits = ConnectionLimits {
        connections: 1,
        ..patient()
    };
    let listening = listen(limits).await;
    let mut inside = listening.connect().await;
    for _ in 0..2 {
        inside.write_all(HELLO.as_bytes()).await.unwrap();
        let answer = read_answer(&mut inside).await;
        assert!(!answer.contains("connection: close"), "{answer}");
    }
    let mut newcomer = listening.send(HELLO).await;
    let answer = read_to_end(&mut newcomer).await;
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    inside.write_all(HELLO.as_bytes()).await.unwrap();
    let answer = read_to_end(&mut inside).await;
    assert_eq!(status(&answer), 200);
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    drop(inside);
    let goes_on = async {
        loop {
            let mut newcomer = listening.send(HELLO).await;
            if !read_answer(&mut newcomer)
                .await
                .contains("connection: close")
            {
                return newcomer;
            }
        }
    };
    let mut newcomer = timeout(DEADLINE, goes_on).await.expect("room again");
    assert!(is_served(&mut newcomer).await);
}

#[tokio::test]
async fn fe_18_one_address_gets_its_share_of_the_connections_and_a_proxy_all_of_them() {
    let share = |proxies: &[&str]| ConnectionLimits {
        connections: 8,
        connections_per_client: 4,
        proxies: proxies.iter().map(|it| it.parse().unwrap()).collect(),
        ..patient()
    };
    let listening = listen(share(&["10.0.0.0/8"])).await;
    let mut inside = Vec::new();
    for _ in 0..4 {
        let mut stream = listening.connect().await;
        assert!(is_served(&mut stream).await);
        inside.push(stream);
    }
    for _ in 0..20 {
        let mut more = listening.connect().await;
        assert!(!is_served(&mut more).await, "reset");
    }
    // Loopback has more than one address, and the others may use the rest of the connections.
    let other = TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = other.connect(listening.address).await.unwrap();
    assert!(is_served(&mut other).await);
    for stream in &mut inside {
        assert!(is_served(stream).await);
    }
    drop(inside);
    let served = async { while !is_served(&mut listening.connect().await).await {} };
    timeout(DEADLINE, served).await.expect("room again");

    let listening = listen(share(&["127.0.0.0/8"])).await;
    let mut inside = Vec::new();
    for _ in 0..8 {
        let mut stream = listening.connect().await;
        assert!(is_served(&mut stream).await);
        inside.push(stream);
    }
}

#[tokio::test]
async fn fe_19_a_client_that_has_closed_its_half_gets_its_answer() {
    let limits = ConnectionLimits {
        half_close_timeout: DEADLINE,
        ..patient()
    };
    let listening = listen(limits).await;
    for (request, ends_with) in [
        (HELLO, "hello\n"),
        ("GET /later HTTP/1.1\r\n\r\n", "later\n"),
        ("POST /reads HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "3"),
        ("GET /big HTTP/1.0\r\n\r\n", "...."),
    ] {
        for _ in 0..20 {
            let mut stream = listening.send(request).await;
            stream.shutdown().await.unwrap();
            let answer = read_to_end(&mut stream).await;
            assert_eq!(status(&answer), 200, "{request}");
            assert!(answer.ends_with(ends_with), "{request}");
        }
    }
    listening.all_end().await;
}

#[tokio::test]
async fn fe_14_a_client_that_is_gone_is_not_worked_for_much_longer() {
    let limits = ConnectionLimits {
        half_close_timeout: SHORT,
        ..patient()
    };
    let listening = listen(limits).await;
    let left = listening.send("GET /never HTTP/1.1\r\n\r\n").await;
    listening.until(|seen| seen.under_way() == 1).await;
    drop(left);
    listening.all_end().await;
}

#[tokio::test]
async fn up_14_an_answer_that_is_cut_when_the_server_ends_or_takes_its_client_for_gone_is_reset() {
    for is_stopped in [true, false] {
        let limits = ConnectionLimits {
            half_close_timeout: SHORT,
            drain_timeout: Duration::ZERO,
            ..patient()
        };
        let listening = listen(limits).await;
        let mut stream = listening.send("GET /big HTTP/1.0\r\n\r\n").await;
        listening.until(|seen| seen.under_way() == 1).await;
        if is_stopped {
            listening.stop.at_once();
        } else {
            // It reads nothing, and sends nothing more.
            stream.shutdown().await.unwrap();
        }
        listening.all_end().await;
        let mut answer = Vec::new();
        let read = timeout(DEADLINE, stream.read_to_end(&mut answer)).await;
        let error = read.expect("an end").expect_err("no ordinary end");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}

#[tokio::test]
async fn up_14_an_answer_that_breaks_off_ends_in_a_reset_in_any_http_version() {
    let listening = listen(patient()).await;
    for version in ["1.0", "1.1"] {
        let request = format!("GET /broken HTTP/{version}\r\n\r\n");
        let mut stream = listening.send(request).await;
        let mut answer = Vec::new();
        let read = timeout(DEADLINE, stream.read_to_end(&mut answer)).await;
        let error = read.expect("an end").expect_err("no ordinary end");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{version}");
    }
}

#[tokio::test]
async fn fe_14_clients_that_hang_up_at_any_time_leave_nothing_behind() {
    // Each of them needs the place of the client before it.
    let limits = ConnectionLimits {
        connections: 1,
        probe_connections: 0,
        ..patient()
    };
    let listening = listen(limits).await;
    let phases = [
        ("", None),
        ("GET /hel", None),
        ("GET /hello HTTP/1.1\r\nHost: kyc", None),
        (
            "POST /reads HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
            Some("/reads"),
        ),
        ("GET /never HTTP/1.1\r\n\r\n", Some("/never")),
        (
            "POST /never HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
            Some("/never"),
        ),
        ("GET /big HTTP/1.1\r\n\r\n", Some("/big")),
        (HELLO, Some("/hello")),
    ];
    for round in 0..125 {
        for (sent, reaches) in phases {
            let before = reaches.map(|path| (path, listening.seen.count(path)));
            let stream = listening.send(sent).await;
            if let Some((path, before)) = before {
                listening.until(|seen| seen.count(path) > before).await;
            }
            if round % 2 == 0 {
                // An abortive close: a reset instead of an orderly end.
                SockRef::from(&stream)
                    .set_linger(Some(Duration::ZERO))
                    .unwrap();
            }
            drop(stream);
        }
    }
    let mut last = listening.connect().await;
    assert!(is_served(&mut last).await);
    assert_eq!(listening.seen.under_way(), 0);
}
