//! The web site of a shop whose server creates sign-ups: its page, its key, and the settings of `webkyc` for
//! it.

use std::{fs, os::unix::fs::PermissionsExt};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use webkyc_test_kit::{
    browser::Browser,
    http,
    raw_server::{RawServer, complete},
    relay::Relay,
};

use crate::{
    setup::{Setup, test_in},
    site::{Building, Site},
    stack::{Deployment, Flow, Stack},
};

const KEY: &str = "key-of-the-shop-with-32-characters-or-more";
/// 32 bytes in base64.
const STORE_KEYS: &str = "q1h8dKjW3m5Yp0vXzR7cTn2uFbE9sLgA4oIiQkHwJ6M=";

/// Whether visitors of its sign-ups see their data or come back at once.
#[derive(Clone, Copy)]
pub(crate) enum After {
    Show,
    Return,
}

pub(crate) struct Shop {
    /// Before its page, which visitors come back to.
    relay: Relay,
    _page: RawServer,
    folder: TempDir,
    after: After,
}

/// A sign-up, as the shop's server and its visitor know it.
pub(crate) struct SignUp {
    pub(crate) id: String,
    /// Where the shop sends its visitor.
    pub(crate) url: String,
}

impl SignUp {
    pub(crate) fn handle(&self) -> &str {
        self.url.split_once("#sign_up=").unwrap().1
    }
}

impl Shop {
    async fn open(after: After) -> Self {
        let mut relay = Relay::bind().await;
        let page = "<!doctype html><title>Shop</title><h1 id=shop>Back at the shop</h1>";
        let page = RawServer::answering(move |_| complete("text/html", page)).await;
        relay.pass_to(page.address);
        Self {
            relay,
            _page: page,
            folder: tempfile::tempdir().unwrap(),
            after,
        }
    }

    fn secret(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }

    fn deployment(&self) -> Deployment {
        let sites = format!(
            "live = false
cookie_keys_file = {:?}
operator_key_file = {:?}
[store]
url = {:?}
keys_file = {:?}
[sites.shop]
name = \"Example Shop\"
returns = {{ done = {:?} }}
key_file = {:?}
claims = [\"age_over_18\", \"family_name\", \"name_match\", \"document_valid\"]
after = {:?}
",
            self.secret("cookie-keys", STORE_KEYS),
            self.secret("operator-key", "key-of-the-operator-with-32-characters"),
            format!(
                "sqlite://{}",
                self.folder.path().join("webkyc.db").display()
            ),
            self.secret("store-keys", STORE_KEYS),
            self.url(),
            self.secret("key", KEY),
            match self.after {
                After::Show => "show",
                After::Return => "return",
            },
        );
        Deployment {
            sites,
            has_operators: true,
            ..Deployment::default()
        }
    }

    /// The page that visitors come back to.
    pub(crate) fn url(&self) -> String {
        format!("{}/done", self.relay.url())
    }

    /// The requests for its page.
    pub(crate) fn requests(&self) -> String {
        String::from_utf8_lossy(&self.relay.requests()).into_owned()
    }
}

/// Runs a test with a shop before the stack, and a browser.
pub(crate) async fn with_shop(after: After, body: impl AsyncFnOnce(&mut Stack, &Browser, &Shop)) {
    with_shop_in(Setup::default(), after, body).await;
}

/// The same over one of the flows.
pub(crate) async fn with_shop_over(
    flow: Flow,
    after: After,
    body: impl AsyncFnOnce(&mut Stack, &Browser, &Shop),
) {
    with_shop_in(Deployment::over(flow), after, body).await;
}

/// The same with another browser, or another flow.
pub(crate) async fn with_shop_in(
    setup: impl Into<Setup>,
    after: After,
    body: impl AsyncFnOnce(&mut Stack, &Browser, &Shop),
) {
    let shop = Shop::open(after).await;
    let mut setup = setup.into();
    setup.deployment = Deployment {
        flow: setup.deployment.flow,
        ..shop.deployment()
    };
    test_in(setup, async |stack, browser| {
        body(stack, browser, &shop).await
    })
    .await;
}

/// The same with pages of a site on one origin with the backend, one of which shows the results.
pub(crate) async fn with_shop_on(
    building: Building,
    after: After,
    body: impl AsyncFnOnce(&mut Stack, &Browser, &Shop, &Site),
) {
    let shop = Shop::open(after).await;
    let deployment = Deployment {
        sites: shop.deployment().sites,
        has_operators: true,
        ..Deployment::on(&building, "verified.html")
    };
    test_in(deployment, async |stack, browser| {
        let site = building.open(&stack.public.host(), None);
        body(stack, browser, &shop, &site).await;
    })
    .await;
}

impl Stack {
    /// Sends a request of the shop's server; returns the answer.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.operators.as_ref().unwrap());
        let request = http::client().request(method, url).bearer_auth(KEY);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.unwrap();
        let status = response.status();
        let answer: Value = response.json().await.unwrap_or_default();
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    /// A sign-up that asks for the age.
    pub(crate) async fn create_sign_up(&self) -> SignUp {
        self.create_sign_up_for(&["age_over_18"]).await
    }

    pub(crate) async fn create_sign_up_for(&self, claims: &[&str]) -> SignUp {
        let request = json!({
            "reference": "customer 7",
            "displayName": "account a…@…",
            "claims": claims,
            "expected": {"name": "Anna Schmidt"},
        });
        let created = self.ask(Method::POST, "/sign-ups", Some(request)).await;
        SignUp {
            id: created["id"].as_str().unwrap().to_owned(),
            url: created["url"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) async fn sign_up(&self, sign_up: &SignUp) -> Value {
        let path = format!("/sign-ups/{}", sign_up.id);
        self.ask(Method::GET, &path, None).await
    }

    /// The sign-up once it has ended.
    pub(crate) async fn ended_sign_up(&self, sign_up: &SignUp) -> Value {
        let path = format!("/sign-ups/{}?wait=20", sign_up.id);
        loop {
            let now = self.ask(Method::GET, &path, None).await;
            if !["created", "started", "returned"].contains(&now["status"].as_str().unwrap()) {
                return now;
            }
        }
    }

    pub(crate) async fn cancel_sign_up(&self, sign_up: &SignUp) {
        let path = format!("/sign-ups/{}/cancel", sign_up.id);
        self.ask(Method::POST, &path, None).await;
    }
}
