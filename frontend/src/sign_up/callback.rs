//! The return from the identity server, checked.
//!
//! The state comes first, whatever else came: a return that this tab did not start is refused
//! before anything in it is looked at.

pub mod address;

use web_sys::UrlSearchParams;
use webkyc_shared::api::{ExchangeRequest, FLOW_SECONDS};

use crate::sign_up::{
    failure::Reason,
    state::{Pending, SignInState, Taken},
};

/// The parameters of the return, each as often as it came.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// `code`
    pub code: Vec<String>,
    /// `state`
    pub state: Vec<String>,
    /// `error` (RFC 6749 section 4.1.2.1). Its description is not even read.
    pub error: Vec<String>,
}

impl Query {
    /// Reads `location.search`; `None` when it holds nothing of a return, as after a reload.
    #[must_use]
    pub fn parse(search: &str) -> Option<Self> {
        let parameters = UrlSearchParams::new_with_str(search).ok()?;
        let all = |name| {
            parameters
                .get_all(name)
                .iter()
                .filter_map(|v| v.as_string())
                .collect()
        };
        let query = Self {
            code: all("code"),
            state: all("state"),
            error: all("error"),
        };
        (query != Self::default()).then_some(query)
    }

    /// The one state to look up.
    #[must_use]
    pub fn sign_in_state(&self) -> Option<SignInState> {
        match self.state.as_slice() {
            [state] => SignInState::parse(state),
            _ => None,
        }
    }
}

/// Decides whether a return may be exchanged, and with what. `taken` is what the storage held for
/// [`Query::sign_in_state`] and holds no longer; `now` is in milliseconds since 1970.
///
/// # Errors
/// The [`Reason`] to show.
pub fn check(query: &Query, taken: &Taken, now: u64) -> Result<ExchangeRequest, Reason> {
    let state = match query.state.as_slice() {
        [] => return Err(Reason::StateMissing),
        [state] if state.is_empty() => return Err(Reason::StateMissing),
        [state] => state,
        _ => return Err(Reason::BadReturn),
    };
    let pending = match taken {
        Taken {
            pending: Some(pending),
            ..
        } => pending,
        Taken { used: true, .. } => return Err(Reason::AlreadyUsed),
        Taken { others: true, .. } => return Err(Reason::StateDiffers),
        Taken { .. } => return Err(Reason::NotStartedHere),
    };
    if too_old(pending, now) {
        return Err(Reason::TooOld);
    }
    match (query.code.as_slice(), query.error.as_slice()) {
        ([code], []) if code.is_empty() => Err(Reason::NoCode),
        ([code], []) => match code.clone().try_into() {
            Ok(code) => Ok(ExchangeRequest {
                code,
                state: state.clone(),
            }),
            Err(_) => Err(Reason::BadReturn),
        },
        ([], []) => Err(Reason::NoCode),
        ([], [_]) => Err(Reason::ProviderError),
        _ => Err(Reason::BadReturn),
    }
}

/// A birth in the future is a clock that was set back, not an old sign-up.
fn too_old(pending: &Pending, now: u64) -> bool {
    now.saturating_sub(pending.born) > FLOW_SECONDS.unsigned_abs() * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq83";
    const NOW: u64 = 1_700_000_000_000;
    const HOUR: u64 = 3_600_000;

    fn query(code: &[&str], state: &[&str], error: &[&str]) -> Query {
        let owned = |values: &[&str]| values.iter().map(|&v| v.to_owned()).collect();
        Query {
            code: owned(code),
            state: owned(state),
            error: owned(error),
        }
    }

    fn born(born: u64) -> Taken {
        let pending = Pending {
            born,
            site: None,
            return_key: None,
        };
        Taken {
            pending: Some(pending),
            ..Taken::default()
        }
    }

    #[track_caller]
    fn assert_refused(query: &Query, taken: &Taken, reason: Reason) {
        assert_eq!(check(query, taken, NOW).err(), Some(reason));
    }

    #[test]
    fn a_return_with_its_own_state_may_be_exchanged() {
        let grant = check(
            &query(&["aB3.-_~"], &[STATE], &[]),
            &born(NOW - 60_000),
            NOW,
        );
        let grant = grant.expect("is granted");
        assert_eq!(
            (grant.code.as_str(), grant.state.as_str()),
            ("aB3.-_~", STATE)
        );
    }

    #[test]
    fn oa_01_a_return_that_was_not_started_here_is_refused() {
        assert_refused(
            &query(&["c"], &[STATE], &[]),
            &Taken::default(),
            Reason::NotStartedHere,
        );
    }

    #[test]
    fn oa_02_a_return_without_state_is_refused_whatever_is_stored() {
        for taken in [
            Taken::default(),
            born(NOW),
            Taken {
                others: true,
                ..Taken::default()
            },
        ] {
            assert_refused(&query(&["c"], &[], &[]), &taken, Reason::StateMissing);
            assert_refused(&query(&["c"], &[""], &[]), &taken, Reason::StateMissing);
            assert_refused(
                &query(&[], &[], &["access_denied"]),
                &taken,
                Reason::StateMissing,
            );
        }
    }

    #[test]
    fn oa_03_a_state_that_differs_is_refused() {
        let others = Taken {
            others: true,
            ..Taken::default()
        };
        for state in [
            STATE.to_lowercase(),
            STATE[1..].to_owned(),
            format!("{STATE}="),
            "x".repeat(10_000),
        ] {
            assert_refused(
                &query(&["c"], &[&state], &[]),
                &others,
                Reason::StateDiffers,
            );
        }
    }

    #[test]
    fn oa_03_a_parameter_given_twice_is_refused() {
        assert_refused(
            &query(&["c"], &[STATE, STATE], &[]),
            &born(NOW),
            Reason::BadReturn,
        );
        assert_refused(
            &query(&["c", "c"], &[STATE], &[]),
            &born(NOW),
            Reason::BadReturn,
        );
        assert_refused(
            &query(&[], &[STATE], &["e", "e"]),
            &born(NOW),
            Reason::BadReturn,
        );
        assert!(
            query(&["c"], &[STATE, STATE], &[])
                .sign_in_state()
                .is_none()
        );
    }

    #[test]
    fn oa_04_a_state_that_was_used_is_told_apart() {
        let used = Taken {
            used: true,
            others: true,
            ..Taken::default()
        };
        assert_refused(&query(&["c"], &[STATE], &[]), &used, Reason::AlreadyUsed);
    }

    #[test]
    fn oa_07_a_return_after_more_than_an_hour_is_refused() {
        let query = query(&["c"], &[STATE], &[]);
        assert!(check(&query, &born(NOW - HOUR), NOW).is_ok());
        assert_refused(&query, &born(NOW - HOUR - 1), Reason::TooOld);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_the_visitor() {
        assert!(check(&query(&["c"], &[STATE], &[]), &born(NOW + HOUR), NOW).is_ok());
    }

    #[test]
    fn a_return_without_a_code_is_told_apart() {
        assert_refused(&query(&[], &[STATE], &[]), &born(NOW), Reason::NoCode);
        assert_refused(&query(&[""], &[STATE], &[]), &born(NOW), Reason::NoCode);
    }

    #[test]
    fn oa_14_an_error_counts_only_with_the_right_state() {
        let error = query(&[], &[STATE], &["access_denied"]);
        assert_refused(&error, &born(NOW), Reason::ProviderError);
        assert_refused(&error, &Taken::default(), Reason::NotStartedHere);
    }

    #[test]
    fn oa_15_an_impossible_code_is_refused() {
        let long = "c".repeat(513);
        for code in [long.as_str(), "a&clientId=b", "a\r\nb", "a b", "ä"] {
            assert_refused(
                &query(&[code], &[STATE], &[]),
                &born(NOW),
                Reason::BadReturn,
            );
        }
        assert_refused(
            &query(&["c"], &[STATE], &["e"]),
            &born(NOW),
            Reason::BadReturn,
        );
        assert!(check(&query(&[&long[1..]], &[STATE], &[]), &born(NOW), NOW).is_ok());
    }
}
