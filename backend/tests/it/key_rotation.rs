//! Keys and secrets that change while the server runs.

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::future::join_all;
use rstest::rstest;
use webkyc_backend::config::{Error, Reread};
#[cfg(unix)]
use webkyc_test_kit::{program::Signal, stack::start_backend};
use wiremock::MockServer;

use crate::harness::{CLIENT_ID, Flow, STATE, TestApp, sandbox};
#[cfg(unix)]
use crate::program::{NOWHERE, command};

fn key(number: u8) -> String {
    let bytes: Vec<u8> = (0..32)
        .map(|i: u8| i.wrapping_mul(7).wrapping_add(number))
        .collect();
    BASE64_STANDARD.encode(bytes)
}

/// Replaces the file as one should: written beside it, readable by its owner alone, and renamed.
fn write(path: &Path, content: &str) {
    let new = path.with_extension("new");
    fs::write(&new, content).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(new, path).unwrap();
}

/// Reads the files again; returns the number of new values, and the errors of the other files.
fn reread(app: &TestApp) -> (usize, Vec<Error>) {
    let (mut changed, mut errors) = (0, Vec::new());
    for file in app.config().secret_files() {
        match file.reread(Reread::Now) {
            Ok(is_new) => changed += usize::from(is_new),
            Err(error) => errors.push(error),
        }
    }
    (changed, errors)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ses_11_a_hundred_new_keys_under_load_end_no_session(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    write(&file, &key(0));
    let sandbox = sandbox().await;
    let app = flow
        .start_with(sandbox.url(), |settings| {
            settings.cookie_keys_file = Some(file.display().to_string());
        })
        .await;
    let mut visitor = app.signed_up_as("anna").await;

    let (asked, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let load = (0..8).map(async |_| {
        let mut visitor = visitor.clone();
        while !is_over.load(Ordering::SeqCst) {
            visitor.get("/api/session").await.assert_ok();
            asked.fetch_add(1, Ordering::SeqCst);
        }
    });
    let rotate = async {
        for number in 1..=100 {
            // The newest, the one before, and the first, which sealed the session.
            let ring = [key(number), key(number - 1), key(0)].join("\n");
            write(&file, &ring);
            assert_eq!(reread(&app), (1, vec![]));
            let until = asked.load(Ordering::SeqCst) + 4;
            while asked.load(Ordering::SeqCst) < until {
                tokio::task::yield_now().await;
            }
        }
        is_over.store(true, Ordering::SeqCst);
    };
    tokio::join!(join_all(load), rotate);

    let mut newcomer = app.visitor();
    newcomer.begin(STATE).await;
    write(&file, &key(100));
    reread(&app);
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
    let code = newcomer.exchange("code", STATE).await;
    code.assert_problem(400, "CODE_REJECTED");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ops_08_a_hundred_new_secrets_under_load_fail_no_exchange(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    flow.lets_sign_up(&server).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    write(&file, "secret-0");
    let app = flow
        .start_with(&server.uri(), |settings| {
            settings.client_secret = None;
            settings.client_secret_file = Some(file.display().to_string());
        })
        .await;

    let (exchanged, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let load = (0..4).map(async |lane| {
        let mut number = 0;
        while !is_over.load(Ordering::SeqCst) {
            let state = format!("{lane:021}{number:022}");
            let address = format!("10.{lane}.{}.{}", number / 250, number % 250);
            let mut visitor = app.visitor_from(address);
            visitor.begin(&state).await;
            visitor.exchange("code", &state).await.assert_ok();
            exchanged.fetch_add(1, Ordering::SeqCst);
            number += 1;
        }
    });
    let rotate = async {
        for number in 1..=100 {
            write(&file, &format!("secret-{number}"));
            assert_eq!(reread(&app), (1, vec![]));
            // A file that was cut short keeps the secret in use.
            write(&file, "");
            let (changed, errors) = reread(&app);
            assert_eq!((changed, errors.len()), (0, 1));
            let until = exchanged.load(Ordering::SeqCst) + 1;
            while exchanged.load(Ordering::SeqCst) < until {
                tokio::task::yield_now().await;
            }
        }
        is_over.store(true, Ordering::SeqCst);
    };
    tokio::join!(join_all(load), rotate);

    let calls = server.received_requests().await.unwrap();
    let exchanged = exchanged.load(Ordering::SeqCst);
    assert_eq!(calls.len(), flow.calls_to_sign_up() * exchanged);
    let last = calls.last().unwrap();
    match flow {
        Flow::WebKyc => {
            let form = String::from_utf8_lossy(&last.body);
            assert!(form.contains("\r\n\r\nsecret-100\r\n"), "{form}");
        }
        Flow::WebIdv => {
            let keys = BASE64_STANDARD.encode(format!("{CLIENT_ID}:secret-100"));
            assert_eq!(last.headers["authorization"], format!("Basic {keys}"));
        }
    }
}

#[test]
#[cfg(unix)]
fn ops_08_sighup_and_time_bring_the_new_secret_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    write(&path, "canary-one");
    let (mut command, _assets) = command(NOWHERE);
    command
        .env_remove("WEBKYC_CLIENT_SECRET")
        .env("WEBKYC_CLIENT_SECRET_FILE", &path);
    let (mut program, _) = start_backend(command);
    write(&path, "canary-two");
    program.signal(Signal::SIGHUP);
    let line = program.next_log_line("a secret has changed");
    assert!(line.contains("WEBKYC_CLIENT_SECRET_FILE"), "{line}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    program.signal(Signal::SIGHUP);
    program.next_log_line("it stays as it was");
    // Without a signal, after it was seen twice.
    write(&path, "canary-three");
    program.next_log_line("a secret has changed");
    assert!(!program.stop().contains("canary"));
}
