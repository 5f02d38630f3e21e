//! Requests and answers of the backend's `/api`. JSON, camelCase.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sign_up::{AuthorizationCode, FailureReason, SignUpHandle, SignUpState, SignUpStatus};

/// The header that every request to `/api` carries, so that no HTML form, image or script of
/// another site can make one.
pub const CSRF_HEADER: &str = "x-webkyc";
/// The one value of [`CSRF_HEADER`].
pub const CSRF_HEADER_VALUE: &str = "1";
/// The header with which a page names the session whose data it shows: [`Session::session_id`].
pub const SESSION_HEADER: &str = "x-webkyc-session";

/// How long a visitor may take between [`BeginRequest`] and [`ExchangeRequest`], in seconds.
pub const FLOW_SECONDS: i64 = 3600;

/// `GET /api/config`: the public part of the configuration.
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
    /// Whether verifications are of test persons (`live = false`, or no `live` and an identity server on this machine).
    #[serde(default, skip_serializing_if = "is_false")]
    pub test: bool,
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
    /// The page's `state`, which the tab keeps.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub state: SignUpState,
    /// [`Site::key`], when the visitor comes from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// [`ReturnUrl::key`] of that site.
    #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
    pub return_key: Option<String>,
    /// The handle of a sign-up that the site's server created; without `site` and `return`, which
    /// that sign-up names.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<SignUpHandle>,
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
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExchangeRequest {
    /// The authorization code, good for one exchange (RFC 6749 section 4.1.3).
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: AuthorizationCode,
    /// The `state` that came back with it, already compared by the page. Any text: one without the
    /// form of a state gets the same answer as one that this browser did not begin with.
    pub state: String,
}

/// Code and state belong in no log.
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
    /// The id of the sign-up that a site's server created, if this is one's result: it cannot begin
    /// again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<String>,
    /// Whether the page leaves for [`Session::return_url`] at once instead of showing the data
    /// (`after = "return"`). Then no session cookie is set.
    #[serde(default, skip_serializing_if = "is_false")]
    pub return_now: bool,
    /// Whether verifications are of test persons (`live = false`, or no `live` and an identity server on this machine).
    #[serde(default, skip_serializing_if = "is_false")]
    pub test: bool,
}

/// `POST /api/sign-up`: a visitor has opened the address of a sign-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignUpRequest {
    /// From the fragment of the address: `/start#sign_up=HANDLE`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub sign_up: SignUpHandle,
}

/// The answer to [`SignUpRequest`]: what the visitor is asked to agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignUpResponse {
    /// The name of the site that created the sign-up: [`Site::name`].
    pub site: String,
    /// How the site names the account that it is for, such as `account a…@…`. Absent once the
    /// sign-up has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The claims that the site will store, such as `age_over_18`; may be empty.
    pub claims: Vec<String>,
    /// A page begins while it is `created` or `started`.
    pub status: SignUpStatus,
    /// The way back to the site, with the sign-up's id and without a code. Absent if the site no longer
    /// has this return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Whether verifications are of test persons (`live = false`, or no `live` and an identity server on this machine).
    #[serde(default, skip_serializing_if = "is_false")]
    pub test: bool,
}

/// `POST /api/report`: a flow of this browser did not bring a code, or its code was refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportRequest {
    /// The `state` of the flow, whose cookie this browser has.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub state: SignUpState,
    /// The reason that the page showed to the visitor.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reason: FailureReason,
}

/// The answer to [`ReportRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReportResponse {
    /// The way back to the site, if the visitor came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Whether the page leaves for it at once (`after = "return"`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub return_now: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(flag: &bool) -> bool {
    !flag
}
