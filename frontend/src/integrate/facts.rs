//! How this deployment is set up.

use leptos::prelude::*;
use webkyc_shared::api::{PublicConfig, Site};

use crate::{components::card::Card, texts::integrate::FactsTexts};

/// The addresses and sites of this deployment.
pub(super) fn facts(config: &PublicConfig, is_the_portals: bool, texts: FactsTexts) -> AnyView {
    let public_url = fact("public-url", texts.public_url(), &config.public_url);
    let redirect_uri = fact("redirect-uri", texts.redirect_uri(), &config.redirect_uri);
    let identity = fact(
        "identity-origin",
        texts.identity_origin(),
        &config.identity_origin,
    );
    let sites = if config.sites.is_empty() {
        texts.no_sites().into_any()
    } else {
        config.sites.iter().map(site).collect_view().into_any()
    };
    view! {
        <Card heading=texts.heading()>
            <dl class="fields deployment">
                {public_url} {redirect_uri} {identity} <div class="field">
                    <dt>{texts.sites()}</dt>
                    <dd data-test="sites">{sites}</dd>
                </div>
            </dl>
            {(!is_the_portals).then(|| view! { <p class="hint">{texts.redirect_elsewhere()}</p> })}
        </Card>
    }
    .into_any()
}

fn fact(name: &'static str, label: &'static str, value: &str) -> AnyView {
    view! {
        <div class="field">
            <dt>{label}</dt>
            <dd translate="no" data-test=name>
                {value.to_owned()}
            </dd>
        </div>
    }
    .into_any()
}

fn site(site: &Site) -> AnyView {
    view! {
        <span class="line">
            {site.name.clone()} " " <code class="code" translate="no">
                {site.key.clone()}
            </code>
        </span>
    }
    .into_any()
}
