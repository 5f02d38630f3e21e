//! Stops calling an Authenteq host that does not answer, so that visitors get an error at once
//! instead of each waiting for a timeout.
//!
//! Counts failures to connect and to answer in time, and no others: a rejection is an answer. (The
//! breakers on crates.io count failure rates or wrap whole services; this is a counter and a time.)

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::CallLimits;

/// The breaker of one Authenteq host.
#[derive(Clone)]
pub(super) struct Breaker(Arc<Mutex<State>>);

struct State {
    failures: VecDeque<Instant>,
    rests_until: Option<Instant>,
    is_probed: bool,
    limits: CallLimits,
}

/// Permission for one call. If it is dropped early because a visitor gave up, it counts as a
/// failure only if the host had enough time to answer.
pub(super) struct Admission {
    breaker: Breaker,
    late: Instant,
    is_probe: bool,
    is_settled: bool,
}

impl Breaker {
    pub(super) fn new(limits: &CallLimits) -> Self {
        Self(Arc::new(Mutex::new(State {
            failures: VecDeque::new(),
            rests_until: None,
            is_probed: false,
            limits: limits.clone(),
        })))
    }

    /// Admits a call that should not take longer than `max_time`, or returns how long to wait
    /// before calling the host again. After that time one call tries, and the others wait for its
    /// result.
    pub(super) fn admit(&self, max_time: Duration) -> Result<Admission, Duration> {
        let mut state = self.state();
        let is_probe = match state.rests_until {
            None => false,
            Some(until) if Instant::now() < until => return Err(until - Instant::now()),
            Some(_) if state.is_probed => return Err(Duration::from_secs(1)),
            Some(_) => true,
        };
        state.is_probed |= is_probe;
        Ok(Admission {
            breaker: self.clone(),
            late: Instant::now() + max_time,
            is_probe,
            is_settled: false,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission {
    /// The host answered, with any status.
    pub(super) fn answered(mut self) {
        self.is_settled = true;
        let mut state = self.breaker.state();
        state.failures.clear();
        state.rests_until = None;
    }

    /// The host was unreachable, or did not answer in time.
    pub(super) fn failed(mut self) {
        self.fail();
    }

    fn fail(&mut self) {
        self.is_settled = true;
        let mut state = self.breaker.state();
        let now = Instant::now();
        state.failures.push_back(now);
        let window = state.limits.failure_window;
        while state.failures.front().is_some_and(|at| now - *at > window) {
            state.failures.pop_front();
        }
        if self.is_probe || state.failures.len() >= state.limits.failures {
            state.failures.clear();
            state.rests_until = Some(now + state.limits.rest);
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if !self.is_settled && Instant::now() >= self.late {
            self.fail();
        }
        if self.is_probe {
            self.breaker.state().is_probed = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_TIME: Duration = Duration::from_secs(5);

    fn fail(breaker: &Breaker, times: usize) {
        for _ in 0..times {
            breaker.admit(MAX_TIME).ok().unwrap().failed();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn up_25_after_ten_failures_in_ten_seconds_there_is_a_rest_and_then_one_probe() {
        let breaker = Breaker::new(&CallLimits::default());
        fail(&breaker, 10);
        assert!(breaker.admit(MAX_TIME).is_err());
        tokio::time::advance(Duration::from_millis(5_001)).await;
        let probe = breaker.admit(MAX_TIME).ok().unwrap();
        assert!(breaker.admit(MAX_TIME).is_err(), "one at a time");
        probe.failed();
        assert!(breaker.admit(MAX_TIME).is_err(), "another rest");
        tokio::time::advance(Duration::from_millis(5_001)).await;
        drop(breaker.admit(MAX_TIME).ok().unwrap());
        breaker.admit(MAX_TIME).ok().unwrap().answered();
        fail(&breaker, 9);
        assert!(
            breaker.admit(MAX_TIME).is_ok(),
            "counted from the start again"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn up_25_calls_that_visitors_gave_up_after_seconds_are_failures() {
        let breaker = Breaker::new(&CallLimits::default());
        let abandon = async |wait: Duration| {
            let calls: Vec<_> = (0..10)
                .map(|_| breaker.admit(MAX_TIME).ok().unwrap())
                .collect();
            tokio::time::advance(wait).await;
            drop(calls);
        };
        abandon(Duration::from_secs(4)).await;
        assert!(breaker.admit(MAX_TIME).is_ok(), "it had no time to answer");
        abandon(Duration::from_secs(5)).await;
        assert!(breaker.admit(MAX_TIME).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn up_25_failures_far_apart_and_answers_in_between_do_not_add_up() {
        let breaker = Breaker::new(&CallLimits::default());
        for _ in 0..30 {
            fail(&breaker, 1);
            tokio::time::advance(Duration::from_millis(1_500)).await;
        }
        assert!(breaker.admit(MAX_TIME).is_ok());
        for _ in 0..30 {
            fail(&breaker, 1);
            breaker.admit(MAX_TIME).ok().unwrap().answered();
        }
        assert!(breaker.admit(MAX_TIME).is_ok());
    }
}
