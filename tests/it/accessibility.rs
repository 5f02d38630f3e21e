//! Everybody can use the pages: no rule of axe-core is broken, in light or in dark.

use webkyc_test_kit::browser::Browser;

use crate::{
    elements,
    pages::{begin, identify, sees_failure, sees_the_results, shown_images, signed_up},
    setup::test,
    site::Building,
    stack::Stack,
};

#[track_caller]
pub(crate) fn everybody_can_use(browser: &Browser, page: &str) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        for scheme in ["light", "dark"] {
            browser.prefers(scheme).await;
            let found = violations(browser).await;
            assert!(found.is_empty(), "{caller}: {page}, {scheme}: {found:#?}");
        }
    }
}

/// The home page, once its program is there.
async fn open_home(stack: &Stack, browser: &Browser) {
    browser.open_page(&stack.page("/")).await;
    browser.find("[data-test=sign-up]").await;
}

/// The faults that axe-core finds in this page: rule, element, what to do.
async fn violations(browser: &Browser) -> Vec<String> {
    let axe = std::env::var_os("WEBKYC_TEST_AXE").expect("run `cargo xtask test`");
    // A driver's script is not the page's: no policy of the page is in its way.
    let axe = std::fs::read_to_string(axe).unwrap();
    browser.run(&axe).await;
    let found = browser
        .run_async(
            "const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
            const found = await axe.run({ runOnly: tags, preload: false });
            if (found.passes.length === 0) throw 'no rule was looked at';
            return found.violations.flatMap(({ id, nodes }) => nodes.map(
                ({ target, failureSummary }) =>
                    `${id}: ${target.join(' ')}: ${failureSummary.replace(/\\s+/g, ' ')}`));",
        )
        .await;
    serde_json::from_value(found.clone()).unwrap_or_else(|_| panic!("axe: {found}"))
}

#[tokio::test]
async fn everybody_can_use_the_home_page() {
    test(async |stack, browser| {
        open_home(stack, browser).await;
        everybody_can_use(browser, "home").await;
    })
    .await;
}

#[tokio::test]
async fn everybody_can_read_why_nothing_was_begun() {
    test(async |stack, browser| {
        browser.open_page(&stack.page("/start?site=nobody")).await;
        sees_failure(browser, "UNKNOWN_SITE").await;
        everybody_can_use(browser, "failure of /start").await;
    })
    .await;
}

#[tokio::test]
async fn everybody_can_read_why_there_are_no_results() {
    test(async |stack, browser| {
        let foreign = "/results?code=a&state=b";
        browser.open_page(&stack.page(foreign)).await;
        sees_failure(browser, "NOT_STARTED_HERE").await;
        everybody_can_use(browser, "failure of /results").await;
    })
    .await;
}

#[tokio::test]
async fn everybody_can_use_the_results() {
    test(async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        shown_images(browser).await;
        everybody_can_use(browser, "results of anna").await;
        begin(stack, browser).await;
        identify(browser, "john").await;
        sees_the_results(browser).await;
        shown_images(browser).await;
        everybody_can_use(browser, "results of john").await;
    })
    .await;
}

#[tokio::test]
async fn everybody_can_read_that_it_is_over() {
    test(async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        everybody_can_use(browser, "the end").await;
    })
    .await;
}

#[tokio::test]
async fn everybody_can_use_the_page_for_developers() {
    test(async |stack, browser| {
        browser.open_page(&stack.page("/integrate")).await;
        browser.find("main[data-outcome=shown]").await;
        for tab in ["link", "html", "react", "vue", "leptos", "sign-ups"] {
            browser.click(&format!("[data-test=tab-{tab}]")).await;
            everybody_can_use(browser, tab).await;
        }
    })
    .await;
}

#[tokio::test]
async fn everybody_can_use_the_elements_in_both_languages() {
    let building = Building::start().await;
    let page = |element: &str| {
        format!(
            "<!doctype html><html lang=de><title>Laden</title>
             <meta name=viewport content='width=device-width'><meta name=color-scheme content='light dark'>
             <link rel=stylesheet href=shop.css>
             <script type=module src=/kyc/elements.js></script>
             <main><h1>Laden</h1>{element}</main>"
        )
    };
    // axe takes a page without a background for white, in the dark too.
    let background =
        "html { background: light-dark(#fff, #121212); color: light-dark(#000, #fff) }";
    building.page("shop.css", background);
    building.page(
        "index.html",
        &page(
            "<authenteq-button lang=de variant=accessible></authenteq-button>
             <authenteq-button lang=de variant=accessible disabled></authenteq-button>
             <authenteq-button lang=de variant=accessible site=nobody id=wrong></authenteq-button>",
        ),
    );
    let results = "<authenteq-results lang=de></authenteq-results>";
    building.page("verified.html", &page(results));
    elements::same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        let wrong = "document.querySelector('#wrong').shadowRoot";
        let link = format!("return {wrong}.querySelector('a')?.href");
        browser.wait_for_script(&link).await;
        browser
            .run(&format!("{wrong}.querySelector('a').click()"))
            .await;
        let alerts = format!("return {wrong}.querySelector('[role=alert]') !== null");
        browser.wait_for_script(&alerts).await;
        everybody_can_use(browser, "the buttons").await;

        let verified = format!("{}/verified.html", site.url("localhost"));
        browser.open_page(&verified).await;
        let failed = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-outcome=failed]') !== null";
        browser.wait_for_script(failed).await;
        everybody_can_use(browser, "results without a session").await;

        elements::sign_up(browser, site, "john").await;
        everybody_can_use(browser, "results in an element").await;
    })
    .await;
}

#[tokio::test]
async fn everybody_finds_the_way_from_an_address_without_a_page() {
    test(async |stack, browser| {
        browser.open_page(&stack.page("/nothing/here")).await;
        browser.find("a[href='/']").await;
        everybody_can_use(browser, "no such page").await;
    })
    .await;
}

#[tokio::test]
async fn the_check_finds_inaccessible_elements() {
    test(async |stack, browser| {
        open_home(stack, browser).await;
        let harm = "document.documentElement.removeAttribute('lang');
            document.querySelector('h1').style.color = '#ccc';";
        browser.run(harm).await;
        browser.prefers("light").await;
        let found = violations(browser).await;
        for rule in ["html-has-lang: html: ", "color-contrast: h1: "] {
            assert!(
                found.iter().any(|violation| violation.starts_with(rule)),
                "{found:#?}"
            );
        }
    })
    .await;
}
