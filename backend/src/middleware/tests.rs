use std::{
    io,
    sync::{Mutex, PoisonError},
};

use axum::routing::get;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::{
    config::{Config, settings::Settings},
    listener::{self, Stop},
};

/// The captured log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends a request on this connection and reads one answer: its head and its body.
async fn ask(connection: &mut BufReader<TcpStream>, path: &str) -> (String, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:8080\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(connection.read_line(&mut head).await.unwrap(), 0, "{head}");
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    connection.read_exact(&mut body).await.unwrap();
    (head, String::from_utf8(body).unwrap())
}

#[tokio::test]
async fn ops_13_a_panic_costs_one_request_and_its_words_stay_inside() {
    let log = Lines::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone());
    let _logging = tracing::subscriber::set_default(subscriber.finish());
    let config = Config::from_settings(Settings {
        client_id: Some("id".into()),
        client_secret: Some("secret".into()),
        public_url: Some("http://localhost:8080".into()),
        ..Settings::default()
    });
    let metrics = Metrics::new().unwrap();
    let timeout = Duration::from_secs(10);
    let config = Arc::new(config.unwrap());
    let stack = Stack::new(config, metrics.clone(), Listener::Public, timeout);
    let routes = Router::new()
        .route("/panics", get(async || panic!("canary") as &str))
        .route("/works", get(async || "works"));
    let router = stack.around(routes);
    let stop = Stop::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = listener::ConnectionLimits::default();
    let serving = listener::serve(listener, router, &limits, stop.draining());
    let asking = async {
        let connection = TcpStream::connect(address).await.unwrap();
        let mut connection = BufReader::new(connection);
        let failed = ask(&mut connection, "/panics").await;
        (failed, ask(&mut connection, "/works").await)
    };
    let ((head, body), (_, works)) = tokio::select! {
        answers = asking => answers,
        _ = serving => panic!("it ended"),
    };
    assert!(head.starts_with("HTTP/1.1 500 "), "{head}");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(problem["code"], "INTERNAL");
    let named = format!(
        "x-request-id: {}\r\n",
        problem["requestId"].as_str().unwrap()
    );
    assert!(head.contains(&named), "{head}");
    assert!(!body.contains("canary"));
    assert_eq!(works, "works");
    let metrics = metrics.render(&[], &[]).unwrap();
    assert!(metrics.contains("\nwebkyc_panics_total 1\n"), "{metrics}");

    let log = log.0.lock().unwrap().clone();
    let log = String::from_utf8(log).unwrap();
    assert!(log.contains("ERROR") && log.contains("/panics"), "{log}");
    assert!(!log.contains("canary"), "{log}");
}
