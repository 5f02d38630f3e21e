//! Documents whose data attacks the page that shows it.

mod answers;
mod place;

use serde_json::{Value, json};
use webkyc_test_kit::{browser::Browser, driver::Options};

use self::{
    answers::{ENDLESS, MARKUP, TRICKS, details},
    place::Place,
};
use crate::{
    elements,
    pages::{begin, identify, sees_the_results},
    setup::test_in,
    site::Building,
    stack::Stack,
};

/// Records, from the first moment of each page, everything that hostile data could make it do.
pub(crate) async fn watch(browser: &Browser) {
    let source = "window.violations = [];
        document.addEventListener('securitypolicyviolation', (event) =>
            window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
        for (const name of ['alert', 'confirm', 'prompt', 'open'])
            window[name] = () => { window.pwned = name; };
        addEventListener('hashchange', () => { window.pwned = 'hash'; });";
    browser.run_first(source).await;
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
                // An address has lines, which are elements of their own.
                let spelt = if path.ends_with(".address") {
                    spelt.replace("[U+000D][U+000A]", "")
                } else {
                    (*spelt).to_owned()
                };
                assert_eq!(text, spelt, "{path}");
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
    elements::same_origin_in(phone(), building, None, async |stack, browser, site| {
        watch(browser).await;
        elements::sign_up(browser, site, "john").await;
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
async fn con_02_hidden_turned_and_endless_text_is_visible_on_the_portal() {
    on_the_portal(async |stack, browser| tricks_are_seen(stack, browser, Place::Portal).await)
        .await;
}

#[tokio::test]
async fn con_02_hidden_turned_and_endless_text_is_visible_in_the_element() {
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
