//! The button and the results on pages of somebody else.

use serde_json::{Value, json};

use crate::{
    browser::{Browser, Kind, test_in},
    left_behind::READABLE,
    pages::identify,
    site::{Building, Site, examples},
    stack::{Deployment, Stack},
};

/// What stands in the shadow root of the first such element, as a script sees it.
pub(crate) const BUTTON: &str =
    "document.querySelector('authenteq-button').shadowRoot.querySelector('a')";

/// Waits until a script answers something that is true.
pub(crate) async fn until(browser: &Browser, what: &str) -> Value {
    browser.wait_for_script(what).await
}

/// The example's pages on one origin with the backend.
pub(crate) async fn example(body: impl AsyncFnOnce(&mut Stack, &Browser, &Site)) {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    same_origin(building, None, body).await;
}

/// Pages on one origin with the backend, which is under `/kyc`.
pub(crate) async fn same_origin(
    building: Building,
    policy: Option<&str>,
    body: impl AsyncFnOnce(&mut Stack, &Browser, &Site),
) {
    same_origin_in(Kind::default(), building, policy, body).await;
}

/// The same in another kind of browser.
pub(crate) async fn same_origin_in(
    kind: Kind,
    building: Building,
    policy: Option<&str>,
    body: impl AsyncFnOnce(&mut Stack, &Browser, &Site),
) {
    let kind = Kind {
        deployment: Deployment::on(&building, "verified.html"),
        ..kind
    };
    test_in(kind, async |stack, browser| {
        let site = building.open(&stack.public.host(), policy).await;
        body(stack, browser, &site).await;
        let console = browser.console().await;
        assert!(
            !console
                .iter()
                .any(|line| line.contains("Content Security Policy")),
            "{console:#?}"
        );
    })
    .await;
}

pub(crate) async fn press(browser: &Browser) {
    until(browser, &format!("return {BUTTON}?.href")).await;
    browser.run(&format!("{BUTTON}.click()")).await;
}

pub(crate) async fn sees_the_results(browser: &Browser) {
    let shown = "return document.querySelector('authenteq-results')?.shadowRoot
        .querySelector('[data-outcome=shown]')?.dataset.outcome";
    until(browser, shown).await;
}

#[tokio::test]
async fn the_elements_sign_up_on_the_sites_own_pages_under_the_documented_policy() {
    example(async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        press(browser).await;
        identify(browser, "john").await;
        sees_the_results(browser).await;
        let address = browser.address().await;
        assert_eq!(address, format!("{}/verified.html", site.url("localhost")));
        // The page hears of it, and reads the data only because it asks.
        until(browser, "return !document.querySelector('#next').hidden").await;
        let read = "return document.querySelector('authenteq-results').verification";
        assert_eq!(browser.run(read).await["documents"][0]["surname"], "DOE");
        assert_eq!(stack.token_calls().await, 1);
        // No stop at a page of ours on the way.
        let visited = String::from_utf8_lossy(&site.responses()).into_owned();
        assert!(!visited.contains("data-page"), "went over the portal");
        let out = "document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-test=logout]').click()";
        browser.run(out).await;
        until(browser, "return document.querySelector('#next').hidden").await;
        assert_eq!(browser.run(read).await, Value::Null);
        browser.screenshot("in-page-ended").await;
    })
    .await;
}

#[tokio::test]
async fn a_page_without_the_script_keeps_a_link_that_works() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    building.page(
        "index.html",
        "<!doctype html><title>Shop</title>
         <script type=module src=/nowhere/elements.js></script>
         <authenteq-button><a href=/kyc/start>Sign Up</a></authenteq-button>",
    );
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.click("authenteq-button a").await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
    })
    .await;
}

#[tokio::test]
async fn the_pages_own_link_begins_a_sign_up_while_the_program_is_still_on_its_way() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    building.page(
        "index.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script src=hold.js></script>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-button><a href=/kyc/start>Sign Up</a></authenteq-button>",
    );
    building.page(
        "hold.js",
        "const now = window.fetch;
        window.fetch = async (...request) => {
            if (String(request[0]).endsWith('.wasm')) await new Promise((go) => (window.go = go));
            return now(...request);
        };
        document.addEventListener('authenteq-start', () => (window.heard = true));",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        until(browser, "return Boolean(window.go)").await;
        browser.click("authenteq-button a").await;
        assert_eq!(browser.run("return window.heard").await, true);
        assert_eq!(
            browser.address().await,
            format!("{}/", site.url("localhost"))
        );
        browser.run("window.go()").await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
        let visited = String::from_utf8_lossy(&site.responses()).into_owned();
        assert!(!visited.contains("data-page"), "went over the portal");
    })
    .await;
}

#[tokio::test]
async fn the_pages_own_links_lead_where_they_say_when_the_program_never_comes() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    building.page("about.html", "<!doctype html><title>About</title>");
    building.page(
        "index.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script src=hold.js></script>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-button>
           <a id=start href=/kyc/start>Sign Up</a> <a id=about href=about.html>What is this?</a>
         </authenteq-button>",
    );
    building.page(
        "hold.js",
        "const now = window.fetch;
        window.fetch = (...request) =>
            String(request[0]).endsWith('.wasm') ? new Promise(() => (window.held = true)) : now(...request);
        document.addEventListener('authenteq-start', () => (window.heard = true));",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        until(browser, "return window.held").await;
        browser.click("#about").await;
        until(browser, "return document.title === 'About'").await;

        browser.open_page(&site.url("localhost")).await;
        until(browser, "return window.held").await;
        browser.click("#start").await;
        let seen = "return [window.heard, document.querySelector('#start').ariaBusy]";
        assert_eq!(browser.run(seen).await, json!([true, "true"]));
        // It waits for the program, but not for ever.
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_page_decides_what_its_button_does() {
    let building = Building::start().await;
    building.page(
        "index.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script type=module src=/kyc/elements.js></script>
         <script type=module src=/kyc/elements.js?again></script>
         <authenteq-button lang=de disabled><a href=/kyc/start>Sign Up</a></authenteq-button>",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        let seen = format!(
            "const a = {BUTTON}; return a && [a.getAttribute('href'), a.getAttribute('aria-disabled'),
                a.textContent.trim(), a.className.trim()]"
        );
        let disabled = json!([null, "true", "Mit Authenteq registrieren", "authenteq-button"]);
        assert_eq!(until(browser, &seen).await, disabled);
        let heard = format!(
            "let heard = 0;
            document.addEventListener('authenteq-start', () => heard++, {{ once: true }});
            {BUTTON}.click();
            return heard"
        );
        assert_eq!(browser.run(&heard).await, 0);

        // Attributes and properties, at any time; the visitor's focus stays where it is.
        browser
            .run(&format!(
                "const e = document.querySelector('authenteq-button');
                {BUTTON}.focus(); window.link = {BUTTON};
                e.disabled = false; e.site = 'sh op'; e.setAttribute('return', 'do&ne');
                e.variant = 'accessible'; e.lang = 'en';"
            ))
            .await;
        let start = format!("{}/kyc/start?site=sh+op&return=do%26ne", site.url("localhost"));
        let class = "authenteq-button authenteq-button--accessible";
        assert_eq!(
            browser.run(&seen).await,
            json!([start, null, "Sign Up with Authenteq", class])
        );
        assert_eq!(browser.run(&format!("return {BUTTON} === window.link")).await, true);

        // Whoever listens may keep the visitor here.
        let kept = format!(
            "const heard = [];
            document.addEventListener('authenteq-start', (event) => {{
                heard.push([event.target.localName, event.detail, event.composed]);
                event.preventDefault();
            }}, {{ once: true }});
            {BUTTON}.click();
            return heard"
        );
        assert_eq!(
            browser.run(&kept).await,
            json!([["authenteq-button", {"site": "sh op", "return": "do&ne"}, true]])
        );
        assert_eq!(stack.token_calls().await, 0);

        // What the backend refuses is said, to the visitor and to the page.
        let refused = format!(
            "const told = new Promise((tell) => document.addEventListener('authenteq-error',
                (event) => tell(event.detail), {{ once: true }}));
            {BUTTON}.click();
            const detail = await told;
            return [detail, {BUTTON}.parentNode.querySelector('[role=alert]').textContent]"
        );
        let refused = browser.run_async(&refused).await;
        assert_eq!(refused[0], json!({"code": "UNKNOWN_SITE", "supportCode": "UNKNOWN_SITE"}), "{refused}");
        assert!(refused[1].as_str().unwrap().contains("UNKNOWN_SITE"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn elements_can_be_made_moved_and_taken_away() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        press(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        let count = stack.count_requests("/v2/web-kyc/details").await;
        // Moved, it goes on; nothing is fetched again.
        let moved = "const e = document.querySelector('authenteq-results');
            const list = document.createElement('section');
            document.body.append(list); list.append(e);
            await new Promise((next) => setTimeout(next));
            return e.shadowRoot.querySelector('[data-outcome]').dataset.outcome";
        assert_eq!(browser.run_async(moved).await, "shown");
        assert_eq!(stack.count_requests("/v2/web-kyc/details").await, count);
        // Taken away, it holds nothing.
        let gone = format!(
            "{READABLE}
            const e = window.gone = document.querySelector('authenteq-results');
            const pictures = [...e.shadowRoot.querySelectorAll('img')].map((i) => i.src);
            const before = await readable(pictures);
            e.remove();
            await new Promise((next) => setTimeout(next));
            return [e.shadowRoot.innerHTML, e.verification, before, await readable(pictures)]"
        );
        assert_eq!(
            browser.run_async(&gone).await,
            json!(["<slot></slot>", null, 2, 0])
        );
        // Put back, it shows the session's data again; one made by a script does too.
        browser
            .run("document.body.append(window.gone, document.createElement('authenteq-results'))")
            .await;
        let both = "return [...document.querySelectorAll('authenteq-results')]
            .filter((e) => e.shadowRoot.querySelector('[data-outcome=shown]')).length === 2";
        until(browser, both).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_loaded_or_reached_is_told() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    building.page(
        "index.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script type=module src=index.js></script>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-button base-url='http://[' id=wrong><a href=/kyc/start>Sign Up</a></authenteq-button>
         <authenteq-button base-url='kyc.example:8443' id=scheme><a href=/x>Sign Up</a></authenteq-button>
         <authenteq-button base-url='/nowhere' id=far><a href=/x>Sign Up</a></authenteq-button>",
    );
    building.page(
        "index.js",
        "window.told = [];
        document.addEventListener('authenteq-error', (e) => told.push([e.target.id, e.detail.code]));",
    );
    // The script and its programs come from the backend; what one page asks is not there.
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        let far = "document.querySelector('#far').shadowRoot";
        until(browser, &format!("return {far}.querySelector('a')?.href")).await;
        // A wrong address leaves the page's own link where it was.
        for id in ["wrong", "scheme"] {
            let inside = format!("return document.querySelector('#{id}').shadowRoot.innerHTML");
            assert_eq!(browser.run(&inside).await, "<slot></slot>", "{id}");
        }
        let corrected = "document.querySelector('#wrong').baseUrl = '/kyc?x=1#y'";
        browser.run(corrected).await;
        let link = "return document.querySelector('#wrong').shadowRoot.querySelector('a')?.href";
        let start = format!("{}/kyc/start", site.url("localhost"));
        assert_eq!(until(browser, link).await, start);
        browser
            .run(&format!("{far}.querySelector('a').click()"))
            .await;
        let said = format!("return {far}.querySelector('[role=alert]')?.textContent");
        let said = until(browser, &said).await;
        assert!(
            said.as_str().unwrap().contains("UNREADABLE_ANSWER"),
            "{said}"
        );
        let told = json!([
            ["wrong", "BASE_URL_INVALID"],
            ["scheme", "BASE_URL_INVALID"],
            ["far", "UNREADABLE_ANSWER"]
        ]);
        assert_eq!(browser.run("return told").await, told);
    })
    .await;
}

#[tokio::test]
async fn results_that_cannot_be_loaded_say_so() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    // No WebAssembly.
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";
    let kind = Kind {
        deployment: Deployment::on(&building, "verified.html"),
        ..Kind::default()
    };
    test_in(kind, async |stack, browser| {
        let site = building.open(&stack.public.host(), Some(policy)).await;
        browser
            .open_page(&format!("{}/verified.html", site.url("localhost")))
            .await;
        let said = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[role=alert]')?.textContent";
        let said = until(browser, said).await;
        assert!(said.as_str().unwrap().contains("LOAD_FAILED"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_return_is_not_lost_when_the_page_moves_things_in_the_middle_of_it() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    // Framework-like: as soon as the exchange is under way, attributes change and the element is
    // moved.
    building.page(
        "verified.js",
        "const results = document.querySelector('authenteq-results');
        const watch = new MutationObserver(() => {
            if (!results.shadowRoot.querySelector('[data-outcome=checking]')) return;
            watch.disconnect();
            results.lang = 'de';
            results.site = 'shop';
            results.remove();
            document.body.append(results);
            window.stirred = true;
        });
        watch.observe(results.shadowRoot, { childList: true, subtree: true, attributes: true });",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        press(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert_eq!(browser.run("return window.stirred").await, true);
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_return_that_succeeds_while_its_element_is_away_is_shown_when_it_is_back() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    building.page(
        "verified.js",
        "const results = document.querySelector('authenteq-results');
        const watch = new MutationObserver(() => {
            if (!results.shadowRoot.querySelector('[data-outcome=checking]')) return;
            watch.disconnect();
            results.remove();
            results.addEventListener('authenteq-verified', () => setTimeout(() => {
                document.body.append(results);
                window.isBack = true;
            }), { once: true });
        });
        watch.observe(results.shadowRoot, { childList: true, subtree: true, attributes: true });",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        press(browser).await;
        identify(browser, "anna").await;
        until(browser, "return window.isBack").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_address_may_be_mended_by_who_hears_that_it_is_wrong() {
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    building.page(
        "verified.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script type=module src=/kyc/elements.js></script>
         <script type=module src=verified.js></script>
         <authenteq-results base-url=/nowhere></authenteq-results>",
    );
    building.page(
        "verified.js",
        "document.addEventListener('authenteq-error', (event) => {
            window.heard = event.detail.code;
            event.target.baseUrl = '/kyc';
        }, { once: true });",
    );
    same_origin(building, None, async |_, browser, site| {
        let verified = format!("{}/verified.html", site.url("localhost"));
        browser.open_page(&verified).await;
        let mended = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-outcome=failed]')?.textContent.includes('NOTHING_HERE') && window.heard";
        assert_ne!(until(browser, mended).await, "NOTHING_HERE");
    })
    .await;
}

#[tokio::test]
async fn the_pages_style_stays_outside_and_ours_inside() {
    let hostile = "a, p, h1, section, svg, span, button, dl { display: none !important;
            color: lime !important; font-size: 90px !important; position: fixed !important }
        .card, .authenteq, .authenteq-button, .mark { opacity: 0 !important }
        :root { --ink: lime; --card: lime; --accent: lime }";
    let building = Building::start().await;
    building.pages_of(&examples().join("in-page/site"));
    building.page("shop.css", hostile);
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        until(browser, &format!("return {BUTTON}?.href")).await;
        let look = format!(
            "const a = {BUTTON}; const style = getComputedStyle(a);
            const box = a.getBoundingClientRect();
            return [style.display, style.backgroundColor, style.fontSize, box.width > 200]"
        );
        assert_eq!(
            browser.run(&look).await,
            json!(["inline-flex", "rgb(242, 158, 46)", "15px", true])
        );
        press(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        let look = "const root = document.querySelector('authenteq-results').shadowRoot;
            const of = (css) => getComputedStyle(root.querySelector(css));
            return [of('.card').display, of('.card').opacity, of('h2').fontSize, of('.person-name').color,
                getComputedStyle(document.querySelector('h1')).display,
                document.adoptedStyleSheets.length]";
        let seen = browser.run(look).await;
        assert_eq!(
            seen,
            json!(["block", "1", "20px", "rgb(23, 35, 43)", "none", 0])
        );
    })
    .await;
}
