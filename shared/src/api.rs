//! Requests, answers and error codes of the backend's `/api`. JSON, camelCase.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The header that every request to `/api` carries, so that no HTML form, image or script of
/// another site can make one.
pub const CSRF_HEADER: &str = "x-webkyc";
/// The one value of [`CSRF_HEADER`].
pub const CSRF_HEADER_VALUE: &str = "1";
/// The header with which a page says whose data it shows: [`Session::session_id`].
pub const SESSION_HEADER: &str = "x-webkyc-session";

/// How long a visitor may take between [`BeginRequest`] and [`ExchangeRequest`], in seconds.
pub const FLOW_SECONDS: i64 = 3600;

/// `GET /api/config`: what a page may know of this deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PublicConfig {
    /// The origin, with a path if mounted under one, that the browser sees.
    pub public_url: String,
    /// Where Authenteq sends the visitor back to.
    pub redirect_uri: String,
    /// The origin of the identity server that the button leads to.
    pub identity_origin: String,
    /// The sites a visitor may come from.
    pub sites: Vec<Site>,
}

/// A page that sends its visitors here and takes them back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// The `site` of `/start?site=`.
    pub key: String,
    /// The name to show.
    pub name: String,
    /// Where a visitor may be sent afterwards.
    pub returns: Vec<ReturnUrl>,
}

/// An address that a visitor may be sent back to. Pages name the key, never the address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReturnUrl {
    /// The `return` of `/start?return=`.
    pub key: String,
    /// The exact address, from the configuration.
    pub url: String,
}

/// `POST /api/begin`: a page is about to send its visitor to the identity server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeginRequest {
    /// 32 random bytes as 43 characters of base64url.
    pub state: String,
    /// [`Site::key`], when the visitor comes from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// [`ReturnUrl::key`] of that site.
    #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
    pub return_key: Option<String>,
}

/// The answer to [`BeginRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BeginResponse {
    /// Where to send the visitor now.
    pub authorize_url: String,
}

/// `POST /api/exchange`: the visitor came back with a code.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExchangeRequest {
    /// The authorization code, good for one exchange (RFC 6749 section 4.1.3).
    pub code: String,
    /// The `state` that came back with it, already compared by the page.
    pub state: String,
}

/// Neither the code nor the state belongs in a log.
impl fmt::Debug for ExchangeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExchangeRequest([redacted])")
    }
}

/// The answer to [`ExchangeRequest`] and to `GET /api/session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Names the session; not a secret and of no use without its cookie.
    pub session_id: String,
    /// When the data can no longer be fetched, in seconds since 1970 (UTC).
    pub expires_at: i64,
    /// Where the visitor wants to go afterwards, if they came from a configured site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// [`Site::key`] of the configured site they came from, to start again from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// [`ReturnUrl::key`] of that site.
    #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
    pub return_key: Option<String>,
}

/// The body of every answer that is not a success: `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// One English sentence for the developer who reads the network log.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// What to branch on.
    pub code: ErrorCode,
    /// Finds the request in the backend's log.
    pub request_id: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

/// Everything that can go wrong, as the page sees it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The request is malformed: bad JSON, unknown member, impossible code.
    BadRequest,
    /// The state was not begun by this browser, is too old, or is spent.
    StateInvalid,
    /// `site` is not a key of the configuration.
    UnknownSite,
    /// `return` is not a key of that site.
    UnknownReturn,
    /// The page that began is not of the origin that the visitor comes back to, so its state would
    /// not be found there.
    RedirectElsewhere,
    /// Authenteq does not take the code: spent, expired or never issued.
    CodeRejected,
    /// No session, or a cookie that does not open.
    SessionInvalid,
    /// The fifteen minutes are over; the data is gone.
    SessionExpired,
    /// The page shows one session and the cookie holds another.
    SessionChanged,
    /// The request came from another origin.
    CrossOriginRejected,
    /// The request lacks [`CSRF_HEADER`].
    CsrfHeaderMissing,
    /// The request names a host that is not ours.
    Misdirected,
    /// No such path.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The body is larger than 8 KiB.
    PayloadTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// The body did not arrive in time.
    RequestTimeout,
    /// The address is longer than 4 KiB.
    UriTooLong,
    /// Too many requests from this address; `Retry-After` says for how long.
    RateLimited,
    /// This server has too much to do; `Retry-After` says for how long.
    Overloaded,
    /// An export before the details were fetched, which name the verification.
    ExportNotReady,
    /// Authenteq's details name no verification, so nothing can be exported.
    ExportUnavailable,
    /// The operator's key is missing or wrong.
    OperatorKeyInvalid,
    /// Authenteq knows no such verification.
    VerificationNotFound,
    /// Authenteq's name could not be resolved; nothing was sent.
    UpstreamDns,
    /// Authenteq's certificate was not accepted; nothing was sent.
    UpstreamTls,
    /// Authenteq could not be reached; nothing was sent.
    UpstreamConnect,
    /// Authenteq did not answer in time.
    UpstreamTimeout,
    /// Authenteq is too busy (429 or 503).
    UpstreamBusy,
    /// Authenteq failed (another 5xx) or broke off.
    UpstreamFailed,
    /// Authenteq refused our credentials or our account.
    UpstreamAuth,
    /// Authenteq refused our request: the configuration does not fit the account.
    UpstreamConfig,
    /// Authenteq answered with a redirect, which we do not follow.
    UpstreamRedirect,
    /// Authenteq's token is missing or not a token.
    UpstreamBadToken,
    /// Authenteq's token does not fit into a cookie.
    UpstreamTokenTooLarge,
    /// Authenteq's answer could not be read.
    UpstreamBadBody,
    /// Authenteq's answer is of another media type than it should be.
    UpstreamBadType,
    /// Authenteq's answer is compressed, which was not asked for.
    UpstreamEncoding,
    /// Authenteq's multipart answer has no usable boundary.
    UpstreamBadMultipart,
    /// Authenteq's answer is larger than we take.
    UpstreamTooLarge,
    /// Our own fault.
    Internal,
}

impl ErrorCode {
    /// As it is spelt on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}
