//! The language of the dashboard: the browser's, until another is chosen on it.

use std::collections::BTreeSet;

use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, REFERER};
use toml::{Table, Value};

use super::CLIENT;
use crate::harness::{Stack, location};

const ENGLISH: &str = include_str!("../../../../languages/en.toml");
const GERMAN: &str = include_str!("../../../../languages/de.toml");
const FRENCH: &str = include_str!("../../../../languages/fr.toml");

/// The texts of dashboard and scenarios in one language, cut where something is filled in.
fn texts(file: &str) -> Vec<String> {
    let file: Table = file.parse().unwrap();
    let mut found = Vec::new();
    for table in ["dashboard", "scenario_titles", "scenario_summaries"] {
        collect(&file["sandbox"][table], &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Table(table) => table.values().for_each(|value| collect(value, found)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::String(text) => {
            let parts = text.split(['`', '{', '}']).step_by(2);
            found.extend(parts.map(|part| part.trim().to_owned()));
        }
        _ => panic!("{value} is no text"),
    }
}

/// The words of a page: texts between tags, and in the attributes that hold some, without code and texts
/// marked as English.
fn words(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // The elements around the place that are left out.
    let mut outside: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some((text, after)) = rest.split_once('<') {
        if outside.is_empty() {
            found.insert(text.trim().to_owned());
        }
        let (tag, after) = after.split_once('>').unwrap();
        rest = after;
        let name = tag.split([' ', '\n']).next().unwrap();
        if let Some(closed) = name.strip_prefix('/') {
            if outside.last() == Some(&closed) {
                outside.pop();
            }
            continue;
        }
        let is_void = ["input", "img", "meta", "link", "br"].contains(&name);
        let is_left_out = tag.contains(" lang=\"en\"") && name != "html" || name == "code";
        if !is_void && (is_left_out || outside.last() == Some(&name)) {
            outside.push(name);
        }
        for attribute in ["aria-label=\"", "placeholder=\"", "alt=\"", "title=\""] {
            if let Some((_, value)) = tag.split_once(attribute)
                && outside.is_empty()
            {
                found.insert(value.split('"').next().unwrap().to_owned());
            }
        }
    }
    found
}

/// A page as a browser of this language gets it, with this cookie.
async fn page_in(stack: &Stack, path: &str, language: &str, cookie: &str) -> String {
    let request = stack.http.get(stack.at(path));
    let request = request.header(ACCEPT_LANGUAGE, language);
    let request = request.header(COOKIE, cookie);
    request.send().await.unwrap().text().await.unwrap()
}

/// Every page of the dashboard, in all the states that its templates know.
async fn all_pages(stack: &Stack, language: &str) -> Vec<(String, String)> {
    let mut paths: Vec<String> = [
        "/_sandbox/",
        "/_sandbox/?q=nothing-has-this",
        "/_sandbox/clients",
        "/_sandbox/add-client",
        "/_sandbox/verifications",
        "/_sandbox/persons",
        "/_sandbox/programs",
        "/_sandbox/attempts/x",
        "/_sandbox/clients/x",
        "/_sandbox/verifications/x",
        "/_sandbox/nothing-is-here",
        "/authorize?client_id=nobody",
        CLIENT,
    ]
    .map(str::to_owned)
    .into();
    for done in [
        "added", "saved", "reset", "planned", "moved", "closed", "opened",
    ] {
        paths.push(format!("{CLIENT}?done={done}&secrets=shown"));
    }
    let controls = stack.sandbox.client("client!+ID").unwrap();
    for sign_up in controls.sign_ups() {
        for secrets in ["", "?secrets=shown"] {
            paths.push(format!("/_sandbox/attempts/{}{secrets}", sign_up.id));
        }
    }
    for verification in stack.sandbox.verifications() {
        for secrets in ["", "?secrets=shown"] {
            let id = &verification.id;
            paths.push(format!("/_sandbox/verifications/{id}{secrets}"));
        }
    }
    let mut pages = Vec::new();
    for path in paths {
        let request = stack
            .http
            .get(stack.at(&path))
            .header("accept", "text/html");
        let request = request.header(ACCEPT_LANGUAGE, language);
        let page = request.send().await.unwrap().text().await.unwrap();
        pages.push((path, page));
    }
    for (path, form) in [
        ("faults", "at=token&effect=delay&times=once&seconds=0"),
        ("faults", "at=token&effect=respond&times=once&status=1"),
        ("faults", "at=x"),
        ("clock", "minutes=x"),
        ("", "not-in-parts"),
    ] {
        let path = format!("{CLIENT}/{path}");
        let path = path.trim_end_matches('/').to_owned();
        let request = stack.http.post(stack.at(&path)).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.header(ACCEPT_LANGUAGE, language);
        let page = request.send().await.unwrap().text().await.unwrap();
        pages.push((path, page));
    }
    pages
}

/// A sandbox whose pages have something on them.
async fn busy() -> Stack {
    let stack = Stack::start().await;
    let token = stack.token("proof-of-address").await;
    stack.details(&token).await;
    stack.details("unknown").await;
    stack.approve("cancelled").await;
    stack.approve("anna").await;
    stack.get(&stack.authorize_path("")).await;
    for fault in [
        "at=token&effect=server-error&times=once",
        "at=details&effect=delay&times=always",
        "at=details&effect=respond&times=once",
    ] {
        let request = stack.http.post(stack.at(&format!("{CLIENT}/faults")));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(fault).send().await.unwrap();
    }
    for path in ["next", "next", "always"] {
        let path = format!("{CLIENT}/{path}");
        stack.submit(&path, &[("scenario", "anna")]).await;
    }
    stack
}

#[tokio::test]
async fn no_page_in_another_language_has_english_words_of_the_templates() {
    let stack = busy().await;
    let in_english = all_pages(&stack, "en").await;
    for (language, file) in [("de", GERMAN), ("fr", FRENCH)] {
        let own: BTreeSet<String> = texts(file).into_iter().collect();
        let english = texts(ENGLISH);
        let english: Vec<&String> = english
            .iter()
            .filter(|text| text.len() > 2 && !own.contains(*text))
            .collect();
        let pages = all_pages(&stack, language).await;
        for ((path, page), (_, original)) in pages.iter().zip(&in_english) {
            let html = format!("<html lang=\"{language}\">");
            assert!(page.contains(&html), "{path}\n{page}");
            let words = self::words(page);
            for text in &english {
                assert!(!words.contains(text.as_str()), "{path}: {text}\n{page}");
            }
            // Nor a sentence that is not in the table at all.
            for text in words.intersection(&self::words(original)) {
                let is_sentence = text.contains(' ') && text.ends_with('.');
                assert!(!is_sentence, "{path}: {text}\n{page}");
            }
        }
    }
}

#[tokio::test]
async fn another_language_is_chosen_on_any_page_and_kept() {
    let stack = Stack::start().await;
    let page = page_in(&stack, "/_sandbox/clients", "fr-CA, de;q=0.5", "").await;
    assert!(page.contains("Tableau de bord"), "{page}");
    assert!(page.contains("action=\"/_sandbox/language\""), "{page}");
    let request = stack.http.post(stack.at("/_sandbox/language"));
    let request = request.header(
        REFERER,
        stack.at("/_sandbox/clients/client%21%2BID?secrets=shown"),
    );
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let chosen = request.body("language=de").send().await.unwrap();
    let target = location(&chosen);
    assert_eq!(target.path(), CLIENT);
    assert_eq!(target.query(), Some("secrets=shown"));
    let cookie = chosen.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let page = page_in(&stack, "/_sandbox/", "fr", cookie).await;
    assert!(page.contains("Noch keine Registrierung"), "{page}");
    let current = "value=\"de\" lang=\"de\" data-test=\"language-de\" title=\"Deutsch\" aria-current=\"true\"";
    assert!(page.contains(current), "{page}");
    // On the visitors' pages too.
    let visitors = stack.authorize_path("");
    let first = location(&stack.get(&visitors).await);
    let page = page_in(&stack, first.path(), "fr", cookie).await;
    assert!(page.contains("<html lang=\"de\">"), "{page}");
    let nonsense = stack
        .submit("/_sandbox/language", &[("language", "x")])
        .await;
    assert!(nonsense.headers().get("set-cookie").is_none());
    assert_eq!(location(&nonsense).path(), "/_sandbox/");
}
