//! The upstream of every measured server: Authenteq's endpoints, answered from memory at once. The
//! sandbox, which draws and checks, would be measured too.

use std::{
    io,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use axum::{
    Router,
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Deserialize;
use serde_json::json;
use tokio::{net::TcpListener, time::sleep};

const KIB: usize = 1 << 10;

/// Bytes of an export.
pub(crate) const PDF: usize = 30 << 20;

/// The code and the token of hostile details: nested brackets in an unknown member.
pub(crate) const NESTED: &str = "nested";
/// As many bytes as the backend reads.
const NESTED_BYTES: usize = 16 << 20;

/// The size of the details, by the code of the sign-up, which is its token too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// A kilobyte, without pictures.
    Small,
    /// 2 MiB, with four pictures as a phone takes them.
    Large,
    /// 8 MiB, with four pictures.
    Huge,
}

impl Size {
    const ALL: [Self; 3] = [Self::Small, Self::Large, Self::Huge];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
            Self::Huge => "huge",
        }
    }

    /// The least number of bytes; the details have few more.
    pub(crate) fn least(self) -> usize {
        match self {
            Self::Small => 400,
            Self::Large => 2 << 20,
            Self::Huge => 8 << 20,
        }
    }

    /// Bytes of each of four pictures.
    fn picture(self) -> Option<usize> {
        match self {
            Self::Small => None,
            Self::Large => Some(384 * KIB),
            Self::Huge => Some(1536 * KIB),
        }
    }
}

struct Answers {
    details: [Bytes; 3],
    nested: Bytes,
    pdf: Bytes,
    /// One of the four pictures.
    picture: Bytes,
}

/// Starts it. Returns its URL.
pub(crate) async fn start() -> Result<String> {
    serve(|router| router).await
}

/// The same, with one call in ten broken, each time in another way.
pub(crate) async fn start_faulty() -> Result<String> {
    serve(|router| router.layer(from_fn_with_state(Arc::new(AtomicUsize::new(0)), fault))).await
}

async fn serve(change: impl FnOnce(Router) -> Router) -> Result<String> {
    let answers = tokio::task::spawn_blocking(Answers::make).await??;
    let router = Router::new()
        .route("/authorize", get(authorize))
        .route("/v2/web-kyc/token", post(token))
        .route("/v2/web-kyc/details", get(details))
        .route("/export/verification-result-as-pdf", get(pdf))
        .route("/pictures", get(pictures))
        .route("/pictures/{place}", get(picture))
        .with_state(Arc::new(answers));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(axum::serve(listener, change(router)).into_future());
    Ok(url)
}

/// Breaks every tenth call.
async fn fault(State(calls): State<Arc<AtomicUsize>>, request: Request, next: Next) -> Response {
    let call = calls.fetch_add(1, Ordering::Relaxed);
    if !call.is_multiple_of(10) {
        return next.run(request).await;
    }
    if call % 12_000 == 6_000 {
        // Longer than anybody waits. More of them would make the backend leave this host alone.
        sleep(Duration::from_secs(60)).await;
    }
    match call / 10 % 5 {
        0 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        1 => StatusCode::TOO_MANY_REQUESTS.into_response(),
        2 => {
            sleep(Duration::from_millis(300)).await;
            next.run(request).await
        }
        3 => {
            // Half of the answer, and then the connection ends.
            let (head, body) = next.run(request).await.into_parts();
            let mut pieces = body.into_data_stream();
            let first = pieces.next().await;
            let end = Err(axum::Error::new(io::Error::other("a fault")));
            let pieces = stream::iter(first.into_iter().chain([end]));
            Response::from_parts(head, Body::from_stream(pieces))
        }
        _ => "<!doctype html>no JSON".into_response(),
    }
}

impl Answers {
    fn make() -> Result<Self> {
        let mut random = StdRng::seed_from_u64(20);
        let [small, large, huge] = Size::ALL.map(|size| details_of(size, &mut random));
        let mut pdf = b"%PDF-1.7\n".to_vec();
        let end = b"\n%%EOF\n";
        pdf.resize(PDF - end.len(), b' ');
        pdf.extend_from_slice(end);
        let bytes = Size::Large.picture().unwrap_or_default();
        Ok(Self {
            details: [small?, large?, huge?],
            nested: nested().into(),
            pdf: pdf.into(),
            picture: photograph(bytes, &mut random)?.into(),
        })
    }
}

fn nested() -> Vec<u8> {
    let mut json = b"{\"unknown\":".to_vec();
    json.resize(NESTED_BYTES, b'[');
    json
}

/// In the shape of the Export reference.
fn details_of(size: Size, random: &mut StdRng) -> Result<Bytes> {
    let mut picture = || -> Result<_> {
        let Some(bytes) = size.picture() else {
            return Ok(json!(null));
        };
        let content = BASE64_STANDARD.encode(photograph(bytes, random)?);
        Ok(json!({"contentType": "image/jpeg", "content": content}))
    };
    let details = json!({
        "id": "3631324b-5bcc-48b0-b717-4f12f45e0a1d",
        "platform": "WEB",
        "startTime": "2026-01-10T11:44:40Z",
        "endTime": "2026-01-10T11:47:23Z",
        "livenessFaceImage": picture()?,
        "documentData": {
            "documentType": "NID",
            "documentNumber": "T22000129",
            "issuingCountry": "DEU",
            "nationality": "DEU",
            "surname": "MUSTERMANN",
            "givenNames": "ERIKA",
            "sex": "F",
            "dateOfBirth": "1983-08-12",
            "dateOfIssue": "2021-08-02",
            "dateOfExpiry": "2031-08-01",
            "address": "HEIDESTRASSE 17^51147 KÖLN",
            "croppedFrontImage": picture()?,
            "croppedBackImage": picture()?,
            "faceImage": picture()?,
        },
        "nfcVerified": true,
    });
    Ok(serde_json::to_vec(&details)?.into())
}

/// A JPEG of this size with the noise of a photograph in bad light.
fn photograph(bytes: usize, random: &mut StdRng) -> Result<Vec<u8>> {
    let image = image::RgbImage::from_fn(1200, 756, |x, y| {
        let noise = random.random_range(0..24);
        let paper = if (x / 9 + y / 14) % 5 == 0 { 60 } else { 190 };
        image::Rgb([paper + noise, paper + noise / 2, paper])
    });
    let mut jpeg = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 80);
    image.write_with_encoder(encoder)?;
    // Decoders stop at the end of the image.
    jpeg.resize_with(bytes.max(jpeg.len()), || random.random());
    Ok(jpeg)
}

/// The query of a browser.
#[derive(Deserialize)]
struct Authorize {
    redirect_uri: String,
    state: String,
}

/// Redirects back at once, with the code for large pictures.
async fn authorize(Query(query): Query<Authorize>) -> Redirect {
    let code = Size::Large.word();
    Redirect::to(&format!(
        "{}?code={code}&state={}",
        query.redirect_uri, query.state
    ))
}

async fn token(body: Bytes) -> Result<Response, StatusCode> {
    let body = String::from_utf8_lossy(&body);
    let words = Size::ALL.map(Size::word).into_iter().chain([NESTED]);
    let mut spent = words.filter(|word| {
        // A field of a multipart form, or a member of JSON.
        body.contains(&format!("\r\n\r\n{word}\r\n"))
            // A code of its own for each sign-up.
            || body.contains(&format!("\r\n\r\n{word}-"))
            || body.contains(&format!("\"code\":\"{word}\""))
    });
    let word = spent.next().ok_or(StatusCode::BAD_REQUEST)?;
    let answer = json!({"token": word}).to_string();
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
}

async fn details(
    State(answers): State<Arc<Answers>>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let token = headers.get(header::AUTHORIZATION);
    let token = token.and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
    let size = Size::ALL.iter().position(|size| Some(size.word()) == token);
    let body = match size {
        Some(size) => answers.details[size].clone(),
        None if token == Some(NESTED) => answers.nested.clone(),
        None => return Err(StatusCode::UNAUTHORIZED),
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// A page of four pictures as large as those of the details.
async fn pictures() -> Html<String> {
    let images = [1, 2, 3, 4].map(|place| format!("<img src=/pictures/{place} data-image>"));
    Html(format!(
        "<!doctype html><title>4</title>{}",
        images.concat()
    ))
}

async fn picture(State(answers): State<Arc<Answers>>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, answers.picture.clone()).into_response()
}

async fn pdf(State(answers): State<Arc<Answers>>) -> Response {
    let pieces = (0..PDF).step_by(64 * KIB).map(move |start| {
        let end = PDF.min(start + 64 * KIB);
        Ok::<_, std::io::Error>(answers.pdf.slice(start..end))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_LENGTH, PDF.to_string()),
    ];
    (headers, Body::from_stream(stream::iter(pieces))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn details_have_the_size_of_their_code() {
        let url = start().await.unwrap();
        let http = webkyc_test_kit::http::client();
        for size in Size::ALL {
            let request = http.get(format!("{url}/v2/web-kyc/details"));
            let answer = request.bearer_auth(size.word()).send().await.unwrap();
            let body = answer.bytes().await.unwrap();
            let more = body.len() - size.least();
            assert!(more < 2_000, "{}", body.len());
        }
    }
}
