//! `webkyc export`.

use std::{fs, path::Path};

use rstest::rstest;
use tokio::task::spawn_blocking;
use webkyc_test_kit::{
    program::{Program, Signal},
    raw_server::{RawServer, read_request},
};

use super::{at, run};
use crate::harness::{Flow, STATE, eventually, sandbox};

/// A verification that the sandbox has issued to our client.
async fn verification(flow: Flow, sandbox: &webkyc_sandbox::Sandbox) -> String {
    let app = flow.start(sandbox.url()).await;
    app.visitor().identify(STATE, "anna").await;
    sandbox.verifications()[0].id.clone()
}

#[rstest]
#[tokio::test]
async fn export_writes_the_whole_file_or_none(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let sandbox = sandbox().await;
    let id = verification(flow, &sandbox).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("anna.pdf");
    let file = path.display().to_string();
    let (mut command, _assets) = at(
        sandbox.url(),
        &["export", &id, "--format", "pdf", "-o", &file],
    );
    flow.configure(&mut command);
    let (output, stdout, stderr) = run(command).await;
    assert!(output.status.success(), "{stderr}");
    assert_eq!((stdout.as_str(), stderr.as_str()), ("", ""));
    assert!(fs::read(&path).unwrap().starts_with(b"%PDF-"));
    only_ours(&path);

    let (mut command, _assets) = at(sandbox.url(), &["export", &id, "--format", "json"]);
    flow.configure(&mut command);
    let (_, stdout, _) = run(command).await;
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(json["id"], id);

    let unknown = "00000000-0000-4000-8000-000000000000";
    let other = folder.path().join("unknown.pdf").display().to_string();
    for (id, said) in [
        (unknown, "webkyc: verification not found: 404 Not Found"),
        ("../../etc/passwd", "is no verification id"),
        (&id.to_uppercase(), "is no verification id"),
    ] {
        let (mut command, _assets) = at(
            sandbox.url(),
            &["export", id, "--format", "pdf", "-o", &other],
        );
        flow.configure(&mut command);
        let (output, stdout, stderr) = run(command).await;
        assert_eq!(output.status.code(), Some(1));
        assert!(stdout.is_empty() && stderr.lines().count() == 1, "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left behind"
    );
}

#[tokio::test]
#[cfg(unix)]
async fn export_replaces_files_and_nothing_else() {
    let sandbox = sandbox().await;
    let id = verification(Flow::WebKyc, &sandbox).await;
    let folder = tempfile::tempdir().unwrap();
    let (target, link) = (folder.path().join("target"), folder.path().join("link"));
    fs::write(&target, "old").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    for (path, is_written) in [
        (&link, false),
        (&folder.path().to_owned(), false),
        (&target, true),
    ] {
        let file = path.display().to_string();
        let (command, _assets) = at(
            sandbox.url(),
            &["export", &id, "--format", "json", "-o", &file],
        );
        let (output, _, stderr) = run(command).await;
        assert_eq!(output.status.success(), is_written, "{stderr}");
        assert!(is_written || stderr.contains("is no file"), "{stderr}");
        assert_eq!(fs::read_to_string(&target).unwrap() == "old", !is_written);
    }
}

#[tokio::test]
#[cfg(unix)]
async fn an_interrupted_export_leaves_no_file() {
    // Half a file, and then silence.
    let server = RawServer::start(|_, mut stream| {
        Box::pin(async move {
            read_request(&mut stream).await;
            let half = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 999999\r\n\r\n%PDF-{}",
                "x".repeat(100_000)
            );
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, half.as_bytes()).await;
            std::future::pending::<()>().await;
        })
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("half.pdf").display().to_string();
    let unknown = "00000000-0000-4000-8000-000000000000";
    let arguments = ["export", unknown, "--format", "pdf", "-o", &file];
    let (command, _assets) = at(&server.url(), &arguments);
    let mut program = Program::spawn(command);
    let files = || fs::read_dir(folder.path()).unwrap().count();
    eventually("the file is begun", async || files() > 0).await;
    program.signal(Signal::SIGINT);
    let status = spawn_blocking(move || program.wait()).await;
    assert_eq!(status.unwrap().code(), Some(1));
    assert_eq!(files(), 0);
}

#[cfg(unix)]
fn only_ours(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(not(unix))]
fn only_ours(_: &Path) {}
