//! A hostile site, open in the same browser.

use std::time::{Duration, Instant};

use rstest::rstest;
use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{
    hostile_data::watch,
    pages::{sees_the_results, signed_up},
    setup::test_in,
    site::{Building, Site},
    stack::{Deployment, Flow, Stack},
};

/// To cookies that are `SameSite`, the first is another site and the second is not.
const NAMES: [&str; 2] = ["evil.localhost", "evil.shop.localhost"];

/// A hostile site beside a backend in which a visitor is signed up.
async fn beside(flow: Flow, body: impl AsyncFnOnce(&mut Stack, &Browser, &Site)) {
    let building = Building::start().await;
    building.page(
        "index.html",
        "<!doctype html><title>Win a car</title><h1>Win a car</h1>",
    );
    building.page("harm.js", "window.pwned = 'a script of theirs';");
    let deployment = Deployment {
        host: Some("kyc.shop.localhost"),
        ..Deployment::over(flow)
    };
    test_in(deployment, async |stack, browser| {
        let site = building.open_without_rules();
        signed_up(stack, browser, "john").await;
        body(stack, browser, &site).await;
    })
    .await;
}

/// The number of calls to each of Authenteq's endpoints so far.
async fn upstream_calls(stack: &Stack) -> Vec<usize> {
    let mut calls = Vec::new();
    for path in [
        "/v2/web-kyc/token",
        "/v2/web-kyc/details",
        "/web-idv/verification-url",
        "/web-idv/verification-result",
        "/export/verification-result-as-pdf",
        "/export/verification-result-as-json",
    ] {
        calls.push(stack.count_requests(path).await);
    }
    calls
}

#[tokio::test]
async fn xo_06_no_page_of_ours_is_seen_in_a_frame() {
    beside(Flow::WebKyc, async |stack, browser, site| {
        let begun = stack.count_calls("POST /api/begin");
        for name in NAMES {
            let evil = site.url(name);
            browser.open_page(&evil).await;
            let pages = ["", "start", "results", "integrate"].map(|page| stack.page(&format!("/{page}")));
            let frames = format!(
                "const pages = {pages};
                await Promise.all([...pages, '{evil}/index.html?own'].map((src) => new Promise((next) => {{
                    const frame = document.createElement('iframe');
                    frame.onload = next; frame.onerror = next; frame.src = src;
                    document.body.append(frame);
                }})));
                for (const tag of ['object', 'embed']) {{
                    const other = document.createElement(tag);
                    other[tag === 'object' ? 'data' : 'src'] = pages[2];
                    document.body.append(other);
                }}
                return document.querySelectorAll('iframe').length",
                pages = json!(pages)
            );
            assert_eq!(browser.run_async(&frames).await, 5);
            for index in 0..5 {
                browser.client.clone().enter_frame(index).await.unwrap();
                let seen = "return [location.protocol, document.querySelectorAll('.authenteq, [data-page]').length,
                    document.body?.innerText.includes('Win a car') ?? false]";
                let expected = match index {
                    4 => json!(["http:", 0, true]),
                    _ => json!(["chrome-error:", 0, false]),
                };
                assert_eq!(browser.run(seen).await, expected, "{name}: frame {index}");
                browser.client.clone().enter_parent_frame().await.unwrap();
            }
        }
        assert_eq!(stack.count_calls("POST /api/begin"), begun);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn xo_01_xo_10_a_site_beside_ours_gets_no_answer_and_causes_no_call(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    beside(flow, async |stack, browser, site| {
        let before = upstream_calls(stack).await;
        for name in NAMES {
            browser.open_page(&site.url(name)).await;
            let tries = format!(
                "const api = '{}/api/';
                const seen = [];
                const json = {{ 'content-type': 'application/json', 'x-webkyc': '1' }};
                const body = JSON.stringify({{ code: 'stolen', state: 'x'.repeat(43) }});
                for (const path of ['session', 'details', 'config', 'export/pdf', 'export/json'])
                    for (const [mode, headers] of [['cors', json], ['cors', {{}}], ['no-cors', {{}}]])
                        await fetch(api + path, {{ mode, headers, credentials: 'include' }})
                            .then(async (it) => seen.push(it.type + (await it.text())), () => {{}});
                for (const path of ['begin', 'exchange', 'logout'])
                    for (const [mode, headers] of [['cors', json], ['no-cors', {{ 'content-type': 'text/plain' }}]])
                        await fetch(api + path, {{ method: 'POST', body, mode, headers, credentials: 'include' }})
                            .then(async (it) => seen.push(it.type + (await it.text())), () => {{}});
                navigator.sendBeacon(api + 'logout', body);
                const load = (tag, property, path) => new Promise((next) => {{
                    const it = document.createElement(tag);
                    it.onload = () => {{ seen.push(`${{tag}} ${{path}}`); next(); }};
                    it.onerror = next;
                    if (tag === 'link') it.rel = 'stylesheet';
                    it[property] = api + path;
                    document.body.append(it);
                }});
                for (const path of ['details', 'session', 'export/pdf']) {{
                    await load('script', 'src', path);
                    await load('img', 'src', path);
                    await load('link', 'href', path);
                }}
                for (const path of ['begin', 'exchange', 'logout', 'details'])
                    for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {{
                        const frame = document.createElement('iframe');
                        frame.name = `frame${{Math.random()}}`;
                        document.body.append(frame);
                        const form = document.createElement('form');
                        Object.assign(form, {{ action: api + path, method: 'post', enctype, target: frame.name }});
                        const field = document.createElement('input');
                        field.name = body; field.value = '';
                        form.append(field); document.body.append(form);
                        const done = new Promise((next) => frame.addEventListener('load', next));
                        form.submit(); await done;
                    }}
                return seen",
                stack.page("")
            );
            let seen = browser.run_async(&tries).await;
            // Not even an opaque answer: the answers say that they are for our origin only.
            assert_eq!(seen, json!([]), "{name}");
        }
        assert_eq!(upstream_calls(stack).await, before);
        // They went out, and ended nothing.
        assert!(stack.count_calls("POST /api/logout") >= 10);
        assert!(stack.count_calls("GET /api/details") >= 10);
        browser.open_page(&stack.page("/results")).await;
        sees_the_results(browser).await;
    })
    .await;
}

#[tokio::test]
async fn xo_07_who_opens_our_pages_has_no_hold_on_them() {
    beside(Flow::WebKyc, async |stack, browser, site| {
        let evil = site.url("evil.shop.localhost");
        browser.open_page(&evil).await;
        let here = browser.client.window().await.unwrap();
        let own = format!("{evil}/index.html?own");
        let pages = [
            own.clone(),
            stack.page("/"),
            stack.page("/start"),
            stack.page("/results"),
        ];
        for page in &pages {
            let windows = browser.client.windows().await.unwrap();
            browser
                .run(&format!("window.opened = open('{page}')"))
                .await;
            let began = Instant::now();
            let opened = loop {
                let now = browser.client.windows().await.unwrap();
                if let Some(window) = now.into_iter().find(|window| !windows.contains(window)) {
                    break window;
                }
                assert!(began.elapsed() < Duration::from_secs(20), "no window");
            };
            browser.client.switch_to_window(opened).await.unwrap();
            browser
                .wait_for_script(
                    "return document.readyState === 'complete' && location.protocol !== 'about:'",
                )
                .await;
            let opener = browser.run("return window.opener !== null").await;
            browser.client.close_window().await.unwrap();
            browser.client.switch_to_window(here.clone()).await.unwrap();
            assert_eq!(opener, *page == own, "{page}");
        }
        // While it is open, it looks closed to its opener, and takes no orders.
        let held = format!(
            "const open_and_look = async (page) => {{
                const opened = open(page, '_blank');
                const began = Date.now();
                while (!opened.closed && Date.now() - began < 3000)
                    await new Promise((next) => setTimeout(next, 20));
                const held = !opened.closed;
                try {{ opened.location = 'about:blank'; opened.close(); }} catch {{ }}
                return held;
            }};
            return [await open_and_look('{own}'), await open_and_look('{}')]",
            stack.page("/results")
        );
        assert_eq!(browser.run_async(&held).await, json!([true, false]));
        let mut shown = false;
        for window in browser.client.windows().await.unwrap() {
            browser.client.switch_to_window(window).await.unwrap();
            if browser.address().await == stack.page("/results") {
                sees_the_results(browser).await;
                shown = true;
            }
        }
        assert!(shown, "its opener closed our page or led it elsewhere");
    })
    .await;
}

#[tokio::test]
async fn xo_09_injected_markup_does_not_run() {
    beside(Flow::WebKyc, async |stack, browser, site| {
        watch(browser).await;
        let harm = format!("{}/harm.js", site.url("evil.shop.localhost"));
        for page in ["/", "/results", "/integrate"] {
            browser.open_page(&stack.page(page)).await;
            browser.find("main[data-page]").await;
            let inject = format!(
                "const put = (tag, members) =>
                    document.body.appendChild(Object.assign(document.createElement(tag), members));
                put('script', {{ textContent: 'window.pwned = 1' }});
                put('script', {{ src: '{harm}' }});
                put('script', {{ src: 'data:text/javascript,window.pwned=2' }});
                put('script', {{ src: URL.createObjectURL(new Blob(['window.pwned = 3'])) }});
                put('div', {{ innerHTML: '<img src=x onerror=window.pwned=4><svg onload=window.pwned=5>' }});
                put('a', {{ href: 'javascript:window.pwned=6' }}).click();
                put('iframe', {{ srcdoc: '<script>top.pwned = 7</script>' }});
                put('object', {{ data: '{harm}' }});
                put('link', {{ rel: 'stylesheet', href: '{harm}' }});
                put('style', {{ textContent: 'body {{ color: lime }}' }});
                put('base', {{ href: '{harm}' }});
                put('form', {{ action: '{harm}' }}).submit();
                try {{ new Worker('data:text/javascript,1'); }} catch {{ }}
                setTimeout('window.pwned = 8');
                fetch('{harm}').catch(() => 0);
                const wanted = ['script-src-elem', 'script-src-attr', 'script-src', 'object-src', 'style-src-elem',
                    'base-uri', 'form-action', 'worker-src', 'connect-src', 'img-src'];
                const began = Date.now();
                const missing = () => wanted.filter((one) =>
                    !window.violations.some((violation) => violation.startsWith(`${{one}} `)));
                while (missing().length && Date.now() - began < 10000)
                    await new Promise((next) => setTimeout(next, 20));
                return [window.pwned ?? null, getComputedStyle(document.body).color === 'rgb(0, 255, 0)', missing()]"
            );
            let seen = browser.run_async(&inject).await;
            assert_eq!(seen, json!([Value::Null, false, ["img-src"]]), "{page}");
        }
    })
    .await;
}
