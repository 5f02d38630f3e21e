//! A picture or a PDF that came with the data.

use leptos::{ev::ErrorEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;
use webkyc_shared::verification::{File, FileType};

use crate::{api::files::Files, components::object_url::ObjectUrl, texts::locale::Locale};

/// A picture with its caption; a placeholder where there is nothing a browser could show.
#[component]
pub(crate) fn Picture<'a>(
    file: &'a File<'static>,
    files: &'a Files,
    /// Its place in the data: `documents.0.croppedFrontImage`.
    #[prop(into)]
    place: String,
    caption: &'static str,
    /// For screen readers.
    #[prop(into)]
    alt: String,
) -> impl IntoView + use<> {
    let url = match file.content_type {
        FileType::Jpeg | FileType::Png => address_of(file, files, &place),
        FileType::Pdf | FileType::Unknown => None,
    };
    let address = url.as_ref().map(|url| url.as_str().to_owned());
    on_cleanup(move || drop(url));
    let missing = address.is_none().then_some("");
    let texts = Locale::current().results_texts().document();
    let name = file_name(&place, file.content_type);
    let link = address.clone().map(|address| {
        let label = [texts.save_picture(), ": ", &alt].concat();
        save_link(address, name, label, texts.save_picture())
    });
    let picture = address.map(|address| {
        view! { <img src=address alt=alt data-image=place.clone() decoding="async" on:error=give_up /> }
    });
    view! {
        <figure class="picture" part="picture" data-missing=missing>
            {picture}
            <p class="no-picture" data-placeholder=place>
                {texts.no_picture()}
            </p>
            <figcaption>{caption}</figcaption>
            {link}
        </figure>
    }
}

fn address_of(file: &File, files: &Files, place: &str) -> Option<ObjectUrl> {
    let bytes = files.get(place)?;
    ObjectUrl::new(&bytes, file.content_type.media_type()).ok()
}

/// Replaces an image that the browser cannot read by the placeholder.
fn give_up(event: ErrorEvent) {
    let picture = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(picture) = picture {
        // Cannot fail: the name is valid.
        let _ = picture
            .parent_element()
            .map(|figure| figure.set_attribute("data-missing", ""));
        picture.remove();
    }
}

/// `document-1-front.jpg`: from its place in the data and its type.
fn file_name(place: &str, file_type: FileType) -> String {
    let mut parts = place.split('.');
    let (first, index, part) = (parts.next(), parts.next(), parts.next());
    let number = index
        .and_then(|index| index.parse().ok())
        .map_or(1, |index: usize| index + 1)
        .to_string();
    let part = match part {
        Some("croppedFrontImage") => "-front",
        Some("croppedBackImage") => "-back",
        Some("faceImage") => "-face",
        _ => "",
    };
    let ending = match file_type {
        FileType::Jpeg => ".jpg",
        FileType::Png => ".png",
        FileType::Pdf => ".pdf",
        FileType::Unknown => "",
    };
    match first {
        Some("livenessFaceImage") => ["liveness-face", ending].concat(),
        Some("addressProofDocument") => ["proof-of-address", ending].concat(),
        _ => ["document-", &number, part, ending].concat(),
    }
}

/// A PDF to save. The page does not open it, because its author is unknown.
#[component]
pub(crate) fn PdfLink<'a>(file: &'a File<'static>, files: &'a Files) -> impl IntoView + use<> {
    let texts = Locale::current().results_texts();
    let url = address_of(file, files, "addressProofDocument");
    let address = url.as_ref().map(|url| url.as_str().to_owned());
    on_cleanup(move || drop(url));
    let name = file_name("addressProofDocument", FileType::Pdf);
    match address {
        Some(address) => {
            let label = texts.address_proof_pdf();
            save_link(address, name, label.to_owned(), label)
        }
        None => texts.document().no_picture().into_any(),
    }
}

fn save_link(address: String, name: String, label: String, text: &'static str) -> AnyView {
    view! {
        <a class="picture-save" href=address download=name aria-label=label>
            {text}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn con_08_a_picture_is_saved_under_the_name_of_its_place() {
        for (place, file_type, name) in [
            (
                "documents.0.croppedFrontImage",
                FileType::Jpeg,
                "document-1-front.jpg",
            ),
            (
                "documents.2.croppedBackImage",
                FileType::Png,
                "document-3-back.png",
            ),
            (
                "documents.1.faceImage",
                FileType::Jpeg,
                "document-2-face.jpg",
            ),
            ("livenessFaceImage", FileType::Jpeg, "liveness-face.jpg"),
            (
                "addressProofDocument",
                FileType::Pdf,
                "proof-of-address.pdf",
            ),
        ] {
            assert_eq!(file_name(place, file_type), name);
        }
    }
}
