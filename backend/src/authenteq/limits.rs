//! How much Authenteq may send, how long it may take, and how much of it we hold at a time.

use std::time::Duration;

/// Limits of the calls to Authenteq. The defaults are meant for production; tests shorten them.
#[derive(Clone, Debug)]
pub struct Limits {
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
    /// Bytes of a details answer.
    pub details_body: usize,
    /// Bytes of an export.
    pub export_body: usize,
    /// Calls of one kind (token, details, export) under way at a time.
    pub calls: usize,
    /// Calls of one kind that wait for that.
    pub waiting_calls: usize,
    /// For how long they wait.
    pub wait: Duration,
    /// Bytes of details held in memory, all requests together.
    pub buffered: usize,
    /// Failures to connect or to answer within [`Limits::failure_window`] after which nothing is
    /// tried for [`Limits::rest`].
    pub failures: usize,
    /// See [`Limits::failures`].
    pub failure_window: Duration,
    /// See [`Limits::failures`].
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

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            token: Deadlines::seconds(15, 15),
            details: Deadlines::seconds(10, 40),
            export: Deadlines::seconds(20, 60),
            idle: Duration::from_secs(10),
            token_body: 16 << 10,
            error_body: 64 << 10,
            details_body: 16 << 20,
            export_body: 32 << 20,
            calls: 64,
            waiting_calls: 256,
            wait: Duration::from_secs(2),
            buffered: 256 << 20,
            failures: 10,
            failure_window: Duration::from_secs(10),
            rest: Duration::from_secs(5),
        }
    }
}
