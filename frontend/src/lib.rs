#![doc = include_str!("../README.md")]

#[cfg(target_arch = "wasm32")]
mod allocator;
mod api;
#[expect(
    unreachable_pub,
    reason = "`#[component]` writes a public builder beside each component"
)]
mod application;
mod browser;
#[expect(
    unreachable_pub,
    reason = "`#[component]` writes a public builder beside each component"
)]
mod components;
mod integrate;
#[expect(
    unreachable_pub,
    reason = "`#[component]` writes a public builder beside each component"
)]
mod pages;
mod random;
mod sign_up;
mod texts;

#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;

pub use webkyc_shared::sign_up::{FailureReason, SiteReturn};

pub use self::{
    api::{Backend, LiveSession},
    application::{FailureCard, Results, SignUpButton},
    components::sign_up_button::Variant,
    sign_up::{
        failure::{Failure, Support},
        outcome::{Failed, Outcome, Shown, Stage},
        results::SignUp,
        ways::Ways,
    },
    texts::locale::{Language, Locale},
};

/// The work of the programs in `src/bin`.
pub mod program {
    #[cfg(target_arch = "wasm32")]
    pub use crate::allocator::Allocator;
    pub use crate::{
        api::light::Error as Unanswered,
        components::results::Results,
        integrate::mount as integrate,
        pages::{
            crash::{draw_in as draw_crash, report as report_panics, show as show_crash},
            portal, results,
        },
        sign_up::{
            begin::{BeginError, Origin, begin},
            handle::Kept,
        },
        texts::{button_text, results_locale},
    };
}
