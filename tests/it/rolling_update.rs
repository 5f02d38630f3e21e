//! A rolling update: two releases answer, and a browser gets files of both.

use std::fs;

use serde_json::json;
use tempfile::TempDir;
use webkyc_test_kit::built;

use crate::{
    elements::{BUTTON, recording_site, same_origin},
    pages::identify,
    setup::test_in,
    stack::Deployment,
};

/// The pages of another release: all that has a hash in its name has another one.
fn another_release() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in fs::read_dir(built::pages()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // Without the compressed twins.
        if path.is_file() && !name.ends_with(".br") {
            files.push((name, fs::read(path).unwrap()));
        }
    }
    let hashed: Vec<(String, String)> = files
        .iter()
        .filter_map(|(name, _)| {
            Some((
                name.clone(),
                name.replacen(hash_of(name)?, "0123456789abcdef", 1),
            ))
        })
        .collect();
    for (name, content) in files {
        let renamed = hashed.iter().find(|(before, _)| *before == name);
        let name_now = renamed.map_or(&name, |(_, after)| after);
        let is_text = [".js", ".html"].iter().any(|it| name.ends_with(it));
        let content = if is_text {
            let text = String::from_utf8(content).unwrap();
            let text = hashed
                .iter()
                .fold(text, |text, (before, after)| text.replace(before, after));
            text.into_bytes()
        } else {
            content
        };
        fs::write(folder.path().join(name_now), content).unwrap();
    }
    folder
}

/// `0123456789abcdef` of `authenteq-button-0123456789abcdef_bg.wasm`.
fn hash_of(name: &str) -> Option<&str> {
    let stem = name.split('.').next()?;
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-')?.1;
    let is_hash = hash.len() >= 8 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then_some(hash)
}

/// The files that a script or page names. `portal_bg.js` is no file: it is the name of a program's imports.
/// Nor is `portal_bg.wasm`, the default for callers that name no program.
fn named_in(text: &str) -> Vec<&str> {
    text.split(['"', '\'', '`'])
        .map(|part| part.strip_prefix("./").unwrap_or(part))
        .filter(|name| {
            [".js", ".wasm", ".css", ".svg"]
                .iter()
                .any(|it| name.ends_with(it))
        })
        .filter(|name| {
            !name.contains(['/', ' ']) && !name.ends_with("_bg.js") && *name != "portal_bg.wasm"
        })
        .collect()
}

#[test]
fn fe_20_pages_and_scripts_name_only_files_that_are_named_by_their_content() {
    let mut looked_at = 0;
    for entry in fs::read_dir(built::pages()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if ![".js", ".html"].iter().any(|it| name.ends_with(it)) {
            continue;
        }
        looked_at += 1;
        let text = fs::read_to_string(&path).unwrap();
        for named in named_in(&text) {
            assert!(hash_of(named).is_some(), "{name} names {named}");
            assert!(built::pages().join(named).is_file(), "{name} names {named}");
        }
        let is_page = name.ends_with(".html") || name == "elements.js";
        assert!(is_page || hash_of(&name).is_some(), "{name}");
    }
    assert!(looked_at >= 10, "{looked_at}");
}

#[tokio::test]
async fn fe_20_a_script_of_one_release_takes_no_file_of_another_and_names_the_missing_one() {
    let building = recording_site("").await;
    // The file with the stable name is of the new release, all others are of the old one.
    let new = another_release();
    let script = fs::read_to_string(new.path().join("elements.js")).unwrap();
    let deployment = Deployment::on(&building, "verified.html");
    test_in(deployment, async |stack, browser| {
        building.page("elements.js", &script);
        let site =
            building.open_with_one_file(&stack.public.host(), "/kyc/elements.js", "elements.js");
        browser.open_page(&site.url("localhost")).await;
        let errors = "return errors.length >= 3 && errors.toSorted()";
        assert_eq!(
            browser.wait_for_script(errors).await,
            json!([
                ["authenteq-button", "LOAD_FAILED"],
                ["authenteq-button", "LOAD_FAILED"],
                ["authenteq-results", "LOAD_FAILED"]
            ])
        );
        // The page's own link is there and works; the elements without one show a sentence.
        let seen = "const within = (css) => document.querySelector(css).shadowRoot;
            return [within('authenteq-button').innerHTML,
                ...['#bare', 'authenteq-results'].map((css) =>
                    within(css).querySelector('[role=alert]').textContent)]";
        let sentence =
            "This part of the page could not be loaded completely. Reload the page (LOAD_FAILED)";
        assert_eq!(
            browser.run(seen).await,
            json!(["<slot></slot>", sentence, sentence])
        );
        // The browser asked for it once more, and no more than that.
        let wire = String::from_utf8_lossy(&site.requests()).into_owned();
        for program in ["authenteq-button", "authenteq-results"] {
            let asked = format!("GET /kyc/{program}-0123456789abcdef_bg.wasm ");
            assert_eq!(wire.matches(&asked).count(), 2, "{program}");
        }
        browser.click("authenteq-button a").await;
        identify(browser, "anna").await;
    })
    .await;
}

#[tokio::test]
async fn fe_20_a_file_that_one_replica_lacks_is_asked_for_once_more() {
    // The pause before it, for as long as the test wants.
    let script = "const now = window.setTimeout;
            window.goes = [];
            window.setTimeout = (go, time, ...rest) =>
                time === 1000 ? goes.push(go) : now(go, time, ...rest);";
    let building = recording_site(script).await;
    same_origin(building, None, async |_, browser, site| {
        let block = async |urls: &[&str]| {
            browser.devtools("Network.enable", json!({})).await;
            let urls = json!({"urls": urls});
            browser.devtools("Network.setBlockedURLs", urls).await;
        };
        // The script of one element, the program of the other.
        block(&["*/authenteq-button-*.js", "*/authenteq-results-*_bg.wasm"]).await;
        browser.open_page(&site.url("localhost")).await;
        browser
            .wait_for_script("return window.goes.length === 2")
            .await;
        block(&[]).await;
        browser.run("for (const go of window.goes) go()").await;
        browser
            .wait_for_script(&format!("return {BUTTON}?.href"))
            .await;
        let shown = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-reason=NOTHING_HERE]') && errors";
        let errors = browser.wait_for_script(shown).await;
        assert_eq!(errors, json!([["authenteq-results", "NOTHING_HERE"]]));
    })
    .await;
}
