//! Every sentence of the page `/integrate`, once per language. A missing one does not compile. Apart
//! from [`crate::texts`], so that the portal does not carry them. Code is not translated.

mod english;
mod german;

pub use english::ENGLISH;
pub use german::GERMAN;

use crate::texts::locale::Language;

/// The sentences of a language.
#[must_use]
pub fn of(language: Language) -> &'static Texts {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

/// One language.
#[expect(
    missing_docs,
    reason = "the names say it, and the words stand in the languages"
)]
pub struct Texts {
    pub heading: &'static str,
    pub lead: &'static str,
    pub unavailable_heading: &'static str,
    pub unavailable: &'static str,
    pub facts: FactTexts,
    pub choices: ChoiceTexts,
    pub code: CodeTexts,
    pub link: LinkTexts,
    pub elements: ElementTexts,
    pub application: ApplicationTexts,
    pub server: ServerTexts,
}

/// This deployment.
#[expect(missing_docs, reason = "the names say it")]
pub struct FactTexts {
    pub heading: &'static str,
    pub public_url: &'static str,
    pub redirect_uri: &'static str,
    pub redirect_elsewhere: &'static str,
    pub identity_origin: &'static str,
    pub sites: &'static str,
    pub no_sites: &'static str,
}

/// What can be chosen.
#[expect(missing_docs, reason = "the names say it")]
pub struct ChoiceTexts {
    pub heading: &'static str,
    pub lead: &'static str,
    pub site: &'static str,
    pub no_site: &'static str,
    pub return_to: &'static str,
    pub no_return: &'static str,
    pub variant: &'static str,
    pub brand: &'static str,
    pub accessible: &'static str,
    pub language: &'static str,
}

/// Around every piece of code.
#[expect(missing_docs, reason = "the names say it")]
pub struct CodeTexts {
    pub copy: &'static str,
    pub copied: &'static str,
    pub selected: &'static str,
    pub preview: &'static str,
}

/// The first way: a link.
#[expect(missing_docs, reason = "the names say it")]
pub struct LinkTexts {
    pub heading: &'static str,
    pub short: &'static str,
    pub lead: &'static str,
    pub html: &'static str,
    pub style: &'static str,
    pub policy: &'static str,
    pub policy_hint: &'static str,
}

/// The second way: the custom elements.
#[expect(missing_docs, reason = "the names say it")]
pub struct ElementTexts {
    pub heading: &'static str,
    pub short: &'static str,
    pub lead: &'static str,
    pub button: &'static str,
    pub results: &'static str,
    /// Stands in the snippet, in the language chosen there.
    pub meanwhile: &'static str,
    pub redirect: &'static str,
    pub redirect_hint: &'static str,
    pub policy: &'static str,
    pub sibling: &'static str,
    pub sibling_policy: &'static str,
    pub listed: &'static str,
}

/// The third way: a component of a Leptos application.
#[expect(missing_docs, reason = "the names say it")]
pub struct ApplicationTexts {
    pub heading: &'static str,
    pub short: &'static str,
    pub lead: &'static str,
    pub dependencies: &'static str,
    pub styles: &'static str,
    pub component: &'static str,
    pub policy: &'static str,
    pub policy_hint: &'static str,
}

/// What the site's servers are told.
#[expect(missing_docs, reason = "the names say it")]
pub struct ServerTexts {
    pub heading: &'static str,
    pub lead: &'static str,
    pub nginx: &'static str,
    pub check: &'static str,
    pub check_hint: &'static str,
}
