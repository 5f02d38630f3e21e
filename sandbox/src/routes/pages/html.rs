//! A page as an answer: its text, and the headers that keep it harmless.

use askama::Template;
use axum::{
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue},
    },
    response::{Html, IntoResponse, Response},
};

use crate::redirect::RedirectUri;

/// The browser features that a page may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Powers {
    None,
    /// The sandbox's own script, which asks for the camera, shows its picture and sends it here.
    Camera,
}

impl Powers {
    fn content_security_policy(self, leaving_to: &str) -> String {
        let (script, images) = match self {
            Self::None => ("", "'self'"),
            Self::Camera => ("script-src 'self'; connect-src 'self'; ", "'self' blob:"),
        };
        format!(
            "default-src 'none'; {script}style-src 'self'; img-src {images}; font-src 'self'; \
             form-action 'self' {leaving_to}; base-uri 'none'; frame-ancestors 'none'"
        )
    }

    fn permissions_policy(self) -> &'static str {
        match self {
            Self::None => "camera=()",
            Self::Camera => "camera=(self)",
        }
    }
}

/// A page that does nothing but show itself and send its forms.
pub(super) fn html(
    status: StatusCode,
    leaving_to: Option<&RedirectUri>,
    page: &impl Template,
) -> Response {
    respond(status, leaving_to, page, Powers::None)
}

pub(super) fn html_with_camera(
    status: StatusCode,
    leaving_to: &RedirectUri,
    page: &impl Template,
) -> Response {
    respond(status, Some(leaving_to), page, Powers::Camera)
}

/// Forms may be sent here and to the address the visitor leaves to, because browsers apply the rule
/// to the redirect after a form too.
fn respond(
    status: StatusCode,
    leaving_to: Option<&RedirectUri>,
    page: &impl Template,
    powers: Powers,
) -> Response {
    let text = page.render().expect("a string takes every page");
    let leaving_to = leaving_to.map(RedirectUri::csp_source).unwrap_or_default();
    let policy = HeaderValue::try_from(powers.content_security_policy(leaving_to))
        .expect("an origin for the policy is plain ASCII");
    let mut response = (status, Html(text)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(powers.permissions_policy()),
    );
    response
}
