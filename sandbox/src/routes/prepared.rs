//! An endpoint's prepared answer, and the one place where a fault spoils it.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::{StreamExt, stream};
use webkyc_specimen::SeededRng;

use super::refusal::{Refusal, TextMember};
use crate::{
    app_state::AppState,
    fault::Effect,
    journal::{InShort, Notes},
    multipart::Multipart,
    wire::JsonBody,
};

/// The content in place of images and reports that a fault replaces.
const HTML: &str = "<!doctype html><title>Not what it says</title><script>alert(1)</script>";
const FRONT: &str = "croppedFrontImage";
/// The start of a JPEG, up to the end of the segment that says so.
const JPEG_START: usize = 20;

/// A whole answer, before it is sent.
pub(super) enum Prepared {
    Json(JsonBody),
    Multipart(Multipart),
    Pdf(Vec<u8>),
    Refused(Refusal, TextMember),
}

impl Prepared {
    /// The response: as prepared, or as a fault makes it.
    pub(super) async fn spoilt_by(
        mut self,
        effect: Option<Effect>,
        app: &AppState,
        client_id: &str,
        notes: &Notes,
    ) -> Response {
        let Some(effect) = effect else {
            return self.response();
        };
        if let Some(other) = replacement(&effect, app, client_id, notes).await {
            return other;
        }
        match effect {
            Effect::Truncated => return self.cut(),
            Effect::CorruptImage => self.replace_front(noise),
            Effect::LyingImage => self.replace_front(|_| HTML.as_bytes().to_vec()),
            Effect::Endless => {
                if let Self::Multipart(message) = &mut self {
                    message.closed = false;
                }
            }
            Effect::FalsePdf => {
                if let Self::Pdf(report) = &mut self {
                    HTML.as_bytes().clone_into(report);
                }
            }
            // Had their effect above, or on the way back.
            Effect::Delay { .. }
            | Effect::ServerError
            | Effect::Respond { .. }
            | Effect::CodeRefused
            | Effect::TokenExpired
            | Effect::AccountDeactivated
            | Effect::NoCode
            | Effect::StateChanged
            | Effect::ErrorResponse => {}
        }
        self.response()
    }

    fn response(&self) -> Response {
        if let Self::Refused(refusal, member) = self {
            return refusal.with_text_in(*member);
        }
        let (content_type, body) = self.content();
        let mut response = ([(CONTENT_TYPE, content_type)], body).into_response();
        response.extensions_mut().insert(InShort(self.in_short()));
        response
    }

    /// Half of the body, under the length of the whole.
    fn cut(&self) -> Response {
        if let Self::Refused(..) = self {
            return self.response();
        }
        let (content_type, body) = self.content();
        let length = body.len();
        let half = Bytes::from(body).slice(..length / 2);
        let broken = async {
            // Yields once, so that the bytes before are sent.
            tokio::task::yield_now().await;
            Err(std::io::Error::other("the answer is cut short on purpose"))
        };
        let body = stream::once(async { Ok(half) }).chain(stream::once(broken));
        let headers = [
            (CONTENT_TYPE, content_type),
            (CONTENT_LENGTH, length.to_string()),
        ];
        let mut response = (headers, Body::from_stream(body)).into_response();
        response.extensions_mut().insert(InShort(self.in_short()));
        response
    }

    /// For people: images and files by their size only.
    fn in_short(&self) -> String {
        match self {
            Self::Json(body) => body.in_short(),
            Self::Multipart(message) => message.in_short(),
            Self::Pdf(report) => format!("({} bytes)", report.len()),
            Self::Refused(..) => String::new(),
        }
    }

    fn content(&self) -> (String, Vec<u8>) {
        match self {
            Self::Json(body) => ("application/json".to_owned(), body.to_json().into_bytes()),
            Self::Multipart(message) => (message.content_type(), message.body()),
            Self::Pdf(report) => ("application/pdf".to_owned(), report.clone()),
            Self::Refused(..) => ("application/json".to_owned(), Vec::new()),
        }
    }

    /// Replaces the image of the first document's front, in each of the shapes.
    fn replace_front(&mut self, by: impl Fn(&[u8]) -> Vec<u8>) {
        match self {
            Self::Json(body) => {
                if let Some(content) = body.front() {
                    let image = STANDARD.decode(&*content);
                    let image = image.expect("the sandbox writes its images in Base64");
                    *content = STANDARD.encode(by(&image));
                }
            }
            Self::Multipart(message) => {
                for part in message.parts.iter_mut().filter(|part| part.name == FRONT) {
                    part.content = by(&part.content).into();
                }
            }
            Self::Pdf(_) | Self::Refused(..) => {}
        }
    }
}

/// The response that a fault sends in place of the prepared one, if any. A delay has passed when
/// this returns.
pub(super) async fn replacement(
    effect: &Effect,
    app: &AppState,
    client_id: &str,
    notes: &Notes,
) -> Option<Response> {
    let sentence = format!("The sandbox {}, on purpose.", effect.summary());
    let refusal = match effect {
        Effect::Delay { seconds } => {
            notes.remark(sentence);
            let time = Duration::from_secs(*seconds);
            app.clock.pass(client_id, time).await;
            return None;
        }
        Effect::ServerError => {
            notes.failure(sentence);
            let page = Html("<h1>500 Internal Server Error</h1>");
            return Some((StatusCode::INTERNAL_SERVER_ERROR, page).into_response());
        }
        Effect::Respond {
            status,
            content_type,
            body,
        } => {
            notes.failure(sentence);
            let status = StatusCode::from_u16(*status);
            let status = status.expect("a fault is checked before it is kept");
            let headers = [(CONTENT_TYPE, content_type.clone())];
            return Some((status, headers, body.clone()).into_response());
        }
        Effect::CodeRefused => Refusal::CodeInvalidOrExpired,
        Effect::TokenExpired => Refusal::TokenInvalid,
        Effect::AccountDeactivated => Refusal::AccountDeactivated,
        _ => {
            notes.failure(sentence);
            return None;
        }
    };
    notes.failure(sentence);
    Some(refusal.into_response())
}

/// As long as the image and with its start, but no decoder reads it.
fn noise(jpeg: &[u8]) -> Vec<u8> {
    let mut rng = SeededRng::of("noise");
    // Below 0x80, so that no marker of a JPEG comes up.
    let noise = jpeg.iter().skip(JPEG_START).map(|_| rng.byte() >> 1);
    jpeg.iter().copied().take(JPEG_START).chain(noise).collect()
}
