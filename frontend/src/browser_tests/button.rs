use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;
use webkyc_shared::{problem::ErrorCode, sign_up::FailureReason};

use crate::{
    components::{
        failure_card::FailureCard,
        sign_up_button::{SignUpButton, Variant},
    },
    pages::crash,
    sign_up::ways::Ways,
    texts::tests::read_every_file,
};

/// A place for a component, whose texts are loaded.
fn place() -> HtmlElement {
    read_every_file();
    let place = document().create_element("div").expect("can be made");
    let body = document().body().expect("has a body");
    body.append_child(&place).expect("can be added");
    place.unchecked_into()
}

#[wasm_bindgen_test]
fn the_button_is_a_link_with_a_caption() {
    let place = place();
    let _mounted = mount_to(place.clone(), || view! { <SignUpButton /> });
    let link = place
        .query_selector("a[data-test=sign-up]")
        .ok()
        .flatten()
        .expect("is a link");
    assert_eq!(link.get_attribute("href").as_deref(), Some("start"));
    assert!(
        link.text_content()
            .is_some_and(|text| text.contains("Authenteq"))
    );
    assert!(
        link.query_selector("svg[aria-hidden=true]")
            .ok()
            .flatten()
            .is_some()
    );
}

#[wasm_bindgen_test]
fn the_button_leads_where_a_site_wants_and_looks_as_it_wants() {
    let place = place();
    let _mounted = mount_to(place.clone(), || {
        view! { <SignUpButton variant=Variant::Accessible href="/kyc/start?site=shop" /> }
    });
    let link = place
        .query_selector("a.authenteq-button--accessible")
        .ok()
        .flatten()
        .expect("is there");
    assert_eq!(
        link.get_attribute("href").as_deref(),
        Some("/kyc/start?site=shop")
    );
}

#[wasm_bindgen_test]
fn a_failure_has_its_code_and_a_way_on() {
    let place = place();
    let _mounted = mount_to(place.clone(), || {
        view! { <FailureCard failure=FailureReason::NotStartedHere.into() ways=Ways::default() retry=None /> }
    });
    let find = |selector: &str| place.query_selector(selector).ok().flatten();
    assert!(find("[role=alert] h1").is_some());
    assert!(find("a[data-test=start-again][href=start]").is_some());
    assert!(find("[data-test=try-again]").is_none());
    let code = find("[data-test=support-code]").and_then(|code| code.text_content());
    assert_eq!(code.as_deref(), Some("NOT_STARTED_HERE"));
}

#[wasm_bindgen_test]
fn the_main_action_of_a_failure_is_one_that_helps() {
    let refused = FailureReason::Backend;
    for (reason, is_over, main, has_others) in [
        (FailureReason::TooOld, false, "start-again", true),
        (FailureReason::TooOld, true, "return", false),
        (refused(ErrorCode::UpstreamConfig), false, "return", true),
        (refused(ErrorCode::SignUpNotFound), false, "return", false),
        (
            refused(ErrorCode::RedirectElsewhere),
            false,
            "return",
            false,
        ),
    ] {
        let place = place();
        let _mounted = mount_to(place.clone(), move || {
            let ways = Ways {
                return_url: Some("https://shop.example/".to_owned()),
                is_over,
                ..Ways::default()
            };
            view! { <FailureCard failure=reason.into() ways retry=None /> }
        });
        let find = |selector: &str| place.query_selector(selector).expect("is valid");
        let marked = find(".action--main").and_then(|action| action.get_attribute("data-test"));
        assert_eq!(marked.as_deref(), Some(main), "{reason:?}");
        assert!(find(".action--main ~ .action--main").is_none());
        let rest = find("a[data-test]:not(.action--main)");
        assert_eq!(rest.is_some(), has_others, "{reason:?}");
    }
}

#[wasm_bindgen_test]
fn ops_14_a_crash_shows_a_card_in_place_of_the_page() {
    read_every_file();
    // The runner writes its report into the page too: give it back afterwards.
    let body = document().body().expect("has a body");
    let kept = document().create_document_fragment();
    while let Some(child) = body.first_child() {
        kept.append_child(&child).expect("can be moved");
    }
    crash::show();
    let find = |selector: &str| body.query_selector(selector).ok().flatten();
    let seen = (
        find("main[data-reason=CRASHED] h1").is_some(),
        // A page's <base> does not lead it elsewhere.
        find("a[href^='http']").is_some(),
    );
    body.set_text_content(None);
    body.append_child(&kept).expect("can be moved back");
    assert_eq!(seen, (true, true));
}
