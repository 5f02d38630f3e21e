//! A failure and the cookies that go with it.

use axum::response::{IntoResponse, Response};

use crate::{error::ApiError, session::cookies::SetCookies};

/// A failure that also takes a cookie away.
#[derive(Debug)]
pub struct Refusal {
    error: ApiError,
    cookies: Option<SetCookies>,
}

impl ApiError {
    /// This failure, and `cookies` with it.
    #[must_use]
    pub fn with(self, cookies: SetCookies) -> Refusal {
        Refusal {
            error: self,
            cookies: Some(cookies),
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self {
            error,
            cookies: None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.cookies, self.error).into_response()
    }
}
