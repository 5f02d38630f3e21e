//! The "Sign Up with Authenteq" button.

use leptos::prelude::*;

use crate::{components::mark::Mark, texts::locale::Locale};

/// How the button looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Variant {
    /// The official look: white on orange, which is a contrast of 2.2:1.
    #[default]
    Brand,
    /// The same shape and orange with a dark caption: 8:1.
    Accessible,
}

/// A link to the page that starts a sign-up. Needs `styles/button.css` on the page.
#[component]
pub fn SignUpButton(
    /// How it looks.
    #[prop(optional)]
    variant: Variant,
    /// Where `/start` of the portal is, with its `site` and `return`.
    #[prop(default = String::from("start"), into)]
    href: String,
) -> impl IntoView {
    let caption = Locale::current().button_texts().sign_up;
    let class = match variant {
        Variant::Brand => "authenteq-button",
        Variant::Accessible => "authenteq-button authenteq-button--accessible",
    };
    view! {
        <a class=class href=href data-test="sign-up">
            <Mark />
            <span class="caption">{caption}</span>
        </a>
    }
}
