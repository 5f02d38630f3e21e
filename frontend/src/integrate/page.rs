//! The page: the settings of the button, a tab for each way to embed it, the server's settings, this
//! deployment.

use leptos::prelude::*;
use webkyc_shared::api::PublicConfig;

use super::{
    choices::Choices,
    code::LastCopy,
    elements::Framework,
    facts::facts,
    panels::Panels,
    server,
    tabs::{Tab, tabs},
};
use crate::texts::locale::Locale;

/// Everything below `<main>`.
pub(super) fn page(config: PublicConfig) -> AnyView {
    let locale = Locale::current();
    let texts = locale.integrate_texts();
    let choices = Choices::new(config.clone(), locale.language());
    let embed = choices.embed();
    let is_the_portals = server::is_the_portals(&embed.get_untracked(), &config.redirect_uri);
    let panels = Panels {
        embed,
        texts,
        last: LastCopy::new(texts.code()),
        identity_origin: StoredValue::new(config.identity_origin.clone()),
        redirect_uri: StoredValue::new(config.redirect_uri.clone()),
        is_test: config.test,
    };
    let ways = vec![
        tab("link", texts.link().tab(), panels.link()),
        tab("html", "HTML", panels.elements(Framework::Plain)),
        tab("react", "React", panels.elements(Framework::React)),
        tab("vue", "Vue", panels.elements(Framework::Vue)),
        tab("leptos", "Leptos", panels.application()),
        tab("sign-ups", texts.sign_ups().tab(), panels.sign_ups()),
    ];
    view! {
        <section class="opening">
            <h1>{texts.heading()}</h1>
            <p class="lead">{texts.lead()}</p>
        </section>
        <section class="card snippets">
            <h2 id="choices">{texts.choices().heading()}</h2>
            <p>{texts.choices().lead()}</p>
            {choices.form(texts.choices())}
        </section>
        {tabs(texts.ways(), ways)}
        {panels.server()}
        {facts(&config, is_the_portals, texts.facts())}
        {panels.last.announcement()}
    }
    .into_any()
}

fn tab(id: &'static str, label: &'static str, panel: AnyView) -> Tab {
    Tab { id, label, panel }
}
