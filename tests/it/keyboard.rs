//! The keyboard is enough, from the first page to the end, and shows where it is.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{
    camera::{agree, paint_badly, scene, sees},
    downloads::{download_folder, saved},
    elements,
    pages::{sees_the_results, shown_fields},
    setup::test,
};

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const SPACE: char = ' ';

/// Presses a key of the keyboard. WebDriver would take a key that is sent to an upload for a path.
async fn press(browser: &Browser, value: char) {
    let keys = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value })
        .then(KeyAction::Up { value });
    browser.client.perform_actions(keys).await.unwrap();
}

/// The `data-test` of the focused element, or else what its script knows it by, and whether the focus is
/// visible. The identity server's pages, and pages without a focus, count as visible.
async fn focus(browser: &Browser) -> (String, bool) {
    let seen = browser
        .run(
            "let active = document.activeElement;
            while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
            if (!active || active === document.body) return ['', true];
            const style = getComputedStyle(active);
            const box = active.getBoundingClientRect();
            const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
                && style.outlineColor !== style.backgroundColor;
            const ours = document.querySelector('[data-page], authenteq-button, authenteq-results')
                && active.localName !== 'input';
            const name = active.dataset.test ?? Object.keys(active.dataset)[0] ?? active.className;
            return [name, !ours || (ring && box.width > 0)]",
        )
        .await;
    (seen[0].as_str().unwrap().to_owned(), seen[1] == true)
}

/// Goes on with the Tab key to this `data-test` and presses a key there; returns the stops on the way.
async fn press_at(browser: &Browser, hook: &str, key: char) -> Vec<String> {
    let mut stops = Vec::new();
    for _ in 0..60 {
        let (name, is_seen) = focus(browser).await;
        assert!(is_seen, "the focus cannot be seen at {name:?}");
        if name.split(' ').any(|word| word == hook) {
            press(browser, key).await;
            return stops;
        }
        stops.push(name);
        press(browser, TAB).await;
    }
    panic!("{hook} cannot be reached with the Tab key: {stops:?}");
}

/// Through the identity server's pages, as a person chosen in the drawer.
async fn identify(browser: &Browser) {
    browser.find("body[data-step=introduction]").await;
    press_at(browser, "drawer", ENTER).await;
    // Enter signs up only where a person has the focus: here it shows the page again.
    press_at(browser, "skip-pages", ENTER).await;
    let is_again = "return location.pathname.endsWith('introduction') && location.search !== ''";
    browser.wait_for_script(is_again).await;
    press_at(browser, "drawer", ENTER).await;
    press_at(browser, "person-anna", ENTER).await;
    browser.find("body[data-step=verification]").await;
    press_at(browser, "continue", ENTER).await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    test(async |stack, browser| {
        let folder = download_folder(browser).await;
        browser.open_page(&stack.page("/")).await;
        browser.find("[data-test=sign-up]").await;
        press_at(browser, "sign-up", ENTER).await;
        identify(browser).await;
        sees_the_results(browser).await;
        press_at(browser, "reveal", SPACE).await;
        browser.find("[data-test=reveal][aria-pressed=true]").await;
        // The focus stays on the pressed button, so a second press undoes the first.
        assert_eq!(focus(browser).await, ("reveal".to_owned(), true));
        press(browser, ENTER).await;
        browser.find("[data-test=reveal][aria-pressed=false]").await;
        press_at(browser, "export-details", ENTER).await;
        saved(folder.path(), "verification.json").await;
        browser
            .run("window.print = () => { window.printed = true; }")
            .await;
        let stops = press_at(browser, "print", ENTER).await;
        assert_eq!(stops, ["export-details"]);
        assert_eq!(browser.run("return window.printed").await, true);
        let stops = press_at(browser, "picture-save", ENTER).await;
        assert!(stops.contains(&"logout".to_owned()), "{stops:?}");
        press_at(browser, "logout", ENTER).await;
        browser.find("[data-outcome=ended]").await;
        assert_eq!(shown_fields(browser).await, json!({}));
        press_at(browser, "start-again", ENTER).await;
        browser.find("body[data-step=introduction]").await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_is_enough_in_the_elements() {
    elements::example(async |_, browser, site| {
        let folder = download_folder(browser).await;
        browser.open_page(&site.url("localhost")).await;
        browser
            .wait_for_script(&format!("return {}?.href", elements::BUTTON))
            .await;
        press_at(browser, "sign-up", ENTER).await;
        identify(browser).await;
        elements::sees_the_results(browser).await;
        press_at(browser, "reveal", SPACE).await;
        let root = "document.querySelector('authenteq-results').shadowRoot";
        let open = format!(
            "return {root}.querySelector('[data-test=reveal][aria-pressed=true]') !== null"
        );
        assert_eq!(browser.wait_for_script(&open).await, true);
        press_at(browser, "export-details", ENTER).await;
        saved(folder.path(), "verification.json").await;
        press_at(browser, "logout", ENTER).await;
        let over = format!("return {root}.querySelector('[data-outcome=ended]') !== null");
        browser.wait_for_script(&over).await;
        let data = "return document.querySelector('authenteq-results').verification";
        assert_eq!(browser.run(data).await, Value::Null);
        press_at(browser, "start-again", ENTER).await;
        browser.find("body[data-step=introduction]").await;
    })
    .await;
}

#[tokio::test]
async fn the_tabs_for_developers_are_one_stop_with_arrow_keys() {
    let [left, right, home, end] = ['\u{e012}', '\u{e014}', '\u{e011}', '\u{e010}'];
    test(async |stack, browser| {
        browser.open_page(&stack.page("/integrate")).await;
        browser.find("main[data-outcome=shown]").await;
        press_at(browser, "tab-link", right).await;
        for (tab, key) in [
            ("tab-html", left),
            ("tab-link", left),
            ("tab-sign-ups", right),
            ("tab-link", end),
            ("tab-sign-ups", home),
            ("tab-link", right),
        ] {
            let chosen =
                "return document.querySelector('[role=tab][aria-selected=true]').dataset.test";
            assert_eq!(browser.run(chosen).await, tab);
            assert_eq!(focus(browser).await, (tab.to_owned(), true));
            press(browser, key).await;
        }
        // The next stop is the panel of that tab.
        press(browser, TAB).await;
        let panel = "return [document.activeElement.role, document.activeElement.id]";
        assert_eq!(browser.run(panel).await, json!(["tabpanel", "html"]));
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_is_enough_for_the_camera() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        agree(stack, browser).await;
        for (task, before) in [("face", ""), ("front", "kind"), ("back", "turned")] {
            if !before.is_empty() {
                press_at(browser, before, ENTER).await;
            }
            sees(browser, "camera", task).await;
            // No picture is taken by itself of what is too far away.
            scene(browser, "{ wrong: 'far' }").await;
            press_at(browser, "shoot", ENTER).await;
            sees(browser, "review", task).await;
            press_at(browser, "zoom", SPACE).await;
            press_at(browser, "again", ENTER).await;
            sees(browser, "camera", task).await;
            press_at(browser, "shoot", SPACE).await;
            sees(browser, "review", task).await;
            press_at(browser, "take", ENTER).await;
            let next = match task {
                "face" => "[data-screen=choose]",
                "front" => "[data-screen=turn]",
                _ => "body[data-step=verification]",
            };
            browser.find(next).await;
            if task == "face" {
                // The first kind is a passport, which has no back.
                press_at(browser, "kind", TAB).await;
            }
        }
        press_at(browser, "continue", ENTER).await;
        sees_the_results(browser).await;
    })
    .await;
}
