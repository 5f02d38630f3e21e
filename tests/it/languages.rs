//! The elements on a page that is read from the right, in German, and at twice the size.

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{elements, pages::identify, site::Building};

const ROOT: &str = "document.querySelector('authenteq-results').shadowRoot";

async fn does_not_scroll_sideways(browser: &Browser, what: &str) {
    let wide =         "const all = [document.documentElement,
            ...(document.querySelector('authenteq-results')?.shadowRoot?.querySelectorAll('.table-frame') ?? [])];
        return all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.localName)";
    assert_eq!(browser.run(wide).await, json!([]), "{what}");
}

/// Half the room at twice the size: a zoom of 200 %.
async fn zoom(browser: &Browser, twice: bool) {
    if twice {
        let metrics = json!({"width": 640, "height": 450, "deviceScaleFactor": 2, "mobile": false});
        browser
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    } else {
        browser
            .devtools("Emulation.clearDeviceMetricsOverride", json!({}))
            .await;
    }
}

#[tokio::test]
async fn the_elements_fit_a_page_that_is_read_from_the_right() {
    let building = Building::of_example().await;
    for (page, element) in [("index", "button"), ("verified", "results")] {
        building.page(
            &format!("{page}.html"),
            &format!(
                "<!doctype html><html dir=rtl lang=ar><meta charset=utf-8><title>متجر</title>
                 <meta name=viewport content='width=device-width, initial-scale=1'>
                 <script type=module src=/kyc/elements.js></script>
                 <h1>متجر</h1><authenteq-{element}><a href=/kyc/start>Sign Up</a></authenteq-{element}>"
            ),
        );
    }
    elements::same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.wait_for_script(&format!("return {}?.href", elements::BUTTON)).await;
        does_not_scroll_sideways(browser, "button").await;
        let button = format!(
            "const link = {button};
            const words = document.createRange();
            words.selectNodeContents(link.querySelector('slot[name=caption]') ?? link);
            const [mark, text, all] = [link.querySelector('svg'), words, link].map((e) => e.getBoundingClientRect());
            return [getComputedStyle(link).direction, mark.left >= text.right,
                mark.right <= all.right && text.left >= all.left, all.right <= innerWidth]",
            button = elements::BUTTON
        );
        assert_eq!(browser.run(&button).await, json!(["rtl", true, true, true]));
        browser.keep_view("right-to-left-button").await;
        elements::press(browser).await;
        identify(browser, "three-documents").await;
        elements::sees_the_results(browser).await;
        for twice in [false, true] {
            zoom(browser, twice).await;
            does_not_scroll_sideways(browser, "results").await;
            let seen = format!(
                "const root = {ROOT};
                const label = root.querySelector('dt').getBoundingClientRect();
                const card = root.querySelector('.card').getBoundingClientRect();
                const out = [...root.querySelectorAll('button, a, dd, img, h1, h2')]
                    .map((e) => [e.localName, e.getBoundingClientRect()])
                    .filter(([, box]) => box.width && (box.left < -1 || box.right > document.documentElement.clientWidth + 1));
                return [card.right - label.right < label.left - card.left, out.map(([name]) => name)]"
            );
            assert_eq!(browser.run(&seen).await, json!([true, []]), "{twice}");
            browser
                .keep_view(&format!("right-to-left-results-{}", if twice { "200" } else { "100" }))
                .await;
        }
    })
    .await;
}

/// All that is said to a visitor, but for the data itself.
async fn words(browser: &Browser) -> Vec<String> {
    let script = format!(
        "const said = new Set();
        const all = document.createTreeWalker({ROOT}, NodeFilter.SHOW_TEXT);
        while (all.nextNode()) {{
            const text = all.currentNode;
            if (!text.parentElement.closest('[translate=no], code, [role=timer]')) said.add(text.data.trim());
        }}
        for (const e of {ROOT}.querySelectorAll('[aria-label], [alt], [title]'))
            for (const name of ['aria-label', 'alt', 'title']) said.add(e.getAttribute(name) ?? '');
        said.delete('');
        return [...said]"
    );
    serde_json::from_value(browser.run(&script).await).unwrap()
}

#[tokio::test]
async fn no_english_word_is_left_in_german_and_twice_the_size_fits() {
    elements::example(async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        let in_german = "document.querySelector('authenteq-button').lang = 'de'";
        browser.wait_for_script(&format!("return {}?.href", elements::BUTTON)).await;
        browser.run(in_german).await;
        zoom(browser, true).await;
        does_not_scroll_sideways(browser, "button").await;
        browser.screenshot("german-button-200").await;
        zoom(browser, false).await;
        elements::press(browser).await;
        identify(browser, "licence").await;
        elements::sees_the_results(browser).await;
        let mut said = Vec::new();
        for lang in ["en", "de"] {
            browser
                .run(&format!(
                    "const old = document.querySelector('authenteq-results');
                    const other = document.createElement('authenteq-results');
                    other.lang = '{lang}';
                    old.replaceWith(other);"
                ))
                .await;
            let drawn = format!(
                "return {ROOT}.querySelector('.authenteq[lang={lang}] [data-outcome=shown]') !== null"
            );
            browser.wait_for_script(&drawn).await;
            let mut words = words(browser).await;
            zoom(browser, true).await;
            does_not_scroll_sideways(browser, lang).await;
            browser.screenshot(&format!("results-{lang}-200")).await;
            zoom(browser, false).await;
            let last = format!("{ROOT}.querySelector('[data-test=logout]').click()");
            if lang == "de" {
                browser.run(&last).await;
                let over = format!("return {ROOT}.querySelector('[data-outcome=ended]') !== null");
                browser.wait_for_script(&over).await;
                let ended = self::words(browser).await;
                assert!(ended.contains(&"Ihre Daten sind entfernt".to_owned()), "{ended:?}");
            }
            words.sort();
            said.push(words);
        }
        let [english, german] = <[Vec<String>; 2]>::try_from(said).unwrap();
        assert_eq!(english.len(), german.len(), "{english:#?} {german:#?}");
        assert!(english.len() > 30, "{english:?}");
        let both: Vec<_> = german.iter().filter(|word| english.contains(word)).collect();
        assert_eq!(json!(both), json!(["Chip (NFC)"]));
        assert_eq!(browser.run("return document.documentElement.lang").await, Value::from("en"));
    })
    .await;
}
