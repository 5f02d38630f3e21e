//! The page `/integrate`: its code is for this deployment, and works when it is pasted.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    screenshots::look,
    setup::{Setup, test, test_in},
    stack::{Deployment, Stack},
};

const HOSTILE: &str = "\"><script>alert('name')</script>";

const TWO_SITES: &str = r#"
[sites.forum]
name = "Example Forum"
returns = { thread = "https://forum.example/t/1" }

[sites.shop]
name = "\"><script>alert('name')</script>"
returns = { done = "https://shop.example/done", other = "https://shop.example/other" }
"#;

fn with_two_sites() -> Deployment {
    Deployment::with(TWO_SITES)
}

async fn open(stack: &Stack, browser: &Browser) {
    browser.open_page(&stack.page("/integrate")).await;
    browser
        .find("main[data-page=integrate][data-outcome=shown]")
        .await;
}

async fn choose(browser: &Browser, list: &str, place: usize) {
    let list = browser.find(&format!("[data-test={list}]")).await;
    list.select_by_index(place).await.unwrap();
}

async fn snippet(browser: &Browser, name: &str) -> String {
    let script = format!("return document.querySelector('[data-test=code-{name}]').textContent");
    browser.run(&script).await.as_str().unwrap().to_owned()
}

/// Every piece of code on the page.
async fn snippets(browser: &Browser) -> String {
    let script = "return [...document.querySelectorAll('.snippet code')].map(e => e.textContent).join('\\n')";
    browser.run(script).await.as_str().unwrap().to_owned()
}

/// Nothing went wrong.
async fn assert_quiet(browser: &Browser) {
    assert_eq!(browser.console().await, [""; 0]);
}

#[tokio::test]
async fn the_snippets_are_those_of_this_deployment_and_follow_the_choice() {
    test_in(with_two_sites(), async |stack, browser| {
        browser.open_page(&stack.page("/")).await;
        browser.click("[data-test=for-developers]").await;
        browser.find("main[data-outcome=shown]").await;
        let start = |query: &str| stack.page(&format!("/start{query}"));
        let link = |query: &str| format!("href=\"{}\"", start(query).replace('&', "&amp;"));

        let html = snippet(browser, "link-html").await;
        assert!(html.contains(&link("?site=forum")), "{html}");
        let button = snippet(browser, "button").await;
        assert!(button.contains(r#" variant="accessible">"#), "{button}");

        choose(browser, "site", 2).await;
        // A server must name one of several return URLs.
        let create = snippet(browser, "create").await;
        assert!(create.contains(r#""return": "done""#), "{create}");
        choose(browser, "return", 2).await;
        let create = snippet(browser, "create").await;
        assert!(create.contains(r#""return": "other""#), "{create}");
        choose(browser, "variant", 0).await;
        choose(browser, "language", 1).await;
        let shop = "?site=shop&return=other";
        for name in ["link-html", "button"] {
            let code = snippet(browser, name).await;
            assert!(code.contains(&link(shop)), "{code}");
            assert!(code.contains("Mit Authenteq registrieren"), "{code}");
        }
        let button = snippet(browser, "button").await;
        for attribute in ["site=\"shop\"", "return=\"other\"", "variant=\"brand\""] {
            assert!(button.contains(attribute), "{button}");
        }
        let component = snippet(browser, "component").await;
        assert!(component.contains(&start(shop)), "{component}");
        let shown = browser
            .run(
                "const link = document.querySelector('[data-test=link-preview]').shadowRoot.querySelector('a');
                 const element = document.querySelector('[data-test=element-preview]');
                 return [link.href, link.textContent, getComputedStyle(link).color,
                    element.getAttribute('site'), element.getAttribute('return'),
                    element.getAttribute('variant'), element.lang, element.querySelector('a').href]",
            )
            .await;
        let caption = "Mit Authenteq registrieren";
        let white = "rgb(255, 255, 255)";
        assert_eq!(
            shown,
            json!([start(shop), caption, white, "shop", "other", "brand", "de", start(shop)])
        );

        // Another site has other returns; no site has none.
        choose(browser, "site", 1).await;
        let html = snippet(browser, "link-html").await;
        assert!(html.contains(&link("?site=forum")), "{html}");
        choose(browser, "site", 0).await;
        assert!(snippet(browser, "link-html").await.contains(&link("")));
        assert!(!snippet(browser, "button").await.contains("return="));
        assert_quiet(browser).await;
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_markup_stays_text() {
    test_in(with_two_sites(), async |stack, browser| {
        open(stack, browser).await;
        choose(browser, "site", 2).await;
        let seen = browser
            .run(
                "return [document.querySelector('[data-test=site]').selectedOptions[0].text,
                [...document.scripts].filter(script => script.text.includes('alert')).length]",
            )
            .await;
        assert_eq!(seen, json!([format!("{HOSTILE} (shop)"), 0]));
        assert!(!snippets(browser).await.contains("alert"));
        assert_quiet(browser).await;
    })
    .await;
}

#[tokio::test]
async fn the_copied_text_is_the_shown_text() {
    test_in(with_two_sites(), async |stack, browser| {
        open(stack, browser).await;
        let code = snippet(browser, "link-html").await;
        let grant = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        browser.devtools("Browser.grantPermissions", grant).await;
        browser.click("[data-test=copy-link-html]").await;
        browser.find("[data-copied=link-html]").await;
        let announcement = "return document.querySelector('[data-test=announcement]').textContent";
        let said = browser.run(announcement).await;
        assert!(said.as_str().unwrap().starts_with("Copied: HTML"), "{said}");
        let clipboard = browser
            .run_async("return await navigator.clipboard.readText()")
            .await;
        assert_eq!(clipboard, code);

        // Where there is no clipboard, as on a page without https, the text is selected.
        let none = "Object.defineProperty(navigator, 'clipboard', { value: undefined })";
        browser.run(none).await;
        browser.click("[data-test=copy-nginx]").await;
        browser.find("[data-copied=nginx]").await;
        let selected = "return getSelection().toString()";
        let selected = browser.run(selected).await;
        let nginx = snippet(browser, "nginx").await;
        assert_eq!(selected.as_str().unwrap().trim(), nginx.trim());
        let announcement = browser.run(announcement).await;
        assert!(
            announcement.as_str().unwrap().ends_with(": nginx"),
            "{announcement}"
        );
        assert_quiet(browser).await;
    })
    .await;
}

#[tokio::test]
async fn the_pasted_link_looks_like_its_preview_and_needs_only_its_policy() {
    test_in(with_two_sites(), async |stack, browser| {
        for variant in [0, 1] {
            open(stack, browser).await;
            choose(browser, "variant", variant).await;
            let (html, style) = (
                snippet(browser, "link-html").await,
                snippet(browser, "link-style").await,
            );
            let policy = snippet(browser, "link-policy").await;
            let policy = policy.trim().strip_prefix("Content-Security-Policy: ");
            let look =
                "const style = getComputedStyle(link); const box = link.getBoundingClientRect();
                return [style.backgroundColor, style.color, style.borderRadius, style.fontWeight,
                    box.width, box.height, link.href, link.textContent.trim()]";
            let preview = "document.querySelector('[data-test=link-preview]').shadowRoot";
            let in_preview = format!("const link = {preview}.querySelector('a'); {look}");
            let in_preview = browser.run(&in_preview).await;
            assert_quiet(browser).await;

            let page = format!(
                "<!doctype html><html lang=en><meta charset=utf-8><title>Host</title>
                <meta http-equiv=Content-Security-Policy content=\"default-src 'none'; {}\">
                {style}<body>{html}",
                policy.unwrap()
            );
            let page = BASE64_STANDARD.encode(page);
            browser
                .open_page(&format!("data:text/html;base64,{page}"))
                .await;
            let pasted = format!("const link = document.querySelector('a'); {look}");
            assert_eq!(browser.run(&pasted).await, in_preview);
            assert_eq!(in_preview[0], "rgb(242, 158, 46)");
            let requests = "return performance.getEntriesByType('resource').length";
            assert_eq!(browser.run(requests).await, 0);
            assert_eq!(browser.console().await, [""; 0]);
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_speaks_german() {
    test_in(with_two_sites(), async |stack, browser| {
        let agent = browser.run("return navigator.userAgent").await;
        let german = json!({"userAgent": agent, "acceptLanguage": "de-AT,de"});
        browser
            .devtools("Emulation.setUserAgentOverride", german)
            .await;
        open(stack, browser).await;
        let heading = browser.find("main h1").await.text().await.unwrap();
        assert_eq!(heading, "Die Schaltfläche auf Ihrer Website");
        let html = snippet(browser, "link-html").await;
        assert!(html.contains("Mit Authenteq registrieren"), "{html}");
        let button = snippet(browser, "button").await;
        assert!(button.contains(" lang=\"de\""), "{button}");
        assert_quiet(browser).await;
    })
    .await;
}

#[tokio::test]
async fn without_a_site_the_page_says_how_to_get_one() {
    test(async |stack, browser| {
        open(stack, browser).await;
        let sites = browser.find("[data-test=sites]").await;
        assert!(sites.text().await.unwrap().contains("[sites.…]"));
        let html = snippet(browser, "link-html").await;
        let start = format!("href=\"{}\"", stack.page("/start"));
        assert!(html.contains(&start), "{html}");
    })
    .await;
}

/// How much of what was on the screen moved by itself (https://web.dev/articles/cls), and what moved.
async fn layout_shift(browser: &Browser) -> (f64, String) {
    let drawn = "return !!document.querySelector('[data-test=element-preview]')
        ?.shadowRoot?.querySelector('[part~=button]')";
    browser.wait_for_script(drawn).await;
    let seen = browser
        .run_async(
            "const frame = () => new Promise(requestAnimationFrame);
            await frame();
            await frame();
            const observer = new PerformanceObserver(() => {});
            observer.observe({ type: 'layout-shift', buffered: true });
            const shifts = observer.takeRecords().filter(shift => !shift.hadRecentInput);
            const moved = shifts.flatMap(shift => shift.sources).map(source => source.node?.nodeName);
            return [shifts.reduce((sum, shift) => sum + shift.value, 0), moved.join()]",
        )
        .await;
    (seen[0].as_f64().unwrap(), seen[1].to_string())
}

#[tokio::test]
async fn nothing_moves_while_the_page_loads() {
    for is_phone in [false, true] {
        let setup = Setup {
            browser: Options {
                is_phone,
                ..Options::default()
            },
            ..with_two_sites().into()
        };
        test_in(setup, async |stack, browser| {
            for part in ["", "#react", "#server"] {
                browser.open_page("about:blank").await;
                browser
                    .open_page(&stack.page(&format!("/integrate{part}")))
                    .await;
                browser.find("main[data-outcome=shown]").await;
                let (score, moved) = layout_shift(browser).await;
                assert!(score <= 0.02, "{part}: {score}: {moved}");
            }
        })
        .await;
    }
}

/// The `data-test` of the chosen tab, the `id` of the panel that is shown, and the fragment of the address.
async fn chosen(browser: &Browser) -> [String; 3] {
    let seen = browser
        .run(
            "const all = selector => [...document.querySelectorAll(selector)];
            return [all('[role=tab][aria-selected=true]').map(tab => tab.dataset.test).join(),
                all('[role=tabpanel]').filter(panel => panel.checkVisibility()).map(panel => panel.id).join(),
                location.hash]",
        )
        .await;
    serde_json::from_value(seen).unwrap()
}

#[tokio::test]
async fn a_tab_is_chosen_by_pointer_and_by_address() {
    test_in(with_two_sites(), async |stack, browser| {
        open(stack, browser).await;
        assert_eq!(chosen(browser).await, ["tab-link", "link", ""]);
        browser.click("[data-test=tab-vue]").await;
        assert_eq!(chosen(browser).await, ["tab-vue", "vue", "#vue"]);
        browser.run("location.hash = '#sign-ups'").await;
        let there =
            "return document.querySelector('[data-test=tab-sign-ups]').ariaSelected === 'true'";
        browser.wait_for_script(there).await;
        assert_eq!(
            chosen(browser).await,
            ["tab-sign-ups", "sign-ups", "#sign-ups"]
        );
        // A part that is no tab leaves the tab chosen.
        browser.run("location.hash = '#server'").await;
        browser.open_page("about:blank").await;
        browser.open_page(&stack.page("/integrate#react")).await;
        browser.find("main[data-outcome=shown]").await;
        assert_eq!(chosen(browser).await, ["tab-react", "react", "#react"]);
        assert_quiet(browser).await;
    })
    .await;
}

#[tokio::test]
async fn each_framework_tells_the_sites_server_and_a_preview_says_that_it_begins_a_sign_up() {
    test_in(with_two_sites(), async |stack, browser| {
        open(stack, browser).await;
        for (tab, name) in [
            ("html", "listener"),
            ("react", "react-results"),
            ("vue", "vue-results"),
        ] {
            browser.click(&format!("[data-test=tab-{tab}]")).await;
            let code = snippet(browser, name).await;
            for word in [
                "authenteq-verified",
                "event.currentTarget.verification",
                "fetch(",
            ] {
                assert!(code.contains(word), "{code}");
            }
            let preview = browser.find(&format!("#{tab} .preview .hint")).await;
            let said = preview.text().await.unwrap();
            assert!(said.contains("begins a sign-up"), "{said}");
            let identity = stack.sandbox_url.origin().ascii_serialization();
            assert!(said.contains(&identity), "{said}");
            // Coloured, not plain.
            let coloured =
                format!("return document.querySelectorAll('#{tab} .code-tag').length > 4");
            assert_eq!(browser.run(&coloured).await, true);
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_fits_a_desktop() {
    test_in(with_two_sites(), async |stack, browser| {
        open(stack, browser).await;
        look(browser, "integrate-desktop").await;
    })
    .await;
}

#[tokio::test]
async fn the_page_fits_a_phone() {
    let setup = Setup {
        browser: Options {
            is_phone: true,
            ..Options::default()
        },
        ..with_two_sites().into()
    };
    test_in(setup, async |stack, browser| {
        open(stack, browser).await;
        look(browser, "integrate-phone").await;
    })
    .await;
}
