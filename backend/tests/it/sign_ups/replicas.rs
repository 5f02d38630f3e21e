//! PostgreSQL, with several writers and while it is away.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tokio::time::timeout;
use webkyc_backend::store::{Ending, Feed, Location, Store};
use webkyc_shared::sign_up::SignUpStatus;
use webkyc_test_kit::{
    postgres::Postgres,
    trap_proxy::{Byte, Moment, Side, TrapProxy},
};

use crate::{
    harness::{
        Answer, CLAIMS, COOKIE_KEYS, Files, Flow, STATE, TestApp, configure_store, eventually,
        sandbox,
    },
    program::{Running, with_store},
};

const NEWER_KEY: &str = "Zm9yIHRlc3RzIG9ubHksIG5ldmVyIGZvciB2aXNpdG9ycyE=";
const WRITERS: usize = 8;
const EVENTS: usize = 10_000;

async fn open(url: &str) -> Arc<dyn Store> {
    Location::parse(url).unwrap().open().await.unwrap()
}

/// Cancels its share of the sign-ups, each in a transaction of its own.
async fn write(store: Arc<dyn Store>, writer: usize) {
    for number in (writer..EVENTS).step_by(WRITERS) {
        let ending = Ending {
            id: format!("su_{number}"),
            from: &[SignUpStatus::Created],
            fence: None,
            status: SignUpStatus::Canceled,
            reason: None,
            now: 1,
        };
        assert!(store.end(&ending).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_34_a_reader_of_the_feed_misses_no_event_of_eight_writers() {
    let files = Files::postgres();
    let url = files.database_url();
    let reader = open(&url).await;
    // A commit that takes its time after the event has its position.
    for statement in [
        "CREATE FUNCTION take_time() RETURNS TRIGGER LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(random() * 0.002); RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER take_time AFTER INSERT ON events
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION take_time()",
        &format!(
            "INSERT INTO sign_ups (id, site, return_key, claims, on_return, livemode, status,
                webhook, handle, created_at, expires_at)
             SELECT 'su_' || n, 'shop', 'done', '[]', FALSE, FALSE, 'created', FALSE,
                decode(md5(n::TEXT), 'hex'), 0, 0 FROM generate_series(0, {EVENTS} - 1) AS n"
        ),
    ] {
        files.query(statement).await;
    }
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = open(&url).await;
        writers.spawn(write(store, writer));
    }
    let mut seen = Vec::with_capacity(EVENTS);
    let mut after = None;
    let read = async {
        while seen.len() < EVENTS {
            let page = reader.events(Some("shop"), after, 100).await.unwrap();
            let Feed::Events(events, cursor) = page else {
                panic!("the cursor {after:?} is too old");
            };
            seen.extend(events.into_iter().map(|event| event.sign_up.id));
            after = Some(cursor);
        }
    };
    let is_read = timeout(Duration::from_secs(300), read).await;
    assert!(is_read.is_ok(), "{} events, {after:?}", seen.len());
    while let Some(written) = writers.join_next().await {
        written.unwrap();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), EVENTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_42_a_replica_that_lacks_the_newest_key_shows_nothing_as_deleted() {
    let (sandbox, files) = (sandbox().await, Files::postgres());
    let both = files.secret("both-keys", &format!("{NEWER_KEY}\n{COOKIE_KEYS}"));
    let start = |keys: Option<String>| {
        TestApp::start_with(sandbox.url(), |settings| {
            configure_store(settings, &files);
            let store = settings.store.as_mut().unwrap();
            store.keys_file = keys.or(store.keys_file.take());
        })
    };
    let older = start(None).await;
    let newer = start(Some(both)).await;
    let shop = newer.server("shop");
    let (id, handle) = shop.create("customer").await;
    let mut visitor = newer.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    let verified = shop.sign_up_once(&id, "verified").await;
    assert_eq!(verified["reference"], "customer");
    for path in [&*format!("/sign-ups/{id}"), "/sign-ups", "/events"] {
        let refused = older.server("shop").get(path).await;
        refused.assert_problem(500, "INTERNAL");
    }
    let create = async |app: &TestApp| {
        let request = app.server("shop").request(Method::POST, "/sign-ups");
        let request = request.header("Idempotency-Key", "order-7");
        Answer::read(request.json(&json!({"reference": "again"}))).await
    };
    let created = create(&newer).await;
    assert_eq!(created.status, 201, "{}", created.body);
    create(&older).await.assert_problem(500, "INTERNAL");
    assert_eq!(create(&newer).await.body, created.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_35_a_database_that_hangs_in_any_phase_loses_nothing() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let server = Arc::new(Postgres::start(&[]));
    let url = server.url(&server.create_database());
    let authenteq = TrapProxy::bind().await;
    authenteq.pass_to(sandbox.url());
    let app = TestApp::start_with(sandbox.url(), |settings| {
        configure_store(settings, &files);
        settings.store.as_mut().unwrap().url = Some(url);
        settings.api_url = Some(authenteq.url());
    });
    let app = app.await;
    let shop = app.server("shop");
    let pause = |call, side, byte| {
        let server = server.clone();
        authenteq.arm(Moment { call, side, byte }, move || server.pause());
    };

    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    server.pause();
    let body = json!({"reference": "b"});
    let (created, begun) = tokio::join!(
        shop.post("/sign-ups", body),
        visitor.post("/api/begin", json!({"state": STATE, "signUp": handle})),
    );
    server.resume();
    created.assert_problem(503, "STORE_UNAVAILABLE");
    begun.assert_problem(503, "STORE_UNAVAILABLE");

    let code = visitor.identify_for(&handle, STATE, "anna").await;
    server.pause();
    let refused = visitor.exchange(&code, STATE).await;
    server.resume();
    refused.assert_problem(503, "STORE_UNAVAILABLE");
    let is_started = async || shop.sign_up(&id).await["status"] == "started";
    eventually("the fence is down", is_started).await;

    // From the token on it hangs: the process keeps the token until it is written down.
    pause("POST /v2/web-kyc/token", Side::Answer, Byte::Last);
    visitor.exchange_patiently(&code, STATE).await.assert_ok();
    authenteq.struck().await;
    // From the details on it hangs.
    pause("GET /v2/web-kyc/details", Side::Answer, Byte::Last);
    server.resume();
    authenteq.struck().await;
    let unwritten = async || app.store_faults.count("reply of verified") > 0;
    eventually("the result is not written", unwritten).await;
    server.resume();
    server.query("test_0", "UPDATE sign_ups SET lease_until = 0");
    let verified = shop.sign_up_once(&id, "verified").await;
    assert_eq!(verified["claims"]["age_over_18"]["value"], true);
    assert_eq!(shop.events().await, [("sign_up.verified".to_owned(), id)]);
    let calls = sandbox.requests().into_iter();
    let calls = calls.filter(|call| call.path.ends_with("/token"));
    assert_eq!(calls.count(), 1);
}

/// A process that calls Authenteq through a proxy.
struct Replica {
    running: Running,
    authenteq: Arc<TrapProxy>,
}

impl Replica {
    async fn start(authenteq: &str, files: &Files, flow: Flow) -> Self {
        let proxy = TrapProxy::bind().await;
        proxy.pass_to(authenteq);
        let (mut command, assets) = with_store(authenteq, files, &CLAIMS);
        command.envs([
            ("WEBKYC_API_URL", proxy.url()),
            ("WEBKYC_EXPORT_URL", proxy.url()),
        ]);
        flow.configure(&mut command);
        Self {
            running: Running::of(command, assets),
            authenteq: Arc::new(proxy),
        }
    }

    /// Kills it at this moment, unless the other was there before.
    fn dies_at(&self, moment: Moment, other: &Self) {
        let kill = self.running.program.killer();
        let other = other.authenteq.clone();
        self.authenteq.arm(moment, move || {
            other.disarm();
            kill();
        });
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sup_33_the_replica_that_fetches_the_details_is_killed_and_the_other_goes_on(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
    #[values((Side::Request, Byte::First), (Side::Answer, Byte::First), (Side::Answer, Byte::Last))]
    (side, byte): (Side, Byte),
) {
    let (sandbox, files) = (sandbox().await, Files::postgres());
    let one = Replica::start(sandbox.url(), &files, flow).await;
    let two = Replica::start(sandbox.url(), &files, flow).await;
    let call = flow.details_request();
    let moment = Moment { call, side, byte };
    one.dies_at(moment, &two);
    two.dies_at(moment, &one);
    let shop = one.running.app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = one.running.app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let exchange = json!({"code": code, "state": STATE});
    let is_dead = async {
        tokio::select! {
            () = one.authenteq.struck() => true,
            () = two.authenteq.struck() => false,
        }
    };
    let (_, one_is_dead) = tokio::join!(visitor.try_post("/api/exchange", &exchange), is_dead);
    let cookies = visitor.cookies.clone();
    let (mut dead, alive) = if one_is_dead { (one, two) } else { (two, one) };
    dead.running.program.wait();

    files.end_leases();
    let mut again = alive.running.app.visitor();
    again.cookies = cookies;
    again.exchange_patiently(&code, STATE).await.assert_ok();
    let shop = alive.running.app.server("shop");
    let verified = shop.sign_up_once(&id, "verified").await;
    assert_eq!(verified["claims"]["age_over_18"]["value"], true);
    assert_eq!(shop.events().await, [("sign_up.verified".to_owned(), id)]);
    assert_eq!(flow.exchanges(&sandbox), 1);
}
