//! The reasons for a failure, each with a sentence and a code for support.

use webkyc_shared::problem::{ErrorClass, ErrorCode, Problem};

use crate::{
    api,
    texts::{FailureText, Texts},
};

/// Why a sign-up cannot go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The browser keeps nothing for this page.
    StorageBlocked,
    /// The browser has no Web Crypto.
    NoRandomness,
    /// This tab keeps no flow: the visitor left from another browser, tab or device, or the link is
    /// forged.
    NotStartedHere,
    /// The state was taken before in this tab.
    AlreadyUsed,
    /// The visitor took more than an hour.
    TooOld,
    /// This tab keeps other flows, but not this one.
    StateDiffers,
    /// The callback has no state.
    StateMissing,
    /// The callback's parameters contradict each other.
    BadReturn,
    /// The callback has no code, for example after Cancel.
    NoCode,
    /// The callback has an `error`.
    ProviderError,
    /// Authenteq refuses the code.
    CodeRejected,
    /// The data can no longer be fetched.
    DataExpired,
    /// Authenteq cannot be reached or fails.
    ProviderDown,
    /// The backend did not answer.
    Offline,
    /// The answer did not come from the backend.
    UnreadableAnswer,
    /// The browser has no session to show.
    NothingHere,
    /// Another sign-up of this browser replaced the session.
    SessionChanged,
    /// Every other refusal of the backend.
    Backend(ErrorCode),
}

impl Reason {
    /// The code that a visitor reads to the support desk.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::StorageBlocked => "STORAGE_BLOCKED",
            Self::NoRandomness => "NO_RANDOMNESS",
            Self::NotStartedHere => "NOT_STARTED_HERE",
            Self::AlreadyUsed => "ALREADY_USED",
            Self::TooOld => "TOO_OLD",
            Self::StateDiffers => "STATE_DIFFERS",
            Self::StateMissing => "STATE_MISSING",
            Self::BadReturn => "BAD_RETURN",
            Self::NoCode => "NO_CODE",
            Self::ProviderError => "PROVIDER_ERROR",
            Self::CodeRejected => "CODE_REJECTED",
            Self::DataExpired => "DATA_EXPIRED",
            Self::ProviderDown => "PROVIDER_DOWN",
            Self::Offline => "OFFLINE",
            Self::UnreadableAnswer => "UNREADABLE_ANSWER",
            Self::NothingHere => "NOTHING_HERE",
            Self::SessionChanged => "SESSION_CHANGED",
            Self::Backend(code) => code.name(),
        }
    }
}

/// A reason with its details.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Selects sentence and code.
    pub reason: Reason,
    /// From the backend's problem, if there is one.
    pub problem: Option<Support>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

/// The part of a [`Problem`] that finds it in the backend's log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Support {
    /// [`Problem::code`]
    pub code: ErrorCode,
    /// [`Problem::request_id`]
    pub request_id: String,
}

impl Failure {
    pub(crate) fn text(&self, texts: Texts) -> FailureText {
        let failures = texts.failures();
        let text = match self.reason {
            Reason::StorageBlocked => failures.storage_blocked(),
            Reason::NoRandomness => failures.no_randomness(),
            Reason::NotStartedHere => failures.not_started_here(),
            Reason::AlreadyUsed => failures.already_used(),
            Reason::TooOld => failures.too_old(),
            Reason::StateDiffers => failures.state_differs(),
            Reason::StateMissing => failures.state_missing(),
            Reason::BadReturn => failures.bad_return(),
            Reason::NoCode => failures.no_code(),
            Reason::ProviderError => failures.provider_error(),
            Reason::CodeRejected => failures.code_rejected(),
            Reason::DataExpired => failures.data_expired(),
            Reason::ProviderDown if self.retryable => failures.provider_unreachable(),
            Reason::ProviderDown => failures.provider_failed(),
            Reason::Offline => failures.offline(),
            Reason::UnreadableAnswer => failures.unreadable_answer(),
            Reason::NothingHere => failures.nothing_here(),
            Reason::SessionChanged => failures.session_changed(),
            Reason::Backend(code) => match (code.class(), code) {
                (ErrorClass::Site, _) => failures.unknown_origin(),
                (ErrorClass::Address, _) => failures.wrong_address(),
                (ErrorClass::UpstreamMismatch, _) => failures.provider_mismatch(),
                (ErrorClass::Busy, _) => failures.too_busy(),
                (_, ErrorCode::SignUpTaken) => failures.sign_up_taken(),
                (_, ErrorCode::SignUpEnded) => failures.sign_up_ended(),
                (ErrorClass::SignUp, _) => failures.sign_up_not_found(),
                (_, ErrorCode::StateInvalid) => failures.state_invalid(),
                (_, ErrorCode::SessionInvalid) => failures.session_invalid(),
                (_, ErrorCode::RedirectElsewhere) => failures.begins_elsewhere(),
                _ => failures.internal(),
            },
        };
        text.into()
    }

    /// The code, the problem's code if it differs, and the request id.
    #[must_use]
    pub fn support_line(&self) -> String {
        let mut line = self.reason.code().to_owned();
        if let Some(support) = &self.problem {
            let code = support.code.name();
            if code != line {
                line.push_str(" · ");
                line.push_str(code);
            }
            line.push_str(" · ");
            line.push_str(&support.request_id);
        }
        line
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            problem: None,
            retryable: false,
        }
    }
}

impl From<api::Error> for Failure {
    fn from(error: api::Error) -> Self {
        match error {
            api::Error::Offline => Self {
                retryable: true,
                ..Reason::Offline.into()
            },
            api::Error::Unreadable => Self {
                retryable: true,
                ..Reason::UnreadableAnswer.into()
            },
            api::Error::Refused(Problem {
                code,
                request_id,
                retryable,
                ..
            }) => Self {
                reason: reason(code),
                problem: Some(Support { code, request_id }),
                retryable,
            },
        }
    }
}

fn reason(code: ErrorCode) -> Reason {
    match (code.class(), code) {
        (_, ErrorCode::CodeRejected) => Reason::CodeRejected,
        (_, ErrorCode::SessionExpired) => Reason::DataExpired,
        (_, ErrorCode::SessionChanged) => Reason::SessionChanged,
        (ErrorClass::UpstreamDown, _) => Reason::ProviderDown,
        _ => Reason::Backend(code),
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;
    use webkyc_shared::sign_up::{FailureReason, PAGE_REASONS};

    use super::*;
    use crate::texts::{locale::Locale, tests::read_every_file};

    fn refused(code: ErrorCode, retryable: bool) -> Failure {
        let (title, request_id) = ("…".to_owned(), "7f3a".to_owned());
        api::Error::Refused(Problem {
            title,
            status: 502,
            code,
            request_id,
            retryable,
        })
        .into()
    }

    #[test]
    fn a_refusal_of_the_backend_keeps_its_code() {
        let failure = refused(ErrorCode::UpstreamAuth, false);
        assert_eq!(failure.reason, Reason::Backend(ErrorCode::UpstreamAuth));
        assert_eq!(failure.support_line(), "UPSTREAM_AUTH · 7f3a");
    }

    #[test]
    fn the_support_line_says_how_the_provider_is_down() {
        let failure = refused(ErrorCode::UpstreamTimeout, false);
        assert_eq!(
            failure.support_line(),
            "PROVIDER_DOWN · UPSTREAM_TIMEOUT · 7f3a"
        );
    }

    #[test]
    fn oa_18_only_a_retryable_failure_offers_another_try() {
        assert!(refused(ErrorCode::UpstreamConnect, true).retryable);
        assert!(Failure::from(api::Error::Offline).retryable);
        assert!(!Failure::from(Reason::NotStartedHere).retryable);
    }

    #[test]
    fn oa_17_a_failure_after_sending_offers_no_retry_and_says_so() {
        let broke_off = refused(ErrorCode::UpstreamTimeout, false);
        let unreachable = refused(ErrorCode::UpstreamConnect, true);
        assert!(!broke_off.retryable);
        read_every_file();
        let texts = Locale::from_tags("en").texts();
        assert_ne!(
            broke_off.text(texts).sentence,
            unreachable.text(texts).sentence
        );
    }

    #[test]
    fn the_backend_takes_every_reason_of_a_page() {
        let own = [
            Reason::StorageBlocked,
            Reason::NoRandomness,
            Reason::NotStartedHere,
            Reason::AlreadyUsed,
            Reason::TooOld,
            Reason::StateDiffers,
            Reason::StateMissing,
            Reason::BadReturn,
            Reason::NoCode,
            Reason::ProviderError,
            Reason::CodeRejected,
            Reason::DataExpired,
            Reason::ProviderDown,
            Reason::Offline,
            Reason::UnreadableAnswer,
            Reason::NothingHere,
            Reason::SessionChanged,
        ];
        let codes = own.map(Reason::code);
        assert_eq!(codes, PAGE_REASONS);
        let refusals = ErrorCode::VARIANTS.iter().copied().map(Reason::Backend);
        for reason in own.into_iter().chain(refusals) {
            let taken = FailureReason::try_from(reason.code().to_owned());
            assert!(taken.is_ok(), "{reason:?}");
        }
    }

    #[test]
    fn a_failure_without_an_answer_has_its_code_alone() {
        assert_eq!(Failure::from(api::Error::Offline).support_line(), "OFFLINE");
    }
}
