//! A socket that limits how long it waits for a slow reader.
//!
//! hyper has no write timeout, and a timeout that restarts with each byte is not enough: a client
//! that reads a byte now and then holds an answer for days.

use std::{
    io,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use crate::listener::{ConnectionLimits, Traffic, reset};

/// How long we keep reading after our last byte. A socket closed with unread bytes is reset, and
/// the client may lose the answer: usually the one that reports an oversized request.
const LINGER: Duration = Duration::from_secs(1);

/// The socket of one connection. Time counts only while data waits to be written and the kernel
/// does not accept it.
pub(super) struct MinSendRate {
    stream: TcpStream,
    traffic: Arc<Traffic>,
    send_timeout: Duration,
    half_close_timeout: Duration,
    /// Bytes that must be written in each `send_timeout`.
    floor: usize,
    /// Bytes written since the current `send_timeout` began.
    written: usize,
    /// The rest of the current `send_timeout`.
    left: Duration,
    waiting_since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
    linger: Option<Pin<Box<Sleep>>>,
    /// Runs from the client's half-close until we consider the client gone.
    half_closed: Option<Pin<Box<Sleep>>>,
}

impl MinSendRate {
    pub(super) fn new(stream: TcpStream, limits: &ConnectionLimits, traffic: Arc<Traffic>) -> Self {
        let wait = limits.send_timeout.as_millis();
        let floor = u128::try_from(limits.min_send_rate).unwrap_or(u128::MAX) * wait / 1000;
        Self {
            stream,
            traffic,
            send_timeout: limits.send_timeout,
            half_close_timeout: limits.half_close_timeout,
            floor: usize::try_from(floor).unwrap_or(usize::MAX),
            written: 0,
            left: limits.send_timeout,
            waiting_since: None,
            alarm: None,
            linger: None,
            half_closed: None,
        }
    }

    /// Returns the result of a write, unless the reader has used up its time.
    fn pace(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(outcome) => {
                self.count_wait();
                self.written += outcome.as_ref().copied().unwrap_or_default();
                // A client that reads part of the answer is not gone.
                self.half_closed = None;
                Poll::Ready(outcome)
            }
            Poll::Pending => loop {
                self.count_wait();
                self.waiting_since = Some(Instant::now());
                if self.left.is_zero() && self.written >= self.floor {
                    (self.left, self.written) = (self.send_timeout, 0);
                }
                let left = self.left;
                if left.is_zero() {
                    // Otherwise the kernel would go on sending its buffer.
                    reset(&self.stream);
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(left)));
                alarm.as_mut().reset(Instant::now() + left);
                ready!(alarm.as_mut().poll(cx));
            },
        }
    }

    /// Subtracts the time since the kernel last accepted no data from the reader's remaining time.
    fn count_wait(&mut self) {
        if let Some(since) = self.waiting_since.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
    }

    /// Delays the end of a half-closed connection while an answer is due: hyper would drop a
    /// request whose client has closed its half of the connection.
    fn poll_half_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let asked = self.traffic.requests.load(Ordering::Relaxed);
        if asked == self.traffic.answered.load(Ordering::Relaxed)
            || self.half_close_timeout.is_zero()
        {
            return Poll::Ready(());
        }
        let wait = self.half_close_timeout;
        let until = self
            .half_closed
            .get_or_insert_with(|| Box::pin(sleep(wait)));
        until.as_mut().poll(cx)
    }
}

impl Drop for MinSendRate {
    /// A truncated answer must not end like a complete one: HTTP/1.0, which web servers in front
    /// may use, marks the end of an answer only by closing the connection.
    fn drop(&mut self) {
        let asked = self.traffic.requests.load(Ordering::Relaxed);
        let is_under_way = asked != self.traffic.answered.load(Ordering::Relaxed);
        let is_unwritten = self.waiting_since.is_some();
        if is_under_way || is_unwritten || self.traffic.is_aborted.load(Ordering::Relaxed) {
            reset(&self.stream);
        }
    }
}

impl AsyncRead for MinSendRate {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let received = buffer.filled().len() - before;
        if received == 0 && buffer.remaining() > 0 {
            return self.poll_half_closed(cx).map(Ok);
        }
        let received = u64::try_from(received).unwrap_or(u64::MAX);
        self.traffic.received.fetch_add(received, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for MinSendRate {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.pace(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.pace(cx, outcome)
    }

    // Without this hyper copies every body to append it to its headers.
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.linger.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        }
        let linger = this.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut unread = [0; 1024];
        loop {
            if linger.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buffer = ReadBuf::new(&mut unread);
            let read = ready!(Pin::new(&mut this.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
