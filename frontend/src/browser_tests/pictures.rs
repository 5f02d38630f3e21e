use js_sys::{JSON, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Headers, Response, ResponseInit};
use webkyc_shared::verification::FileType;

use crate::{
    api::{answer::form, files::Files},
    components::object_url::ObjectUrl,
};

const BYTES: [u8; 6] = [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0xDB];

fn url(kind: FileType) -> ObjectUrl {
    let bytes = Uint8Array::from(&BYTES[..]);
    ObjectUrl::new(&bytes, kind.media_type()).expect("can be shown")
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
        let url = url(kind);
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
        assert_eq!(bytes, BYTES);
    }
}

#[wasm_bindgen_test]
async fn xo_13_an_address_ends_with_its_owner() {
    let url = url(FileType::Jpeg);
    let address = url.as_str().to_owned();
    assert!(fetch(&address).await.is_some());
    drop(url);
    assert!(fetch(&address).await.is_none());
}

#[wasm_bindgen_test]
async fn files_come_by_their_places_and_are_base64_in_json() {
    let body = "--b\r\nContent-Disposition: form-data; name=\"verification\"\r\n\r\n{}\r\n\
        --b\r\nContent-Disposition: form-data; name=\"documents.1.faceImage\"; filename=\"a\"\r\n\
        Content-Type: image/png\r\n\r\n\u{1}\u{0}\r\n--b--\r\n";
    let options = ResponseInit::new();
    let headers = Headers::new().expect("makes headers");
    let set = headers.set("content-type", "multipart/form-data; boundary=b");
    set.expect("takes a header");
    options.set_headers(&headers);
    let response = Response::new_with_opt_str_and_init(Some(body), &options);
    let form = form(response.expect("makes an answer").into()).await;
    let mut files = Files::new(form.expect("is a form"));
    assert!(files.get("verification").is_none());
    assert!(files.get("documents.0.faceImage").is_none());
    let file = files.get("documents.1.faceImage").expect("is there");
    assert_eq!((file.size(), file.type_()), (2.0, "image/png".to_owned()));

    let file = r#"{"contentType":"image/png","content":""}"#;
    let data = JSON::parse(&format!(r#"{{"documents":[{{}},{{"faceImage":{file}}}]}}"#));
    let data = data.expect("is JSON");
    files.write_into(&data);
    let text = || String::from(JSON::stringify(&data).expect("is JSON"));
    assert!(text().contains(file), "they were not read");
    files.read().await.expect("can be read");
    files.write_into(&data);
    assert!(text().contains(r#""content":"AQA=""#), "{}", text());
}
