//! Authenteq's API: our calls and their possible results.

mod access_token;
mod breaker;
mod buffer;
mod bulkhead;
mod details;
mod details_body;
mod error;
mod export;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod grant;
mod http;
mod limits;
mod members;
mod memory;
mod prescan;
mod rejection;
mod transport;
mod verification;
mod web_idv;
mod web_kyc;

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

pub use access_token::AccessToken;
pub use bulkhead::Slot;
pub use details::Details;
pub use details_body::{DetailsBody, DetailsForm};
pub use error::{Call, Error, Step};
pub use export::{Export, Format, VerificationId};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
pub use grant::Grant;
use hyper::header;
pub use limits::{CallLimits, Deadlines};
pub use memory::Holder;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::{
    bulkhead::Bulkhead,
    http::Upstream,
    memory::Buffers,
    transport::{Http, RequestBuilder},
};
use crate::{
    config::{Api, Config, Redirect, Secret},
    metrics::Metrics,
};

/// The marks of a flow that come back with the visitor, beside the code.
#[derive(Clone, Copy)]
pub struct FlowMarks<'a> {
    /// The state, which the page made.
    pub state: &'a str,
    /// The flow's name, which this backend made. Only Web IDV returns it.
    pub name: &'a str,
}

/// The place for one exchange.
pub struct AdmittedExchange(Slot);

/// An export, and its place.
pub struct RunningExport {
    /// The file.
    pub export: Export,
    /// Keep this until the last byte has been sent.
    pub place: Slot,
}

/// Calls Authenteq for one client account.
#[derive(Clone)]
pub struct Client {
    verified_by: Api,
    identity: Url,
    api: Upstream,
    export_api: Upstream,
    /// The host that takes codes, over connections that serve one call each.
    exchange_api: Upstream,
    departures: Bulkhead,
    tokens: Bulkhead,
    token_pace: Arc<DefaultDirectRateLimiter>,
    details: Bulkhead,
    exports: Bulkhead,
    buffers: Buffers,
    client_id: String,
    client_secret: Secret<SecretString>,
    grant_type: String,
    redirect: Redirect,
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
    ) -> Result<Self, rustls::Error> {
        let api = Http::repeating(&limits)?;
        let api = Upstream::new(api, &config.endpoints.api, &limits);
        let export_api = Http::repeating(&limits)?;
        let export_api = Upstream::new(export_api, &config.endpoints.export, &limits);
        let takes_codes = match config.api {
            Api::WebKyc => &api,
            Api::WebIdv(_) => &export_api,
        };
        Ok(Self {
            verified_by: config.api.clone(),
            identity: config.endpoints.identity.clone(),
            exchange_api: takes_codes.with_client(Http::single_shot(&limits)?),
            api,
            export_api,
            departures: Bulkhead::new(&limits, limits.wait),
            tokens: Bulkhead::new(&limits, limits.token_wait),
            token_pace: Arc::new(RateLimiter::direct(Quota::per_second(
                limits.tokens_a_second,
            ))),
            details: Bulkhead::new(&limits, limits.wait),
            exports: Bulkhead::new(&limits, limits.wait),
            buffers: Buffers::new(&limits),
            client_id: config.client.id.clone(),
            client_secret: config.client.secret.clone(),
            grant_type: config.client.grant_type.clone(),
            redirect: config.redirect.clone(),
            limits,
            metrics,
        })
    }

    /// Where the visitor of this flow goes to be verified. With Web IDV, Authenteq is asked for the
    /// address, in the name of the visitor's own. With Web KYC, its page links to `back_url`.
    ///
    /// # Errors
    /// With Web IDV, [`Error::RedirectUri`], else the error of the call.
    pub async fn departure(
        &self,
        flow: &FlowMarks<'_>,
        visitor: Option<IpAddr>,
        back_url: Option<&str>,
    ) -> Result<Url, Error> {
        let Api::WebIdv(web_idv) = &self.verified_by else {
            return Ok(self.authorize_url(flow.state, back_url));
        };
        let made = async {
            let _place = self.departures.enter(visitor).await?;
            self.verification_url(web_idv, flow).await
        };
        self.counted(Call::VerificationUrl, made).await
    }

    /// Waits until an exchange may be sent for the visitor at this address.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub async fn admit_exchange(&self, visitor: IpAddr) -> Result<AdmittedExchange, Error> {
        let admitted = self.tokens.enter(Some(visitor)).await;
        if let Err(error) = &admitted {
            self.metrics
                .called(self.exchange_call().name(), error.outcome(), Duration::ZERO);
        }
        let place = admitted?;
        // The call with a place is next.
        self.token_pace.until_ready().await;
        Ok(AdmittedExchange(place))
    }

    /// Exchanges the code that this flow came back with. Sends the call once; a second call with the
    /// same code loses the verification.
    ///
    /// # Errors
    /// [`Error::CodeRejected`] when Authenteq rejects the code, else the error of the call.
    pub async fn exchange(
        &self,
        admitted: AdmittedExchange,
        code: &str,
        flow: &FlowMarks<'_>,
    ) -> Result<Grant, Error> {
        let made = async {
            let AdmittedExchange(_place) = admitted;
            match self.verified_by {
                Api::WebKyc => self.token(code).await.map(Grant::Token),
                Api::WebIdv(_) => self.result(code, flow).await.map(Grant::Verification),
            }
        };
        self.counted(self.exchange_call(), made).await
    }

    /// The longest that [`Client::exchange`] takes.
    #[must_use]
    pub fn longest_exchange(&self) -> Duration {
        self.limits.longest(self.exchange_call())
    }

    /// Whether this grant is of the API that this client exchanges codes at. After a change of
    /// `WEBKYC_FLOW` the store may still hold grants of the other one.
    #[must_use]
    pub fn is_own(&self, grant: &Grant) -> bool {
        match grant {
            Grant::Token(_) => self.verified_by == Api::WebKyc,
            Grant::Verification(_) => self.verified_by != Api::WebKyc,
        }
    }

    fn exchange_call(&self) -> Call {
        match self.verified_by {
            Api::WebKyc => Call::Token,
            Api::WebIdv(_) => Call::Result,
        }
    }

    /// Starts to fetch the verification as a file, any number of times, for the visitor at this
    /// address or for an operator. The credentials open every verification of the account, so the
    /// caller must check first whose it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], else the error of the call.
    pub async fn export(
        &self,
        format: Format,
        id: VerificationId,
        visitor: Option<IpAddr>,
    ) -> Result<RunningExport, Error> {
        let call = Call::Export(format);
        let made = async {
            let place = self.exports.enter(visitor).await?;
            let request = self.export_request(format, id);
            let answer = self.export_api.send(call, request).await?;
            let export = Export::begin(format, answer, self.limits.export_body).await?;
            Ok(RunningExport { export, place })
        };
        self.counted(call, made).await
    }

    fn export_request(&self, format: Format, id: VerificationId) -> RequestBuilder {
        let path = format!("export/verification-result-as-{}", format.name());
        let mut url = self.export_api.url(&path);
        url.query_pairs_mut()
            .append_pair("verificationId", &id.to_string());
        let request = self.with_keys(RequestBuilder::get(&url));
        request.header(header::ACCEPT, format.accept())
    }

    fn with_keys(&self, request: RequestBuilder) -> RequestBuilder {
        let secret = self.client_secret.get();
        request.basic_auth(&self.client_id, secret.expose_secret())
    }

    /// The URL of a page at the server for visitors.
    fn at_identity(&self, page: &str) -> Url {
        let mut url = self.identity.clone();
        url.set_path(&format!("{}/{page}", url.path().trim_end_matches('/')));
        url
    }

    /// The same client with separate places for exports, so that it takes none from visitors.
    #[must_use]
    pub fn for_operators(&self) -> Self {
        Self {
            exports: Bulkhead::new(&self.limits, self.limits.wait),
            ..self.clone()
        }
    }

    /// The free places for calls, and the free bytes of [`CallLimits::buffered`].
    #[must_use]
    pub fn free(&self) -> [(&'static str, usize); 5] {
        [
            ("verification_url_calls", self.departures.free()),
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

/// Sends any request to one of Authenteq's addresses.
///
/// # Errors
/// When no HTTP answer comes back.
pub async fn reach(url: &Url, limits: &CallLimits) -> Result<(), Error> {
    let http = Http::repeating(limits).map_err(|source| Error::Unreachable {
        step: Step::Connect,
        source: Arc::new(source),
    })?;
    let upstream = Upstream::new(http, url, limits);
    let request = RequestBuilder::get(url);
    match upstream.send(Call::Details, request).await {
        Err(error @ (Error::Unreachable { .. } | Error::Timeout { .. } | Error::Broken { .. })) => {
            Err(error)
        }
        _ => Ok(()),
    }
}
