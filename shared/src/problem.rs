//! The one kind of answer that is not a success, and every code it can carry.

use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success: `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// One English sentence for the developer who reads the network log.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// For programs to branch on.
    pub code: ErrorCode,
    /// Finds the request in the backend's log.
    pub request_id: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

/// Groups of error codes to which a page says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The program that called sent something that this API does not take.
    Request,
    /// The request came from an address or with headers that the gate refuses.
    Address,
    /// The site or return key is not configured.
    Site,
    /// The flow cannot go on: the state or the code is of no use here.
    Flow,
    /// The sign-up that a site's server created is unknown, another visitor's or over.
    SignUp,
    /// The session is missing, over or replaced.
    Session,
    /// There is nothing to export, or not yet.
    Export,
    /// Too many requests; the same request may succeed later.
    Busy,
    /// Authenteq cannot be reached, is busy or fails.
    UpstreamDown,
    /// Authenteq answers, but not to this configuration or not in a way that can be used.
    UpstreamMismatch,
    /// Our own fault.
    Internal,
}

/// Declares the codes, each with its class, its HTTP status and its sentence.
macro_rules! error_codes {
    ($($(#[$doc:meta])+ $code:ident: $class:ident, $status:literal, $title:literal;)+) => {
        /// Everything that can go wrong, as a page sees it. On the wire in SCREAMING_SNAKE_CASE.
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
            $($(#[$doc])+ $code,)+
        }

        impl ErrorCode {
            /// The group it belongs to.
            #[must_use]
            pub fn class(self) -> ErrorClass {
                match self {
                    $(Self::$code => ErrorClass::$class,)+
                }
            }

            /// The HTTP status it always comes with. A fault between us and Authenteq is a 5xx and
            /// never the visitor's 401.
            #[must_use]
            pub fn status(self) -> u16 {
                match self {
                    $(Self::$code => $status,)+
                }
            }

            /// [`Problem::title`], unless the refusal has a more exact one.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$code => $title,)+
                }
            }
        }
    };
}

error_codes! {
    /// The request is malformed: bad JSON, unknown member, impossible code.
    BadRequest: Request, 400, "The request is malformed";
    /// The state was not begun by this browser, is too old, or is spent.
    StateInvalid: Flow, 400, "This sign-up was not begun in this browser, or it is over: start again";
    /// `site` is not a key of the configuration.
    UnknownSite: Site, 400, "No such site is configured";
    /// `return` is not a key of that site.
    UnknownReturn: Site, 400, "No such return is configured for the site";
    /// The page that began is not of the origin that the visitor comes back to, so its state would
    /// not be found there.
    RedirectElsewhere: Flow, 400, "Visitors come back to another origin (WEBKYC_REDIRECT_URI): begin there";
    /// Authenteq does not take the code: spent, expired, of another flow or never issued.
    CodeRejected: Flow, 400, "Authenteq did not accept the code: it is spent or too old";
    /// No session, or a cookie that does not open.
    SessionInvalid: Session, 401, "No session";
    /// The fifteen minutes are over; the data is gone.
    SessionExpired: Session, 401, "The data can no longer be fetched";
    /// The page shows one session and the cookie holds another.
    SessionChanged: Session, 409, "Another sign-up has replaced this session";
    /// The request came from another origin.
    CrossOriginRejected: Address, 403, "Requests of browsers from an origin that is not listed are refused; a POST to the public API must name one in Origin";
    /// The request lacks [`CSRF_HEADER`](crate::api::CSRF_HEADER).
    CsrfHeaderMissing: Address, 403, "The header X-WebKYC: 1 is missing";
    /// The request names a host that is not ours.
    Misdirected: Address, 421, "This host is not served here: use the address in WEBKYC_PUBLIC_URL";
    /// No such path.
    NotFound: Request, 404, "No such path";
    /// The path exists, the method does not.
    MethodNotAllowed: Request, 405, "Not with this method";
    /// The body is larger than 8 KiB.
    PayloadTooLarge: Request, 413, "The body is too large";
    /// The body is not `application/json`.
    UnsupportedMediaType: Request, 415, "The body must be application/json";
    /// The body did not arrive in time.
    RequestTimeout: Request, 408, "The body did not arrive in time";
    /// The address is longer than 4 KiB.
    UriTooLong: Request, 414, "The address is too long";
    /// Too many requests from this address; `Retry-After` says for how long.
    RateLimited: Busy, 429, "Too many requests from this address";
    /// This server has too much to do; `Retry-After` says for how long.
    Overloaded: Busy, 503, "This server has too much to do";
    /// An export before the details were fetched, which name the verification.
    ExportNotReady: Export, 409, "The details have not been fetched in this session: fetch them first";
    /// Authenteq's details name no verification, so nothing can be exported.
    ExportUnavailable: Export, 404, "Authenteq's details name no verification that could be exported";
    /// The operator's key is missing or wrong.
    OperatorKeyInvalid: Request, 401, "The key of the operator or of a site is missing or wrong: send it as Authorization: Bearer";
    /// Authenteq knows no such verification.
    VerificationNotFound: Export, 404, "Authenteq has no such verification";
    /// No sign-up has this handle or id, or it belongs to another site.
    SignUpNotFound: SignUp, 404, "There is no such sign-up";
    /// Another browser has begun this sign-up.
    SignUpTaken: SignUp, 409, "This sign-up was begun in another browser";
    /// The sign-up has a result, or its code was sent: it cannot begin again, nor be canceled.
    SignUpEnded: SignUp, 409, "This sign-up is over or about to be";
    /// The sign-up has no result yet, which redaction needs.
    SignUpNotEnded: SignUp, 409, "This sign-up has no result yet: ask again when it has one";
    /// The code that came with the visitor is wrong, spent or older than its time.
    SignUpCodeInvalid: SignUp, 409, "The sign_up_code is wrong, spent or too old; without release = on-return there is none to claim";
    /// The same idempotency key came with another body.
    IdempotencyKeyReused: Request, 409, "This Idempotency-Key came with another body before";
    /// Events after this cursor are no longer kept.
    CursorExpired: Request, 410, "Events after this cursor are no longer kept: list the sign-ups, then read without a cursor";
    /// No event has this id, or it belongs to another site.
    EventNotFound: Request, 404, "There is no such event";
    /// The site of this event has no webhook that it could be sent to.
    NoWebhook: Request, 409, "The site of this event has no webhook ([sites.KEY.webhook]): its events are in the feed";
    /// Too many long polls with this key.
    TooManyPolls: Busy, 429, "64 requests with this key are waiting already";
    /// The store of sign-ups does not answer.
    StoreUnavailable: Busy, 503, "The store of sign-ups does not answer";
    /// Authenteq's name could not be resolved; nothing was sent.
    UpstreamDns: UpstreamDown, 502, "Authenteq cannot be reached at the moment";
    /// Authenteq's certificate was not accepted; nothing was sent.
    UpstreamTls: UpstreamDown, 502, "Authenteq cannot be reached at the moment";
    /// Authenteq could not be reached; nothing was sent.
    UpstreamConnect: UpstreamDown, 502, "Authenteq cannot be reached at the moment";
    /// Authenteq did not answer in time.
    UpstreamTimeout: UpstreamDown, 504, "Authenteq did not answer in time";
    /// Authenteq is too busy (429 or 503).
    UpstreamBusy: UpstreamDown, 503, "Authenteq is busy";
    /// Authenteq failed (another 5xx) or broke off.
    UpstreamFailed: UpstreamDown, 502, "Authenteq failed";
    /// Authenteq refused our credentials or our account.
    UpstreamAuth: UpstreamMismatch, 502, "Authenteq refused this site's credentials";
    /// Authenteq refused our request: the configuration does not fit the account.
    UpstreamConfig: UpstreamMismatch, 502, "Authenteq refused this site's configuration";
    /// Authenteq answered with a redirect, which we do not follow.
    UpstreamRedirect: UpstreamMismatch, 502, "Authenteq's answer could not be used";
    /// Authenteq's token is missing or not a token.
    UpstreamBadToken: UpstreamMismatch, 502, "Authenteq's answer could not be used";
    /// Authenteq's token does not fit into a cookie.
    UpstreamTokenTooLarge: UpstreamMismatch, 502, "Authenteq's answer could not be used";
    /// Authenteq's answer could not be read.
    UpstreamBadBody: UpstreamMismatch, 502, "Authenteq's answer could not be used";
    /// Authenteq's answer is of another media type than it should be.
    UpstreamBadType: UpstreamMismatch, 502, "Authenteq's answer could not be used";
    /// Authenteq's answer is compressed, which was not asked for.
    UpstreamEncoding: UpstreamMismatch, 502, "Authenteq's answer could not be used";
    /// Authenteq's multipart answer has no usable boundary.
    UpstreamBadMultipart: UpstreamMismatch, 502, "Authenteq's answer could not be used";
    /// Authenteq's answer is larger than we take.
    UpstreamTooLarge: UpstreamMismatch, 502, "Authenteq's answer could not be used";
    /// Our own fault.
    Internal: Internal, 500, "Something went wrong here";
}

impl ErrorCode {
    /// As it is spelt on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn the_documentation_lists_every_code_with_its_status() {
        let page = include_str!("../../docs/api.md");
        // Other tables list routes and claims.
        let is_code = |line: &&str| {
            let name = line
                .strip_prefix("| `")
                .and_then(|line| line.split_once('`'));
            name.is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        };
        let listed = page.lines().filter(is_code).count();
        assert_eq!(listed, ErrorCode::VARIANTS.len());
        for code in ErrorCode::VARIANTS {
            let row = format!("| `{}` | {} | ", code.name(), code.status());
            assert!(page.contains(&row), "{row}");
        }
    }
}
