//! A `webkyc` with a store, and the server of a site that it sends events to.

use std::{
    fs,
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use reqwest::{Client, RequestBuilder, header};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tempfile::TempDir;
use webkyc_test_kit::{
    built, http,
    program::{Program, free_port},
    stack::{backend, start_sandbox},
};

use crate::{program_visitor::ProgramVisitor, stack::CLIENT};

/// The newer one comes first in the file of `webkyc`.
pub(super) const NEWER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(super) const OLDER_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const SITE_KEY: &str = "key-of-the-shop-with-32-characters-or-more";
const OPERATOR_KEY: &str = "key-of-the-operator-with-32-characters";
/// Any name will do: requests go to the address, with this in `Host`.
const PUBLIC_URL: &str = "http://localhost:8080";
const DELIVERED: &str = "webkyc_webhooks_total{outcome=\"delivered\"} ";

/// `webkyc`, the sandbox and the receiver.
pub(super) struct Shop {
    public: String,
    operator: String,
    receiver: String,
    http: Client,
    _programs: [Program; 3],
    _folder: TempDir,
}

/// A sign-up that the site created.
pub(super) struct SignUp {
    pub(super) id: String,
    handle: String,
}

/// A request to the receiver, as any sender could make it.
pub(super) struct Message {
    pub(super) headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    request: RequestBuilder,
}

impl Shop {
    /// Gives the receiver these secrets, and its settings in the environment.
    pub(super) fn start(mut receiver: Command, receivers_secrets: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        for (name, content) in [
            ("shop-key", SITE_KEY),
            ("operator-key", OPERATOR_KEY),
            (
                "cookie-keys",
                "q1h8dKjW3m5Yp0vXzR7cTn2uFbE9sLgA4oIiQkHwJ6M=",
            ),
            ("store-keys", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="),
            ("secrets", &format!("{NEWER_SECRET}\n{OLDER_SECRET}\n")),
            ("receivers-secrets", receivers_secrets),
        ] {
            fs::write(file(name), content).unwrap();
            fs::set_permissions(file(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let port = free_port();
        let receiver_url = format!("http://127.0.0.1:{port}");
        let settings = format!(
            "live = false\n\
             operator_listen = '127.0.0.1:0'\n\
             operator_key_file = '{}'\n\
             cookie_keys_file = '{}'\n\
             [store]\n\
             url = 'sqlite://{}'\n\
             keys_file = '{}'\n\
             [sites.shop]\n\
             name = 'Example Shop'\n\
             returns = {{ done = 'https://shop.example/done' }}\n\
             key_file = '{}'\n\
             claims = ['age_over_18']\n\
             [sites.shop.webhook]\n\
             url = '{receiver_url}/hooks/webkyc'\n\
             secret_file = '{}'\n",
            file("operator-key"),
            file("cookie-keys"),
            file("webkyc.db"),
            file("store-keys"),
            file("shop-key"),
            file("secrets"),
        );
        fs::write(file("webkyc.toml"), settings).unwrap();
        // The pages of this test are programs.
        for page in ["index.html", "results.html", "integrate.html"] {
            fs::write(file(page), "<!doctype html>").unwrap();
        }

        let redirect_uri = format!("{PUBLIC_URL}/results");
        let sandbox = built::program("webkyc-sandbox");
        let (sandbox, authenteq) = start_sandbox(sandbox, CLIENT, &redirect_uri);
        let mut webkyc = backend(
            built::program("webkyc"),
            CLIENT,
            PUBLIC_URL,
            authenteq.as_str(),
        );
        webkyc.arg("--config").arg(file("webkyc.toml"));
        webkyc.arg("--assets").arg(folder.path());
        let ready = ["webkyc listening on ", "webkyc listening for operators on "];
        let (webkyc, [public, operator]) = Program::start(webkyc, ready);

        receiver.envs([
            ("PORT", port.to_string()),
            ("WEBHOOK_SECRET_FILE", file("receivers-secrets")),
            ("WEBKYC_URL", operator.clone()),
            ("WEBKYC_KEY_FILE", file("shop-key")),
            ("DATABASE", file("shop.db")),
        ]);
        let mut receiver = Program::spawn(receiver);
        receiver.wait_until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self {
            public,
            operator,
            receiver: receiver_url,
            http: http::client(),
            _programs: [sandbox, webkyc, receiver],
            _folder: folder,
        }
    }

    /// Calls `webkyc` as the site's server.
    pub(super) async fn call(&self, path: &str) {
        let request = self.http.post(format!("{}{path}", self.operator));
        let answer = request.bearer_auth(SITE_KEY).json(&json!({})).send().await;
        answer.unwrap().error_for_status().unwrap();
    }

    pub(super) async fn create(&self, reference: &str) -> SignUp {
        let request = self.http.post(format!("{}/sign-ups", self.operator));
        let body = json!({"reference": reference, "claims": ["age_over_18"]});
        let created = json_of(request.bearer_auth(SITE_KEY).json(&body)).await;
        let (_, handle) = text(&created["url"]).split_once("#sign_up=").unwrap();
        SignUp {
            id: text(&created["id"]).to_owned(),
            handle: handle.to_owned(),
        }
    }

    /// The ids of all events, in their order.
    pub(super) async fn events(&self) -> Vec<String> {
        let request = self.http.get(format!("{}/events", self.operator));
        let page = json_of(request.bearer_auth(SITE_KEY)).await;
        let events = page["events"].as_array().unwrap().iter();
        events.map(|event| text(&event["id"]).to_owned()).collect()
    }

    /// Waits until the receiver has taken so many events, and sees that there are no more.
    pub(super) async fn wait_for_deliveries(&self, count: usize) {
        let delivered = async || {
            let request = self.http.get(format!("{}/metrics", self.operator));
            let answer = request.bearer_auth(OPERATOR_KEY).send().await.unwrap();
            let metrics = answer.text().await.unwrap();
            let figure = metrics
                .lines()
                .find_map(|line| line.strip_prefix(DELIVERED));
            figure.map_or(0, |figure| figure.parse().unwrap())
        };
        let waiting = async {
            while delivered().await < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), waiting).await;
        waited.unwrap_or_else(|_| panic!("the receiver did not take {count} events"));
        assert_eq!(delivered().await, count);
    }

    /// The receiver's effects, a line for each event that had one.
    pub(super) async fn effects(&self) -> String {
        let answer = self.http.get(&self.receiver).send().await.unwrap();
        answer.error_for_status().unwrap().text().await.unwrap()
    }

    /// A message that is signed with this secret, and so many seconds old.
    pub(super) fn message(&self, id: &str, age: i64, body: &str, secret: &str) -> Message {
        let timestamp = timestamp(age);
        let signer = Webhook::new(secret).unwrap();
        let signature = signer.sign(id, timestamp.parse().unwrap(), body.as_bytes());
        Message {
            headers: vec![
                ("webhook-id", id.to_owned()),
                ("webhook-timestamp", timestamp),
                ("webhook-signature", signature.unwrap()),
            ],
            body: body.into(),
            request: self.http.post(format!("{}/hooks/webkyc", self.receiver)),
        }
    }

    /// Goes through this sign-up as a browser does; John is an adult.
    pub(super) async fn sign_up_as_john(&self, sign_up: &SignUp) {
        let mut visitor = ProgramVisitor::of(&self.public, PUBLIC_URL);
        visitor.sign_up(&sign_up.handle, "john").await;
    }
}

impl Message {
    pub(super) fn with(mut self, header: &str, value: &str) -> Self {
        let header = self.headers.iter_mut().find(|(name, _)| *name == header);
        value.clone_into(&mut header.unwrap().1);
        self
    }

    pub(super) fn with_body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_owned();
        self
    }

    /// Gives the status of the answer.
    pub(super) async fn send(self) -> u16 {
        let request = self
            .request
            .header(header::CONTENT_TYPE, "application/json");
        let request = self
            .headers
            .into_iter()
            .fold(request, |request, (name, value)| {
                request.header(name, value)
            });
        request
            .body(self.body)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    }
}

/// So many seconds ago, in seconds since 1970.
pub(super) fn timestamp(age: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (i64::try_from(now.as_secs()).unwrap() - age).to_string()
}

async fn json_of(request: RequestBuilder) -> Value {
    let answer = request.send().await.unwrap().error_for_status().unwrap();
    answer.json().await.unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
