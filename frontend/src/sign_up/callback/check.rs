//! The checks of a callback. The state comes first: if this tab did not begin the flow, no other
//! parameter is looked at.

use webkyc_shared::{
    api::{ExchangeRequest, FLOW_SECONDS},
    sign_up::FailureReason,
};

use super::CallbackQuery;
use crate::sign_up::state::{Flow, Taken};

/// Returns the request that exchanges the code, or the reason to refuse the callback. `taken` is the
/// storage's entry for [`CallbackQuery::sign_up_state`]; `now` is in milliseconds since 1970.
pub(crate) fn check(
    query: &CallbackQuery,
    taken: &Taken,
    now: u64,
) -> Result<ExchangeRequest, FailureReason> {
    let state = match query.state.as_slice() {
        [] => return Err(FailureReason::StateMissing),
        [state] if state.is_empty() => return Err(FailureReason::StateMissing),
        [state] => state,
        _ => return Err(FailureReason::BadReturn),
    };
    let flow = match taken {
        Taken {
            flow: Some(flow), ..
        } => flow,
        Taken { used: Some(_), .. } => return Err(FailureReason::AlreadyUsed),
        Taken { others: true, .. } => return Err(FailureReason::StateDiffers),
        Taken { .. } => return Err(FailureReason::NotStartedHere),
    };
    if is_too_old(flow, now) {
        return Err(FailureReason::TooOld);
    }
    match (query.code.as_slice(), query.error.as_slice()) {
        ([code], []) if code.is_empty() => Err(FailureReason::NoCode),
        ([code], []) => match code.clone().try_into() {
            Ok(code) => Ok(ExchangeRequest {
                code,
                state: state.clone(),
            }),
            Err(_) => Err(FailureReason::BadReturn),
        },
        ([], []) => Err(FailureReason::NoCode),
        ([], [_]) => Err(FailureReason::ProviderError),
        _ => Err(FailureReason::BadReturn),
    }
}

/// A flow from the future means that the clock was set back, not that the flow is old.
fn is_too_old(flow: &Flow, now: u64) -> bool {
    now.saturating_sub(flow.began_at) > FLOW_SECONDS.unsigned_abs() * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq83";
    const NOW: u64 = 1_700_000_000_000;
    const HOUR: u64 = 3_600_000;

    fn query(code: &[&str], state: &[&str], error: &[&str]) -> CallbackQuery {
        let owned = |values: &[&str]| values.iter().map(|&v| v.to_owned()).collect();
        CallbackQuery {
            code: owned(code),
            state: owned(state),
            error: owned(error),
        }
    }

    fn begun(at: u64) -> Taken {
        let flow = Flow {
            began_at: at,
            site_return: None,
            kept: None,
        };
        Taken {
            flow: Some(flow),
            ..Taken::default()
        }
    }

    #[track_caller]
    fn assert_refused(query: &CallbackQuery, taken: &Taken, reason: FailureReason) {
        assert_eq!(check(query, taken, NOW).err(), Some(reason));
    }

    #[test]
    fn a_callback_with_its_own_state_may_be_exchanged() {
        let request = check(
            &query(&["aB3.-_~"], &[STATE], &[]),
            &begun(NOW - 60_000),
            NOW,
        );
        let request = request.expect("is accepted");
        assert_eq!(
            (request.code.as_str(), request.state.as_str()),
            ("aB3.-_~", STATE)
        );
    }

    #[test]
    fn oa_01_a_callback_that_was_not_started_here_is_refused() {
        assert_refused(
            &query(&["c"], &[STATE], &[]),
            &Taken::default(),
            FailureReason::NotStartedHere,
        );
    }

    #[test]
    fn oa_02_a_callback_without_state_is_always_refused() {
        for taken in [
            Taken::default(),
            begun(NOW),
            Taken {
                others: true,
                ..Taken::default()
            },
        ] {
            assert_refused(
                &query(&["c"], &[], &[]),
                &taken,
                FailureReason::StateMissing,
            );
            assert_refused(
                &query(&["c"], &[""], &[]),
                &taken,
                FailureReason::StateMissing,
            );
            assert_refused(
                &query(&[], &[], &["access_denied"]),
                &taken,
                FailureReason::StateMissing,
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
                FailureReason::StateDiffers,
            );
        }
    }

    #[test]
    fn oa_03_a_parameter_given_twice_is_refused() {
        assert_refused(
            &query(&["c"], &[STATE, STATE], &[]),
            &begun(NOW),
            FailureReason::BadReturn,
        );
        assert_refused(
            &query(&["c", "c"], &[STATE], &[]),
            &begun(NOW),
            FailureReason::BadReturn,
        );
        assert_refused(
            &query(&[], &[STATE], &["e", "e"]),
            &begun(NOW),
            FailureReason::BadReturn,
        );
        assert!(
            query(&["c"], &[STATE, STATE], &[])
                .sign_up_state()
                .is_none()
        );
    }

    #[test]
    fn oa_04_a_used_state_has_its_own_reason() {
        let used = Taken {
            used: begun(NOW).flow,
            others: true,
            ..Taken::default()
        };
        assert_refused(
            &query(&["c"], &[STATE], &[]),
            &used,
            FailureReason::AlreadyUsed,
        );
    }

    #[test]
    fn oa_07_a_callback_after_more_than_an_hour_is_refused() {
        let query = query(&["c"], &[STATE], &[]);
        assert!(check(&query, &begun(NOW - HOUR), NOW).is_ok());
        assert_refused(&query, &begun(NOW - HOUR - 1), FailureReason::TooOld);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_the_visitor() {
        assert!(check(&query(&["c"], &[STATE], &[]), &begun(NOW + HOUR), NOW).is_ok());
    }

    #[test]
    fn a_callback_without_a_code_has_its_own_reason() {
        assert_refused(
            &query(&[], &[STATE], &[]),
            &begun(NOW),
            FailureReason::NoCode,
        );
        assert_refused(
            &query(&[""], &[STATE], &[]),
            &begun(NOW),
            FailureReason::NoCode,
        );
    }

    #[test]
    fn oa_14_an_error_counts_only_with_the_right_state() {
        let error = query(&[], &[STATE], &["access_denied"]);
        assert_refused(&error, &begun(NOW), FailureReason::ProviderError);
        assert_refused(&error, &Taken::default(), FailureReason::NotStartedHere);
    }

    #[test]
    fn oa_15_an_impossible_code_is_refused() {
        let long = "c".repeat(513);
        for code in [long.as_str(), "a&clientId=b", "a\r\nb", "a b", "ä"] {
            assert_refused(
                &query(&[code], &[STATE], &[]),
                &begun(NOW),
                FailureReason::BadReturn,
            );
        }
        assert_refused(
            &query(&["c"], &[STATE], &["e"]),
            &begun(NOW),
            FailureReason::BadReturn,
        );
        assert!(check(&query(&[&long[1..]], &[STATE], &[]), &begun(NOW), NOW).is_ok());
    }
}
