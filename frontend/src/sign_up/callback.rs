//! The callback: the visitor comes back from the identity server with a code.

pub(crate) mod address;
pub(crate) mod check;

use web_sys::UrlSearchParams;
use webkyc_shared::sign_up::SignUpState;

/// The parameters of the callback, each as often as it came.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct CallbackQuery {
    code: Vec<String>,
    state: Vec<String>,
    /// RFC 6749 section 4.1.2.1. Its description is not read.
    error: Vec<String>,
}

impl CallbackQuery {
    /// Reads `location.search`; `None` when it holds none of the parameters, as after a reload.
    pub(crate) fn parse(search: &str) -> Option<Self> {
        let parameters = UrlSearchParams::new_with_str(search).ok()?;
        let all = |name| {
            parameters
                .get_all(name)
                .iter()
                .filter_map(|v| v.as_string())
                .collect()
        };
        let query = Self {
            code: all("code"),
            state: all("state"),
            error: all("error"),
        };
        (query != Self::default()).then_some(query)
    }

    /// The state to look up, if there is exactly one and it has the form of ours.
    pub(crate) fn sign_up_state(&self) -> Option<SignUpState> {
        match self.state.as_slice() {
            [state] => state.clone().try_into().ok(),
            _ => None,
        }
    }
}
