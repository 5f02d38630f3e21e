//! Many clients, and clients that leave.

use std::io;

use socket2::SockRef;

use super::*;

#[tokio::test]
async fn fe_05_beyond_the_cap_nobody_is_harmed_and_everybody_is_served_in_turn() {
    let limits = Limits {
        connections: 4,
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
async fn fe_14_clients_that_hang_up_at_any_time_leave_nothing_behind() {
    // Each of them needs the room that the one before has left.
    let limits = Limits {
        connections: 1,
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
                // The network's way to hang up: a reset instead of an end.
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
