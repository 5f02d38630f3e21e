//! `/`: the steps of a sign-up, and the button.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::Backend,
    components::sign_up_button::{SignUpButton, Variant},
    pages::frame::{main_part, say_test},
    texts::locale::Locale,
};

/// The first page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let texts = Locale::current().portal_texts().home();
    let steps = [texts.step_face(), texts.step_document(), texts.step_data()];
    let steps = steps.map(|[title, sentence]| {
        view! {
            <li class="step">
                <h3>{title}</h3>
                <p>{sentence}</p>
            </li>
        }
    });
    let content = view! {
        <section class="hero">
            <div>
                <h1>{texts.heading()}</h1>
                <p class="lead">{texts.lead()}</p>
                <SignUpButton variant=Variant::Accessible />
                <p class="hint">{texts.leaves()}</p>
            </div>
            <Scene />
        </section>
        <section>
            <h2>{texts.steps_heading()}</h2>
            <ol class="steps">{steps.into_iter().collect_view()}</ol>
        </section>
        <div class="notes">
            {note(texts.prepare_heading(), texts.prepare())}
            {note(texts.privacy_heading(), texts.privacy())}
        </div>
    };
    // After the page has been drawn, which does not wait for it.
    spawn_local(async {
        if Backend::default().is_test().await {
            say_test();
        }
    });
    main_part("home", texts.title(), None, None, content.into_any())
}

fn note(heading: &'static str, sentence: &'static str) -> AnyView {
    view! {
        <section>
            <h2>{heading}</h2>
            <p>{sentence}</p>
        </section>
    }
    .into_any()
}

/// An identity document in the frame of a viewfinder: for the eye alone.
#[component]
fn Scene() -> impl IntoView {
    view! {
        <svg class="scene" viewBox="0 0 272 232" aria-hidden="true">
            <path d="M4 44V24A20 20 0 0 1 24 4h20M228 4h20a20 20 0 0 1 20 20v20M268 188v20a20 20 0 0 1-20 20h-20M44 228H24a20 20 0 0 1-20-20v-20" />
            <rect class="scene-card" x="34" y="50" width="204" height="132" rx="14" />
            <rect class="scene-face" x="52" y="70" width="62" height="78" rx="8" />
            <path d="M64 142a19 21 0 0 1 38 0" />
            <circle cx="83" cy="101" r="13" />
            <path class="scene-line" d="M136 78h82M136 100h58M136 122h70M58 166h110" />
            <circle class="scene-seal" cx="226" cy="172" r="27" />
            <path class="scene-tick" d="m213 172 9 10 17-19" />
        </svg>
    }
}
