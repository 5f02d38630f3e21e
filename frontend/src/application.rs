//! The components for other Leptos applications. Without a [`Locale`] as context, they speak the browser's language.
//! With those that show failures and data, the texts of every language become part of the application's program, which
//! has no file of texts to load.

use leptos::prelude::*;

use crate::{
    components::{
        failure_card, results,
        sign_up_button::{self, Variant},
    },
    sign_up::{failure::Failure, results::SignUp, ways::Ways},
    texts::{self, locale::Locale},
};

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
    Locale::detect().show();
    view! { <sign_up_button::SignUpButton variant href /> }
}

/// Draws a [`SignUp`]: the data until the session ends or the visitor leaves the page, or a failure. Needs
/// `styles/components.css`, under an element of the class `authenteq`.
#[component]
pub fn Results(
    /// From [`SignUp::open`].
    sign_up: SignUp,
) -> impl IntoView {
    Locale::detect().show();
    texts::read_all();
    view! { <results::Results sign_up /> }
}

/// The heading takes the focus, so that a screen reader reads it and the keyboard starts there.
#[component]
pub fn FailureCard(
    /// The failure.
    failure: Failure,
    /// Where the visitor may go on.
    ways: Ways,
    /// The action of the button "try again" or "show my data"; `None` leaves it out.
    retry: Option<Callback<()>>,
) -> impl IntoView {
    Locale::detect().show();
    texts::read_all();
    view! { <failure_card::FailureCard failure ways retry /> }
}
