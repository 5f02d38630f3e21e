//! Faults of Authenteq, one at a time, and the error code of each.

use std::time::Duration;

use serde_json::json;
use webkyc_backend::{
    Limits,
    authenteq::{self, Deadlines},
    config::settings::Settings,
};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::harness::{Flow, TestApp};

/// An Authenteq that answers every call in the same wrong way.
pub(super) struct UpstreamFault {
    pub(super) code: &'static str,
    /// The routes that show the fault, with Web KYC and with Web IDV.
    routes: [&'static [&'static str]; 2],
    /// Of which export.
    pub(super) format: &'static str,
    place: Place,
}

enum Place {
    At(&'static str),
    /// Behind an https address, without TLS.
    Plain,
    Answers(fn() -> ResponseTemplate),
    /// With room for nothing.
    TooLarge,
}

const BEGIN: &str = "POST /api/begin";
const EXCHANGE: &str = "POST /api/exchange";
const DETAILS: &str = "GET /api/details";
const EXPORT: &str = "GET /api/export/{format}";
const ALL: [&[&str]; 2] = [
    &[EXCHANGE, DETAILS, EXPORT],
    &[BEGIN, EXCHANGE, DETAILS, EXPORT],
];

const fn fault(
    code: &'static str,
    routes: [&'static [&'static str]; 2],
    place: Place,
) -> UpstreamFault {
    UpstreamFault {
        code,
        routes,
        format: "json",
        place,
    }
}

fn empty() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({}))
}

fn page() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw("<html>", "text/html")
}

fn refused(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"errorCode": code}))
}

pub(super) const FAULTS: [UpstreamFault; 18] = [
    fault("UPSTREAM_CONNECT", ALL, Place::At("http://127.0.0.1:9")),
    fault("UPSTREAM_DNS", ALL, Place::At("https://authenteq.invalid")),
    fault("UPSTREAM_TLS", ALL, Place::Plain),
    fault(
        "UPSTREAM_TIMEOUT",
        ALL,
        Place::Answers(|| empty().set_delay(Duration::from_secs(600))),
    ),
    fault(
        "UPSTREAM_BUSY",
        ALL,
        Place::Answers(|| ResponseTemplate::new(429)),
    ),
    fault(
        "UPSTREAM_FAILED",
        ALL,
        Place::Answers(|| ResponseTemplate::new(500)),
    ),
    fault(
        "UPSTREAM_AUTH",
        ALL,
        Place::Answers(|| refused(401, "API_KEYS_BAD")),
    ),
    fault(
        "UPSTREAM_CONFIG",
        ALL,
        Place::Answers(|| ResponseTemplate::new(404)),
    ),
    fault(
        "UPSTREAM_REDIRECT",
        ALL,
        Place::Answers(|| ResponseTemplate::new(302).insert_header("location", "/")),
    ),
    fault("UPSTREAM_BAD_TYPE", ALL, Place::Answers(page)),
    fault(
        "UPSTREAM_ENCODING",
        ALL,
        Place::Answers(|| empty().insert_header("content-encoding", "gzip")),
    ),
    fault("UPSTREAM_TOO_LARGE", ALL, Place::TooLarge),
    fault(
        "CODE_REJECTED",
        [&[EXCHANGE], &[EXCHANGE]],
        Place::Answers(|| refused(400, "INVALID_REQUEST_PARAMETER")),
    ),
    fault(
        "UPSTREAM_BAD_TOKEN",
        [&[EXCHANGE], &[]],
        Place::Answers(empty),
    ),
    fault(
        "UPSTREAM_TOKEN_TOO_LARGE",
        [&[EXCHANGE], &[]],
        Place::Answers(|| {
            let token = "x".repeat(5121);
            ResponseTemplate::new(200).set_body_json(json!({"token": token}))
        }),
    ),
    fault(
        "UPSTREAM_BAD_BODY",
        [&[DETAILS, EXPORT], ALL[1]],
        Place::Answers(|| ResponseTemplate::new(200).set_body_json(json!([]))),
    ),
    UpstreamFault {
        format: "multipart",
        ..fault(
            "UPSTREAM_BAD_MULTIPART",
            [&[EXPORT], &[EXPORT]],
            Place::Answers(|| ResponseTemplate::new(200).set_body_raw("--", "multipart/mixed")),
        )
    },
    fault(
        "VERIFICATION_NOT_FOUND",
        [&[EXPORT], &[DETAILS, EXPORT]],
        Place::Answers(|| refused(404, "VERIFICATION_NOT_FOUND")),
    ),
];

impl UpstreamFault {
    pub(super) fn routes(&self, flow: Flow) -> &'static [&'static str] {
        let [of_web_kyc, of_web_idv] = self.routes;
        match flow {
            Flow::WebKyc => of_web_kyc,
            Flow::WebIdv => of_web_idv,
        }
    }
}

/// A backend in front of this Authenteq, and the server, which must be kept alive.
pub(super) async fn misbehaving(
    flow: Flow,
    fault: &UpstreamFault,
    change: impl FnOnce(&mut Settings),
) -> (TestApp, MockServer) {
    let server = MockServer::start().await;
    let (mut address, mut limits) = (server.uri(), Limits::default());
    let answer = match fault.place {
        Place::At(elsewhere) => {
            address = elsewhere.to_owned();
            empty()
        }
        Place::Plain => {
            address = address.replace("http://", "https://");
            empty()
        }
        Place::Answers(answer) => answer(),
        Place::TooLarge => {
            limits.authenteq = authenteq::CallLimits {
                token_body: 8,
                details_body: 8,
                export_body: 8,
                ..limits.authenteq
            };
            ResponseTemplate::new(200).set_body_json(json!({"token": "longer than that"}))
        }
    };
    if fault.code == "UPSTREAM_TIMEOUT" {
        let soon = Deadlines {
            head: Duration::from_millis(200),
            total: Duration::from_millis(200),
        };
        limits.authenteq.token = soon;
        limits.authenteq.result = soon;
        limits.authenteq.verification_url = soon;
        limits.authenteq.details = soon;
        limits.authenteq.export = soon;
    }
    Mock::given(any()).respond_with(answer).mount(&server).await;
    (flow.start_limited(&address, change, limits).await, server)
}
