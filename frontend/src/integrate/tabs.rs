//! Tabs, as the ARIA Authoring Practices Guide describes them: one stop of the Tab key; arrow keys, Home and
//! End choose. The fragment of the page's address names the chosen one.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

/// One tab and what belongs to it.
pub(super) struct Tab {
    /// Also the fragment of the address.
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    pub(super) panel: AnyView,
}

/// A list of tabs above the panel of the chosen one.
pub(super) fn tabs(label: &'static str, tabs: Vec<Tab>) -> AnyView {
    let ids: StoredValue<Vec<&'static str>> =
        StoredValue::new(tabs.iter().map(|tab| tab.id).collect());
    let named = move || named_by_the_address(&ids.get_value());
    let chosen = RwSignal::new(named().unwrap_or(0));
    // A link on the page, or Back.
    let changed = window_event_listener(ev::hashchange, move |_| {
        if let Some(place) = named() {
            chosen.set(place);
        }
    });
    on_cleanup(move || changed.remove());
    let choose = move |place: usize| {
        chosen.set(place);
        let fragment = ["#", ids.get_value()[place]].concat();
        if let Ok(history) = window().history() {
            // The address is worth having, and the tab is chosen without it.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&fragment));
        }
    };
    let (buttons, panels): (Vec<_>, Vec<_>) = tabs
        .into_iter()
        .enumerate()
        .map(|(place, tab)| {
            let is_chosen = move || chosen.get() == place;
            let button = button(&tab, is_chosen, move || choose(place));
            (button, panel(tab, is_chosen))
        })
        .unzip();
    let last = buttons.len() - 1;
    let on_key = move |event: ev::KeyboardEvent| {
        let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        let now = chosen.get_untracked();
        let place = match event.key().as_str() {
            _ if has_modifier => return,
            "ArrowRight" if now == last => 0,
            "ArrowRight" => now + 1,
            "ArrowLeft" => now.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        choose(place);
        focus(ids.get_value()[place]);
    };
    view! {
        <div>
            <div class="tabs" role="tablist" aria-label=label on:keydown=on_key>
                {buttons}
            </div>
            {panels}
        </div>
    }
    .into_any()
}

fn button(
    tab: &Tab,
    is_chosen: impl Fn() -> bool + Copy + Send + Sync + 'static,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button
            class="tab"
            type="button"
            role="tab"
            id=["tab-", tab.id].concat()
            data-test=["tab-", tab.id].concat()
            aria-selected=move || is_chosen().to_string()
            aria-controls=tab.id
            tabindex=move || if is_chosen() { "0" } else { "-1" }
            on:click=move |_| choose()
        >
            {tab.label}
        </button>
    }
    .into_any()
}

fn panel(tab: Tab, is_chosen: impl Fn() -> bool + Send + Sync + 'static) -> AnyView {
    view! {
        <div
            class="card snippets"
            role="tabpanel"
            id=tab.id
            aria-labelledby=["tab-", tab.id].concat()
            tabindex="0"
            hidden=move || !is_chosen()
        >
            {tab.panel}
        </div>
    }
    .into_any()
}

fn named_by_the_address(ids: &[&str]) -> Option<usize> {
    let hash = window().location().hash().ok()?;
    let named = hash.strip_prefix('#')?;
    ids.iter().position(|id| *id == named)
}

fn focus(id: &str) {
    let button = document().get_element_by_id(&["tab-", id].concat());
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A tab can always have the focus.
        let _ = button.focus();
    }
}
