//! A client that sends what it is given, byte for byte, and reads until the other side closes.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::Stack;

/// How long an answer may take, pictures that have to be drawn included.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer as it came over the wire.
pub(crate) struct Answer {
    /// `HTTP/1.1 200 OK`
    pub(crate) status_line: String,
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(end) = end else {
            panic!("no answer: {:?}", String::from_utf8_lossy(bytes));
        };
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status_line = lines.next().unwrap().to_owned();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap_or((line, "")))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self {
            status: status_line[9..12].parse().unwrap(),
            status_line,
            headers,
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// The one value of a header.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(one, _)| one == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        let read = serde_json::from_slice(&self.body);
        read.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }
}

impl Stack {
    pub(crate) async fn connect(&self) -> TcpStream {
        let address = self.sandbox.url().strip_prefix("http://").unwrap();
        TcpStream::connect(address).await.unwrap()
    }

    /// Says one thing, which must make the sandbox close the connection, and hears the answer.
    pub(crate) async fn say(&self, request: impl AsRef<[u8]>) -> Answer {
        let mut connection = self.connect().await;
        connection.write_all(request.as_ref()).await.unwrap();
        hear(&mut connection).await
    }
}

/// Reads to the end.
pub(crate) async fn hear(connection: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let reading = connection.read_to_end(&mut bytes);
    tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("the sandbox closes the connection")
        .unwrap();
    let answer = Answer::read(&bytes);
    if let Some(length) = answer.header("content-length") {
        assert_eq!(length, answer.body.len().to_string());
    }
    answer
}

/// Reads up to and including the first empty line.
pub(crate) async fn hear_head(connection: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while !bytes.ends_with(b"\r\n\r\n") {
            bytes.push(connection.read_u8().await.unwrap());
        }
    };
    tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("the sandbox says something");
    String::from_utf8(bytes).unwrap()
}
