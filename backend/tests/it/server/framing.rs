//! Requests that a proxy in between could count differently than we do.

use futures_util::future::join_all;

use super::*;

/// The outcome of a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// A status of 400 and above, or a close without an answer. No handler is reached.
    Refused,
    /// The handler is reached and cannot read the body. The connection ends.
    Spoilt,
    /// One answer, and the connection ends: the rest is not read as a request.
    Last,
}

use Fate::{Last, Refused, Spoilt};

/// Follows the request, and must become part of it or be ignored.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: kyc.example\r\n\r\n";

/// Each is sent between `POST /probe HTTP/1.1\r\nHost: kyc.example\r\n` and [`SMUGGLED`].
const AFTER_HOST: &[(&str, Fate)] = &[
    // Two length indications. RFC 9112, 6.1: the coding takes precedence, and the connection
    // closes.
    (
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Last,
    ),
    (
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        Last,
    ),
    (
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Last,
    ),
    (
        "Content-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    // Conflicting or invalid lengths.
    ("Content-Length: 0\r\nContent-Length: 45\r\n\r\n", Refused),
    ("Content-Length: 45\r\nContent-Length: 0\r\n\r\n", Refused),
    ("Content-Length: 0, 45\r\n\r\n", Refused),
    ("Content-Length: 0, 0\r\n\r\n", Refused),
    ("Content-Length: +0\r\n\r\n", Refused),
    ("Content-Length: -1\r\n\r\n", Refused),
    ("Content-Length: 0x0\r\n\r\n", Refused),
    ("Content-Length: 0_0\r\n\r\n", Refused),
    ("Content-Length: 0 0\r\n\r\n", Refused),
    ("Content-Length: \"0\"\r\n\r\n", Refused),
    ("Content-Length: 0;a\r\n\r\n", Refused),
    ("Content-Length:\r\n\r\n", Refused),
    ("Content-Length: 18446744073709551616\r\n\r\n", Refused),
    (
        "Content-Length: 99999999999999999999999999\r\n\r\n",
        Refused,
    ),
    // Codings that are not exactly one `chunked`.
    ("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", Refused),
    ("Transfer-Encoding: chunkedx\r\n\r\n0\r\n\r\n", Refused),
    ("Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", Refused),
    (
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    (
        "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    ("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Refused),
    (
        "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    ("Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n", Refused),
    (
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    (
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    (
        "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    ("Transfer-Encoding: identity\r\n\r\n", Refused),
    ("Transfer-Encoding: gzip\r\n\r\n", Refused),
    ("Transfer-Encoding:\r\n\r\n", Refused),
    ("Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n", Refused),
    ("Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n", Refused),
    // Names that only some parsers recognise.
    ("Content-Length : 0\r\n\r\n", Refused),
    ("Content-Length\t: 0\r\n\r\n", Refused),
    ("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", Refused),
    (" Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Refused),
    ("\tTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Refused),
    ("Content\0-Length: 0\r\n\r\n", Refused),
    (": 0\r\n\r\n", Refused),
    ("No colon\r\n\r\n", Refused),
    // Folded lines, and lines with unusual ends.
    ("X-Folded: a\r\n Content-Length: 0\r\n\r\n", Refused),
    ("X-Folded: a\r\n\tb\r\n\r\n", Refused),
    ("Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", Refused),
    ("X-Bare: a\rTransfer-Encoding: chunked\r\n\r\n", Refused),
    ("X-Bare: a\r\r\n\r\n", Refused),
    ("X-Null: a\0b\r\n\r\n", Refused),
    // Chunks of ambiguous size.
    ("Transfer-Encoding: chunked\r\n\r\n\r\n0\r\n\r\n", Spoilt),
    ("Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n", Spoilt),
    ("Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n", Spoilt),
    ("Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n", Spoilt),
    ("Transfer-Encoding: chunked\r\n\r\n0_0\r\n\r\n", Spoilt),
    ("Transfer-Encoding: chunked\r\n\r\ng\r\n\r\n", Spoilt),
    (
        "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n",
        Spoilt,
    ),
    ("Transfer-Encoding: chunked\r\n\r\n0\n\n", Spoilt),
    ("Transfer-Encoding: chunked\r\n\r\n0\r\r\n\r\n", Spoilt),
    (
        "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        Spoilt,
    ),
    ("Transfer-Encoding: chunked\r\n\r\n1\r\na0\r\n\r\n", Spoilt),
    (
        "Transfer-Encoding: chunked\r\n\r\n2\r\na\r\n0\r\n\r\n",
        Spoilt,
    ),
    ("Transfer-Encoding: chunked\r\n\r\n1\na\n0\r\n\r\n", Spoilt),
    // Extensions: a bare line feed ends a line for some parsers.
    ("Transfer-Encoding: chunked\r\n\r\n0;a\nb\r\n\r\n", Spoilt),
    ("Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n", Spoilt),
];

/// Whole first requests.
const WHOLE: &[(&str, Fate)] = &[
    (
        "POST /probe HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    ("POST /probe HTTP/1.0\r\nContent-Length: 0\r\n\r\n", Last),
    ("POST /probe\r\n\r\n", Refused),
    ("POST  /probe HTTP/1.1\r\n\r\n", Refused),
    ("POST /probe  HTTP/1.1\r\n\r\n", Refused),
    ("POST /probe HTTP/1.1 \r\n\r\n", Refused),
    ("POST /probe HTTP/1.2\r\n\r\n", Refused),
    ("POST /probe HTTP/2.0\r\n\r\n", Refused),
    ("POST /probe http/1.1\r\n\r\n", Refused),
    ("POST /probe HTTP/1.1\r\r\n\r\n", Refused),
    (" POST /probe HTTP/1.1\r\n\r\n", Refused),
    ("PO(ST /probe HTTP/1.1\r\n\r\n", Refused),
    ("POST /pro be HTTP/1.1\r\n\r\n", Refused),
    ("POST /probe\0 HTTP/1.1\r\n\r\n", Refused),
    ("POST /probe HTTP/1.1\r\n X: folded\r\n\r\n", Refused),
    ("GET /probe HTTP/1.1\r\nContent-Length: 45\r\n\r\n", Refused),
    (
        "HEAD /probe HTTP/1.1\r\nContent-Length: 45\r\n\r\n",
        Refused,
    ),
    (
        "GET /probe HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Refused,
    ),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Refused),
];

#[tokio::test]
async fn acc_08_no_request_is_answered_twice_and_nothing_is_smuggled() {
    let after_host = AFTER_HOST.iter().map(|(rest, fate)| {
        let request = format!("POST /probe HTTP/1.1\r\nHost: kyc.example\r\n{rest}");
        (request, *fate)
    });
    let whole = WHOLE
        .iter()
        .map(|(request, fate)| ((*request).to_owned(), *fate));
    let all = after_host
        .chain(whole)
        .map(|(request, expected)| async move {
            let limits = ConnectionLimits {
                header_timeout: SHORT,
                keepalive_timeout: SHORT,
                ..patient()
            };
            let listening = listen(limits).await;
            let mut stream = listening.send(format!("{request}{SMUGGLED}")).await;
            let answers = read_to_end(&mut stream).await;
            let statuses: Vec<u16> = answers
                .match_indices("HTTP/1.")
                .map(|(at, _)| status(&answers[at..]))
                .collect();
            let reached = listening.seen.count("/probe");
            let got = match (reached, &statuses[..]) {
                (0, [] | [400..=499]) => Some(Refused),
                (1, [] | [400..=499]) => Some(Spoilt),
                (1, [200..=299]) => Some(Last),
                _ => None,
            };
            let smuggled = listening.seen.count("/smuggled");
            let is_wrong = smuggled != 0 || got != Some(expected);
            is_wrong.then(|| {
                format!("{request:?}: {expected:?}, but {statuses:?} {reached} {smuggled}")
            })
        });
    let wrong: Vec<_> = join_all(all).await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// RFC 9112, 2.2, lets a server accept a bare line feed as the end of a line, and hyper does. It
/// stays one request, with one answer; a proxy that forwards it must not have read it as part of a
/// header's value.
#[tokio::test]
async fn acc_08_bare_line_feeds_end_lines_and_nothing_else() {
    let listening = listen(patient()).await;
    let request = "POST /reads HTTP/1.1\nHost: kyc.example\nContent-Length: 5\n\nGET /";
    let mut stream = listening.send(request).await;
    assert!(read_answer(&mut stream).await.ends_with("\r\n\r\n5"));
    assert!(is_served(&mut stream).await);
    assert_eq!(listening.seen.paths.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn requests_that_only_look_odd_are_served() {
    let listening = listen(patient()).await;
    let mut stream = listening.connect().await;
    for (request, length) in [
        (
            "POST /reads HTTP/1.1\r\nTransfer-Encoding: CHUNKED\r\n\r\n1;a=b\r\na\r\n0\r\n\r\n",
            1,
        ),
        (
            "POST /reads HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n001\r\na\r\n0\r\nT: x\r\n\r\n",
            1,
        ),
        ("POST /reads HTTP/1.1\r\ncontent-length:2\r\n\r\nab", 2),
        ("GET /hello HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 6),
    ] {
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = read_answer(&mut stream).await;
        assert_eq!(status(&answer), 200, "{request}");
        assert!(answer.ends_with("hello\n") || answer.ends_with(&length.to_string()));
    }
    let pipelined = HELLO.repeat(3);
    stream.write_all(pipelined.as_bytes()).await.unwrap();
    for _ in 0..3 {
        assert_eq!(status(&read_answer(&mut stream).await), 200);
    }
}

#[tokio::test]
async fn fe_08_only_a_handler_that_reads_asks_for_the_body() {
    let listening = listen(patient()).await;
    let ask = |path: &str| {
        format!("POST {path} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    };
    let mut refused = listening.send(ask("/refuses")).await;
    assert_eq!(status(&read_answer(&mut refused).await), 200);

    let mut read = listening.send(ask("/reads")).await;
    assert_eq!(
        read_answer(&mut read).await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    read.write_all(b"hello").await.unwrap();
    assert!(read_answer(&mut read).await.ends_with("\r\n\r\n5"));

    let get = "GET /hello HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    let mut refused = listening.send(get).await;
    let answer = read_to_end(&mut refused).await;
    assert_eq!(status(&answer), 400, "{answer}");
    assert_eq!(listening.seen.count("/hello"), 0);
}
