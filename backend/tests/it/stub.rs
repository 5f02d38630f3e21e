//! An Authenteq with fixed answers, long enough to break off in the middle.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Query, Request, State},
    http::{HeaderMap, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::stream;
use tokio::{net::TcpListener, task::JoinHandle};
use webkyc_backend::authenteq::Format;

/// The verification that the details name.
pub(crate) const ID: &str = "3631324b-5bcc-48b0-b717-4f12f45e0a1d";

/// Bytes of each body, more or less.
pub(crate) const SIZE: usize = 200_000;

/// Listens until it is dropped. Every connection serves one call.
pub(crate) struct Stub {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Asked>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Asked {
    codes: HashMap<String, usize>,
    paths: Vec<String>,
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Asked>>::default();
        let router = Router::new()
            .route("/v2/web-kyc/token", post(token))
            .route("/v2/web-kyc/details", get(async || json(&details())))
            .route("/export/{path}", get(export))
            .route("/web-idv/verification-url", get(verification_url))
            .route("/web-idv/verification-result", get(verification_result))
            .layer(from_fn_with_state(asked.clone(), write_down))
            .with_state(asked.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            asked,
            serving,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often this code was received.
    pub(crate) fn times_spent(&self, code: &str) -> usize {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.codes.get(code).copied().unwrap_or(0)
    }

    /// Paths with their queries, in the order they came.
    pub(crate) fn paths(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.paths.clone()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn write_down(
    State(asked): State<Arc<Mutex<Asked>>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().to_string();
    asked.lock().unwrap().paths.push(path);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, "close".parse().unwrap());
    response
}

async fn token(State(asked): State<Arc<Mutex<Asked>>>, form: Bytes) -> Response {
    let form = String::from_utf8(form.to_vec()).unwrap();
    let (_, code) = form.split_once("name=\"code\"\r\n\r\n").unwrap();
    let (code, _) = code.split_once("\r\n").unwrap();
    let mut asked = asked.lock().unwrap();
    *asked.codes.entry(code.to_owned()).or_default() += 1;
    json(&format!(
        "{{\"token\":\"ey.{code}\",\"more\":\"{}\"}}",
        filler()
    ))
}

/// An address at the host that was asked, which may be a proxy.
async fn verification_url(headers: HeaderMap) -> Response {
    let host = headers[header::HOST].to_str().unwrap();
    json(&format!(
        "{{\"more\":\"{}\",\"verificationUrl\":\"http://{host}/verify?token=a\"}}",
        filler()
    ))
}

/// A result whose id comes last.
async fn verification_result(
    State(asked): State<Arc<Mutex<Asked>>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let mut asked = asked.lock().unwrap();
    *asked.codes.entry(query["code"].clone()).or_default() += 1;
    json(&format!("{{\"more\":\"{}\",\"id\":\"{ID}\"}}", filler()))
}

async fn export(Path(path): Path<String>) -> Response {
    let mut formats = Format::ALL.into_iter();
    let format = formats.find(|format| path.ends_with(format.name()));
    let format = format.unwrap();
    let content = exported(format);
    let media_type = match format {
        Format::Json => "application/json",
        Format::Multipart => "multipart/mixed;boundary=b",
        Format::Pdf => "application/pdf",
    };
    let body = match format {
        // One of the three without a length.
        Format::Multipart => Body::from_stream(stream::iter([Ok::<_, Infallible>(content)])),
        Format::Json | Format::Pdf => content.into(),
    };
    ([(header::CONTENT_TYPE, media_type)], body).into_response()
}

/// The file of this format.
pub(crate) fn exported(format: Format) -> String {
    match format {
        Format::Json => details(),
        Format::Multipart => format!(
            "--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b--\r\n",
            details()
        ),
        Format::Pdf => format!("%PDF-1.7\n{}\n%%EOF\n", filler()),
    }
}

fn details() -> String {
    format!(
        "{{\"id\":\"{ID}\",\"details\":{{\"surname\":\"A\"}},\"more\":\"{}\"}}",
        filler()
    )
}

fn filler() -> String {
    "0123456789".repeat(SIZE / 10)
}

fn json(body: &str) -> Response {
    let media_type = [(header::CONTENT_TYPE, "application/json")];
    (media_type, body.to_owned()).into_response()
}
