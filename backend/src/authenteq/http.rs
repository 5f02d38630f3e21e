//! HTTP for the calls to Authenteq: turns answers into errors, and reads bodies without trust.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    Response, StatusCode,
    body::{Body, Incoming},
    header,
};
use url::Url;

use super::{
    Call, CallLimits, Error,
    breaker::{Admission, Breaker},
    buffer::Buffer,
    limits::Deadlines,
    members::{Member, Members},
    memory::{Buffers, Holder, Reservation},
    prescan::{COPIES, prescan},
    rejection,
    transport::{self, Http, RequestBuilder},
};

/// The initial buffer for a details answer without a `Content-Length`; it grows on demand.
const UNANNOUNCED: usize = 64 << 10;
/// Reserved beside the body for the copies of its texts: few answers must wait for more.
const TEXTS: usize = 16 << 10;

/// One of Authenteq's hosts.
#[derive(Clone)]
pub(super) struct Upstream {
    http: Http,
    pub(super) base: Url,
    breaker: Breaker,
    limits: CallLimits,
}

impl Upstream {
    pub(super) fn new(http: Http, base: &Url, limits: &CallLimits) -> Self {
        Self {
            http,
            base: base.clone(),
            breaker: Breaker::new(limits),
            limits: limits.clone(),
        }
    }

    /// The same host over other connections. Both clients share one breaker.
    pub(super) fn with_client(&self, http: Http) -> Self {
        Self {
            http,
            ..self.clone()
        }
    }

    /// The URL of a path below the base.
    pub(super) fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!(
            "{}/{path}",
            self.base.path().trim_end_matches('/')
        ));
        url
    }

    /// Sends the request and returns a 2xx answer; maps any other to its error.
    pub(super) async fn send(
        &self,
        call: Call,
        request: RequestBuilder,
    ) -> Result<UpstreamAnswer, Error> {
        let deadlines = self.limits.deadlines(call);
        // A visitor who gives up earlier does not count as a failure of the host.
        let admission = self.breaker.admit(deadlines.head / 2);
        let admission = admission.map_err(|rest| Error::Resting {
            retry_after: u32::try_from(rest.as_secs()).unwrap_or(60).clamp(1, 60),
        })?;
        let began = Instant::now();
        let sent = tokio::time::timeout(deadlines.head, self.http.send(call, request)).await;
        let sent = sent.unwrap_or(Err(Error::Timeout { call }));
        report(admission, &sent);
        let answer = UpstreamAnswer {
            call,
            response: sent?,
            idle: self.limits.idle,
            left: deadlines.total.saturating_sub(began.elapsed()),
        };
        answer.accept(&self.limits).await
    }
}

fn report(admission: Admission, sent: &Result<Response<Incoming>, Error>) {
    match sent {
        Err(_) => admission.failed(),
        Ok(_) => admission.answered(),
    }
}

impl CallLimits {
    fn deadlines(&self, call: Call) -> Deadlines {
        match call {
            Call::Token => self.token,
            Call::Details | Call::DetailsExport => self.details,
            Call::Export(_) => self.export,
            Call::VerificationUrl => self.verification_url,
            Call::Result => self.result,
        }
    }

    /// The longest that this call takes, from its start to its outcome.
    pub(crate) fn longest(&self, call: Call) -> Duration {
        let Deadlines { head, total } = self.deadlines(call);
        total.max(head + self.error_wait)
    }
}

/// An answer whose body has not been read yet.
pub(super) struct UpstreamAnswer {
    call: Call,
    response: Response<Incoming>,
    idle: Duration,
    /// The remaining time for the body. Time that our own client takes to read does not count.
    left: Duration,
}

impl UpstreamAnswer {
    async fn accept(self, limits: &CallLimits) -> Result<Self, Error> {
        let (call, status) = (self.call, self.response.status());
        if !self.is_framed_once() {
            return Err(match call {
                Call::Token => Error::BadToken,
                _ => Error::Unreadable("an answer whose length is ambiguous"),
            });
        }
        if status.is_success() {
            return if self.is_plain() {
                Ok(self)
            } else {
                Err(Error::Encoding { call })
            };
        }
        if status.is_redirection() {
            return Err(Error::Redirect { status });
        }
        // Authenteq may have spent the code despite a 503.
        let is_unavailable = status == StatusCode::SERVICE_UNAVAILABLE && call.is_repeatable();
        if status == StatusCode::TOO_MANY_REQUESTS || is_unavailable {
            let seconds = self.header(header::RETRY_AFTER);
            let seconds = seconds.and_then(|value| value.parse::<u32>().ok());
            return Err(Error::Busy {
                retry_after: seconds.unwrap_or(5).clamp(1, 60),
            });
        }
        if status.is_server_error() {
            return Err(Error::Failed { call, status });
        }
        // The status is known; the body only adds detail.
        let body = tokio::time::timeout(limits.error_wait, self.read(limits.error_body)).await;
        let body = body.ok().and_then(Result::ok).unwrap_or_default();
        Err(rejection::read(call, status, &body))
    }

    /// Whether `Content-Encoding` is absent or only `identity`, in any case (RFC 9110, section
    /// 8.4.1).
    fn is_plain(&self) -> bool {
        let codings = self.response.headers().get_all(header::CONTENT_ENCODING);
        let mut codings = codings
            .iter()
            .flat_map(|line| line.as_bytes().split(|b| *b == b','));
        codings.all(|coding| {
            let coding = coding.trim_ascii();
            coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
        })
    }

    /// Whether the body's length is unambiguous (RFC 9112, section 6.3). An intermediary may have
    /// read an ambiguous one differently.
    fn is_framed_once(&self) -> bool {
        let headers = self.response.headers();
        let mut encodings = headers.get_all(header::TRANSFER_ENCODING).iter();
        match (encodings.next(), encodings.next()) {
            (None, _) => true,
            (Some(encoding), None) => {
                encoding.as_bytes().eq_ignore_ascii_case(b"chunked")
                    && !headers.contains_key(header::CONTENT_LENGTH)
            }
            (Some(_), Some(_)) => false,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The media type without parameters, in lower case: `application/json` of `application/json;
    /// charset=utf-8`.
    pub(super) fn media_type(&self) -> String {
        let content_type = self.header(header::CONTENT_TYPE).unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default();
        media_type.trim().to_ascii_lowercase()
    }

    /// The length of the body, if announced.
    pub(super) fn announced(&self) -> Option<usize> {
        let length = self.response.body().size_hint().exact()?;
        Some(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// The next piece of the body.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let call = self.call;
        let began = Instant::now();
        let wait = self.idle.min(self.left);
        let chunk = tokio::time::timeout(wait, next_chunk(self.response.body_mut())).await;
        self.left = self.left.saturating_sub(began.elapsed());
        match chunk {
            Ok(chunk) => chunk.map_err(|error| transport::broken(call, error)),
            Err(_) => Err(Error::Timeout { call }),
        }
    }

    /// Reads a small JSON body.
    pub(super) async fn json(self, limit: usize) -> Result<Vec<u8>, Error> {
        self.expect_json()?;
        self.read(limit).await
    }

    /// Reads a large JSON body. Its memory, and that of the JSON made from it, stays reserved until
    /// both are dropped.
    pub(super) async fn reserved_json(
        mut self,
        limit: usize,
        buffers: &Buffers,
        holder: Holder,
    ) -> Result<Reserved, Error> {
        self.expect_json()?;
        let announced = self.announced_within(limit)?;
        let mut room = announced.unwrap_or(UNANNOUNCED.min(limit));
        let mut reservation = buffers.reserve(room + TEXTS, holder).await?;
        let mut body = Buffer::new(room).map_err(|_| Error::Overloaded)?;
        while let Some(chunk) = self.chunk().await? {
            while !body.push(&chunk) {
                if room == limit {
                    return Err(Error::TooLarge);
                }
                let larger = (2 * room).min(limit);
                // Both buffers exist for a moment.
                reservation.resize(room + larger).await?;
                body = body.with_room(larger).map_err(|_| Error::Overloaded)?;
                reservation.resize(larger + TEXTS).await?;
                room = larger;
            }
        }
        Ok(Reserved {
            body,
            room,
            reservation,
        })
    }

    /// Reads a JSON body up to the first member of the outermost object that `find` takes, and keeps
    /// nothing of it.
    pub(super) async fn find_text<T>(
        &mut self,
        limit: usize,
        find: impl Fn(&Member) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let (mut members, mut left) = (Members::default(), limit);
        while let Some(piece) = self.chunk().await? {
            left = left.checked_sub(piece.len()).ok_or(Error::TooLarge)?;
            let mut piece = &piece[..];
            while let Some(member) = members.next(&mut piece) {
                if let Some(found) = find(&member) {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    pub(super) fn expect_json(&self) -> Result<(), Error> {
        match self.media_type().as_str() {
            "application/json" => Ok(()),
            _ => Err(Error::BadType { call: self.call }),
        }
    }

    pub(super) fn announced_within(&self, limit: usize) -> Result<Option<usize>, Error> {
        match self.announced() {
            Some(length) if length > limit => Err(Error::TooLarge),
            announced => Ok(announced),
        }
    }

    async fn read(mut self, limit: usize) -> Result<Vec<u8>, Error> {
        self.announced_within(limit)?;
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            append(&mut body, &chunk, limit)?;
        }
        Ok(body)
    }
}

async fn next_chunk(body: &mut Incoming) -> hyper::Result<Option<Bytes>> {
    while let Some(frame) = body.frame().await {
        // Anything else is a trailer.
        if let Ok(chunk) = frame?.into_data() {
            return Ok(Some(chunk));
        }
    }
    Ok(None)
}

/// A JSON body, and its memory reservation.
pub(super) struct Reserved {
    body: Buffer,
    room: usize,
    reservation: Reservation,
}

/// A body that is ready for parsing.
pub(super) struct Prescanned {
    body: Buffer,
    /// The memory that it takes with what parsing makes of it, in bytes.
    needed: usize,
    reservation: Reservation,
}

impl Reserved {
    pub(super) fn len(&self) -> usize {
        self.body.as_ref().len()
    }

    /// Makes the body ready for parsing. Reads every byte once.
    pub(super) fn prescan(mut self) -> Result<Prescanned, Error> {
        let copied = prescan(self.body.as_mut());
        let copied = copied.map_err(|_| Error::Unreadable("details nested too deep"))?;
        Ok(Prescanned {
            body: self.body,
            needed: self.room + COPIES * copied,
            reservation: self.reservation,
        })
    }
}

impl Prescanned {
    /// Reserves the memory for the result of parsing.
    pub(super) async fn reserve(mut self) -> Result<(Bytes, Arc<Reservation>), Error> {
        self.reservation.resize(self.needed).await?;
        let reservation = self.reservation.grown();
        Ok((self.body.into_bytes(reservation.clone()), reservation))
    }
}

fn append(body: &mut Vec<u8>, chunk: &[u8], limit: usize) -> Result<(), Error> {
    if body.len() + chunk.len() > limit {
        return Err(Error::TooLarge);
    }
    body.extend_from_slice(chunk);
    Ok(())
}
