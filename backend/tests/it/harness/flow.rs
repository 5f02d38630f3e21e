//! The two ways in which Authenteq verifies visitors.

use std::process::Command;

use serde_json::json;
use webkyc_backend::{Limits, config::settings::Settings};
use webkyc_sandbox::Sandbox;
use webkyc_test_kit::raw_server::{complete, token_answer};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::{Files, TestApp, configure_store, patient};
use crate::stub::ID;

/// Where visitors go, for servers that do not know their own address.
const IDENTITY_URL: &str = "http://identity.localhost";

/// The setting `WEBKYC_FLOW`: a test that is not about one of them takes both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    WebKyc,
    WebIdv,
}

impl Flow {
    /// The other value of `WEBKYC_FLOW`.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::WebKyc => Self::WebIdv,
            Self::WebIdv => Self::WebKyc,
        }
    }

    /// A backend in front of this Authenteq.
    pub(crate) async fn start(self, authenteq: &str) -> TestApp {
        self.start_with(authenteq, |_| {}).await
    }

    pub(crate) async fn start_with(
        self,
        authenteq: &str,
        change: impl FnOnce(&mut Settings),
    ) -> TestApp {
        self.start_limited(authenteq, change, patient()).await
    }

    /// With other limits than in production.
    pub(crate) async fn start_limited(
        self,
        authenteq: &str,
        change: impl FnOnce(&mut Settings),
        limits: Limits,
    ) -> TestApp {
        let change = |settings: &mut Settings| {
            self.choose(settings);
            change(settings);
        };
        TestApp::start_limited(authenteq, change, limits).await
    }

    /// In front of a server whose answers to sign-ups are [`Flow::scripted`].
    pub(crate) async fn start_scripted(self, authenteq: &str, limits: Limits) -> TestApp {
        let change = |settings: &mut Settings| settings.identity_url = Some(IDENTITY_URL.into());
        self.start_limited(authenteq, change, limits).await
    }

    /// With a store in `files`.
    pub(crate) async fn start_with_store(self, authenteq: &str, files: &Files) -> TestApp {
        let change = |settings: &mut Settings| configure_store(settings, files);
        self.start_with(authenteq, change).await.on(files)
    }

    /// The same after a program that has ended, with a clock that begins at the system's time.
    pub(crate) async fn take_over(self, authenteq: &str, files: &Files) -> TestApp {
        files.end_leases();
        let change = |settings: &mut Settings| {
            self.choose(settings);
            configure_store(settings, files);
        };
        TestApp::start_after(authenteq, change).await.on(files)
    }

    fn choose(self, settings: &mut Settings) {
        if self == Self::WebIdv {
            settings.flow = Some("web-idv".into());
            settings.api_url = None;
        }
    }

    /// The same for the program, before its addresses are changed.
    pub(crate) fn configure(self, command: &mut Command) {
        if self == Self::WebIdv {
            command.env("WEBKYC_FLOW", "web-idv");
            command.env_remove("WEBKYC_API_URL");
        }
    }

    /// The path of the call that spends a code.
    pub(crate) fn exchange_path(self) -> &'static str {
        match self {
            Self::WebKyc => "/v2/web-kyc/token",
            Self::WebIdv => "/web-idv/verification-result",
        }
    }

    /// How that request begins.
    pub(crate) fn exchange_request(self) -> &'static str {
        match self {
            Self::WebKyc => "POST /v2/web-kyc/token",
            Self::WebIdv => "GET /web-idv/verification-result",
        }
    }

    /// Its method.
    pub(crate) fn exchange_method(self) -> &'static str {
        match self {
            Self::WebKyc => "POST",
            Self::WebIdv => "GET",
        }
    }

    /// The path of the call that details come from.
    pub(crate) fn details_path(self) -> &'static str {
        match self {
            Self::WebKyc => "/v2/web-kyc/details",
            Self::WebIdv => "/export/verification-result-as-json",
        }
    }

    /// How that request begins.
    pub(crate) fn details_request(self) -> &'static str {
        match self {
            Self::WebKyc => "GET /v2/web-kyc/details",
            Self::WebIdv => "GET /export/verification-result-as-json",
        }
    }

    /// How long only the exchange itself may end a stored sign-up, in seconds.
    pub(crate) fn fence(self) -> i64 {
        match self {
            Self::WebKyc => 67,
            Self::WebIdv => 90,
        }
    }

    /// How many calls to Authenteq precede a session.
    pub(crate) fn calls_to_sign_up(self) -> usize {
        match self {
            Self::WebKyc => 1,
            Self::WebIdv => 2,
        }
    }

    /// How often the sandbox was asked to take a code.
    pub(crate) fn exchanges(self, sandbox: &Sandbox) -> usize {
        let calls = sandbox.requests().into_iter();
        calls
            .filter(|call| call.path == self.exchange_path())
            .count()
    }

    /// The answer to a request with this first line, if it belongs to a sign-up.
    pub(crate) fn scripted(self, line: &str) -> Option<Vec<u8>> {
        if line.contains("/web-idv/verification-url") {
            let url = json!({"verificationUrl": format!("{IDENTITY_URL}/verify?token=a")});
            return Some(complete("application/json", &url.to_string()));
        }
        line.contains(self.exchange_path()).then(|| match self {
            Self::WebKyc => token_answer(),
            Self::WebIdv => complete("application/json", &json!({"id": ID}).to_string()),
        })
    }

    /// From now on this server lets visitors begin.
    pub(crate) async fn lets_begin(self, server: &MockServer) {
        let url = json!({"verificationUrl": format!("{}/verify?token=a", server.uri())});
        let answer = ResponseTemplate::new(200).set_body_json(url);
        let mock = Mock::given(method("GET")).and(path("/web-idv/verification-url"));
        mock.respond_with(answer).mount(server).await;
    }

    /// From now on this server lets visitors begin, and takes any code.
    pub(crate) async fn lets_sign_up(self, server: &MockServer) {
        self.lets_begin(server).await;
        let answer = ResponseTemplate::new(200).set_body_json(json!({"token": "ey.a.b", "id": ID}));
        let mock = Mock::given(method(self.exchange_method())).and(path(self.exchange_path()));
        mock.respond_with(answer).mount(server).await;
    }
}
