//! `webkyc check` and `webkyc export`, and SIGHUP.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::{
    harness::{CLIENT_SECRET, STATE, TestApp, sandbox},
    program::program,
};

async fn run(mut command: Command) -> (Output, String, String) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(!stdout.contains(CLIENT_SECRET) && !stderr.contains(CLIENT_SECRET));
    (output, stdout, stderr)
}

/// With this address for all that Authenteq is.
fn at(authenteq: &str, arguments: &[&str]) -> (Command, tempfile::TempDir) {
    let (mut command, assets) = program();
    command.envs([
        ("WEBKYC_IDENTITY_URL", authenteq),
        ("WEBKYC_API_URL", authenteq),
        ("WEBKYC_EXPORT_URL", authenteq),
    ]);
    command.args(arguments);
    (command, assets)
}

#[tokio::test]
async fn check_says_line_by_line_what_is_right_and_succeeds() {
    let sandbox = sandbox().await;
    let (command, _assets) = at(sandbox.url(), &["check"]);
    let (output, stdout, stderr) = run(command).await;
    assert!(output.status.success(), "{stdout}{stderr}");
    for line in [
        "ok     client id: client!+ID",
        "ok     redirect URI to register with Authenteq: http://localhost:8080/results",
        "note   WEBKYC_COOKIE_KEYS is not set",
        "note   WEBKYC_PUBLIC_URL is http",
        "takes the credentials",
    ] {
        assert!(stdout.contains(line), "{line}: {stdout}");
    }
    assert!(!stdout.contains("wrong"), "{stdout}");
}

#[tokio::test]
async fn check_says_all_that_is_wrong_and_fails() {
    let (mut command, _assets) = at("http://127.0.0.1:9", &["check"]);
    command.env("WEBKYC_PUBLIC_URL", "http://shop.example");
    command
        .env("WEBKYC_LISTEN", "everywhere")
        .env_remove("WEBKYC_CLIENT_ID");
    let (output, stdout, _) = run(command).await;
    assert_eq!(output.status.code(), Some(1));
    let wrong = stdout
        .lines()
        .filter(|line| line.starts_with("wrong  WEBKYC_"));
    assert_eq!(wrong.count(), 3, "{stdout}");

    let (command, _assets) = at("http://127.0.0.1:9", &["check"]);
    let (output, stdout, _) = run(command).await;
    assert_eq!(output.status.code(), Some(1));
    let unreachable = stdout
        .lines()
        .filter(|line| line.contains("cannot reach it (Connect)"));
    assert_eq!(unreachable.count(), 3, "{stdout}");

    let sandbox = sandbox().await;
    let (mut command, _assets) = at(sandbox.url(), &["check", "--assets", "/nowhere"]);
    command.env("WEBKYC_CLIENT_SECRET", "another");
    let (output, stdout, _) = run(command).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout
            .contains("wrong  WEBKYC_CLIENT_ID and WEBKYC_CLIENT_SECRET: credentials refused: 401")
    );
    assert!(stdout.contains("wrong  WEBKYC_ASSETS"), "{stdout}");

    let (command, assets) = at(sandbox.url(), &["check"]);
    std::fs::remove_file(assets.path().join("results.html")).unwrap();
    let (_, stdout, _) = run(command).await;
    assert!(stdout.contains("there is no results.html in"), "{stdout}");
}

/// What `check` says of certificates, and whether a start gets past them.
#[cfg(unix)]
async fn certificates(sandbox: &str, change: impl Fn(&mut Command)) -> (Vec<String>, bool) {
    let (mut command, _assets) = at(sandbox, &["check"]);
    change(&mut command);
    let (_, said, stderr) = run(command).await;
    assert_eq!(stderr, "", "{said}");
    let said = said.lines().filter(|line| line.contains("SSL_CERT_"));
    // Whoever gets past them ends at this address.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (mut command, _assets) = at(sandbox, &[]);
    command.env("WEBKYC_LISTEN", taken.local_addr().unwrap().to_string());
    change(&mut command);
    let (output, _, stderr) = run(command).await;
    assert_eq!(output.status.code(), Some(1));
    let is_past = stderr.contains("WEBKYC_LISTEN");
    assert!(is_past || stderr.lines().count() == 1, "{stderr}");
    assert!(is_past || stderr.contains("webkyc: SSL_CERT_"), "{stderr}");
    (said.map(ToOwned::to_owned).collect(), is_past)
}

#[tokio::test]
#[cfg(all(unix, not(target_vendor = "apple")))]
async fn ops_22_certificates_that_are_not_where_the_environment_says_are_told_before_any_call() {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let authority = rcgen::generate_simple_self_signed(["ca.example".to_owned()]).unwrap();
    fs::create_dir(path("full")).unwrap();
    fs::create_dir(path("empty")).unwrap();
    fs::write(path("full/ca.pem"), authority.cert.pem()).unwrap();
    fs::write(path("key.pem"), authority.signing_key.serialize_pem()).unwrap();
    fs::write(path("ca.der"), authority.cert.der()).unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    fs::write(path("broken.pem"), broken).unwrap();
    let read_and_write = nix::sys::stat::Mode::S_IRWXU;
    nix::unistd::mkfifo(&path("fifo"), read_and_write).unwrap();

    for (name, said) in [
        ("nothing", "No such file"),
        ("empty", "it is no file"),
        ("fifo", "it is no file"),
        ("key.pem", "holds no certificate"),
        ("ca.der", "holds no certificate"),
        ("broken.pem", "holds no certificate"),
    ] {
        let set = |command: &mut Command| {
            command.env("SSL_CERT_FILE", path(name));
            // Certificates elsewhere do not make up for one that was named.
            command.env("SSL_CERT_DIR", path("full"));
        };
        let (lines, is_past) = certificates(sandbox.url(), set).await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        let names = format!("wrong  SSL_CERT_FILE names {:?}", path(name));
        assert!(lines[0].starts_with(&names), "{lines:?}");
        assert!(lines[0].contains(said) && !is_past, "{lines:?}");
    }
    let empty = |command: &mut Command| _ = command.env("SSL_CERT_FILE", "");
    let (lines, is_past) = certificates(sandbox.url(), empty).await;
    assert_eq!(lines, ["wrong  SSL_CERT_FILE is set and empty: unset it"]);
    assert!(!is_past);

    for (names, verdict) in [
        (vec!["nothing"], Some("wrong")),
        (vec!["empty"], Some("wrong")),
        (vec!["nothing", "empty"], Some("wrong")),
        (vec!["nothing", "full"], Some("note")),
        (vec!["empty", "full"], None),
        (vec![], None),
    ] {
        let folders = std::env::join_paths(names.iter().map(|name| path(name))).unwrap();
        let set = |command: &mut Command| _ = command.env("SSL_CERT_DIR", &folders);
        let (lines, is_past) = certificates(sandbox.url(), set).await;
        let begins = verdict.map(|verdict| format!("{verdict:<5}  SSL_CERT_DIR names "));
        assert_eq!(lines.len(), usize::from(begins.is_some()), "{names:?}");
        assert!(
            lines
                .iter()
                .zip(&begins)
                .all(|(line, begins)| line.starts_with(begins)),
            "{lines:?}"
        );
        assert_eq!(is_past, verdict != Some("wrong"), "{names:?}");
    }
    let set = |command: &mut Command| {
        command.env("SSL_CERT_FILE", path("full/ca.pem"));
        command.env("SSL_CERT_DIR", path("nothing"));
    };
    let (lines, is_past) = certificates(sandbox.url(), set).await;
    assert!(
        lines[0].starts_with("note   SSL_CERT_DIR names "),
        "{lines:?}"
    );
    assert!(is_past);
}

/// A verification that the sandbox has issued to our client.
async fn verification(sandbox: &webkyc_sandbox::Sandbox) -> String {
    let app = TestApp::start(sandbox.url()).await;
    app.visitor().identify(STATE, "anna").await;
    sandbox.verifications()[0].id.clone()
}

#[tokio::test]
async fn export_writes_the_whole_file_or_none() {
    let sandbox = sandbox().await;
    let id = verification(&sandbox).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("anna.pdf");
    let file = path.display().to_string();
    let (command, _assets) = at(
        sandbox.url(),
        &["export", &id, "--format", "pdf", "-o", &file],
    );
    let (output, stdout, stderr) = run(command).await;
    assert!(output.status.success(), "{stderr}");
    assert_eq!((stdout.as_str(), stderr.as_str()), ("", ""));
    assert!(fs::read(&path).unwrap().starts_with(b"%PDF-"));
    only_ours(&path);

    let (command, _assets) = at(sandbox.url(), &["export", &id, "--format", "json"]);
    let (_, stdout, _) = run(command).await;
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(json["id"], id);

    let nobody = "00000000-0000-4000-8000-000000000000";
    let other = folder.path().join("nobody.pdf").display().to_string();
    for (id, said) in [
        (nobody, "webkyc: verification not found: 404 Not Found"),
        ("../../etc/passwd", "is no verification id"),
        (&id.to_uppercase(), "is no verification id"),
    ] {
        let (command, _assets) = at(
            sandbox.url(),
            &["export", id, "--format", "pdf", "-o", &other],
        );
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
    let id = verification(&sandbox).await;
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
async fn export_that_is_told_to_stop_leaves_no_file() {
    use std::time::{Duration, Instant};

    // Half a file, and then nothing.
    let server = webkyc_test_kit::raw_server::RawServer::start(|_, mut stream| {
        Box::pin(async move {
            webkyc_test_kit::raw_server::read_request(&mut stream).await;
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
    let nobody = "00000000-0000-4000-8000-000000000000";
    let arguments = ["export", nobody, "--format", "pdf", "-o", &file];
    let (mut command, _assets) = at(&server.url(), &arguments);
    let mut child = command.spawn().unwrap();
    let files = || fs::read_dir(folder.path()).unwrap().count();
    let began = Instant::now();
    while files() == 0 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "nothing was begun"
        );
        tokio::task::yield_now().await;
    }
    crate::program::send("-INT", &child);
    let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await;
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

#[test]
#[cfg(unix)]
fn ops_08_sighup_and_time_bring_the_new_secret_in() {
    use std::{io::BufRead, os::unix::fs::PermissionsExt};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let write = |content: &str| {
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("canary-one");
    let (mut command, _assets) = program();
    command
        .env_remove("WEBKYC_CLIENT_SECRET")
        .env("WEBKYC_CLIENT_SECRET_FILE", &path);
    let (mut child, _stdout, _) = crate::program::started(&mut command);
    let mut log = std::io::BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = |words: &str| {
        let line = log.find(|line| line.as_ref().unwrap().contains(words));
        let line = line.unwrap().unwrap();
        assert!(!line.contains("canary"), "{line}");
        line
    };
    write("canary-two");
    crate::program::send("-HUP", &child);
    assert!(said("a secret has changed").contains("WEBKYC_CLIENT_SECRET_FILE"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    crate::program::send("-HUP", &child);
    said("it stays as it was");
    // Without a word from anybody, after it was seen twice.
    write("canary-three");
    said("a secret has changed");
    crate::program::send("-INT", &child);
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn every_setting_is_a_flag_and_stands_in_the_readme_and_no_other_does() {
    let (mut command, _assets) = program();
    command.arg("--help");
    let (_, help, _) = run(command).await;
    let readme = include_str!("../../README.md");
    let (_, table) = readme
        .split_once("| variable | meaning | default |")
        .unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let mut documented = Vec::new();
    for row in table.lines().filter(|row| row.starts_with("| `WEBKYC_")) {
        let name = row.split('`').nth(1).unwrap().to_owned();
        if row.split('|').nth(1).unwrap().contains("`…_FILE`") {
            documented.push(format!("{name}_FILE"));
        }
        documented.push(name);
    }
    let mut flags: Vec<_> = help
        .split("[env: ")
        .skip(1)
        .map(|rest| rest.split(['=', ']']).next().unwrap().to_owned())
        .collect();
    documented.sort_unstable();
    flags.sort_unstable();
    assert_eq!(flags, documented);
}
