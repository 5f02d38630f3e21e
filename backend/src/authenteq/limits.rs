//! Limits for Authenteq's answers: their size, their time, and the amount held in memory.

use std::{num::NonZeroU32, time::Duration};

use super::prescan::COPIES;

/// Limits of the calls to Authenteq. The defaults are meant for production; tests shorten them.
#[derive(Clone, Debug)]
pub struct CallLimits {
    /// Time for name resolution, connection and TLS handshake together.
    pub connect: Duration,
    /// Time for the whole token call.
    pub token: Deadlines,
    /// Time for the call that spends a code at Web IDV, until the id was read. Its head has the
    /// time of the token call, its body the time of details.
    pub result: Deadlines,
    /// Time for the call that asks where the visitor goes.
    pub verification_url: Deadlines,
    /// Time for the details call.
    pub details: Deadlines,
    /// Time for an export.
    pub export: Deadlines,
    /// Time between two pieces of a body. It restarts with each piece, so a total limit is needed
    /// too.
    pub idle: Duration,
    /// Maximum bytes of a token answer, and of an answer with an address for the visitor.
    pub token_body: usize,
    /// Bytes read of an error answer; the rest is not read.
    pub error_body: usize,
    /// Time for reading them: the status is already known.
    pub error_wait: Duration,
    /// Maximum bytes of a details answer.
    pub details_body: usize,
    /// Maximum bytes of an export, also where details come from it, and of what is read of a result.
    pub export_body: usize,
    /// Concurrent calls of one kind (address for a visitor, exchange, details, export).
    pub calls: usize,
    /// Addresses, and calls of our own, that may wait for a place for a call of one kind.
    pub waiting_calls: usize,
    /// How long calls other than exchanges wait for a place.
    pub wait: Duration,
    /// How long an exchange waits for a place. Longer than other calls, because the visitor has
    /// already shown face and passport; with the call itself shorter than the page's total wait
    /// (25 s).
    pub token_wait: Duration,
    /// Exchanges started per second. A flood of invented codes must not get the account locked.
    pub tokens_a_second: NonZeroU32,
    /// Bytes of details in memory, for all requests together.
    pub buffered: usize,
    /// Failures to connect or to answer within [`CallLimits::failure_window`] after which calls
    /// stop for [`CallLimits::rest`].
    pub failures: usize,
    /// See [`CallLimits::failures`].
    pub failure_window: Duration,
    /// See [`CallLimits::failures`].
    pub rest: Duration,
}

/// The limits of one call.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Time until the head of the answer arrives.
    pub head: Duration,
    /// Time until the end of its body, without the time in which our own client is slow.
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
    /// Bytes of [`CallLimits::buffered`] for one address: enough for the largest details, even if
    /// all of them must be copied, and for the largest export, if little of it must.
    pub(crate) fn buffered_for_one(&self) -> usize {
        let largest = (1 + COPIES) * self.details_body;
        let largest = largest.max(self.export_body);
        (self.buffered / 8).max(largest).min(self.buffered)
    }

    /// Bytes of [`CallLimits::buffered`] for answers that need more than was reserved for them: of
    /// unannounced length, or with texts that must be copied.
    pub(super) fn buffered_for_growth(&self) -> usize {
        self.buffered_for_one().min(self.buffered / 4)
    }
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            token: Deadlines::seconds(15, 15),
            result: Deadlines::seconds(15, 40),
            verification_url: Deadlines::seconds(10, 10),
            details: Deadlines::seconds(10, 40),
            export: Deadlines::seconds(20, 60),
            idle: Duration::from_secs(10),
            token_body: 16 << 10,
            error_body: 64 << 10,
            error_wait: Duration::from_secs(2),
            details_body: 16 << 20,
            export_body: 32 << 20,
            calls: 64,
            waiting_calls: 2048,
            wait: Duration::from_secs(2),
            token_wait: Duration::from_secs(8),
            tokens_a_second: const { NonZeroU32::new(50).unwrap() },
            buffered: 256 << 20,
            failures: 10,
            failure_window: Duration::from_secs(10),
            rest: Duration::from_secs(5),
        }
    }
}
