//! `postMessage` of other windows.

use webkyc_test_kit::browser::Browser;

use crate::{elements, pages::signed_up, setup::test, stack::Stack};

/// Twenty messages in shapes that programs listen for, of another origin and of none, and one of 10 MB.
/// Returns how many arrived at a listener of the test's own.
const MESSAGES: &str = "
    let heard = 0;
    addEventListener('message', () => { heard += 1; });
    const code = { code: 'stolen', state: 'x'.repeat(43) };
    const shapes = [
        null, 0, '', 'logout', 'authenteq', JSON.stringify(code), code, [code],
        { type: 'authenteq-start' }, { type: 'authenteq-verified', detail: code },
        { type: 'authenteq-ended' }, { type: 'authenteq-error', code: 'CRASHED' },
        { action: 'exchange', ...code }, { method: 'logout', id: 1, jsonrpc: '2.0' },
        { source: 'react-devtools-bridge' }, { __proto__: null, then: 1 }, new Map([['code', 'x']]),
        { html: '<img src=x onerror=window.pwned=1>' }, { location: 'https://evil.example/' },
        new Error('stop'), 'x'.repeat(10_000_000),
    ];
    for (const data of shapes) {
        postMessage(data, '*');
        dispatchEvent(new MessageEvent('message', { data, origin: 'https://evil.example', source: window }));
        document.dispatchEvent(new MessageEvent('message', { data, origin: 'null', bubbles: true }));
    }
    while (heard < 3 * shapes.length) await new Promise((next) => setTimeout(next));
    return heard";

/// The page as it is drawn, without the time that runs.
fn drawn(root: &str) -> String {
    format!(
        "const copy = {root}.querySelector('[data-outcome]').cloneNode(true);
        for (const timer of copy.querySelectorAll('[role=timer]')) timer.remove();
        return [copy.outerHTML, location.href, JSON.stringify({{ ...sessionStorage }}), window.pwned ?? null]"
    )
}

async fn messages_change_nothing(stack: &Stack, browser: &Browser, root: &str) {
    let before = browser.run(&drawn(root)).await;
    let calls = stack.public.requests().len();
    assert_eq!(browser.run_async(MESSAGES).await, 63);
    assert_eq!(browser.run(&drawn(root)).await, before);
    assert_eq!(stack.public.requests().len(), calls);
}

#[tokio::test]
async fn xo_08_forged_messages_change_nothing_on_the_portal() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        messages_change_nothing(stack, browser, "document").await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
    })
    .await;
}

#[tokio::test]
async fn xo_08_forged_messages_change_nothing_in_the_element() {
    elements::example(async |stack, browser, site| {
        elements::sign_up(browser, site, "john").await;
        let root = "document.querySelector('authenteq-results').shadowRoot";
        messages_change_nothing(stack, browser, root).await;
    })
    .await;
}
