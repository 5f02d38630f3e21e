//! Requests to the letter, as no client library sends them.

use reqwest::header;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::{Answer, PUBLIC_URL, TestApp};

/// A request of a page of ours whose body breaks off, and what came back for it.
pub(crate) async fn cut_off(app: &TestApp, path: &str) -> Answer {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: kyc.example\r\nOrigin: {PUBLIC_URL}\r\nX-WebKYC: 1\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    );
    raw(&app.address, &request).await
}

/// Sends this to the letter, on a connection that ends with the answer.
pub(crate) async fn raw(address: &str, request: &str) -> Answer {
    let address = address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await.unwrap();
    let received = String::from_utf8(received).unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        let name: header::HeaderName = name.parse().unwrap();
        (name, value.parse().unwrap())
    });
    Answer {
        status: status.parse().unwrap(),
        headers: headers.collect(),
        body: serde_json::from_str(body).unwrap_or_default(),
    }
}
