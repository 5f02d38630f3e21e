//! The parts of the page that hold code: a panel for each way to embed, and the server's settings.

use leptos::prelude::*;

use super::{
    application,
    code::{LastCopy, code},
    elements::{self, Framework},
    embed::Embed,
    highlight::Syntax,
    link,
    names::Names,
    preview, server, sign_ups,
};
use crate::texts::{IntegrateTexts, filled};

/// The state that all panels share.
#[derive(Clone, Copy)]
pub(super) struct Panels {
    pub(super) embed: Memo<Embed>,
    pub(super) texts: IntegrateTexts,
    pub(super) last: LastCopy,
    pub(super) identity_origin: StoredValue<String>,
    pub(super) redirect_uri: StoredValue<String>,
    /// Whether the identity server is a sandbox.
    pub(super) is_test: bool,
}

impl Panels {
    /// A link.
    pub(super) fn link(self) -> AnyView {
        let texts = self.texts.link();
        let html = vec![
            self.preview(preview::link(self.embed)),
            self.chosen("link-html", texts.html_code(), Syntax::Html, link::html),
            self.chosen(
                "link-style",
                texts.style_code(),
                Syntax::Css,
                link::style_element,
            ),
        ];
        let policy = vec![
            hint(texts.policy_hint()),
            self.header("link-policy", self.texts.policy(), link::policy),
        ];
        let steps = vec![
            step(texts.html(), html),
            step(texts.read(), vec![paragraph(texts.read_lead())]),
            step(self.texts.policy(), policy),
        ];
        panel(texts.lead(), steps)
    }

    /// The custom elements, in each framework. `prefix` keeps the names of the code apart.
    pub(super) fn elements(self, framework: Framework) -> AnyView {
        let texts = self.texts.elements();
        let names = Names::of(framework);
        let lead = match framework {
            Framework::Plain => texts.html_lead(),
            Framework::React => texts.react_lead(),
            Framework::Vue => texts.vue_lead(),
        };
        let mut other_origin = vec![
            paragraph(texts.sibling()),
            self.chosen(
                names.listed,
                texts.listed_code(),
                Syntax::Settings,
                server::listed_origin,
            ),
        ];
        if self.is_test {
            let demo = filled(texts.demo_origin(), names.results_path);
            other_origin.push(hint(demo));
        }
        let mut steps = vec![step(texts.other_origin(), other_origin)];
        if framework != Framework::Plain {
            let mut load =
                vec![self.chosen(names.script, "index.html", Syntax::Html, elements::script)];
            if framework == Framework::Vue {
                load.push(self.fixed(
                    "vue-settings",
                    "vite.config.js",
                    Syntax::Script,
                    elements::VUE_SETTINGS,
                ));
            }
            load.push(hint(texts.load_hint()));
            steps.push(step(texts.load(), load));
        }
        let button = move |embed: &Embed| elements::button(embed, framework);
        steps.push(step(
            texts.button(),
            vec![
                self.preview(preview::button(self.embed, names.preview)),
                self.chosen(names.button, names.button_file, names.syntax, button),
                hint(texts.button_hint()),
            ],
        ));
        let results = move |embed: &Embed| {
            let meanwhile = embed.language.snippet_texts().meanwhile;
            elements::results(embed, framework, meanwhile)
        };
        let redirect = move |embed: &Embed| {
            self.redirect_uri
                .with_value(|uri| server::redirect_setting(embed, uri, names.results_path))
        };
        steps.push(step(
            texts.results(),
            vec![
                self.chosen(names.results, names.results_file, names.syntax, results),
                self.chosen(
                    names.redirect,
                    texts.redirect_code(),
                    Syntax::Settings,
                    redirect,
                ),
                hint(texts.redirect_hint()),
            ],
        ));
        let mut read = vec![paragraph(texts.read_lead())];
        match framework {
            Framework::Plain => {
                let listener = Signal::stored(elements::listener());
                read.push(self.fixed(
                    "listener-script",
                    texts.listener_script(),
                    Syntax::Html,
                    elements::LISTENER_SCRIPT,
                ));
                read.push(code(
                    self.last,
                    "listener",
                    texts.listener_code(),
                    Syntax::Script,
                    listener,
                ));
            }
            Framework::React => read.push(hint(texts.react_18_hint())),
            Framework::Vue => {}
        }
        steps.push(step(texts.read(), read));
        let mut fetch = vec![
            self.fixed(names.fetch, "curl", Syntax::Shell, elements::FETCH),
            hint(texts.server_hint()),
        ];
        if self.is_test {
            fetch.push(hint(self.texts.sign_ups().demo_key()));
        }
        steps.push(step(texts.server(), fetch));
        steps.push(step(self.texts.policy(), self.element_policies(names)));
        panel(lead, steps)
    }

    fn element_policies(self, names: &'static Names) -> Vec<AnyView> {
        let texts = self.texts.elements();
        vec![
            self.header(names.policy, texts.own_policy(), |_| {
                elements::POLICY.to_owned()
            }),
            self.header(
                names.sibling_policy,
                texts.sibling_policy(),
                elements::sibling_policy,
            ),
        ]
    }

    /// A component of a Leptos application.
    pub(super) fn application(self) -> AnyView {
        let texts = self.texts.application();
        let dependencies = vec![
            self.fixed(
                "dependencies",
                "Cargo.toml",
                Syntax::Settings,
                application::DEPENDENCIES,
            ),
            self.fixed("styles", "index.html", Syntax::Html, application::STYLES),
        ];
        let component = vec![
            self.chosen(
                "component",
                texts.component_code(),
                Syntax::Rust,
                application::component,
            ),
            hint(texts.component_hint()),
        ];
        let policy = vec![
            self.header("application-policy", self.texts.policy(), |_| {
                application::POLICY.to_owned()
            }),
            hint(texts.policy_hint()),
        ];
        let steps = vec![
            step(texts.dependencies(), dependencies),
            step(texts.component(), component),
            step(self.texts.policy(), policy),
        ];
        panel(texts.lead(), steps)
    }

    /// The site's server creates the sign-up.
    pub(super) fn sign_ups(self) -> AnyView {
        let texts = self.texts.sign_ups();
        let mut create = vec![
            self.chosen("create", "curl", Syntax::Shell, sign_ups::create),
            hint(texts.create_hint()),
        ];
        if self.is_test {
            create.push(hint(texts.demo_key()));
        }
        let mut visit = vec![
            self.chosen(
                "sign-up-link",
                texts.link_code(),
                Syntax::Html,
                sign_ups::link,
            ),
            self.chosen(
                "sign-up-button",
                texts.button_code(),
                Syntax::Html,
                sign_ups::button,
            ),
            hint(texts.button_hint()),
        ];
        if self.is_test {
            visit.push(hint(texts.demo_return()));
        }
        let fetch = vec![
            self.fixed("fetch", "curl", Syntax::Shell, sign_ups::FETCH),
            hint(texts.fetch_hint()),
        ];
        let steps = vec![
            step(texts.create(), create),
            step(texts.visit(), visit),
            step(texts.fetch(), fetch),
        ];
        panel(texts.lead(), steps)
    }

    /// The server's settings.
    pub(super) fn server(self) -> AnyView {
        let texts = self.texts.server();
        view! {
            <section class="card snippets" id="server">
                <h2>{texts.heading()}</h2>
                <p>{texts.lead()}</p>
                {self.chosen("nginx", "nginx", Syntax::Nginx, server::nginx)}
                {self.fixed("check", texts.check(), Syntax::Shell, server::CHECK)}
                {hint(texts.check_hint())}
                {self.is_test.then(|| hint(texts.demo_check()))}
            </section>
        }
        .into_any()
    }

    /// Code that does not depend on the choice.
    fn fixed(
        self,
        id: &'static str,
        label: &'static str,
        syntax: Syntax,
        text: &'static str,
    ) -> AnyView {
        code(
            self.last,
            id,
            label,
            syntax,
            Signal::stored(text.to_owned()),
        )
    }

    /// Code that follows the choice.
    fn chosen(
        self,
        id: &'static str,
        label: &'static str,
        syntax: Syntax,
        write: impl Fn(&Embed) -> String + Send + Sync + 'static,
    ) -> AnyView {
        let text = Signal::derive(move || self.embed.with(&write));
        code(self.last, id, label, syntax, text)
    }

    /// A header is one long line: it wraps, where code would scroll.
    fn header(
        self,
        id: &'static str,
        label: &'static str,
        write: impl Fn(&Embed) -> String + Send + Sync + 'static,
    ) -> AnyView {
        let code = self.chosen(id, label, Syntax::Header, write);
        view! { <div class="header-line">{code}</div> }.into_any()
    }

    /// Says where a press leads, so that a visitor expects the identity server.
    fn preview(self, content: AnyView) -> AnyView {
        let texts = self.texts.code();
        let identity = self.identity_origin.get_value();
        view! {
            <div class="preview" role="group" aria-label=texts.preview()>
                {content}
                <p class="hint">
                    {texts.preview_works()} " " <span translate="no">{identity}</span> "."
                </p>
            </div>
        }
        .into_any()
    }
}

fn panel(lead: &'static str, steps: Vec<AnyView>) -> AnyView {
    view! {
        <p>{lead}</p>
        {steps}
    }
    .into_any()
}

fn step(heading: &'static str, content: Vec<AnyView>) -> AnyView {
    view! {
        <section class="part">
            <h2>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn paragraph(sentences: &'static str) -> AnyView {
    view! { <p>{sentences}</p> }.into_any()
}

fn hint(sentence: impl Into<Oco<'static, str>>) -> AnyView {
    let sentence = sentence.into();
    view! { <p class="hint">{sentence}</p> }.into_any()
}
