//! Help for the developer of a site: events on request, and the commands.

use std::process::{Command, Output};

use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use webkyc_test_kit::program::Program;

use crate::harness::{Files, OPERATOR_KEY, SITES, TestApp, configure_store, eventually};

const KINDS: [&str; 5] = ["verified", "failed", "expired", "canceled", "redacted"];

#[tokio::test]
async fn every_event_can_be_triggered_by_a_site_that_releases_either_way() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    for server in SITES.map(|site| app.server(site)) {
        for kind in KINDS {
            let request = json!({"type": format!("sign_up.{kind}"), "reference": kind});
            let played = server.post("/events/trigger", request).await;
            assert_eq!(played.status, 201, "{}", played.body);
            let status = if kind == "redacted" { "canceled" } else { kind };
            assert_eq!(played.body["status"], status);
            let claims = &played.body["claims"];
            assert_eq!(claims.is_object(), kind == "verified");
            if kind == "verified" {
                assert_eq!(claims["age_over_18"]["value"], true);
                assert_eq!(claims["name_match"]["value"], true);
                assert_eq!(claims["family_name"]["value"], "Example");
            }
        }
        let kinds: Vec<_> = server
            .events()
            .await
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        let expected = [
            "verified", "failed", "expired", "canceled", "canceled", "redacted",
        ];
        assert_eq!(kinds, expected.map(|kind| format!("sign_up.{kind}")));
    }
    let unknown = json!({"type": "sign_up.done", "reference": "x"});
    let refused = app.server("shop").post("/events/trigger", unknown).await;
    refused.assert_problem(400, "BAD_REQUEST");
}

#[tokio::test]
async fn nothing_is_triggered_where_verifications_are_of_real_people() {
    let files = Files::new();
    let app = TestApp::start_with("http://127.0.0.1:9", |settings| {
        configure_store(settings, &files);
        settings.live = Some("true".into());
    })
    .await;
    let request = json!({"type": "sign_up.verified", "reference": "x"});
    let refused = app.server("shop").post("/events/trigger", request).await;
    refused.assert_problem(400, "BAD_REQUEST");
    assert!(app.server("shop").events().await.is_empty());
}

/// The program with settings that fit this backend.
fn webkyc(app: &TestApp, files: &Files, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc"));
    command.env_clear().args(arguments).envs([
        ("WEBKYC_CLIENT_ID", "id"),
        (
            "WEBKYC_CLIENT_SECRET_FILE",
            &files.secret("client", "secret"),
        ),
        ("WEBKYC_PUBLIC_URL", "https://kyc.example"),
        (
            "WEBKYC_OPERATOR_LISTEN",
            app.operator_address.strip_prefix("http://").unwrap(),
        ),
        (
            "WEBKYC_OPERATOR_KEY_FILE",
            &files.secret("operator", OPERATOR_KEY),
        ),
    ]);
    command
}

async fn run(app: &TestApp, files: &Files, arguments: &[&str]) -> Output {
    let mut command = webkyc(app, files, arguments);
    spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success(), "{output:?}");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn sign_ups_are_listed_shown_and_redacted_from_the_command_line() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let none = run(&app, &files, &["sign-ups", "list"]).await;
    assert_eq!(lines(&none), Vec::<Value>::new());
    assert!(none.stderr.starts_with(b"No sign-up found"), "{none:?}");
    let unknown = run(&app, &files, &["sign-ups", "list", "--site", "shpo"]).await;
    let said = String::from_utf8_lossy(&unknown.stderr);
    let note = "No sign-up found: the settings have no site \"shpo\"; they have no site at all.\n";
    assert_eq!(said, note);
    let (id, _) = app.server("shop").create("customer 7").await;
    app.server("bank").create("customer 7").await;
    let listed = run(&app, &files, &["sign-ups", "list"]).await;
    assert_eq!(lines(&listed).len(), 2);
    let refused = run(&app, &files, &["sign-ups", "list", "--status", "done"]).await;
    assert!(!refused.status.success());
    let printed = String::from_utf8(refused.stderr).unwrap();
    for status in [
        "created", "started", "returned", "verified", "failed", "expired", "canceled",
    ] {
        assert!(printed.contains(status), "{printed}");
        let known = run(&app, &files, &["sign-ups", "list", "--status", status]).await;
        assert!(known.status.success(), "{known:?}");
    }
    let filters = [
        "sign-ups",
        "list",
        "--site",
        "shop",
        "--reference",
        "customer 7",
    ];
    let listed = run(&app, &files, &filters).await;
    assert_eq!(lines(&listed)[0]["id"], id);
    let shown = run(&app, &files, &["sign-ups", "show", &id]).await;
    assert_eq!(lines(&shown)[0]["reference"], "customer 7");
    let redacted = run(&app, &files, &["sign-ups", "redact", &id]).await;
    assert_eq!(lines(&redacted)[0].get("reference"), None);
    let unknown = run(&app, &files, &["sign-ups", "show", "su_0"]).await;
    assert!(!unknown.status.success());
    let message = String::from_utf8(unknown.stderr).unwrap();
    assert_eq!(
        message,
        "webkyc: SIGN_UP_NOT_FOUND: There is no such sign-up\n"
    );
}

#[tokio::test]
async fn listen_forwards_to_addresses_of_http_alone() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    for address in [
        "localhost:3000/hooks",
        "shop.example",
        "ftp://shop.example/",
    ] {
        let refused = run(&app, &files, &["listen", "--forward", address]).await;
        let printed = String::from_utf8(refused.stderr).unwrap();
        assert!(
            printed.contains("must begin with http:// or https://"),
            "{printed}"
        );
    }
}

#[tokio::test]
async fn listen_forwards_what_trigger_plays_signed_as_a_webhook() {
    let (receiver, files) = (super::receiver::Receiver::start().await, Files::new());
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let before = json!({"type": "sign_up.failed", "reference": "before"});
    app.server("shop").post("/events/trigger", before).await;
    let listen = webkyc(&app, &files, &["listen", "--forward", receiver.url()]);
    let started = spawn_blocking(|| Program::start(listen, ["signing with ", "forwarding to "]));
    let (_listen, [secret, _]) = started.await.unwrap();
    let trigger = [
        "trigger",
        "sign_up.verified",
        "--site",
        "shop",
        "--reference",
        "customer 8",
    ];
    let played = lines(&run(&app, &files, &trigger).await);
    receiver.wait_for(1).await;
    let (_, body, _) = receiver.message(0);
    assert_eq!(body["type"], "sign_up.verified");
    assert_eq!(body["data"]["id"], played[0]["id"]);
    assert!(body.get("id").is_none());
    receiver.assert_signed(0, &secret);
}

#[cfg(unix)]
#[tokio::test]
async fn listen_goes_on_after_events_that_are_no_longer_kept() {
    use nix::sys::signal::Signal;
    let (receiver, files) = (super::receiver::Receiver::start().await, Files::new());
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let shop = app.server("shop");
    let listen = webkyc(&app, &files, &["listen", "--forward", receiver.url()]);
    let started = spawn_blocking(|| Program::start(listen, ["signing with ", "forwarding to "]));
    let (listen, _) = started.await.unwrap();
    let play = async |reference: &str| {
        let event = json!({"type": "sign_up.canceled", "reference": reference});
        shop.post("/events/trigger", event).await.assert_ok();
        let newest = shop.get("/events").await.assert_ok();
        newest["cursor"].as_str().unwrap().to_owned()
    };
    let held = receiver.hold_answers().await;
    let seen = play("a").await;
    receiver.wait_for(1).await;
    // It sleeps for a month, like the laptop that it is on.
    listen.signal(Signal::SIGSTOP);
    play("b").await;
    app.advance_clock(31 * 24 * 3600);
    let path = format!("/events?after={seen}");
    let is_purged = async || shop.get(&path).await.body["code"] == "CURSOR_EXPIRED";
    eventually("the events are deleted", is_purged).await;
    drop(held);
    listen.signal(Signal::SIGCONT);
    let listen = spawn_blocking(move || {
        listen.ready(["going on with the next event"]);
        listen
    });
    let _listen = listen.await.unwrap();
    play("c").await;
    let is_last = async || {
        let last = receiver.count() - 1;
        receiver.message(last).1["data"]["reference"] == "c"
    };
    eventually("the next event came", is_last).await;
}

#[tokio::test]
async fn trigger_needs_no_site_where_there_is_only_one() {
    let files = Files::new();
    let trigger = ["trigger", "sign_up.canceled", "--reference", "a"];
    let app = TestApp::start_with("http://127.0.0.1:9", |settings| {
        configure_store(settings, &files);
        settings.sites.retain(|site, _| site == "bank");
    });
    let app = app.await;
    let played = lines(&run(&app, &files, &trigger).await);
    assert_eq!(played[0]["site"], "bank");
    drop(app);

    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let refused = run(&app, &files, &trigger).await;
    assert!(!refused.status.success());
    let printed = String::from_utf8(refused.stderr).unwrap();
    let problem = "webkyc: BAD_REQUEST: site is required";
    assert!(printed.starts_with(problem), "{printed}");
}

#[tokio::test]
async fn trigger_names_the_events_that_it_knows() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let refused = run(
        &app,
        &files,
        &["trigger", "signup.done", "--reference", "a"],
    )
    .await;
    assert!(!refused.status.success());
    let printed = String::from_utf8(refused.stderr).unwrap();
    assert!(printed.contains("'signup.done'"), "{printed}");
    for kind in ["verified", "failed", "expired", "canceled", "redacted"] {
        assert!(printed.contains(&format!("sign_up.{kind}")), "{printed}");
    }
}
