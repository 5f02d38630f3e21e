//! A site whose service worker caches every answer by its address alone.

use std::path::Path;

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{
    downloads::{save_to, saved},
    elements::{same_origin, sees_the_results},
    pages::identify,
    site::{Building, Site, examples},
    stack::Stack,
};

/// Minds neither `Cache-Control` nor `Vary` nor who asks.
const WORKER: &str = "
    self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', (event) => event.waitUntil(clients.claim()));
    self.addEventListener('fetch', (event) => {
        if (event.request.method !== 'GET') return;
        event.respondWith((async () => {
            const cache = await caches.open('shell');
            const kept = await cache.match(event.request.url, { ignoreVary: true });
            if (kept) return kept;
            const answer = await fetch(event.request);
            if (answer.status === 200) await cache.put(event.request.url, answer.clone());
            return answer;
        })());
    });";

const REGISTER: &str = "navigator.serviceWorker.register('worker.js');";

const ROOT: &str = "document.querySelector('authenteq-results').shadowRoot";

/// Signs up through the button and sees whose data the element has.
async fn signs_up(browser: &Browser, site: &Site, person: &str) -> Value {
    browser.open_page(&site.url("localhost")).await;
    browser
        .wait_for_script("return Boolean(navigator.serviceWorker.controller)")
        .await;
    crate::elements::press(browser).await;
    identify(browser, person).await;
    sees(browser).await
}

/// The family name that is shown.
async fn sees(browser: &Browser) -> Value {
    sees_the_results(browser).await;
    let data =
        "return document.querySelector('authenteq-results').verification.documents[0].surname";
    browser.run(data).await
}

/// The export, as it is saved.
async fn downloads(browser: &Browser, folder: &Path) -> Value {
    save_to(browser, folder).await;
    let press = format!("{ROOT}.querySelector('[data-test=export-json]').click()");
    browser.run(&press).await;
    serde_json::from_slice(&saved(folder, "verification.json").await).unwrap()
}

async fn id_of_issued(stack: &Stack) -> Value {
    stack.issued().await["id"].clone()
}

#[tokio::test]
async fn prv_08_a_worker_that_caches_everything_gives_no_visitor_the_data_of_another() {
    let building = Building::of_example().await;
    building.page("worker.js", WORKER);
    building.page("register.js", REGISTER);
    let index = std::fs::read_to_string(examples().join("in-page/site/index.html")).unwrap();
    let script = "<script src=\"register.js\"></script></head>";
    building.page("index.html", &index.replace("</head>", script));
    same_origin(building, None, async |stack, browser, site| {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let log_out = format!("{ROOT}.querySelector('[data-test=logout]').click()");
        let ended = format!("return {ROOT}.querySelector('[data-outcome=ended]') && true");

        assert_eq!(signs_up(browser, site, "john").await, "DOE");
        assert_eq!(
            downloads(browser, folders[0].path()).await["id"],
            id_of_issued(stack).await
        );
        browser.client.refresh().await.unwrap();
        assert_eq!(sees(browser).await, "DOE");
        browser.run(&log_out).await;
        browser.wait_for_script(&ended).await;

        // In a tab of her own. Chromium gives a tab that comes back under a worker the sessionStorage of the
        // worker's start, so a second sign-up in the first tab would be refused as not begun here.
        let tab = browser.client.new_window(true).await.unwrap();
        browser.client.switch_to_window(tab.handle).await.unwrap();
        let second = signs_up(browser, site, "passport").await;
        let issued = stack.issued().await;
        assert_eq!(second, issued["documentData"]["surname"]);
        assert_ne!(second, "DOE");
        let saved = downloads(browser, folders[1].path()).await;
        assert_eq!(saved["id"], issued["id"]);
        assert_eq!(saved["documentData"], issued["documentData"]);
        // The session is asked for when the page is loaded again.
        browser.client.refresh().await.unwrap();
        assert_eq!(sees(browser).await, second);
        // Both were kept, so this could have gone wrong.
        let kept = "const cache = await caches.open('shell');
            const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
            return ['api/session', 'api/details', 'api/export/json']
                .map((path) => paths.filter((one) => one === `/kyc/${path}`).length)";
        assert_eq!(browser.run_async(kept).await, json!([2, 2, 2]));
    })
    .await;
}
