//! `/integrate`, until [`crate::integrate`] has all that it shows.

use leptos::prelude::*;

use crate::{components::notice::waiting, pages::main_part, texts::locale::Locale};

/// What stands there until [`crate::integrate`] takes its place.
#[component]
pub fn Integrate() -> impl IntoView {
    let texts = Locale::current().texts();
    let card = waiting(
        texts.integrate.link,
        texts.integrate.loading,
        texts.patience.into_any(),
    );
    main_part(
        "integrate",
        texts.integrate.link,
        Some("loading"),
        None,
        card,
    )
}
