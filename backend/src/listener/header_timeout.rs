//! Limits how long we wait for a request to begin, and then for its headers.
//!
//! hyper has one timer for both: it starts when the previous answer is complete and ends with the
//! last header. An idle browser connection should stay open for longer than headers may take, so
//! this timer becomes shorter when the first byte of a request arrives. Until then, the connection's place
//! may go to another.

use std::{
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};
use tokio::time::sleep_until;

use crate::listener::{
    Traffic,
    room::{Loan, Place},
};

/// hyper's timer for one connection.
pub(super) struct HeaderTimeout {
    header_timeout: Duration,
    traffic: Arc<Traffic>,
    place: Arc<Place>,
}

impl HeaderTimeout {
    pub(super) fn new(header_timeout: Duration, traffic: Arc<Traffic>, place: Arc<Place>) -> Self {
        Self {
            header_timeout,
            traffic,
            place,
        }
    }
}

impl Timer for HeaderTimeout {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let mut wait = HeaderWait {
            header_timeout: self.header_timeout,
            received: self.traffic.received.load(Ordering::Relaxed),
            traffic: self.traffic.clone(),
            has_begun: false,
            loan: None,
            sleep: Box::pin(sleep_until(deadline.into())),
        };
        // A new client should send at once: silence is normal only between two requests.
        if self.traffic.requests.load(Ordering::Relaxed) == 0 {
            wait.begin();
        } else {
            wait.loan = self.place.lend();
        }
        Box::pin(wait)
    }

    fn now(&self) -> Instant {
        // tokio's clock, because a test can stop it.
        tokio::time::Instant::now().into()
    }
}

struct HeaderWait {
    header_timeout: Duration,
    /// The bytes received when the wait began. If part of a head arrived together with the previous
    /// request, the head counts as begun with its next byte.
    received: u64,
    traffic: Arc<Traffic>,
    has_begun: bool,
    /// Until the first byte.
    loan: Option<Loan>,
    sleep: Pin<Box<tokio::time::Sleep>>,
}

impl HeaderWait {
    fn begin(&mut self) {
        self.has_begun = true;
        self.loan = None;
        let deadline = tokio::time::Instant::now() + self.header_timeout;
        self.sleep.as_mut().reset(deadline);
    }
}

impl Sleep for HeaderWait {}

impl Future for HeaderWait {
    type Output = ();

    // hyper polls after each read that does not complete the headers.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let received = self.traffic.received.load(Ordering::Relaxed);
        if !self.has_begun && received != self.received {
            self.begin();
        }
        let is_taken = |loan: &mut Loan| loan.poll_taken(cx).is_ready();
        if self.loan.as_mut().is_some_and(is_taken) {
            return Poll::Ready(());
        }
        self.sleep.as_mut().poll(cx)
    }
}
