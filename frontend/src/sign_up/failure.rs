//! Everything that can go wrong for a visitor: a sentence, a code for support, and a way on each.

use webkyc_shared::problem::{ErrorClass, ErrorCode, Problem};

use crate::{
    api,
    api::json,
    sign_up::begin::Stay,
    texts::{FailureText, Texts},
};

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The browser keeps nothing for this page.
    StorageBlocked,
    /// The browser has no Web Crypto.
    NoRandomness,
    /// Nothing is stored here: another browser, tab or device, or a forged link.
    NotStartedHere,
    /// The state was taken before in this tab.
    AlreadyUsed,
    /// The visitor took more than an hour.
    TooOld,
    /// Sign-ups are under way in this tab, and this is none of them.
    StateDiffers,
    /// The return carries no state.
    StateMissing,
    /// The return's parameters contradict each other.
    BadReturn,
    /// The visitor came back without a code, for example by Cancel.
    NoCode,
    /// The identity server says it could not do it.
    ProviderError,
    /// Authenteq does not take the code.
    CodeRejected,
    /// The data can no longer be fetched.
    DataExpired,
    /// Authenteq cannot be reached or fails.
    ProviderDown,
    /// No answer came from our own backend.
    Offline,
    /// Something else answered in the backend's place.
    UnreadableAnswer,
    /// The results page was opened, and there is nothing to show.
    NothingHere,
    /// Another sign-up of this browser took the place of the one shown.
    SessionChanged,
    /// Whatever else the backend refuses.
    Backend(ErrorCode),
}

impl Reason {
    /// What a visitor reads to the support desk.
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

/// A reason, and what is known beyond it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// What went wrong.
    pub reason: Reason,
    /// The backend's own words for it, for support.
    pub problem: Option<Support>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

/// What finds a failure in the backend's log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Support {
    /// [`Problem::code`]
    pub code: ErrorCode,
    /// [`Problem::request_id`]
    pub request_id: String,
}

impl Failure {
    /// The sentences for it.
    #[must_use]
    pub fn text(&self, texts: &'static Texts) -> &'static FailureText {
        let failures = &texts.failures;
        match self.reason {
            Reason::StorageBlocked => &failures.storage_blocked,
            Reason::NoRandomness => &failures.no_randomness,
            Reason::NotStartedHere => &failures.not_started_here,
            Reason::AlreadyUsed => &failures.already_used,
            Reason::TooOld => &failures.too_old,
            Reason::StateDiffers => &failures.state_differs,
            Reason::StateMissing => &failures.state_missing,
            Reason::BadReturn => &failures.bad_return,
            Reason::NoCode => &failures.no_code,
            Reason::ProviderError => &failures.provider_error,
            Reason::CodeRejected => &failures.code_rejected,
            Reason::DataExpired => &failures.data_expired,
            Reason::ProviderDown if self.retryable => &failures.provider_unreachable,
            Reason::ProviderDown => &failures.provider_failed,
            Reason::Offline => &failures.offline,
            Reason::UnreadableAnswer => &failures.unreadable_answer,
            Reason::NothingHere => &failures.nothing_here,
            Reason::SessionChanged => &failures.session_changed,
            Reason::Backend(code) => match (code.class(), code) {
                (ErrorClass::Site, _) => &failures.unknown_origin,
                (ErrorClass::Address, _) => &failures.wrong_address,
                (ErrorClass::UpstreamMismatch, _) => &failures.provider_mismatch,
                (ErrorClass::Busy, _) => &failures.too_busy,
                (_, ErrorCode::StateInvalid) => &failures.state_invalid,
                (_, ErrorCode::SessionInvalid) => &failures.session_invalid,
                (_, ErrorCode::RedirectElsewhere) => &failures.begins_elsewhere,
                _ => &failures.internal,
            },
        }
    }

    /// One line for support.
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

impl From<Stay> for Failure {
    fn from(stay: Stay) -> Self {
        match stay {
            Stay::StorageBlocked => Reason::StorageBlocked.into(),
            Stay::NoRandomness => Reason::NoRandomness.into(),
            Stay::Offline => api::Error::Offline.into(),
            Stay::Unreadable => api::Error::Unreadable.into(),
            Stay::Refused(problem) => json::from_parsed(problem)
                .map_or(api::Error::Unreadable, api::Error::Refused)
                .into(),
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
    use super::*;
    use crate::texts::ENGLISH;

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
    fn what_the_backend_refuses_keeps_its_own_code() {
        let failure = refused(ErrorCode::UpstreamAuth, false);
        assert_eq!(failure.reason, Reason::Backend(ErrorCode::UpstreamAuth));
        assert_eq!(failure.support_line(), "UPSTREAM_AUTH · 7f3a");
    }

    #[test]
    fn a_provider_that_is_down_says_how_in_the_support_line() {
        let failure = refused(ErrorCode::UpstreamTimeout, false);
        assert_eq!(
            failure.support_line(),
            "PROVIDER_DOWN · UPSTREAM_TIMEOUT · 7f3a"
        );
    }

    #[test]
    fn oa_18_only_what_may_still_work_offers_another_try() {
        assert!(refused(ErrorCode::UpstreamConnect, true).retryable);
        assert!(Failure::from(api::Error::Offline).retryable);
        assert!(!Failure::from(Reason::NotStartedHere).retryable);
    }

    #[test]
    fn oa_17_a_failure_after_sending_offers_none_and_says_so() {
        let broke_off = refused(ErrorCode::UpstreamTimeout, false);
        let unreachable = refused(ErrorCode::UpstreamConnect, true);
        assert!(!broke_off.retryable);
        assert_ne!(
            broke_off.text(&ENGLISH).sentence,
            unreachable.text(&ENGLISH).sentence
        );
    }

    #[test]
    fn a_failure_without_an_answer_has_its_code_alone() {
        assert_eq!(Failure::from(api::Error::Offline).support_line(), "OFFLINE");
    }
}
