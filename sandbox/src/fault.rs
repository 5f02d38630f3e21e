//! What can go wrong, as data: scenarios carry it, and nothing here does anything. The way back is
//! spoilt by [`crate::store`], every other answer by the routes' `Prepared::spoilt_by`.

use std::time::Duration;

use crate::flow::Step;

/// One thing that goes wrong at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: Endpoint,
    pub(crate) effect: Effect,
}

/// Where it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// The redirect that takes the visitor back to the client, in either flow.
    Return,
    /// `/v2/web-kyc/token`
    Token,
    /// `/v2/web-kyc/details`
    Details,
    /// `/web-idv/verification-result`, which is token and details in one.
    Result,
    /// `/export/verification-result-as-json`
    ExportJson,
    /// `/export/verification-result-as-multipart`
    ExportMultipart,
    /// `/export/verification-result-as-pdf`
    ExportPdf,
}

/// What goes wrong. An effect that has no meaning at an endpoint has none: only a multipart
/// message can lack its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The visitor goes back after this page, and takes no code along.
    NoCode { after: Step },
    /// The answer waits until so much of the sandbox's time has passed. Whoever moves the clock
    /// does not wait.
    Delay(Duration),
    /// Status 500, and the page that a gateway would make of it.
    ServerError,
    /// The code is said to be spent or too old.
    CodeRefused,
    /// The token is said to be too old.
    TokenExpired,
    /// The account is said to be closed.
    AccountDeactivated,
    /// The connection ends in the middle of what `Content-Length` promised.
    Truncated,
    /// The image of the document's front begins as a JPEG and goes on as noise.
    CorruptImage,
    /// The image of the document's front is HTML and labelled as a JPEG.
    LyingImage,
    /// The last boundary of a multipart message does not come.
    Endless,
    /// A PDF is none, but is labelled as one.
    FalsePdf,
}

/// The same effect at several places.
pub(crate) const fn everywhere<const N: usize>(
    endpoints: [Endpoint; N],
    effect: Effect,
) -> [Fault; N] {
    let mut faults = [Fault {
        at: Endpoint::Return,
        effect,
    }; N];
    let mut place = 0;
    while place < N {
        faults[place].at = endpoints[place];
        place += 1;
    }
    faults
}
