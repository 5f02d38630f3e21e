//! The program of `<authenteq-button>`, which `elements/elements.js` registers and calls.
//!
//! Other sites load it, so it has to be light: it draws the parts that never change, and the script
//! fills in the rest.

use std::any::Any;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::ShadowRoot;
use webkyc_frontend::{
    SiteReturn,
    program::{self, Origin},
};
use webkyc_shared::problem::ErrorCode;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: program::Allocator = program::Allocator::new();

fn main() {}

/// A view in an element, until JavaScript frees it.
#[wasm_bindgen]
pub struct View(#[expect(dead_code, reason = "kept, not read")] Box<dyn Any>);

/// Draws the button: a link with slots for icon and caption.
#[wasm_bindgen]
pub fn mount(root: ShadowRoot) -> View {
    // A shadow root is no element, but takes children like one, and Leptos only adds children.
    let view = leptos::mount::mount_to(root.unchecked_into(), || {
        view! {
            <a part="button" data-test="sign-up">
                <slot name="icon">
                    <svg class="mark" part="icon" viewBox="0 0 32 32" aria-hidden="true">
                        <path d="M4 11V8a4 4 0 0 1 4-4h3M21 4h3a4 4 0 0 1 4 4v3M28 21v3a4 4 0 0 1-4 4h-3M11 28H8a4 4 0 0 1-4-4v-3" />
                        <path d="m10 16.5 4.2 4.2L22 12" />
                    </svg>
                </slot>
                <span class="caption" part="caption">
                    <slot name="caption"></slot>
                </span>
            </a>
        }
    });
    View(Box::new(view))
}

/// The caption; with the code of a failure, the sentence for it. `tags` are language tags between
/// commas, the preferred first.
#[wasm_bindgen]
pub fn text(tags: &str, code: Option<String>) -> String {
    program::button_text(tags, code.as_deref()).to_owned()
}

/// Begins a sign-up, and returns the authorize URL. `base` is the backend's address, with a slash at
/// the end; `site` and `return_key` are keys of its configuration.
///
/// # Errors
/// The code of the failure.
#[wasm_bindgen]
pub async fn prepare(
    base: String,
    site: Option<String>,
    return_key: Option<String>,
) -> Result<String, JsValue> {
    let site_return = SiteReturn::of_keys(site, return_key);
    // Any code's name would carry the names of all.
    let site_return = site_return.map_err(|_| ErrorCode::UnknownReturn.name())?;
    let url = program::begin(&base, Origin::Link(site_return)).await;
    url.map_err(|error| JsValue::from(error.code()))
}
