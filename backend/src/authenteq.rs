//! Authenteq's API: our calls and their possible results.

mod access_token;
mod breaker;
mod buffer;
mod bulkhead;
mod error;
mod export;
mod http;
mod json_body;
mod limits;
mod nesting;
mod prescan;
mod rejection;
mod transport;
mod verification;

use std::{
    panic::resume_unwind,
    sync::Arc,
    time::{Duration, Instant},
};

pub use access_token::AccessToken;
pub use bulkhead::Holder;
use bytes::Bytes;
pub use error::{Call, Error, Step};
pub use export::{Export, Format, VerificationId};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
pub use json_body::JsonBody;
pub use limits::{CallLimits, Deadlines};
use reqwest::{Url, header, multipart::Form};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tracing::info;
use webkyc_shared::verification::Verification;

use self::{
    bulkhead::{Buffers, Bulkhead, Reservation},
    http::{Upstream, repeating_client, single_shot_client},
    verification::Reading,
};
use crate::{
    config::{Config, Secret},
    json_object::Object,
    metrics::Metrics,
};

/// Details answers of this many bytes or more are parsed on a separate thread, because parsing
/// would block the others. Handing them over takes as long as parsing this many bytes.
const LONG: usize = 64 << 10;

/// The content of a details answer.
pub struct Details {
    /// The id of the verification, if the answer has one.
    pub id: Option<VerificationId>,
    /// The verification as our JSON: a [`Verification`].
    /// The bytes keep their memory reservation.
    pub json: JsonBody,
}

/// The permit for one token call.
pub struct AdmittedExchange(OwnedSemaphorePermit);

/// An export, and its permit.
pub struct RunningExport {
    /// The file.
    pub export: Export,
    /// Keep this until the last byte has been sent.
    pub place: OwnedSemaphorePermit,
}

/// Calls Authenteq for one client account.
#[derive(Clone)]
pub struct Client {
    api: Upstream,
    /// The same host as `api`, over connections that serve one call each.
    token_api: Upstream,
    export_api: Upstream,
    tokens: Bulkhead,
    token_pace: Arc<DefaultDirectRateLimiter>,
    details: Bulkhead,
    exports: Bulkhead,
    buffers: Buffers,
    client_id: String,
    client_secret: Secret<SecretString>,
    grant_type: String,
    redirect_uri: String,
    limits: CallLimits,
    metrics: Metrics,
}

impl Client {
    /// # Errors
    /// When the system's certificates cannot be loaded.
    pub fn new(
        config: &Config,
        limits: CallLimits,
        metrics: Metrics,
    ) -> Result<Self, reqwest::Error> {
        let api = repeating_client(&config.endpoints.api, &limits)?;
        let api = Upstream::new(api, &config.endpoints.api, &limits);
        let export_api = repeating_client(&config.endpoints.export, &limits)?;
        Ok(Self {
            token_api: api.with_client(single_shot_client(&limits)?),
            api,
            export_api: Upstream::new(export_api, &config.endpoints.export, &limits),
            tokens: Bulkhead::new(&limits.with_token_queue(), limits.token_wait),
            token_pace: Arc::new(RateLimiter::direct(Quota::per_second(
                limits.tokens_a_second,
            ))),
            details: Bulkhead::new(&limits, limits.wait),
            exports: Bulkhead::new(&limits, limits.wait),
            buffers: Buffers::new(&limits),
            client_id: config.client.id.clone(),
            client_secret: config.client.secret.clone(),
            grant_type: config.client.grant_type.clone(),
            redirect_uri: config.redirect.uri.clone(),
            limits,
            metrics,
        })
    }

    /// Waits until a token call may be sent.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub async fn admit_exchange(&self) -> Result<AdmittedExchange, Error> {
        let admitted = self.tokens.enter().await;
        if let Err(error) = &admitted {
            self.metrics
                .called(Call::Token.name(), error.outcome(), Duration::ZERO);
        }
        let permit = admitted?;
        // The call with a permit is next.
        self.token_pace.until_ready().await;
        Ok(AdmittedExchange(permit))
    }

    /// Exchanges the code for a token. Sends the call once; a second call with the same code loses
    /// the verification. Multipart form fields, as in the Web KYC guide's `curl -F`.
    ///
    /// # Errors
    /// [`Error::CodeRejected`] when Authenteq rejects the code, else the error of the call.
    pub async fn exchange(
        &self,
        admitted: AdmittedExchange,
        code: &str,
    ) -> Result<AccessToken, Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct TokenAnswer {
            token: Option<String>,
        }
        let made = async {
            let AdmittedExchange(_permit) = admitted;
            let secret = self.client_secret.get();
            let form = Form::new()
                .text("grantType", self.grant_type.clone())
                .text("code", code.to_owned())
                .text("redirectUri", self.redirect_uri.clone())
                .text("clientId", self.client_id.clone())
                .text("clientSecret", secret.expose_secret().to_owned());
            let url = self.token_api.url("v2/web-kyc/token");
            let request = self.token_api.http.post(url).multipart(form);
            let request = request.header(header::ACCEPT, "application/json");
            let answer = self.token_api.send(Call::Token, request).await?;
            let body = answer.json(self.limits.token_body).await?;
            let answer = serde_json::from_slice(&body);
            let Object::<TokenAnswer>(answer) = answer.map_err(|_| Error::BadToken)?;
            AccessToken::new(answer.token.ok_or(Error::BadToken)?)
        };
        self.counted(Call::Token, made).await
    }

    /// Fetches the verification, any number of times while the token lives.
    ///
    /// # Errors
    /// [`Error::Expired`] after fifteen minutes, else the error of the call.
    pub async fn details(&self, token: &AccessToken, holder: Holder) -> Result<Details, Error> {
        self.fetch_details(token, holder, details).await
    }

    /// Fetches the verification and shows it to `evaluate`, which takes out of it what is needed.
    ///
    /// # Errors
    /// As [`Client::details`].
    pub async fn read_details<T, F>(
        &self,
        token: &AccessToken,
        holder: Holder,
        evaluate: F,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Verification<'_>) -> T + Send + 'static,
    {
        let read = move |body: &Bytes, _: &Arc<Reservation>| {
            let reading = verification::read(body)?;
            Ok(evaluate(&reading.verification))
        };
        self.fetch_details(token, holder, read).await
    }

    /// The memory, in KiB, that one holder of details may take.
    #[must_use]
    pub fn details_memory_for_one(&self) -> usize {
        self.limits.buffered_for_one() >> 10
    }

    async fn fetch_details<T, F>(
        &self,
        token: &AccessToken,
        holder: Holder,
        read: F,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Bytes, &Arc<Reservation>) -> Result<T, Error> + Send + 'static,
    {
        let made = async {
            let _place = self.details.enter().await?;
            let request = self.api.http.get(self.api.url("v2/web-kyc/details"));
            let request = request.bearer_auth(token.expose());
            let request = request.header(header::ACCEPT, "application/json");
            let answer = self.api.send(Call::Details, request).await?;
            let limit = self.limits.details_body;
            let body = answer.reserved_json(limit, &self.buffers, holder).await?;
            let is_long = body.len() > LONG;
            let read = move || {
                let (body, reservation) = body.prescan()?;
                read(&body, &reservation)
            };
            if !is_long {
                return read();
            }
            // The task is never cancelled; only a bug of ours can make it panic.
            let read = tokio::task::spawn_blocking(read).await;
            read.unwrap_or_else(|panic| resume_unwind(panic.into_panic()))
        };
        self.counted(Call::Details, made).await
    }

    /// Starts to fetch the verification as a file, any number of times. The credentials open every
    /// verification of the account, so the caller must check first whose it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], else the error of the call.
    pub async fn export(&self, format: Format, id: VerificationId) -> Result<RunningExport, Error> {
        let call = Call::Export(format);
        let made = async {
            let place = self.exports.enter().await?;
            let path = format!("export/verification-result-as-{}", format.name());
            let mut url = self.export_api.url(&path);
            url.query_pairs_mut()
                .append_pair("verificationId", &id.to_string());
            let secret = self.client_secret.get();
            let request = self.export_api.http.get(url);
            let request = request.basic_auth(&self.client_id, Some(secret.expose_secret()));
            let request = request.header(header::ACCEPT, format.accept());
            let answer = self.export_api.send(call, request).await?;
            let export = Export::begin(format, answer, self.limits.export_body).await?;
            Ok(RunningExport { export, place })
        };
        self.counted(call, made).await
    }

    /// The same client with separate permits for exports, so that it takes none from visitors.
    #[must_use]
    pub fn for_operators(&self) -> Self {
        Self {
            exports: Bulkhead::new(&self.limits, self.limits.wait),
            ..self.clone()
        }
    }

    /// The free permits for calls, and the free bytes of [`CallLimits::buffered`].
    #[must_use]
    pub fn free(&self) -> [(&'static str, usize); 4] {
        [
            ("token_calls", self.tokens.free()),
            ("details_calls", self.details.free()),
            ("export_calls", self.exports.free()),
            ("details_bytes", self.buffers.free()),
        ]
    }

    /// Counts the call by its result, also when the visitor has given up.
    async fn counted<T>(
        &self,
        call: Call,
        made: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mut counted = Counted {
            metrics: &self.metrics,
            call,
            began: Instant::now(),
            outcome: "abandoned",
        };
        let outcome = made.await;
        counted.outcome = outcome.as_ref().map_or_else(Error::outcome, |_| "ok");
        outcome
    }
}

/// A call under way.
struct Counted<'a> {
    metrics: &'a Metrics,
    call: Call,
    began: Instant,
    outcome: &'static str,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let time = self.began.elapsed();
        self.metrics.called(self.call.name(), self.outcome, time);
    }
}

fn details(body: &Bytes, reservation: &Arc<Reservation>) -> Result<Details, Error> {
    let Reading {
        verification,
        unreadable,
    } = verification::read(body)?;
    if !unreadable.is_empty() {
        let fields = unreadable.join(" ");
        info!(fields, "fields of the details that could not be read");
    }
    let id = verification.id.as_deref().and_then(VerificationId::parse);
    let json = json_body::write(verification, body, reservation);
    let json = json.map_err(|_| Error::Unreadable("details"))?;
    Ok(Details { id, json })
}

/// Sends any request to one of Authenteq's addresses.
///
/// # Errors
/// When no HTTP answer comes back.
pub async fn reach(url: &Url, limits: &CallLimits) -> Result<(), Error> {
    let http = repeating_client(url, limits).map_err(|source| Error::Unreachable {
        step: Step::Connect,
        source: Arc::new(source),
    })?;
    let upstream = Upstream::new(http, url, limits);
    let request = upstream.http.get(url.clone());
    match upstream.send(Call::Details, request).await {
        Err(error @ (Error::Unreachable { .. } | Error::Timeout { .. } | Error::Broken { .. })) => {
            Err(error)
        }
        _ => Ok(()),
    }
}
