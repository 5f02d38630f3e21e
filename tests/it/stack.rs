//! Backend and sandbox as processes, each on a port the system chose.

use std::{net::SocketAddr, path::PathBuf, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;
use webkyc_test_kit::{
    built, http,
    program::Program,
    relay::Relay,
    stack::{Credentials, backend, start_backend, start_sandbox_with},
};

use crate::site::Building;

pub(crate) const CLIENT_ID: &str = "com.example.shop!+";
pub(crate) const CLIENT_SECRET: &str = "canary,secret+%26&of=the;shop";
pub(crate) const CLIENT: Credentials<'_> = Credentials {
    id: CLIENT_ID,
    secret: CLIENT_SECRET,
};

/// `site=shop&return=done`
pub(crate) const SHOP: &str = "[sites.shop]
name = \"Example Shop\"
returns = { done = \"https://shop.example/done\" }
";

/// How Authenteq verifies visitors: the setting `WEBKYC_FLOW`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flow {
    #[default]
    WebKyc,
    WebIdv,
}

/// How a backend is set up, where a test wants it otherwise.
#[derive(Default)]
pub(crate) struct Deployment {
    pub(crate) flow: Flow,
    /// The file of its sites, in TOML.
    pub(crate) sites: String,
    /// A name of this machine, instead of `127.0.0.1`.
    pub(crate) host: Option<&'static str>,
    /// Where browsers see it, when that is through another web server.
    pub(crate) public_url: Option<String>,
    /// Where visitors come back to, when that is no page of ours.
    pub(crate) redirect_uri: Option<String>,
    /// Who makes the exports, when that is not the sandbox.
    pub(crate) export_url: Option<String>,
    /// The folder of its pages, when visitors are programs and none were built.
    pub(crate) pages: Option<PathBuf>,
    /// Where documents of visitors are read.
    pub(crate) verifier: Option<String>,
    /// Whether there is a second listener, for operators and sites' servers.
    pub(crate) has_operators: bool,
}

impl Deployment {
    pub(crate) fn with(sites: &str) -> Self {
        Self {
            sites: sites.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn over(flow: Flow) -> Self {
        Self {
            flow,
            ..Self::default()
        }
    }

    /// Under `/kyc` of a site on this machine, where `page` shows the results.
    pub(crate) fn on(site: &Building, page: &str) -> Self {
        let origin = site.url("localhost");
        Self {
            public_url: Some(format!("{origin}/kyc")),
            redirect_uri: Some(format!("{origin}/{page}")),
            ..Self::default()
        }
    }
}

pub(crate) struct Stack {
    flow: Flow,
    public_url: String,
    redirect_uri: String,
    /// Between the browser and the backend.
    pub(crate) public: Relay,
    /// Between the backend and the sandbox.
    pub(crate) upstream: Relay,
    pub(crate) backend: Program,
    pub(crate) sandbox: Program,
    pub(crate) sandbox_url: Url,
    /// `ADDRESS:PORT` of the backend itself, without the relay.
    pub(crate) behind: String,
    /// `http://ADDRESS:PORT` of the second listener.
    pub(crate) operators: Option<String>,
    http: reqwest::Client,
    _folder: TempDir,
}

impl Stack {
    pub(crate) async fn start(deployment: Deployment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (mut public, mut upstream) = (Relay::bind().await, Relay::bind().await);
        let public_url = deployment.public_url.unwrap_or_else(|| {
            let own = || public.url();
            deployment.host.map_or_else(own, |host| public.url_at(host))
        });
        let redirect_uri = deployment.redirect_uri;
        let redirect_uri = redirect_uri.unwrap_or_else(|| format!("{public_url}/results"));

        let mut command = Command::new(built::program("webkyc-sandbox"));
        if let Some(verifier) = &deployment.verifier {
            command.args(["--verifier", verifier]);
        }
        let (sandbox, sandbox_url) = start_sandbox_with(command, CLIENT, &redirect_uri);
        upstream.pass_to(sandbox_url.socket_addrs(|| None).unwrap()[0]);

        let program = built::program("webkyc");
        let mut command = backend(program, CLIENT, &public_url, &upstream.url());
        command.envs([
            ("WEBKYC_REDIRECT_URI", redirect_uri.as_str()),
            ("WEBKYC_IDENTITY_URL", sandbox_url.as_str()),
            ("WEBKYC_BACK_URL", &public_url),
            ("WEBKYC_LOG", "trace"),
            // A proxy that does not run: a call through it would fail.
            ("HTTP_PROXY", "http://127.0.0.1:9"),
            ("http_proxy", "http://127.0.0.1:9"),
            ("ALL_PROXY", "http://127.0.0.1:9"),
        ]);
        // Unless its file says otherwise, the pages say what they say of real people.
        if !deployment.sites.contains("live = false") {
            command.env("WEBKYC_LIVE", "true");
        }
        if deployment.flow == Flow::WebIdv {
            command.env("WEBKYC_FLOW", "web-idv");
            command.env_remove("WEBKYC_API_URL");
            command.env_remove("WEBKYC_BACK_URL");
        }
        if let Some(export_url) = &deployment.export_url {
            command.env("WEBKYC_EXPORT_URL", export_url);
        }
        let pages = deployment.pages.unwrap_or_else(built::pages);
        command.arg("--assets").arg(pages);
        let file = folder.path().join("webkyc.toml");
        std::fs::write(&file, deployment.sites).unwrap();
        command.arg("--config").arg(file);
        let (backend, address, operators) = if deployment.has_operators {
            command.env("WEBKYC_OPERATOR_LISTEN", "127.0.0.1:0");
            let ready = [
                "webkyc listening on http://",
                "webkyc listening for operators on ",
            ];
            let (backend, [address, operators]) = Program::start(command, ready);
            (backend, address, Some(operators))
        } else {
            let (backend, address) = start_backend(command);
            (backend, address, None)
        };
        public.pass_to(address.parse::<SocketAddr>().unwrap());

        Self {
            flow: deployment.flow,
            public_url,
            redirect_uri,
            public,
            upstream,
            backend,
            sandbox,
            sandbox_url,
            behind: address,
            operators,
            http: http::client(),
            _folder: folder,
        }
    }

    /// A page of the portal.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    async fn control(&self, path: &str) -> Value {
        let url = self.sandbox_url.join(&format!("/_sandbox/api/{path}"));
        let response = self.http.get(url.unwrap()).send().await.unwrap();
        response.error_for_status().unwrap().json().await.unwrap()
    }

    /// The details of the verification that the sandbox issued last, as the details call has them.
    pub(crate) async fn issued(&self) -> Value {
        let verifications = self.control("verifications").await;
        let last = verifications.as_array().unwrap().last().unwrap();
        let path = format!("verifications/{}", last["id"].as_str().unwrap());
        self.control(&path).await["details"].clone()
    }

    /// The same as its client exports it: with the pictures that the visitor has shown, which the control
    /// API keeps to itself.
    pub(crate) async fn exported(&self) -> Value {
        let mut url = self
            .sandbox_url
            .join("/export/verification-result-as-json")
            .unwrap();
        let verifications = self.control("verifications").await;
        let last = verifications.as_array().unwrap().last().unwrap();
        url.query_pairs_mut()
            .append_pair("verificationId", last["id"].as_str().unwrap());
        let request = webkyc_test_kit::http::client().get(url);
        let request = request.basic_auth(CLIENT.id, Some(CLIENT.secret));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Texts of that verification that are about the person.
    pub(crate) async fn personal_data(&self) -> Vec<String> {
        let issued = self.issued().await;
        let data = &issued["documentData"];
        let fields = ["surname", "documentNumber", "dateOfBirth", "address"];
        let texts = fields.map(|field| &data[field]).into_iter();
        let texts = texts
            .chain([&issued["id"]])
            .map(|text| text.as_str().unwrap());
        let image = data["faceImage"]["content"].as_str().unwrap();
        let middle = &image[image.len() / 2..][..40];
        texts.chain([middle]).map(str::to_owned).collect()
    }

    /// How often the sandbox was asked for this path.
    pub(crate) async fn count_requests(&self, path: &str) -> usize {
        let requests = self.control("requests").await;
        let requests = requests.as_array().unwrap();
        requests.iter().filter(|r| r["path"] == path).count()
    }

    /// How often a code was sent to the sandbox.
    pub(crate) async fn token_calls(&self) -> usize {
        let path = match self.flow {
            Flow::WebKyc => "/v2/web-kyc/token",
            Flow::WebIdv => "/web-idv/verification-result",
        };
        self.count_requests(path).await
    }

    /// How often details were fetched from the sandbox.
    pub(crate) async fn details_calls(&self) -> usize {
        let path = match self.flow {
            Flow::WebKyc => "/v2/web-kyc/details",
            Flow::WebIdv => "/export/verification-result-as-json",
        };
        self.count_requests(path).await
    }

    /// Visitors who fail on the pages stay there, in sign-ups that begin from now on.
    pub(crate) async fn keep_failed_visitors(&self) {
        self.change_client(json!({"afterFailure": "stay"})).await;
    }

    /// The sandbox's pages call the client by this name, in sign-ups that begin from now on.
    pub(crate) async fn name_client(&self, name: &str) {
        self.change_client(json!({"name": name})).await;
    }

    async fn change_client(&self, change: Value) {
        let mut url = self.sandbox_url.join("/_sandbox/api/clients/").unwrap();
        url.path_segments_mut()
            .unwrap()
            .pop_if_empty()
            .push(CLIENT_ID);
        let response = self.http.patch(url).json(&change).send().await.unwrap();
        response.error_for_status().unwrap();
    }

    /// From now on the details call answers this for every person.
    pub(crate) async fn answer_details(&self, body: &str) {
        let mut url = self.sandbox_url.join("/_sandbox/api/clients/").unwrap();
        url.path_segments_mut()
            .unwrap()
            .pop_if_empty()
            .extend([CLIENT_ID, "script"]);
        let effect =
            json!({"respond": {"status": 200, "contentType": "application/json", "body": body}});
        let fault = json!({"at": "details", "effect": effect, "times": "always"});
        let script = json!({"faults": [fault]});
        let response = self.http.put(url).json(&script).send().await.unwrap();
        response.error_for_status().unwrap();
    }

    /// Code and state with which the visitor came back last, as the page sent them on.
    pub(crate) fn returned(&self) -> [String; 2] {
        let wire = self.public.requests();
        let wire = String::from_utf8_lossy(&wire);
        let at = wire.rfind("{\"code\":").expect("an exchange");
        let mut values = serde_json::Deserializer::from_str(&wire[at..]).into_iter::<Value>();
        let body = values.next().unwrap().unwrap();
        ["code", "state"].map(|name| body[name].as_str().unwrap().to_owned())
    }

    /// How often the page asked the backend for this, such as `POST /api/exchange`.
    pub(crate) fn count_calls(&self, call: &str) -> usize {
        let wire = self.public.requests();
        String::from_utf8_lossy(&wire)
            .matches(&format!("{call} HTTP/1."))
            .count()
    }

    /// Empties the sandbox.
    pub(crate) async fn reset_sandbox(&self) {
        let url = self.sandbox_url.join("/_sandbox/api/reset").unwrap();
        let response = self.http.post(url).send().await.unwrap();
        response.error_for_status().unwrap();
    }

    /// Moves the sandbox's clock.
    pub(crate) async fn advance_clock(&self, seconds: u64) {
        let url = self.sandbox_url.join("/_sandbox/api/clock").unwrap();
        let body = json!({"advanceSeconds": seconds});
        let response = self.http.post(url).json(&body).send().await.unwrap();
        response.error_for_status().unwrap();
    }

    /// A code that the sandbox issued to another visitor, for a state of theirs.
    pub(crate) async fn code_of_another_visitor(&self) -> String {
        self.code_at(match self.flow {
            Flow::WebKyc => self.authorize_url(),
            Flow::WebIdv => self.verification_url().await,
        })
        .await
    }

    /// A code for the flow that a page of this stack began last.
    pub(crate) async fn code_of_this_visitor(&self) -> String {
        let wire = self.public.responses();
        let wire = String::from_utf8_lossy(&wire);
        let at = wire.rfind("{\"authorizeUrl\":").expect("a begin");
        let mut values = serde_json::Deserializer::from_str(&wire[at..]).into_iter::<Value>();
        let begun = values.next().unwrap().unwrap();
        self.code_at(begun["authorizeUrl"].as_str().unwrap().parse().unwrap())
            .await
    }

    /// The code of a visitor who is identified at this address.
    async fn code_at(&self, mut url: Url) -> String {
        url.query_pairs_mut()
            .append_pair("sandbox_scenario", "john");
        let response = self.http.get(url).send().await.unwrap();
        let location = response.headers()["location"].to_str().unwrap();
        let location = Url::parse(location).unwrap();
        let code = location.query_pairs().find(|(name, _)| name == "code");
        code.unwrap().1.into_owned()
    }

    fn authorize_url(&self) -> Url {
        let mut url = self.sandbox_url.join("/authorize").unwrap();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", CLIENT_ID)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", "kyc")
            .append_pair("state", "theirs");
        url
    }

    async fn verification_url(&self) -> Url {
        let mut url = self.sandbox_url.join("/web-idv/verification-url").unwrap();
        let redirect_url = format!("{}?state=theirs", self.redirect_uri);
        url.query_pairs_mut()
            .append_pair("redirectUrl", &redirect_url);
        let request = self
            .http
            .get(url)
            .basic_auth(CLIENT_ID, Some(CLIENT_SECRET));
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["verificationUrl"].as_str().unwrap().parse().unwrap()
    }
}
