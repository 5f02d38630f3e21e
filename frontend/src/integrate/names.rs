//! What the code for each framework is called on the page.

use super::{elements::Framework, highlight::Syntax};

/// The names of a framework's code, which are unique on the page, and of the files it belongs into.
pub(super) struct Names {
    pub(super) preview: &'static str,
    pub(super) script: &'static str,
    pub(super) button: &'static str,
    pub(super) button_file: &'static str,
    pub(super) results: &'static str,
    pub(super) results_file: &'static str,
    /// The path of the page that shows them.
    pub(super) results_path: &'static str,
    pub(super) redirect: &'static str,
    pub(super) fetch: &'static str,
    pub(super) policy: &'static str,
    pub(super) sibling_policy: &'static str,
    pub(super) listed: &'static str,
    pub(super) syntax: Syntax,
}

impl Names {
    pub(super) fn of(framework: Framework) -> &'static Self {
        match framework {
            Framework::Plain => &PLAIN,
            Framework::React => &REACT,
            Framework::Vue => &VUE,
        }
    }
}

const PLAIN: Names = Names {
    preview: "element-preview",
    script: "script",
    button: "button",
    button_file: "index.html",
    results: "results",
    results_file: "verified.html",
    results_path: "/verified.html",
    redirect: "redirect",
    fetch: "export",
    policy: "policy",
    sibling_policy: "sibling-policy",
    listed: "listed",
    syntax: Syntax::Html,
};

const REACT: Names = Names {
    preview: "react-preview",
    script: "react-script",
    button: "react-button",
    button_file: "SignUp.jsx",
    results: "react-results",
    results_file: "Verified.jsx",
    results_path: "/verified",
    redirect: "react-redirect",
    fetch: "react-export",
    policy: "react-policy",
    sibling_policy: "react-sibling-policy",
    listed: "react-listed",
    syntax: Syntax::Script,
};

const VUE: Names = Names {
    preview: "vue-preview",
    script: "vue-script",
    button: "vue-button",
    button_file: "SignUp.vue",
    results: "vue-results",
    results_file: "Verified.vue",
    results_path: "/verified",
    redirect: "vue-redirect",
    fetch: "vue-export",
    policy: "vue-policy",
    sibling_policy: "vue-sibling-policy",
    listed: "vue-listed",
    syntax: Syntax::Script,
};
