//! Previews of the snippets.

use js_sys::Array;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{CssStyleSheet, HtmlDivElement, HtmlElement, ShadowRootInit, ShadowRootMode};

use super::{embed::Embed, link};
use crate::components::sign_up_button::Variant;

/// The link with its real style, in a shadow root: the page's style sheets do not reach it, nor it
/// the page. Its style sheet is constructed, which the page's policy allows.
pub(super) fn link(embed: Memo<Embed>) -> AnyView {
    let place: NodeRef<html::Div> = NodeRef::new();
    place.on_load(move |place: HtmlDivElement| {
        // Both work in every browser that runs this program: the element is new and has no shadow root.
        let Ok(shadow) = place.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)) else {
            return;
        };
        let Ok(sheet) = CssStyleSheet::new() else {
            return;
        };
        shadow.set_adopted_style_sheets(&Array::of1(&sheet));
        // Leptos only adds children.
        let shadow: HtmlElement = shadow.unchecked_into();
        leptos::mount::mount_to(shadow, move || {
            Effect::new(move |_| {
                // Only an @import could be refused.
                let _ = sheet.replace_sync(link::style(&embed.get()));
            });
            view! {
                <a
                    class="authenteq-link"
                    href=move || embed.get().start_url()
                    lang=move || embed.get().language.tag()
                >
                    <svg viewBox="0 0 32 32" aria-hidden="true">
                        <path d=link::MARK />
                    </svg>
                    <span>{move || embed.get().caption()}</span>
                </a>
            }
        })
        .forget();
    });
    view! { <div class="host" node_ref=place data-test="link-preview"></div> }.into_any()
}

/// The element itself, by the deployment's own `elements.js`; until that has come, the link inside.
pub(super) fn button(embed: Memo<Embed>, name: &'static str) -> AnyView {
    let variant = move || match embed.get().variant {
        Variant::Brand => "brand",
        Variant::Accessible => "accessible",
    };
    view! {
        <authenteq-button
            site=move || embed.get().site
            return=move || embed.get().return_key
            lang=move || embed.get().language.tag()
            variant=variant
            data-test=name
        >
            <a href=move || embed.get().start_url()>{move || embed.get().caption()}</a>
        </authenteq-button>
    }
    .into_any()
}
