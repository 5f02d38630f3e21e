//! The page: this deployment, the choices, the four ways to embed, and the server's settings.

use leptos::prelude::*;
use webkyc_shared::api::PublicConfig;

use super::{
    application,
    choices::Choices,
    code::{LastCopy, code},
    elements,
    embed::Embed,
    facts::facts,
    link, preview, server, sign_ups,
    texts::{self, PageTexts},
};
use crate::texts::locale::Locale;

/// Everything below `<main>`.
pub(super) fn page(config: PublicConfig) -> AnyView {
    let language = Locale::current().language();
    let texts = texts::of(language);
    let redirect_uri = config.redirect_uri.clone();
    let choices = Choices::new(config.clone(), language);
    let embed = choices.embed();
    let is_the_portals = server::is_the_portals(&embed.get_untracked(), &redirect_uri);
    let snippets = Snippets {
        embed,
        texts,
        last: LastCopy::new(&texts.code),
    };
    view! {
        <section class="hero">
            <div>
                <h1>{texts.heading}</h1>
                <p class="lead">{texts.lead}</p>
            </div>
        </section>
        <ul class="ways">
            {way("link", texts.link.heading, texts.link.short)}
            {way("elements", texts.elements.heading, texts.elements.short)}
            {way("leptos", texts.application.heading, texts.application.short)}
            {way("sign-ups", texts.sign_ups.heading, texts.sign_ups.short)}
        </ul>
        {facts(&config, is_the_portals, &texts.facts)}
        <section class="card snippets">
            <h2 id="choices">{texts.choices.heading}</h2>
            <p>{texts.choices.lead}</p>
            {choices.form(&texts.choices)}
        </section>
        {snippets.link()}
        {snippets.elements(redirect_uri)}
        {snippets.application()}
        {snippets.sign_ups()}
        {snippets.server()}
        {snippets.last.announcement()}
    }
    .into_any()
}

fn way(id: &'static str, heading: &'static str, sentence: &'static str) -> AnyView {
    view! {
        <li>
            <a href=["#", id].concat()>{heading}</a>
            <p>{sentence}</p>
        </li>
    }
    .into_any()
}

fn part(
    id: &'static str,
    heading: &'static str,
    lead: &'static str,
    snippets: Vec<AnyView>,
) -> AnyView {
    view! {
        <section class="card snippets" id=id>
            <h2>{heading}</h2>
            <p>{lead}</p>
            {snippets}
        </section>
    }
    .into_any()
}

/// A header is one long line: it wraps, where code would scroll.
fn wrapped(code: AnyView) -> AnyView {
    view! { <div class="header-line">{code}</div> }.into_any()
}

fn hint(sentence: &'static str) -> AnyView {
    view! { <p class="hint">{sentence}</p> }.into_any()
}

#[derive(Clone, Copy)]
struct Snippets {
    embed: Memo<Embed>,
    texts: &'static PageTexts,
    last: LastCopy,
}

impl Snippets {
    /// Code that does not depend on the choice.
    fn fixed(self, id: &'static str, label: &'static str, text: &'static str) -> AnyView {
        code(self.last, id, label, Signal::stored(text.to_owned()))
    }

    /// Code that follows the choice.
    fn chosen(
        self,
        id: &'static str,
        label: &'static str,
        write: impl Fn(&Embed) -> String + Send + Sync + 'static,
    ) -> AnyView {
        let text = Signal::derive(move || self.embed.with(&write));
        code(self.last, id, label, text)
    }

    fn preview(self, content: AnyView) -> AnyView {
        view! {
            <div class="preview" role="group" aria-label=self.texts.code.preview>
                {content}
            </div>
        }
        .into_any()
    }

    fn link(self) -> AnyView {
        let texts = &self.texts.link;
        let snippets = vec![
            self.preview(preview::link(self.embed)),
            self.chosen("link-html", texts.html, link::html),
            self.chosen("link-style", texts.style, link::style_element),
            wrapped(self.chosen("link-policy", texts.policy, link::policy)),
            hint(texts.policy_hint),
        ];
        part("link", texts.heading, texts.lead, snippets)
    }

    fn elements(self, redirect_uri: String) -> AnyView {
        let texts = &self.texts.elements;
        let results = |embed: &Embed| {
            let meanwhile = texts::of(embed.language).elements.meanwhile;
            elements::results(embed, meanwhile)
        };
        let redirect = move |embed: &Embed| server::redirect_setting(embed, &redirect_uri);
        let snippets = vec![
            self.preview(preview::button(self.embed)),
            self.chosen("button", texts.button, elements::button),
            self.chosen("results", texts.results, results),
            self.chosen("redirect", texts.redirect, redirect),
            hint(texts.redirect_hint),
            wrapped(self.fixed("policy", texts.policy, elements::POLICY)),
            view! { <p>{texts.sibling}</p> }.into_any(),
            self.chosen("listed", texts.listed, server::listed_origin),
            wrapped(self.chosen(
                "sibling-policy",
                texts.sibling_policy,
                elements::sibling_policy,
            )),
        ];
        part("elements", texts.heading, texts.lead, snippets)
    }

    fn application(self) -> AnyView {
        let texts = &self.texts.application;
        let snippets = vec![
            self.fixed(
                "dependencies",
                texts.dependencies,
                application::DEPENDENCIES,
            ),
            self.fixed("styles", texts.styles, application::STYLES),
            self.chosen("component", texts.component, application::component),
            wrapped(self.fixed("application-policy", texts.policy, application::POLICY)),
            hint(texts.policy_hint),
        ];
        part("leptos", texts.heading, texts.lead, snippets)
    }

    fn sign_ups(self) -> AnyView {
        let texts = &self.texts.sign_ups;
        let snippets = vec![
            self.chosen("create", texts.create, sign_ups::create),
            hint(texts.create_hint),
            self.chosen("sign-up-link", texts.link, sign_ups::link),
            self.chosen("sign-up-button", texts.button, sign_ups::button),
            hint(texts.button_hint),
            self.fixed("fetch", texts.fetch, sign_ups::FETCH),
            hint(texts.fetch_hint),
        ];
        part("sign-ups", texts.heading, texts.lead, snippets)
    }

    fn server(self) -> AnyView {
        let texts = &self.texts.server;
        let snippets = vec![
            self.chosen("nginx", texts.nginx, server::nginx),
            self.fixed("check", texts.check, server::CHECK),
            hint(texts.check_hint),
        ];
        part("server", texts.heading, texts.lead, snippets)
    }
}
