//! Pages that change while they are shown: the browser translates them, or a script moves an element.

use serde_json::json;

use crate::{
    elements::{BUTTON, example, same_origin},
    pages::{begin, identify, sees_the_results, stored_state},
    setup::test,
    site::Building,
};

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

/// Holds each request until `go` is its number.
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
        // The first request is for the program, the second the exchange.
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
        browser.find("[data-test=sign-up]").await;
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
        browser.run(&set("false")).await;
        let property = format!(
            "const button = document.querySelector('authenteq-button');
            const states = [true, false].map((it) => {{
                button.disabled = it;
                return [button.disabled, Boolean({BUTTON}.href)];
            }});
            return states"
        );
        assert_eq!(
            browser.run(&property).await,
            json!([[true, false], [false, true]])
        );
    })
    .await;
}
