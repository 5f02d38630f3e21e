//! The program leaks nothing: its log contains no secret, no personal data and no text from a
//! client, and the program writes no other file.

use std::{collections::BTreeSet, fs, net::SocketAddr, process::Command};

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use webkyc_sandbox::Sandbox;
use webkyc_test_kit::{
    program::{Program, Signal},
    relay::Relay,
};

use crate::{
    harness::{Answer, CLIENT_SECRET, Flow, OPERATOR_KEY, STATE, TestApp, sandbox},
    program::{COOKIE_KEY, NOWHERE, READY, Running, after, replica},
};

/// The texts that a scan looks for, by source.
type Canaries = BTreeSet<String>;

/// Signs up as john, with every export twice: as a visitor and as an operator. Returns the texts that must
/// not leak, and the numbers of the requests.
async fn sign_up(app: &TestApp, sandbox: &Sandbox) -> (Canaries, BTreeSet<String>) {
    let mut canaries = Canaries::new();
    let mut numbers = BTreeSet::new();
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, "john").await;
    canaries.extend(visitor.cookies.values().cloned());
    let mut note = |answer: &Answer| {
        assert!(
            answer.status.is_success(),
            "{} {}",
            answer.status,
            answer.body
        );
        numbers.insert(answer.headers["x-request-id"].to_str().unwrap().to_owned());
    };
    note(&visitor.exchange(&code, STATE).await);
    // Drawn in advance, because drawing takes longer than Authenteq may take to answer.
    let issued = sandbox.verifications().pop().unwrap().details;
    note(&visitor.get("/api/details").await);
    let id = issued["id"].as_str().unwrap();
    for format in ["json", "multipart", "pdf"] {
        note(&visitor.get(&format!("/api/export/{format}")).await);
        let path = format!("/export/{format}?verificationId={id}");
        note(&Answer::read(app.operator(&path)).await);
    }
    let metrics = app.operator("/metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    canaries.extend(visitor.cookies.values().cloned());
    canaries.extend([code, STATE.to_owned()]);
    strings(&issued, &mut canaries);
    // Of our own making, and on every second line.
    for known in ["WEB", "image/jpeg", "image/png", "verified", "VERIFIED"] {
        canaries.remove(known);
    }
    for canary in &canaries {
        assert!(!metrics.contains(canary), "{canary} is a label");
    }
    note(&visitor.post("/api/logout", json!({})).await);
    (canaries, numbers)
}

/// Every text of three letters or more, of pictures forty from the middle.
fn strings(value: &Value, found: &mut Canaries) {
    match value {
        Value::String(text) if text.len() > 1000 => {
            found.insert(text[text.len() / 2..][..40].to_owned());
        }
        Value::String(text) if text.len() >= 3 => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(members) => members.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ops_10_nothing_of_a_whole_sign_up_is_written_at_any_level(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let mut relay = Relay::bind().await;
    let address = sandbox.url().strip_prefix("http://").unwrap();
    relay.pass_to(address.parse::<SocketAddr>().unwrap());
    let running = Running::start(&relay.url(), |command| {
        flow.configure(command);
        command.env("WEBKYC_IDENTITY_URL", sandbox.url());
        command.env("WEBKYC_LOG", "trace");
    });
    let (mut canaries, numbers) = sign_up(&running.app, &sandbox).await;
    let written = running.program.stop();

    let wire = [relay.requests(), relay.responses()].concat();
    let wire = String::from_utf8_lossy(&wire);
    let mut on_wire = vec![("authorization: Basic ", '\r')];
    on_wire.push(match flow {
        Flow::WebKyc => ("{\"token\":\"", '"'),
        Flow::WebIdv => ("/verify?token=", '"'),
    });
    for (before, after) in on_wire {
        let found = wire.split(before).nth(1).unwrap();
        canaries.insert(found.split(after).next().unwrap().to_owned());
    }
    canaries.extend([CLIENT_SECRET, OPERATOR_KEY, COOKIE_KEY].map(Into::into));
    assert!(canaries.len() > 25, "{canaries:?}");
    for canary in &canaries {
        assert!(
            canary.len() >= 3 && !written.contains(canary),
            "{canary} was written"
        );
    }
    // The scan does find texts that are present.
    assert_eq!(wire.contains(CLIENT_SECRET), flow == Flow::WebKyc);
    assert!(written.contains("\"TRACE\""));
    for number in numbers {
        assert!(written.contains(&number));
    }
}

#[cfg(unix)]
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ops_11_ops_12_nothing_that_a_client_sends_is_written_at_any_level(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    for level in ["off", "error", "warn", "info", "debug", "trace"] {
        // No server listens there: calls fail with an error that knows their address.
        let running = Running::start(&format!("{NOWHERE}/canary-base"), |command| {
            flow.configure(command);
            command.env("WEBKYC_IDENTITY_URL", "https://identity.example");
            command.env("WEBKYC_LOG", level);
        });
        let app = &running.app;
        let line = "canary\u{1b}[31m\" } {\"level\":\"canary";
        let encoded = "canary%0d%0a%7b%22canary%22%7d%1b";
        let headers = [
            "user-agent",
            "referer",
            "origin",
            "cookie",
            "x-forwarded-for",
            "x-request-id",
            "traceparent",
            "accept-language",
            "authorization",
            "x-canary",
            "content-type",
        ];
        for path in [
            "",
            "results",
            "api/details",
            "api/export/pdf",
            "api/x",
            "canary.js",
            "canary",
        ] {
            let target = format!("/{path}?{encoded}");
            for header in headers {
                let request = app.bare(Method::GET, &target).header("x-webkyc", "1");
                let value = reqwest::header::HeaderValue::from_bytes(
                    line.replace('\u{1b}', "\t").as_bytes(),
                );
                request.header(header, value.unwrap()).send().await.unwrap();
            }
            for raw_line in [
                format!(
                    "CANARY {target} HTTP/1.1\r\nHost: kyc.example\r\nConnection: close\r\n\r\n"
                ),
                format!(
                    "GET {target} HTTP/1.1\r\nHost: canary.example\r\nConnection: close\r\n\r\n"
                ),
                format!("GET {target} HTTP/1.1\r\nHost: kyc.example\r\nX: {line}\r\n\r\n"),
                format!("GET /canary {target} canary\r\n\r\n"),
            ] {
                Answer::ask(&app.address, &raw_line).await;
            }
            let operator = format!("{}{target}", app.operator_address);
            app.http
                .get(operator)
                .bearer_auth("canary")
                .send()
                .await
                .unwrap();
        }
        let mut visitor = app.visitor();
        let begun = visitor.post("/api/begin", json!({"state": STATE})).await;
        let (answer, fails_at) = match flow {
            Flow::WebKyc => (visitor.exchange("canary", STATE).await, "/api/exchange"),
            Flow::WebIdv => (begun, "/api/begin"),
        };
        answer.assert_problem(502, "UPSTREAM_CONNECT");
        let answer = visitor.exchange("canary", "canary").await;
        answer.assert_problem(400, "STATE_INVALID");
        let id = "00000000-0000-4000-8000-0000000000ca";
        let answer = Answer::read(app.operator(&format!("/export/pdf?verificationId={id}"))).await;
        answer.assert_problem(502, "UPSTREAM_CONNECT");
        let written = running.program.stop();
        for canary in ["canary", "CANARY", "0000000000ca", "\u{1b}"] {
            let line = written.lines().find(|line| line.contains(canary));
            assert!(line.is_none(), "{level}: {}", line.unwrap());
        }
        for line in written.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert!(line["level"].is_string() && line["timestamp"].is_string());
        }
        // Our own failures are errors, so every level but `off` logs them.
        for event in ["answered", fails_at] {
            assert_eq!(written.contains(event), level != "off", "{level}");
        }
    }
}

#[cfg(unix)]
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn prv_06_the_log_has_time_route_and_outcome_and_a_number_for_each_request(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let running = Running::start(sandbox.url(), |command| flow.configure(command));
    let (_, numbers) = sign_up(&running.app, &sandbox).await;
    let refused = running.app.visitor().get("/api/session").await;
    refused.assert_problem(401, "SESSION_INVALID");
    let written = running.program.stop();
    let lines = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines
        .filter(|line: &Value| line["message"] == "answered")
        .collect();
    let always = [
        "level",
        "message",
        "method",
        "milliseconds",
        "request_id",
        "route",
        "status",
        "target",
        "timestamp",
    ];
    for line in &lines {
        let mut members: Vec<_> = line
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        members.sort_unstable();
        members.retain(|member| *member != "cause");
        assert_eq!(members, always, "{line}");
        assert_eq!(
            line.get("cause").is_some(),
            line["status"].as_u64().unwrap() >= 400
        );
    }
    let named: BTreeSet<_> = lines
        .iter()
        .map(|l| l["request_id"].as_str().unwrap())
        .collect();
    assert_eq!(named.len(), lines.len());
    for number in &numbers {
        assert!(named.contains(number.as_str()));
    }
    let last = lines.last().unwrap();
    assert_eq!(last["request_id"], refused.body["requestId"]);
    assert_eq!(
        (&last["route"], &last["status"], &last["cause"]),
        (&json!("/api/session"), &json!(401), &json!("No session"))
    );
}

#[cfg(unix)]
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn prv_01_a_whole_sign_up_writes_no_file(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let sandbox = sandbox().await;
    let (mut command, _assets) = replica(sandbox.url());
    flow.configure(&mut command);
    command.env("WEBKYC_LOG", "trace");
    let (working, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // The system ends a process that writes a byte into a file.
    let mut limited = after("ulimit -f 0", &command);
    limited.current_dir(working.path());
    for variable in ["TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
        limited.env(variable, temporary.path());
    }
    let (mut program, [public, operator], mut log) = Program::start_with_pipe(limited, READY);
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    sign_up(&TestApp::at(public, operator), &sandbox).await;
    // Only the superuser may look at the files of a process that cannot be traced.
    if let Ok(open) = fs::read_dir(format!("/proc/{}/fd", program.id())) {
        let open = open.filter_map(|file| fs::metadata(file.unwrap().path()).ok());
        assert!(
            open.into_iter().all(|file| !file.is_file()),
            "a file is open"
        );
    }
    for folder in [&working, &temporary] {
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    program.signal(Signal::SIGINT);
    assert!(program.wait().success());
    for folder in [&working, &temporary] {
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    // The limit is one: the same shell cannot write either.
    let file = temporary.path().join("file");
    let mut writes = Command::new("sh");
    writes
        .args(["-c", "ulimit -f 0 && echo x > \"$0\""])
        .arg(&file);
    assert!(!writes.status().unwrap().success());
}
