//! An error and the cookies to set with it.

use axum::response::{IntoResponse, Response};

use crate::{error::ApiError, session::cookies::SetCookies};

/// An error that also removes a cookie.
#[derive(Debug)]
pub struct Refusal {
    error: ApiError,
    cookies: Option<SetCookies>,
}

impl ApiError {
    /// Adds `cookies` to this error.
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
