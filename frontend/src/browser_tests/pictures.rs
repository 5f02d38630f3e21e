use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Response;
use webkyc_shared::verification::{File, FileType};

use crate::components::object_url::{NotShowable, ObjectUrl};

fn file(content_type: FileType) -> File<'static> {
    File {
        content_type,
        content: "/9j/4ADb".into(),
    }
}

async fn fetch(url: &str) -> Option<Response> {
    let promise = web_sys::window().expect("has a window").fetch_with_str(url);
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

#[wasm_bindgen_test]
async fn con_03_bytes_become_an_address_of_the_decided_type() {
    for (kind, media_type) in [
        (FileType::Jpeg, "image/jpeg"),
        (FileType::Png, "image/png"),
        (FileType::Pdf, "application/pdf"),
    ] {
        let url = ObjectUrl::new(&file(kind)).expect("can be shown");
        assert!(url.as_str().starts_with("blob:"));
        let response = fetch(url.as_str()).await.expect("is there");
        assert_eq!(
            response
                .headers()
                .get("content-type")
                .ok()
                .flatten()
                .as_deref(),
            Some(media_type)
        );
        let buffer = JsFuture::from(response.array_buffer().expect("has a body")).await;
        let bytes = Uint8Array::new(&buffer.expect("has bytes")).to_vec();
        assert_eq!(bytes, [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0xDB]);
    }
}

#[wasm_bindgen_test]
async fn xo_13_an_address_ends_with_its_owner() {
    let url = ObjectUrl::new(&file(FileType::Jpeg)).expect("can be shown");
    let address = url.as_str().to_owned();
    assert!(fetch(&address).await.is_some());
    drop(url);
    assert!(fetch(&address).await.is_none());
}

#[wasm_bindgen_test]
fn con_03_an_unknown_file_has_no_address() {
    assert_eq!(
        ObjectUrl::new(&file(FileType::Unknown)).err(),
        Some(NotShowable)
    );
}
