//! The servers of two sites, with keys of their own.

use std::collections::BTreeMap;
#[cfg(unix)]
use std::process::Command;

use reqwest::{Method, RequestBuilder, Url};
use serde_json::{Value, json};
use webkyc_backend::config::{
    After, Release, SiteSettings, StoreSettings, WebhookSettings, settings::Settings,
};

use super::{Answer, Files, TestApp, Visitor, eventually};

/// The keys of two sites in the configuration: `shop` shows the results and releases immediately,
/// `bank` takes the visitor back at once and claims each sign-up. A third, `club`, shows the results and
/// claims each sign-up; it has two returns, and is the first to see a new day.
pub(crate) const SITES: [&str; 2] = ["shop", "bank"];

/// 32 bytes in base64.
pub(crate) const COOKIE_KEYS: &str = "q1h8dKjW3m5Yp0vXzR7cTn2uFbE9sLgA4oIiQkHwJ6M=";

fn site_key(site: &str) -> String {
    format!("key-of-{site}-with-32-characters-or-more")
}

/// Settings with a store in `files`, and both sites.
pub(crate) fn configure_store(settings: &mut Settings, files: &Files) {
    settings.live = Some("false".into());
    settings.cookie_keys = Some(COOKIE_KEYS.into());
    settings.store = Some(StoreSettings {
        url: Some(files.database_url()),
        keys_file: Some(files.secret("store-keys", COOKIE_KEYS)),
        ..StoreSettings::default()
    });
    let site = |key: &str, after, release| SiteSettings {
        name: format!("Example {key}"),
        returns: [("done".into(), format!("https://{key}.example/done?x=1"))].into(),
        key_file: Some(files.secret(key, &site_key(key))),
        claims: CLAIMS.map(str::to_owned).to_vec(),
        after: Some(after),
        release: Some(release),
        ..SiteSettings::default()
    };
    let mut club = site("club", After::Show, Release::OnReturn);
    let members = "https://club.example/members".to_owned();
    club.returns.insert("members".into(), members);
    club.time_zone = Some("Pacific/Kiritimati".into());
    settings.sites = BTreeMap::from([
        (
            "shop".to_owned(),
            site("shop", After::Show, Release::Immediately),
        ),
        (
            "bank".to_owned(),
            site("bank", After::Return, Release::OnReturn),
        ),
        ("club".to_owned(), club),
    ]);
}

/// The secrets of the shop's webhook, newest first.
pub(crate) const WEBHOOK_SECRETS: [&str; 2] = [
    "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
];

/// Adds a webhook of this site at this address.
pub(crate) fn configure_webhook(settings: &mut Settings, site: &str, files: &Files, url: &str) {
    settings.sites.get_mut(site).unwrap().webhook = Some(WebhookSettings {
        url: Some(url.to_owned()),
        secret_file: Some(files.secret("whsec", &WEBHOOK_SECRETS.join("\n"))),
    });
}

/// The same for the program: the file of its configuration, and its environment.
#[cfg(unix)]
pub(crate) fn use_store(command: &mut Command, files: &Files, claims: &[&str]) {
    let keys = files.secret("store-keys", COOKIE_KEYS);
    let url = files.database_url();
    let mut config = format!("live = false\n[store]\nurl = \"{url}\"\nkeys_file = \"{keys}\"\n");
    for (site, after, release) in [
        ("shop", "show", "immediately"),
        ("bank", "return", "on-return"),
    ] {
        let key = files.secret(site, &site_key(site));
        config += &format!(
            "[sites.{site}]\nname = \"Example {site}\"\nkey_file = \"{key}\"\nclaims = {claims:?}\n\
             after = \"{after}\"\nrelease = \"{release}\"\n\
             returns = {{ done = \"https://{site}.example/done?x=1\" }}\n"
        );
    }
    let config = files.secret("webkyc.toml", &config);
    command.arg("--config").arg(config);
    command.env("WEBKYC_COOKIE_KEYS", COOKIE_KEYS);
}

/// Adds a webhook of the shop at this address to that file.
#[cfg(unix)]
pub(crate) fn use_webhook(files: &Files, url: &str) {
    let secrets = files.secret("whsec", &WEBHOOK_SECRETS.join("\n"));
    let webhook = format!("[sites.shop.webhook]\nurl = \"{url}\"\nsecret_file = \"{secrets}\"\n");
    let path = files.path("webkyc.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    files.secret("webkyc.toml", &(config + &webhook));
}

/// The most that a sign-up of either site may ask for.
pub(crate) const CLAIMS: [&str; 6] = [
    "age_over_18",
    "birthdate_match",
    "document_number",
    "family_name",
    "given_name",
    "name_match",
];

/// The parameters of the return URL in the answer to an exchange, for a site that claims its sign-ups.
pub(crate) fn sign_up_code(session: &Value) -> String {
    let way_back: Url = session["returnUrl"].as_str().unwrap().parse().unwrap();
    let code = way_back
        .query_pairs()
        .find(|(name, _)| name == "sign_up_code");
    code.unwrap().1.into_owned()
}

/// A site's server.
#[derive(Clone, Copy)]
pub(crate) struct SiteServer<'a> {
    app: &'a TestApp,
    site: &'static str,
}

impl TestApp {
    /// A backend with a store in `files`, in front of this Authenteq.
    pub(crate) async fn start_with_store(authenteq: &str, files: &Files) -> Self {
        let app = Self::start_with(authenteq, |settings| configure_store(settings, files));
        app.await.on(files)
    }

    /// The same, with a webhook of the shop at this address.
    pub(crate) async fn start_with_webhook(authenteq: &str, files: &Files, url: &str) -> Self {
        let app = Self::start_with(authenteq, |settings| {
            configure_store(settings, files);
            configure_webhook(settings, "shop", files, url);
        });
        app.await.on(files)
    }

    /// The same after a program that has ended, with a clock that begins at the system's time.
    pub(crate) async fn take_over_with_webhook(authenteq: &str, files: &Files, url: &str) -> Self {
        files.end_leases();
        let app = Self::start_after(authenteq, |settings| {
            configure_store(settings, files);
            configure_webhook(settings, "shop", files, url);
        });
        app.await.on(files)
    }

    /// The server of this site.
    pub(crate) fn server(&self, site: &'static str) -> SiteServer<'_> {
        SiteServer { app: self, site }
    }
}

impl SiteServer<'_> {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.app.operator_address);
        let request = self.app.http.request(method, url);
        request.bearer_auth(site_key(self.site))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::read(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::read(self.request(Method::POST, path).json(&body)).await
    }

    /// Creates a sign-up that asks for the age; gives its id and its handle.
    pub(crate) async fn create(&self, reference: &str) -> (String, String) {
        self.create_with(json!({"reference": reference, "claims": ["age_over_18"]}))
            .await
    }

    pub(crate) async fn create_with(&self, request: Value) -> (String, String) {
        let answer = self.post("/sign-ups", request).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let url = answer.body["url"].as_str().unwrap();
        let (_, handle) = url.split_once("#sign_up=").unwrap();
        let id = answer.body["id"].as_str().unwrap();
        (id.to_owned(), handle.to_owned())
    }

    /// A visitor is identified as `person` for a new sign-up and sent back to the site; gives the id of
    /// the sign-up and its `sign_up_code`.
    pub(crate) async fn come_back(
        &self,
        visitor: &mut Visitor<'_>,
        state: &str,
        person: &str,
    ) -> (String, String) {
        let (id, handle) = self.create(person).await;
        let code = visitor.identify_for(&handle, state, person).await;
        let session = visitor.exchange(&code, state).await.assert_ok();
        (id, sign_up_code(&session))
    }

    pub(crate) async fn claim(&self, id: &str, code: &str) -> Answer {
        let path = format!("/sign-ups/{id}/claim");
        self.post(&path, json!({"code": code})).await
    }

    pub(crate) async fn sign_up(&self, id: &str) -> Value {
        self.get(&format!("/sign-ups/{id}")).await.assert_ok()
    }

    /// The sign-up, once it has this status.
    pub(crate) async fn sign_up_once(&self, id: &str, status: &str) -> Value {
        eventually(status, async || self.sign_up(id).await["status"] == status).await;
        self.sign_up(id).await
    }

    /// Types and sign-ups of all events, in order.
    pub(crate) async fn events(&self) -> Vec<(String, String)> {
        let page = self.get("/events").await.assert_ok();
        let events = page["events"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        events
            .map(|event| (text(&event["type"]), text(&event["data"]["id"])))
            .collect()
    }
}

impl Visitor<'_> {
    /// Opens a sign-up, as `/start` does.
    pub(crate) async fn open(&mut self, handle: &str) -> Answer {
        self.post("/api/sign-up", json!({"signUp": handle})).await
    }

    /// Opens a sign-up, begins it and is identified as `person`; gives the code that came back.
    pub(crate) async fn identify_for(&mut self, handle: &str, state: &str, person: &str) -> String {
        self.open(handle).await.assert_ok();
        self.identify_as(json!({"state": state, "signUp": handle}), person)
            .await
    }
}
