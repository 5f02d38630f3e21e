//! The button and the results on pages of another site.

use rstest::rstest;
use serde_json::{Value, json};
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    pages::identify,
    setup::{Setup, test_in},
    site::{Building, Site},
    stack::{Deployment, Flow, Stack},
};

/// A script's expression for the link of the first button.
pub(crate) const BUTTON: &str =
    "document.querySelector('authenteq-button').shadowRoot.querySelector('a')";

/// Counts the pictures that can be loaded: as images, because the policy forbids to fetch them, and by a new
/// address each time, because a browser shows a known one from its memory.
pub(crate) const READABLE: &str = "
    let tries = 0;
    const readable = (pictures) => Promise.all(pictures.map((src) => new Promise((next) => {
        const image = new Image();
        image.onload = () => next(1);
        image.onerror = () => next(0);
        image.src = `${src}#${tries += 1}`;
    }))).then((all) => all.reduce((sum, one) => sum + one, 0));";

/// Records the errors of elements in `errors`: the name of the element and the code.
const RECORDER: &str = "window.errors = [];
    document.addEventListener('authenteq-error', (event) => errors.push([event.target.localName, event.detail.code]));";

/// A site whose one page runs this script first and records the errors of its elements in `errors`: a button
/// with a link, one without, and the results.
pub(crate) async fn recording_site(script: &str) -> Building {
    let building = Building::start().await;
    building.page(
        "index.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script src=recorder.js></script>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-button><a href=/kyc/start>Sign Up</a></authenteq-button>
         <authenteq-button id=bare></authenteq-button>
         <authenteq-results><p>One moment</p></authenteq-results>",
    );
    building.page("recorder.js", &format!("{RECORDER}\n{script}"));
    building
}

/// The example's pages on one origin with the backend.
pub(crate) async fn example(body: impl AsyncFnOnce(&mut Stack, &Browser, &Site)) {
    example_over(Flow::default(), body).await;
}

/// The same over one of the flows.
pub(crate) async fn example_over(flow: Flow, body: impl AsyncFnOnce(&mut Stack, &Browser, &Site)) {
    let building = Building::of_example().await;
    let deployment = Deployment {
        flow,
        ..Deployment::on(&building, "verified.html")
    };
    same_origin_with(deployment.into(), building, None, body).await;
}

/// Pages on one origin with the backend, which is under `/kyc`.
pub(crate) async fn same_origin(
    building: Building,
    policy: Option<&str>,
    body: impl AsyncFnOnce(&mut Stack, &Browser, &Site),
) {
    same_origin_in(Options::default(), building, policy, body).await;
}

/// The same in a browser with other options.
pub(crate) async fn same_origin_in(
    options: Options,
    building: Building,
    policy: Option<&str>,
    body: impl AsyncFnOnce(&mut Stack, &Browser, &Site),
) {
    let setup = Setup {
        browser: options,
        ..Deployment::on(&building, "verified.html").into()
    };
    same_origin_with(setup, building, policy, body).await;
}

async fn same_origin_with(
    setup: Setup,
    building: Building,
    policy: Option<&str>,
    body: impl AsyncFnOnce(&mut Stack, &Browser, &Site),
) {
    test_in(setup, async |stack, browser| {
        let site = building.open(&stack.public.host(), policy);
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
    browser
        .wait_for_script(&format!("return {BUTTON}?.href"))
        .await;
    browser.run(&format!("{BUTTON}.click()")).await;
}

pub(crate) async fn sees_the_results(browser: &Browser) {
    let shown = "return document.querySelector('authenteq-results')?.shadowRoot
        .querySelector('[data-outcome=shown]')?.dataset.outcome";
    browser.wait_for_script(shown).await;
}

/// Signs up on the site's own pages, until the results are there.
pub(crate) async fn sign_up(browser: &Browser, site: &Site, person: &str) {
    browser.open_page(&site.url("localhost")).await;
    press(browser).await;
    identify(browser, person).await;
    sees_the_results(browser).await;
}

#[rstest]
#[tokio::test]
async fn the_elements_sign_up_on_the_sites_own_pages_under_the_documented_policy(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    example_over(flow, async |stack, browser, site| {
        sign_up(browser, site, "john").await;
        let address = browser.address().await;
        assert_eq!(address, format!("{}/verified.html", site.url("localhost")));
        // The page hears of it, and reads the data only because it asks.
        browser
            .wait_for_script("return !document.querySelector('#next').hidden")
            .await;
        let read = "return document.querySelector('authenteq-results').verification";
        assert_eq!(browser.run(read).await["documents"][0]["surname"], "DOE");
        assert_eq!(stack.token_calls().await, 1);
        // No stop at a page of ours on the way.
        let visited = String::from_utf8_lossy(&site.responses()).into_owned();
        assert!(!visited.contains("data-page"), "went over the portal");
        let out = "document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-test=logout]').click()";
        browser.run(out).await;
        browser
            .wait_for_script("return document.querySelector('#next').hidden")
            .await;
        assert_eq!(browser.run(read).await, Value::Null);
        browser.screenshot("in-page-ended").await;
    })
    .await;
}

#[tokio::test]
async fn a_page_can_read_the_data_as_soon_as_it_hears_of_it() {
    let building = Building::of_example().await;
    building.page(
        "verified.js",
        "document.addEventListener('authenteq-verified', ({ target }) => {
            window.read = target.verification?.documents[0].surname ?? 'nothing';
        });",
    );
    same_origin(building, None, async |_, browser, site| {
        sign_up(browser, site, "john").await;
        assert_eq!(browser.wait_for_script("return window.read").await, "DOE");
    })
    .await;
}

#[tokio::test]
async fn elements_can_be_made_moved_and_taken_away() {
    let building = Building::of_example().await;
    same_origin(building, None, async |stack, browser, site| {
        sign_up(browser, site, "anna").await;
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
        browser.wait_for_script(both).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn failures_to_load_and_to_reach_the_backend_are_reported() {
    let building = Building::of_example().await;
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
        "window.errors = [];
        document.addEventListener('authenteq-error', (e) => errors.push([e.target.id, e.detail.code]));",
    );
    // The script and its programs come from the backend; the base URL of one button leads nowhere.
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        let far = "document.querySelector('#far').shadowRoot";
        browser
            .wait_for_script(&format!("return {far}.querySelector('a')?.href"))
            .await;
        // A wrong address leaves the page's own link where it was.
        for id in ["wrong", "scheme"] {
            let inside = format!("return document.querySelector('#{id}').shadowRoot.innerHTML");
            assert_eq!(browser.run(&inside).await, "<slot></slot>", "{id}");
        }
        let corrected = "document.querySelector('#wrong').baseUrl = '/kyc?x=1#y'";
        browser.run(corrected).await;
        let link = "return document.querySelector('#wrong').shadowRoot.querySelector('a')?.href";
        let start = format!("{}/kyc/start", site.url("localhost"));
        assert_eq!(browser.wait_for_script(link).await, start);
        browser
            .run(&format!("{far}.querySelector('a').click()"))
            .await;
        let said = format!("return {far}.querySelector('[role=alert]')?.textContent");
        let said = browser.wait_for_script(&said).await;
        assert!(
            said.as_str().unwrap().contains("UNREADABLE_ANSWER"),
            "{said}"
        );
        let expected = json!([
            ["wrong", "BASE_URL_INVALID"],
            ["scheme", "BASE_URL_INVALID"],
            ["far", "UNREADABLE_ANSWER"]
        ]);
        assert_eq!(browser.run("return errors").await, expected);
    })
    .await;
}

#[tokio::test]
async fn an_address_may_be_mended_by_who_hears_that_it_is_wrong() {
    let building = Building::of_example().await;
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
        assert_ne!(browser.wait_for_script(mended).await, "NOTHING_HERE");
    })
    .await;
}

#[tokio::test]
async fn the_pages_style_stays_outside_and_ours_inside() {
    let hostile = "a, p, h1, section, svg, span, button, dl { display: none !important;
            color: lime !important; font-size: 90px !important; position: fixed !important }
        .card, .authenteq, .authenteq-button, .mark { opacity: 0 !important }
        :root { --ink: lime; --card: lime; --accent: lime }";
    let building = Building::of_example().await;
    building.page("shop.css", hostile);
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.wait_for_script(&format!("return {BUTTON}?.href")).await;
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
