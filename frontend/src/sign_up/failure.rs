//! A failure: its reason, with a sentence and a code for support.

use webkyc_shared::{
    problem::{ErrorClass, ErrorCode, Problem},
    sign_up::FailureReason,
};

use crate::{
    api,
    texts::{FailureText, Texts},
};

/// A reason with its details.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Selects sentence and code.
    pub reason: FailureReason,
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
            FailureReason::StorageBlocked => failures.storage_blocked(),
            FailureReason::NoRandomness => failures.no_randomness(),
            FailureReason::NotStartedHere => failures.not_started_here(),
            FailureReason::AlreadyUsed => failures.already_used(),
            FailureReason::TooOld => failures.too_old(),
            FailureReason::StateDiffers => failures.state_differs(),
            FailureReason::StateMissing => failures.state_missing(),
            FailureReason::BadReturn => failures.bad_return(),
            FailureReason::NoCode => failures.no_code(),
            FailureReason::ProviderError => failures.provider_error(),
            FailureReason::DataExpired => failures.data_expired(),
            FailureReason::ProviderDown if self.retryable => failures.provider_unreachable(),
            FailureReason::ProviderDown => failures.provider_failed(),
            FailureReason::Offline => failures.offline(),
            FailureReason::UnreadableAnswer => failures.unreadable_answer(),
            FailureReason::NothingHere => failures.nothing_here(),
            FailureReason::Backend(code) => match (code.class(), code) {
                (ErrorClass::Site, _) => failures.unknown_origin(),
                (ErrorClass::Address, _) => failures.wrong_address(),
                (ErrorClass::UpstreamMismatch, _) => failures.provider_mismatch(),
                (ErrorClass::Busy, _) => failures.too_busy(),
                (_, ErrorCode::SignUpTaken) => failures.sign_up_taken(),
                (_, ErrorCode::SignUpEnded) => failures.sign_up_ended(),
                (ErrorClass::SignUp, _) => failures.sign_up_not_found(),
                (_, ErrorCode::CodeRejected) => failures.code_rejected(),
                (_, ErrorCode::SessionChanged) => failures.session_changed(),
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

impl From<FailureReason> for Failure {
    fn from(reason: FailureReason) -> Self {
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
                ..FailureReason::Offline.into()
            },
            api::Error::Unreadable => Self {
                retryable: true,
                ..FailureReason::UnreadableAnswer.into()
            },
            api::Error::Refused(Problem {
                code,
                request_id,
                retryable,
                ..
            }) => Self {
                reason: code.into(),
                problem: Some(Support { code, request_id }),
                retryable,
            },
        }
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(
            failure.reason,
            FailureReason::Backend(ErrorCode::UpstreamAuth)
        );
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
        assert!(!Failure::from(FailureReason::NotStartedHere).retryable);
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
    fn a_failure_without_an_answer_has_its_code_alone() {
        assert_eq!(Failure::from(api::Error::Offline).support_line(), "OFFLINE");
    }
}
