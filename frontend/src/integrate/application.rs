//! The button in a Leptos application.

use super::embed::Embed;
use crate::components::sign_up_button::Variant;

/// For its `Cargo.toml`.
pub(super) const DEPENDENCIES: &str = r#"[dependencies]
leptos = { version = "=0.8.23", features = ["csr"] }
webkyc-frontend = { path = "../webkyc/frontend" }
"#;

/// For its `index.html`, built by Trunk.
pub(super) const STYLES: &str =
    "<link data-trunk rel=\"css\" href=\"../webkyc/frontend/styles/button.css\">\n";

/// A program in WebAssembly, and its style sheets.
pub(super) const POLICY: &str =
    "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'; style-src 'self'\n";

/// A component with the button.
pub(super) fn component(embed: &Embed) -> String {
    let (import, variant) = match embed.variant {
        Variant::Brand => ("SignUpButton", ""),
        Variant::Accessible => ("SignUpButton, Variant", " variant=Variant::Accessible"),
    };
    format!(
        r#"use leptos::prelude::*;
use webkyc_frontend::{{Locale, {import}}};

#[component]
fn Welcome() -> impl IntoView {{
    provide_context(Locale::from_tags("{}"));
    view! {{
        <SignUpButton{variant} href={:?} />
    }}
}}
"#,
        embed.language.tag(),
        embed.start_url()
    )
}

#[cfg(test)]
mod tests {
    use toml::Table;

    use super::*;
    use crate::integrate::embed::tests::{assert_starts, every_choice, plain};

    #[test]
    fn the_component_compiles() {
        // As a program of this package: see the file.
        let example = include_str!("../../examples/welcome.rs");
        let embed = Embed {
            variant: Variant::Accessible,
            ..plain()
        };
        assert!(
            example.contains(&component(&embed)),
            "examples/welcome.rs has other lines than\n{}",
            component(&embed)
        );
    }

    #[test]
    fn the_component_leads_to_the_start() {
        for embed in every_choice() {
            let text = component(&embed);
            let (_, rest) = text.split_once("href=\"").unwrap();
            let (address, _) = rest.split_once('"').unwrap();
            assert_starts(address, &embed);
            let language = format!("from_tags(\"{}\")", embed.language.tag());
            assert!(text.contains(&language), "{text}");
            let accessible = text.contains("variant=Variant::Accessible");
            assert_eq!(accessible, embed.variant == Variant::Accessible);
        }
    }

    #[test]
    fn leptos_is_the_one_the_button_is_made_with() {
        let workspace: Table = include_str!("../../../Cargo.toml").parse().unwrap();
        let snippet: Table = DEPENDENCIES.parse().unwrap();
        assert_eq!(
            snippet["dependencies"]["leptos"],
            workspace["workspace"]["dependencies"]["leptos"]
        );
    }
}
