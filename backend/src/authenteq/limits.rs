//! How much Authenteq may send, how long it may take, and how much of it we hold at a time.

use std::{num::NonZeroU32, time::Duration};

use super::survey::COPIES;

/// CallLimits of the calls to Authenteq. The defaults are meant for production; tests shorten them.
#[derive(Clone, Debug)]
pub struct CallLimits {
    /// Name, connection and TLS handshake together.
    pub connect: Duration,
    /// The token call, all of it.
    pub token: Deadlines,
    /// The details call.
    pub details: Deadlines,
    /// An export.
    pub export: Deadlines,
    /// Between two pieces of a body. Starts anew with each, which is why there is a total too.
    pub idle: Duration,
    /// Bytes of a token answer.
    pub token_body: usize,
    /// Bytes of an answer that is an error; what is over is not read.
    pub error_body: usize,
    /// For how long they are read: the status is known by then.
    pub error_wait: Duration,
    /// Bytes of a details answer.
    pub details_body: usize,
    /// Bytes of an export.
    pub export_body: usize,
    /// Calls of one kind (token, details, export) under way at a time.
    pub calls: usize,
    /// Calls of one kind that wait for that.
    pub waiting_calls: usize,
    /// For how long they wait: details and exports.
    pub wait: Duration,
    /// For how long a token call waits, for its address' share and then for a place. Longer than others:
    /// its visitor has shown face and passport. Shorter than the page waits for all of it (25 s).
    pub token_wait: Duration,
    /// Token calls begun in a second. A flood of invented codes must not get the account locked.
    pub tokens_a_second: NonZeroU32,
    /// Bytes of details held in memory, all requests together.
    pub buffered: usize,
    /// Failures to connect or to answer within [`CallLimits::failure_window`] after which nothing is
    /// tried for [`CallLimits::rest`].
    pub failures: usize,
    /// See [`CallLimits::failures`].
    pub failure_window: Duration,
    /// See [`CallLimits::failures`].
    pub rest: Duration,
}

/// The limits of one call.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Until the head of the answer is there.
    pub head: Duration,
    /// Until the end of its body, but for the time in which our own client is slow.
    pub total: Duration,
}

impl Deadlines {
    const fn seconds(head: u64, total: u64) -> Self {
        Self {
            head: Duration::from_secs(head),
            total: Duration::from_secs(total),
        }
    }
}

impl CallLimits {
    /// With no more calls waiting than begin within their wait: the last of a longer queue would wait in
    /// vain.
    pub(super) fn with_token_queue(&self) -> Self {
        let begin = f64::from(self.tokens_a_second.get()) * self.token_wait.as_secs_f64();
        Self {
            waiting_calls: self.waiting_calls.min(begin as usize),
            ..self.clone()
        }
    }

    /// Bytes of [`CallLimits::buffered`] for one address: the largest answer fits, even where all of it has to
    /// be copied.
    pub(crate) fn buffered_for_one(&self) -> usize {
        let largest = (1 + COPIES) * self.details_body;
        (self.buffered / 8).max(largest).min(self.buffered)
    }
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            token: Deadlines::seconds(15, 15),
            details: Deadlines::seconds(10, 40),
            export: Deadlines::seconds(20, 60),
            idle: Duration::from_secs(10),
            token_body: 16 << 10,
            error_body: 64 << 10,
            error_wait: Duration::from_secs(2),
            details_body: 16 << 20,
            export_body: 32 << 20,
            calls: 64,
            waiting_calls: 256,
            wait: Duration::from_secs(2),
            token_wait: Duration::from_secs(4),
            tokens_a_second: const { NonZeroU32::new(50).unwrap() },
            buffered: 256 << 20,
            failures: 10,
            failure_window: Duration::from_secs(10),
            rest: Duration::from_secs(5),
        }
    }
}
