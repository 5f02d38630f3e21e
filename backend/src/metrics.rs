//! The counters of this process, in Prometheus' text format. Every label value comes from a short
//! list of ours, never from a request or an answer.

use std::{sync::Arc, time::Duration};

use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use webkyc_shared::sign_up::FailureReason;

/// The counters of one process.
#[derive(Clone)]
pub struct Metrics(Arc<Counters>);

struct Counters {
    registry: Registry,
    answers: IntCounterVec,
    answer_seconds: HistogramVec,
    in_flight: IntGauge,
    problems: IntCounterVec,
    states_refused: IntCounterVec,
    flows_failed: IntCounterVec,
    webhooks: IntCounterVec,
    calls: IntCounterVec,
    call_seconds: HistogramVec,
    panics: IntCounter,
    broken_exports: IntCounter,
    free: IntGaugeVec,
    log_lines_lost: IntGauge,
    cookie_keys: IntGaugeVec,
}

/// Why a state was rejected. Visible in the metrics only: the API answers the same for every
/// reason.
#[derive(Clone, Copy, Debug)]
pub enum StateRefusal {
    /// No flow cookie for this state, or one that is too old.
    NoFlow,
    /// The flow was spent on another code, or more than a minute ago.
    Spent,
}

const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 25.0, 60.0];

impl Metrics {
    /// # Errors
    /// When a name is registered twice, which a test would notice.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counters.clone()))?;
            Ok::<_, prometheus::Error>(counters)
        };
        let gauges = |name: &str, help: &str, labels: &[&str]| {
            let gauges = IntGaugeVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(gauges.clone()))?;
            Ok::<_, prometheus::Error>(gauges)
        };
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let histograms = |name: &str, help: &str, labels: &[&str]| {
            let options = HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
            let histograms = HistogramVec::new(options, labels)?;
            registry.register(Box::new(histograms.clone()))?;
            Ok::<_, prometheus::Error>(histograms)
        };
        let counters = Counters {
            answers: counters(
                "webkyc_answers_total",
                "Answers by route, method and status",
                &["route", "method", "status"],
            )?,
            answer_seconds: histograms(
                "webkyc_answer_seconds",
                "Time until an answer begins, by route",
                &["route"],
            )?,
            in_flight: gauge("webkyc_requests_in_flight", "Requests without an answer")?,
            problems: counters(
                "webkyc_problems_total",
                "Answers that are a problem, by its code",
                &["code"],
            )?,
            states_refused: counters(
                "webkyc_states_refused_total",
                "Exchanges refused for their state, by reason",
                &["reason"],
            )?,
            flows_failed: counters(
                "webkyc_flows_failed_total",
                "Flows that a page reported as failed, by the reason it showed",
                &["reason"],
            )?,
            webhooks: counters(
                "webkyc_webhooks_total",
                "Events sent to sites, by outcome",
                &["outcome"],
            )?,
            calls: counters(
                "webkyc_authenteq_calls_total",
                "Calls to Authenteq by outcome",
                &["call", "outcome"],
            )?,
            call_seconds: histograms(
                "webkyc_authenteq_call_seconds",
                "Time of calls to Authenteq, exports until their first bytes",
                &["call"],
            )?,
            panics: counter("webkyc_panics_total", "Panics in handlers")?,
            broken_exports: counter(
                "webkyc_exports_aborted_total",
                "Exports that broke off after they had begun",
            )?,
            free: gauges(
                "webkyc_free",
                "What is free of the limits: calls, and bytes for details",
                &["of"],
            )?,
            log_lines_lost: gauge(
                "webkyc_log_lines_lost",
                "Log lines dropped because standard error was not read, or took none",
            )?,
            cookie_keys: gauges(
                "webkyc_cookie_keys",
                "The cookie keys in use by fingerprint: 1 seals, 0 only opens",
                &["fingerprint"],
            )?,
            registry: registry.clone(),
        };
        Ok(Self(Arc::new(counters)))
    }

    /// Counts a response.
    pub fn answered(&self, route: &str, method: &str, status: u16, after: Duration) {
        let status = status.to_string();
        let labels = [route, method_label(method), &status];
        self.0.answers.with_label_values(&labels).inc();
        let seconds = self.0.answer_seconds.with_label_values(&[route]);
        seconds.observe(after.as_secs_f64());
    }

    /// Counts a request as under way until the guard is dropped.
    #[must_use]
    pub fn request(&self) -> InFlight {
        self.0.in_flight.inc();
        InFlight(self.0.in_flight.clone())
    }

    /// Counts a problem.
    pub fn problem(&self, code: &str) {
        self.0.problems.with_label_values(&[code]).inc();
    }

    /// Counts an exchange rejected for its state.
    pub fn state_refused(&self, reason: StateRefusal) {
        let reason = match reason {
            StateRefusal::NoFlow => "no_flow",
            StateRefusal::Spent => "spent",
        };
        self.0.states_refused.with_label_values(&[reason]).inc();
    }

    /// Counts a flow that failed in the browser. `reason` is one of the closed list of the pages.
    pub fn flow_failed(&self, reason: FailureReason) {
        let labels = [reason.code()];
        self.0.flows_failed.with_label_values(&labels).inc();
    }

    /// Counts an event that was sent to a site.
    pub fn webhook_sent(&self, outcome: &'static str) {
        self.0.webhooks.with_label_values(&[outcome]).inc();
    }

    /// Counts a finished call to Authenteq.
    pub fn called(&self, call: &'static str, outcome: &'static str, after: Duration) {
        self.0.calls.with_label_values(&[call, outcome]).inc();
        let seconds = self.0.call_seconds.with_label_values(&[call]);
        seconds.observe(after.as_secs_f64());
    }

    /// Counts a panic of a handler.
    pub fn panicked(&self) {
        self.0.panics.inc();
    }

    /// Counts an export that broke off.
    pub fn export_aborted(&self) {
        self.0.broken_exports.inc();
    }

    /// Sets the number of dropped log lines.
    pub fn set_log_lines_lost(&self, lost: usize) {
        self.0
            .log_lines_lost
            .set(i64::try_from(lost).unwrap_or(i64::MAX));
    }

    /// All metrics, with the `free` part of the limits, in Prometheus' text format.
    ///
    /// # Errors
    /// When a value cannot be written as text.
    pub fn render(
        &self,
        free: &[(&'static str, usize)],
        fingerprints: &[String],
    ) -> Result<String, prometheus::Error> {
        for (name, free) in free {
            let gauge = self.0.free.with_label_values(&[name]);
            gauge.set(i64::try_from(*free).unwrap_or(i64::MAX));
        }
        self.0.cookie_keys.reset();
        for (i, fingerprint) in fingerprints.iter().enumerate() {
            let gauge = self.0.cookie_keys.with_label_values(&[fingerprint]);
            gauge.set(i64::from(i == 0));
        }
        TextEncoder::new().encode_to_string(&self.0.registry.gather())
    }
}

/// The method if it is a standard one: a client may send any word.
pub(crate) fn method_label(method: &str) -> &'static str {
    let known = [
        "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT",
    ];
    let known = known.into_iter().find(|known| *known == method);
    known.unwrap_or("other")
}

/// A request under way.
pub struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
