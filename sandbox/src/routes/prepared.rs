//! What an endpoint is about to answer, and the one place where a fault spoils it.

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::refusal::Refusal;
use crate::clock::Clock;
use crate::export::Multipart;
use crate::fault::Effect;
use crate::specimen::Chance;

/// What stands in for images and reports that are none.
const HTML: &str = "<!doctype html><title>Not what it says</title><script>alert(1)</script>";
const FRONT: &str = "croppedFrontImage";
/// The start of a JPEG, up to the end of the segment that says so.
const JPEG_START: usize = 20;

/// A whole answer, before it is sent.
pub(super) enum Prepared {
    Json(Value),
    Multipart(Multipart),
    Pdf(Vec<u8>),
}

impl Prepared {
    /// The response: what was prepared, unless a fault makes something else of it.
    pub(super) async fn spoilt_by(mut self, effect: Option<Effect>, clock: &Clock) -> Response {
        match effect {
            // The way back has been spoilt, or not, before anybody asks here.
            None | Some(Effect::NoCode { .. }) => {}
            Some(Effect::Delay(time)) => clock.pass(time).await,
            Some(Effect::ServerError) => {
                let page = Html("<h1>500 Internal Server Error</h1>");
                return (StatusCode::INTERNAL_SERVER_ERROR, page).into_response();
            }
            Some(Effect::CodeRefused) => return Refusal::CodeInvalidOrExpired.into_response(),
            Some(Effect::TokenExpired) => return Refusal::TokenInvalid.into_response(),
            Some(Effect::AccountDeactivated) => {
                return Refusal::AccountDeactivated.into_response();
            }
            Some(Effect::Truncated) => return cut(self.content()),
            Some(Effect::CorruptImage) => self.replace_front(noise),
            Some(Effect::LyingImage) => self.replace_front(|_| HTML.as_bytes().to_vec()),
            Some(Effect::Endless) => {
                if let Self::Multipart(message) = &mut self {
                    message.closed = false;
                }
            }
            Some(Effect::FalsePdf) => {
                if let Self::Pdf(report) = &mut self {
                    HTML.as_bytes().clone_into(report);
                }
            }
        }
        let (content_type, body) = self.content();
        ([(CONTENT_TYPE, content_type)], body).into_response()
    }

    fn content(&self) -> (String, Vec<u8>) {
        match self {
            Self::Json(value) => (
                "application/json".to_owned(),
                value.to_string().into_bytes(),
            ),
            Self::Multipart(message) => (message.content_type(), message.body()),
            Self::Pdf(report) => ("application/pdf".to_owned(), report.clone()),
        }
    }

    /// In whichever of the shapes the image of the first document's front is there.
    fn replace_front(&mut self, by: impl Fn(&[u8]) -> Vec<u8>) {
        match self {
            Self::Json(record) => {
                for place in [
                    "/documentData/croppedFrontImage/content",
                    "/croppedDocs/front",
                ] {
                    if let Some(Value::String(content)) = record.pointer_mut(place) {
                        let image = STANDARD.decode(&*content).unwrap_or_default();
                        *content = STANDARD.encode(by(&image));
                    }
                }
            }
            Self::Multipart(message) => {
                for part in message.parts.iter_mut().filter(|part| part.name == FRONT) {
                    part.content = by(&part.content).into();
                }
            }
            Self::Pdf(_) => {}
        }
    }
}

/// As long as the image and with its start, but not to be decoded by anybody.
fn noise(jpeg: &[u8]) -> Vec<u8> {
    let mut chance = Chance::of("noise");
    // Below 0x80, so that no marker of a JPEG comes up.
    let noise = jpeg.iter().skip(JPEG_START).map(|_| chance.byte() >> 1);
    jpeg.iter().copied().take(JPEG_START).chain(noise).collect()
}

/// Half of the body, under the length of the whole.
fn cut((content_type, body): (String, Vec<u8>)) -> Response {
    let length = body.len();
    let half = Bytes::from(body).slice(..length / 2);
    let broken = async {
        // Once around, so that what came before is on its way.
        tokio::task::yield_now().await;
        Err(std::io::Error::other("the answer is cut short on purpose"))
    };
    let body = stream::once(async { Ok(half) }).chain(stream::once(broken));
    let headers = [
        (CONTENT_TYPE, content_type),
        (CONTENT_LENGTH, length.to_string()),
    ];
    (headers, Body::from_stream(body)).into_response()
}
