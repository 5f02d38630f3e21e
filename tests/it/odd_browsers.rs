//! Browsers that are old, throw, draw ahead or translate.

use serde_json::json;
use webkyc_test_kit::browser::Browser;

use crate::{
    elements::{self, BUTTON, example, recording_site, same_origin},
    pages::{begin, identify, sees_failure, sees_the_results, sign_up, signed_up, stored_state},
    setup::test,
    site::Building,
};

/// Makes the function throw that `window.name` names, such as `Intl.DateTimeFormat`.
const BREAK_BY_NAME: &str = "{
    const path = window.name.split('.');
    const name = path.pop();
    const owner = path.reduce((owner, part) => owner[part], window);
    const { fetch } = window;
    const broken = function (request) {
        // The programs themselves are loaded.
        if (name === 'fetch' && !/(^|\\/)api\\//.test(request.url ?? request)) return fetch(request);
        throw new Error('DOE, born 1964-12-30');
    };
    if (name) Object.defineProperty(owner, name, { value: broken, configurable: true });
}";

/// Functions of the browser that the pages call, and what the visitor sees when they throw.
const BROKEN: [(&str, &str); 8] = [
    ("Intl.DateTimeFormat", "CRASHED"),
    ("Intl.DisplayNames", "CRASHED"),
    ("Date.parse", "CRASHED"),
    ("Date.UTC", "CRASHED"),
    ("Date.now", "CRASHED"),
    ("encodeURIComponent", "CRASHED"),
    ("fetch", "CRASHED"),
    ("URL.createObjectURL", "shown"),
];

/// The reason of the failure or the outcome, when the page has stopped waiting.
fn ended(root: &str) -> String {
    format!(
        "const seen = {root}?.querySelector('[data-outcome]')?.dataset;
        return seen && seen.outcome !== 'checking' && (seen.reason ?? seen.outcome)"
    )
}

#[tokio::test]
async fn fe_22_no_exception_of_the_browser_leaves_a_page_waiting() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        browser.run_first(BREAK_BY_NAME).await;
        for (function, expected) in BROKEN {
            browser.run(&format!("window.name = '{function}'")).await;
            browser.open_page(&stack.page("/results")).await;
            let seen = browser.wait_for_script(&ended("document")).await;
            assert_eq!(seen, expected, "{function}");
            browser.run("window.name = ''").await;
        }
        // The way on that the card offers.
        browser.open_page(&stack.page("/results")).await;
        sees_the_results(browser).await;
        for page in ["/start", "/integrate"] {
            browser.run("window.name = 'fetch'").await;
            browser.open_page(&stack.page(page)).await;
            let seen = "return document.querySelector('[role=alert] h1')?.textContent";
            let seen = browser.wait_for_script(seen).await;
            assert_eq!(seen, "This page has stopped", "{page}");
            browser.run("window.name = ''").await;
        }
    })
    .await;
}

#[tokio::test]
async fn fe_22_no_exception_of_the_browser_leaves_an_element_waiting() {
    let building = recording_site(BREAK_BY_NAME).await;
    building.page(
        "verified.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-results></authenteq-results>",
    );
    same_origin(building, None, async |stack, browser, site| {
        signed_up_at_kyc(browser, site).await;
        for (function, expected) in BROKEN {
            browser.run(&format!("window.name = '{function}'")).await;
            browser.open_page(&site.url("localhost")).await;
            let root = "document.querySelector('authenteq-results')?.shadowRoot";
            if expected == "CRASHED" {
                let told = "return told.find(([tag]) => tag === 'authenteq-results')?.[1]";
                assert_eq!(browser.wait_for_script(told).await, "CRASHED", "{function}");
                let said = format!("return {root}.querySelector('[role=alert]').textContent");
                let said = browser.run(&said).await;
                assert!(said.as_str().unwrap().contains("CRASHED"), "{said}");
            } else {
                let seen = browser.wait_for_script(&ended(root)).await;
                assert_eq!(seen, expected, "{function}");
            }
            browser.run("window.name = ''").await;
        }
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

/// Signs up with the portal that the site has under `/kyc`, whose callback is the example's page.
async fn signed_up_at_kyc(browser: &Browser, site: &crate::site::Site) {
    browser
        .open_page(&format!("{}/kyc/start", site.url("localhost")))
        .await;
    identify(browser, "john").await;
    let back = "return location.pathname === '/verified.html'";
    browser.wait_for_script(back).await;
    elements::sees_the_results(browser).await;
}

#[tokio::test]
async fn fe_22_an_invalid_language_tag_is_read_as_far_as_it_can_be() {
    test(async |stack, browser| {
        let odd = "Object.defineProperty(Navigator.prototype, 'languages', {
                get: () => window.name === 'none' ? undefined : window.name.split('|'),
            });";
        signed_up(stack, browser, "john").await;
        browser.run_first(odd).await;
        for (tags, language, heading) in [
            ("de-", "de", "30. Dezember 1964"),
            (" de ", "de", "30. Dezember 1964"),
            ("de_AT|en", "en", "December 30, 1964"),
            ("x|de-Latn-", "de", "30. Dezember 1964"),
            ("none", "en", "December 30, 1964"),
            ("en-u", "en", "December 30, 1964"),
        ] {
            browser.run(&format!("window.name = '{tags}'")).await;
            browser.open_page(&stack.page("/results")).await;
            sees_the_results(browser).await;
            let seen = "return [document.documentElement.lang,
                document.querySelector('[data-field$=dateOfBirth]').textContent]";
            let seen = browser.run(seen).await;
            assert_eq!(seen, json!([language, heading]), "{tags}");
        }
    })
    .await;
}

#[tokio::test]
async fn fe_22_an_invalid_language_of_an_element_is_read_as_far_as_it_can_be() {
    let building = Building::of_example().await;
    building.page(
        "verified.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-results lang='de-'></authenteq-results>",
    );
    same_origin(building, None, async |_, browser, site| {
        elements::sign_up(browser, site, "john").await;
        let seen = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-field$=dateOfBirth]').textContent";
        assert_eq!(browser.run(seen).await, "30. Dezember 1964");
    })
    .await;
}

/// A page is drawn ahead while `window.name` is `ahead`.
const AHEAD: &str = "Object.defineProperty(Document.prototype, 'prerendering', {
        get: () => window.name === 'ahead', configurable: true });";

/// As the browser does when the visitor opens the page.
const OPEN: &str = "window.name = ''; document.dispatchEvent(new Event('prerenderingchange'))";

#[tokio::test]
async fn fe_23_a_page_that_is_drawn_ahead_begins_and_takes_nothing_before_it_is_opened() {
    test(async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_another_visitor().await;
        browser.run_first(AHEAD).await;

        let begun = stack.count_calls("POST /api/begin");
        browser.run("window.name = 'ahead'").await;
        browser.open_page(&stack.page("/start")).await;
        browser
            .find("[data-page=start][data-outcome=checking]")
            .await;
        assert_eq!(stack.count_calls("POST /api/begin"), begun);
        browser.run(OPEN).await;
        browser.find("body[data-step=introduction]").await;
        assert_eq!(stack.count_calls("POST /api/begin"), begun + 1);

        browser.open_page(&stack.page("/")).await;
        browser.run("window.name = 'ahead'").await;
        let query = format!("/results?code={code}&state={state}");
        browser.open_page(&stack.page(&query)).await;
        browser
            .find("[data-page=results] [data-outcome=checking]")
            .await;
        assert_eq!(browser.address().await, stack.page(&query));
        let kept = format!("return sessionStorage['authenteq.state.{state}'] !== undefined");
        assert_eq!(browser.run(&kept).await, true);
        assert_eq!(stack.count_calls("POST /api/exchange"), 0);
        browser.run(OPEN).await;
        sees_the_results(browser).await;
        assert_eq!(stack.count_calls("POST /api/exchange"), 1);
        let entries = "return JSON.stringify(performance.getEntries()).includes('code=')";
        assert_eq!(browser.run(entries).await, false);
    })
    .await;
}

#[tokio::test]
async fn fe_23_an_element_that_is_drawn_ahead_takes_nothing_before_its_page_is_opened() {
    example(async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        elements::press(browser).await;
        browser.find("body[data-step=introduction]").await;
        browser.open_page(&site.url("localhost")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_another_visitor().await;
        browser.run_first(AHEAD).await;
        browser.run("window.name = 'ahead'").await;
        // The link of the button begins nothing either.
        browser.open_page(&site.url("localhost")).await;
        elements::press(browser).await;
        let query = format!("{}/verified.html?code={code}&state={state}", site.url("localhost"));
        browser.open_page(&query).await;
        let loaded = "return performance.getEntriesByType('resource')
            .some((it) => it.name.includes('authenteq-results') && it.name.endsWith('.wasm') && it.responseEnd)";
        browser.wait_for_script(loaded).await;
        assert_eq!(browser.address().await, query);
        assert_eq!(stack.count_calls("POST /kyc/api/exchange"), 0);
        assert_eq!(stack.count_calls("POST /kyc/api/begin"), 1);
        browser.run(OPEN).await;
        elements::sees_the_results(browser).await;
        assert_eq!(stack.count_calls("POST /kyc/api/exchange"), 1);
    })
    .await;
}

/// What browsers of 2022 lack.
const OLD: &str = "{
    delete URL.canParse;
    delete URL.parse;
    // ChromeDriver's own scripts need it.
    const { hasOwn } = Object;
    Object.hasOwn = (...given) => {
        if (/\\.js|\\.wasm/.test(new Error().stack)) throw new TypeError('Object.hasOwn is not a function');
        return hasOwn(...given);
    };
    delete Object.groupBy;
    delete AbortSignal.timeout;
    delete AbortSignal.any;
    delete window.structuredClone;
    delete window.scheduler;
    delete Promise.withResolvers;
    delete Promise.try;
    delete Array.fromAsync;
    delete Document.prototype.prerendering;
    for (const name of ['at', 'findLast', 'toSorted', 'toReversed', 'with', 'toSpliced']) delete Array.prototype[name];
    for (const name of ['role', 'ariaBusy', 'ariaDisabled']) delete Element.prototype[name];
    window.isOld = true;
}";

#[tokio::test]
async fn fe_25_the_portal_works_in_browsers_of_2022() {
    test(async |stack, browser| {
        browser.run_first(OLD).await;
        signed_up(stack, browser, "john").await;
        assert_eq!(
            browser.run("return isOld && !AbortSignal.timeout").await,
            true
        );
        let date = "return document.querySelector('[data-field$=dateOfBirth]').textContent";
        assert_eq!(browser.run(date).await, "December 30, 1964");
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
    })
    .await;
}

#[tokio::test]
async fn fe_25_the_elements_work_in_browsers_of_2022() {
    example(async |_, browser, site| {
        browser.run_first(OLD).await;
        elements::sign_up(browser, site, "john").await;
        assert_eq!(browser.run("return isOld && !URL.canParse").await, true);
        let read =
            "return document.querySelector('authenteq-results').verification.documents[0].surname";
        assert_eq!(browser.run(read).await, "DOE");
    })
    .await;
}

#[tokio::test]
async fn fe_25_a_browser_that_is_too_old_says_so() {
    for missing in [
        "delete window.WebAssembly;",
        "delete CSSStyleSheet.prototype.replaceSync;",
    ] {
        let building = recording_site(missing).await;
        same_origin(building, None, async |stack, browser, site| {
            browser.open_page(&site.url("localhost")).await;
            let told = "return told.length >= 3 && told.map(([, code]) => code)";
            let told = browser.wait_for_script(told).await;
            assert_eq!(told, json!(vec!["BROWSER_TOO_OLD"; 3]));
            let said = "return document.querySelector('authenteq-results').shadowRoot
                .querySelector('[role=alert]').textContent";
            assert_eq!(
                browser.run(said).await,
                "This part of the page needs a newer browser. Reload the page (BROWSER_TOO_OLD)"
            );
            // The page's own link leads on.
            browser.click("authenteq-button a").await;
            browser.find("body[data-step=introduction]").await;
            assert_eq!(stack.count_calls("POST /kyc/api/begin"), 1);
        })
        .await;
    }
}

/// Replaces each new text, as the translators of browsers do: the text node goes, an element comes.
const TRANSLATOR: &str = "
    const translate = (root) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) texts.push(walker.currentNode);
        for (const text of texts) {
            const kept = text.parentElement?.closest('[translate=no], font, script, style');
            if (kept || !text.data.trim()) continue;
            const font = document.createElement('font');
            font.append(Object.assign(document.createElement('font'), { textContent: `«${text.data}»` }));
            text.replaceWith(font);
        }
    };
    new MutationObserver((changes) => changes.forEach(({ target, addedNodes }) => {
        if (addedNodes.length) translate(target);
    })).observe(document, { childList: true, subtree: true });";

/// Holds requests for the API until `go` counts so many.
const HOLD: &str = "
    window.go = 0;
    let asked = 0;
    const ask = window.fetch;
    window.fetch = async (...request) => {
        const turn = (asked += 1);
        while (go < turn) await new Promise((next) => setTimeout(next));
        return ask(...request);
    };";

#[tokio::test]
async fn fe_26_a_translated_page_says_what_it_waits_for() {
    test(async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_another_visitor().await;
        browser.run_first(TRANSLATOR).await;
        browser.run_first(HOLD).await;
        let query = format!("/results?code={code}&state={state}");
        browser.open_page(&stack.page(&query)).await;
        let sentence =
            "const said = document.querySelector('.notice [role=status] font')?.innerText;
            return said?.startsWith('«') && said";
        // The program itself is the first request, its answer's checks the second.
        browser.run("go = 1").await;
        let first = browser.wait_for_script(sentence).await;
        browser.run("go = 2").await;
        let second = format!("{sentence} !== {first} && said");
        let second = browser.wait_for_script(&second).await;
        assert_ne!(first, second);
        browser.run("go = 9").await;
        sees_the_results(browser).await;
    })
    .await;
}

#[tokio::test]
async fn fe_26_translated_results_go_on() {
    test(async |stack, browser| {
        browser.run_first(TRANSLATOR).await;
        browser.open_page(&stack.page("/")).await;
        browser.run("document.querySelector('[data-test=sign-up]').click()").await;
        identify(browser, "john").await;
        sees_the_results(browser).await;
        let translated = "return document.querySelector('dt')?.innerText.startsWith('«')";
        browser.wait_for_script(translated).await;
        // The clock goes on, and names are not translated.
        let clock = "return document.querySelector('[data-test=countdown]').innerText";
        let before = browser.run(clock).await;
        let after = format!("{clock} !== {before} && true");
        browser.wait_for_script(&after).await;
        let name = browser.run("return document.querySelector('.person-name').innerText").await;
        assert!(!name.as_str().unwrap().contains('«'), "{name}");
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        let ended = "return document.querySelector('[data-outcome=ended] [role=status]')?.innerText.startsWith('«')";
        browser.wait_for_script(ended).await;
    })
    .await;
}

#[tokio::test]
async fn fe_26_an_element_that_moves_into_a_frame_keeps_its_looks() {
    let building = Building::of_example().await;
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.wait_for_script(&format!("return {BUTTON}?.href")).await;
        let moved = "const button = document.querySelector('authenteq-button');
            const link = button.shadowRoot.querySelector('a');
            const looks = () => {
                const { backgroundColor, borderTopLeftRadius, paddingLeft } = getComputedStyle(link);
                return [backgroundColor, borderTopLeftRadius, paddingLeft].join();
            };
            const before = looks();
            const frame = document.createElement('iframe');
            document.body.append(frame);
            frame.contentDocument.body.append(button);
            await new Promise((next) => setTimeout(next));
            return [before === looks(), before.split(',').at(-1)]";
        let seen = browser.run_async(moved).await;
        assert_eq!(seen[0], true, "{seen}");
        assert_ne!(seen[1], "0px");
    })
    .await;
}

#[tokio::test]
async fn a_button_that_react_18_enables_is_enabled() {
    example(async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser
            .wait_for_script(&format!("return {BUTTON}?.href"))
            .await;
        let set = |value: &str| {
            format!(
                "const button = document.querySelector('authenteq-button');
                button.setAttribute('disabled', '{value}');
                return [button.disabled, Boolean({BUTTON}.href)]"
            )
        };
        assert_eq!(browser.run(&set("")).await, json!([true, false]));
        assert_eq!(browser.run(&set("false")).await, json!([false, true]));
        assert_eq!(browser.run(&set("true")).await, json!([true, false]));
    })
    .await;
}

#[tokio::test]
async fn fe_24_parameters_of_another_program_stay_in_the_address() {
    example(async |stack, browser, site| {
        let page = format!("{}/verified.html", site.url("localhost"));
        let reason = "return document.querySelector('authenteq-results')?.shadowRoot
            ?.querySelector('[data-outcome=failed]')?.dataset.reason";
        // As OpenID providers and coupons write them, and a state like ours of another program.
        let like_ours = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80";
        for (query, expected) in [
            ("code=SUMMER10", "NOTHING_HERE"),
            ("error=access_denied&error_description=no", "NOTHING_HERE"),
            (
                "code=4%2F0AX4&state=abc.def&iss=https%3A%2F%2Fid.example",
                "NOTHING_HERE",
            ),
            (
                &format!("code=4%2F0AX4&state={like_ours}"),
                "NOT_STARTED_HERE",
            ),
        ] {
            let address = format!("{page}?{query}#part");
            browser.open_page(&address).await;
            assert_eq!(browser.wait_for_script(reason).await, expected, "{query}");
            assert_eq!(browser.address().await, address);
        }
        elements::sign_up(browser, site, "john").await;
        // Beside a session they are in no way.
        for query in ["code=SUMMER10", &format!("code=1&state={like_ours}")] {
            let address = format!("{page}?{query}");
            browser.open_page(&address).await;
            elements::sees_the_results(browser).await;
            assert_eq!(browser.address().await, address);
        }
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn fe_24_the_portals_own_page_takes_every_return() {
    test(async |stack, browser| {
        browser
            .open_page(&stack.page("/results?code=abc&state=def"))
            .await;
        sees_failure(browser, "NOT_STARTED_HERE").await;
        assert_eq!(browser.address().await, stack.page("/results"));
        sign_up(stack, browser, "john").await;
        sees_the_results(browser).await;
    })
    .await;
}
