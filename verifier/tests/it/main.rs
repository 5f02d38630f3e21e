//! The verifier with its models, and what needs none.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests end by panicking, and say what they skip"
)]

mod api;
mod challenges;
mod hostile_pictures;
mod program;

use std::sync::{Arc, OnceLock};

use webkyc_verifier::{Verifier, default_folder};

/// The verifier, or none where its models are not; with `WEBKYC_MODELS=required` that is a failure.
fn verifier() -> Option<Arc<Verifier>> {
    static OPENED: OnceLock<Option<Arc<Verifier>>> = OnceLock::new();
    let opened = OPENED.get_or_init(|| match Verifier::open(&default_folder().unwrap(), 2) {
        Ok(verifier) => Some(Arc::new(verifier)),
        Err(error) => {
            let required = std::env::var("WEBKYC_MODELS").is_ok_and(|it| it == "required");
            assert!(!required, "{error}");
            println!("skipped: no models");
            None
        }
    });
    opened.clone()
}
