//! A server without Authenteq's certificate gets no byte that is meant for Authenteq.

use std::{
    fs,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rstest::rstest;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};
use webkyc_backend::{Limits, authenteq};
use webkyc_test_kit::raw_server::token_answer;

use crate::{
    harness::{Answer, CLIENT_SECRET, Flow, STATE, TestApp},
    program::Running,
};

const CODE: &str = "code-for-nobody-else";

/// A CA that the test's program trusts, or does not.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "A test's CA");
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    fn sign(&self, host: &str, change: impl FnOnce(&mut CertificateParams)) -> ServerConfig {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        config(certificate, &key)
    }
}

fn self_signed() -> ServerConfig {
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    config(params.self_signed(&key).unwrap(), &key)
}

fn config(certificate: rcgen::Certificate, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap()
}

/// Terminates TLS with this certificate, keeps all received bytes, and answers with a token.
struct TlsServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
    serving: JoinHandle<()>,
}

impl TlsServer {
    async fn start(config: ServerConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<u8>>>::default();
        let (tape, acceptor) = (received.clone(), TlsAcceptor::from(Arc::new(config)));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, acceptor.clone(), tape.clone()));
            }
        });
        Self {
            address,
            received,
            serving,
        }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(stream: TcpStream, acceptor: TlsAcceptor, received: Arc<Mutex<Vec<u8>>>) {
    let Ok(mut stream) = acceptor.accept(stream).await else {
        return;
    };
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut piece).await {
        let is_whole = {
            let mut received = received.lock().unwrap();
            received.extend_from_slice(&piece[..length]);
            // The last line of the form.
            received.ends_with(b"--\r\n")
        };
        if is_whole {
            stream.write_all(&token_answer()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    }
}

/// The first call to Authenteq for a visitor: at the end of a flow, or with Web IDV at its beginning.
async fn first_call(flow: Flow, app: &TestApp) -> Answer {
    let mut visitor = app.visitor();
    if flow == Flow::WebIdv {
        return visitor.post("/api/begin", json!({"state": STATE})).await;
    }
    visitor.begin(STATE).await;
    let answer = visitor.exchange(CODE, STATE).await;
    if !answer.status.is_success() {
        assert_eq!(visitor.cookies.len(), 1, "the flow goes on");
    }
    answer
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    let mut windows = haystack.windows(needle.len());
    windows.any(|window| window == needle.as_bytes())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn up_23_a_certificate_that_is_not_authenteqs_gets_no_byte_of_the_secret(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (trusted, unknown) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    fs::write(&file, &trusted.pem).unwrap();
    let over = |params: &mut CertificateParams| params.not_after = date_time_ymd(2020, 1, 1);
    let to_come = |params: &mut CertificateParams| params.not_before = date_time_ymd(3000, 1, 1);
    let table = [
        ("self-signed", self_signed()),
        ("expired", trusted.sign("localhost", over)),
        ("not yet valid", trusted.sign("localhost", to_come)),
        ("wrong host", trusted.sign("authenteq.example", |_| {})),
        ("unknown CA", unknown.sign("localhost", |_| {})),
    ];
    for (name, config) in table {
        let server = TlsServer::start(config).await;
        let program = Running::start(&server.url(), |command| {
            flow.configure(command);
            command.env("SSL_CERT_FILE", &file);
        });
        let answer = first_call(flow, &program.app).await;
        assert_eq!(answer.body["code"], "UPSTREAM_TLS", "{name}");
        answer.assert_problem(502, "UPSTREAM_TLS");
        assert_eq!(answer.body["retryable"], true, "{name}");
        assert_eq!(*server.received.lock().unwrap(), b"", "{name}");
    }

    if flow == Flow::WebIdv {
        return;
    }
    // The same program trusts a server with the right certificate.
    let server = TlsServer::start(trusted.sign("localhost", |_| {})).await;
    let keys = folder.path().join("keys.log");
    let program = Running::start(&server.url(), |command| {
        command
            .env("SSL_CERT_FILE", &file)
            .env("SSLKEYLOGFILE", &keys);
    });
    first_call(flow, &program.app).await.assert_ok();
    let received = server.received.lock().unwrap().clone();
    assert!(contains(&received, CLIENT_SECRET) && contains(&received, CODE));
    assert!(
        !keys.exists(),
        "UP-26: the session keys are written nowhere"
    );
}

/// Answers the handshake with these bytes or not at all; returns the bytes that it received.
async fn refuses(flow: Flow, said: Option<Vec<u8>>, limits: Limits) -> (Answer, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let app = flow.start_limited(&url, |_| {}, limits).await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = Vec::new();
        stream.read_buf(&mut received).await.unwrap();
        if let Some(said) = said {
            stream.write_all(&said).await.unwrap();
            stream.shutdown().await.unwrap();
        }
        // Until the other side closes.
        let _ = stream.read_to_end(&mut received).await;
        received
    });
    let answer = first_call(flow, &app).await;
    (answer, server.await.unwrap())
}

/// The ServerHello of a server that supports no newer version: no extensions, one suite.
fn old_server_hello(version: u8) -> Vec<u8> {
    let mut hello = vec![3, version];
    hello.extend([7; 32]);
    // No session, ECDHE with AES-128-CBC, no compression.
    hello.extend([0, 0xc0, 0x13, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![22, 3, version, 0, length + 4, 2, 0, 0, length];
    record.extend(hello);
    record
}

#[rstest]
#[tokio::test]
async fn up_23_a_server_without_current_tls_gets_no_byte_of_the_secret(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let http = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec();
    let handshake_failure = vec![21, 3, 3, 0, 2, 2, 40];
    let limits = Limits {
        authenteq: authenteq::CallLimits {
            connect: Duration::from_millis(300),
            ..authenteq::CallLimits::default()
        },
        ..Limits::default()
    };
    for (name, said, code) in [
        ("TLS 1.0", Some(old_server_hello(1)), "UPSTREAM_TLS"),
        ("TLS 1.1", Some(old_server_hello(2)), "UPSTREAM_TLS"),
        ("an alert", Some(handshake_failure), "UPSTREAM_TLS"),
        ("HTTP", Some(http), "UPSTREAM_TLS"),
        // Neither sends any byte, so nothing points to TLS.
        ("an end", Some(Vec::new()), "UPSTREAM_CONNECT"),
        ("silence", None, "UPSTREAM_CONNECT"),
    ] {
        let (answer, received) = refuses(flow, said, limits.clone()).await;
        assert_eq!(answer.body["code"], code, "{name}");
        answer.assert_problem(502, code);
        assert_eq!(answer.body["retryable"], true, "{name}");
        // A handshake record, and none of our data in clear text.
        assert_eq!(received[..2], [22, 3], "{name}");
        for secret in [CLIENT_SECRET, CODE, "clientSecret", "POST", "Basic"] {
            assert!(!contains(&received, secret), "{name}: {secret}");
        }
    }
}
