//! Every answer that is not a success: `application/problem+json` (RFC 9457), as the backend's.

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{challenges::Unfit, document::ReadError, picture::PictureError};

/// Everything that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    BadRequest,
    PictureKind,
    PictureDamaged,
    PictureTooLarge,
    FrameTooLarge,
    NoFace,
    SlowBody,
    UnknownChallenge,
    FrameInFlight,
    ChallengePassed,
    ChallengeNotPassed,
    Browser,
    Misdirected,
    NotFound,
    MethodNotAllowed,
    Busy,
    Late,
    Internal,
}

/// The body of a problem.
#[derive(Serialize, ToSchema)]
pub(super) struct ProblemBody {
    /// One English sentence.
    title: String,
    /// The HTTP status again.
    status: u16,
    /// For programs to branch on.
    code: String,
    /// Whether the same request may succeed later.
    retryable: bool,
}

impl Problem {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::BadRequest => (
                S::BAD_REQUEST,
                "BAD_REQUEST",
                "The request is not one of this API.",
            ),
            Self::PictureKind => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "PICTURE_KIND",
                "The picture is neither JPEG nor PNG.",
            ),
            Self::PictureDamaged => (
                S::UNPROCESSABLE_ENTITY,
                "PICTURE_DAMAGED",
                "The picture is damaged.",
            ),
            Self::PictureTooLarge => (
                S::PAYLOAD_TOO_LARGE,
                "PICTURE_TOO_LARGE",
                "The picture has more than 8 MiB or more than 12.6 megapixels.",
            ),
            Self::FrameTooLarge => (
                S::PAYLOAD_TOO_LARGE,
                "FRAME_TOO_LARGE",
                "The frame has more than 1 MiB or more than 12.6 megapixels.",
            ),
            Self::NoFace => (
                S::UNPROCESSABLE_ENTITY,
                "NO_FACE",
                "There is no face in the picture.",
            ),
            Self::UnknownChallenge => (
                S::NOT_FOUND,
                "UNKNOWN_CHALLENGE",
                "There is no such challenge: it failed, or its time is over.",
            ),
            Self::FrameInFlight => (
                S::CONFLICT,
                "FRAME_IN_FLIGHT",
                "Another frame of this challenge is being looked at.",
            ),
            Self::ChallengePassed => (
                S::CONFLICT,
                "CHALLENGE_PASSED",
                "The challenge has passed and takes no more frames.",
            ),
            Self::ChallengeNotPassed => (
                S::CONFLICT,
                "CHALLENGE_NOT_PASSED",
                "The challenge has not passed, so there is no face to compare with.",
            ),
            Self::SlowBody => (
                S::REQUEST_TIMEOUT,
                "SLOW_BODY",
                "The picture took too long to arrive.",
            ),
            Self::Browser => (
                S::FORBIDDEN,
                "BROWSER",
                "Programs may call this, pages may not.",
            ),
            Self::Misdirected => (
                S::MISDIRECTED_REQUEST,
                "MISDIRECTED",
                "The verifier answers as localhost and under its address in numbers.",
            ),
            Self::NotFound => (
                S::NOT_FOUND,
                "NOT_FOUND",
                "There is nothing at this address.",
            ),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "METHOD_NOT_ALLOWED",
                "This address takes another method.",
            ),
            Self::Busy => (S::SERVICE_UNAVAILABLE, "BUSY", "Others are before you."),
            Self::Late => (
                S::SERVICE_UNAVAILABLE,
                "LATE",
                "Reading the picture took too long.",
            ),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "INTERNAL", "The verifier failed."),
        }
    }
}

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Unknown => Self::UnknownChallenge,
            Unfit::InFlight => Self::FrameInFlight,
            Unfit::Passed => Self::ChallengePassed,
            Unfit::NotPassed => Self::ChallengeNotPassed,
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Picture(PictureError::Kind) => Self::PictureKind,
            ReadError::Picture(PictureError::TooLarge) => Self::PictureTooLarge,
            ReadError::Picture(PictureError::Damaged) => Self::PictureDamaged,
            ReadError::Late(_) => Self::Late,
            ReadError::Network(_) => Self::Internal,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, title) = self.parts();
        let retryable = matches!(
            self,
            Self::Busy | Self::Late | Self::SlowBody | Self::Internal
        );
        let body = ProblemBody {
            title: title.to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            retryable,
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
