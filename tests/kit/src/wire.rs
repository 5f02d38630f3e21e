//! Requests to the letter, as no client library sends them, and the answers to them.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::TIMEOUT;

/// An answer as it came over the wire.
#[derive(Debug)]
pub struct Answer {
    /// `HTTP/1.1 200 OK`
    pub status_line: String,
    /// The number in that line.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// All that followed the headers.
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(end) = end else {
            panic!("no answer: {:?}", String::from_utf8_lossy(bytes));
        };
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status_line = lines.next().unwrap().to_owned();
        let headers = lines.map(|line| -> (HeaderName, HeaderValue) {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            (name.parse().unwrap(), value.parse().unwrap())
        });
        Self {
            status: status_line[9..12].parse().unwrap(),
            status_line,
            headers: headers.collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// The value of a header, which must not stand there twice.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map(|value| value.to_str().unwrap());
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    /// The body as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        let read = serde_json::from_slice(&self.body);
        read.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }
}

/// Connects to `HOST:PORT`, or to the URL of its root.
pub async fn connect(address: &str) -> TcpStream {
    let address = address.strip_prefix("http://").unwrap_or(address);
    TcpStream::connect(address.trim_end_matches('/'))
        .await
        .unwrap()
}

/// Connects and sends this.
pub async fn send(address: &str, request: impl AsRef<[u8]>) -> TcpStream {
    let mut stream = connect(address).await;
    stream.write_all(request.as_ref()).await.unwrap();
    stream
}

/// Sends a request that must make the server close the connection, and reads the answer.
pub async fn ask(address: &str, request: impl AsRef<[u8]>) -> Answer {
    read_answer(&mut send(address, request).await).await
}

/// Reads an answer until the other side closes the connection.
pub async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> Answer {
    let mut bytes = Vec::new();
    let reading = timeout(TIMEOUT, stream.read_to_end(&mut bytes)).await;
    reading.expect("the connection stays open").unwrap();
    Answer::parse(&bytes)
}

/// Reads up to and including the first empty line.
pub async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while !bytes.ends_with(b"\r\n\r\n") {
            bytes.push(stream.read_u8().await.unwrap());
        }
    };
    timeout(TIMEOUT, reading).await.expect("no end of the head");
    String::from_utf8(bytes).unwrap()
}
