//! A picture or a PDF that came with the data.

use leptos::ev::ErrorEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;
use webkyc_shared::verification::{File, FileType};

use crate::locale::Locale;
use crate::object_url::ObjectUrl;

/// A picture with its caption; a placeholder where there is nothing a browser could show.
#[component]
pub fn Picture(
    /// The bytes.
    file: File,
    /// Its place in the data: `documents.0.croppedFrontImage`.
    #[prop(into)]
    place: String,
    /// What it shows, below it.
    caption: &'static str,
    /// What it shows, for those who do not see it.
    #[prop(into)]
    alt: String,
) -> impl IntoView {
    let url = match file.content_type {
        FileType::Jpeg | FileType::Png => ObjectUrl::new(&file).ok(),
        FileType::Pdf | FileType::Unknown => None,
    };
    let address = url.as_ref().map(|url| url.as_str().to_owned());
    on_cleanup(move || drop(url));
    let missing = address.is_none().then_some("");
    let picture = address.map(|address| {
        view! { <img src=address alt=alt data-image=place.clone() decoding="async" on:error=give_up /> }
    });
    view! {
        <figure class="picture" data-missing=missing>
            {picture}
            <p class="no-picture" data-placeholder=place>
                {Locale::current().texts().document.no_picture}
            </p>
            <figcaption>{caption}</figcaption>
        </figure>
    }
}

/// The bytes are no picture after all: the placeholder takes its place.
fn give_up(event: ErrorEvent) {
    let picture = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(picture) = picture {
        // The one attribute name here is a valid one.
        let _ = picture
            .parent_element()
            .map(|figure| figure.set_attribute("data-missing", ""));
        picture.remove();
    }
}

/// A PDF to save: what a stranger wrote is not opened inside this page.
#[component]
pub fn PdfLink(
    /// The bytes.
    file: File,
) -> impl IntoView {
    let texts = Locale::current().texts();
    let url = ObjectUrl::new(&file).ok();
    let address = url.as_ref().map(|url| url.as_str().to_owned());
    on_cleanup(move || drop(url));
    match address {
        Some(address) => view! {
            <a href=address download="proof-of-address.pdf" data-image="addressProofDocument">
                {texts.results.address_proof_pdf}
            </a>
        }
        .into_any(),
        None => texts.document.no_picture.into_any(),
    }
}
