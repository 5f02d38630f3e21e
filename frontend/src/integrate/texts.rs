//! Every sentence of the page `/integrate`, once per language. A missing one does not compile. Apart
//! from [`crate::texts`], so that the portal does not carry them. Code is not translated.

mod english;
mod german;

pub(crate) use english::ENGLISH;
pub(crate) use german::GERMAN;

use crate::texts::locale::Language;

/// The sentences of a language.
pub(crate) fn of(language: Language) -> &'static PageTexts {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

/// One language.
pub(crate) struct PageTexts {
    pub(crate) heading: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) unavailable_heading: &'static str,
    pub(crate) unavailable: &'static str,
    /// Names the list of tabs.
    pub(crate) ways: &'static str,
    pub(crate) policy: &'static str,
    pub(crate) facts: FactTexts,
    pub(crate) choices: ChoiceTexts,
    pub(crate) code: CodeTexts,
    pub(crate) link: LinkTexts,
    pub(crate) elements: ElementTexts,
    pub(crate) application: ApplicationTexts,
    pub(crate) sign_ups: SignUpTexts,
    pub(crate) server: ServerTexts,
}

/// This deployment.
pub(crate) struct FactTexts {
    pub(crate) heading: &'static str,
    pub(crate) public_url: &'static str,
    pub(crate) redirect_uri: &'static str,
    pub(crate) redirect_elsewhere: &'static str,
    pub(crate) identity_origin: &'static str,
    pub(crate) sites: &'static str,
    pub(crate) no_sites: &'static str,
}

/// The choices.
pub(crate) struct ChoiceTexts {
    pub(crate) heading: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) site: &'static str,
    pub(crate) no_site: &'static str,
    pub(crate) return_to: &'static str,
    pub(crate) no_return: &'static str,
    pub(crate) variant: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) accessible: &'static str,
    pub(crate) language: &'static str,
}

/// Around every piece of code.
pub(crate) struct CodeTexts {
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) selected: &'static str,
    pub(crate) preview: &'static str,
    /// Stands before the identity server's address.
    pub(crate) preview_works: &'static str,
}

/// A link.
pub(crate) struct LinkTexts {
    pub(crate) tab: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) html: &'static str,
    pub(crate) html_code: &'static str,
    pub(crate) style_code: &'static str,
    pub(crate) read: &'static str,
    pub(crate) read_lead: &'static str,
    pub(crate) policy_hint: &'static str,
}

/// The custom elements, in a page without a framework, in React and in Vue.
pub(crate) struct ElementTexts {
    pub(crate) html_lead: &'static str,
    pub(crate) react_lead: &'static str,
    pub(crate) vue_lead: &'static str,
    pub(crate) load: &'static str,
    pub(crate) load_hint: &'static str,
    pub(crate) button: &'static str,
    pub(crate) button_hint: &'static str,
    pub(crate) results: &'static str,
    /// Stands in the snippet, in the language chosen there.
    pub(crate) meanwhile: &'static str,
    pub(crate) redirect_code: &'static str,
    pub(crate) redirect_hint: &'static str,
    pub(crate) read: &'static str,
    pub(crate) read_lead: &'static str,
    pub(crate) listener_script: &'static str,
    pub(crate) listener_code: &'static str,
    pub(crate) react_18_hint: &'static str,
    pub(crate) server: &'static str,
    pub(crate) server_hint: &'static str,
    pub(crate) own_policy: &'static str,
    pub(crate) sibling: &'static str,
    pub(crate) sibling_policy: &'static str,
    pub(crate) listed_code: &'static str,
}

/// A component of a Leptos application.
pub(crate) struct ApplicationTexts {
    pub(crate) lead: &'static str,
    pub(crate) dependencies: &'static str,
    pub(crate) component: &'static str,
    pub(crate) component_code: &'static str,
    pub(crate) component_hint: &'static str,
    pub(crate) policy_hint: &'static str,
}

/// The site's server creates the sign-up.
pub(crate) struct SignUpTexts {
    pub(crate) tab: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) create: &'static str,
    pub(crate) create_hint: &'static str,
    pub(crate) visit: &'static str,
    pub(crate) link_code: &'static str,
    pub(crate) button_code: &'static str,
    pub(crate) button_hint: &'static str,
    pub(crate) fetch: &'static str,
    pub(crate) fetch_hint: &'static str,
}

/// The server's settings.
pub(crate) struct ServerTexts {
    pub(crate) heading: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) check: &'static str,
    pub(crate) check_hint: &'static str,
}
