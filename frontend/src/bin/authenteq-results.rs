//! The program of `<authenteq-results>`, which `elements/elements.js` registers and calls, and of the
//! portal's own `/results`, which `results.js` calls.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    mem,
    rc::Rc,
};

use js_sys::{Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement, ShadowRoot};
use webkyc_frontend::{
    Backend, FailureReason, Outcome, SignUp, SiteReturn,
    program::{self, Results},
};

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: program::Allocator = program::Allocator::new();

thread_local! {
    /// Whether this program shows the portal's page.
    static IS_PAGE: Cell<bool> = const { Cell::new(false) };
    /// The elements with a view, to be replaced by the card of a crash.
    static DRAWN: RefCell<Vec<(HtmlElement, ShadowRoot)>> = const { RefCell::new(Vec::new()) };
}

fn main() {
    program::report_panics(crashed);
}

/// Replaces each view by the card of a crash. The program's glue calls this after an exception in a
/// callback or task (`cargo xtask post-build`), and again after a panic.
#[wasm_bindgen]
pub fn crashed() {
    if IS_PAGE.get() {
        program::show_crash();
    }
    // If the panic came while the list was borrowed, the elements stay as they are.
    let drawn = DRAWN.with(|drawn| {
        drawn
            .try_borrow_mut()
            .map(|mut drawn| mem::take(&mut *drawn))
    });
    for (host, root) in drawn.unwrap_or_default() {
        // Nothing is left to try after this.
        let _ = program::draw_crash(&root);
        let detail = ["code", "supportCode"].map(|name| (name, "CRASHED".into()));
        emit(&host, "authenteq-error", &detail);
    }
}

/// Shows the portal's page.
#[wasm_bindgen]
pub fn page() {
    IS_PAGE.set(true);
    program::results();
}

/// A view in an element, until JavaScript frees it.
#[wasm_bindgen]
pub struct View {
    root: ShadowRoot,
    sign_up: Option<SignUp>,
    #[expect(dead_code, reason = "kept, not read")]
    view: Box<dyn Any>,
}

#[wasm_bindgen]
impl View {
    /// The data while it is shown, else `null`.
    pub fn verification(&self) -> JsValue {
        match self.sign_up.and_then(SignUp::outcome_now) {
            Some(Outcome::Shown(shown)) => shown.json().clone(),
            _ => JsValue::NULL,
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        DRAWN.with_borrow_mut(|drawn| drawn.retain(|(_, root)| *root != self.root));
    }
}

/// Opens a sign-up and draws it. `base` is the backend's address, with a slash at the end; `tag` the language, and
/// `texts` the file with its texts.
///
/// # Errors
/// The texts are those of another release.
#[wasm_bindgen]
pub fn mount(
    host: HtmlElement,
    root: ShadowRoot,
    base: &str,
    tag: &str,
    texts: &str,
) -> Result<View, JsValue> {
    let locale = program::results_locale(tag, texts);
    let locale = locale.ok_or_else(|| JsValue::from("texts of another release"))?;
    DRAWN.with_borrow_mut(|drawn| drawn.push((host.clone(), root.clone())));
    let attribute = |name| host.get_attribute(name).filter(|value| !value.is_empty());
    // A return without a site leads nowhere.
    let site_return = SiteReturn::of_keys(attribute("site"), attribute("return"))
        .ok()
        .flatten();
    let backend = Backend::at(base);
    let drawn_in = root.clone();
    let opened = Rc::new(Cell::new(None));
    let open = Rc::clone(&opened);
    // A shadow root is no element, but takes children like one, and Leptos only adds children.
    let view = leptos::mount::mount_to(root.clone().unchecked_into(), move || {
        let lang = locale.lang();
        provide_context(locale);
        provide_context(backend);
        let sign_up = SignUp::open(site_return);
        Effect::new(move || {
            let outcome = sign_up.outcome();
            // A request that ends behind the card of a crash is of no interest.
            if DRAWN.with_borrow(|drawn| drawn.iter().any(|(_, root)| *root == drawn_in)) {
                report(&host, &outcome);
            }
        });
        open.set(Some(sign_up));
        view! {
            <div class="authenteq" lang=lang>
                <Results sign_up />
            </div>
        }
    });
    Ok(View {
        root,
        sign_up: opened.get(),
        view: Box::new(view),
    })
}

/// Tells the page by an event.
fn report(host: &HtmlElement, outcome: &Outcome) {
    match outcome {
        Outcome::Checking(_) | Outcome::Leaving(_) => {}
        Outcome::Shown(shown) => {
            let session = &shown.live.session;
            let detail = [
                ("sessionId", JsValue::from(&session.session_id)),
                ("expiresAt", JsValue::from(session.expires_at as f64)),
            ];
            emit(host, "authenteq-verified", &detail);
        }
        Outcome::Failed(failed) => {
            if failed.failure.reason == FailureReason::DataExpired {
                emit(host, "authenteq-ended", &[("reason", "expired".into())]);
            }
            let detail = [
                ("code", failed.failure.reason.code().into()),
                ("supportCode", failed.failure.support_line().into()),
            ];
            emit(host, "authenteq-error", &detail);
        }
        Outcome::Ended { .. } => emit(host, "authenteq-ended", &[("reason", "logout".into())]),
        Outcome::Away => emit(host, "authenteq-ended", &[("reason", "left".into())]),
    }
}

fn emit(host: &HtmlElement, name: &str, detail: &[(&str, JsValue)]) {
    let object = Object::new();
    for (key, value) in detail {
        // Cannot fail: a plain object takes every key.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&object);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // The browser reports a listener's exception to the page.
        let _ = host.dispatch_event(&event);
    }
}
