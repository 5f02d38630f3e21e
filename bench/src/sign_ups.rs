//! Sign-ups that a site's server creates: how many a second, and what limits them.

use std::{
    fs::{self, File, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use axum::{Router, extract::State, http::StatusCode};
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use webkyc_test_kit::{http, postgres::Postgres, program::Program};

use crate::{
    backend::{Backend, Visitor},
    figures::{Figure, Goal, Peer, Rounds, Unit},
    memory,
    setup::{Group, ROUNDS, Setup},
};

const KEY: &str = "key-of-the-shop-with-32-characters";
const OPERATOR_KEY: &str = "key-of-operations-with-32-characters";
/// 32 bytes in base64.
const STORE_KEY: &str = "q1h8dKjW3m5Yp0vXzR7cTn2uFbE9sLgA4oIiQkHwJ6M=";
const WEBHOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Sign-ups and calls under way at the same time.
const CLIENTS: usize = 32;
const MIB: f64 = 1024.0 * 1024.0;

/// Measures creation, whole sign-ups and webhooks on each database, beside the commits that the disk
/// makes.
pub(crate) async fn measure(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("webkyc.db");
    let server = Postgres::start(&[]);
    let databases = [
        ("SQLite", format!("sqlite://{}", file.display())),
        ("PostgreSQL", server.url(&server.create_database())),
    ];
    let mut figures = Vec::new();
    for (name, url) in databases {
        figures.extend(on_database(setup, upstream, folder.path(), (name, &url)).await?);
    }
    Ok(figures)
}

async fn on_database(
    setup: &Setup,
    upstream: &str,
    folder: &Path,
    (database, url): (&str, &str),
) -> Result<Vec<Figure>> {
    let receiver = Receiver::start().await?;
    let shop = Shop::start(setup, upstream, folder, (url, &receiver.url))?;
    let (creations, whole, played) = if setup.quick {
        (300, 200, 200)
    } else {
        (2_000, 1_000, 1_000)
    };
    let mut figures = vec![memory_of(
        &format!("memory as it listens, with a store, {database}"),
        memory::resident(&shop.backend.program)?,
        Some(Goal::AtMost(20.0)),
    )];
    let (mut created, mut synced) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        synced.0.push(syncs(folder)?);
        let rate = shop.rate(creations, Work::Create).await?;
        created.0.push(rate);
    }
    figures.push(Figure {
        group: Group::SignUps,
        what: format!("sign-ups created, {CLIENTS} at once, {database}"),
        unit: Unit::RequestsPerSecond,
        ours: created,
        peer: Some(Peer {
            name: "fsync of 4 KiB".to_owned(),
            rounds: synced,
        }),
        goal: None,
    });
    let rate = shop.rate(whole, Work::Whole).await?;
    ensure!(shop.verified().await? == whole, "each has one event");
    figures.push(Figure {
        group: Group::SignUps,
        what: format!(
            "{whole} sign-ups created, begun, exchanged, verified and in the feed, {CLIENTS} at once, \
             {database} (our own limit: 500 begin at once, then 50 a second)"
        ),
        unit: Unit::RequestsPerSecond,
        ours: Rounds::once(rate),
        peer: None,
        goal: None,
    });
    let mut rates = Rounds::default();
    for _ in 0..ROUNDS {
        rates.0.push(shop.rate(played, Work::Play).await?);
    }
    figures.push(Figure {
        group: Group::SignUps,
        what: format!(
            "sign-ups through all their states without visitor and Authenteq, {CLIENTS} at once, {database}"
        ),
        unit: Unit::RequestsPerSecond,
        ours: rates,
        peer: None,
        goal: None,
    });
    figures.push(Figure {
        group: Group::SignUps,
        what: format!("webhooks delivered once their endpoint is back, 8 at once, {database}"),
        unit: Unit::RequestsPerSecond,
        ours: Rounds::once(receiver.rate(&shop).await?),
        peer: None,
        goal: None,
    });
    figures.push(memory_of(
        &format!("memory at rest with a store, after those sign-ups, {database}"),
        memory::at_rest(&shop.backend.program)?,
        None,
    ));
    Ok(figures)
}

fn memory_of(what: &str, bytes: f64, goal: Option<Goal>) -> Figure {
    Figure {
        group: Group::SignUps,
        what: what.to_owned(),
        unit: Unit::Mebibytes,
        ours: Rounds::once(bytes / MIB),
        peer: None,
        goal,
    }
}

/// The site's endpoint: it is away until all events wait for it.
struct Receiver {
    url: String,
    state: Arc<Received>,
}

#[derive(Default)]
struct Received {
    is_back: AtomicBool,
    /// When the first and the last event were taken, and how many.
    taken: Mutex<Option<(Instant, Instant, u32)>>,
}

impl Receiver {
    async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let state = Arc::new(Received::default());
        let router = Router::new().fallback(take).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, state })
    }

    /// Lets the events in, has the first one sent again, and gives how many came a second.
    async fn rate(&self, shop: &Shop) -> Result<f64> {
        self.state.is_back.store(true, Ordering::SeqCst);
        let page = shop.call(Method::GET, "/events").send().await?;
        let page: Value = page.error_for_status()?.json().await?;
        let first = page["events"][0]["id"]
            .as_str()
            .context("there is an event")?;
        let resend = shop.call(Method::POST, &format!("/events/{first}/resend"));
        resend.send().await?.error_for_status()?;
        let (mut seen, mut quiet) = (0, 0);
        // A success makes all events due, so none comes late.
        while quiet < 20 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            let taken = self.state.taken();
            let count = taken.map_or(0, |(_, _, count)| count);
            quiet = if count == seen && count > 0 {
                quiet + 1
            } else {
                0
            };
            seen = count;
        }
        let (first, last, count) = self.state.taken().context("events came")?;
        Ok(f64::from(count - 1) / (last - first).as_secs_f64())
    }
}

impl Received {
    fn taken(&self) -> Option<(Instant, Instant, u32)> {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn take(State(state): State<Arc<Received>>) -> StatusCode {
    if !state.is_back.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let now = Instant::now();
    let mut taken = state.taken.lock().unwrap_or_else(PoisonError::into_inner);
    let (first, _, count) = taken.unwrap_or((now, now, 0));
    *taken = Some((first, now, count + 1));
    StatusCode::NO_CONTENT
}

/// How often a second the disk of this folder makes four kibibytes durable.
fn syncs(folder: &Path) -> Result<f64> {
    let mut file = File::create(folder.join("synced"))?;
    let began = Instant::now();
    let count = 300;
    for _ in 0..count {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

#[derive(Clone, Copy)]
enum Work {
    Create,
    /// With a visitor and Authenteq.
    Whole,
    /// The same transactions without them, and so without the limit on sign-ups begun.
    Play,
}

/// A site's server, and the browsers of its customers.
struct Shop {
    backend: Backend,
    operator: String,
    http: Client,
    /// Numbers codes and states.
    next: AtomicU32,
}

impl Shop {
    fn start(
        setup: &Setup,
        upstream: &str,
        folder: &Path,
        (store, webhook): (&str, &str),
    ) -> Result<Self> {
        let secret = |name: &str, content: &str| -> Result<String> {
            let path = folder.join(name);
            fs::write(&path, content)?;
            fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            Ok(path.display().to_string())
        };
        let config = format!(
            "live = false\noperator_listen = \"127.0.0.1:0\"\noperator_key_file = {:?}\n\
             [store]\nurl = {store:?}\nkeys_file = {:?}\n\
             [sites.shop]\nname = \"Shop\"\nkey_file = {:?}\nclaims = [\"age_over_18\"]\n\
             returns = {{ done = \"https://shop.example/done\" }}\n\
             [sites.shop.webhook]\nurl = {webhook:?}\nsecret_file = {:?}\n",
            secret("operator", OPERATOR_KEY)?,
            secret("store-keys", STORE_KEY)?,
            secret("shop-key", KEY)?,
            secret("webhook-secret", WEBHOOK_SECRET)?,
        );
        let config = secret("webkyc.toml", &config)?;
        let mut command = Backend::command(setup, upstream, "http://localhost:8080", &[]);
        command.args(["--config", &config]);
        let ready = [
            "webkyc listening on http://",
            "webkyc listening for operators on http://",
        ];
        let (program, [address, operator]) = Program::start(command, ready);
        Ok(Self {
            backend: Backend::at(program, address, "localhost:8080"),
            operator,
            http: http::client(),
            next: AtomicU32::new(0),
        })
    }

    /// Does this work `count` times, and gives how often a second.
    async fn rate(&self, count: u32, work: Work) -> Result<f64> {
        let began = Instant::now();
        stream::iter(0..count)
            .map(|_| self.work(work))
            .buffer_unordered(CLIENTS)
            .try_collect::<()>()
            .await?;
        Ok(f64::from(count) / began.elapsed().as_secs_f64())
    }

    async fn work(&self, work: Work) -> Result<()> {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        if matches!(work, Work::Play) {
            return self.play(number).await;
        }
        let created = json!({"reference": format!("order {number}"), "claims": ["age_over_18"]});
        let created = self.call(Method::POST, "/sign-ups").json(&created);
        let created: Value = created.send().await?.error_for_status()?.json().await?;
        if matches!(work, Work::Create) {
            return Ok(());
        }
        let id = created["id"].as_str().context("it has an id")?;
        let url = created["url"].as_str().unwrap_or_default();
        let (_, handle) = url.split_once('=').context("it has a handle")?;
        let state = format!("{number:043}");
        let mut visitor = self.backend.visitor();
        let requests = [
            ("/api/sign-up", json!({"signUp": handle})),
            ("/api/begin", json!({"state": state, "signUp": handle})),
            (
                "/api/exchange",
                json!({"state": state, "code": format!("small-{number}")}),
            ),
        ];
        for (path, body) in requests {
            self.post(&mut visitor, path, &body).await?;
        }
        let path = format!("/sign-ups/{id}?wait=20");
        let result = self.call(Method::GET, &path).send().await?;
        let result: Value = result.error_for_status()?.json().await?;
        ensure!(result["status"] == "verified", "{result}");
        Ok(())
    }

    async fn play(&self, number: u32) -> Result<()> {
        let played = json!({"type": "sign_up.verified", "reference": format!("order {number}")});
        let played = self.call(Method::POST, "/events/trigger").json(&played);
        let played: Value = played.send().await?.error_for_status()?.json().await?;
        ensure!(played["status"] == "verified", "{played}");
        Ok(())
    }

    /// Asks again while the server says that it is busy.
    async fn post(&self, visitor: &mut Visitor, path: &str, body: &Value) -> Result<()> {
        loop {
            let request = self.http.post(self.backend.url(path)).json(body);
            let answer = visitor.request(request).send().await?;
            if answer.status() == 503 {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
            let answer = answer.error_for_status()?;
            return visitor.keep_cookies(&answer);
        }
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.operator);
        self.http.request(method, url).bearer_auth(KEY)
    }

    /// How many events say `verified`.
    async fn verified(&self) -> Result<u32> {
        let (mut count, mut path) = (0, "/events".to_owned());
        loop {
            let page = self.call(Method::GET, &path).send().await?;
            let page: Value = page.error_for_status()?.json().await?;
            let events = page["events"].as_array().context("a page has events")?;
            if events.is_empty() {
                return Ok(count);
            }
            let is_verified = |event: &&Value| event["type"] == "sign_up.verified";
            count += u32::try_from(events.iter().filter(is_verified).count())?;
            let cursor = page["cursor"].as_str().context("a page has a cursor")?;
            path = format!("/events?after={cursor}");
        }
    }
}
