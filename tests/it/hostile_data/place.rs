//! Where the results are shown.

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{elements, pages::sees_the_results};

/// The page itself, or the first element's tree.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Portal,
    Element,
}

impl Place {
    pub(super) fn root(self) -> &'static str {
        match self {
            Self::Portal => "document",
            Self::Element => "document.querySelector('authenteq-results').shadowRoot",
        }
    }

    /// Shows the details that the sandbox has now.
    pub(super) async fn show_again(self, browser: &Browser) {
        browser.client.refresh().await.unwrap();
        self.sees_the_results(browser).await;
    }

    pub(super) async fn sees_the_results(self, browser: &Browser) {
        match self {
            Self::Portal => sees_the_results(browser).await,
            Self::Element => elements::sees_the_results(browser).await,
        }
        let root = self.root();
        let reveal = format!(
            "for (const button of {root}.querySelectorAll('[data-test=reveal]')) button.click();"
        );
        browser.run(&reveal).await;
    }

    /// How often each kind of element is there, and which attributes could run something.
    pub(super) async fn structure(self, browser: &Browser) -> Value {
        let root = self.root();
        let script = format!(
            "const count = {{}};
            const count_below = (place) => place.querySelectorAll('*').forEach((e) => {{
                count[e.localName] = (count[e.localName] ?? 0) + 1;
                for (const {{ name, value }} of e.attributes)
                    if (name.startsWith('on') || /^\\s*(javascript|data):/i.test(value)
                        && !name.startsWith('data-'))
                        count[`${{e.localName}} ${{name}}`] = value;
            }});
            count_below(document);
            if ({root} !== document) count_below({root});
            return count"
        );
        browser.run(&script).await
    }

    /// The text of each field, and the name of each class of a licence.
    pub(super) async fn read(self, browser: &Browser) -> Vec<(String, String)> {
        let root = self.root();
        let script = format!(
            "const seen = [...{root}.querySelectorAll('[data-field]')]
                .map((e) => [e.dataset.field, e.textContent]);
            const names = [...{root}.querySelectorAll('th[scope=row]')]
                .map((e) => ['class', e.textContent]);
            return seen.concat(names)"
        );
        serde_json::from_value(browser.run(&script).await).unwrap()
    }

    pub(super) async fn assert_harmless(self, browser: &Browser, of: &str) {
        let root = self.root();
        let script = format!(
            "const page = document.documentElement;
            const pictures = [...{root}.querySelectorAll('img:not([data-image])')].length;
            return [window.pwned ?? null, window.violations, pictures,
                page.scrollWidth > page.clientWidth, document.title.includes('<')]"
        );
        let seen = browser.run(&script).await;
        assert_eq!(seen, json!([null, [], 0, false, false]), "{of}");
    }
}
