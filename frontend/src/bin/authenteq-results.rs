//! The program of `<authenteq-results>`, called by `elements/elements.js`, which registers it; and of
//! the portal's own `/results`, called by `results.js`.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement, ShadowRoot};
use webkyc_frontend::{
    api::Backend,
    components::results::Results,
    pages,
    pages::{crash, frame},
    sign_up::{
        failure::Reason,
        results::{Outcome, Visit},
        state::CameFrom,
    },
    texts::locale::Locale,
};

thread_local! {
    /// The elements in which something is drawn, for when the program stops.
    static DRAWN: RefCell<Vec<(HtmlElement, ShadowRoot)>> = const { RefCell::new(Vec::new()) };
}

fn main() {
    crash::report(|| {
        // Whatever is borrowed at that moment stays as it is.
        let drawn = DRAWN.with(|drawn| drawn.try_borrow().map(|drawn| drawn.clone()));
        for (host, root) in drawn.unwrap_or_default() {
            // Nothing is left to do where even this fails.
            let _ = crash::draw_in(&root);
            let detail = ["code", "supportCode"].map(|name| (name, "CRASHED".into()));
            emit(&host, "authenteq-error", &detail);
        }
    });
}

/// Shows the portal's page.
#[wasm_bindgen]
pub fn page() {
    frame::mount(|| view! { <pages::results::Results /> }.into_any());
}

/// What is drawn, until this is freed.
#[wasm_bindgen]
pub struct View {
    root: ShadowRoot,
    visit: Option<Visit>,
    #[expect(dead_code, reason = "kept, not read")]
    view: Box<dyn Any>,
}

#[wasm_bindgen]
impl View {
    /// The data that is shown now.
    pub fn verification(&self) -> JsValue {
        match self.visit.and_then(Visit::outcome_now) {
            Some(Outcome::Shown(shown)) => shown.parsed.clone(),
            _ => JsValue::NULL,
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        DRAWN.with_borrow_mut(|drawn| drawn.retain(|(_, root)| *root != self.root));
    }
}

/// Draws what came back. `base` is where the backend is, with a slash at the end.
#[wasm_bindgen]
pub fn mount(host: HtmlElement, root: ShadowRoot, base: &str) -> View {
    DRAWN.with_borrow_mut(|drawn| drawn.push((host.clone(), root.clone())));
    let said = |name| host.get_attribute(name).filter(|value| !value.is_empty());
    let came_from = CameFrom {
        site: said("site"),
        return_key: said("return"),
    };
    let (locale, backend) = (Locale::detect_with(said("lang")), Backend::at(base));
    let visit = Rc::new(Cell::new(None));
    let made = Rc::clone(&visit);
    // Leptos only adds children to it, which a shadow root takes like any element.
    let view = leptos::mount::mount_to(root.clone().unchecked_into(), move || {
        let lang = locale.lang();
        provide_context(locale);
        provide_context(backend);
        let visit = Visit::start(came_from);
        Effect::new(move || tell(&host, &visit.outcome()));
        made.set(Some(visit));
        view! {
            <div class="authenteq" lang=lang>
                <Results visit />
            </div>
        }
    });
    View {
        root,
        visit: visit.get(),
        view: Box::new(view),
    }
}

fn tell(host: &HtmlElement, outcome: &Outcome) {
    match outcome {
        Outcome::Checking(_) => {}
        Outcome::Shown(shown) => {
            let session = &shown.live.session;
            let detail = [
                ("sessionId", JsValue::from(&session.session_id)),
                ("expiresAt", JsValue::from(session.expires_at as f64)),
            ];
            emit(host, "authenteq-verified", &detail);
        }
        Outcome::Failed(failed) => {
            if failed.failure.reason == Reason::DataExpired {
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
        // A plain object takes every key.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&object);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // What a page's listener throws, the browser reports to the page.
        let _ = host.dispatch_event(&event);
    }
}
