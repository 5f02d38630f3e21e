//! The form of choices, and the embed that they make.

use leptos::prelude::*;
use webkyc_shared::api::{PublicConfig, Site};

use super::embed::{Embed, origin};
use crate::{
    components::sign_up_button::Variant,
    texts::{integrate::ChoicesTexts, locale::Language},
};

const VARIANTS: [Variant; 2] = [Variant::Brand, Variant::Accessible];

/// The place of each choice in its list. In the lists of sites and returns, 0 is none.
#[derive(Clone, Copy)]
pub(super) struct Choices {
    config: StoredValue<PublicConfig>,
    site: RwSignal<usize>,
    return_to: RwSignal<usize>,
    variant: RwSignal<usize>,
    language: RwSignal<usize>,
}

impl Choices {
    /// The first site, whose visitors see their data; the accessible look; the page's language.
    pub(super) fn new(config: PublicConfig, language: Language) -> Self {
        let language = Language::all().iter().position(|it| *it == language);
        Self {
            site: RwSignal::new(config.sites.len().min(1)),
            config: StoredValue::new(config),
            return_to: RwSignal::new(0),
            variant: RwSignal::new(1),
            language: RwSignal::new(language.unwrap_or(0)),
        }
    }

    /// The embed of the present choices.
    pub(super) fn embed(self) -> Memo<Embed> {
        Memo::new(move |_| {
            let return_to = self.return_to.get();
            let site = self.site();
            let returns = site.as_ref().map_or(&[][..], |site| &site.returns);
            let key_at = |place| before(returns.iter(), place).map(|it| it.key.clone());
            let needed = usize::from(returns.len() > 1);
            let (public_url, redirect_uri) = self
                .config
                .with_value(|config| (config.public_url.clone(), config.redirect_uri.clone()));
            let other_origin = origin(&redirect_uri);
            Embed {
                other_origin: (other_origin != origin(&public_url)).then_some(other_origin),
                public_url,
                return_key: key_at(return_to),
                server_return: key_at(return_to.max(needed)),
                site: site.map(|site| site.key),
                variant: VARIANTS[self.variant.get()],
                language: Language::all()[self.language.get()],
            }
        })
    }

    fn site(self) -> Option<Site> {
        let chosen = self.site.get();
        self.config
            .with_value(|config| before(config.sites.iter(), chosen).cloned())
    }

    /// The form.
    pub(super) fn form(self, texts: ChoicesTexts) -> AnyView {
        let sites = self.config.with_value(|config| {
            let sites = config.sites.iter();
            let names = sites.map(|site| format!("{} ({})", site.name, site.key));
            let none = std::iter::once(texts.no_site().to_owned());
            none.chain(names).collect::<Vec<_>>()
        });
        let returns = move || {
            let returns = self.site().map(|site| site.returns).unwrap_or_default();
            let names = returns
                .into_iter()
                .map(|it| format!("{} ({})", it.url, it.key));
            let none = std::iter::once(texts.no_return().to_owned());
            none.chain(names).collect::<Vec<_>>()
        };
        let variants = vec![texts.brand().to_owned(), texts.accessible().to_owned()];
        let languages = Language::all().map(|it| it.name().to_owned()).into();
        let after_site = Callback::new(move |()| self.return_to.set(0));
        let nothing = Callback::new(|()| ());
        view! {
            <form
                class="choices"
                aria-labelledby="choices"
                autocomplete="off"
                on:submit=|event| event.prevent_default()
            >
                {select("site", texts.site(), Signal::stored(sites), self.site, after_site)}
                {select(
                    "return",
                    texts.return_to(),
                    Signal::derive(returns),
                    self.return_to,
                    nothing,
                )}
                {select("variant", texts.variant(), Signal::stored(variants), self.variant, nothing)}
                {select(
                    "language",
                    texts.language(),
                    Signal::stored(languages),
                    self.language,
                    nothing,
                )}
            </form>
        }
        .into_any()
    }
}

/// The one at this place of a list that begins with none.
fn before<T>(mut items: impl Iterator<Item = T>, place: usize) -> Option<T> {
    items.nth(place.checked_sub(1)?)
}

fn select(
    name: &'static str,
    label: &'static str,
    options: Signal<Vec<String>>,
    chosen: RwSignal<usize>,
    afterwards: Callback<()>,
) -> AnyView {
    let options = move || {
        let options = options.get().into_iter().enumerate();
        options
            .map(|(place, text)| {
                view! {
                    <option value=place.to_string() prop:selected=move || chosen.get() == place>
                        {text}
                    </option>
                }
            })
            .collect_view()
    };
    let choose = move |event| {
        // The browser sends only places of the list.
        chosen.set(event_target_value(&event).parse().unwrap_or(0));
        afterwards.run(());
    };
    let id = ["choice-", name].concat();
    view! {
        <p class="choice">
            <label for=id.clone()>{label}</label>
            <select id=id data-test=name on:change=choose>
                {options}
            </select>
        </p>
    }
    .into_any()
}
