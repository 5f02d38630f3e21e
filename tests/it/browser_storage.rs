//! The traces of a visitor in a browser once the page is over or was left.

use rstest::rstest;
use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{
    elements,
    pages::{sees_failure, signed_up},
    secret_leaks::token,
    setup::{test, test_over},
    stack::{Flow, Stack},
};

/// Everything that a script of the page can read, by kind of place.
const KEPT: &str = "
    const kept = {
        localStorage: JSON.stringify({ ...localStorage }),
        sessionStorage: JSON.stringify({ ...sessionStorage }),
        cookies: document.cookie,
        state: JSON.stringify(history.state),
        address: location.href,
        referrer: document.referrer,
        name: window.name,
        performance: JSON.stringify(performance.getEntries()),
        entries: navigation.entries().map((entry) => entry.url + JSON.stringify(entry.getState())).join(),
        workers: String((await navigator.serviceWorker.getRegistrations()).length),
        databases: '', caches: '', files: '',
    };
    const answered = (request) => new Promise((next, fail) => {
        request.onsuccess = () => next(request.result);
        request.onerror = () => fail(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
        kept.databases += name;
        const database = await answered(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            const all = await answered(database.transaction(store).objectStore(store).getAll());
            kept.databases += store + JSON.stringify(all);
        }
        database.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            kept.caches += name + request.url + await (await cache.match(request)).text();
        }
    }
    for await (const [name, file] of await navigator.storage.getDirectory()) {
        kept.files += name + await (await file.getFile()).text();
    }
    return kept;";

/// Puts something into every such place but the referrer, the performance record and the address.
const PLANT: &str = "
    localStorage.planted = 'canary';
    sessionStorage.planted = 'canary';
    document.cookie = 'planted=canary';
    window.name = 'canary';
    const open = indexedDB.open('planted');
    open.onupgradeneeded = () => open.result.createObjectStore('planted', { autoIncrement: true });
    await new Promise((next) => { open.onsuccess = next; });
    const change = open.result.transaction('planted', 'readwrite');
    change.objectStore('planted').add({ planted: 'canary' });
    await new Promise((next) => { change.oncomplete = next; });
    open.result.close();
    await (await caches.open('planted')).put('planted', new Response('canary'));
    const file = await (await navigator.storage.getDirectory()).getFileHandle('planted', { create: true });
    const writing = await file.createWritable();
    await writing.write('canary');
    await writing.close();";

/// Secrets and data that must leave no trace in the browser: those that the visitor came back with, beside
/// the state; and the token and the personal data.
async fn canaries(flow: Flow, stack: &Stack) -> [Vec<String>; 2] {
    let [code, _] = stack.returned();
    let mut returned = vec![code];
    let mut data = stack.personal_data().await;
    match flow {
        Flow::WebKyc => data.push(token(&stack.upstream.responses())),
        Flow::WebIdv => {
            let asked = String::from_utf8_lossy(&stack.upstream.requests()).into_owned();
            let (_, name) = asked.split_once("webkyc_flow%3D").unwrap();
            returned.push(name[..22].to_owned());
        }
    }
    let mut all = returned.iter().chain(&data);
    assert!(all.all(|canary| canary.len() > 2), "{returned:?} {data:?}");
    [returned, data]
}

/// The kinds of place that hold one of these.
async fn places_of(browser: &Browser, canaries: &[String]) -> Vec<String> {
    let kept = browser.run_async(KEPT).await;
    let kept = kept.as_object().unwrap();
    assert!(kept.len() > 10, "{kept:?}");
    let holds = |text: &Value| {
        let text = text.as_str().unwrap();
        canaries.iter().any(|canary| text.contains(canary))
    };
    let found = kept.iter().filter(|(_, text)| holds(text));
    found.map(|(place, _)| place.clone()).collect()
}

/// The one trace of the state marks it as used, so that a second callback gets its own error. Beside it is the id of
/// the session that the tab shows.
async fn assert_state_is_marked_as_used(stack: &Stack, browser: &Browser) {
    let [_, state] = stack.returned();
    let keys =
        "return Object.keys(sessionStorage).filter((key) => !key.startsWith('authenteq.session.'))";
    let keys = browser.run(keys).await;
    assert_eq!(keys, json!([format!("authenteq.used.{state}")]));
}

/// The addresses in the tab's history, of every site.
async fn history(browser: &Browser) -> Vec<String> {
    let history = browser
        .devtools("Page.getNavigationHistory", json!({}))
        .await;
    let entries = history["entries"].as_array().unwrap().iter();
    entries
        .flat_map(|entry| [&entry["url"], &entry["userTypedURL"], &entry["title"]])
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

async fn assert_not_in_history(browser: &Browser, canaries: &[String]) {
    let history = history(browser).await;
    assert!(history.len() > 6, "{history:?}");
    for canary in canaries {
        // The state stands in the address of the identity server too, which is not ours to change.
        let ours = history
            .iter()
            .filter(|url| !url.contains("/identification"));
        let mut ours = ours.filter(|url| !url.contains("/authorize"));
        assert!(
            !ours.any(|url| url.contains(canary)),
            "{canary}: {history:?}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn xo_11_xo_12_the_portal_leaves_the_return_in_the_record_of_its_load_and_nowhere_else(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        signed_up(stack, browser, "john").await;
        let [returned, data] = canaries(flow, stack).await;
        let canaries = [returned, data.clone()].concat();
        assert_only_in_record_of_load(browser, &canaries, &data).await;
        assert_state_is_marked_as_used(stack, browser).await;
        // The page was loaded once.
        let kind = "return performance.getEntriesByType('navigation').map((entry) => entry.type)";
        assert_eq!(browser.run(kind).await, json!(["navigate"]));
        // The report and the data go through addresses of their own.
        for hook in ["export-pdf", "export-json"] {
            browser.click(&format!("[data-test={hook}]")).await;
            let done = format!(
                "return !document.querySelector('[data-test={hook}]').hasAttribute('aria-disabled')"
            );
            browser.wait_for_script(&done).await;
        }
        assert_only_in_record_of_load(browser, &canaries, &data).await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        browser
            .wait_for_script("return sessionStorage.length === 0")
            .await;
        assert_only_in_record_of_load(browser, &canaries, &data).await;
        browser.client.refresh().await.unwrap();
        sees_failure(browser, "NOTHING_HERE").await;
        assert_eq!(places_of(browser, &canaries).await, [""; 0]);
        assert_not_in_history(browser, &canaries).await;
    })
    .await;
}

/// The return is in the browser's own record of how this page was loaded, and the data nowhere.
async fn assert_only_in_record_of_load(browser: &Browser, canaries: &[String], data: &[String]) {
    assert_eq!(places_of(browser, canaries).await, ["performance"]);
    assert_eq!(places_of(browser, data).await, [""; 0]);
    let rest = "return performance.getEntries()
        .filter((entry) => /[?&]code=/.test(entry.name)).map((entry) => entry.entryType)";
    assert_eq!(browser.run(rest).await, json!(["navigation"]));
    assert_not_in_history(browser, canaries).await;
}

#[tokio::test]
async fn xo_11_xo_12_the_scan_finds_a_trace_in_every_such_place() {
    test(async |stack, browser| {
        browser.open_page(&stack.page("/results?canary")).await;
        sees_failure(browser, "NOTHING_HERE").await;
        browser.run_async(PLANT).await;
        let link = "const link = document.createElement('a');
            link.href = '?canary=2'; link.referrerPolicy = 'unsafe-url';
            document.body.append(link); link.click();";
        browser.run(link).await;
        browser
            .wait_for_script("return location.search === '?canary=2'")
            .await;
        sees_failure(browser, "NOTHING_HERE").await;
        browser.run("history.replaceState('canary', '')").await;
        let mut found = places_of(browser, &["canary".to_owned()]).await;
        found.sort();
        let all = [
            "address",
            "caches",
            "cookies",
            "databases",
            "entries",
            "files",
            "localStorage",
            "name",
            "performance",
            "referrer",
            "sessionStorage",
            "state",
        ];
        assert_eq!(found, all);
        let history = history(browser).await;
        assert!(
            history.iter().any(|url| url.contains("?canary=2")),
            "{history:?}"
        );
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn xo_11_xo_12_the_element_leaves_the_return_in_the_record_of_the_pages_load_and_nowhere_else(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    elements::example_over(flow, async |stack, browser, site| {
        elements::sign_up(browser, site, "john").await;
        let [returned, data] = canaries(flow, stack).await;
        let canaries = [returned, data.clone()].concat();
        assert_only_in_record_of_load(browser, &canaries, &data).await;
        assert_state_is_marked_as_used(stack, browser).await;
        browser.client.refresh().await.unwrap();
        elements::sees_the_results(browser).await;
        assert_eq!(places_of(browser, &canaries).await, [""; 0]);
    })
    .await;
}
