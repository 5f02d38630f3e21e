//! `webkyc check`.

#[cfg(all(unix, feature = "store"))]
mod production;
mod web_idv;

use std::{fs, process::Command};

#[cfg(feature = "store")]
use webkyc_backend::store::Location;

use super::{at, run};
use crate::{harness::sandbox, program::NOWHERE};
#[cfg(all(unix, feature = "store"))]
use crate::{
    harness::{CLAIMS, Files, OPERATOR_KEY, use_store},
    program::write_secret,
};

#[tokio::test]
async fn check_lists_the_right_settings_line_by_line_and_succeeds() {
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
    let (mut command, _assets) = at(NOWHERE, &["check"]);
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

    let (command, _assets) = at(NOWHERE, &["check"]);
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

#[tokio::test]
#[cfg(all(unix, feature = "store"))]
async fn check_says_how_sign_ups_are_kept_and_what_each_site_may_ask_for() {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    write_secret(path("keys"), key);
    write_secret(path("shop-key"), "shop!key-of-32-characters-or-more-1");
    let database = path("data/webkyc.db");
    let settings = format!(
        r#"
            live = false
            time_zone = "Europe/Berlin"
            operator_listen = "127.0.0.1:9090"
            operator_key = "{OPERATOR_KEY}"
            cookie_keys_file = {keys:?}
            [store]
            url = "sqlite://{url}"
            keys_file = {keys:?}
            keep_claims = "36h"
            [sites.shop]
            name = "Shop"
            key_file = {shop:?}
            claims = ["age_over_18", "name_match"]
            after = "return"
            release = "on-return"
            [sites.kiosk]
            name = "Kiosk"
        "#,
        keys = path("keys"),
        shop = path("shop-key"),
        url = database.display(),
    );
    write_secret(path("webkyc.toml"), &settings);
    let report = async || {
        let (mut command, _assets) = at(sandbox.url(), &["check", "--config"]);
        command.arg(path("webkyc.toml"));
        let (output, stdout, stderr) = run(command).await;
        assert_eq!(stderr, "");
        assert_eq!(output.status.success(), !stdout.contains("wrong  "));
        assert!(
            !stdout.contains(key) && !stdout.contains("shop!key"),
            "{stdout}"
        );
        stdout
    };
    let no_folder = report().await;
    let line = format!("wrong  [store] url names {database:?}: the folder ");
    assert!(no_folder.contains(&line), "{no_folder}");

    fs::create_dir(path("data")).unwrap();
    let empty = report().await;
    for line in [
        "ok     verifications are of test persons\n",
        "ok     site shop: its server has a key; it may ask for age_over_18, name_match; after: return; release: on-return; time zone: Europe/Berlin\n",
        "ok     site kiosk: only the operator's key creates its sign-ups; it may ask for no claims; after: show; release: immediately; time zone: Europe/Berlin\n",
        "ok     store keys, newest first: a5083526\n",
        "ok     claims are kept for 36 h, sign-ups for 400 d\n",
        &format!("note   there are no tables in {database:?} yet: the start makes them\n"),
    ] {
        assert!(empty.contains(line), "{line}: {empty}");
    }
    assert_eq!(fs::read_dir(path("data")).unwrap().count(), 0);

    let location = Location::parse(&format!("sqlite://{}", database.display()));
    drop(location.unwrap().open().await.unwrap());
    let ours = report().await;
    assert!(
        ours.contains("ok     this program can use the database"),
        "{ours}"
    );

    fs::write(&database, "something else ".repeat(100)).unwrap();
    let other = report().await;
    let line = format!("wrong  [store] url names {database:?}: ");
    assert!(other.contains(&line), "{other}");
}

#[tokio::test]
#[cfg(all(unix, feature = "store"))]
async fn check_connects_to_postgresql_and_says_whether_it_can_be_used() {
    let (sandbox, files) = (sandbox().await, Files::postgres());
    let report = async |change: &dyn Fn(&str) -> String| {
        let (mut command, _assets) = at(sandbox.url(), &["check"]);
        use_store(&mut command, &files, &CLAIMS);
        command.env("WEBKYC_OPERATOR_LISTEN", "127.0.0.1:0");
        command.env("WEBKYC_OPERATOR_KEY", OPERATOR_KEY);
        let config = fs::read_to_string(files.path("webkyc.toml")).unwrap();
        files.secret("webkyc.toml", &change(&config));
        let (_, stdout, _) = run(command).await;
        let mut lines = stdout.lines().filter(|line| line.contains("postgres://"));
        lines.next().unwrap_or_default().to_owned()
    };
    let as_it_is = |config: &str| config.to_owned();
    let url = files.database_url();
    let shown = url.replace("webkyc@", "");
    let none = report(&as_it_is).await;
    assert_eq!(
        none,
        format!("note   there are no tables in {shown} yet: the start makes them")
    );
    let nowhere =
        report(&|config| config.replace(&url, "postgres://u:canary@127.0.0.1:9/kyc")).await;
    let refused = "wrong  [store] url names postgres://127.0.0.1:9/kyc: it does not answer";
    assert_eq!(nowhere, refused);
    let refused = "wrong  [store] url names";
    files.query("CREATE ROLE reader LOGIN").await;
    files
        .query("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        .await;
    let as_reader = |config: &str| config.replace("webkyc@", "reader@");
    let as_read = report(&as_reader).await;
    let problem = "this user may not create tables in its schema";
    assert_eq!(as_read, format!("{refused} {shown}: {problem}"));

    drop(Location::parse(&url).unwrap().open().await.unwrap());
    let ours = report(&as_it_is).await;
    assert_eq!(
        ours,
        format!("ok     this program can use the database {shown}")
    );
    files.query("UPDATE migrations SET newest = 99").await;
    let still = report(&as_it_is).await;
    assert_eq!(still, ours, "a newer release has left this one working");
    files
        .query("UPDATE oldest_program SET migration = 99")
        .await;
    let newer = report(&as_it_is).await;
    assert!(
        newer.ends_with("run that release, or a later one"),
        "{newer}"
    );
}

/// The lines of `check` about certificates, and whether a start accepts them.
#[cfg(unix)]
async fn certificates(sandbox: &str, change: impl Fn(&mut Command)) -> (Vec<String>, bool) {
    let (mut command, _assets) = at(sandbox, &["check"]);
    change(&mut command);
    let (_, said, stderr) = run(command).await;
    assert_eq!(stderr, "", "{said}");
    let said = said.lines().filter(|line| line.contains("SSL_CERT_"));
    // A start that accepts them fails at this address.
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
async fn ops_22_certificates_missing_from_their_place_are_reported_before_any_call() {
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
            // Certificates elsewhere do not replace a named one.
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
