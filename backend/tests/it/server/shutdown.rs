//! The end of a listener, in steps.

use super::*;

/// Waits for `serve`; returns the number of connections that it cut.
async fn ended(listening: &mut Listening) -> usize {
    let serving = timeout(DEADLINE, &mut listening.serving).await;
    serving.expect("an end").unwrap()
}

const READS: &str = "POST /reads HTTP/1.1\r\nContent-Length: 5\r\n\r\n";

#[tokio::test]
async fn ops_01_an_announced_end_serves_on_and_closes_each_connection() {
    let mut listening = listen(patient()).await;
    let mut known = listening.connect().await;
    assert!(is_served(&mut known).await);
    let draining = listening.stop.draining();
    assert!(!draining.is_draining());
    listening.stop.announce();
    assert!(draining.is_draining());
    let fresh = listening.connect().await;
    for mut stream in [known, fresh] {
        stream.write_all(HELLO.as_bytes()).await.unwrap();
        let answer = read_to_end(&mut stream).await;
        assert_eq!(status(&answer), 200);
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
    listening.stop.close();
    assert_eq!(ended(&mut listening).await, 0);
    assert!(TcpStream::connect(listening.address).await.is_err());
}

#[tokio::test]
async fn ops_01_the_lame_duck_time_ends_by_itself() {
    let mut listening = listen(Limits {
        lame_duck: SHORT,
        ..patient()
    })
    .await;
    let mut idle = listening.connect().await;
    assert!(is_served(&mut idle).await);
    let announced = std::time::Instant::now();
    listening.stop.announce();
    assert_eq!(read_to_end(&mut idle).await, "");
    assert!(announced.elapsed() >= SHORT);
    drop(idle);
    assert_eq!(ended(&mut listening).await, 0);
}

#[tokio::test]
async fn ops_01_a_request_under_way_is_answered_and_an_idle_connection_ends() {
    let mut listening = listen(patient()).await;
    let mut idle = listening.connect().await;
    assert!(is_served(&mut idle).await);
    let mut half = listening.send(READS).await;
    listening.until(|seen| seen.count("/reads") == 1).await;
    listening.stop.close();
    assert_eq!(read_to_end(&mut idle).await, "");
    drop(idle);
    half.write_all(b"hello").await.unwrap();
    let answer = read_to_end(&mut half).await;
    assert!(answer.ends_with("\r\n\r\n5"), "{answer}");
    drop(half);
    assert_eq!(ended(&mut listening).await, 0);
}

#[tokio::test]
async fn ops_02_connections_that_do_not_end_are_cut_after_the_drain() {
    let mut listening = listen(Limits {
        drain: SHORT,
        ..patient()
    })
    .await;
    let half_a_head = &HELLO[..30];
    let stuck = [half_a_head, READS, "GET /never HTTP/1.1\r\n\r\n"];
    let mut streams = Vec::new();
    for sent in stuck {
        streams.push(listening.send(sent).await);
    }
    listening
        .until(|seen| seen.count("/reads") == 1 && seen.under_way() == 1)
        .await;
    listening.stop.close();
    assert_eq!(ended(&mut listening).await, 3);
    listening.all_end().await;
    for mut stream in streams {
        assert_eq!(read_to_end(&mut stream).await, "");
    }
}

#[tokio::test]
async fn ops_02_at_once_waits_for_nothing() {
    let mut listening = listen(patient()).await;
    let _stuck = listening.send("GET /never HTTP/1.1\r\n\r\n").await;
    listening.until(|seen| seen.under_way() == 1).await;
    listening.stop.announce();
    listening.stop.at_once();
    assert_eq!(ended(&mut listening).await, 1);
    listening.all_end().await;
}

#[tokio::test]
async fn ops_01_two_listeners_stop_together() {
    let stop = Stop::new();
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (app, draining) = (app(Seen::default()), stop.draining());
        all.spawn(async move { serve(listener, app, &patient(), draining).await });
    }
    stop.close();
    let cut = timeout(DEADLINE, all.join_all()).await;
    assert_eq!(cut.unwrap(), [0, 0]);
}
