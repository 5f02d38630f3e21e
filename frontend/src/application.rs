//! The components that show failures and data, for other Leptos applications. With them, the texts of every language
//! become part of the application's program, which has no file of texts to load.

use leptos::prelude::*;

use crate::{
    components::{failure_card, results},
    sign_up::{failure::Failure, results::SignUp, ways::Ways},
    texts,
};

/// Draws a [`SignUp`]: the data until the session ends or the visitor leaves the page, or a failure. Needs
/// `styles/components.css`, under an element of the class `authenteq`.
#[component]
pub fn Results(
    /// From [`SignUp::open`].
    sign_up: SignUp,
) -> impl IntoView {
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
    texts::read_all();
    view! { <failure_card::FailureCard failure ways retry /> }
}
