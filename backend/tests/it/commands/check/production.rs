//! `webkyc check` with the settings that the documents have.

use std::fs;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{at, run};
use crate::{
    harness::{CLIENT_SECRET, sandbox},
    program::write_secret,
};

const PAGE: &str = include_str!("../../../../../docs/production.md");
const WEBHOOKS: &str = include_str!("../../../../../docs/webhooks.md");

/// The blocks of a page in TOML.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    let blocks = page.split("```toml\n").skip(1);
    blocks.map(|block| block.split_once("```").unwrap().0)
}

/// A block with each of these lines in the place of the one with the same key, or before the tables.
fn with_lines(settings: &str, lines: &str) -> String {
    let key = |line: &str| line.split_once(" = ").map(|(key, _)| key.to_owned());
    let changed: Vec<_> = lines.lines().filter_map(key).collect();
    let (top, tables) = settings.split_once("\n[").unwrap();
    let kept = top.lines().filter(|line| {
        let key = key(line);
        key.is_none_or(|key| key != "trusted_proxies" && !changed.contains(&key))
    });
    let top: Vec<_> = kept.chain(lines.lines()).collect();
    format!("{}\n[{tables}", top.join("\n"))
}

/// The output for these settings, with files in the place of those of the page.
async fn check(settings: &str) -> String {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("data")).unwrap();
    for name in ["cookie-keys", "store-keys", "shop-key", "operator-key"] {
        // Each its own, as `openssl rand -base64 32` makes them.
        write_secret(path(name), &BASE64_STANDARD.encode(format!("{name:*<32}")));
    }
    write_secret(path("authenteq-secret"), CLIENT_SECRET);
    write_secret(path("shop-whsec"), "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    let settings = settings
        .replace("http://127.0.0.1:8090", sandbox.url())
        .replace("/etc/webkyc", &folder.path().display().to_string())
        .replace("/var/lib/webkyc", &path("data").display().to_string())
        .replace("com.example.shop", crate::harness::CLIENT_ID);
    write_secret(path("webkyc.toml"), &settings);
    let (mut command, _assets) = at(sandbox.url(), &["check", "--config"]);
    command.arg(path("webkyc.toml"));
    for given in ["CLIENT_ID", "CLIENT_SECRET", "PUBLIC_URL", "LISTEN"] {
        command.env_remove(format!("WEBKYC_{given}"));
    }
    if settings.contains("identity_url") {
        for given in ["IDENTITY_URL", "API_URL", "EXPORT_URL"] {
            command.env_remove(format!("WEBKYC_{given}"));
        }
    }
    let (output, stdout, stderr) = run(command).await;
    assert!(output.status.success(), "{stdout}{stderr}\n{settings}");
    stdout
}

#[tokio::test]
async fn the_settings_from_clone_to_production_are_right_and_check_says_what_the_page_shows() {
    let settings = blocks(PAGE).next().unwrap();
    let printed = check(settings).await;
    let (_, shown) = PAGE.split_once("webkyc.toml check\n").unwrap();
    let (shown, _) = shown.split_once("$ ").unwrap();
    let shown = shown
        .lines()
        .filter(|line| *line != "…" && !line.contains("/var/lib/webkyc"));
    for line in shown {
        let line = line.replace("com.example.shop", crate::harness::CLIENT_ID);
        assert!(printed.contains(&format!("{line}\n")), "{line}: {printed}");
    }
}

#[tokio::test]
async fn the_settings_for_one_machine_without_an_account_are_right() {
    let mut blocks = blocks(PAGE);
    let settings = blocks.next().unwrap();
    let printed = check(&with_lines(settings, blocks.next().unwrap())).await;
    assert!(
        printed.contains("ok     verifications are of test persons"),
        "{printed}"
    );
    assert!(
        printed.contains("ok     public URL: http://localhost:8080"),
        "{printed}"
    );
    assert!(printed.contains("takes the credentials"), "{printed}");
}

#[tokio::test]
async fn the_settings_of_a_webhook_are_right() {
    let settings = blocks(PAGE).next().unwrap();
    let webhook = blocks(WEBHOOKS).next().unwrap();
    let printed = check(&format!("{settings}{webhook}")).await;
    let line =
        "ok     site shop: events go to https://shop.example/hooks/webkyc, signed with 1 secret";
    assert!(printed.contains(line), "{printed}");
}
